//! The least that each figure may be: `eval/floors.toml`.
//!
//! In: the file's text and [`Scores`]. Out: which figures fell below their floor, or a new text.
//!
//! ```toml
//! # One table a set; figures in percent, named as in the JSON of `tellings eval`.
//! [held-out-third]
//! found = 82.5
//! "found.precision" = 80.0   # part of an F1: precision or recall
//! wrong-mouth = 12.0         # where less is better: the most allowed
//! ```
//!
//! A floor for a figure that a scoring does not give counts as fallen: a measure cannot be lost in silence.

use super::EvalError;
use super::scores::{Better, Scores};
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

/// What new floors leave between themselves and the measured figure, in points: other machines round differently.
const SLACK: f64 = 0.5;

/// Figures that get a floor by themselves. Others keep one where somebody wrote it into the file.
const HELD: [&str; 23] = [
    "all-exact",
    "found",
    "source-right",
    "act",
    "kind",
    "negated",
    "hedged",
    "parent",
    "nested-found",
    "speaker",
    "wrong-mouth",
    "mentions",
    "coreference",
    "actors",
    "utterances",
    "claims",
    "stance",
    "verdict",
    "origins",
    "reprinted-sentences",
    "reprint-pairs",
    "calibration-error",
    "boilerplate-statements",
];

/// Floors by set and figure.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Floors {
    head: String,
    sets: BTreeMap<String, BTreeMap<String, f64>>,
}

/// A figure below its floor.
#[derive(Clone, Debug, PartialEq)]
pub struct Fall {
    /// Set.
    pub set: String,
    /// Figure.
    pub figure: String,
    /// What it is; `None` where the scoring does not give it.
    pub value: Option<f64>,
    /// What it must be.
    pub floor: f64,
    /// Whether the floor is the most instead of the least.
    pub is_ceiling: bool,
}

impl fmt::Display for Fall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { set, figure, value, floor, is_ceiling } = self;
        match value {
            Some(value) => {
                let (side, rule) = if *is_ceiling { ("above", "most") } else { ("below", "least") };
                write!(f, "{set}: `{figure}` is {value:.2}, {side} its floor: at {rule} {floor:.2}")
            }
            None => write!(f, "{set}: `{figure}` has a floor of {floor:.2}, but was not measured"),
        }
    }
}

impl Floors {
    /// Reads a floors file. The comment at its head is kept.
    ///
    /// # Errors
    /// What is no table of numbers for each set.
    pub fn read(text: &str) -> Result<Self, EvalError> {
        let sets = toml::from_str(text).map_err(|e| EvalError::Floors { why: e.to_string() })?;
        let head =
            text.lines().take_while(|line| line.starts_with('#')).fold(String::new(), |head, line| head + line + "\n");
        Ok(Self { head, sets })
    }

    /// The sets that have floors.
    pub fn sets(&self) -> impl Iterator<Item = &str> {
        self.sets.keys().map(String::as_str)
    }

    /// The figures of a set that fell below their floors, in order of name.
    pub fn check(&self, scores: &Scores) -> Vec<Fall> {
        let floors = self.sets.get(&scores.set).into_iter().flatten();
        floors
            .filter_map(|(name, &floor)| {
                let value = scores.value(name);
                let is_ceiling = better(scores, name) == Better::Lower;
                let holds = value.is_some_and(|value| if is_ceiling { value <= floor } else { value >= floor });
                let fall = Fall { set: scores.set.clone(), figure: name.clone(), value, floor, is_ceiling };
                (!holds).then_some(fall)
            })
            .collect()
    }

