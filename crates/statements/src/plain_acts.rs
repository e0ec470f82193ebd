//! What the words alone say of a statement's act: a linear model over word pieces, beside the head that reads the trunk's vectors.
//!
//! «did not deny» → features `deny` in the cue, `not deny` in the cue, `that` behind it, … → a score for each act.
//!
//! The trunk has seen the stories that it learnt from so often that it knows their acts by heart; the words of a cue cannot be learnt so.
//! Both decide together by the weighted mean of their logarithms (a product of experts, Hinton 2002). `training/plain_acts.py` computes the
//! same features; `tests/fixtures/plain_acts.json` holds both together.

use crate::encoded::Encoded;
use crate::pieces::Pieces;
use encoder::{Embedding, Weights, WeightsError};
use model::Act;
use std::collections::BTreeSet;

/// What it counts beside the trunk's head.
const PLAIN: f32 = 0.4;

/// Features with what each says of each act.
#[derive(Debug)]
pub(crate) struct PlainActs {
    /// Numbers of the features that are known, sorted; their rows stand in the same order.
    keys: Vec<u32>,
    table: Embedding,
}

impl PlainActs {
    /// From the tensors whose names begin with `name`; `None` where the weights have none.
    pub(crate) fn new(weights: &Weights, name: &str) -> Result<Option<Self>, WeightsError> {
        let keys = format!("{name}.keys");
        if !weights.has(&keys) {
            return Ok(None);
        }
        let (keys, table) = (weights.integers(&keys)?, weights.embedding(name)?);
        Weights::expect(&format!("{name}.weight"), "rows", table.rows(), keys.len())?;
        Weights::expect(&format!("{name}.weight"), "columns", table.cols(), Act::ALL.len())?;
        Weights::expect(
            &format!("{name}.keys"),
            "ascending",
            keys.iter().zip(keys.iter().skip(1)).filter(|(a, b)| a < b).count(),
            keys.len().saturating_sub(1),
        )?;
        Ok(Some(Self { keys, table }))
    }

    /// A score for each act of a statement with this cue (a range of tokens) and these pieces.
    pub(crate) fn scores(&self, encoded: &Encoded, cue: (usize, usize), pieces: &Pieces) -> Vec<f32> {
        let mut scores = vec![0.0; self.table.cols()];
        for feature in features(encoded, &pieces.source, &[cue], &pieces.content) {
            if let Ok(row) = self.keys.binary_search(&feature) {
                self.table.add(row, &mut scores);
            }
        }
        scores
    }
}

/// The scores of both experts as one, each made logarithms of probabilities first. Where they do not fit, those of the first.
pub(crate) fn together(trunk: &[f32], plain: &[f32]) -> Vec<f32> {
    if trunk.len() != plain.len() {
        return trunk.to_vec();
    }
    let logarithms = |scores: &[f32]| -> Vec<f32> {
        let most = scores.iter().copied().fold(f32::MIN, f32::max);
        let sum: f32 = scores.iter().map(|s| (s - most).exp()).sum();
        scores.iter().map(|s| s - most - sum.ln()).collect()
    };
    let both = logarithms(trunk).into_iter().zip(logarithms(plain));
    both.map(|(trunk, plain)| (1.0 - PLAIN) * trunk + PLAIN * plain).collect()
}

type Ranges = [(usize, usize)];

