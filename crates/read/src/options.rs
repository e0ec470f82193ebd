//! What a reader may be told.

/// One path as the user typed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// File, folder, or `-` for standard input.
    pub path: String,
}

/// How to read.
#[derive(Clone, Debug)]
pub struct Options {
    /// ISO date of the last day that a publication may carry, usually today: dates after it are refused. The library
    /// looks at no clock; without a value only absurd dates are refused.
    pub latest: Option<String>,
    /// A line of JSON Lines or a file longer than this many bytes is left out with a problem.
    pub max_bytes: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { latest: None, max_bytes: 256 << 20 }
    }
}
