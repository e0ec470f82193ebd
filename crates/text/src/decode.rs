//! Bytes to text.

use model::Problem;

/// Bytes to text.
pub fn decode(bytes: &[u8]) -> (String, Vec<Problem>) {
    decode_as(bytes, None)
}

/// Bytes to text.
pub fn decode_as(bytes: &[u8], _declared: Option<&str>) -> (String, Vec<Problem>) {
    (String::from_utf8_lossy(bytes).into_owned(), Vec::new())
}
