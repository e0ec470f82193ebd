//! The arithmetic, once for each class of CPU: chosen when the program starts, the same numbers from all of them.
//!
//! In: rows of numbers. Out: rows of numbers. What may differ between classes is speed alone:
//! - products of matrices are sums of whole numbers (`i32`), so their order does not matter;
//! - float parts are written once (`float`) over sixteen lanes in a fixed order, without fused multiply-add, and only
//!   compiled anew for each class.
//!
//! `plain` is the judge of the others in the tests. Every [`Kernel`] that exists is one that this CPU can run, so the
//! safe functions here cannot go wrong.

// The only place with `unsafe` in this project: calls of functions compiled for CPU features, guarded by `Kernel`.
#![allow(unsafe_code)]

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod float;
mod lanes;
mod packed;
mod plain;
#[cfg(test)]
mod tests;

use std::sync::OnceLock;

pub(crate) use float::{LIMIT_8, MOST_WIDE};
pub(crate) use packed::{Packed, Panels, Quantised};

/// Numbers that go side by side through one vector register, and columns in one panel of packed weights.
pub(crate) const LANES: usize = 16;

/// How the arithmetic is done: a class of CPUs that this one belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kernel(Class);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Plain,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    AvxVnni,
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Kernel {
    /// The fastest that this CPU can run; looked up once.
    pub fn best() -> Kernel {
        static BEST: OnceLock<Kernel> = OnceLock::new();
        *BEST.get_or_init(|| Kernel::available().pop().unwrap_or(Kernel(Class::Plain)))
    }

    /// All that this CPU can run, the slowest first.
    pub fn available() -> Vec<Kernel> {
        #[allow(unused_mut)]
        let mut found = vec![Kernel(Class::Plain)];
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx2") {
                found.push(Kernel(Class::Avx2));
                if is_x86_feature_detected!("avxvnni") {
                    found.push(Kernel(Class::AvxVnni));
                }
            }
            if is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512vl")
                && is_x86_feature_detected!("avx512vnni")
            {
                found.push(Kernel(Class::Avx512));
            }
        }
        found
    }

    /// A short name for messages: `plain`, `avx2`, `avx-vnni`, `avx512-vnni`.
    pub fn name(self) -> &'static str {
        match self.0 {
            Class::Plain => "plain",
            #[cfg(target_arch = "x86_64")]
            Class::Avx2 => "avx2",
            #[cfg(target_arch = "x86_64")]
            Class::AvxVnni => "avx-vnni",
            #[cfg(target_arch = "x86_64")]
            Class::Avx512 => "avx512-vnni",
        }
    }

    /// `out[r][c] = (rows · weights) * row scale * column scale + bias`, `stride` numbers from row to row of `out`.
    ///
    /// `rows` beyond what `out` can take are left out.
    pub(crate) fn multiply(self, rows: &Quantised, weights: Panels<'_>, out: &mut [f32], stride: usize) {
        assert_eq!(rows.groups(), weights.groups, "rows and weights are equally wide");
        assert!(
            rows.rows() == 0
                || (weights.columns <= stride && (rows.rows() - 1) * stride + weights.columns <= out.len())
        );
        match self.0 {
            Class::Plain => plain::multiply(rows, weights, out, stride),
            #[cfg(target_arch = "x86_64")]
            // SAFETY: a Kernel of this class is only made where the CPU has the features; sizes are checked above.
            Class::Avx2 => unsafe { avx2::multiply(rows, weights, out, stride) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: as above.
            Class::AvxVnni => unsafe { avx2::multiply_vnni(rows, weights, out, stride) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: as above.
            Class::Avx512 => unsafe { avx512::multiply(rows, weights, out, stride) },
        }
    }
}

/// Makes a method of [`Kernel`] for a function of `float`, compiled once for each class of CPU.
macro_rules! for_each_class {
    ($($(#[$doc:meta])* fn $name:ident($($argument:ident: $type:ty),* $(,)?);)*) => {
        impl Kernel {$(
            $(#[$doc])*
            #[allow(clippy::too_many_arguments)]
            pub(crate) fn $name(self, $($argument: $type),*) {
                #[cfg(target_arch = "x86_64")]
                #[target_feature(enable = "avx2")]
                fn avx2($($argument: $type),*) {
                    // SAFETY: compiled for, and so only called on, CPUs with the feature.
                    float::$name(unsafe { lanes::Avx2::new() }, $($argument),*);
                }
                #[cfg(target_arch = "x86_64")]
                #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
                fn avx512($($argument: $type),*) {
                    // SAFETY: as above.
                    float::$name(unsafe { lanes::Avx512::new() }, $($argument),*);
                }
                match self.0 {
                    Class::Plain => float::$name(lanes::Plain, $($argument),*),
                    #[cfg(target_arch = "x86_64")]
                    // SAFETY: a Kernel of this class is only made where the CPU has the features.
                    Class::Avx2 | Class::AvxVnni => unsafe { avx2($($argument),*) },
                    #[cfg(target_arch = "x86_64")]
                    // SAFETY: as above.
                    Class::Avx512 => unsafe { avx512($($argument),*) },
                }
            }
        )*}
    };
}

for_each_class! {
    /// Each row of `x` in eight bits with a scale of its own.
    fn quantise(x: &[f32], cols: usize, out: &mut Quantised);

    /// Gelu of `x` (in place), then as [`Kernel::quantise`].
    fn gelu_quantise(x: &mut [f32], cols: usize, out: &mut Quantised);

    /// `x = norm(x + y)` row by row.
    fn add_norm(x: &mut [f32], y: &[f32], weight: &[f32], bias: &[f32], epsilon: f32);

    /// `x = norm(x)` row by row.
    fn norm(x: &mut [f32], weight: &[f32], bias: &[f32], epsilon: f32);

    /// Queries of one head, columns `from..from + width` of `x`, in eight bits; scales carry `1/sqrt(width)` and base 2.
    fn pack_queries(x: &[f32], cols: usize, from: usize, width: usize, out: &mut Quantised);

    /// Keys of one head as weights: one column a token.
    fn pack_keys(x: &[f32], cols: usize, from: usize, width: usize, out: &mut Packed);

    /// Values of one head as weights: one input a token, filled to whole lanes.
    fn pack_values(x: &[f32], cols: usize, from: usize, width: usize, out: &mut Packed);

    /// Softmax of `scores` (in powers of two), `columns` of each `stride`: the largest of a row becomes `limit`, a byte, and a row's scale
    /// is one by the sum of its bytes. Filled to whole lanes.
    fn softmax(scores: &[f32], stride: usize, columns: usize, limit: f32, out: &mut Quantised);

    /// `out = x · weights + bias` with floats; `weights` is [inputs][outputs filled to whole lanes].
    fn multiply_float(x: &[f32], inputs: usize, weights: &[f32], bias: &[f32], outputs: usize, out: &mut [f32]);
}
