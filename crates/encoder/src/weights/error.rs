//! What can be wrong with a weights file, and what to do about it.

use std::fmt;

/// Why weights cannot be used. The text names the tensor, what was found and what helps.
#[derive(Debug, Clone, PartialEq)]
pub struct WeightsError {
    /// Name of the tensor, where it is about one.
    pub tensor: Option<String>,
    reason: Reason,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Reason {
    TooShort { needed: u64, found: u64 },
    Header(String),
    Format(String),
    Metadata(&'static str),
    Missing,
    Kind(String),
    OutOfFile { end: u64, found: u64 },
    Length { needed: u64, found: u64 },
    Shape { found: String, expected: &'static str },
    Size { what: &'static str, found: usize, expected: usize },
    NotFinite,
}

impl WeightsError {
    pub(super) fn file(reason: Reason) -> WeightsError {
        WeightsError { tensor: None, reason }
    }

    pub(super) fn tensor(name: &str, reason: Reason) -> WeightsError {
        WeightsError { tensor: Some(name.to_owned()), reason }
    }
}

impl fmt::Display for WeightsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot use these weights: ")?;
        if let Some(name) = &self.tensor {
            write!(f, "tensor `{name}`: ")?;
        }
        match &self.reason {
            Reason::TooShort { needed, found } => write!(
                f,
                "the file ends after {found} bytes but its start needs {needed}\n  it is cut off or no safetensors file: copy it anew"
            ),
            Reason::Header(why) => {
                write!(f, "the header of the file cannot be read ({why})\n  is it a safetensors file?")
            }
            Reason::Format(found) => write!(
                f,
                "the format is `{found}` but this version reads `{}`\n  take the weights that belong to this version, or export them again",
                super::FORMAT
            ),
            Reason::Metadata(key) => {
                write!(f, "`{key}` is missing in the metadata or no valid value\n  export the weights again")
            }
            Reason::Missing => write!(f, "it is not in the file\n  take the weights that belong to this version"),
            Reason::Kind(found) => write!(f, "its numbers are {found}; only I8 and F32 are read"),
            Reason::OutOfFile { end, found } => write!(
                f,
                "it ends at byte {end} but the file holds {found} bytes of data\n  the file is cut off: copy it anew"
            ),
            Reason::Length { needed, found } => {
                write!(f, "its shape needs {needed} bytes but {found} are given\n  export the weights again")
            }
            Reason::Shape { found, expected } => write!(f, "it is {found} where {expected} is needed"),
            Reason::Size { what, found, expected } => {
                write!(
                    f,
                    "{found} {what} where {expected} are needed\n  the parts of this file do not fit together: export it again"
                )
            }
            Reason::NotFinite => {
                write!(f, "it holds a number that is not finite\n  training went wrong or the file is damaged")
            }
        }
    }
}

impl std::error::Error for WeightsError {}
