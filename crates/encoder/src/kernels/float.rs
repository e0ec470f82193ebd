//! The float parts, written once: sixteen lanes side by side, every operation in a fixed order.
//!
//! No order of float operations differs between widths, and no multiplication is fused with an addition, so the results
//! are the same bytes for every class of CPU. Functions are `inline(always)` because `super` compiles each of them
//! several times, for other CPU features each time.

use super::LANES;
use super::lanes::{ROUNDER, Width};
use super::packed::{GROUP, Packed, Quantised, QuantisedRow};

/// Largest quantised number of eight bits where zero stands in the middle (queries, keys and values).
pub(crate) const LIMIT_8: f32 = 127.0;

/// Steps from the smallest to the largest number of a row in eight bits; one is left for rounding.
const STEPS_8: f32 = 254.0;

/// Rows whose largest number is smaller count as zero; its inverse would not be finite.
const SMALLEST: f32 = 1e-30;

/// Scores are in powers of two: `e^x = 2^(x * QUERY_UNIT)`.
const QUERY_UNIT: f32 = std::f32::consts::LOG2_E;

/// Score of the filling behind the last token: its probability is zero.
const NO_TOKEN: f32 = -1e30;

/// Added to the probabilities of sixteen neighbours before they are rounded. In a long text most probabilities are below half of the step:
/// rounded to the nearest they would all be zero, so a tail of many small ones would be lost. So some of them are rounded up and others
/// down, as many as is right on average: the distance of a token's vector to the float model's falls by an eighth. All are below a half, so
/// what is zero stays zero.
const DITHER: [f32; LANES] = [
    -0.469, 0.031, -0.219, 0.281, -0.344, 0.156, -0.094, 0.406, -0.406, 0.094, -0.156, 0.344, -0.281, 0.219, -0.031,
    0.469,
];

/// Rows that are worked on together where one alone would wait for its own results.
const ROWS_SIDE_BY_SIDE: usize = 4;

/// `2^x` on [-0.5, 0.5] without its constant 1; relative error below 3e-6.
const EXP2: [f32; 4] = [0.693_124_2, 0.240_240_99, 0.055_906_425, 0.009_582_853];

/// `erf(x / √2) = r * p(r² - 1)` with `r = x / GELU_RANGE`; least largest error on |x| < 4.5, see [`gelu`].
const ERF: [f32; 11] = [
    0.998_626_6,
    -0.491_689_35,
    0.349_176_14,
    -0.257_527_56,
    0.183_354_59,
    -0.122_145_265,
    0.071_886_9,
    -0.037_131_44,
    0.022_454_184,
    -0.014_522_904,
    0.004_621_123,
];
const GELU_RANGE: f32 = 3.2;

/// Gelu: `x/2 * (1 + erf(x / √2))`. Error below 2.3e-6 for |x| < 4.5, beyond that below 3e-6 |x|.
#[inline(always)]
fn gelu<W: Width>(w: W, x: W::Lanes) -> W::Lanes {
    let edge = std::f32::consts::SQRT_2;
    let r = w.min(w.max(w.mul(x, w.all(1.0 / GELU_RANGE)), w.all(-edge)), w.all(edge));
    let u = w.sub(w.mul(r, r), w.all(1.0));
    let mut p = w.all(ERF[10]);
    for power in (0..10).rev() {
        p = w.add(w.mul(p, u), w.all(ERF[power]));
    }
    let half = w.mul(x, w.all(0.5));
    w.add(half, w.mul(half, w.mul(r, p)))
}

/// `2^x` for -100 <= x <= 0; relative error below 3e-6, exactly 1 at 0.
#[inline(always)]
fn exp2<W: Width>(w: W, x: W::Lanes) -> W::Lanes {
    let shifted = w.add(x, w.all(ROUNDER));
    let f = w.sub(x, w.sub(shifted, w.all(ROUNDER)));
    let mut p = w.all(EXP2[3]);
    for power in (0..3).rev() {
        p = w.add(w.mul(p, f), w.all(EXP2[power]));
    }
    w.times_power(w.add(w.mul(p, f), w.all(1.0)), shifted)
}

/// What to multiply with before rounding, and the scale that undoes it.
#[inline(always)]
fn steps(largest: f32, limit: f32) -> (f32, f32) {
    if largest > SMALLEST { (limit / largest, largest / limit) } else { (0.0, 0.0) }
}

