//! From groups to actors: name, aliases, offices, what it belongs to, an id that stays.

use super::described::owner_of;
use super::group::Groups;
use crate::confidence::rounded;
use crate::entity::is_bare_title;
use crate::words::{fold, is_person, is_title};
use model::{Actor, ActorRole, Alias, Article, ArticleSpan, EntityType, SpeakerBy};
use std::collections::{BTreeMap, BTreeSet};

/// More offices of one actor than this say nothing more.
const MOST_ROLES: usize = 12;
/// More reasons than this nobody reads; the rest is counted.
const MOST_REASONS: usize = 20;

/// Makes the actors and writes their ids and names into the articles.
pub(crate) fn actors(
    articles: &mut [Article],
    order: &[usize],
    groups: &Groups<'_>,
    by_place: &BTreeMap<(usize, usize), usize>,
) -> (Vec<Actor>, BTreeSet<String>) {
    let mut drafts: Vec<Draft> = groups.all().into_iter().map(|g| draft(articles, order, groups, g)).collect();
    give_ids(&mut drafts);
    let id_of: BTreeMap<usize, String> = drafts.iter().map(|d| (d.group, d.actor.id.clone())).collect();
    let state_of: BTreeMap<String, String> =
        drafts.iter().filter(|d| !d.actor.anonymous).map(|d| (d.actor.name.clone(), d.actor.id.clone())).collect();
    let mut absent: BTreeMap<String, Actor> = BTreeMap::new();
    for draft in &mut drafts {
        draft.actor.part_of = part_of(groups, by_place, draft.group).and_then(|owner| id_of.get(&owner).cloned());
        if draft.actor.part_of.is_none() {
            // its state may be in no article; ids still have to lead somewhere
            let known = groups
                .get(draft.group)
                .records
                .iter()
                .filter_map(|r| groups.records.get(*r)?.known.as_ref()?.part_of.clone())
                .next();
            if let Some(owner) = known.filter(|o| *o != draft.actor.name) {
                let id = state_of.get(&owner).cloned().unwrap_or_else(|| format!("s:{}", slug(&owner)));
                if !state_of.contains_key(&owner) {
                    absent.entry(id.clone()).or_insert_with(|| bare_state(&id, &owner));
                }
                draft.actor.part_of = Some(id);
            }
        }
    }
    let known = |draft: &&Draft| groups.get(draft.group).known.is_some();
    let known: BTreeSet<String> = drafts.iter().filter(known).map(|draft| draft.actor.id.clone()).collect();
    let mut out: Vec<Actor> = Vec::with_capacity(drafts.len() + absent.len());
    for draft in drafts {
        write_back(articles, order, groups, &draft, &id_of);
        out.push(draft.actor);
    }
    let taken: BTreeSet<String> = out.iter().map(|a| a.id.clone()).collect();
    out.extend(absent.into_values().filter(|a| !taken.contains(&a.id)));
    out.sort_by(|a, b| a.id.cmp(&b.id));
    break_loops(&mut out);
    (out, known)
}

struct Draft {
    group: usize,
    /// Date and id of its first article: the earlier keeps the plain id.
    first: (String, String),
    named: bool,
    actor: Actor,
}

fn bare_state(id: &str, name: &str) -> Actor {
    Actor {
        id: id.to_owned(),
        kind: EntityType::State,
        name: name.to_owned(),
        aliases: Vec::new(),
        part_of: None,
        roles: Vec::new(),
        anonymous: false,
        why: vec!["named by what belongs to it".into()],
    }
}

