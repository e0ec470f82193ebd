//! `tellings --version`, with `-v` the card of the weights.

use crate::failure::{Ending, Failure};
use crate::output::Output;
use std::fmt::Write;

/// Prints the version; the card of the weights too where more is wanted.
pub fn print(verbose: bool) -> Result<Ending, Failure> {
    let mut text = format!("tellings {}\n", env!("CARGO_PKG_VERSION"));
    if verbose {
        let _ = writeln!(text, "format {}", model::FORMAT_VERSION);
        match tellings::load(None) {
            Ok(weights) => {
                let card = serde_json::to_string_pretty(weights.card()).unwrap_or_default();
                let _ = writeln!(text, "weights {}\n{card}", weights.id());
            }
            Err(error) => {
                let _ = writeln!(text, "{error}");
            }
        }
    }
    to_stdout(text.as_bytes())
}

/// Prints bytes.
pub fn to_stdout(bytes: &[u8]) -> Result<Ending, Failure> {
    let mut output = Output::open(None)?;
    output.write(bytes)?;
    output.complete()?;
    Ok(Ending::Done)
}
