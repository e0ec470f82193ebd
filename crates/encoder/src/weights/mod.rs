//! The weights file: a safetensors container with names, shapes and a card.
//!
//! In: bytes, usually those embedded in the binary. Out: parts ready to compute with, or a [`WeightsError`] that names
//! the tensor, what was wrong and what can be done. Large tables (word embeddings) stay where they are in the bytes;
//! matrices are laid out anew for the kernels when they are asked for.
//!
//! Names: a linear layer `NAME` is `NAME.weight` I8 [out, in] + `NAME.scale` F32 [out] + `NAME.bias` F32 [out], or
//! `NAME.weight` F32 [out, in] + `NAME.bias`. An embedding is `NAME.weight` I8 [n, d] + `NAME.scale` F32 [n], or F32
//! [n, d]. A layer norm is `NAME.weight` and `NAME.bias` F32 [d].

mod container;
mod error;

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::Value;

pub use error::WeightsError;

use crate::kernels::{Kernel, Packed};
use crate::{Embedding, LayerNorm, Linear, Stack};
use container::{Kind, Tensor};
use error::Reason;

/// What `format` in the metadata must say.
pub const FORMAT: &str = "tellings-weights-1";

/// Most inputs of a linear layer: so many products of bytes still fit into the 32 bits of their sum.
const WIDEST: usize = 65_536;

/// The bytes of a weights file, shared by everything that was read from it.
pub(crate) type Shared = Arc<Cow<'static, [u8]>>;

/// A checked weights file. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct Weights {
    bytes: Shared,
    tensors: Arc<[(String, Tensor)]>,
    about: Arc<About>,
    kernel: Kernel,
}

#[derive(Debug)]
struct About {
    id: String,
    card: Value,
    shape: Value,
    vocabulary: String,
}