#[inline(always)]
fn largest_of<W: Width>(w: W, x: &[f32]) -> f32 {
    let mut largest = w.all(0.0);
    for chunk in x.chunks(LANES) {
        largest = w.max(largest, w.abs(w.load_some(chunk)));
    }
    w.largest(largest)
}

/// How a row becomes bytes.
struct Steps {
    inverse: f32,
    scale: f32,
    /// The byte that stands for 0.
    zero: i32,
}

/// Steps for numbers from `least` (at most 0) to `most` (at least 0). Where in that range zero lies is the row's own
/// matter: after gelu nearly all numbers are above it, and half of the steps would lie unused below.
#[inline(always)]
fn steps_between(least: f32, most: f32) -> Steps {
    let range = most - least;
    if range > SMALLEST {
        let inverse = STEPS_8 / range;
        // Rounded so that neither end leaves the bytes.
        Steps { inverse, scale: range / STEPS_8, zero: (-least * inverse) as i32 + 1 }
    } else {
        Steps { inverse: 0.0, scale: 0.0, zero: 1 }
    }
}

/// Numbers times `inverse`, rounded, `zero` added.
#[inline(always)]
fn round_to<W: Width>(w: W, x: &[f32], inverse: f32, zero: i32, to: &mut [u8]) {
    let inverse = w.all(inverse);
    // Rounds and adds in one go; the low byte is the result.
    let shift = w.all(ROUNDER + zero as f32);
    for (x, to) in x.chunks(LANES).zip(to.chunks_mut(LANES)) {
        let rounded = w.add(w.mul(w.load_some(x), inverse), shift);
        if let Some(to) = to.first_chunk_mut() {
            w.low_bytes(rounded, to);
        } else {
            let mut bytes = [0; LANES];
            w.low_bytes(rounded, &mut bytes);
            to.copy_from_slice(&bytes[..to.len()]);
        }
    }
}

#[inline(always)]
pub(super) fn quantise<W: Width>(w: W, x: &[f32], cols: usize, out: &mut Quantised) {
    out.reset(x.len().checked_div(cols).unwrap_or(0), cols);
    let mut to = out.rows_mut();
    for x in x.chunks(cols.max(1) * ROWS_SIDE_BY_SIDE) {
        let mut ends = [(0.0, 0.0); ROWS_SIDE_BY_SIDE];
        for (x, ends) in x.chunks_exact(cols).zip(&mut ends) {
            let (mut least, mut most) = (w.all(0.0), w.all(0.0));
            for chunk in x.chunks(LANES) {
                let lanes = w.load_some(chunk);
                least = w.min(least, lanes);
                most = w.max(most, lanes);
            }
            *ends = (w.least(least), w.largest(most));
        }
        for ((x, ends), to) in x.chunks_exact(cols).zip(ends).zip(&mut to) {
            round_row(w, x, ends, cols, to);
        }
    }
}

#[inline(always)]
pub(super) fn gelu_quantise<W: Width>(w: W, x: &mut [f32], cols: usize, out: &mut Quantised) {
    out.reset(x.len().checked_div(cols).unwrap_or(0), cols);
    let mut to = out.rows_mut();
    for x in x.chunks_mut(cols.max(1) * ROWS_SIDE_BY_SIDE) {
        let mut ends = [(0.0, 0.0); ROWS_SIDE_BY_SIDE];
        for (x, ends) in x.chunks_exact_mut(cols).zip(&mut ends) {
            let (mut least, mut most) = (w.all(0.0), w.all(0.0));
            for chunk in x.chunks_mut(LANES) {
                let lanes = gelu(w, w.load_some(chunk));
                least = w.min(least, lanes);
                most = w.max(most, lanes);
                w.store_some(lanes, chunk);
            }
            *ends = (w.least(least), w.largest(most));
        }
        for ((x, ends), to) in x.chunks_exact(cols).zip(ends).zip(&mut to) {
            round_row(w, x, ends, cols, to);
        }
    }
}

/// A row whose least and largest number are known, to bytes.
#[inline(always)]
fn round_row<W: Width>(w: W, x: &[f32], (least, most): (f32, f32), cols: usize, to: QuantisedRow<'_>) {
    let steps = steps_between(least, most);
    (*to.scale, *to.zero) = (steps.scale, steps.zero);
    round_to(w, x, steps.inverse, steps.zero, &mut to.bytes[..cols]);
}

