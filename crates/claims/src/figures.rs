//! Numbers on which the statements of one claim differ.
//!
//! «at least 47 people were killed» – «61 people were killed»  →  `47`, `61` with their statements.
//!
//! A number counts where another statement gives a different one for the same thing: one of the next two words is shared.

use crate::corpus::{At, Corpus};
use crate::origins::Told;
use crate::words::{is_common, words};
use model::ClaimFigure;
use std::collections::{BTreeMap, BTreeSet};

/// Numbers written as words, with their values.
const NUMBER_WORDS: &[(&str, &str)] = &[
    ("two", "2"),
    ("three", "3"),
    ("four", "4"),
    ("five", "5"),
    ("six", "6"),
    ("seven", "7"),
    ("eight", "8"),
    ("nine", "9"),
    ("ten", "10"),
    ("eleven", "11"),
    ("twelve", "12"),
    ("dozen", "12"),
    ("hundred", "100"),
    ("thousand", "1000"),
];

/// The value of a number, in figures or in words.
fn value_of(word: &str) -> Option<String> {
    if word.starts_with(|c: char| c.is_ascii_digit()) {
        return Some(word.chars().filter(|c| *c != ',').collect());
    }
    NUMBER_WORDS.iter().find(|(name, _)| *name == word).map(|(_, value)| (*value).to_owned())
}

/// What a number counts, its value, how it is written, who gives it.
struct Figure {
    of: BTreeSet<String>,
    value: String,
    written: String,
    at: At,
}

/// The numbers of a claim's statements that differ.
pub(crate) fn figures_of(corpus: &Corpus<'_>, told: &[(Told, f32)]) -> Vec<ClaimFigure> {
    let figures: Vec<Figure> = told.iter().flat_map(|(told, _)| figures_in(corpus, told.at)).collect();
    let mut differing: BTreeMap<String, (String, BTreeSet<At>)> = BTreeMap::new();
    for figure in &figures {
        let differs =
            |other: &&Figure| other.at != figure.at && other.value != figure.value && !other.of.is_disjoint(&figure.of);
        if figures.iter().any(|other| differs(&other)) {
            let entry =
                differing.entry(figure.value.clone()).or_insert_with(|| (figure.written.clone(), BTreeSet::new()));
            entry.1.insert(figure.at);
        }
    }
    let figure = |(text, statements): (String, BTreeSet<At>)| ClaimFigure {
        text,
        statements: statements.into_iter().map(|at| corpus.reference(at)).collect(),
    };
    differing.into_values().map(figure).collect()
}

fn figures_in(corpus: &Corpus<'_>, at: At) -> Vec<Figure> {
    let all = words(&corpus.side(at).content, 0);
    let mut found = Vec::new();
    for (place, word) in all.iter().enumerate() {
        let Some(value) = value_of(&word.text) else { continue };
        let next = all.iter().skip(place + 1).take(2).map(|word| word.text.trim_end_matches('s').to_owned());
        let of: BTreeSet<String> = next.filter(|word| !is_common(word) && value_of(word).is_none()).collect();
        if !of.is_empty() {
            found.push(Figure { of, value, written: word.text.clone(), at });
        }
    }
    found
}
