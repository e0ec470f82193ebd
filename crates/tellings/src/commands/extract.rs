//! `tellings extract`: the statements of every article, in the order of the input, written as they are found.

use super::reading::{Tally, each_article};
use super::{pipeline, threads};
use crate::arguments::{AcrossArguments, ExtractArguments, ExtractFormat};
use crate::failure::{Ending, Failure};
use crate::output::Output;
use crate::talk::Talk;
use serde_json::json;
use std::io::IsTerminal;
use tellings::Convention;

/// Runs the command.
pub fn run(arguments: &ExtractArguments, talk: &mut Talk) -> Result<Ending, Failure> {
    let threads = threads(&arguments.work);
    let actors = AcrossArguments { actors: arguments.actors.clone(), known: None };
    let (pipeline, problems) = pipeline(&arguments.work, &actors, Convention::Stories)?;
    let mut tally = Tally::default();
    problems.into_iter().for_each(|problem| tally.problem(problem, talk));
    let mut output = Lines { output: None, arguments, weights: pipeline.weights().to_owned(), written: 0 };
    // Lines on the same terminal would run through the bar.
    if arguments.output.is_some() || !std::io::stdout().is_terminal() {
        talk.start_bar("articles", None);
    }
    let done = each_article(
        &arguments.input,
        threads,
        talk,
        &mut tally,
        |article| {
            let article = pipeline.extract(article);
            // Room for most of it at once: a text of fifty megabytes is not to be moved about while it grows.
            let mut line = Vec::with_capacity(article.text.len() + article.text.len() / 8 + 1_000);
            let written = serde_json::to_writer(&mut line, &article);
            (article, written.map(|()| line))
        },
        |(article, line), tally| {
            tally.count(&article, talk);
            let line = line.map_err(|error| Failure::Nothing(format!("cannot write an article: {error}")))?;
            output.add(&line)
        },
    );
    talk.end_bar();
    done?;
    if tally.is_nothing() && tally.ending() != Ending::Interrupted {
        return Err(Failure::Nothing("no article could be read".to_owned()));
    }
    output.complete()?;
    tally.say(talk);
    if tally.ending() == Ending::Interrupted {
        talk.note(&format!("interrupted; {} articles were complete and are kept", tally.articles));
    }
    Ok(tally.ending())
}

/// The results in the shape that was asked for. Nothing is opened before there is something to write.
struct Lines<'a> {
    output: Option<Output>,
    arguments: &'a ExtractArguments,
    weights: String,
    written: usize,
}

impl Lines<'_> {
    fn open(&mut self) -> Result<&mut Output, Failure> {
        if self.output.is_none() {
            let mut output = Output::open(self.arguments.output.as_deref())?;
            let head = json!({"tellings": model::FORMAT_VERSION, "weights": self.weights}).to_string();
            match self.arguments.format {
                ExtractFormat::Jsonl => output.write(format!("{head}\n").as_bytes())?,
                // The articles go into the same object.
                ExtractFormat::Json => {
                    output.write(format!("{},\"articles\":[", head.trim_end_matches('}')).as_bytes())?;
                }
            }
            self.output = Some(output);
        }
        self.output.as_mut().ok_or_else(|| Failure::Nothing("no place for results".to_owned()))
    }

    fn add(&mut self, line: &[u8]) -> Result<(), Failure> {
        let format = self.arguments.format;
        let is_first = self.written == 0;
        let output = self.open()?;
        match format {
            ExtractFormat::Jsonl => {
                output.write(line)?;
                output.write(b"\n")?;
            }
            ExtractFormat::Json => {
                output.write(if is_first { b"\n" } else { b",\n" })?;
                output.write(line)?;
            }
        }
        output.hand_on()?;
        self.written += 1;
        Ok(())
    }

    fn complete(mut self) -> Result<(), Failure> {
        let format = self.arguments.format;
        self.open()?;
        let Some(mut output) = self.output else { return Ok(()) };
        if format == ExtractFormat::Json {
            output.write(b"\n]}\n")?;
        }
        output.complete()
    }
}
