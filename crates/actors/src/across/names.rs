//! Joins groups by their names: full names, short forms, initials, slips, acronyms, peoples.
//!
//! Every step says why. Where two bearers fit, nothing is joined and the ambiguity is noted.

use super::group::Groups;
use super::record::{is_adjective_of, is_generic};
use crate::features::distance;
use model::EntityType;
use std::collections::{BTreeMap, BTreeSet};

/// A word that this many groups have is looked through by nearness only; beyond it the block is left out.
const LARGEST_BLOCK: usize = 400;

/// A bearer with this many times the mentions of any other is the one meant by the bare surname.
const DOMINANT: usize = 5;

/// Same known actor: states by all their names, bodies, a user's own table.
pub(crate) fn join_known(groups: &mut Groups<'_>) {
    let mut by_name: BTreeMap<String, usize> = BTreeMap::new();
    for n in 0..groups.records.len() {
        let Some(record) = groups.records.get(n) else { continue };
        let Some(link) = &record.known else { continue };
        if record.kind == EntityType::Person && !link.why.contains("table of actors") {
            continue;
        }
        let group = groups.of(n);
        match by_name.get(&link.name).copied() {
            Some(other) => {
                let other = groups.of(other);
                groups.join(other, group, link.why.clone());
            }
            None => {
                by_name.insert(link.name.clone(), n);
            }
        }
    }
}

/// Same full name. A person's namesake stays apart where the articles share nothing else and the offices differ.
pub(crate) fn join_exact(groups: &mut Groups<'_>) {
    let mut blocks: BTreeMap<Vec<String>, Vec<usize>> = BTreeMap::new();
    for (n, record) in groups.records.iter().enumerate() {
        if record.kind == EntityType::Anonymous {
            continue;
        }
        for name in &record.names {
            let tells = if record.kind == EntityType::Person {
                name.words.len() > 1
            } else {
                !name.generic && !is_generic(&name.words)
            };
            if tells {
                blocks.entry(name.words.clone()).or_default().push(n);
            }
        }
    }
    for (words, members) in blocks {
        let mut found: Vec<usize> = Vec::new();
        for record in members {
            let group = groups.of(record);
            let target = found
                .iter()
                .copied()
                .map(|r| groups.of(r))
                .find(|other| *other == group || are_same_bearer(groups, *other, group));
            match target {
                Some(other) => {
                    if other != group {
                        groups.join(other, group, format!("same name “{}”", words.join(" ")));
                    }
                }
                None => found.push(record),
            }
        }
        if found.len() > 1 {
            for record in found {
                let group = groups.of(record);
                if !groups.is_person(group) {
                    continue;
                }
                groups
                    .note(group, format!("another “{}” stands apart: other articles, another office", words.join(" ")));
            }
        }
    }
}

/// Whether two bearers of one full name are one.
fn are_same_bearer(groups: &Groups<'_>, a: usize, b: usize) -> bool {
    let person = (groups.is_person(a), groups.is_person(b));
    // where an article has both, and as different things, its coreference knew why
    if groups.are_apart(a, b) && groups.kind(a) != groups.kind(b) {
        return false;
    }
    if groups.are_near(a, b) {
        return person.0 == person.1 || !groups.are_apart(a, b);
    }
    match person {
        (false, false) => true,
        (true, true) => {
            let (x, y) = (groups.get(a), groups.get(b));
            let conflict = !x.roles.is_empty() && !y.roles.is_empty() && x.roles.is_disjoint(&y.roles);
            groups.can_share_pronoun(a, b) && !conflict
        }
        _ => false,
    }
}