#[inline(always)]
pub(super) fn add_norm<W: Width>(w: W, x: &mut [f32], y: &[f32], weight: &[f32], bias: &[f32], epsilon: f32) {
    let some = weight.len().max(1) * ROWS_SIDE_BY_SIDE;
    for (x, y) in x.chunks_mut(some).zip(y.chunks(some)) {
        for (x, y) in x.chunks_mut(LANES).zip(y.chunks(LANES)) {
            w.store_some(w.add(w.load_some(x), w.load_some(y)), x);
        }
        norm_rows(w, x, weight, bias, epsilon);
    }
}

#[inline(always)]
pub(super) fn norm<W: Width>(w: W, x: &mut [f32], weight: &[f32], bias: &[f32], epsilon: f32) {
    for x in x.chunks_mut(weight.len().max(1) * ROWS_SIDE_BY_SIDE) {
        norm_rows(w, x, weight, bias, epsilon);
    }
}

/// At most [`ROWS_SIDE_BY_SIDE`] rows, step by step.
#[inline(always)]
fn norm_rows<W: Width>(w: W, x: &mut [f32], weight: &[f32], bias: &[f32], epsilon: f32) {
    let cols = weight.len().max(1);
    let count = cols as f32;
    let mut means = [0.0; ROWS_SIDE_BY_SIDE];
    for (x, mean) in x.chunks_exact(cols).zip(&mut means) {
        *mean = sum_of(w, x, |x| x, |x| x) / count;
    }
    let mut factors = [0.0; ROWS_SIDE_BY_SIDE];
    for ((x, &mean), factor) in x.chunks_exact(cols).zip(&means).zip(&mut factors) {
        let lanes = w.all(mean);
        let squares = sum_of(
            w,
            x,
            |x| {
                let distance = w.sub(x, lanes);
                w.mul(distance, distance)
            },
            |x| (x - mean) * (x - mean),
        );
        *factor = 1.0 / (squares / count + epsilon).sqrt();
    }
    for ((x, mean), factor) in x.chunks_exact_mut(cols).zip(means).zip(factors) {
        let (mean, factor) = (w.all(mean), w.all(factor));
        for ((x, weight), bias) in x.chunks_mut(LANES).zip(weight.chunks(LANES)).zip(bias.chunks(LANES)) {
            let normal = w.mul(w.sub(w.load_some(x), mean), factor);
            w.store_some(w.add(w.mul(normal, w.load_some(weight)), w.load_some(bias)), x);
        }
    }
}

/// Sum of a function of the numbers, given for lanes and for single ones. Four sums run side by side, so that one
/// addition need not wait for the other.
#[inline(always)]
fn sum_of<W: Width>(w: W, x: &[f32], lanes: impl Fn(W::Lanes) -> W::Lanes, single: impl Fn(f32) -> f32) -> f32 {
    let mut sums = [w.all(0.0); 4];
    let (fours, rest) = x.as_chunks::<{ 4 * LANES }>();
    for four in fours {
        for (sum, chunk) in sums.iter_mut().zip(four.as_chunks().0) {
            *sum = w.add(*sum, lanes(w.load(chunk)));
        }
    }
    let (chunks, rest) = rest.as_chunks::<LANES>();
    for chunk in chunks {
        sums[0] = w.add(sums[0], lanes(w.load(chunk)));
    }
    let mut last = [0.0; LANES];
    for (last, x) in last.iter_mut().zip(rest) {
        *last = single(*x);
    }
    sums[1] = w.add(sums[1], w.load(&last));
    w.sum(w.add(w.add(sums[0], sums[1]), w.add(sums[2], sums[3])))
}

#[inline(always)]
pub(super) fn pack_queries<W: Width>(w: W, x: &[f32], cols: usize, from: usize, width: usize, out: &mut Quantised) {
    // The usual width as a constant, so that the compiler unrolls for it.
    if width == 32 { queries(w, x, cols, from, 32, out) } else { queries(w, x, cols, from, width, out) }
}

