//! What a reader may be told.

/// How to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// ISO date of the last day that a publication may carry, usually today: later dates are refused. The library
    /// looks at no clock; without a value only absurd dates are refused.
    pub latest: Option<String>,
    /// A file or a line of JSON Lines longer than this many bytes is left out with a problem.
    pub max_bytes: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { latest: None, max_bytes: 256 << 20 }
    }
}
