//! Where the weights come from: the program itself, or a file.

use encoder::{Weights, WeightsError};
use std::fmt;
use std::path::{Path, PathBuf};

/// The weights in this build; empty where it was built without.
static EMBEDDED: &[u8] = include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// Why there are no weights.
#[derive(Debug)]
pub enum LoadError {
    /// This build has none.
    NoneInBuild,
    /// The file cannot be read.
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// The bytes are no weights for this program.
    Unusable {
        /// Which file; `None` for the weights in the build.
        path: Option<PathBuf>,
        /// Why.
        error: WeightsError,
    },
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoneInBuild => f.write_str("no weights in this build: use --weights FILE"),
            Self::Unreadable { path, error } => write!(f, "cannot read the weights `{}`: {error}", path.display()),
            Self::Unusable { path: Some(path), error } => {
                write!(f, "`{}` holds no weights for this version: {error}", path.display())
            }
            Self::Unusable { path: None, error } => {
                write!(f, "the weights in this build cannot be used: {error}; use --weights FILE")
            }
        }
    }
}

impl std::error::Error for LoadError {}

/// The bytes of the weights in this build, if it has any.
pub fn embedded() -> Option<&'static [u8]> {
    (!EMBEDDED.is_empty()).then_some(EMBEDDED)
}

/// The weights of a file, or those of the program.
///
/// # Errors
/// If there are none, or they cannot be used.
pub fn load(path: Option<&Path>) -> Result<Weights, LoadError> {
    match path {
        Some(path) => {
            let bytes = std::fs::read(path).map_err(|error| LoadError::Unreadable { path: path.to_owned(), error })?;
            Weights::load(bytes).map_err(|error| LoadError::Unusable { path: Some(path.to_owned()), error })
        }
        None => {
            let bytes = embedded().ok_or(LoadError::NoneInBuild)?;
            Weights::load(bytes).map_err(|error| LoadError::Unusable { path: None, error })
        }
    }
}
