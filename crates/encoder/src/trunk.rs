//! The trunk: reads a whole article once, in windows that overlap, and gives one vector per token.
//!
//! In: token ids with their features. Out: a row per token. Long articles are read in as few windows of at
//! most [`WINDOW`] tokens as will do, all equally long, neighbours sharing [`OVERLAP`]; a token's row comes from the window in
//! which it stands farthest from the edges.

use crate::stack::Room;
use crate::weights::Weights;
use crate::{Embedding, LayerNorm, Matrix, Stack, WeightsError};

/// Most tokens in a window.
pub const WINDOW: usize = 320;

/// Tokens that two neighbouring windows share.
pub const OVERLAP: usize = 64;

/// Heads of attention in the trunk.
pub(crate) const HEADS: usize = 12;

/// Tokens of one text with the features of each. All four are equally long.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Input {
    /// Word piece.
    pub ids: Vec<u32>,
    /// What the token looks like (small letters, capitals, …).
    pub shape: Vec<u8>,
    /// Its place inside or outside quotation marks.
    pub quotation: Vec<u8>,
    /// Whether it begins a paragraph or stands in the headline.
    pub paragraph: Vec<u8>,
}

/// Word pieces and features to vectors.
#[derive(Debug, Clone)]
pub struct Trunk {
    word: Embedding,
    position: Embedding,
    /// Convention by convention, the token type added.
    convention: Vec<Vec<f32>>,
    shape: Embedding,
    quotation: Embedding,
    paragraph: Embedding,
    norm: LayerNorm,
    stack: Stack,
}

impl Trunk {
    /// From the tensors whose names begin with `prefix` and a dot, usually `trunk`.
    pub fn new(weights: &Weights, prefix: &str) -> Result<Trunk, WeightsError> {
        let name = |part: &str| format!("{prefix}.{part}");
        let stack = weights.stack(&name("layers"), HEADS)?;
        let embedding = |part: &str| -> Result<Embedding, WeightsError> {
            let embedding = weights.embedding(&name(part))?;
            Weights::expect(&name(part), "columns", embedding.cols(), stack.width())?;
            Ok(embedding)
        };
        let position = embedding("position")?;
        if position.rows() < WINDOW {
            Weights::expect(&name("position"), "rows", position.rows(), WINDOW)?;
        }
        let kind = weights.vector(&name("type"))?;
        Weights::expect(&name("type"), "numbers", kind.len(), stack.width())?;
        let conventions = embedding("convention")?;
        let convention = (0..conventions.rows()).map(|row| {
            let mut both = kind.clone();
            conventions.add(row, &mut both);
            both
        });
        let convention = convention.collect();
        let norm = weights.norm(&name("norm"))?;
        norm.expect_width(&name("norm.weight"), stack.width())?;
        Ok(Trunk {
            word: embedding("word")?,
            position,
            convention,
            shape: embedding("shape")?,
            quotation: embedding("quotation")?,
            paragraph: embedding("paragraph")?,
            norm,
            stack,
        })
    }

    /// Numbers in a vector.
    pub fn width(&self) -> usize {
        self.stack.width()
    }

    /// One row per token. `convention` says whose habits of annotation to follow; one that the weights do not know
    /// adds nothing, as does an id or a feature that they do not know.
    ///
    /// # Panics
    /// Where the lists of `input` differ in length.
    pub fn encode(&self, input: &Input, convention: usize) -> Matrix {
        let tokens = input.ids.len();
        assert!(
            [input.shape.len(), input.quotation.len(), input.paragraph.len()] == [tokens; 3],
            "every token has a shape, a quotation state and a paragraph state"
        );
        let width = self.width();
        let mut out = Matrix::zeros(tokens, width);
        let mut room = Room::default();
        let mut window = Vec::new();
        for part in windows(tokens) {
            self.embed(input, convention, part.start, part.end, &mut window);
            let kept = part.keep_from - part.start..part.keep_to - part.start;
            self.stack.apply_keeping(&mut window, kept.clone(), &mut room);
            let kept = &window[kept.start * width..kept.end * width];
            out.data[part.keep_from * width..part.keep_to * width].copy_from_slice(kept);
        }
        out
    }

    fn embed(&self, input: &Input, convention: usize, start: usize, end: usize, to: &mut Vec<f32>) {
        let width = self.width();
        to.clear();
        to.resize((end - start) * width, 0.0);
        let convention = self.convention.get(convention);
        for (position, (row, token)) in to.chunks_exact_mut(width).zip(start..end).enumerate() {
            if let Some(convention) = convention {
                row.copy_from_slice(convention);
            }
            self.word.add(input.ids[token] as usize, row);
            self.position.add(position, row);
            self.shape.add(usize::from(input.shape[token]), row);
            self.quotation.add(usize::from(input.quotation[token]), row);
            self.paragraph.add(usize::from(input.paragraph[token]), row);
        }
        self.norm.apply_to(to);
    }
}

/// A window `start..end` of a text and the tokens whose vectors are taken from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Part {
    start: usize,
    end: usize,
    keep_from: usize,
    keep_to: usize,
}

/// The windows of a text of `tokens`; their kept tokens are all tokens once, in order.
fn windows(tokens: usize) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    if tokens == 0 {
        return parts;
    }
    let count = match tokens {
        0..=WINDOW => 1,
        _ => (tokens - OVERLAP).div_ceil(WINDOW - OVERLAP),
    };
    let overlap = if count == 1 { 0 } else { OVERLAP };
    let start_of = |number: usize| number * (tokens - overlap) / count;
    for number in 0..count {
        let (start, end) = (start_of(number), start_of(number + 1) + overlap);
        let mut keep_from = 0;
        if let Some(before) = parts.last_mut() {
            // In the overlap `start..before.end` a token is farther from the edge of the earlier window while
            // `before.end - 1 - token >= token - start`; where both are equal the earlier one has it.
            keep_from = (start + before.end - 1) / 2 + 1;
            before.keep_to = keep_from;
        }
        parts.push(Part { start, end, keep_from, keep_to: end });
    }
    parts
}

#[cfg(test)]
mod tests;