/// Numbers of a statement's features, in no order.
fn features(encoded: &Encoded, source: &Ranges, cue: &Ranges, content: &Ranges) -> Vec<u32> {
    let ids = &encoded.input.ids;
    let at = |token: Option<usize>| token.and_then(|token| ids.get(token)).copied().unwrap_or(0);
    let flat = |ranges: &Ranges| -> Vec<u32> {
        ranges.iter().flat_map(|&(first, end)| ids.get(first..end).unwrap_or(&[])).copied().collect()
    };
    let (s, c, k) = (flat(source), flat(cue), flat(content));
    let first = [source, cue, content].into_iter().flatten().map(|range| range.0).min().unwrap_or(0);
    let is_quoted = content
        .iter()
        .any(|&(first, end)| encoded.input.quotation.get(first..end).unwrap_or(&[]).iter().any(|q| *q > 0));
    let in_headline = encoded.paragraph_of.get(first).is_some_and(|paragraph| *paragraph == 0);
    let bits = usize::BITS - k.len().leading_zeros();
    let mut out = vec![
        number(0, &[]),
        number(3, &c),
        number(10, &[u32::from(is_quoted), u32::from(c.is_empty()), u32::from(s.is_empty())]),
        number(11, &[bits.min(6)]),
        number(12, &[u32::from(in_headline)]),
    ];
    let once = |pieces: &[u32]| pieces.iter().copied().collect::<BTreeSet<u32>>();
    out.extend(c.iter().map(|piece| number(1, &[*piece])));
    out.extend(c.windows(2).map(|pair| number(2, pair)));
    out.extend(once(&k).into_iter().map(|piece| number(4, &[piece])));
    out.extend((1..=3).map(|n| number(4 + n, k.get(..n as usize).unwrap_or(&k))));
    out.extend(once(&s).into_iter().map(|piece| number(9, &[piece])));
    if let (Some(last), Some(from), Some(to)) = (c.last(), cue.first(), cue.last()) {
        let (before, after) = (at(from.0.checked_sub(1)), at(Some(to.1)));
        out.extend([number(8, &[*last, k.first().copied().unwrap_or(0)]), number(16, &[*last, after])]);
        out.extend([number(14, &[before]), number(15, &[after])]);
        if let Some(begin) = content.first() {
            out.push(number(13, &[u32::from(from.0 < begin.0)]));
        }
    }
    if let (Some(last), Some(to)) = (k.last(), content.last()) {
        out.extend([number(17, &[*last]), number(18, &[at(Some(to.1))])]);
    }
    out
}

/// The number of a feature: a hash of its kind and word pieces, as in training.
fn number(kind: u32, pieces: &[u32]) -> u32 {
    let mix = |hash: u64, x: u32| {
        let hash = (hash ^ u64::from(x)).wrapping_mul(0x0100_0000_01B3);
        hash ^ (hash >> 29)
    };
    let hash = pieces.iter().fold(mix(0xCBF2_9CE4_8422_2325, kind), |hash, piece| mix(hash, *piece));
    (hash >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::{features, together};
    use crate::encoded::Encoded;
    use encoder::Input;
    use serde_json::Value;

    fn parsed<T: serde::de::DeserializeOwned>(value: &Value) -> T {
        serde_json::from_value(value.clone()).expect("as the fixture has it")
    }

    #[test]
    fn features_are_those_that_training_had() {
        let fixture: Value = serde_json::from_str(include_str!("../tests/fixtures/plain_acts.json")).expect("JSON");
        let ids: Vec<u32> = parsed(&fixture["ids"]);
        let input = Input { quotation: parsed(&fixture["quotation"]), ids, ..Input::default() };
        let encoded = Encoded { input, paragraph_of: parsed(&fixture["paragraph_of"]), ..Encoded::default() };
        let statements = fixture["statements"].as_array().expect("statements");
        assert_eq!(statements.len(), 4);
        for statement in statements {
            let ranges = |part: &str| parsed::<Vec<(usize, usize)>>(&statement[part]);
            let mut found = features(&encoded, &ranges("source"), &ranges("cue"), &ranges("content"));
            found.sort_unstable();
            assert_eq!(found, parsed::<Vec<u32>>(&statement["features"]));
        }
        // Ranges beyond the text are no panic.
        features(&encoded, &[(900, 901)], &[(5, 999)], &[]);
    }

    #[test]
    fn a_sure_expert_outweighs_one_that_is_not_and_one_that_does_not_fit_is_left_out() {
        let found = together(&[2.0, 0.0, 1.0], &[0.0, 0.0, 5.0]);
        let best = found.iter().copied().fold(f32::MIN, f32::max);
        assert_eq!(found.iter().position(|x| *x == best), Some(2), "{found:?}");
        assert_eq!(together(&[1.0, 2.0], &[1.0]), [1.0, 2.0]);
    }
}