#[inline(always)]
fn queries<W: Width>(w: W, x: &[f32], cols: usize, from: usize, width: usize, out: &mut Quantised) {
    out.reset(x.len() / cols, width);
    let unit = QUERY_UNIT / (width as f32).sqrt();
    for (x, to) in x.chunks_exact(cols).zip(out.rows_mut()) {
        let x = &x[from..from + width];
        let (inverse, scale) = steps(largest_of(w, x), LIMIT_8);
        (*to.scale, *to.zero) = (scale * unit, MIDDLE);
        round_to(w, x, inverse, MIDDLE, &mut to.bytes[..width]);
    }
}

#[inline(always)]
pub(super) fn pack_keys<W: Width>(w: W, x: &[f32], cols: usize, from: usize, width: usize, out: &mut Packed) {
    if width == 32 {
        keys::<W, 32>(w, x, cols, from, 32, out)
    } else {
        keys::<W, MOST_WIDE>(w, x, cols, from, width, out)
    }
}

/// Widest head there may be; no network of this size has wider ones.
pub(crate) const MOST_WIDE: usize = 256;

/// The byte for zero where numbers below and above it are treated alike.
const MIDDLE: i32 = 128;

/// What turns `q + 128` as `u8` into `q` as `i8`.
const OFFSET_BYTE: u8 = 0x80;

#[inline(always)]
fn keys<W: Width, const ROOM: usize>(w: W, x: &[f32], cols: usize, from: usize, width: usize, out: &mut Packed) {
    let tokens = x.len() / cols;
    out.reset(width, tokens.div_ceil(LANES) * LANES);
    let groups = width.div_ceil(GROUP);
    let mut bytes = [OFFSET_BYTE; ROOM];
    for (token, x) in x.chunks_exact(cols).enumerate() {
        let x = &x[from..from + width];
        let (inverse, scale) = steps(largest_of(w, x), LIMIT_8);
        round_to(w, x, inverse, MIDDLE, &mut bytes[..width]);
        let panel = &mut out.blocks[token / LANES * groups..][..groups];
        let at = token % LANES * GROUP;
        for (block, group) in panel.iter_mut().zip(bytes.as_chunks::<GROUP>().0) {
            let group = u32::from_ne_bytes(*group) ^ 0x8080_8080;
            block.0[at..at + GROUP].copy_from_slice(&group.to_ne_bytes().map(|byte| byte as i8));
        }
        let sum: i32 = bytes.iter().map(|&byte| i32::from(byte)).sum();
        out.sums[token] = sum - MIDDLE * ROOM as i32;
        out.scale[token] = scale;
        out.bias[token] = 0.0;
    }
    for token in tokens..out.scale.len() {
        out.sums[token] = 0;
        out.scale[token] = 0.0;
        out.bias[token] = NO_TOKEN;
    }
}

#[inline(always)]
pub(super) fn pack_values<W: Width>(w: W, x: &[f32], cols: usize, from: usize, width: usize, out: &mut Packed) {
    if width == 32 { values(w, x, cols, from, 32, out) } else { values(w, x, cols, from, width, out) }
}

#[inline(always)]
fn values<W: Width>(w: W, x: &[f32], cols: usize, from: usize, width: usize, out: &mut Packed) {
    let tokens = x.len() / cols;
    out.reset(tokens.div_ceil(LANES) * LANES, width);
    let groups = out.groups.max(1);
    let panels = out.blocks.chunks_exact_mut(groups).zip(out.scale.as_chunks_mut::<LANES>().0);
    for (panel, (blocks, scales)) in panels.enumerate() {
        let columns = from + panel * LANES..from + width.min((panel + 1) * LANES);
        let mut largest = w.all(0.0);
        for x in x.chunks_exact(cols) {
            largest = w.max(largest, w.abs(w.load_some(&x[columns.clone()])));
        }
        let steps = w.array(largest).map(|largest| steps(largest, LIMIT_8));
        *scales = steps.map(|(_, scale)| scale);
        let inverse = w.load(&steps.map(|(inverse, _)| inverse));
        let mut rows = x.chunks_exact(cols);
        for block in blocks {
            // What is beyond the last token gets zeros.
            let four = std::array::from_fn(|_| match rows.next() {
                Some(x) => w.add(w.mul(w.load_some(&x[columns.clone()]), inverse), w.all(ROUNDER)),
                None => w.all(0.0),
            });
            w.low_bytes_of_four(four, &mut block.0);
        }
    }
}