impl Weights {
    /// Reads and checks a weights file: `include_bytes!(…)` or a `Vec` from a file.
    pub fn load(bytes: impl Into<Cow<'static, [u8]>>) -> Result<Weights, WeightsError> {
        let bytes: Shared = Arc::new(bytes.into());
        let (tensors, metadata) = container::read(&bytes)?;
        let text = |key: &str| metadata.get(key).and_then(Value::as_str);
        match text("format") {
            Some(FORMAT) => {}
            found => return Err(WeightsError::file(Reason::Format(found.unwrap_or("nothing").to_owned()))),
        }
        let required = |key: &'static str| text(key).ok_or(WeightsError::file(Reason::Metadata(key)));
        let json = |key: &'static str| {
            serde_json::from_str::<Value>(required(key)?).map_err(|_| WeightsError::file(Reason::Metadata(key)))
        };
        let about = About {
            id: required("id")?.to_owned(),
            card: json("card")?,
            shape: json("shape")?,
            vocabulary: required("vocabulary")?.to_owned(),
        };
        for (name, tensor) in &tensors {
            if tensor.kind == Kind::F32 && !tensor.floats(&bytes).all(f32::is_finite) {
                return Err(WeightsError::tensor(name, Reason::NotFinite));
            }
        }
        Ok(Weights { bytes, tensors: tensors.into(), about: Arc::new(about), kernel: Kernel::best() })
    }

    /// The same weights, computed with another kernel. Results are the same bytes; for tests and measurements.
    pub fn with_kernel(mut self, kernel: Kernel) -> Weights {
        self.kernel = kernel;
        self
    }

    /// Name of this set of weights.
    pub fn id(&self) -> &str {
        &self.about.id
    }

    /// The card: what it was trained and judged on.
    pub fn card(&self) -> &Value {
        &self.about.card
    }

    /// Sizes of the network, as training wrote them.
    pub fn shape(&self) -> &Value {
        &self.about.shape
    }

    /// Word pieces joined by `\n`; the line number is the id. For [`crate::Tokenizer::new`].
    pub fn vocabulary(&self) -> &str {
        &self.about.vocabulary
    }

    /// Whether the file holds a tensor of exactly this name.
    pub fn has(&self, tensor: &str) -> bool {
        self.find(tensor).is_some()
    }

    /// The linear layer `name`.
    pub fn linear(&self, name: &str) -> Result<Linear, WeightsError> {
        let weight_name = format!("{name}.weight");
        let weight = self.tensor(&weight_name)?;
        let [outputs, inputs] = weight.shape[..] else {
            return Err(weight.wrong_shape(&weight_name, "[out, in]"));
        };
        if inputs > WIDEST {
            return Err(weight.wrong_shape(&weight_name, "[out, in] with at most 65536 inputs"));
        }
        let bias = self.floats(&format!("{name}.bias"), outputs)?;
        match weight.kind {
            Kind::I8 => {
                let scale = self.floats(&format!("{name}.scale"), outputs)?;
                let bytes = weight.bytes(&self.bytes);
                let packed = Packed::new(inputs, outputs, bytes, scale, bias);
                Ok(Linear::quantised(packed, self.kernel))
            }
            Kind::F32 => {
                let rows: Vec<f32> = weight.floats(&self.bytes).collect();
                Ok(Linear::float(inputs, outputs, &rows, bias, self.kernel))
            }
        }
    }

    /// The embedding table `name`.
    pub fn embedding(&self, name: &str) -> Result<Embedding, WeightsError> {
        let weight_name = format!("{name}.weight");
        let weight = self.tensor(&weight_name)?;
        let [rows, cols] = weight.shape[..] else {
            return Err(weight.wrong_shape(&weight_name, "[rows, width]"));
        };
        match weight.kind {
            Kind::I8 => {
                let scale = self.floats(&format!("{name}.scale"), rows)?;
                Ok(Embedding::quantised(Arc::clone(&self.bytes), weight.start, cols, scale))
            }
            Kind::F32 => Ok(Embedding::float(cols, weight.floats(&self.bytes).collect())),
        }
    }

    /// The whole numbers `name`, four bytes each, the lowest first.
    pub fn integers(&self, name: &str) -> Result<Vec<u32>, WeightsError> {
        let tensor = self.tensor(name)?;
        match (tensor.kind, &tensor.shape[..]) {
            (Kind::I8, [_, 4]) => {
                let bytes = tensor.bytes(&self.bytes).as_chunks::<4>().0;
                Ok(bytes.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect())
            }
            _ => Err(tensor.wrong_shape(name, "[count, 4] of bytes")),
        }
    }

    /// The layer norm `name` with BERT's epsilon, 1e-12.
    pub fn norm(&self, name: &str) -> Result<LayerNorm, WeightsError> {
        self.norm_with(name, LayerNorm::BERT_EPSILON)
    }

    /// The layer norm `name` with another epsilon.
    pub fn norm_with(&self, name: &str, epsilon: f32) -> Result<LayerNorm, WeightsError> {
        let weight = self.vector(&format!("{name}.weight"))?;
        let bias = self.floats(&format!("{name}.bias"), weight.len())?;
        Ok(LayerNorm::new(weight, bias, epsilon, self.kernel))
    }

    /// The transformer layers `PREFIX.0`, `PREFIX.1`, … as many as there are, at least one: `stack("trunk.layers", 12)`.
    pub fn stack(&self, prefix: &str, heads: usize) -> Result<Stack, WeightsError> {
        Stack::new(self, prefix, heads, self.kernel)
    }

    /// The tensor `name` of one dimension, or of several with all but the last 1: a plain list of numbers.
    pub fn vector(&self, name: &str) -> Result<Vec<f32>, WeightsError> {
        let tensor = self.tensor(name)?;
        let Some((_, first)) = tensor.shape.split_last() else {
            return Err(tensor.wrong_shape(name, "[n]"));
        };
        if first.iter().any(|&size| size != 1) || tensor.kind != Kind::F32 {
            return Err(tensor.wrong_shape(name, "F32 [n]"));
        }
        Ok(tensor.floats(&self.bytes).collect())
    }

    /// That a part has the size that another part needs.
    pub fn expect(name: &str, what: &'static str, found: usize, expected: usize) -> Result<(), WeightsError> {
        if found == expected {
            return Ok(());
        }
        Err(WeightsError::tensor(name, Reason::Size { what, found, expected }))
    }

    fn floats(&self, name: &str, length: usize) -> Result<Vec<f32>, WeightsError> {
        let numbers = self.vector(name)?;
        Weights::expect(name, "numbers", numbers.len(), length)?;
        Ok(numbers)
    }

    fn tensor(&self, name: &str) -> Result<&Tensor, WeightsError> {
        self.find(name).ok_or_else(|| WeightsError::tensor(name, Reason::Missing))
    }

    fn find(&self, name: &str) -> Option<&Tensor> {
        let at = self.tensors.binary_search_by(|(other, _)| other.as_str().cmp(name)).ok()?;
        Some(&self.tensors[at].1)
    }
}

#[cfg(test)]
mod tests;