fn draft(articles: &[Article], order: &[usize], groups: &Groups<'_>, group: usize) -> Draft {
    let of = groups.get(group);
    let records: Vec<_> = of.records.iter().filter_map(|r| groups.records.get(*r)).collect();
    let article_of = |n: usize| order.get(n).and_then(|p| articles.get(*p));
    let known = records.iter().find_map(|r| r.known.as_ref());
    let kind = match known {
        Some(link) if link.kind == EntityType::State || link.why.contains("table of actors") => link.kind,
        _ => groups.kind(group),
    };
    let mut counts: BTreeMap<String, (u32, BTreeSet<String>, usize)> = BTreeMap::new();
    let mut roles: Vec<ActorRole> = Vec::new();
    let mut described: Option<(usize, String)> = None;
    let mut sorted = records.clone();
    sorted.sort_by_key(|r| (r.article, r.entity));
    for record in &sorted {
        let Some(article) = article_of(record.article) else { continue };
        for name in &record.names {
            let entry = counts.entry(name.text.clone()).or_default();
            entry.0 += name.count;
            entry.1.extend(article.outlet.name.clone());
            entry.2 = entry.2.max(name.words.len());
        }
        let Some(entity) = article.entities.get(record.entity) else { continue };
        if described.as_ref().is_none_or(|(n, _)| record.mentions > *n) {
            described = Some((record.mentions, entity.name.clone()));
        }
        let spans = entity
            .role
            .iter()
            .map(|r| (r.text.clone(), r.span))
            .chain(record.descriptions.iter().map(|d| (words_at(article, d.span), d.span)));
        for (text, span) in spans {
            let text = text.trim().to_owned();
            let folded = fold(&text);
            if roles.len() < MOST_ROLES && !text.is_empty() && !roles.iter().any(|r| fold(&r.text) == folded) {
                roles.push(ActorRole { text, place: ArticleSpan { article: article.id.clone(), span } });
            }
        }
    }
    // a rank says least of all that articles tell
    roles.sort_by_key(|role| is_bare_title(&role.text));
    let mut aliases: Vec<(usize, Alias)> = counts
        .into_iter()
        .map(|(text, (count, outlets, words))| (words, Alias { text, count, outlets: outlets.into_iter().collect() }))
        .collect();
    aliases.sort_by(|a, b| b.1.count.cmp(&a.1.count).then(a.1.text.cmp(&b.1.text)));
    let named = !aliases.is_empty();
    let name = match known {
        Some(link) if kind == link.kind && kind != EntityType::Person => link.name.clone(),
        _ => best_name(&aliases, kind).or(described.map(|d| d.1)).unwrap_or_default(),
    };
    let first = records
        .iter()
        .filter_map(|r| article_of(r.article))
        .map(|a| (a.published.as_ref().map_or("9999".to_owned(), |p| p.value.clone()), a.id.clone()))
        .min()
        .unwrap_or_default();
    let mut why: Vec<String> = Vec::new();
    for reason in known.iter().map(|l| &l.why).chain(&of.why) {
        if !why.contains(reason) && why.len() < MOST_REASONS {
            why.push(reason.clone());
        }
    }
    if records.len() < 2 {
        why.retain(|w| w.starts_with("ambiguous") || w.starts_with("another"));
    }
    let actor = Actor {
        id: String::new(),
        kind,
        name,
        aliases: aliases.into_iter().map(|(_, a)| a).collect(),
        part_of: None,
        roles,
        anonymous: kind == EntityType::Anonymous,
        why,
    };
    Draft { group, first, named, actor }
}

fn words_at(article: &Article, span: model::Span) -> String {
    let words: String = article.text.chars().skip(span.start() as usize).take(span.length() as usize).collect();
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A person's most used full name; of others the most used name that is no acronym alone.
fn best_name(aliases: &[(usize, Alias)], kind: EntityType) -> Option<String> {
    let shouted = |t: &str| t.chars().filter(|c| c.is_alphabetic()).count() > 4 && !t.chars().any(char::is_lowercase);
    let rank = |(words, alias): &(usize, Alias)| {
        let full = match kind {
            EntityType::Person => (*words).min(2),
            _ => usize::from(*words > 1 || !shouted(&alias.text)),
        };
        (full, !shouted(&alias.text), alias.outlets.len(), alias.count, *words, !alias.text.is_ascii())
    };
    aliases.iter().max_by(|a, b| rank(a).cmp(&rank(b)).then(b.1.text.cmp(&a.1.text))).map(|(_, a)| a.text.clone())
}

/// What an actor belongs to: a state, a body; for people only through an office («a spokesman for Vellmark»).
fn part_of(groups: &Groups<'_>, by_place: &BTreeMap<(usize, usize), usize>, group: usize) -> Option<usize> {
    let owner = owner_of(groups, by_place, group)?;
    let kind = groups.kind(group);
    let of = groups.kind(owner);
    let fits = match kind {
        EntityType::State | EntityType::Place => false,
        EntityType::Person | EntityType::Anonymous => {
            let office = groups.get(group).roles.iter().any(|r| is_title(r) || is_person(r));
            office
                && matches!(of, EntityType::Organisation | EntityType::State | EntityType::Person | EntityType::Group)
        }
        _ => matches!(of, EntityType::Organisation | EntityType::State | EntityType::Person | EntityType::Group),
    };
    fits.then_some(owner)
}

/// An ASCII name for ids.
fn slug(name: &str) -> String {
    let mut out = String::new();
    for c in fold(name).chars() {
        let plain = match c {
            'ł' => "l",
            'ø' => "o",
            'đ' => "d",
            'ß' => "ss",
            'æ' => "ae",
            'œ' => "oe",
            'þ' => "th",
            'ð' => "d",
            'ı' => "i",
            _ => "",
        };
        if c.is_ascii_alphanumeric() {
            out.push(c);
        } else if !plain.is_empty() {
            out.push_str(plain);
        } else if !out.ends_with('-') && !out.is_empty() && !matches!(c, '\'' | '’' | '.') {
            out.push('-');
        }
        if out.len() >= 60 {
            break;
        }
    }
    let out = out.trim_matches('-').to_owned();
    if out.is_empty() { format!("x{:08x}", sign(name) as u32) } else { out }
}

/// FNV-1a: the same on every machine.
pub(crate) fn sign(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3))
}