#[inline(always)]
pub(super) fn softmax<W: Width>(w: W, scores: &[f32], stride: usize, columns: usize, limit: f32, out: &mut Quantised) {
    let width = columns.div_ceil(LANES) * LANES;
    out.reset(scores.len() / stride.max(1), width);
    let mut to = out.rows_mut();
    let dither = w.load(&DITHER);
    for scores in scores.chunks(stride * ROWS_SIDE_BY_SIDE) {
        // The largest of several rows first: what follows need not wait for one row's after the other.
        let mut largest = [w.all(0.0); ROWS_SIDE_BY_SIDE];
        for (scores, largest) in scores.chunks_exact(stride).zip(&mut largest) {
            let mut most = w.all(NO_TOKEN);
            for chunk in scores[..width].as_chunks::<LANES>().0 {
                most = w.max(most, w.load(chunk));
            }
            *largest = w.all(w.largest(most));
        }
        for ((scores, largest), to) in scores.chunks_exact(stride).zip(largest).zip(&mut to) {
            // The bits of a rounded number are those of ROUNDER and, added to them, the number.
            let mut sums = w.all(0.0);
            for (chunk, to) in scores[..width].as_chunks::<LANES>().0.iter().zip(to.bytes.as_chunks_mut::<LANES>().0) {
                // 2^-100 is nothing in eight bits already, and far from the end of the exponent.
                let x = w.max(w.sub(w.load(chunk), largest), w.all(-100.0));
                let number = w.add(w.mul(exp2(w, x), w.all(limit)), dither);
                let rounded = w.add(number, w.all(ROUNDER));
                w.low_bytes(rounded, to);
                sums = w.add_bits(sums, rounded);
            }
            let rounders = ROUNDER.to_bits().wrapping_mul((width / LANES) as u32);
            let sum = w.array(sums).iter().map(|sum| sum.to_bits().wrapping_sub(rounders)).sum::<u32>();
            (*to.scale, *to.zero) = (1.0 / sum as f32, 0);
        }
    }
}

#[inline(always)]
pub(super) fn multiply_float<W: Width>(
    w: W,
    x: &[f32],
    inputs: usize,
    weights: &[f32],
    bias: &[f32],
    outputs: usize,
    out: &mut [f32],
) {
    let (inputs, outputs) = (inputs.max(1), outputs.max(1));
    let mut rows = x.chunks_exact(inputs * ROWS_SIDE_BY_SIDE).zip(out.chunks_exact_mut(outputs * ROWS_SIDE_BY_SIDE));
    for (x, out) in &mut rows {
        float_rows::<W, ROWS_SIDE_BY_SIDE>(w, x, inputs, weights, bias, outputs, out);
    }
    let done = x.len() / inputs / ROWS_SIDE_BY_SIDE * ROWS_SIDE_BY_SIDE;
    let rest = x[done * inputs..].chunks_exact(inputs).zip(out[done * outputs..].chunks_exact_mut(outputs));
    for (x, out) in rest {
        float_rows::<W, 1>(w, x, inputs, weights, bias, outputs, out);
    }
}

/// `R` rows of [`multiply_float`].
#[inline(always)]
fn float_rows<W: Width, const R: usize>(
    w: W,
    x: &[f32],
    inputs: usize,
    weights: &[f32],
    bias: &[f32],
    outputs: usize,
    out: &mut [f32],
) {
    let padded = outputs.div_ceil(LANES) * LANES;
    let rows: [&[f32]; R] = std::array::from_fn(|row| &x[row * inputs..(row + 1) * inputs]);
    for from in (0..outputs).step_by(LANES) {
        let to = outputs.min(from + LANES);
        let mut sums = [w.all(0.0); R];
        for (input, weights) in weights.chunks_exact(padded).take(inputs).enumerate() {
            let weights = w.load_some(&weights[from..from + LANES]);
            for (sum, row) in sums.iter_mut().zip(rows) {
                *sum = w.add(*sum, w.mul(w.all(row[input]), weights));
            }
        }
        let bias = w.load_some(&bias[from..from + LANES]);
        for (row, sum) in sums.into_iter().enumerate() {
            w.store_some(w.add(sum, bias), &mut out[row * outputs + from..row * outputs + to]);
        }
    }
}
