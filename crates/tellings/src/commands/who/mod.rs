//! `tellings who`: everything that the articles have about one person or body, for reading in the terminal.
//!
//! Claims are not looked for, so it takes less time than `analyze`.

mod blocks;

use super::analyze::{Read, with_problems};
use crate::arguments::WhoArguments;
use crate::failure::{Ending, Failure};
use crate::output::Output;
use crate::talk::Talk;
use tellings::Pipeline;
use tellings::who::answer;

/// Runs the command.
pub fn run(arguments: &WhoArguments, talk: &mut Talk) -> Result<Ending, Failure> {
    let read = Read::all(&arguments.input, &arguments.work, &arguments.actors, talk, Pipeline::read_without_vectors)?;
    let Read { pipeline, readings, mut tally } = read;
    let analysis = with_problems(&mut tally, talk, |before| pipeline.actors(readings, before))?;
    let answer = answer(&analysis, &arguments.name);
    let mut output = Output::open(arguments.output.as_deref())?;
    if arguments.json {
        let mut document = serde_json::to_vec(&answer)
            .map_err(|error| Failure::Nothing(format!("cannot write the answer: {error}")))?;
        document.push(b'\n');
        output.write(&document)?;
    } else {
        output.write(blocks::text(&answer).as_bytes())?;
    }
    output.complete()?;
    tally.say(talk);
    Ok(tally.ending())
}