fn prefix(kind: EntityType) -> char {
    match kind {
        EntityType::Person => 'p',
        EntityType::Organisation => 'o',
        EntityType::State => 's',
        EntityType::Place => 'l',
        EntityType::Group => 'g',
        EntityType::Document => 'd',
        EntityType::Channel => 'c',
        EntityType::Anonymous => 'a',
    }
}

/// Ids from names. A namesake of an earlier article keeps the plain one; who has no name of its own carries its article's id,
/// so that another `the mayor` elsewhere changes nothing.
fn give_ids(drafts: &mut [Draft]) {
    let mut order: Vec<usize> = (0..drafts.len()).collect();
    order.sort_by(|a, b| {
        let key = |n: &usize| drafts.get(*n).map(|d| (&d.first, &d.actor.name, d.group));
        key(a).cmp(&key(b))
    });
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for n in order {
        let Some(draft) = drafts.get_mut(n) else { continue };
        let name = draft
            .actor
            .name
            .strip_prefix("the ")
            .or(draft.actor.name.strip_prefix("The "))
            .unwrap_or(&draft.actor.name);
        let plain = format!("{}:{}", prefix(draft.actor.kind), slug(name));
        let article: String = {
            let short: String = draft.first.1.chars().filter(char::is_ascii_alphanumeric).take(6).collect();
            // ids that users gave can be alike at the front
            if draft.first.1.len() == 16 { short } else { format!("{:06x}", sign(&draft.first.1) & 0x00ff_ffff) }
        };
        let mut id = if draft.named && !draft.actor.anonymous { plain.clone() } else { format!("{plain}-{article}") };
        if taken.contains(&id) {
            id = format!("{plain}-{article}");
        }
        let mut more = 2;
        while taken.contains(&id) {
            id = format!("{plain}-{article}-{more}");
            more += 1;
        }
        taken.insert(id.clone());
        draft.actor.id = id;
    }
}

/// What belongs to itself over others belongs to nothing.
fn break_loops(actors: &mut [Actor]) {
    let owner: BTreeMap<String, String> =
        actors.iter().filter_map(|a| Some((a.id.clone(), a.part_of.clone()?))).collect();
    for actor in actors {
        let mut at = actor.part_of.clone();
        let mut steps = 0;
        while let Some(id) = at {
            steps += 1;
            if id == actor.id || steps > 8 {
                actor.part_of = None;
                break;
            }
            at = owner.get(&id).cloned();
        }
    }
}

/// Writes ids and names into entities and speakers.
fn write_back(
    articles: &mut [Article],
    order: &[usize],
    groups: &Groups<'_>,
    draft: &Draft,
    ids: &BTreeMap<usize, String>,
) {
    let of = groups.get(draft.group);
    for number in &of.records {
        let Some(record) = groups.records.get(*number) else { continue };
        let Some(article) = order.get(record.article).and_then(|p| articles.get_mut(*p)) else { continue };
        let Some(entity) = article.entities.get_mut(record.entity) else { continue };
        entity.actor = Some(draft.actor.id.clone());
        entity.confidence = groups.sure(*number).map(rounded);
        entity.rivals = groups.rivals(*number).iter().filter_map(|group| ids.get(group)).cloned().collect();
        entity.rivals.sort_unstable();
        let id = entity.id.clone();
        let nameless = record.names.is_empty();
        let by_office = of.by_office.contains(number);
        for speaker in article.statements.iter_mut().flat_map(|s| s.speaker.iter_mut().chain(s.addressee.iter_mut())) {
            if speaker.entity.as_deref() == Some(id.as_str()) {
                speaker.actor = Some(draft.actor.id.clone());
                speaker.name.clone_from(&draft.actor.name);
                if by_office && nameless && speaker.by == SpeakerBy::Coreference {
                    speaker.by = SpeakerBy::Office;
                }
            }
        }
    }
}