/// Longer and shorter full names, initials, turned order: `Nicolás Maduro Moros`, `K. Lund`, `LUND, Karin`.
pub(crate) fn join_full_names(groups: &mut Groups<'_>) {
    let mut blocks: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for group in groups.all() {
        if !groups.is_person(group) {
            continue;
        }
        for name in groups.get(group).names.iter().filter(|n| n.len() > 1) {
            for word in name.iter().filter(|w| w.chars().count() > 2) {
                blocks.entry(word.clone()).or_default().insert(group);
            }
        }
    }
    let mut wanted: BTreeMap<usize, BTreeMap<usize, &'static str>> = BTreeMap::new();
    for block in blocks.values().filter(|b| b.len() <= LARGEST_BLOCK) {
        for (n, a) in block.iter().enumerate() {
            for b in block.iter().skip(n + 1) {
                if !groups.are_near(*a, *b) || groups.are_apart(*a, *b) || !groups.can_share_pronoun(*a, *b) {
                    continue;
                }
                if let Some(why) = how_full_names_agree(groups, *a, *b) {
                    wanted.entry(*a).or_default().insert(*b, why);
                    wanted.entry(*b).or_default().insert(*a, why);
                }
            }
        }
    }
    join_wanted(groups, &wanted, "full names");
}

