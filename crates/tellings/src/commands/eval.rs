//! `tellings eval`: scores against gold data, compared with the floors.
//!
//! The gold articles go the way of a user's JSON Lines, bare of anything that people marked.

use super::{pipeline, threads};
use crate::arguments::{AcrossArguments, EvalArguments, EvalFormat};
use crate::failure::{Ending, Failure};
use crate::interruption::is_interrupted;
use crate::output::Output;
use crate::talk::Talk;
use model::{Analysis, Article};
use std::fs;
use std::path::Path;
use tellings::eval::{Fall, Floors, GoldSet, Scores, find_root, find_sets};
use tellings::ordered::{Bounds, in_order};
use tellings::{Convention, Pipeline, Reading};

/// Bytes of text under way at once.
const TEXT_UNDER_WAY: usize = 8 << 20;

/// Runs the command.
pub fn run(arguments: &EvalArguments, talk: &mut Talk) -> Result<Ending, Failure> {
    let threads = threads(&arguments.work);
    let here = std::env::current_dir().map_err(|error| Failure::from_reading(&error, Path::new(".")))?;
    let root = find_root(&here);
    let (sets, problems) = find_sets(&arguments.sets, root.as_deref().unwrap_or(&here));
    problems.iter().for_each(|problem| talk.problem(problem));
    if sets.is_empty() {
        return Err(Failure::Nothing("no gold data could be read".to_owned()));
    }
    let mut floors = root.as_deref().map(read_floors).transpose()?;
    let mut output = Output::open(arguments.output.as_deref())?;
    let mut falls: Vec<Fall> = Vec::new();
    let mut changes = Vec::new();
    for set in &sets {
        let scores = scored(set, arguments, threads, talk)?;
        if let Some(floors) = &mut floors {
            falls.extend(floors.check(&scores));
            if arguments.raise_floors || arguments.lower_floors {
                changes.extend(floors.raise(&scores, arguments.lower_floors));
            }
        }
        output.write(written(&scores, arguments.format)?.as_bytes())?;
        output.hand_on()?;
    }
    output.complete()?;
    if let (Some(root), Some(floors), false) = (&root, &floors, changes.is_empty()) {
        write_floors(root, floors)?;
        changes.iter().for_each(|change| talk.note(&format!("floor of {change}")));
    }
    // Figures that were taken as new floors on purpose are no fall.
    let falls: Vec<Fall> = if arguments.lower_floors { Vec::new() } else { falls };
    falls.iter().for_each(|fall| talk.fall(&fall.to_string()));
    Ok(match (falls.is_empty(), problems.is_empty()) {
        (false, _) => Ending::BelowFloor,
        (true, false) => Ending::LeftOut,
        (true, true) => Ending::Done,
    })
}

fn written(scores: &Scores, format: EvalFormat) -> Result<String, Failure> {
    match format {
        EvalFormat::Table => Ok(format!("{}\n\n", scores.table())),
        EvalFormat::Jsonl => serde_json::to_string(scores)
            .map(|line| line + "\n")
            .map_err(|error| Failure::Nothing(format!("cannot write the scores: {error}"))),
    }
}

/// Reads the articles of a set and scores what was found.
fn scored(set: &GoldSet, arguments: &EvalArguments, threads: usize, talk: &mut Talk) -> Result<Scores, Failure> {
    let convention = if set.convention == 0 { Convention::Polnear } else { Convention::Stories };
    let (pipeline, _) = pipeline(&arguments.work, &AcrossArguments::default(), convention)?;
    let articles = articles(set)?;
    talk.start_bar(&set.name, Some(articles.len() as u64));
    let across = set.is_across_articles();
    let readings = readings(&pipeline, articles, across, threads, talk);
    talk.end_bar();
    if is_interrupted() {
        return Err(Failure::Interrupted);
    }
    let analysis = if across {
        pipeline.analyze(readings, Vec::new(), &|_| {})
    } else {
        Analysis { articles: readings.into_iter().map(|reading| reading.article).collect(), ..Analysis::default() }
    };
    let scores = if across { set.score(&analysis) } else { set.score(&analysis.articles) };
    scores.map_err(|error| Failure::Nothing(error.to_string()))
}

/// The articles as a user's JSON Lines give them.
fn articles(set: &GoldSet) -> Result<Vec<Article>, Failure> {
    let mut lines = Vec::new();
    for article in set.articles() {
        serde_json::to_writer(&mut lines, &article)
            .map_err(|error| Failure::Nothing(format!("cannot write an article: {error}")))?;
        lines.push(b'\n');
    }
    read::articles_from_jsonl(&lines, &set.name, &read::Options::default())
        .collect::<Result<_, _>>()
        .map_err(|problem| Failure::Nothing(problem.message))
}

fn readings(pipeline: &Pipeline, articles: Vec<Article>, across: bool, threads: usize, talk: &Talk) -> Vec<Reading> {
    let bounds = Bounds { threads, weight: TEXT_UNDER_WAY };
    let mut readings = Vec::with_capacity(articles.len());
    let articles = articles.into_iter().take_while(|_| !is_interrupted());
    let done: Result<(), std::convert::Infallible> = in_order(
        articles,
        bounds,
        |article| article.text.len(),
        |article| {
            if across {
                pipeline.read(article)
            } else {
                Reading { article: pipeline.extract(article), ..Reading::default() }
            }
        },
        |reading| {
            readings.push(reading);
            talk.step(1);
            Ok(())
        },
    );
    match done {
        Ok(()) => readings,
    }
}

fn floors_path(root: &Path) -> std::path::PathBuf {
    root.join("eval").join("floors.toml")
}

fn read_floors(root: &Path) -> Result<Floors, Failure> {
    let path = floors_path(root);
    let text = fs::read_to_string(&path).map_err(|error| Failure::from_reading(&error, &path))?;
    Floors::read(&text).map_err(|error| Failure::Nothing(error.to_string()))
}

fn write_floors(root: &Path, floors: &Floors) -> Result<(), Failure> {
    let mut output = Output::open(Some(&floors_path(root)))?;
    output.write(floors.to_toml().as_bytes())?;
    output.complete()
}
