//! The float parts, written once: sixteen lanes side by side, every operation in a fixed order.
//!
//! The compiler may use registers of any width for a [`Lanes`], but it may not change the order of float operations
//! nor fuse a multiplication with an addition, so the results are the same bytes for every class of CPU. Functions are
//! `inline(always)` because `super` compiles each of them several times, for other CPU features each time.

use super::LANES;
use super::packed::{Block16, GROUP, Packed, Packed16, Quantised, Rows16};

/// Sixteen numbers side by side.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Lanes([f32; LANES]);

/// Adding 1.5 * 2^23 rounds a small number to the nearest whole one (ties to even) and leaves it in the low bits.
const ROUNDER: f32 = 12_582_912.0;

/// Rounds and adds 128 in one go: the low byte is the quantised number as `u8`.
const ROUNDER_128: f32 = ROUNDER + 128.0;

/// Largest quantised number of eight bits.
const LIMIT_8: f32 = 127.0;

/// Largest value of sixteen bits in attention. Ten bits are enough for values and leave room for probabilities: their
/// products must sum up within 31 bits.
pub(crate) const LIMIT_16: f32 = 1023.0;

/// Rows whose largest number is smaller count as zero; its inverse would not be finite.
const SMALLEST: f32 = 1e-30;

/// Scores are in powers of two: `e^x = 2^(x * QUERY_UNIT)`.
const QUERY_UNIT: f32 = std::f32::consts::LOG2_E;

/// Score of the filling behind the last token: its probability is zero.
const NO_TOKEN: f32 = -1e30;

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

impl Lanes {
    const ZERO: Lanes = Lanes([0.0; LANES]);

    #[inline(always)]
    fn all(x: f32) -> Lanes {
        Lanes([x; LANES])
    }

    /// The numbers of a whole chunk, or of the rest of a row filled with zeros.
    #[inline(always)]
    fn load(x: &[f32]) -> Lanes {
        if let Some(x) = x.first_chunk::<LANES>() {
            return Lanes(*x);
        }
        let mut lanes = Lanes::ZERO;
        lanes.0[..x.len()].copy_from_slice(x);
        lanes
    }

    #[inline(always)]
    fn store(self, to: &mut [f32]) {
        if let Some(to) = to.first_chunk_mut::<LANES>() {
            *to = self.0;
        } else {
            let length = to.len();
            to.copy_from_slice(&self.0[..length]);
        }
    }

    #[inline(always)]
    fn zip(self, other: Lanes, f: impl Fn(f32, f32) -> f32) -> Lanes {
        let mut out = self;
        for lane in 0..LANES {
            out.0[lane] = f(self.0[lane], other.0[lane]);
        }
        out
    }

    #[inline(always)]
    fn map(self, f: impl Fn(f32) -> f32) -> Lanes {
        let mut out = self;
        for lane in 0..LANES {
            out.0[lane] = f(self.0[lane]);
        }
        out
    }

    #[inline(always)]
    fn add(self, other: Lanes) -> Lanes {
        self.zip(other, |a, b| a + b)
    }

    #[inline(always)]
    fn sub(self, other: Lanes) -> Lanes {
        self.zip(other, |a, b| a - b)
    }

    #[inline(always)]
    fn mul(self, other: Lanes) -> Lanes {
        self.zip(other, |a, b| a * b)
    }

    // Not `f32::max`: its rules for NaN cost instructions.
    #[inline(always)]
    fn max(self, other: Lanes) -> Lanes {
        self.zip(other, |a, b| if a > b { a } else { b })
    }

    #[inline(always)]
    fn min(self, other: Lanes) -> Lanes {
        self.zip(other, |a, b| if a < b { a } else { b })
    }

    #[inline(always)]
    fn abs(self) -> Lanes {
        self.map(f32::abs)
    }

    #[inline(always)]
    fn bits(self) -> [u32; LANES] {
        let mut bits = [0; LANES];
        for lane in 0..LANES {
            bits[lane] = self.0[lane].to_bits();
        }
        bits
    }

    /// Sum over the lanes: halves onto each other, always in this order.
    #[inline(always)]
    fn sum(self) -> f32 {
        let mut x = self.0;
        for width in [8, 4, 2, 1] {
            for lane in 0..width {
                x[lane] += x[lane + width];
            }
        }
        x[0]
    }

