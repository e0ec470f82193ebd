//! `tellings report`: one HTML file to read and forward.

use super::analyze::analysis;
use crate::arguments::ReportArguments;
use crate::failure::{Ending, Failure};
use crate::output::Output;
use crate::talk::Talk;

/// Runs the command.
pub fn run(arguments: &ReportArguments, talk: &mut Talk) -> Result<Ending, Failure> {
    let (analysis, tally) = analysis(&arguments.input, &arguments.work, &arguments.actors, talk)?;
    let options = pages::ReportOptions {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        weights: analysis.weights.clone(),
        generated: None,
        left_out: Some(tally.left_out_count()),
    };
    let page = pages::report(&analysis, &options);
    let mut output = Output::open(Some(&arguments.output))?;
    output.write(page.as_bytes())?;
    output.complete()?;
    tally.say(talk);
    Ok(tally.ending())
}
