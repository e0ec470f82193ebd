//! What each command does, and what they share: the pipeline, the articles, the table at the end.

mod analyze;
mod eval;
mod extract;
mod network;
mod reading;
mod report;
mod version;
mod who;

use crate::arguments::{AcrossArguments, ActorArguments, Arguments, Command, WorkArguments};
use crate::failure::{Ending, Failure};
use crate::interruption;
use crate::talk::Talk;
use actors::{Correction, Earlier, Knowledge};
use clap::CommandFactory;
use model::Problem;
use std::num::NonZero;
use std::path::Path;
use tellings::{Convention, Pipeline, Settings};

/// Runs the command.
pub fn run(arguments: &Arguments, talk: &mut Talk) -> Result<Ending, Failure> {
    if arguments.version {
        return version::print(arguments.talk.verbose);
    }
    match &arguments.command {
        None => {
            let message = "no command; right would be: tellings extract|analyze|report|who|eval|add|watch";
            Err(Failure::Usage(message.to_owned()))
        }
        Some(Command::Extract(arguments)) => extract::run(arguments, talk),
        Some(Command::Analyze(arguments)) => analyze::run(arguments, talk),
        Some(Command::Report(arguments)) => report::run(arguments, talk),
        Some(Command::Who(arguments)) => who::run(arguments, talk),
        Some(Command::Eval(arguments)) => eval::run(arguments, talk),
        Some(Command::Add(arguments)) => network::add(arguments, talk),
        Some(Command::Watch(arguments)) => network::watch(arguments, talk),
        Some(Command::Completions { shell }) => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Arguments::command(), "tellings", &mut script);
            version::to_stdout(&script)
        }
        Some(Command::Manual) => {
            let mut page = Vec::new();
            let made = clap_mangen::Man::new(Arguments::command()).render(&mut page);
            made.map_err(|error| Failure::Nothing(format!("cannot make the manual page: {error}")))?;
            version::to_stdout(&page)
        }
    }
}

/// Threads that were asked for, or one for each core; rayon's pool gets as many.
fn threads(work: &WorkArguments) -> usize {
    let threads =
        work.threads.map_or_else(|| std::thread::available_parallelism().map_or(1, NonZero::get), usize::from);
    // A pool that is there already has been made by an earlier call with the same number.
    let _ = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
    threads
}

/// The pipeline with its weights, and what of the user's tables could not be used.
fn pipeline(
    work: &WorkArguments,
    arguments: &AcrossArguments,
    convention: Convention,
) -> Result<(Pipeline, Vec<Problem>), Failure> {
    interruption::listen();
    let weights = tellings::load(work.weights.as_deref()).map_err(|error| Failure::Nothing(error.to_string()))?;
    let (knowledge, corrections, problems) = tables(&arguments.actors)?;
    let earlier = arguments.known.as_deref().map(earlier).transpose()?;
    let settings = Settings { convention, min_confidence: work.min_confidence, knowledge, corrections, earlier };
    let pipeline = Pipeline::new(&weights, settings).map_err(|error| {
        let place = work
            .weights
            .as_ref()
            .map_or_else(|| "the weights in this build".to_owned(), |path| format!("`{}`", path.display()));
        Failure::Nothing(format!("{place} cannot be used by this version: {error}"))
    })?;
    Ok((pipeline, problems))
}

/// What is known about actors before anything is read, and what people have set right.
fn tables(arguments: &ActorArguments) -> Result<(Knowledge, Vec<Correction>, Vec<Problem>), Failure> {
    let (mut knowledge, mut corrections, mut problems) = (Knowledge::built_in(), Vec::new(), Vec::new());
    if let Some(path) = &arguments.actors {
        let (with_user, wrong) = knowledge.with_user(&read_text(path)?);
        problems.extend(wrong.into_iter().map(|problem| of_file(problem, path)));
        knowledge = with_user;
    }
    if let Some(path) = &arguments.corrections {
        let (read, wrong) = actors::corrections(&read_text(path)?);
        problems.extend(wrong.into_iter().map(|problem| of_file(problem, path)));
        corrections = read;
    }
    Ok((knowledge, corrections, problems))
}

/// The analysis whose actors keep their ids.
fn earlier(path: &Path) -> Result<Earlier, Failure> {
    let cannot = |why: String| Failure::Nothing(format!("cannot use `{}`: {why}", path.display()));
    Earlier::read(&read_text(path)?).map_err(cannot)
}

fn of_file(problem: Problem, path: &Path) -> Problem {
    Problem { path: Some(path.display().to_string()), ..problem }
}

/// The text of a file that an option names.
fn read_text(path: &Path) -> Result<String, Failure> {
    let bytes = std::fs::read(path).map_err(|error| Failure::from_reading(&error, path))?;
    Ok(text::decode(&bytes).0)
}