    #[inline(always)]
    fn largest(self) -> f32 {
        let mut x = self.0;
        for width in [8, 4, 2, 1] {
            for lane in 0..width {
                x[lane] = if x[lane] > x[lane + width] { x[lane] } else { x[lane + width] };
            }
        }
        x[0]
    }
}

/// `x * erf'd` for sixteen lanes: `x/2 * (1 + erf(x / √2))`. Error below 2.3e-6 for |x| < 4.5, beyond below 3e-6 |x|.
#[inline(always)]
fn gelu(x: Lanes) -> Lanes {
    let edge = std::f32::consts::SQRT_2;
    let r = x.mul(Lanes::all(1.0 / GELU_RANGE)).max(Lanes::all(-edge)).min(Lanes::all(edge));
    let u = r.mul(r).sub(Lanes::all(1.0));
    let mut p = Lanes::all(ERF[10]);
    for power in (0..10).rev() {
        p = p.mul(u).add(Lanes::all(ERF[power]));
    }
    let half = x.mul(Lanes::all(0.5));
    half.add(half.mul(r.mul(p)))
}

/// `2^x` for -100 <= x <= 0; relative error below 3e-6, exactly 1 at 0.
#[inline(always)]
fn exp2(x: Lanes) -> Lanes {
    let shifted = x.add(Lanes::all(ROUNDER));
    let f = x.sub(shifted.sub(Lanes::all(ROUNDER)));
    let mut p = Lanes::all(EXP2[3]);
    for power in (0..3).rev() {
        p = p.mul(f).add(Lanes::all(EXP2[power]));
    }
    let p = p.mul(f).add(Lanes::all(1.0));
    let mut out = Lanes::ZERO;
    let (bits, exponent) = (p.bits(), shifted.bits());
    for lane in 0..LANES {
        out.0[lane] = f32::from_bits(bits[lane].wrapping_add(exponent[lane] << 23));
    }
    out
}

/// What to multiply with before rounding, and the scale that undoes it.
#[inline(always)]
fn steps(largest: f32, limit: f32) -> (f32, f32) {
    if largest > SMALLEST { (limit / largest, largest / limit) } else { (0.0, 0.0) }
}

#[inline(always)]
fn largest_of(x: &[f32]) -> f32 {
    let mut largest = Lanes::ZERO;
    for chunk in x.chunks(LANES) {
        largest = largest.max(Lanes::load(chunk).abs());
    }
    largest.largest()
}

/// Numbers times `inverse`, rounded, 128 added.
#[inline(always)]
fn round_to(x: &[f32], inverse: f32, to: &mut [u8]) {
    let inverse = Lanes::all(inverse);
    for (x, to) in x.chunks(LANES).zip(to.chunks_mut(LANES)) {
        let bits = Lanes::load(x).mul(inverse).add(Lanes::all(ROUNDER_128)).bits();
        if let Some(to) = to.first_chunk_mut::<LANES>() {
            for lane in 0..LANES {
                to[lane] = bits[lane] as u8;
            }
        } else {
            for (to, bits) in to.iter_mut().zip(bits) {
                *to = bits as u8;
            }
        }
    }
}

#[inline(always)]
pub(super) fn quantise(x: &[f32], cols: usize, out: &mut Quantised) {
    let rows = x.len().checked_div(cols).unwrap_or(0);
    out.reset(rows, cols);
    let stride = out.stride().max(1);
    for ((x, to), scale) in x.chunks_exact(cols.max(1)).zip(out.bytes.chunks_exact_mut(stride)).zip(&mut out.scale) {
        let (inverse, row_scale) = steps(largest_of(x), LIMIT_8);
        *scale = row_scale;
        round_to(x, inverse, &mut to[..cols]);
    }
}

#[inline(always)]
pub(super) fn gelu_quantise(x: &mut [f32], cols: usize, out: &mut Quantised) {
    let rows = x.len().checked_div(cols).unwrap_or(0);
    out.reset(rows, cols);
    let stride = out.stride().max(1);
    for ((x, to), scale) in x.chunks_exact_mut(cols.max(1)).zip(out.bytes.chunks_exact_mut(stride)).zip(&mut out.scale) {
        let mut largest = Lanes::ZERO;
        for chunk in x.chunks_mut(LANES) {
            let lanes = gelu(Lanes::load(chunk));
            largest = largest.max(lanes.abs());
            lanes.store(chunk);
        }
        let (inverse, row_scale) = steps(largest.largest(), LIMIT_8);
        *scale = row_scale;
        round_to(x, inverse, &mut to[..cols]);
    }
}