    /// Takes measured figures as new floors, half a point below, and says what changed. A floor that is higher than that
    /// is left alone unless `may_lower`.
    pub fn raise(&mut self, scores: &Scores, may_lower: bool) -> Vec<String> {
        let mut changes = Vec::new();
        let floors = self.sets.entry(scores.set.clone()).or_default();
        let names: Vec<String> = floors
            .keys()
            .cloned()
            .chain(HELD.into_iter().filter(|name| !floors.contains_key(*name)).map(str::to_owned))
            .collect();
        for name in names {
            let Some(value) = scores.value(&name) else { continue };
            let is_ceiling = better(scores, &name) == Better::Lower;
            let new = if is_ceiling {
                ((value + SLACK) * 10.0).ceil() / 10.0
            } else {
                (((value - SLACK) * 10.0).floor() / 10.0).max(0.0)
            };
            let old = floors.get(&name).copied();
            let is_lower = old.is_some_and(|old| if is_ceiling { new > old } else { new < old });
            if old == Some(new) || (is_lower && !may_lower) {
                continue;
            }
            let from = old.map_or_else(|| "new".to_owned(), |old| format!("{old:.1}"));
            changes.push(format!(
                "{}: `{name}` {from} → {new:.1}{}",
                scores.set,
                if is_lower { ", LOWER" } else { "" }
            ));
            floors.insert(name, new);
        }
        changes
    }

    /// The file's text: its head, then the sets and figures in order of name.
    pub fn to_toml(&self) -> String {
        let mut text = self.head.clone();
        for (set, floors) in &self.sets {
            let _ = writeln!(text, "\n[{}]", key(set));
            for (name, floor) in floors {
                let _ = writeln!(text, "{} = {floor:.1}", key(name));
            }
        }
        text
    }
}

fn better(scores: &Scores, name: &str) -> Better {
    let base = name.split('.').next().unwrap_or(name);
    scores.figure(base).map_or(Better::Higher, |figure| figure.better)
}

/// A name as TOML writes it: bare where it may be, else quoted, for which TOML and JSON have the same rules.
fn key(name: &str) -> String {
    let is_bare = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if is_bare { name.to_owned() } else { serde_json::Value::from(name).to_string() }
}

#[cfg(test)]
mod tests {
    use super::Floors;
    use crate::eval::scores::{Better, Overlap, Scores, Share};

    const TEXT: &str = "# Floors of the three.\n\n[three]\nfound = 79.0\n\"found.recall\" = 90.0\nwrong-mouth = 30.0\nverdict = 10.0\n";

    fn scores() -> Scores {
        Scores {
            set: "three".to_owned(),
            figures: vec![
                Overlap::of(6, 7, 8).figure("statements", "found"),
                Share { right: 1.0, of: 4.0 }.figure("speakers", "wrong-mouth", Better::Lower),
            ],
            ..Scores::default()
        }
    }

    fn falls(text: &str) -> Vec<String> {
        Floors::read(text).expect("well formed").check(&scores()).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn each_figure_below_its_floor_is_named() {
        let falls = falls(TEXT);
        assert_eq!(falls.len(), 2, "{falls:?}");
        assert_eq!(falls[0], "three: `found.recall` is 85.71, below its floor: at least 90.00");
        assert_eq!(falls[1], "three: `verdict` has a floor of 10.00, but was not measured");
        assert!(Floors::default().check(&scores()).is_empty());
    }

    #[test]
    fn where_less_is_better_the_floor_is_the_most_allowed() {
        assert_eq!(
            falls("[three]\nwrong-mouth = 20.0\n"),
            ["three: `wrong-mouth` is 25.00, above its floor: at most 20.00"]
        );
    }

    #[test]
    fn new_floors_leave_half_a_point_and_lower_nothing_unasked() {
        let mut floors = Floors::read(TEXT).expect("well formed");
        let changes = floors.raise(&scores(), false);
        assert_eq!(changes, ["three: `found` 79.0 → 79.5", "three: `wrong-mouth` 30.0 → 25.5"]);
        let changes = floors.raise(&scores(), true);
        assert_eq!(changes, ["three: `found.recall` 90.0 → 85.2, LOWER"]);
        assert!(floors.check(&scores()).iter().all(|fall| fall.figure == "verdict"));
    }

    #[test]
    fn what_is_written_is_read_back_with_its_head() {
        let floors = Floors::read(TEXT).expect("well formed");
        let text = floors.to_toml();
        assert!(text.starts_with("# Floors of the three.\n\n[three]\n"), "{text}");
        assert_eq!(Floors::read(&text), Ok(floors));
        assert!(Floors::read("[three]\nfound = \"high\"").is_err());
    }
}
