//! What an entity belongs to: `Russia` of `Russia's Foreign Ministry`, by nested mentions and by adjectives.
//!
//! In: the mentions of one article. Out: an owner for its entities, and which names say nothing without one.

use super::record::Record;
use crate::features::Prepared;
use crate::knowledge::{Knowledge, Sense};
use crate::phrase::Phrase;
use crate::words::{is_body, is_particle, is_stop, is_title};
use model::{EntityType, Span};
use std::collections::{BTreeMap, BTreeSet};

/// Which entity each entity belongs to: the outermost mention of another one inside its own mentions, most often.
pub(crate) fn owners(order: &[(Span, usize)], prepared: &Prepared) -> BTreeMap<usize, usize> {
    let mut votes: BTreeMap<(usize, usize), u32> = BTreeMap::new();
    // mentions are sorted by start, longer first: what a mention holds follows it
    for (i, (outer, entity)) in order.iter().enumerate() {
        let Some(phrase) = prepared.mentions.get(i).map(|m| &m.phrase) else { continue };
        // `Ines and Bram` belongs to neither.
        if phrase.joint {
            continue;
        }
        // A name that ends in the very name inside it is that one once more, with its office (`Minister Ana Ruiz`).
        let is_itself = |other: &Phrase| phrase.name && other.name && phrase.last == other.last;
        let inner = order
            .iter()
            .skip(i + 1)
            .take_while(|(span, _)| span.start() < outer.end())
            .enumerate()
            .filter(|(k, (_, other))| {
                let phrase = prepared.mentions.get(i + 1 + k).map(|m| &m.phrase);
                other != entity && phrase.is_some_and(|p| p.pronoun.is_none() && !is_itself(p))
            })
            .map(|(_, (span, other))| (*span, *other))
            .max_by(|a, b| a.0.length().cmp(&b.0.length()).then(b.0.start().cmp(&a.0.start())));
        if let Some((_, owner)) = inner {
            *votes.entry((*entity, owner)).or_default() += if phrase.name { 2 } else { 1 };
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

/// Takes the owner's words off the names of bodies, and marks what then says nothing by itself.
pub(crate) fn without_owner(record: &mut Record, owner: &BTreeSet<String>, knowledge: &Knowledge) {
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
        // «U.S. officials», «UK courts»: a state's initials stand for its adjective
        let found = |word: &String, sense: Sense| {
            let known = knowledge.find_key(word).into_iter();
            known.filter(|k| k.kind == EntityType::State && k.sense == sense).map(|k| k.name.clone()).next()
        };
        let of = description.words.iter().find_map(|word| found(word, Sense::Adjective));
        let of = of.or_else(|| description.initials.iter().find_map(|word| found(word, Sense::Name)));
        state = state.or(of);
    }
    record.owner_state = state;
}

/// `the Tamrunian army` belongs to Tamrun: the state's name begins the adjective.
pub(crate) fn owner_by_adjective(record: &Record, states: &[(String, usize)]) -> Option<usize> {
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
