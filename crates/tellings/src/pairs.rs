//! Reads two statements together: are they about the same claim, do they contradict, do they report one utterance?
//!
//! In: pairs of [`Side`]s. Out: a [`PairScore`] each, in order. What a pair looks like in word pieces is what
//! `training/pairs.py` trained with: `[CLS] A [SEP] B [SEP]`, at most 128 pieces, what one side does not need the other
//! may have. Pairs of one length are scored together on several threads; a score never depends on its neighbours.

use claims::{PairScore, Side};
use encoder::{PairInput, PairTrunk, Tokenizer, Weights, WeightsError};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Word pieces of a pair.
const MOST_PIECES: usize = 128;
/// Word pieces of a speaker's name that are read.
const MOST_SPEAKER: usize = 12;
/// Word pieces of a cue that are read.
const MOST_CUE: usize = 8;
const CLS: u32 = 101;
const SEP: u32 = 102;
/// The segment of `[CLS]` and `[SEP]`.
const MARKS: u8 = 4;
/// Pairs that are scored at once on one thread.
const BATCH: usize = 32;

/// The pair head with what it needs to read texts.
pub struct Pairs {
    trunk: PairTrunk,
}

/// A side in word pieces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Pieces {
    /// Speaker and cue.
    head: Vec<u32>,
    content: Vec<u32>,
}

impl Pieces {
    fn len(&self) -> usize {
        self.head.len() + self.content.len()
    }
}

impl Pairs {
    /// Takes the pair head out of the weights.
    ///
    /// # Errors
    /// If a part is missing or has another shape.
    pub fn new(weights: &Weights) -> Result<Self, WeightsError> {
        Ok(Self { trunk: PairTrunk::new(weights)? })
    }

    /// Scores pairs, in order; `progress` is told of every batch.
    pub fn score(
        &self,
        tokenizer: &Tokenizer,
        pairs: &[(Side, Side)],
        progress: &(dyn Fn(usize) + Sync),
    ) -> Vec<PairScore> {
        let mut sides: BTreeMap<&Side, Pieces> = BTreeMap::new();
        for side in pairs.iter().flat_map(|(a, b)| [a, b]) {
            sides.entry(side).or_default();
        }
        sides.par_iter_mut().for_each(|(side, pieces)| *pieces = read(tokenizer, side));
        let empty = Pieces::default();
        let of = |side: &Side| sides.get(side).unwrap_or(&empty);
        let inputs: Vec<PairInput> = pairs.par_iter().map(|(a, b)| input(of(a), of(b))).collect();
        let mut order: Vec<usize> = (0..inputs.len()).collect();
        order.sort_by_key(|index| inputs.get(*index).map_or(0, |input| input.ids.len()));
        let scored: Vec<(usize, PairScore)> = order
            .par_chunks(BATCH)
            .flat_map_iter(|chunk| {
                let batch: Vec<PairInput> = chunk.iter().filter_map(|index| inputs.get(*index).cloned()).collect();
                let scores = self.trunk.score(&batch);
                progress(batch.len());
                chunk.iter().copied().zip(scores.into_iter().map(probabilities)).collect::<Vec<_>>()
            })
            .collect();
        let mut scores = vec![PairScore::default(); pairs.len()];
        for (index, score) in scored {
            if let Some(place) = scores.get_mut(index) {
                *place = score;
            }
        }
        scores
    }
}

fn read(tokenizer: &Tokenizer, side: &Side) -> Pieces {
    let ids = |text: &str, most: usize| tokenizer.encode(text).into_iter().take(most).map(|piece| piece.id);
    Pieces {
        head: ids(&side.speaker, MOST_SPEAKER).chain(ids(&side.cue, MOST_CUE)).collect(),
        content: ids(&side.content, MOST_PIECES).collect(),
    }
}

fn input(a: &Pieces, b: &Pieces) -> PairInput {
    let room = MOST_PIECES - 3;
    let half = room / 2;
    let most = |own: &Pieces, other: &Pieces| {
        // As in training: where both are short, both have more room than they need.
        let given = if other.len() < half { room - other.len() } else { half };
        given.saturating_sub(own.head.len())
    };
    let mut ids = vec![CLS];
    let mut segment = vec![MARKS];
    for (number, own, content) in [(0u8, a, most(a, b)), (2u8, b, most(b, a))] {
        ids.extend(&own.head);
        segment.extend(own.head.iter().map(|_| number));
        ids.extend(own.content.iter().take(content));
        segment.extend(own.content.iter().take(content).map(|_| number + 1));
        ids.push(SEP);
        segment.push(MARKS);
    }
    PairInput { ids, segment }
}

fn probabilities([related, contradicts, same_utterance]: [f32; 3]) -> PairScore {
    let sigmoid = |x: f32| 1.0 / (1.0 + (-x).exp());
    PairScore { related: sigmoid(related), contradicts: sigmoid(contradicts), same_utterance: sigmoid(same_utterance) }
}

#[cfg(test)]
mod tests {
    use super::{Pieces, input};

    fn pieces(head: usize, content: usize) -> Pieces {
        Pieces { head: vec![7; head], content: vec![8; content] }
    }

    #[test]
    fn a_pair_is_marked_as_in_training() {
        let pair = input(&pieces(2, 1), &pieces(1, 2));
        assert_eq!(pair.ids, [101, 7, 7, 8, 102, 7, 8, 8, 102]);
        assert_eq!(pair.segment, [4, 0, 0, 1, 4, 2, 3, 3, 4]);
    }

    #[test]
    fn room_that_one_side_does_not_need_goes_to_the_other() {
        assert_eq!(input(&pieces(5, 200), &pieces(5, 200)).ids.len(), 127);
        assert_eq!(input(&pieces(5, 200), &pieces(5, 5)).ids.len(), 128);
        assert_eq!(input(&pieces(5, 5), &pieces(5, 200)).ids.len(), 128);
        assert_eq!(input(&pieces(0, 0), &pieces(0, 0)).ids, [101, 102, 102]);
    }
}
