//! The matrix products in plain Rust: for CPUs without more, and the judge of the other classes.

use super::LANES;
use super::packed::{GROUP, Panels, Quantised};

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
