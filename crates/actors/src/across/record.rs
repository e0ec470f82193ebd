//! What one article shows of one of its entities: names, descriptions, offices, owner. All that joining needs.

use super::link::link;
use super::naming::{read_mention, spelling};
use super::owner::{is_generic, owner_by_adjective, owners, without_owner};
use super::vocabulary::SmallWords;
use crate::features::Prepared;
use crate::knowledge::Knowledge;
use crate::words::{is_stop, mask, words_of};
use model::{Article, EntityType, Span};
use std::collections::{BTreeMap, BTreeSet};

/// One entity of one article.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    /// Places in the articles and in the article's entities, as given.
    pub article: usize,
    pub entity: usize,
    pub kind: EntityType,
    /// Distinct names, with the words of each.
    pub names: Vec<Name>,
    pub descriptions: Vec<Description>,
    /// Words of offices and descriptions.
    pub roles: BTreeSet<String>,
    /// Words before its name that articles also write small: «City Treasurer Ada Rem», «the treasurer».
    pub offices: BTreeSet<String>,
    /// All words of its names and descriptions, in the singular.
    pub bag: BTreeSet<String>,
    /// He, she, it, they as far as its mentions tell.
    pub mask: u8,
    /// How many mentions each set of pronouns fits.
    pub pronouns: BTreeMap<u8, usize>,
    /// The entity that it belongs to (`Russia` of `Russia's Foreign Ministry`), by number in the article.
    pub owner: Option<usize>,
    /// The state that an adjective of its name means (`the Finnish police`), where knowledge has it.
    pub owner_state: Option<String>,
    pub known: Option<Link>,
    pub mentions: usize,
    /// Where its mentions stand, in order.
    pub places: Vec<Place>,
    /// The sentence of its first mention, as a sign for copied text.
    pub sentence: u64,
}

/// How a mention means its entity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Form {
    Name,
    #[default]
    Description,
    /// `he`, `it`, `they`.
    Third,
    Pronoun,
}

/// Where a mention stands: letters, and the number of its sentence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    pub start: u32,
    pub end: u32,
    pub sentence: u32,
    pub form: Form,
}

/// A proper name in one article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    /// Folded words in order, titles left out.
    pub words: Vec<String>,
    /// As written, cleaned.
    pub text: String,
    pub count: u32,
    pub acronym: String,
    pub initials: String,
    /// It says nothing without its owner (`Foreign Ministry`).
    pub generic: bool,
    /// It stands only where any word is large: in headlines, at the start of sentences.
    pub weak: bool,
}

/// A phrase without a name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Description {
    pub head: String,
    /// Folded words of the whole phrase but for stop words and the owner's.
    pub words: BTreeSet<String>,
    /// Those of two or three letters that are written in capitals: `US`, `U.S.`, not `us`.
    pub initials: BTreeSet<String>,
    /// It begins with `this` or the like.
    pub demonstrative: bool,
    pub indefinite: bool,
    /// It begins with `his` or the like.
    pub possessive: bool,
    pub span: Span,
}

/// What knowledge says about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    pub name: String,
    pub kind: EntityType,
    pub part_of: Option<String>,
    pub why: String,
}

/// The pronouns that fit the most mentions: those told most often first, each that leaves one of them.
fn most_told(pronouns: &BTreeMap<u8, usize>) -> u8 {
    let mut told: Vec<(usize, u8)> = pronouns.iter().map(|(mask, count)| (*count, *mask)).collect();
    told.sort_unstable_by(|a, b| b.cmp(a));
    told.iter().fold(mask::ANY, |all, (_, mask)| if all & mask == 0 { all } else { all & mask })
}

