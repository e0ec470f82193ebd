//! What one article shows of one of its entities: names, descriptions, offices, owner. All that joining needs.

use crate::entity::clean_name;
use crate::features::Prepared;
use crate::knowledge::{Knowledge, Sense};
use crate::words::{fold, is_body, is_particle, is_person, is_stop, is_title, mask, words_of};
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
    /// All words of its names and descriptions, in the singular.
    pub bag: BTreeSet<String>,
    /// He, she, it, they as far as its mentions tell.
    pub mask: u8,
    /// The entity that it belongs to (`Russia` of `Russia's Foreign Ministry`), by number in the article.
    pub owner: Option<usize>,
    /// The state that an adjective of its name means (`the Finnish police`), where knowledge has it.
    pub owner_state: Option<String>,
    pub known: Option<Link>,
    pub mentions: usize,
    /// The sentence of its first mention, as a sign for copied text.
    pub sentence: u64,
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
    /// It begins with `this` or the like.
    pub demonstrative: bool,
    pub indefinite: bool,
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

/// `defense` and `defence`, `labor` and `labour` are one word.
pub(crate) fn spelling(word: &str) -> String {
    match word {
        "defense" => "defence".into(),
        "labor" => "labour".into(),
        "organization" => "organisation".into(),
        "center" => "centre".into(),
        "program" => "programme".into(),
        "internal" => "interior".into(),
        w => w.to_owned(),
    }
}

/// Forms of address and ranks that are no part of a name, besides those that coreference knows.
fn is_address(word: &str) -> bool {
    matches!(
        word,
        "cllr"
            | "comrade"
            | "citizen"
            | "nurse"
            | "pc"
            | "dc"
            | "dci"
            | "puan"
            | "datuk"
            | "dato"
            | "encik"
            | "haji"
            | "hajji"
            | "ustad"
            | "sheikh"
            | "shaikh"
            | "maestro"
            | "cde"
            | "hon"
            | "honourable"
            | "honorable"
            | "excellency"
            | "chef"
            | "pastor"
            | "deacon"
            | "abbot"
            | "abbess"
            | "padre"
            | "fray"
            | "fra"
            | "bey"
            | "pasha"
            | "effendi"
            | "shri"
            | "smt"
            | "sri"
            | "mwalimu"
            | "mama"
            | "baba"
            | "tante"
            | "uncle"
            | "aunt"
            | "auntie"
            | "private"
            | "trooper"
            | "engineer"
            | "academician"
            | "deputies"
            | "police"
            | "ex"
            | "then"
            | "self"
            | "proclaimed"
            | "candidate"
            | "presidential"
            | "widow"
            | "wife"
            | "survivor"
            | "striker"
            | "madam"
            | "alhaji"
            | "seri"
            | "dcj"
            | "mgr"
            | "maitre"
            | "papa"
            | "tok"
            | "tun"
            | "tengku"
            | "imam"
            | "goalkeeper"
            | "forward"
            | "midfielder"
            | "defender"
            | "football"
            | "actor"
            | "actress"
            | "singer"
            | "footballer"
    )
}

/// Without the s of the plural.
pub(crate) fn singular(word: &str) -> String {
    match word.strip_suffix("ies") {
        Some(stem) if stem.len() > 2 => format!("{stem}y"),
        _ => match word.strip_suffix('s') {
            Some(stem) if stem.len() > 2 && !stem.ends_with(['s', 'u', 'i']) => stem.to_owned(),
            _ => word.to_owned(),
        },
    }
}

/// Companies' legal forms, which outlets leave out.
fn is_legal_form(word: &str) -> bool {
    matches!(
        word,
        "inc"
            | "ltd"
            | "llc"
            | "plc"
            | "corp"
            | "corporation"
            | "co"
            | "company"
            | "gmbh"
            | "ag"
            | "sa"
            | "spa"
            | "asa"
            | "as"
            | "ab"
            | "oy"
            | "bv"
            | "nv"
            | "kg"
            | "limited"
            | "incorporated"
            | "sarl"
            | "pty"
    )
}

/// Words that the articles write small, with how many articles do, and how many write them large inside sentences.
#[derive(Debug, Default)]
pub(crate) struct SmallWords {
    counts: BTreeMap<String, (u32, u32)>,
}

