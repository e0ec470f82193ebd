//! Layer norm: each row to mean 0 and variance 1, then times a weight and plus a bias.

use crate::kernels::Kernel;
use crate::{Matrix, Weights, WeightsError};

/// A layer norm.
#[derive(Debug, Clone)]
pub struct LayerNorm {
    weight: Vec<f32>,
    bias: Vec<f32>,
    epsilon: f32,
    kernel: Kernel,
}

impl LayerNorm {
    /// The epsilon of BERT's layers.
    pub const BERT_EPSILON: f32 = 1e-12;

    pub(crate) fn new(weight: Vec<f32>, bias: Vec<f32>, epsilon: f32, kernel: Kernel) -> LayerNorm {
        LayerNorm { weight, bias, epsilon, kernel }
    }

    pub(crate) fn expect_width(&self, name: &str, width: usize) -> Result<(), WeightsError> {
        Weights::expect(name, "numbers", self.weight.len(), width)
    }

    /// Norms every row in place.
    ///
    /// # Panics
    /// Where rows are not as wide as the norm.
    pub fn apply(&self, x: &mut Matrix) {
        assert_eq!(x.cols, self.weight.len(), "rows are as wide as the norm");
        self.apply_to(&mut x.data);
    }

    pub(crate) fn apply_to(&self, x: &mut [f32]) {
        self.kernel.norm(x, &self.weight, &self.bias, self.epsilon);
    }

    /// `x = norm(x + y)`.
    pub(crate) fn add_to(&self, x: &mut [f32], y: &[f32]) {
        self.kernel.add_norm(x, y, &self.weight, &self.bias, self.epsilon);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_get_mean_zero_and_variance_one() {
        let norm = LayerNorm::new(vec![1.0; 3], vec![0.0; 3], 1e-5, Kernel::best());
        let mut x = Matrix::from_rows(3, [&[1.0, 2.0, 3.0][..], &[5.0, 5.0, 5.0][..]]);
        norm.apply(&mut x);
        assert!((x.row(0)[2] - 1.224_74).abs() < 1e-4, "{x:?}");
        assert_eq!(x.row(1), [0.0; 3]);
    }
}
