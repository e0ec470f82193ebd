//! Joins what has no name of its own: offices, ministries, groups, documents, copied sentences.
//!
//! «the mayor» in one article and «Mayor Oda Brünn» in another; «the Defence Ministry» of the same state; «the leaked memo».
//! Nothing is joined where two fit.

use super::group::Groups;
use super::owner::{is_adjective_of, is_generic};
use super::record::Record;
use super::short::first_record;
use crate::confidence::Step;
use crate::knowledge::Knowledge;
use crate::words::{is_person, is_title};
use model::EntityType;
use std::collections::{BTreeMap, BTreeSet};

/// A group none of whose names says who it is.
pub(crate) fn is_nameless(groups: &Groups<'_>, group: usize) -> bool {
    groups.get(group).known.is_none() && groups.get(group).names.iter().all(|n| is_generic(n))
}

/// The same sentence in two articles: what was copied means the same.
pub(crate) fn join_copies(groups: &mut Groups<'_>) {
    let mut by_sign: BTreeMap<(u64, bool), usize> = BTreeMap::new();
    for n in 0..groups.records.len() {
        let Some(record) = groups.records.get(n) else { continue };
        if record.sentence == 0 || !record.names.is_empty() {
            continue;
        }
        let key = (record.sentence, record.kind == EntityType::Person || record.kind == EntityType::Anonymous);
        match by_sign.get(&key).copied() {
            Some(other) => {
                let (a, b) = (groups.of(other), groups.of(n));
                if !groups.are_apart(a, b) {
                    groups.join(a, b, Step::Copied, "the same sentence stands in both articles");
                }
            }
            None => {
                by_sign.insert(key, n);
            }
        }
    }
}

/// What a nameless group is called: head and words, without its owner's.
struct Called {
    head: String,
    words: BTreeSet<String>,
}

fn calls(groups: &Groups<'_>, record: &Record, owner_words: &BTreeSet<String>) -> Vec<Called> {
    let without = |words: &BTreeSet<String>| -> BTreeSet<String> {
        words.iter().filter(|w| !owner_words.iter().any(|o| *w == o || is_adjective_of(w, o))).cloned().collect()
    };
    let mut out: Vec<Called> = record
        .descriptions
        .iter()
        .filter(|d| !d.indefinite || d.words.len() > 1)
        .map(|d| Called { head: d.head.clone(), words: without(&d.words) })
        .collect();
    for name in record.names.iter().filter(|n| n.generic) {
        let words: BTreeSet<String> = name.words.iter().cloned().collect();
        // `Ministry of Defence` and `Defence Ministry` have one head
        let head =
            name.words.iter().find(|w| crate::words::is_body(w)).or(name.words.last()).cloned().unwrap_or_default();
        out.push(Called { head, words: without(&words) });
    }
    let _ = groups;
    out.retain(|c| !c.head.is_empty() && c.words.contains(&c.head));
    out
}

/// The group that owns a group's records, where they agree.
pub(crate) fn owner_of(groups: &Groups<'_>, by_place: &BTreeMap<(usize, usize), usize>, group: usize) -> Option<usize> {
    let mut votes: BTreeMap<usize, usize> = BTreeMap::new();
    for record in groups.get(group).records.iter().filter_map(|r| groups.records.get(*r)) {
        if let Some(owner) = record.owner.and_then(|o| by_place.get(&(record.article, o))) {
            let owner = groups.of(*owner);
            if owner != group {
                *votes.entry(owner).or_default() += 1;
            }
        }
    }
    let most = votes.values().copied().max()?;
    votes.into_iter().find(|(_, n)| *n == most).map(|(owner, _)| owner)
}

/// The words of the owner's names and of adjectives that mean it.
fn owner_words(groups: &Groups<'_>, by_place: &BTreeMap<(usize, usize), usize>, group: usize) -> BTreeSet<String> {
    owner_of(groups, by_place, group)
        .map(|o| groups.get(o).names.iter().flatten().cloned().collect())
        .unwrap_or_default()
}

