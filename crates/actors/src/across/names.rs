//! Joins groups by their full names: known ones, equal ones, longer and shorter ones, initials.
//!
//! Every step says why. Where two bearers fit, nothing is joined and the ambiguity is noted.

use super::group::Groups;
use super::owner::is_generic;
use crate::confidence::Step;
use model::EntityType;
use std::collections::{BTreeMap, BTreeSet};

/// A word that this many groups have is looked through by nearness only; beyond it the block is left out.
pub(crate) const LARGEST_BLOCK: usize = 400;

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
                groups.join(other, group, Step::Known, link.why.clone());
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
                        groups.join(other, group, Step::Name, format!("same name “{}”", words.join(" ")));
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
            groups.join(a, b, Step::LongerName, why);
        } else {
            groups.rival(a, [b]);
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
    let is_short_form = |short: &String, long: &String| short.chars().count() > 2 && long.starts_with(short.as_str());
    if short.len() == long.len() && short.get(1..) == long.get(1..) && (is_short_form(a, b) || is_short_form(b, a)) {
        return Some("a short form of the first name");
    }
    // `LUND, Karin` is read as one word where the comma cut it
    None
}

#[cfg(test)]
mod tests {
    use super::how_two_agree;

    fn words(s: &str) -> Vec<String> {
        s.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn full_names_agree_in_part() {
        let check = |a: &str, b: &str| how_two_agree(&words(a), &words(b)).is_some();
        assert!(check("nicolas maduro moros", "nicolas maduro"));
        assert!(check("k lund", "karin lund"));
        assert!(check("lund karin", "karin lund"));
        assert!(check("ruiz ocampo", "amparo ruiz ocampo"));
        assert!(check("vic tranter", "victor tranter"));
        assert!(!check("al tranter", "alma tranter"));
        assert!(!check("gil ohara", "nora ohara"));
        assert!(!check("leopoldo lopez", "maria lopez"));
    }
}