#[inline(always)]
pub(super) fn add_norm(x: &mut [f32], y: &[f32], weight: &[f32], bias: &[f32], epsilon: f32) {
    let cols = weight.len().max(1);
    for (x, y) in x.chunks_exact_mut(cols).zip(y.chunks_exact(cols)) {
        for (x, y) in x.chunks_mut(LANES).zip(y.chunks(LANES)) {
            Lanes::load(x).add(Lanes::load(y)).store(x);
        }
        norm_row(x, weight, bias, epsilon);
    }
}

#[inline(always)]
pub(super) fn norm(x: &mut [f32], weight: &[f32], bias: &[f32], epsilon: f32) {
    for x in x.chunks_exact_mut(weight.len().max(1)) {
        norm_row(x, weight, bias, epsilon);
    }
}

#[inline(always)]
fn norm_row(x: &mut [f32], weight: &[f32], bias: &[f32], epsilon: f32) {
    let count = x.len() as f32;
    let mut sum = Lanes::ZERO;
    for chunk in x.chunks(LANES) {
        sum = sum.add(Lanes::load(chunk));
    }
    let mean = Lanes::all(sum.sum() / count);
    let mut squares = Lanes::ZERO;
    let (whole, rest) = x.as_chunks::<LANES>();
    for chunk in whole {
        let distance = Lanes(*chunk).sub(mean);
        squares = squares.add(distance.mul(distance));
    }
    for (lane, x) in rest.iter().enumerate() {
        let distance = x - mean.0[0];
        squares.0[lane] += distance * distance;
    }
    let factor = Lanes::all(1.0 / (squares.sum() / count + epsilon).sqrt());
    for ((x, weight), bias) in x.chunks_mut(LANES).zip(weight.chunks(LANES)).zip(bias.chunks(LANES)) {
        let normal = Lanes::load(x).sub(mean).mul(factor);
        normal.mul(Lanes::load(weight)).add(Lanes::load(bias)).store(x);
    }
}

#[inline(always)]
pub(super) fn pack_queries(x: &[f32], cols: usize, from: usize, width: usize, out: &mut Quantised) {
    // The usual width as a constant, so that the compiler unrolls for it.
    if width == 32 { queries(x, cols, from, 32, out) } else { queries(x, cols, from, width, out) }
}

#[inline(always)]
fn queries(x: &[f32], cols: usize, from: usize, width: usize, out: &mut Quantised) {
    out.reset(x.len() / cols, width);
    let unit = QUERY_UNIT / (width as f32).sqrt();
    let stride = width.div_ceil(GROUP) * GROUP;
    for ((x, to), scale) in x.chunks_exact(cols).zip(out.bytes.chunks_exact_mut(stride)).zip(&mut out.scale) {
        let x = &x[from..from + width];
        let (inverse, row_scale) = steps(largest_of(x), LIMIT_8);
        *scale = row_scale * unit;
        round_to(x, inverse, &mut to[..width]);
    }
}

#[inline(always)]
pub(super) fn pack_keys(x: &[f32], cols: usize, from: usize, width: usize, out: &mut Packed) {
    if width == 32 { keys::<32>(x, cols, from, 32, out) } else { keys::<MOST_WIDE>(x, cols, from, width, out) }
}

/// Widest head there may be; no network of this size has wider ones.
pub(crate) const MOST_WIDE: usize = 256;

#[inline(always)]
fn keys<const ROOM: usize>(x: &[f32], cols: usize, from: usize, width: usize, out: &mut Packed) {
    let tokens = x.len() / cols;
    out.reset(width, tokens.div_ceil(LANES) * LANES);
    let groups = width.div_ceil(GROUP);
    let mut bytes = [OFFSET_BYTE; ROOM];
    for (token, x) in x.chunks_exact(cols).enumerate() {
        let x = &x[from..from + width];
        let (inverse, scale) = steps(largest_of(x), LIMIT_8);
        round_to(x, inverse, &mut bytes[..width]);
        let panel = &mut out.blocks[token / LANES * groups..][..groups];
        let at = token % LANES * GROUP;
        let mut sum = 0i32;
        for (block, group) in panel.iter_mut().zip(bytes.as_chunks::<GROUP>().0) {
            let group = group.map(|byte| (byte ^ OFFSET_BYTE) as i8);
            sum += i32::from(group[0]) + i32::from(group[1]) + i32::from(group[2]) + i32::from(group[3]);
            block.0[at..at + GROUP].copy_from_slice(&group);
        }
        out.correction[token] = -super::packed::OFFSET * sum;
        out.scale[token] = scale;
        out.bias[token] = 0.0;
    }
    for token in tokens..out.scale.len() {
        out.correction[token] = 0;
        out.scale[token] = 0.0;
        out.bias[token] = NO_TOKEN;
    }
}

