//! Transformer layers as in BERT: attention, then a wide layer, each added to what came in and normed.
//!
//! In: rows of several sequences one after another, and how long each is. Out: the same rows, changed. Each token looks
//! at all tokens of its own sequence and at no other.

use std::ops::Range;

use crate::kernels::{Kernel, LIMIT_8, MOST_WIDE, Packed, Quantised};
use crate::weights::Weights;
use crate::{LayerNorm, Linear, Matrix, WeightsError};

/// Layers that follow each other.
#[derive(Debug, Clone)]
pub struct Stack {
    layers: Vec<Layer>,
    width: usize,
    heads: usize,
    kernel: Kernel,
}

#[derive(Debug, Clone)]
struct Layer {
    qkv: Linear,
    o: Linear,
    n1: LayerNorm,
    f1: Linear,
    f2: Linear,
    n2: LayerNorm,
}

/// Rows that go through all layers together, where single sequences are shorter: their numbers stay in the cache.
const ROWS_AT_ONCE: usize = 384;

/// Rows that go through the wide layer together: the numbers in it (1,536 of four bytes a row in the trunk) stay in a cache of 512 kB.
/// A multiple of the kernels' rows of a tile.
const ROWS_IN_CACHE: usize = 48;

/// Rows of scores that are computed, turned to probabilities and used together.
const QUERIES_AT_ONCE: usize = 24;

/// Memory that is used again from layer to layer.
#[derive(Default)]
pub(crate) struct Room {
    bytes: Quantised,
    wide: Vec<f32>,
    narrow: Vec<f32>,
    attention: AttentionRoom,
}

#[derive(Default)]
struct AttentionRoom {
    queries: Quantised,
    keys: Packed,
    values: Packed,
    scores: Vec<f32>,
    probabilities: Quantised,
}

impl Stack {
    pub(crate) fn new(weights: &Weights, prefix: &str, heads: usize, kernel: Kernel) -> Result<Stack, WeightsError> {
        let mut layers = Vec::new();
        let mut width = 0;
        while layers.is_empty() || weights.has(&format!("{prefix}.{}.qkv.weight", layers.len())) {
            let name = |part: &str| format!("{prefix}.{}.{part}", layers.len());
            let layer = Layer {
                qkv: weights.linear(&name("qkv"))?,
                o: weights.linear(&name("o"))?,
                n1: weights.norm(&name("n1"))?,
                f1: weights.linear(&name("f1"))?,
                f2: weights.linear(&name("f2"))?,
                n2: weights.norm(&name("n2"))?,
            };
            if layers.is_empty() {
                width = layer.qkv.inputs();
            }
            Weights::expect(&name("qkv.weight"), "inputs", layer.qkv.inputs(), width)?;
            Weights::expect(&name("qkv.weight"), "outputs", layer.qkv.outputs(), 3 * width)?;
            Weights::expect(&name("o.weight"), "inputs", layer.o.inputs(), width)?;
            Weights::expect(&name("o.weight"), "outputs", layer.o.outputs(), width)?;
            Weights::expect(&name("f1.weight"), "inputs", layer.f1.inputs(), width)?;
            Weights::expect(&name("f2.weight"), "inputs", layer.f2.inputs(), layer.f1.outputs())?;
            Weights::expect(&name("f2.weight"), "outputs", layer.f2.outputs(), width)?;
            layer.n1.expect_width(&name("n1.weight"), width)?;
            layer.n2.expect_width(&name("n2.weight"), width)?;
            layers.push(layer);
        }
        let name = format!("{prefix}.0.qkv.weight");
        // At least one number a head and at most as many as the kernels take.
        let head = width.checked_div(heads).unwrap_or(0).clamp(1, MOST_WIDE);
        Weights::expect(&name, "inputs", width, head * heads)?;
        Ok(Stack { layers, width, heads, kernel })
    }

    /// Numbers in a row.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Sends all rows of `x` through the layers. `lengths` are those of the sequences that lie one after another in
    /// `x`; rows beyond their sum stay as they are.
    ///
    /// # Panics
    /// Where the rows are not as wide as the layers.
    pub fn apply(&self, x: &mut Matrix, lengths: &[usize]) {
        assert_eq!(x.cols, self.width, "rows are as wide as the layers");
        self.apply_in(&mut x.data, lengths, &mut Room::default());
    }

    pub(crate) fn apply_in(&self, x: &mut [f32], lengths: &[usize], room: &mut Room) {
        let (mut from, mut first) = (0, 0);
        while first < lengths.len() {
            let (mut rows, mut after) = (lengths[first], first + 1);
            while after < lengths.len() && rows.saturating_add(lengths[after]) <= ROWS_AT_ONCE {
                rows += lengths[after];
                after += 1;
            }
            let rows = rows.min(x.len() / self.width - from);
            let part = &mut x[from * self.width..(from + rows) * self.width];
            for layer in &self.layers {
                self.layer(layer, part, &lengths[first..after], room);
            }
            from += rows;
            first = after;
        }
    }