/// The records of one article.
pub(crate) fn records(article: &Article, number: usize, knowledge: &Knowledge, small: &SmallWords) -> Vec<Record> {
    let letters: Vec<char> = article.text.chars().collect();
    let mut order: Vec<(Span, usize)> = article
        .entities
        .iter()
        .enumerate()
        .flat_map(|(e, entity)| entity.mentions.iter().map(move |m| (m.span, e)))
        .filter(|(span, _)| span.end() as usize <= letters.len())
        .collect();
    order.sort_by(|a, b| a.0.start().cmp(&b.0.start()).then(b.0.end().cmp(&a.0.end())).then(a.1.cmp(&b.1)));
    let spans: Vec<Span> = order.iter().map(|(s, _)| *s).collect();
    let prepared = Prepared::new(&letters, &text::quotation_states(&article.text), &spans);
    let owners = owners(&order, &prepared);
    let mut of_entity: Vec<Vec<usize>> = vec![Vec::new(); article.entities.len()];
    for (index, (_, entity)) in order.iter().enumerate() {
        if let Some(list) = of_entity.get_mut(*entity) {
            list.push(index);
        }
    }
    let sentences: Vec<Span> = text::sentences(&article.text);
    let mut out: Vec<Record> = Vec::new();
    for (e, entity) in article.entities.iter().enumerate() {
        let mut record = Record {
            article: number,
            entity: e,
            kind: entity.kind,
            names: Vec::new(),
            descriptions: Vec::new(),
            roles: BTreeSet::new(),
            offices: BTreeSet::new(),
            bag: BTreeSet::new(),
            mask: mask::ANY,
            pronouns: BTreeMap::new(),
            owner: owners.get(&e).copied(),
            owner_state: None,
            known: None,
            mentions: entity.mentions.len(),
            places: Vec::new(),
            sentence: 0,
        };
        for index in of_entity.get(e).into_iter().flatten() {
            let Some(place) = prepared.mentions.get(*index) else { continue };
            record.places.push(Place {
                start: place.span.start(),
                end: place.span.end(),
                sentence: sentences.partition_point(|s| s.end() <= place.span.start()) as u32,
                form: match (place.phrase.pronoun, place.phrase.name) {
                    (Some(p), _) if p.is_third() => Form::Third,
                    (Some(_), _) => Form::Pronoun,
                    (None, true) => Form::Name,
                    (None, false) => Form::Description,
                },
            });
            read_mention(&mut record, &letters, place);
        }
        if entity.kind == EntityType::Person && !record.names.is_empty() {
            // a named person is no `they` where `he` or `she` is told, too
            let one = mask::HE | mask::SHE;
            if record.pronouns.keys().any(|m| m & one != 0) {
                record.pronouns.retain(|m, _| m & one != 0);
            }
        }
        record.mask = most_told(&record.pronouns);
        if entity.kind == EntityType::Channel && record.names.is_empty() && is_own_voice(&record) {
            // «this newspaper», «our reporter»: the outlet speaks of itself
            if let Some(outlet) = &article.outlet.name {
                record.names.push(plain_name(outlet));
            }
        }
        if let Some(role) = &entity.role {
            record.roles.extend(content_words(&role.text));
        }
        if let Some(first) = entity.mentions.first() {
            record.sentence = sentence_sign(&letters, first.span);
        }
        small.correct(&mut record);
        record
            .names
            .sort_by(|a, b| b.words.len().cmp(&a.words.len()).then(b.count.cmp(&a.count)).then(a.text.cmp(&b.text)));
        out.push(record);
    }
    // an adjective or owner of a state in the name tells what a body belongs to, where no mention nests
    let states: Vec<(String, usize)> = out
        .iter()
        .filter(|r| r.kind == EntityType::State)
        .flat_map(|r| {
            r.names
                .iter()
                .filter_map(|n| n.words.first())
                .filter(|w| w.chars().count() >= 4)
                .map(|w| (w.clone(), r.entity))
        })
        .collect();
    // `US Secretary of State`: a state's initials in an office
    let initials: Vec<(String, usize)> = out
        .iter()
        .filter(|r| r.kind == EntityType::State)
        .flat_map(|r| r.names.iter().map(|n| (n.words.concat().replace('.', ""), r.entity)))
        .filter(|(word, _)| (2..=3).contains(&word.chars().count()))
        .collect();
    let names_of: Vec<BTreeSet<String>> =
        out.iter().map(|r| r.names.iter().flat_map(|n| n.words.iter().cloned()).collect()).collect();
    for record in &mut out {
        if record.owner.is_none()
            && matches!(
                record.kind,
                EntityType::Organisation | EntityType::Person | EntityType::Anonymous | EntityType::Group
            )
        {
            let of_office = || {
                let holds = |word: &String| record.roles.iter().any(|role| role.replace('.', "") == *word);
                initials.iter().find(|(word, _)| holds(word)).map(|(_, entity)| *entity)
            };
            record.owner = owner_by_adjective(record, &states)
                .or_else(|| (record.kind == EntityType::Person).then(of_office).flatten());
        }
        let empty = BTreeSet::new();
        let owner_words = record.owner.and_then(|o| names_of.get(o)).unwrap_or(&empty);
        without_owner(record, owner_words, knowledge);
        record.known = link(record, knowledge);
    }
    out
}

/// Whether a nameless channel is the outlet itself: `this newspaper`, `us`.
fn is_own_voice(record: &Record) -> bool {
    record.descriptions.is_empty() || record.descriptions.iter().any(|d| d.demonstrative)
}

fn plain_name(text: &str) -> Name {
    let words = content_words(text);
    Name {
        words,
        text: text.to_owned(),
        count: 1,
        acronym: String::new(),
        initials: String::new(),
        generic: false,
        weak: false,
    }
}

/// Folded words without stop words.
pub(crate) fn content_words(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    words_of(&letters).into_iter().map(|w| spelling(&w.folded)).filter(|w| !is_stop(w)).collect()
}

/// A sign of the sentence round a mention, equal for copied text.
fn sentence_sign(letters: &[char], span: Span) -> u64 {
    let is_end = |c: &char| matches!(c, '.' | '!' | '?' | '\n');
    let start = (span.start() as usize).saturating_sub(400);
    let before = letters.get(start..span.start() as usize).unwrap_or_default();
    let from = before.iter().rposition(is_end).map_or(start, |i| start + i + 1);
    let after = letters.get(span.end() as usize..).unwrap_or_default();
    let to = span.end() as usize + after.iter().take(400).position(is_end).unwrap_or(after.len().min(400));
    // FNV-1a, which is the same everywhere and always
    let mut sign: u64 = 0xcbf2_9ce4_8422_2325;
    let mut long = 0;
    for word in words_of(letters.get(from..to).unwrap_or_default()) {
        long += 1;
        for byte in word.folded.bytes().chain([b' ']) {
            sign = (sign ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    // where in the sentence it stands
    let place = words_of(letters.get(from..span.start() as usize).unwrap_or_default()).len() as u64;
    if long < 6 { 0 } else { sign.wrapping_add(place.wrapping_mul(0x9e37_79b9)) | 1 }
}

/// The key that a record adds to its article's: what other articles of the same story have, too.
pub(crate) fn context_key(record: &Record) -> Option<(String, f32)> {
    if let Some(link) = &record.known
        && record.kind != EntityType::Person
    {
        return Some((format!("k {}", link.name), 0.5));
    }
    let name = record.names.first()?;
    if name.generic || is_generic(&name.words) {
        return None;
    }
    match record.kind {
        EntityType::Person => name.words.last().map(|w| (format!("p {w}"), 1.0)),
        EntityType::Channel => Some((format!("c {}", name.words.join(" ")), 0.5)),
        _ => Some((format!("o {}", name.words.join(" ")), 1.0)),
    }
}
