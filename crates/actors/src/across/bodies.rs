//! Joins bodies by acronyms and short forms, and peoples with their states.
//!
//! «the HPA» → Hale Port Authority; «the Tamrunians» → Tamrun.

use super::group::Groups;
use super::owner::{is_adjective_of, is_generic};
use super::short::first_record;
use crate::confidence::Step;
use model::EntityType;
use std::collections::{BTreeMap, BTreeSet};

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
        let rivals: Vec<usize> = candidates.keys().copied().collect();
        match (candidates.len(), candidates.into_iter().next()) {
            (1, Some((other, why))) => {
                groups.join(other, group, Step::Body, why);
            }
            (0, _) | (_, None) => {}
            _ => {
                groups.rival(group, rivals);
                groups.note(group, "ambiguous: several bodies could be meant");
            }
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
            groups.join(only, group, Step::Body, "its people stand for it");
        }
    }
}
