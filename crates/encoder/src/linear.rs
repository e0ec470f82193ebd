//! Linear layers: eight-bit weights with rows quantised on the way, or floats for small ones.

use crate::Matrix;
use crate::kernels::{Kernel, LANES, Packed, Quantised};

/// `x · weights + bias`. Every row of `x` is rounded to eight bits with a scale of its own, so no row depends on others.
#[derive(Debug, Clone)]
pub struct Linear {
    form: Form,
    kernel: Kernel,
}

#[derive(Debug, Clone)]
enum Form {
    Eight(Packed),
    /// `weights` is [inputs][outputs filled to whole lanes].
    Float {
        inputs: usize,
        outputs: usize,
        weights: Vec<f32>,
        bias: Vec<f32>,
    },
}

impl Linear {
    pub(crate) fn quantised(packed: Packed, kernel: Kernel) -> Linear {
        Linear { form: Form::Eight(packed), kernel }
    }

    /// From `rows`, one per output.
    pub(crate) fn float(inputs: usize, outputs: usize, rows: &[f32], mut bias: Vec<f32>, kernel: Kernel) -> Linear {
        let padded = outputs.div_ceil(LANES) * LANES;
        let mut weights = vec![0.0; inputs * padded];
        for (output, row) in rows.chunks_exact(inputs.max(1)).take(outputs).enumerate() {
            for (input, weight) in row.iter().enumerate() {
                weights[input * padded + output] = *weight;
            }
        }
        bias.resize(padded, 0.0);
        Linear { form: Form::Float { inputs, outputs, weights, bias }, kernel }
    }

    /// Numbers in a row that goes in.
    pub fn inputs(&self) -> usize {
        match &self.form {
            Form::Eight(packed) => packed.inputs(),
            Form::Float { inputs, .. } => *inputs,
        }
    }

    /// Numbers in a row that comes out.
    pub fn outputs(&self) -> usize {
        match &self.form {
            Form::Eight(packed) => packed.columns(),
            Form::Float { outputs, .. } => *outputs,
        }
    }

    /// One row out for each row in.
    ///
    /// # Panics
    /// Where the rows of `x` are not [`Linear::inputs`] wide.
    pub fn apply(&self, x: &Matrix) -> Matrix {
        assert_eq!(x.cols, self.inputs(), "rows are as wide as the layer");
        let mut out = Matrix::zeros(x.rows, self.outputs());
        self.apply_to(&x.data, &mut Quantised::default(), &mut out.data);
        out
    }

    /// [`Linear::apply`] for a single row.
    ///
    /// # Panics
    /// Where the row is not [`Linear::inputs`] wide.
    pub fn apply_row(&self, x: &[f32]) -> Vec<f32> {
        assert_eq!(x.len(), self.inputs(), "the row is as wide as the layer");
        let mut out = vec![0.0; self.outputs()];
        self.apply_to(x, &mut Quantised::default(), &mut out);
        out
    }

    pub(crate) fn apply_to(&self, x: &[f32], room: &mut Quantised, out: &mut [f32]) {
        match &self.form {
            Form::Eight(packed) => {
                self.kernel.quantise(x, packed.inputs(), room);
                self.kernel.multiply(room, packed.panels(), out, packed.columns());
            }
            Form::Float { inputs, outputs, weights, bias } => {
                self.kernel.multiply_float(x, *inputs, weights, bias, *outputs, out);
            }
        }
    }

    /// Gelu of `x`, which is overwritten, then the layer.
    pub(crate) fn apply_gelu_to(&self, x: &mut [f32], room: &mut Quantised, out: &mut [f32]) {
        self.kernel.gelu_quantise(x, self.inputs(), room);
        match &self.form {
            Form::Eight(packed) => self.kernel.multiply(room, packed.panels(), out, packed.columns()),
            Form::Float { .. } => self.apply_to(x, room, out),
        }
    }
}
