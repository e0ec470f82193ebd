//! `tellings analyze`: the whole corpus as one JSON document.

use super::reading::{Tally, each_article};
use super::{pipeline, threads};
use crate::arguments::{AcrossArguments, AnalyzeArguments, InputArguments, WorkArguments};
use crate::failure::{Ending, Failure};
use crate::interruption::is_interrupted;
use crate::output::Output;
use crate::talk::{Talk, Tone, visible};
use model::{Analysis, Article, Claim, Problem, Verdict};
use tellings::{Convention, Pipeline, Reading};

/// Claims of the board that are shown on a terminal.
const SHOWN_CLAIMS: usize = 5;

/// Runs the command.
pub fn run(arguments: &AnalyzeArguments, talk: &mut Talk) -> Result<Ending, Failure> {
    let (analysis, tally) = analysis(&arguments.input, &arguments.work, &arguments.actors, talk)?;
    let mut output = Output::open(arguments.output.as_deref())?;
    let mut document = serde_json::to_vec(&analysis)
        .map_err(|error| Failure::Nothing(format!("cannot write the analysis: {error}")))?;
    document.push(b'\n');
    output.write(&document)?;
    output.complete()?;
    say_board(&analysis, talk);
    Ok(tally.ending())
}

/// Reads and analyses everything that was asked for.
pub fn analysis(
    input: &InputArguments,
    work: &WorkArguments,
    actors: &AcrossArguments,
    talk: &mut Talk,
) -> Result<(Analysis, Tally), Failure> {
    let Read { pipeline, readings, mut tally } = Read::all(input, work, actors, talk, Pipeline::read)?;
    talk.start_bar("pairs of statements compared", None);
    let analysis =
        with_problems(&mut tally, talk, |before| pipeline.analyze(readings, before, &|pairs| talk.step(pairs as u64)));
    talk.end_bar();
    Ok((analysis?, tally))
}

/// Everything that was asked for, read by the model and not yet compared.
pub struct Read {
    /// What read it.
    pub pipeline: Pipeline,
    /// The articles.
    pub readings: Vec<Reading>,
    /// What came of them.
    pub tally: Tally,
}

impl Read {
    /// Reads all articles, each with `read`.
    pub fn all(
        input: &InputArguments,
        work: &WorkArguments,
        actors: &AcrossArguments,
        talk: &mut Talk,
        read: impl Fn(&Pipeline, Article) -> Reading + Sync,
    ) -> Result<Self, Failure> {
        let threads = threads(work);
        let (pipeline, problems) = pipeline(work, actors, Convention::Stories)?;
        let mut tally = Tally::default();
        problems.into_iter().for_each(|problem| tally.problem(problem, talk));
        let mut readings = Vec::new();
        talk.start_bar("articles", None);
        let done = each_article(
            input,
            threads,
            talk,
            &mut tally,
            |article| read(&pipeline, article),
            |reading, tally| {
                tally.count(&reading.article, talk);
                readings.push(reading);
                Ok(())
            },
        );
        talk.end_bar();
        done?;
        if is_interrupted() {
            return Err(Failure::Interrupted);
        }
        if tally.is_nothing() {
            return Err(Failure::Nothing("no article could be read".to_owned()));
        }
        Ok(Self { pipeline, readings, tally })
    }
}

/// Hands the problems so far on into the analysis that `work` makes, and counts those that it adds.
pub fn with_problems(
    tally: &mut Tally,
    talk: &Talk,
    work: impl FnOnce(Vec<Problem>) -> Analysis,
) -> Result<Analysis, Failure> {
    let before = std::mem::take(&mut tally.problems);
    let count = before.len();
    let analysis = work(before);
    analysis.problems.iter().skip(count).for_each(|problem| tally.problem(problem.clone(), talk));
    if is_interrupted() { Err(Failure::Interrupted) } else { Ok(analysis) }
}

/// The top of the claim board, disputed claims first.
fn say_board(analysis: &Analysis, talk: &Talk) {
    if !talk.is_watched() {
        return;
    }
    let mut claims: Vec<&Claim> = analysis.claims.iter().collect();
    claims.sort_by_key(|claim| claim.verdict != Verdict::Disputed);
    for claim in claims.iter().take(SHOWN_CLAIMS) {
        let verdict = format!("{:?}", claim.verdict).to_lowercase();
        talk.note(&format!("{:<9} {}", talk.paint(Tone::Bold, &verdict), visible(&claim.text)));
        let mut line = String::new();
        let origins: Vec<&str> = claim.origins.iter().filter_map(|origin| origin.name.as_deref()).collect();
        if !origins.is_empty() {
            line.push_str(&format!("on the word of {}", origins.join(", ")));
        }
        let deniers: Vec<&str> = claim.denial_origins.iter().filter_map(|origin| origin.name.as_deref()).collect();
        if !deniers.is_empty() {
            line.push_str(if line.is_empty() { "denied by " } else { "; denied by " });
            line.push_str(&deniers.join(", "));
        }
        if !line.is_empty() {
            talk.note(&format!("          {}", talk.paint(Tone::Dim, &visible(&line))));
        }
    }
    let more = claims.len().saturating_sub(SHOWN_CLAIMS);
    if more > 0 {
        talk.note(&format!("          and {more} more claims"));
    }
}
