//! `tellings eval`: scores against gold data, compared with the floors.

use crate::arguments::EvalArguments;
use crate::failure::{Ending, Failure};
use crate::talk::Talk;

/// Runs the command.
pub fn run(_arguments: &EvalArguments, _talk: &mut Talk) -> Result<Ending, Failure> {
    Err(Failure::Nothing("no gold data".to_owned()))
}
