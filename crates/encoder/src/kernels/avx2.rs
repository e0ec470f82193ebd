//! Matrix products for CPUs with AVX2, with or without byte products (AVX-VNNI).
//!
//! AVX2's own byte product adds two products into sixteen bits and cuts off what does not fit: wrong sums for weights
//! of eight bits. So bytes are widened to sixteen bits first, and products of those are added in 32 bits. CPUs with
//! AVX-VNNI multiply bytes rightly.

use std::arch::x86_64::*;

use super::LANES;
use super::packed::{Block, GROUP, Panels, Quantised};

/// Rows of a tile; each takes two registers of sums out of sixteen.
const ROWS: usize = 6;

/// Calls `$function` for a number of rows that is known when compiling.
macro_rules! for_rows {
    ($rows:expr, $function:ident($($argument:expr),*)) => {
        match $rows {
            1 => $function::<1>($($argument),*),
            2 => $function::<2>($($argument),*),
            3 => $function::<3>($($argument),*),
            4 => $function::<4>($($argument),*),
            5 => $function::<5>($($argument),*),
            _ => $function::<6>($($argument),*),
        }
    };
}

/// # Safety
/// The CPU has avx2; `out` holds `stride` numbers a row and `weights.columns` in the last.
#[target_feature(enable = "avx2")]
pub(super) unsafe fn multiply(rows: &Quantised, weights: Panels<'_>, out: &mut [f32], stride: usize) {
    let groups = weights.groups;
    let mut wide = Vec::with_capacity(rows.bytes.len());
    for (bytes, &zero) in rows.bytes.chunks_exact((groups * GROUP).max(1)).zip(&rows.zero) {
        wide.extend(bytes.iter().map(|&byte| i16::from(byte) - zero as i16));
    }
    // A panel's two halves of eight columns one after the other, so that a loop runs straight through memory.
    let mut panel = vec![[0i16; 2 * LANES]; 2 * groups];
    for (number, column) in (0..weights.columns).step_by(LANES).enumerate() {
        for (group, block) in weights.blocks[number * groups..][..groups].iter().enumerate() {
            let (first, second) = block.0.split_at(2 * LANES);
            for (half, bytes) in [first, second].into_iter().enumerate() {
                for (to, &byte) in panel[half * groups + group].iter_mut().zip(bytes) {
                    *to = i16::from(byte);
                }
            }
        }
        for first in (0..rows.rows()).step_by(ROWS) {
            let count = (rows.rows() - first).min(ROWS);
            let wide = &wide[first * groups * GROUP..][..count * groups * GROUP];
            let mut sums = [[0; LANES]; ROWS];
            for half in 0..2 {
                let panel = &panel[half * groups..][..groups];
                // SAFETY: the rows and blocks were cut to size above.
                unsafe { for_rows!(count, widened(wide, panel, half, &mut sums)) };
            }
            for (row, sums) in (first..first + count).zip(&sums) {
                finish(sums, weights, column, rows.scale[row], &mut out[row * stride..]);
            }
        }
    }
}

/// Sums of `R` rows for half of a panel, eight columns.
///
/// # Safety
/// The CPU has avx2; `wide` holds `R` rows of four numbers for each of `panel`.
#[target_feature(enable = "avx2")]
unsafe fn widened<const R: usize>(
    wide: &[i16],
    panel: &[[i16; 2 * LANES]],
    half: usize,
    out: &mut [[i32; LANES]; ROWS],
) {
    // Two sums a column, of inputs 0 1 and 2 3 of each four; four columns a register.
    let mut sums = [[_mm256_setzero_si256(); 2]; R];
    for (group, weights) in panel.iter().enumerate() {
        let from: *const __m256i = weights.as_ptr().cast();
        // SAFETY: 32 numbers are two registers; inputs are read within the row's groups.
        unsafe {
            let weights = [_mm256_loadu_si256(from), _mm256_loadu_si256(from.add(1))];
            for (row, sums) in sums.iter_mut().enumerate() {
                let inputs = wide.as_ptr().add((row * panel.len() + group) * GROUP).cast::<i64>().read_unaligned();
                let inputs = _mm256_set1_epi64x(inputs);
                sums[0] = _mm256_add_epi32(sums[0], _mm256_madd_epi16(inputs, weights[0]));
                sums[1] = _mm256_add_epi32(sums[1], _mm256_madd_epi16(inputs, weights[1]));
            }
        }
    }
    for (out, sums) in out.iter_mut().zip(&sums) {
        // Adding neighbours goes by halves of the register: quarters 0 2 1 3 bring the order back.
        let both = _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_hadd_epi32(sums[0], sums[1]));
        // SAFETY: `out` has two times eight numbers.
        unsafe { _mm256_storeu_si256(out.as_mut_ptr().add(half * 8).cast(), both) };
    }
}

