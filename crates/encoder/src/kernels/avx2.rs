use super::packed::{Packed16, Panels, Quantised, Rows16};
use super::plain;

pub(super) unsafe fn multiply(rows: &Quantised, weights: Panels<'_>, out: &mut [f32], stride: usize) {
    plain::multiply(rows, weights, out, stride);
}

pub(super) unsafe fn multiply_vnni(rows: &Quantised, weights: Panels<'_>, out: &mut [f32], stride: usize) {
    plain::multiply(rows, weights, out, stride);
}

pub(super) unsafe fn weigh(rows: &Rows16, values: &Packed16, out: &mut [f32], stride: usize) {
    plain::weigh(rows, values, out, stride);
}