/// The owner by a name that is the same in all articles: what knowledge calls it, else its group's number.
fn owner_name(groups: &Groups<'_>, by_place: &BTreeMap<(usize, usize), usize>, group: usize) -> Option<String> {
    match owner_of(groups, by_place, group) {
        Some(owner) => Some(groups.get(owner).known.clone().unwrap_or_else(|| format!("#{owner}"))),
        None => {
            groups.get(group).records.iter().filter_map(|r| groups.records.get(*r)).find_map(|r| r.owner_state.clone())
        }
    }
}

/// Ministries, armies, groups, documents, people without names: same words, same owner, articles near each other.
pub(crate) fn join_described(groups: &mut Groups<'_>, by_place: &BTreeMap<(usize, usize), usize>) {
    // for each class and head word the groups that are called so: a record of each, and the words
    type Members = Vec<(usize, BTreeSet<String>)>;
    let mut by_head: BTreeMap<(u8, String), Members> = BTreeMap::new();
    for group in groups.all() {
        let kind = groups.kind(group);
        if kind == EntityType::Anonymous || !is_nameless(groups, group) {
            continue;
        }
        let owner_words = owner_words(groups, by_place, group);
        let mut heads: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for record in groups.get(group).records.iter().filter_map(|r| groups.records.get(*r)) {
            for called in calls(groups, record, &owner_words) {
                heads.entry(called.head).or_default().extend(called.words);
            }
        }
        for (head, words) in heads {
            by_head.entry((class(kind), head)).or_default().push((first_record(groups, group), words));
        }
    }
    for ((_, head), members) in by_head {
        let mut found: Members = Vec::new();
        let mut by_article: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (record, words) in members {
            let group = groups.of(record);
            let owner = owner_name(groups, by_place, group);
            let mut equal: BTreeSet<usize> = BTreeSet::new();
            let mut part: BTreeSet<usize> = BTreeSet::new();
            let own = groups.get(group);
            let elsewhere = own.near.iter().filter(|a| !own.articles.contains(a));
            let candidates: BTreeSet<usize> = elsewhere.filter_map(|a| by_article.get(a)).flatten().copied().collect();
            for (other, theirs) in candidates.iter().filter_map(|n| found.get(*n)) {
                let other = groups.of(*other);
                if other == group
                    || !groups.are_near(other, group)
                    || groups.are_apart(other, group)
                    || !groups.can_share_pronoun(other, group)
                {
                    continue;
                }
                let same_owner = match (&owner, owner_name(groups, by_place, other)) {
                    (Some(a), Some(b)) => *a == b,
                    _ => true,
                };
                if !same_owner {
                    continue;
                }
                if *theirs == words {
                    equal.insert(other);
                } else if theirs.is_subset(&words) || words.is_subset(theirs) {
                    part.insert(other);
                }
            }
            let target = match (equal.len(), part.len()) {
                (1, _) => equal.first(),
                (0, 1) => part.first(),
                _ => None,
            };
            if let Some(target) = target {
                let why = format!("“{}” in articles near each other", head_text(&head, &words));
                groups.join(*target, group, Step::Described, why);
            } else if equal.len() > 1 {
                groups.rival(group, equal);
                groups.note(group, format!("ambiguous: several are called “{head}”"));
            }
            for article in &groups.get(groups.of(record)).articles {
                by_article.entry(*article).or_default().push(found.len());
            }
            found.push((record, words));
        }
    }
}

fn head_text(head: &str, words: &BTreeSet<String>) -> String {
    let mut out: Vec<&str> = words.iter().map(String::as_str).filter(|w| *w != head).collect();
    out.push(head);
    out.join(" ")
}

/// Kinds that one description can mean.
pub(crate) fn class(kind: EntityType) -> u8 {
    match kind {
        EntityType::Person => 0,
        EntityType::Organisation | EntityType::State => 1,
        EntityType::Group => 2,
        EntityType::Document => 3,
        EntityType::Place => 4,
        EntityType::Channel => 5,
        EntityType::Anonymous => 6,
    }
}