/// Sums to floats, as in `plain`.
#[inline(always)]
fn finish(sums: &[i32; LANES], weights: Panels<'_>, column: usize, row_scale: f32, out: &mut [f32]) {
    let scale: &[f32; LANES] = weights.scale[column..].first_chunk().expect("scales are filled to whole panels");
    let bias: &[f32; LANES] = weights.bias[column..].first_chunk().expect("biases are filled to whole panels");
    let number = |lane: usize| sums[lane] as f32 * scale[lane] * row_scale + bias[lane];
    let out = &mut out[column..weights.columns.min(column + LANES)];
    if let Some(out) = out.first_chunk_mut::<LANES>() {
        *out = std::array::from_fn(number);
    } else {
        for (lane, out) in out.iter_mut().enumerate() {
            *out = number(lane);
        }
    }
}

/// # Safety
/// The CPU has avx2 and avxvnni; `out` holds `stride` numbers a row and `weights.columns` in the last.
#[target_feature(enable = "avx2,avxvnni")]
pub(super) unsafe fn multiply_vnni(rows: &Quantised, weights: Panels<'_>, out: &mut [f32], stride: usize) {
    for (panel, column) in (0..weights.columns).step_by(LANES).enumerate() {
        let blocks = &weights.blocks[panel * weights.groups..][..weights.groups];
        let columns: &[i32; LANES] = weights.sums[column..].first_chunk().expect("sums are filled to whole panels");
        for first in (0..rows.rows()).step_by(ROWS) {
            let count = (rows.rows() - first).min(ROWS);
            let bytes = &rows.bytes[first * weights.groups * GROUP..][..count * weights.groups * GROUP];
            // SAFETY: the rows and blocks were cut to size above.
            let sums = unsafe { for_rows!(count, by_bytes(bytes, blocks, &rows.zero[first..first + count], columns)) };
            for (row, sums) in (first..first + count).zip(&sums) {
                finish(sums, weights, column, rows.scale[row], &mut out[row * stride..]);
            }
        }
    }
}

/// As [`widened`], with byte products.
///
/// # Safety
/// The CPU has avx2 and avxvnni; `bytes` holds `R` rows of four bytes a block.
#[target_feature(enable = "avx2,avxvnni")]
unsafe fn by_bytes<const R: usize>(
    bytes: &[u8],
    blocks: &[Block],
    zero: &[i32],
    columns: &[i32; LANES],
) -> [[i32; LANES]; ROWS] {
    // SAFETY: reads stay within a block and the row's groups, writes within sixteen numbers.
    unsafe {
        let halves = |from: *const __m256i| [_mm256_loadu_si256(from), _mm256_loadu_si256(from.add(1))];
        let mut sums = [halves(columns.as_ptr().cast()); R];
        for (sums, zero) in sums.iter_mut().zip(zero) {
            let less = _mm256_set1_epi32(-zero);
            *sums = [_mm256_mullo_epi32(sums[0], less), _mm256_mullo_epi32(sums[1], less)];
        }
        for (group, block) in blocks.iter().enumerate() {
            let weights = halves(block.0.as_ptr().cast());
            for (row, sums) in sums.iter_mut().enumerate() {
                let four = bytes.as_ptr().add((row * blocks.len() + group) * GROUP).cast::<i32>().read_unaligned();
                let four = _mm256_set1_epi32(four);
                sums[0] = _mm256_dpbusd_avx_epi32(sums[0], four, weights[0]);
                sums[1] = _mm256_dpbusd_avx_epi32(sums[1], four, weights[1]);
            }
        }
        store(&sums)
    }
}

/// # Safety
/// The CPU has avx2.
#[target_feature(enable = "avx2")]
unsafe fn store<const R: usize>(sums: &[[__m256i; 2]; R]) -> [[i32; LANES]; ROWS] {
    let mut out = [[0; LANES]; ROWS];
    for (out, sums) in out.iter_mut().zip(sums) {
        // SAFETY: `out` has two times eight numbers.
        unsafe {
            _mm256_storeu_si256(out.as_mut_ptr().cast(), sums[0]);
            _mm256_storeu_si256(out.as_mut_ptr().add(8).cast(), sums[1]);
        }
    }
    out
}