/// 128, and what turns `q + 128` as `u8` into `q` as `i8`.
const OFFSET_BYTE: u8 = 0x80;

#[inline(always)]
pub(super) fn pack_values(x: &[f32], cols: usize, from: usize, width: usize, out: &mut Packed16) {
    if width == 32 { values(x, cols, from, 32, out) } else { values(x, cols, from, width, out) }
}

#[inline(always)]
fn values(x: &[f32], cols: usize, from: usize, width: usize, out: &mut Packed16) {
    let tokens = x.len() / cols;
    out.reset(tokens, width);
    let mut largest = Lanes::ZERO;
    for x in x.chunks_exact(cols) {
        for chunk in x[from..from + width].chunks(LANES) {
            largest = largest.max(Lanes::load(chunk).abs());
        }
    }
    let (inverse, scale) = steps(largest.largest(), LIMIT_16);
    out.scale = scale;
    let inverse = Lanes::all(inverse);
    let pairs = out.pairs();
    for (panel, blocks) in out.blocks.chunks_exact_mut(pairs.max(1)).enumerate() {
        let (start, end) = (panel * LANES, width.min((panel + 1) * LANES));
        let row = |token: usize| match token < tokens {
            true => Lanes::load(&x[token * cols + from..][start..end]).mul(inverse).add(Lanes::all(ROUNDER)).bits(),
            false => [0; LANES],
        };
        for (pair, block) in blocks.iter_mut().enumerate() {
            let (first, second) = (row(2 * pair), row(2 * pair + 1));
            let mut both = [0u32; LANES];
            for lane in 0..LANES {
                both[lane] = (first[lane] & 0xffff) | (second[lane] << 16);
            }
            *block = Block16(both);
        }
    }
}

#[inline(always)]
pub(super) fn softmax(scores: &[f32], stride: usize, columns: usize, limit: f32, value_scale: f32, out: &mut Rows16) {
    let rows = scores.len() / stride.max(1);
    out.reset(rows, columns);
    let width = out.pairs() * 2;
    for ((scores, to), scale) in scores.chunks_exact(stride).zip(out.numbers.chunks_exact_mut(width)).zip(&mut out.scale) {
        let scores = scores[..width].as_chunks::<LANES>().0;
        let mut largest = Lanes::all(NO_TOKEN);
        for chunk in scores {
            largest = largest.max(Lanes(*chunk));
        }
        let largest = Lanes::all(largest.largest());
        let mut sums = [0u32; LANES];
        for (chunk, to) in scores.iter().zip(to.as_chunks_mut::<LANES>().0) {
            // 2^-100 is nothing in sixteen bits already, and far from the end of the exponent.
            let x = Lanes(*chunk).sub(largest).max(Lanes::all(-100.0));
            let bits = exp2(x).mul(Lanes::all(limit)).add(Lanes::all(ROUNDER)).bits();
            for lane in 0..LANES {
                to[lane] = bits[lane] as i16;
                sums[lane] = sums[lane].wrapping_add(bits[lane] & 0xffff);
            }
        }
        let sum = sums.iter().fold(0u32, |sum, &lane| sum.wrapping_add(lane));
        *scale = value_scale / sum as f32;
    }
}

#[inline(always)]
pub(super) fn multiply_float(x: &[f32], inputs: usize, weights: &[f32], bias: &[f32], outputs: usize, out: &mut [f32]) {
    let padded = outputs.div_ceil(LANES) * LANES;
    for (x, out) in x.chunks_exact(inputs.max(1)).zip(out.chunks_exact_mut(outputs.max(1))) {
        for (panel, out) in out.chunks_mut(LANES).enumerate() {
            let mut sum = Lanes::ZERO;
            for (x, weights) in x.iter().zip(weights.chunks_exact(padded)) {
                sum = sum.add(Lanes::all(*x).mul(Lanes::load(&weights[panel * LANES..])));
            }
            sum.add(Lanes::load(&bias[panel * LANES..])).store(out);
        }
    }
}
