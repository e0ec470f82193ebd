//! The safetensors container: eight bytes of header length, a JSON header, then the data.
//!
//! In: bytes. Out: the tensors sorted by name, each with its place in the bytes checked, and the metadata.

use serde_json::{Map, Value};

use super::error::{Reason, WeightsError};

/// What a tensor's numbers are; nothing else occurs in our files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    I8,
    F32,
}

/// One tensor's place in the file. `start..end` lies inside the bytes and fits the shape; checked by [`read`].
#[derive(Debug, Clone)]
pub(super) struct Tensor {
    pub kind: Kind,
    pub shape: Vec<usize>,
    pub start: usize,
    pub end: usize,
}

impl Tensor {
    pub fn bytes<'a>(&self, file: &'a [u8]) -> &'a [u8] {
        file.get(self.start..self.end).unwrap_or(&[])
    }

    /// The numbers of an F32 tensor. Read byte by byte: nothing promises that they are aligned.
    pub fn floats<'a>(&self, file: &'a [u8]) -> impl Iterator<Item = f32> + use<'a> {
        self.bytes(file).as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes))
    }

    pub fn wrong_shape(&self, name: &str, expected: &'static str) -> WeightsError {
        WeightsError::tensor(name, Reason::Shape { found: format!("{:?} {:?}", self.kind, self.shape), expected })
    }
}

/// Tensors sorted by name, and the metadata.
type Contents = (Vec<(String, Tensor)>, Map<String, Value>);

pub(super) fn read(file: &[u8]) -> Result<Contents, WeightsError> {
    let found = file.len() as u64;
    let Some((length, rest)) = file.split_first_chunk::<8>() else {
        return Err(WeightsError::file(Reason::TooShort { needed: 8, found }));
    };
    let length = u64::from_le_bytes(*length);
    let Some((header, data)) = usize::try_from(length).ok().and_then(|length| rest.split_at_checked(length)) else {
        return Err(WeightsError::file(Reason::TooShort { needed: length.saturating_add(8), found }));
    };
    let bad_header = |why: String| WeightsError::file(Reason::Header(why));
    let header: Value = serde_json::from_slice(header).map_err(|error| bad_header(error.to_string()))?;
    let Value::Object(header) = header else { return Err(bad_header("no JSON object".to_owned())) };
    let mut metadata = Map::new();
    let mut tensors = Vec::with_capacity(header.len());
    for (name, entry) in header {
        if name == "__metadata__" {
            metadata = entry.as_object().cloned().unwrap_or_default();
            continue;
        }
        let tensor = tensor(&name, &entry, file.len() - data.len(), data.len())?;
        tensors.push((name, tensor));
    }
    tensors.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok((tensors, metadata))
}

fn tensor(name: &str, entry: &Value, data_start: usize, data_length: usize) -> Result<Tensor, WeightsError> {
    let bad = |why: &str| WeightsError::tensor(name, Reason::Header(why.to_owned()));
    let kind = match entry.get("dtype").and_then(Value::as_str) {
        Some("I8") => Kind::I8,
        Some("F32") => Kind::F32,
        other => return Err(WeightsError::tensor(name, Reason::Kind(other.unwrap_or("unnamed").to_owned()))),
    };
    let numbers = |key: &str| -> Option<Vec<u64>> { entry.get(key)?.as_array()?.iter().map(Value::as_u64).collect() };
    let shape = numbers("shape").ok_or_else(|| bad("no valid `shape`"))?;
    let [start, end] = numbers("data_offsets").unwrap_or_default()[..] else {
        return Err(bad("no valid `data_offsets`"));
    };
    if start > end {
        return Err(bad("`data_offsets` run backwards"));
    }
    if end > data_length as u64 {
        return Err(WeightsError::tensor(name, Reason::OutOfFile { end, found: data_length as u64 }));
    }
    let size = match kind {
        Kind::I8 => 1u64,
        Kind::F32 => 4,
    };
    let needed = shape.iter().try_fold(size, |product, &dimension| product.checked_mul(dimension)).unwrap_or(u64::MAX);
    if needed != end - start {
        return Err(WeightsError::tensor(name, Reason::Length { needed, found: end - start }));
    }
    if needed == 0 {
        return Err(bad("it is empty"));
    }
    // No dimension is zero, so each is at most the length of the file.
    let shape = shape.into_iter().map(|size| size as usize).collect();
    Ok(Tensor { kind, shape, start: data_start + start as usize, end: data_start + end as usize })
}
