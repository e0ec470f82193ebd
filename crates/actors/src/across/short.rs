//! Joins people called by one name only: surnames, first names, initials, where one bearer stands near by.
//!
//! «Ms Lopez» → Nora Lopez; «Lopez», where Gil and Nora are told of → nobody, and a note.

use super::group::Groups;
use crate::confidence::Step;
use std::collections::{BTreeMap, BTreeSet};

/// A bearer with this many times the mentions of any other is the one meant by the bare surname.
const DOMINANT: usize = 5;

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
            groups.join(
                only,
                group,
                Step::Short,
                format!("“{}” are the initials", acronyms.join("”, “").to_uppercase()),
            );
            continue;
        }
        let words: Vec<String> = groups.get(group).names.iter().filter_map(|n| n.first().cloned()).collect();
        let mut candidates: BTreeMap<usize, bool> = BTreeMap::new();
        for word in &words {
            let Some(bearers) = by_word.get(word) else { continue };
            for other in bearers.iter().map(|r| groups.of(*r)).collect::<BTreeSet<_>>() {
                // An article that tells of the bearer, too, mostly just lost a mention of his; had it told of somebody else of that name, it
                // would have said whom, and there would be two bearers.
                if other == group || !groups.can_share_pronoun(group, other) || !groups.are_near(group, other) {
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
                groups.join(
                    only,
                    group,
                    Step::Short,
                    format!("“{}” has one bearer in these articles", words.join("”, “")),
                );
            }
            (0, _) => {}
            _ => {
                groups.rival(group, candidates.into_keys());
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
                groups.join(other, group, Step::Short, why);
            }
            None => found.push(*record),
        }
    }
}

pub(crate) fn first_record(groups: &Groups<'_>, group: usize) -> usize {
    groups.get(group).records.first().copied().unwrap_or_default()
}

fn is_short_person(groups: &Groups<'_>, group: usize) -> bool {
    let g = groups.get(group);
    groups.is_person(group)
        && !g.names.is_empty()
        && g.names.iter().all(|n| n.len() == 1 || n.iter().all(|w| w.chars().count() == 1))
}