/// Joins each pair that is the only choice of one of its two sides, or whose other choices agree.
fn join_wanted(groups: &mut Groups<'_>, wanted: &BTreeMap<usize, BTreeMap<usize, &'static str>>, what: &str) {
    // records, since groups' numbers change as they join
    let first = |groups: &Groups<'_>, g: usize| groups.get(g).records.first().copied();
    let pairs: Vec<(usize, usize, &'static str, bool)> = wanted
        .iter()
        .flat_map(|(a, others)| others.iter().map(move |(b, why)| (*a, *b, *why)))
        .filter(|(a, b, _)| a < b)
        .filter_map(|(a, b, why)| {
            let alone = |x: usize, y: usize| {
                wanted
                    .get(&x)
                    .is_none_or(|o| o.keys().all(|z| *z == y || wanted.get(z).is_some_and(|m| m.contains_key(&y))))
            };
            Some((first(groups, a)?, first(groups, b)?, why, alone(a, b) && alone(b, a)))
        })
        .collect();
    for (a, b, why, sure) in pairs {
        let (a, b) = (groups.of(a), groups.of(b));
        if a == b {
            continue;
        }
        if sure && !groups.are_apart(a, b) {
            groups.join(a, b, why);
        } else {
            groups.note(a, format!("ambiguous: several {what} fit"));
        }
    }
}

fn how_full_names_agree(groups: &Groups<'_>, a: usize, b: usize) -> Option<&'static str> {
    let (a, b) = (groups.get(a), groups.get(b));
    for x in a.names.iter().filter(|n| n.len() > 1) {
        for y in b.names.iter().filter(|n| n.len() > 1) {
            if let Some(why) = how_two_agree(x, y) {
                return Some(why);
            }
        }
    }
    None
}

fn how_two_agree(x: &[String], y: &[String]) -> Option<&'static str> {
    let (short, long) = if x.len() <= y.len() { (x, y) } else { (y, x) };
    let set = |n: &[String]| n.iter().cloned().collect::<BTreeSet<_>>();
    if set(short) == set(long) {
        return Some("same words in another order");
    }
    let same_first = short.first() == long.first();
    if short.len() < long.len() && same_first && set(short).is_subset(&set(long)) {
        return Some("a longer form of the same name");
    }
    if short.len() < long.len() && long.ends_with(short) {
        return Some("a longer form of the same name");
    }
    let (Some(a), Some(b)) = (short.first(), long.first()) else { return None };
    let one_letter = a.chars().count() == 1 || b.chars().count() == 1;
    if short.last() == long.last() && one_letter && a.chars().next() == b.chars().next() && a != b {
        return Some("an initial for the first name");
    }
    // `LUND, Karin` is read as one word where the comma cut it
    None
}

/// Surnames and first names alone: the one bearer near by.
pub(crate) fn join_short_names(groups: &mut Groups<'_>) {
    let mut by_word: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for group in groups.all().into_iter().filter(|g| groups.is_person(*g)) {
        for name in groups.get(group).names.iter().filter(|n| n.len() > 1) {
            for word in name {
                by_word.entry(word.clone()).or_default().insert(first_record(groups, group));
            }
        }
    }
    let short: Vec<usize> =
        groups.all().into_iter().filter(|g| is_short_person(groups, *g)).map(|g| first_record(groups, g)).collect();
    let mut by_initials: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for group in groups.all().into_iter().filter(|g| groups.is_person(*g)) {
        for name in groups.get(group).names.iter().filter(|n| n.len() > 1 && n.iter().all(|w| w.chars().count() > 1)) {
            let initials: String = name.iter().filter_map(|w| w.chars().next()).collect();
            by_initials.entry(initials).or_default().insert(first_record(groups, group));
        }
    }
    for record in &short {
        let group = groups.of(*record);
        let acronyms: Vec<String> = groups
            .get(group)
            .records
            .iter()
            .filter_map(|r| groups.records.get(*r))
            .flat_map(|r| r.names.iter().map(|n| n.acronym.clone()))
            .filter(|a| a.chars().count() > 1)
            .collect();
        let bearers: BTreeSet<usize> = acronyms
            .iter()
            .filter_map(|a| by_initials.get(a))
            .flatten()
            .map(|r| groups.of(*r))
            .filter(|o| {
                *o != group
                    && groups.are_near(*o, group)
                    && !groups.are_apart(*o, group)
                    && groups.can_share_pronoun(*o, group)
            })
            .collect();
        if let (1, Some(only)) = (bearers.len(), bearers.first().copied()) {
            groups.join(only, group, format!("“{}” are the initials", acronyms.join("”, “").to_uppercase()));
            continue;
        }
        let words: Vec<String> = groups.get(group).names.iter().filter_map(|n| n.first().cloned()).collect();
        let mut candidates: BTreeMap<usize, bool> = BTreeMap::new();
        for word in &words {
            let Some(bearers) = by_word.get(word) else { continue };
            for other in bearers.iter().map(|r| groups.of(*r)).collect::<BTreeSet<_>>() {
                if other == group || groups.are_apart(group, other) || !groups.can_share_pronoun(group, other) {
                    continue;
                }
                if !groups.are_near(group, other) {
                    continue;
                }
                let surname = groups.get(other).names.iter().any(|n| n.len() > 1 && n.last() == Some(word));
                let known = candidates.entry(other).or_default();
                *known |= surname;
            }
        }
        // a surname tells more than a first name
        if candidates.values().any(|s| *s) {
            candidates.retain(|_, s| *s);
        }
        if candidates.len() > 1 {
            let roles = &groups.get(group).roles;
            let fitting: Vec<usize> =
                candidates.keys().copied().filter(|c| !groups.get(*c).roles.is_disjoint(roles)).collect();
            if fitting.len() == 1 {
                candidates.retain(|c, _| fitting.contains(c));
            }
        }
        if candidates.len() > 1 {
            // the one whom everybody tells of, not the one whom one article names in passing
            let mut weights: Vec<(usize, usize)> = candidates.keys().map(|c| (groups.mentions(*c), *c)).collect();
            weights.sort_unstable_by(|a, b| b.cmp(a));
            if let [(most, best), (next, _), ..] = weights.as_slice()
                && *most >= DOMINANT * *next
            {
                let best = *best;
                candidates.retain(|c, _| *c == best);
            }
        }
        match (candidates.len(), candidates.keys().next().copied()) {
            (1, Some(only)) => {
                groups.join(only, group, format!("“{}” has one bearer in these articles", words.join("”, “")));
            }
            (0, _) => {}
            _ => {
                groups.note(group, format!("ambiguous: “{}” has several bearers in these articles", words.join("”, “")))
            }
        }
    }
    // what is left: the same short name in articles near each other
    let mut left: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for record in short {
        let group = groups.of(record);
        if is_short_person(groups, group) && !is_ambiguous(groups, group) {
            for name in &groups.get(group).names {
                left.entry(name.join(" ")).or_default().push(record);
            }
        }
    }
    for (word, members) in left {
        join_near(groups, &members, &format!("same short name “{word}”"));
    }
}

/// Whether a note says that several bearers fit.
fn is_ambiguous(groups: &Groups<'_>, group: usize) -> bool {
    groups.get(group).why.iter().any(|w| w.starts_with("ambiguous"))
}

/// Joins each to the first earlier one that is near and that no article tells apart.
fn join_near(groups: &mut Groups<'_>, members: &[usize], why: &str) {
    let mut found: Vec<usize> = Vec::new();
    for record in members {
        let group = groups.of(*record);
        let target = found.iter().map(|r| groups.of(*r)).find(|other| {
            *other != group
                && groups.are_near(*other, group)
                && !groups.are_apart(*other, group)
                && groups.can_share_pronoun(*other, group)
        });
        match target {
            Some(other) => {
                groups.join(other, group, why);
            }
            None => found.push(*record),
        }
    }
}

fn first_record(groups: &Groups<'_>, group: usize) -> usize {
    groups.get(group).records.first().copied().unwrap_or_default()
}

fn is_short_person(groups: &Groups<'_>, group: usize) -> bool {
    let g = groups.get(group);
    groups.is_person(group)
        && !g.names.is_empty()
        && g.names.iter().all(|n| n.len() == 1 || n.iter().all(|w| w.chars().count() == 1))
}

/// Slips and other spellings: one or two letters, in articles near each other, the other words alike.
pub(crate) fn join_slips(groups: &mut Groups<'_>) {
    let mut blocks: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for group in groups.all() {
        if groups.kind(group) == EntityType::Anonymous {
            continue;
        }
        for name in &groups.get(group).names {
            let Some(last) = name.last().filter(|w| w.chars().count() >= if name.len() > 1 { 4 } else { 5 }) else {
                continue;
            };
            let letters: Vec<char> = plain(last).chars().collect();
            let head: String = letters.iter().take(2).collect();
            let tail: String = letters.iter().rev().take(3).collect();
            blocks.entry(format!("<{head}{}", name.len())).or_default().insert(first_record(groups, group));
            blocks.entry(format!(">{tail}")).or_default().insert(first_record(groups, group));
            blocks.entry(format!("<{head}")).or_default().insert(first_record(groups, group));
        }
    }
    let mut by_article: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut pairs: BTreeSet<(usize, usize)> = BTreeSet::new();
    for block in blocks.values() {
        by_article.clear();
        for record in block {
            for article in &groups.get(groups.of(*record)).articles {
                by_article.entry(*article).or_default().push(*record);
            }
        }
        // only groups in articles near each other are compared, so a block costs what its neighbourhoods cost
        for record in block {
            let group = groups.get(groups.of(*record));
            if group.near.len() > LARGEST_BLOCK {
                continue;
            }
            let mut seen = BTreeSet::new();
            // what stands in one article together is told apart by it
            let elsewhere = group.near.iter().filter(|a| !group.articles.contains(a));
            for other in elsewhere.filter_map(|a| by_article.get(a)).flatten() {
                if record < other && seen.insert(*other) {
                    pairs.insert((*record, *other));
                }
            }
        }
    }
    for (a, b) in pairs {
        let (a, b) = (groups.of(a), groups.of(b));
        if a == b || groups.are_apart(a, b) || !groups.can_share_pronoun(a, b) || !groups.are_near(a, b) {
            continue;
        }
        if groups.is_person(a) != groups.is_person(b) {
            continue;
        }
        // words of different number are one only for people: «Vellmark» is not «Hale Velmark»
        let people = groups.is_person(a);
        let slip = groups.get(a).names.iter().find_map(|x| {
            groups
                .get(b)
                .names
                .iter()
                .find(|y| (people || x.len() == y.len()) && is_slip_of(x, y))
                .map(|y| (x.join(" "), y.join(" ")))
        });
        if let Some((x, y)) = slip {
            groups.join(a, b, format!("“{x}” and “{y}” are spellings of one name"));
        }
    }
}

/// Without the letters that transliterations differ in.
fn plain(word: &str) -> String {
    let mut out = word.replace("ae", "a").replace("oe", "o").replace("ue", "u").replace("ou", "u");
    for (from, to) in [("ph", "f"), ("kh", "h"), ("y", "i"), ("w", "v"), ("q", "k"), ("c", "k"), ("z", "s"), ("j", "i")]
    {
        out = out.replace(from, to);
    }
    out
}

/// Same number of words, all equal but one pair, and that pair close.
fn is_slip_of(x: &[String], y: &[String]) -> bool {
    if x.len() != y.len() {
        // «Guyador» and «Juan Guaydor»
        return match (x, y) {
            ([one], [.., last]) | ([.., last], [one]) => {
                one != last && is_slip_of(std::slice::from_ref(one), std::slice::from_ref(last))
            }
            _ => false,
        };
    }
    let mut differ = x.iter().zip(y).filter(|(a, b)| a != b);
    let (Some((a, b)), None) = (differ.next(), differ.next()) else { return false };
    let shorter = a.chars().count().min(b.chars().count());
    let other_words_agree = x.len() > 1;
    if shorter < if other_words_agree { 4 } else { 5 } || a.chars().count().max(b.chars().count()) > 40 {
        return false;
    }
    // grammatical endings are no slips: `Veranian` is not `Verania`
    if is_adjective_of(a, b)
        || is_adjective_of(b, a)
        || a.strip_suffix('s') == Some(b)
        || b.strip_suffix('s') == Some(a)
    {
        return other_words_agree && (a.strip_suffix('s') == Some(b) || b.strip_suffix('s') == Some(a));
    }
    let limit = if shorter >= 8 { 2 } else { 1 };
    plain(a) == plain(b) || distance(a, b) <= limit || (is_turned(a, b) && a.chars().next() == b.chars().next())
}

/// Two neighbouring letters changed places: `Guiado`, `Guaido`.
fn is_turned(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len() != b.len() {
        return false;
    }
    let differ: Vec<usize> = (0..a.len()).filter(|i| a.get(*i) != b.get(*i)).collect();
    matches!(differ.as_slice(), [i, j] if *j == i + 1 && a.get(*i) == b.get(*j) && a.get(*j) == b.get(*i))
}

/// Bodies: acronyms and short forms, near by, with one candidate.
pub(crate) fn join_bodies(groups: &mut Groups<'_>) {
    let is_body = |groups: &Groups<'_>, g: usize| !matches!(groups.kind(g), EntityType::Person | EntityType::Anonymous);
    let bodies: Vec<usize> =
        groups.all().into_iter().filter(|g| is_body(groups, *g)).map(|g| first_record(groups, g)).collect();
    let mut by_initials: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    let mut by_first: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for record in &bodies {
        let group = groups.get(groups.of(*record));
        for name in group.records.iter().filter_map(|r| groups.records.get(*r)).flat_map(|r| &r.names) {
            if name.initials.chars().count() >= 2 {
                by_initials.entry(name.initials.clone()).or_default().insert(*record);
            }
            for word in &name.words {
                by_first.entry(word.clone()).or_default().insert(*record);
            }
        }
    }
    let mut by_distinct: BTreeMap<BTreeSet<String>, BTreeSet<usize>> = BTreeMap::new();
    for record in &bodies {
        for name in &groups.get(groups.of(*record)).names {
            let (distinct, _) = distinct(name);
            if !distinct.is_empty() {
                by_distinct.entry(distinct).or_default().insert(*record);
            }
        }
    }
    for record in bodies {
        let group = groups.of(record);
        let names: Vec<(Vec<String>, String)> = groups
            .get(group)
            .records
            .iter()
            .filter_map(|r| groups.records.get(*r))
            .flat_map(|r| r.names.iter().map(|n| (n.words.clone(), n.acronym.clone())))
            .collect();
        let mut candidates: BTreeMap<usize, String> = BTreeMap::new();
        for (words, acronym) in &names {
            let same_initials = by_initials.get(acronym).into_iter().flatten().filter(|_| !acronym.is_empty());
            for other in same_initials.map(|r| groups.of(*r)) {
                candidates.insert(other, format!("“{}” are the initials", acronym.to_uppercase()));
            }
            if is_generic(words) {
                continue;
            }
            let (own, kinds) = distinct(words);
            for other in by_distinct.get(&own).into_iter().flatten().map(|r| groups.of(*r)) {
                let fits = groups.get(other).names.iter().any(|n| {
                    let (theirs, their_kinds) = distinct(n);
                    theirs == own && (their_kinds.is_subset(&kinds) || kinds.is_subset(&their_kinds))
                });
                if fits && groups.kind(other) == groups.kind(group) {
                    candidates.insert(other, format!("“{}” is its name with or without its kind", words.join(" ")));
                }
            }
            let Some(first) = words.first() else { continue };
            for other in by_first.get(first).into_iter().flatten().map(|r| groups.of(*r)) {
                let longer = groups
                    .get(other)
                    .names
                    .iter()
                    .any(|n| n.len() > words.len() && (n.starts_with(words) || n.ends_with(words)));
                if longer && groups.kind(other) == groups.kind(group) {
                    candidates.insert(other, format!("“{}” is short for it", words.join(" ")));
                }
            }
        }
        candidates.retain(|c, _| {
            *c != group && !groups.are_apart(*c, group) && groups.are_near(*c, group) && is_body(groups, *c)
        });
        match (candidates.len(), candidates.into_iter().next()) {
            (1, Some((other, why))) => {
                groups.join(other, group, why);
            }
            (0, _) | (_, None) => {}
            _ => groups.note(group, "ambiguous: several bodies could be meant"),
        }
    }
}

/// The words of a body's name that tell it apart, and those that only say what it is (`cuta` | `union`, `federation`).
fn distinct(words: &[String]) -> (BTreeSet<String>, BTreeSet<String>) {
    words
        .iter()
        .cloned()
        .partition(|w| !is_generic(std::slice::from_ref(w)) && w != "union" && w != "daily" && w != "port")
}

/// `the Tamrunians`, where a state Tamrun is near by.
pub(crate) fn join_peoples(groups: &mut Groups<'_>) {
    let mut states: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    let all: Vec<usize> = groups
        .all()
        .into_iter()
        .filter(|g| groups.kind(*g) == EntityType::State)
        .map(|g| first_record(groups, g))
        .collect();
    for record in &all {
        for name in groups.get(groups.of(*record)).names.iter().filter(|n| n.len() == 1) {
            if let Some(word) = name.first() {
                states.entry(word.chars().take(4).collect()).or_default().insert(*record);
            }
        }
    }
    for record in all {
        let group = groups.of(record);
        if groups.get(group).known.is_some() {
            continue;
        }
        let words: Vec<String> = groups.get(group).names.iter().filter_map(|n| n.last().cloned()).collect();
        let mut candidates = BTreeSet::new();
        for word in &words {
            let stem: String = word.chars().take(4).collect();
            for other in states.get(&stem).into_iter().flatten().map(|r| groups.of(*r)) {
                let fits = groups
                    .get(other)
                    .names
                    .iter()
                    .any(|n| n.len() == 1 && n.first().is_some_and(|s| is_adjective_of(word, s)));
                if fits && other != group && !groups.are_apart(other, group) && groups.are_near(other, group) {
                    candidates.insert(other);
                }
            }
        }
        if let (1, Some(only)) = (candidates.len(), candidates.first().copied()) {
            groups.join(only, group, "its people stand for it");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{how_two_agree, is_slip_of};

    fn words(s: &str) -> Vec<String> {
        s.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn slips_are_told_from_other_names() {
        let check = |a: &str, b: &str| is_slip_of(&words(a), &words(b));
        assert!(check("guiado", "guaido"));
        assert!(check("oda brunn", "oda bruenn"));
        assert!(check("maudro", "maduro"));
        assert!(check("eliana dukas", "eliana doukas"));
        assert!(!check("tom vell", "tim vell"));
        assert!(!check("verania", "veranian"));
        assert!(!check("oda brunn", "ida brunn"));
        assert!(!check("gil marsh", "nora marsh"));
    }

    #[test]
    fn full_names_agree_in_part() {
        let check = |a: &str, b: &str| how_two_agree(&words(a), &words(b)).is_some();
        assert!(check("nicolas maduro moros", "nicolas maduro"));
        assert!(check("k lund", "karin lund"));
        assert!(check("lund karin", "karin lund"));
        assert!(check("ruiz ocampo", "amparo ruiz ocampo"));
        assert!(!check("gil ohara", "nora ohara"));
        assert!(!check("leopoldo lopez", "maria lopez"));
    }
}
