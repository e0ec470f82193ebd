//! The matrix products in plain Rust: for CPUs without more, and the judge of the other classes.

use super::LANES;
use super::packed::{GROUP, Packed16, Panels, Quantised, Rows16};

pub(super) fn multiply(rows: &Quantised, weights: Panels<'_>, out: &mut [f32], stride: usize) {
    let groups = weights.groups;
    for (panel, column) in (0..weights.columns).step_by(LANES).enumerate() {
        let blocks = &weights.blocks[panel * groups..][..groups];
        let real = LANES.min(weights.columns - column);
        for (row, &row_scale) in rows.scale.iter().enumerate() {
            let bytes = &rows.bytes[row * groups * GROUP..][..groups * GROUP];
            let mut sums = [0i32; LANES];
            for (block, four) in blocks.iter().zip(bytes.as_chunks::<GROUP>().0) {
                let four = four.map(|byte| i32::from(byte) - rows.zero[row]);
                for (sum, weights) in sums.iter_mut().zip(block.0.as_chunks::<GROUP>().0) {
                    for input in 0..GROUP {
                        *sum += four[input] * i32::from(weights[input]);
                    }
                }
            }
            let to = &mut out[row * stride + column..][..real];
            for (lane, to) in to.iter_mut().enumerate() {
                *to = sums[lane] as f32 * weights.scale[column + lane] * row_scale + weights.bias[column + lane];
            }
        }
    }
}

pub(super) fn weigh(rows: &Rows16, values: &Packed16, out: &mut [f32], stride: usize) {
    let pairs = values.pairs();
    for (panel, column) in (0..values.columns()).step_by(LANES).enumerate() {
        let blocks = &values.blocks[panel * pairs..][..pairs];
        let real = LANES.min(values.columns() - column);
        for (row, &row_scale) in rows.scale.iter().enumerate() {
            let numbers = &rows.numbers[row * pairs * 2..][..pairs * 2];
            let mut sums = [0i32; LANES];
            for (block, two) in blocks.iter().zip(numbers.as_chunks::<2>().0) {
                let two = two.map(i32::from);
                for (sum, value) in sums.iter_mut().zip(block.0) {
                    *sum += two[0] * i32::from(value as i16) + two[1] * i32::from((value >> 16) as i16);
                }
            }
            let to = &mut out[row * stride + column..][..real];
            for (lane, to) in to.iter_mut().enumerate() {
                *to = sums[lane] as f32 * row_scale;
            }
        }
    }
}