    /// [`Stack::apply`] for one sequence of which only the rows `kept` are wanted: in the last layer the others are
    /// looked at, but not computed; they come out as they went into that layer.
    pub(crate) fn apply_keeping(&self, x: &mut [f32], kept: Range<usize>, room: &mut Room) {
        let rows = x.len() / self.width;
        let Some((last, before)) = self.layers.split_last() else { return };
        for layer in before {
            self.layer(layer, x, &[rows], room);
        }
        self.project(last, x, room);
        self.attend(rows, 0, kept.clone(), room);
        self.after_attention(last, &mut x[kept.start * self.width..kept.end * self.width], room);
    }

    fn layer(&self, layer: &Layer, x: &mut [f32], lengths: &[usize], room: &mut Room) {
        let rows = x.len() / self.width;
        self.project(layer, x, room);
        let mut from = 0usize;
        for &length in lengths {
            let to = from.saturating_add(length).min(rows);
            self.attend(to - from, from, from..to, room);
            from = to;
        }
        self.after_attention(layer, x, room);
    }

    /// Queries, keys and values of all rows, to `room.wide`.
    fn project(&self, layer: &Layer, x: &[f32], room: &mut Room) {
        let rows = x.len() / self.width;
        room.wide.resize(rows * (3 * self.width).max(layer.f1.outputs()), 0.0);
        room.narrow.resize(rows * self.width, 0.0);
        layer.qkv.apply_to(x, &mut room.bytes, &mut room.wide[..rows * 3 * self.width]);
    }

    /// What follows attention, for as many rows of `room.narrow` as `x` has.
    fn after_attention(&self, layer: &Layer, x: &mut [f32], room: &mut Room) {
        let rows = x.len() / self.width;
        let narrow = &mut room.narrow[..rows * self.width];
        let some = ROWS_IN_CACHE * self.width;
        for (x, narrow) in x.chunks_mut(some).zip(narrow.chunks_mut(some)) {
            let rows = x.len() / self.width;
            // The queries are used up, so their room takes what comes next.
            let after = &mut room.wide[..rows * self.width];
            layer.o.apply_to(narrow, &mut room.bytes, after);
            layer.n1.add_to(x, after);
            let wide = &mut room.wide[..rows * layer.f1.outputs()];
            layer.f1.apply_to(x, &mut room.bytes, wide);
            layer.f2.apply_gelu_to(wide, &mut room.bytes, narrow);
            layer.n2.add_to(x, narrow);
        }
    }

    /// Attention within the sequence of `tokens` rows of `room.wide` (queries, keys, values) from row `start` on. What
    /// the rows `asking` find goes to `room.narrow`, the first of them to row `start`.
    fn attend(&self, tokens: usize, start: usize, asking: Range<usize>, room: &mut Room) {
        let cols = 3 * self.width;
        if tokens == 0 || asking.is_empty() {
            return;
        }
        let qkv = &room.wide[start * cols..(start + tokens) * cols];
        let asking_rows = &room.wide[asking.start * cols..asking.end * cols];
        let out = &mut room.narrow[start * self.width..(start + asking.len()) * self.width];
        let room = &mut room.attention;
        let head_width = self.width / self.heads;
        // Probabilities are whole numbers up to this; a row of them times values must stay within 31 bits.
        let limit = (i32::MAX as f32 / (tokens as f32 * LIMIT_8)).floor().clamp(1.0, 255.0);
        for head in 0..self.heads {
            let from = head * head_width;
            self.kernel.pack_keys(qkv, cols, self.width + from, head_width, &mut room.keys);
            self.kernel.pack_values(qkv, cols, 2 * self.width + from, head_width, &mut room.values);
            let stride = room.keys.columns();
            room.scores.resize(QUERIES_AT_ONCE * stride, 0.0);
            for first in (0..asking.len()).step_by(QUERIES_AT_ONCE) {
                let count = QUERIES_AT_ONCE.min(asking.len() - first);
                let queries = &asking_rows[first * cols..(first + count) * cols];
                self.kernel.pack_queries(queries, cols, from, head_width, &mut room.queries);
                let scores = &mut room.scores[..count * stride];
                self.kernel.multiply(&room.queries, room.keys.panels(), scores, stride);
                self.kernel.softmax(scores, stride, tokens, limit, &mut room.probabilities);
                let out = &mut out[first * self.width + from..(first + count - 1) * self.width + from + head_width];
                self.kernel.multiply(&room.probabilities, room.values.panels(), out, self.width);
            }
        }
    }
}
