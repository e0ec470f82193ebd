//! Matrix products for CPUs with AVX-512 and its byte products (VNNI): Intel since 2019, AMD since Zen 4.
//!
//! A tile of the result stays in registers, rows × panels of sixteen columns, while the inputs run by: each step takes
//! four inputs of a row, the same for all lanes, times one block of weights.

use std::arch::x86_64::*;

use super::LANES;
use super::packed::{Block, GROUP, Panels, Quantised};

/// Rows and panels of a tile: 24 registers of sums out of 32.
const ROWS: usize = 12;
const PANELS: usize = 2;

/// Runs a tile down all `$count` rows: whole tiles first, then the rest with a function made for so many rows.
macro_rules! for_all_rows {
    ($tile:ident, $count:expr, $panels:expr) => {{
        let (whole, rest) = ($count / ROWS, $count % ROWS);
        let last = $tile.down(whole * ROWS);
        if $panels == PANELS {
            $tile.run::<ROWS, PANELS>(whole);
            for_rows!(last, rest, PANELS, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
        } else {
            $tile.run::<ROWS, 1>(whole);
            for_rows!(last, rest, 1, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
        }
    }};
}

/// Calls the tile's function for a number of rows that is known when compiling.
macro_rules! for_rows {
    ($tile:ident, $rows:expr, $panels:expr, [$($number:literal),*]) => {
        match $rows {
            $($number => $tile.run::<$number, { $panels }>(1),)*
            _ => {}
        }
    };
}

/// Writes the lanes of `mask`, or all where a tile is `FULL`: without a mask that is cheaper.
macro_rules! store {
    ($full:expr, $to:expr, $mask:expr, $x:expr) => {
        if $full { _mm512_storeu_ps($to, $x) } else { _mm512_mask_storeu_ps($to, $mask, $x) }
    };
}
/// # Safety
/// The CPU has avx512f, avx512bw and avx512vnni; `out` holds `stride` numbers a row and `weights.columns` in the last.
#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
pub(super) unsafe fn multiply(rows: &Quantised, weights: Panels<'_>, out: &mut [f32], stride: usize) {
    for column in (0..weights.columns).step_by(LANES * PANELS) {
        let panels = (weights.columns - column).div_ceil(LANES).min(PANELS);
        let tile = Tile {
            rows: rows.bytes.as_ptr(),
            row_scale: rows.scale.as_ptr(),
            row_zero: rows.zero.as_ptr(),
            blocks: weights.blocks[column / LANES * weights.groups..].as_ptr(),
            groups: weights.groups,
            sums: weights.sums[column..].as_ptr(),
            scale: weights.scale[column..].as_ptr(),
            bias: weights.bias[column..].as_ptr(),
            out: out.as_mut_ptr().wrapping_add(column),
            stride,
            columns: (weights.columns - column).min(LANES * PANELS),
        };
        // SAFETY: there are so many rows and panels; the caller vouches for `out`.
        unsafe { for_all_rows!(tile, rows.rows(), panels) };
    }
}

/// Where a tile's inputs begin and where its result goes.
#[derive(Clone, Copy)]
struct Tile {
    rows: *const u8,
    row_scale: *const f32,
    row_zero: *const i32,
    blocks: *const Block,
    groups: usize,
    sums: *const i32,
    scale: *const f32,
    bias: *const f32,
    out: *mut f32,
    stride: usize,
    /// Columns of the tile that are real.
    columns: usize,
}

impl Tile {
    /// The tile so many rows further down.
    fn down(mut self, rows: usize) -> Tile {
        self.rows = self.rows.wrapping_add(rows * self.groups * GROUP);
        self.row_scale = self.row_scale.wrapping_add(rows);
        self.row_zero = self.row_zero.wrapping_add(rows);
        self.out = self.out.wrapping_add(rows * self.stride);
        self
    }

    /// Computes `times` tiles of `R` rows and `P` panels, one below the other.
    ///
    /// # Safety
    /// As [`multiply`]; `times * R` rows and `P` panels exist from the tile's start on.
    #[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
    unsafe fn run<const R: usize, const P: usize>(mut self, times: usize) {
        for _ in 0..times {
            // SAFETY: the caller's promise for one of `times`.
            unsafe { if self.columns == P * LANES { self.one::<R, P, true>() } else { self.one::<R, P, false>() } }
            self = self.down(R);
        }
    }

    /// # Safety
    /// As [`Tile::run`] with `times` 1.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
    unsafe fn one<const R: usize, const P: usize, const FULL: bool>(&self) {
        // SAFETY: the loops stay within `R` rows of `groups` groups and `P` panels of `groups` blocks; what is written
        // is masked to the tile's real columns.
        unsafe {
            let mut sums = [[_mm512_setzero_si512(); P]; R];
            for (r, row) in sums.iter_mut().enumerate() {
                // What zero counts too much in each column is taken off before the start.
                let less = _mm512_set1_epi32(-*self.row_zero.add(r));
                for (p, sum) in row.iter_mut().enumerate() {
                    *sum = _mm512_mullo_epi32(_mm512_loadu_si512(self.sums.add(p * LANES).cast()), less);
                }
            }
            for group in 0..self.groups {
                let mut weights = [_mm512_setzero_si512(); P];
                for (p, weights) in weights.iter_mut().enumerate() {
                    *weights = _mm512_load_si512(self.blocks.add(p * self.groups + group).cast());
                }
                for (r, row) in sums.iter_mut().enumerate() {
                    let four = self.rows.add((r * self.groups + group) * GROUP).cast::<i32>().read_unaligned();
                    let four = _mm512_set1_epi32(four);
                    for (sum, &weights) in row.iter_mut().zip(&weights) {
                        *sum = _mm512_dpbusd_epi32(*sum, four, weights);
                    }
                }
            }
            for p in 0..P {
                let scale = _mm512_loadu_ps(self.scale.add(p * LANES));
                let bias = _mm512_loadu_ps(self.bias.add(p * LANES));
                let mask = mask(self.columns, p);
                for (r, row) in sums.iter().enumerate() {
                    let row_scale = _mm512_set1_ps(*self.row_scale.add(r));
                    let scaled = _mm512_mul_ps(_mm512_mul_ps(_mm512_cvtepi32_ps(row[p]), scale), row_scale);
                    let to = self.out.wrapping_add(r * self.stride + p * LANES);
                    store!(FULL, to, mask, _mm512_add_ps(scaled, bias));
                }
            }
        }
    }
}

/// Which lanes of panel `p` are real in a tile of `columns`.
fn mask(columns: usize, p: usize) -> u16 {
    let real = columns.saturating_sub(p * LANES).min(LANES);
    ((1u32 << real) - 1) as u16
}
