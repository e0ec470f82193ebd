//! The pair layers: read two short texts together and say how they relate.
//!
//! In: token ids of both texts with the part that each token belongs to. Out: three scores a pair (about the same claim,
//! contradicts, same utterance), before any sigmoid.

use crate::stack::Room;
use crate::trunk::HEADS;
use crate::weights::Weights;
use crate::{Embedding, LayerNorm, Linear, Matrix, Stack, WeightsError};

/// Two texts in one sequence. Both lists are equally long; what is beyond the positions that the weights know (128) is
/// left out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PairInput {
    /// Word pieces: start mark, first text, separator, second text, separator.
    pub ids: Vec<u32>,
    /// Which part of which text.
    pub segment: Vec<u8>,
}

/// Scores pairs of texts.
#[derive(Debug, Clone)]
pub struct PairTrunk {
    word: Embedding,
    position: Embedding,
    segment: Embedding,
    norm: LayerNorm,
    stack: Stack,
    hidden: Linear,
    out: Linear,
}

/// Pairs of about as many tokens go through the layers together: as many as keep their numbers in the cache.
const TOKENS_AT_ONCE: usize = 384;

impl PairTrunk {
    /// From the tensors `pair.*` and the trunk's word embeddings.
    pub fn new(weights: &Weights) -> Result<PairTrunk, WeightsError> {
        let stack = weights.stack("pair.layers", HEADS)?;
        let width = stack.width();
        let embedding = |name: &str| -> Result<Embedding, WeightsError> {
            let embedding = weights.embedding(name)?;
            Weights::expect(name, "columns", embedding.cols(), width)?;
            Ok(embedding)
        };
        let norm = weights.norm("pair.norm")?;
        norm.expect_width("pair.norm.weight", width)?;
        let (hidden, out) = (weights.linear("pair.hidden")?, weights.linear("pair.out")?);
        Weights::expect("pair.hidden.weight", "inputs", hidden.inputs(), width)?;
        Weights::expect("pair.out.weight", "inputs", out.inputs(), hidden.outputs())?;
        Weights::expect("pair.out.weight", "outputs", out.outputs(), 3)?;
        Ok(PairTrunk {
            word: embedding("trunk.word")?,
            position: embedding("pair.position")?,
            segment: embedding("pair.segment")?,
            norm,
            stack,
            hidden,
            out,
        })
    }

    /// Three scores for each pair, in the order given. A pair's scores do not depend on the others.
    pub fn score(&self, pairs: &[PairInput]) -> Vec<[f32; 3]> {
        let length = |pair: &PairInput| pair.ids.len().min(self.position.rows());
        let mut scores = vec![[0.0; 3]; pairs.len()];
        let mut room = Room::default();
        let (mut first, mut x, mut lengths) = (0, Vec::new(), Vec::new());
        while first < pairs.len() {
            x.clear();
            lengths.clear();
            let mut tokens = 0;
            for pair in &pairs[first..] {
                if tokens > 0 && tokens + length(pair) > TOKENS_AT_ONCE {
                    break;
                }
                tokens += length(pair);
                lengths.push(length(pair));
                self.embed(pair, length(pair), &mut x);
            }
            self.norm.apply_to(&mut x);
            self.stack.apply_in(&mut x, &lengths, &mut room);
            let after = first + lengths.len();
            self.head(&x, &lengths, &mut scores[first..after]);
            first = after;
        }
        scores
    }

    fn embed(&self, pair: &PairInput, length: usize, to: &mut Vec<f32>) {
        let width = self.stack.width();
        for (position, &id) in pair.ids[..length].iter().enumerate() {
            let start = to.len();
            to.resize(start + width, 0.0);
            let row = &mut to[start..];
            self.word.add(id as usize, row);
            self.position.add(position, row);
            if let Some(&segment) = pair.segment.get(position) {
                self.segment.add(usize::from(segment), row);
            }
        }
    }

    fn head(&self, x: &[f32], lengths: &[usize], scores: &mut [[f32; 3]]) {
        let width = self.stack.width();
        let mut pooled = Matrix { rows: 0, cols: width, data: Vec::with_capacity(lengths.len() * width) };
        let mut from = 0;
        for &length in lengths {
            let rows = Matrix { rows: length, cols: width, data: x[from * width..(from + length) * width].to_vec() };
            pooled.push(&rows.mean(0, length));
            from += length;
        }
        let mut hidden = self.hidden.apply(&pooled);
        hidden.data.iter_mut().for_each(|x| *x = x.max(0.0));
        let out = self.out.apply(&hidden);
        for (scores, row) in scores.iter_mut().zip(out.data.as_chunks::<3>().0) {
            *scores = *row;
        }
    }
}