/// «the mayor»: the one named person near by with that office; else who held it on that day, as far as tables know.
pub(crate) fn join_offices(
    groups: &mut Groups<'_>,
    knowledge: &Knowledge,
    by_place: &BTreeMap<(usize, usize), usize>,
    days: &[Option<String>],
) {
    let mut by_role: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for group in groups.all() {
        if groups.is_person(group) && !is_nameless(groups, group) {
            for role in &groups.get(group).roles {
                by_role.entry(role.clone()).or_default().insert(first_record(groups, group));
            }
        }
    }
    let offices: BTreeSet<&String> = groups.records.iter().flat_map(|r| &r.offices).collect();
    let nameless: Vec<usize> = groups
        .all()
        .into_iter()
        .filter(|g| groups.is_person(*g) && is_nameless(groups, *g))
        .map(|g| first_record(groups, g))
        .collect();
    for record in nameless {
        let group = groups.of(record);
        let owner = owner_of(groups, by_place, group);
        let owner_words = owner_words(groups, by_place, group);
        let called: Vec<Called> = groups
            .get(group)
            .records
            .iter()
            .filter_map(|r| groups.records.get(*r))
            .flat_map(|r| calls(groups, r, &owner_words))
            .filter(|c| is_title(&c.head) || is_person(&c.head) || offices.contains(&c.head))
            .collect();
        let mut candidates = BTreeSet::new();
        let mut head = String::new();
        for c in &called {
            for other in by_role.get(&c.head).into_iter().flatten().map(|r| groups.of(*r)) {
                // both may stand in one article: what coreference there left open, the office decides
                if other == group || !groups.are_near(other, group) || !groups.can_share_pronoun(other, group) {
                    continue;
                }
                let theirs = &groups.get(other).roles;
                let titles: BTreeSet<&String> = theirs.iter().filter(|w| is_title(w)).collect();
                let mine: BTreeSet<&String> = c.words.iter().filter(|w| is_title(w)).collect();
                let owners = match (owner, owner_of(groups, by_place, other)) {
                    (Some(a), Some(b)) => a == b,
                    _ => true,
                };
                if (mine.is_subset(&titles) || titles.is_subset(&mine)) && owners {
                    candidates.insert(other);
                    head.clone_from(&c.head);
                }
            }
        }
        match (candidates.len(), candidates.first().copied()) {
            (1, Some(only)) => {
                groups.mark_office(group);
                groups.join(only, group, Step::Office, format!("the one {head} in these articles"));
            }
            (0, _) => by_date(groups, knowledge, owner, &called, days, group),
            _ => {
                groups.rival(group, candidates);
                groups.note(group, format!("ambiguous: several have the office of {head}"));
            }
        }
    }
}

/// Joins an office of a known state to the person who held it on the article's day, where that person is in the corpus.
fn by_date(
    groups: &mut Groups<'_>,
    knowledge: &Knowledge,
    owner: Option<usize>,
    called: &[Called],
    days: &[Option<String>],
    group: usize,
) {
    let Some(state) = owner.and_then(|o| groups.get(o).known.clone()) else { return };
    let Some(day) = groups.get(group).articles.first().and_then(|a| days.get(*a)).cloned().flatten() else { return };
    for c in called {
        let titles: Vec<&str> = c.words.iter().map(String::as_str).filter(|w| is_title(w)).collect();
        let office = match titles.as_slice() {
            ["president"] => "president",
            ["minister", "prime"] => "prime minister",
            ["chancellor"] => "chancellor",
            ["president", "vice"] => "vice president",
            _ => continue,
        };
        let Some(holder) = knowledge.holder(&state, office, &day) else { continue };
        let words: Vec<String> = crate::knowledge::key(holder).split(' ').map(str::to_owned).collect();
        let found = groups
            .all()
            .into_iter()
            .find(|g| *g != group && groups.is_person(*g) && groups.get(*g).names.contains(&words));
        if let Some(found) = found.filter(|f| !groups.are_apart(*f, group)) {
            groups.mark_office(group);
            let why = format!("{office} of {state} on {day}, by the table of offices");
            groups.join(found, group, Step::Office, why);
            return;
        }
    }
}

/// A shared word counts the less the more groups near by have it; from this sum on two groups are alike.
const ALIKE: f32 = 0.5;
/// The best candidate has to be this many times better than the next.
const CLEARLY: f32 = 2.0;