impl SmallWords {
    /// Adds the words of one article.
    pub(crate) fn add(&mut self, text: &str) {
        let letters: Vec<char> = text.chars().collect();
        let mut seen: BTreeMap<String, (bool, bool)> = BTreeMap::new();
        let mut opens = true;
        let mut at = 0;
        for word in words_of(&letters) {
            let between = letters.get(at..word.start).unwrap_or_default();
            opens |= between.iter().any(|c| matches!(c, '.' | '!' | '?' | '\n' | '“' | '"' | ':' | '‘'));
            at = word.start + word.raw.chars().count();
            let entry = seen.entry(word.folded.clone()).or_default();
            if word.raw.chars().next().is_some_and(char::is_lowercase) {
                entry.0 = true;
            } else if !opens {
                entry.1 = true;
            }
            opens = false;
        }
        for (word, (small, large)) in seen {
            let count = self.counts.entry(word).or_default();
            count.0 += u32::from(small);
            count.1 += u32::from(large);
        }
    }

    /// Whether a word is a common one: more articles write it small than large inside sentences.
    fn is_common(&self, word: &str) -> bool {
        self.counts.get(word).is_some_and(|(small, large)| *small > *large)
    }

    /// Takes common words off the front of people's names (`Chamberlain Jesper Thrane`), and drops names of one common word
    /// that are large only by their place (`Government`, `Dentist`).
    fn correct(&self, record: &mut Record) {
        for name in &mut record.names {
            while record.kind == EntityType::Person
                && name.words.len() > 1
                && name.words.first().is_some_and(|w| {
                    let long = w.chars().count() >= if name.words.len() > 2 { 4 } else { 7 };
                    long && self.is_common(w)
                })
            {
                let gone = name.words.remove(0);
                if let Some((first, rest)) = name.text.split_once(' ').filter(|(first, _)| fold(first) == gone) {
                    let _ = first;
                    name.text = rest.to_owned();
                }
                record.roles.insert(gone);
            }
        }
        let dropped: Vec<String> = record
            .names
            .iter()
            .filter(|n| n.weak && n.words.len() == 1 && n.words.first().is_some_and(|w| self.is_common(w)))
            .filter_map(|n| n.words.first().cloned())
            .collect();
        record
            .names
            .retain(|n| !(n.weak && n.words.len() == 1 && n.words.first().is_some_and(|w| dropped.contains(w))));
        record.roles.extend(dropped);
        let mut seen: Vec<Vec<String>> = Vec::new();
        record.names.retain(|n| {
            let new = !seen.contains(&n.words);
            seen.push(n.words.clone());
            new
        });
    }
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
    let mut out: Vec<Record> = Vec::new();
    for (e, entity) in article.entities.iter().enumerate() {
        let mut record = Record {
            article: number,
            entity: e,
            kind: entity.kind,
            names: Vec::new(),
            descriptions: Vec::new(),
            roles: BTreeSet::new(),
            bag: BTreeSet::new(),
            mask: mask::ANY,
            owner: owners.get(&e).copied(),
            owner_state: None,
            known: None,
            mentions: entity.mentions.len(),
            sentence: 0,
        };
        for index in of_entity.get(e).into_iter().flatten() {
            let Some(place) = prepared.mentions.get(*index) else { continue };
            read_mention(&mut record, &letters, place);
        }
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
    let names_of: Vec<BTreeSet<String>> =
        out.iter().map(|r| r.names.iter().flat_map(|n| n.words.iter().cloned()).collect()).collect();
    for record in &mut out {
        if record.owner.is_none()
            && matches!(
                record.kind,
                EntityType::Organisation | EntityType::Person | EntityType::Anonymous | EntityType::Group
            )
        {
            record.owner = owner_by_adjective(record, &states);
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

/// Takes the owner's words off the names of bodies, and marks what then says nothing by itself.
fn without_owner(record: &mut Record, owner: &BTreeSet<String>, knowledge: &Knowledge) {
    if matches!(record.kind, EntityType::Person | EntityType::State | EntityType::Place) {
        return;
    }
    let mut state: Option<String> = None;
    for name in &mut record.names {
        let is_owners = |w: &String| owner.contains(w) || owner.iter().any(|o| is_adjective_of(w, o));
        let known = |w: &String| {
            knowledge
                .find_key(w)
                .into_iter()
                .find(|k| k.kind == EntityType::State && matches!(k.sense, Sense::Name | Sense::Adjective))
                .map(|k| k.name.clone())
        };
        let rest: Vec<String> = name.words.iter().filter(|w| !is_owners(w) && known(w).is_none()).cloned().collect();
        if !rest.is_empty() && rest.len() < name.words.len() && is_generic(&rest) {
            if !name.words.iter().any(is_owners) {
                state = state.or_else(|| name.words.iter().find_map(known));
            }
            name.words = rest;
        }
        name.generic = is_generic(&name.words);
    }
    for description in &record.descriptions {
        let of = description.words.iter().find_map(|w| {
            knowledge
                .find_key(w)
                .into_iter()
                .find(|k| k.kind == EntityType::State && k.sense == Sense::Adjective)
                .map(|k| k.name.clone())
        });
        state = state.or(of);
    }
    record.owner_state = state;
}

/// Which entity each entity belongs to: the outermost mention of another one inside its own mentions, most often.
fn owners(order: &[(Span, usize)], prepared: &Prepared) -> BTreeMap<usize, usize> {
    let mut votes: BTreeMap<(usize, usize), u32> = BTreeMap::new();
    // mentions are sorted by start, longer first: what a mention holds follows it
    for (i, (outer, entity)) in order.iter().enumerate() {
        let is_name = prepared.mentions.get(i).is_some_and(|m| m.phrase.name);
        let inner = order
            .iter()
            .skip(i + 1)
            .take_while(|(span, _)| span.start() < outer.end())
            .enumerate()
            .filter(|(k, (_, other))| {
                other != entity && prepared.mentions.get(i + 1 + k).is_some_and(|m| m.phrase.pronoun.is_none())
            })
            .map(|(_, (span, other))| (*span, *other))
            .max_by(|a, b| a.0.length().cmp(&b.0.length()).then(b.0.start().cmp(&a.0.start())));
        if let Some((_, owner)) = inner {
            *votes.entry((*entity, owner)).or_default() += if is_name { 2 } else { 1 };
        }
    }
    let mut out: BTreeMap<usize, (u32, usize)> = BTreeMap::new();
    for ((entity, owner), n) in votes {
        let best = out.entry(entity).or_insert((n, owner));
        if n > best.0 {
            *best = (n, owner);
        }
    }
    out.into_iter().map(|(entity, (_, owner))| (entity, owner)).collect()
}

fn read_mention(record: &mut Record, letters: &[char], place: &crate::features::Place) {
    let phrase = &place.phrase;
    let joins_people = matches!(record.kind, EntityType::Person | EntityType::Group | EntityType::Anonymous);
    if phrase.joint && phrase.name && joins_people {
        return;
    }
    if phrase.mask != mask::ANY && record.mask & phrase.mask != 0 {
        record.mask &= phrase.mask;
    }
    let words: Vec<&String> = phrase.full.iter().collect();
    if phrase.pronoun.is_some() {
        return;
    }
    record.bag.extend(phrase.full.iter().map(|w| singular(&spelling(w))));
    if !phrase.name {
        let all: BTreeSet<String> = words.iter().map(|w| spelling(w)).collect();
        record.roles.extend(all.iter().filter(|w| is_person(w) || is_title(w)).cloned());
        let description = Description {
            head: spelling(&phrase.head),
            words: all,
            demonstrative: phrase.demonstrative,
            indefinite: phrase.indefinite,
            span: place.span,
        };
        let found = if record.kind == EntityType::Person {
            name_after_description(letters, place)
        } else {
            name_in_description(record, letters, place)
        };
        if let Some(name) = found {
            add_name(record, name);
        }
        if !record.descriptions.iter().any(|d| d.words == description.words) {
            record.descriptions.push(description);
        }
        return;
    }
    if let Some(turned) = turned_name(record, letters, place) {
        add_name(record, turned);
        return;
    }
    let mut of_name: Vec<String> = phrase.run.iter().map(|w| spelling(&fold(w))).collect();
    if phrase.joint {
        // `Reform and Union Party` is one body
        of_name = phrase.words.iter().filter(|w| phrase.content.contains(*w)).map(|w| spelling(w)).collect();
    }
    // `Bank of Spain`: the rest of the name, in the order of the text
    let rest: BTreeSet<&String> = phrase.content.iter().filter(|w| !of_name.contains(&spelling(w))).collect();
    of_name.extend(phrase.words.iter().filter(|w| rest.contains(w)).map(|w| spelling(w)));
    of_name.retain(|w| w != "affairs");
    if of_name.len() > 1 && record.kind != EntityType::Person {
        of_name.retain(|w| !is_legal_form(w));
    }
    let mut addressed = 0;
    while record.kind == EntityType::Person && of_name.len() > 1 && of_name.first().is_some_and(|w| is_address(w)) {
        of_name.remove(0);
        addressed += 1;
    }
    if of_name.len() > 1 && of_name.last().is_some_and(|w| w == "dcj" || w == "qc" || w == "kc" || w == "mp") {
        of_name.pop();
    }
    if of_name.is_empty() {
        return;
    }
    record.roles.extend(words.iter().filter(|w| is_title(w) && !of_name.contains(w)).map(|w| spelling(w)));
    let text = clean_name(letters, place, record.kind);
    let text = if addressed > 0 { text.splitn(addressed + 1, ' ').last().unwrap_or(&text).to_owned() } else { text };
    let text = if text.is_empty() { of_name.join(" ") } else { text };
    add_name(
        record,
        Name {
            words: of_name,
            text,
            count: 1,
            acronym: phrase.acronym.clone(),
            initials: phrase.initials.clone(),
            generic: false,
            weak: place.opens || place.headline,
        },
    );
}

fn add_name(record: &mut Record, name: Name) {
    match record.names.iter_mut().find(|n| n.words == name.words) {
        Some(known) => {
            known.count += 1;
            known.weak &= name.weak;
            // small letters say more than capitals, accents more than none
            let better = |t: &str| (t.chars().any(char::is_lowercase), !t.is_ascii());
            if better(&name.text) > better(&known.text) {
                known.text = name.text;
            }
        }
        None => record.names.push(name),
    }
}

/// `LUND, Karin`: the surname stands first.
fn turned_name(record: &Record, letters: &[char], place: &crate::features::Place) -> Option<Name> {
    if record.kind != EntityType::Person {
        return None;
    }
    let text = crate::entity::slice(letters, place.span);
    let (last, first) = text.split_once(", ")?;
    let is_name =
        |w: &str| w.chars().next().is_some_and(char::is_uppercase) && !is_title(&fold(w)) && !is_stop(&fold(w));
    let first: Vec<&str> = first.split(' ').collect();
    if last.contains(' ') || !is_name(last) || first.is_empty() || first.len() > 3 || !first.iter().all(|w| is_name(w))
    {
        return None;
    }
    let shouted = last.chars().count() > 1 && !last.chars().any(char::is_lowercase);
    let last = if shouted {
        let mut letters = last.chars();
        letters.next().into_iter().chain(letters.flat_map(char::to_lowercase)).collect()
    } else {
        last.to_owned()
    };
    let text = format!("{} {last}", first.join(" "));
    let words: Vec<String> = content_words(&text);
    Some(Name { words, text, count: 1, acronym: String::new(), initials: String::new(), generic: false, weak: false })
}

/// `Her spokesman, Nils Arriaga`; `the head of the institute B. Totev`: the name stands last.
fn name_after_description(letters: &[char], place: &crate::features::Place) -> Option<Name> {
    let start = place.span.start() as usize;
    let phrase = letters.get(start..place.span.end() as usize)?;
    let words = words_of(phrase);
    let mut run = words.iter().rev().take_while(|w| w.is_capital() && !is_stop(&w.folded) && !w.owner).count();
    let mut first = words.len() - run;
    // a run that a preposition opens is a place (`the doctor from Villa Honda`)
    let after_preposition = first > 0 && words.get(first - 1).is_some_and(|w| crate::words::is_preposition(&w.folded));
    let comma = words
        .get(first)
        .and_then(|w| phrase.get(..w.start))
        .and_then(|p| p.iter().rev().find(|c| !c.is_whitespace()))
        .copied()
        == Some(',');
    while run > 0
        && words.get(first).is_some_and(|w| {
            is_title(&w.folded) || is_body(&w.folded) || (after_preposition && w.raw.chars().count() > 1)
        })
    {
        first += 1;
        run -= 1;
    }
    if first == 0 || run < 2 && !(comma && run == 1) {
        return None;
    }
    let from = words.get(first)?.start;
    let of_name: Vec<String> = words.iter().skip(first).map(|w| spelling(&w.folded)).collect();
    let text: String = phrase.get(from..)?.iter().collect();
    let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | '"' | '“' | '”')).to_owned();
    Some(Name {
        words: of_name,
        text,
        count: 1,
        acronym: String::new(),
        initials: String::new(),
        generic: false,
        weak: false,
    })
}

/// `the Saint Olga hospital`: a body's name whose last word is small.
fn name_in_description(record: &Record, letters: &[char], place: &crate::features::Place) -> Option<Name> {
    if !matches!(record.kind, EntityType::Organisation | EntityType::Channel | EntityType::Document | EntityType::Place)
        || place.headline
    {
        return None;
    }
    let start = place.span.start() as usize;
    let phrase = letters.get(start..place.span.end() as usize)?;
    let words = words_of(phrase);
    let mut of_name = Vec::new();
    let mut capitals = 0;
    for (k, w) in words.iter().enumerate() {
        if crate::words::is_preposition(&w.folded) || w.owner {
            break;
        }
        if is_stop(&w.folded) {
            continue;
        }
        let capital = w.is_capital() && !(k == 0 && place.opens);
        capitals += usize::from(capital && !is_title(&w.folded));
        if !capital && capitals == 0 && !is_body(&w.folded) {
            // small words before the name describe it
            continue;
        }
        of_name.push(spelling(&w.folded));
    }
    if capitals == 0 || of_name.is_empty() {
        return None;
    }
    let text = clean_name(letters, place, record.kind);
    Some(Name {
        words: of_name,
        text,
        count: 1,
        acronym: String::new(),
        initials: String::new(),
        generic: false,
        weak: false,
    })
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
    let from = before.iter().rposition(|c| is_end(c)).map_or(start, |i| start + i + 1);
    let after = letters.get(span.end() as usize..).unwrap_or_default();
    let to = span.end() as usize + after.iter().take(400).position(|c| is_end(c)).unwrap_or(after.len().min(400));
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

/// What knowledge says, by the names' votes.
fn link(record: &Record, knowledge: &Knowledge) -> Option<Link> {
    let mut votes: BTreeMap<(bool, String), (u32, Link)> = BTreeMap::new();
    for name in &record.names {
        let key = name.words.join(" ");
        let mut found = knowledge.find_key(&key);
        if found.is_empty() {
            found = knowledge.find(&name.text);
        }
        for known in found {
            let fits = match known.sense {
                Sense::User => true,
                Sense::Name | Sense::People => match known.kind {
                    EntityType::State => {
                        matches!(record.kind, EntityType::State | EntityType::Place | EntityType::Organisation)
                            || (record.kind == EntityType::Group && known.sense == Sense::People)
                    }
                    _ => !matches!(
                        record.kind,
                        EntityType::Person | EntityType::State | EntityType::Place | EntityType::Anonymous
                    ),
                },
                // a capital or a people's adjective is the state only where the article means the state
                Sense::Capital | Sense::Adjective => record.kind == EntityType::State,
                Sense::Seat => matches!(
                    record.kind,
                    EntityType::State | EntityType::Organisation | EntityType::Place | EntityType::Group
                ),
                Sense::Official => record.kind == EntityType::Person && name.words.len() > 1,
            };
            // of the many meanings of a short name none is sure
            if !fits
                || (known.kind == EntityType::State
                    && known.sense == Sense::Name
                    && key == "us"
                    && name.text.chars().any(char::is_lowercase))
            {
                continue;
            }
            let (target, kind) = match (known.sense, record.kind, &known.part_of) {
                (Sense::Seat, EntityType::State, Some(owner)) => (owner.clone(), EntityType::State),
                _ => (known.name.clone(), known.kind),
            };
            let why = match known.sense {
                Sense::User => format!("“{}” is in the table of actors", name.text),
                Sense::Name => format!("“{}” is a name of {target}", name.text),
                Sense::People | Sense::Adjective => format!("“{}” are the people of {target}", name.text),
                Sense::Capital => format!("“{}” is the capital of {target}", name.text),
                Sense::Seat => {
                    format!("“{}” is a seat of power of {}", name.text, known.part_of.as_deref().unwrap_or(&target))
                }
                Sense::Official => format!("“{}” is in the table of office holders", name.text),
            };
            let weight = name.count * if known.sense <= Sense::Adjective || known.sense == Sense::User { 3 } else { 1 };
            let part_of = if kind == EntityType::State { None } else { known.part_of.clone() };
            let entry = votes
                .entry((known.sense != Sense::User, target.clone()))
                .or_insert((0, Link { name: target, kind, part_of, why }));
            entry.0 += weight;
        }
    }
    votes
        .into_iter()
        .max_by(|a, b| (!a.0.0, a.1.0).cmp(&(!b.0.0, b.1.0)).then(b.0.1.cmp(&a.0.1)))
        .map(|(_, (_, link))| link)
}

/// `the Tamrunian army` belongs to Tamrun: the state's name begins the adjective.
fn owner_by_adjective(record: &Record, states: &[(String, usize)]) -> Option<usize> {
    let words =
        record.names.iter().flat_map(|n| n.words.iter()).chain(record.descriptions.iter().flat_map(|d| d.words.iter()));
    for word in words {
        for (state, entity) in states {
            if *entity != record.entity && is_adjective_of(word, state) {
                return Some(*entity);
            }
        }
    }
    None
}

/// `tamrunian` of `tamrun`: the same stem and an ending of peoples.
pub(crate) fn is_adjective_of(word: &str, state: &str) -> bool {
    let stem: String = {
        let n = state.chars().count();
        let cut = if state.ends_with(['a', 'e', 'i', 'o', 'y']) && n > 4 { n - 1 } else { n };
        state.chars().take(cut).collect()
    };
    if stem.chars().count() < 4 {
        return false;
    }
    let Some(ending) = word.strip_prefix(stem.as_str()) else { return false };
    matches!(
        ending,
        "n" | "an"
            | "ian"
            | "ean"
            | "ese"
            | "ish"
            | "i"
            | "ic"
            | "ns"
            | "ans"
            | "ians"
            | "eans"
            | "is"
            | "er"
            | "ers"
            | "ite"
            | "ites"
            | "iot"
            | "iots"
            | "ois"
            | "ais"
            | "ien"
            | "ese's"
    )
}

/// Whether a name says nothing without its owner: `Foreign Ministry`, `National Bank`, `Supreme Court`.
pub(crate) fn is_generic(words: &[String]) -> bool {
    words.iter().all(|w| {
        is_body(w)
            || is_title(w)
            || is_stop(w)
            || is_particle(w)
            || matches!(
                w.as_str(),
                "national"
                    | "central"
                    | "supreme"
                    | "high"
                    | "federal"
                    | "public"
                    | "general"
                    | "armed"
                    | "security"
                    | "internal"
                    | "civil"
                    | "international"
                    | "constitutional"
                    | "district"
                    | "regional"
                    | "local"
                    | "royal"
                    | "armed forces"
                    | "forces"
                    | "affairs"
                    | "ministries"
                    | "service"
                    | "services"
                    | "affair"
                    | "secret"
                    | "intelligence"
                    | "air"
                    | "guard"
                    | "guards"
                    | "coast"
                    | "border"
                    | "customs"
                    | "police"
                    | "ombudsman"
                    | "chamber"
                    | "commerce"
                    | "lower"
                    | "upper"
                    | "house"
                    | "labour"
                    | "culture"
                    | "interior"
                    | "republic"
            )
    })
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

/// Capital words of an article that are no first words of sentences, no offices, no days, no known states: what articles of one
/// story share even where their entities are found badly.
pub(crate) fn capital_words(text: &str, knowledge: &Knowledge) -> BTreeSet<String> {
    const COMMON: &str = " monday tuesday wednesday thursday friday saturday sunday january february march april may june july august \
        september october november december english french german american european western eastern northern southern north south east \
        west press agency news reuters photo read more http https www com twitter facebook christmas easter god ";
    let letters: Vec<char> = text.chars().collect();
    let words = words_of(&letters);
    let lower: BTreeSet<&str> = words.iter().filter(|w| !w.is_capital()).map(|w| w.folded.as_str()).collect();
    words
        .iter()
        .filter(|w| w.is_capital() && w.folded.chars().count() >= 4 && !lower.contains(w.folded.as_str()))
        .map(|w| spelling(&w.folded))
        .filter(|w| {
            !is_title(w)
                && !is_body(w)
                && !is_person(w)
                && !is_stop(w)
                && !COMMON.contains(&format!(" {w} "))
                && crate::words::pronoun(w).is_none()
                && knowledge.find_key(w).iter().all(|k| k.kind != EntityType::State && k.kind != EntityType::Channel)
        })
        .collect()
}