/// What still has no name: the one group near by whose words it shares, clearly more than any other's.
pub(crate) fn join_alike(groups: &mut Groups<'_>, by_place: &BTreeMap<(usize, usize), usize>) {
    let mut by_article: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (n, record) in groups.records.iter().enumerate() {
        by_article.entry(record.article).or_default().push(n);
    }
    let left: Vec<usize> = groups
        .all()
        .into_iter()
        .filter(|g| groups.kind(*g) != EntityType::Anonymous && is_nameless(groups, *g))
        .map(|g| first_record(groups, g))
        .collect();
    for record in left {
        let group = groups.of(record);
        if groups.get(group).near.len() > MOST_NEAR {
            continue;
        }
        let owner = owner_words(groups, by_place, group);
        let mine: BTreeSet<String> =
            groups.get(group).bag.iter().filter(|w| !owner.contains(*w) && !says_nothing(w)).cloned().collect();
        let kind = class(groups.kind(group));
        let mut near: Vec<usize> = groups.get(group).near.iter().copied().collect();
        near.sort_unstable();
        let others: BTreeSet<usize> = near
            .iter()
            .filter_map(|a| by_article.get(a))
            .flatten()
            .map(|r| groups.of(*r))
            .filter(|g| *g != group && class(groups.kind(*g)) == kind)
            .collect();
        if others.len() > MOST_OTHERS {
            continue;
        }
        // how many groups of the kind have each word
        let mut having: BTreeMap<&String, f32> = BTreeMap::new();
        for other in &others {
            for word in groups.get(*other).bag.intersection(&mine) {
                *having.entry(word).or_default() += 1.0;
            }
        }
        let mut scores: Vec<(f32, usize)> = Vec::new();
        for other in &others {
            if groups.are_apart(*other, group) || !groups.can_share_pronoun(*other, group) {
                continue;
            }
            let differ = match (owner_name(groups, by_place, group), owner_name(groups, by_place, *other)) {
                (Some(a), Some(b)) => a != b,
                _ => false,
            };
            let score: f32 =
                groups.get(*other).bag.intersection(&mine).filter_map(|w| having.get(w)).map(|n| 1.0 / n).sum();
            if score > 0.0 && !differ {
                scores.push((score, *other));
            }
        }
        scores.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let next = scores.get(1).map_or(0.0, |s| s.0);
        if let Some((best, other)) = scores.first().copied()
            && best >= ALIKE
            && best >= CLEARLY * next
        {
            let shared: Vec<&str> = groups.get(other).bag.intersection(&mine).map(String::as_str).collect();
            let why = format!("called alike in articles near each other: “{}”", shared.join("”, “"));
            groups.join(other, group, Step::Alike, why);
        } else if groups.kind(group) == EntityType::State && scores.is_empty() {
            // «our country», «the nation»: the state that these articles are about, where there is one
            let mut states: Vec<(usize, usize)> = others
                .iter()
                .filter(|o| {
                    groups.kind(**o) == EntityType::State && !is_nameless(groups, **o) && !groups.are_apart(**o, group)
                })
                .map(|o| (groups.mentions(*o), *o))
                .collect();
            states.sort_unstable_by(|a, b| b.cmp(a));
            let next = states.get(1).map_or(0, |s| s.0);
            if let Some((most, state)) = states.first().copied()
                && most >= 2 * next
            {
                groups.join(state, group, Step::Alike, "the state that these articles are about");
            }
        }
    }
}

/// In larger neighbourhoods too many are alike.
const MOST_NEAR: usize = 200;
/// And among more groups than these.
const MOST_OTHERS: usize = 2000;

/// Words that tell no two groups apart.
pub(crate) fn says_nothing(word: &str) -> bool {
    matches!(
        word,
        "man"
            | "woman"
            | "people"
            | "person"
            | "one"
            | "two"
            | "three"
            | "member"
            | "side"
            | "other"
            | "new"
            | "old"
            | "own"
            | "former"
            | "same"
            | "first"
            | "last"
            | "year"
            | "our"
            | "group"
            | "part"
            | "thing"
            | "office"
            | "state"
            | "national"
            | "local"
            | "senior"
            | "young"
            | "head"
            | "so"
            | "called"
    )
}
