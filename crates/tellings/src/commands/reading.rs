//! Articles from the paths that were typed, worked on in order, and the count of what came of them.

use crate::arguments::InputArguments;
use crate::failure::{Ending, Failure};
use crate::interruption::is_interrupted;
use crate::talk::{Talk, Tone, visible};
use model::{Article, Problem};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use tellings::dates::lies_between;
use tellings::ordered::{Bounds, in_order};
use tellings::{catching, is_change, is_left_out};

/// Bytes of text that may be under way at once: a reading takes up to some twenty times its text.
const TEXT_UNDER_WAY: usize = 8 << 20;

/// Files in a row whose reading may panic before reading is given up.
const MOST_PANICS: usize = 1_000;

/// What came of the articles.
#[derive(Debug, Default)]
pub struct Tally {
    /// Articles that were read and chosen.
    pub articles: usize,
    statements: usize,
    speakers: BTreeSet<String>,
    /// Articles that were not asked for, by reason.
    not_chosen: BTreeMap<&'static str, usize>,
    /// What was left out, by code.
    left_out: BTreeMap<String, usize>,
    /// Problems that are in no article.
    pub problems: Vec<Problem>,
}

impl Tally {
    /// Counts an article and names what of it was left out.
    pub fn count(&mut self, article: &Article, talk: &Talk) {
        self.articles += 1;
        self.statements += article.statements.len();
        let speakers = article.statements.iter().filter_map(|statement| statement.speaker.as_ref());
        for speaker in speakers {
            if !self.speakers.contains(&speaker.name) {
                self.speakers.insert(speaker.name.clone());
            }
        }
        for problem in &article.problems {
            let named = Problem { path: article.path.clone().or_else(|| Some(article.id.clone())), ..problem.clone() };
            if is_left_out(problem) {
                *self.left_out.entry(problem.code.clone()).or_default() += 1;
                talk.problem(&named);
            } else {
                talk.doubt(&named);
            }
        }
    }

    /// Names a problem that is in no article.
    pub fn problem(&mut self, problem: Problem, talk: &Talk) {
        if is_change(&problem) {
            talk.note(&format!("changed: {}", visible(&problem.message)));
        } else {
            *self.left_out.entry(problem.code.clone()).or_default() += 1;
            talk.problem(&problem);
        }
        self.problems.push(problem);
    }

    /// Whether nothing at all could be read.
    pub fn is_nothing(&self) -> bool {
        self.articles == 0 && self.not_chosen.is_empty()
    }

    /// How many things were left out, whole or in part.
    pub fn left_out_count(&self) -> usize {
        self.left_out.values().sum()
    }

    /// How the run ends where nothing went wrong after the reading.
    pub fn ending(&self) -> Ending {
        if is_interrupted() {
            Ending::Interrupted
        } else if self.left_out.is_empty() {
            Ending::Done
        } else {
            Ending::LeftOut
        }
    }

    /// The short table at the end.
    pub fn say(&self, talk: &Talk) {
        if !talk.is_watched() {
            return;
        }
        let row = |name: &str, count: usize| {
            talk.note(&format!("{name:<16}{:>8}", talk.paint(Tone::Bold, &count.to_string())))
        };
        row("articles read", self.articles);
        row("statements", self.statements);
        row("speakers", self.speakers.len());
        let counts = self.not_chosen.iter().map(|(why, count)| (*why, count));
        for (why, count) in counts.chain(self.left_out.iter().map(|(why, count)| (why.as_str(), count))) {
            talk.note(&format!("{:<16}{count:>8}  {why}", "left out"));
        }
    }
}

/// What became of one thing that the reader gave.
enum Outcome<R> {
    Worked(R),
    NotChosen(&'static str),
    Problem(Problem),
}

/// Works on every article that is asked for, on several threads, and hands the results to `finish` in order.
///
/// # Errors
/// The first of `finish`; or that an address was given as a path.
pub fn each_article<R: Send>(
    input: &InputArguments,
    threads: usize,
    talk: &Talk,
    tally: &mut Tally,
    work: impl Fn(Article) -> R + Sync,
    mut finish: impl FnMut(R, &mut Tally) -> Result<(), Failure>,
) -> Result<(), Failure> {
    if let Some(address) = input.paths.iter().find(|path| path.contains("://") && !Path::new(path).exists()) {
        return Err(Failure::Usage(format!(
            "`{address}` is an address; right would be: save the page and give its file"
        )));
    }
    let bounds = Bounds { threads, weight: TEXT_UNDER_WAY };
    let weight = |thing: &Result<Article, Problem>| thing.as_ref().map_or(0, |article| article.text.len());
    in_order(
        articles(&input.paths),
        bounds,
        weight,
        |thing| match thing {
            Err(problem) => Outcome::Problem(problem),
            Ok(article) => match not_chosen(&article, input) {
                Some(why) => Outcome::NotChosen(why),
                None => Outcome::Worked(work(article)),
            },
        },
        |outcome| {
            match outcome {
                Outcome::Problem(problem) => tally.problem(problem, talk),
                Outcome::NotChosen(why) => *tally.not_chosen.entry(why).or_default() += 1,
                Outcome::Worked(result) => finish(result, tally)?,
            }
            talk.step(1);
            Ok(())
        },
    )
}

/// The articles under the paths until they end or the run is interrupted; a panic of the reader is a problem.
fn articles(paths: &[String]) -> impl Iterator<Item = Result<Article, Problem>> + Send + use<> {
    let mut articles = read::articles(paths, &read::Options::default());
    let mut panics = 0;
    let mut last = String::new();
    std::iter::from_fn(move || {
        if is_interrupted() || panics > MOST_PANICS {
            return None;
        }
        match catching(|| articles.next()) {
            Ok(next) => {
                if let Some(Ok(Article { path: Some(path), .. }) | Err(Problem { path: Some(path), .. })) = &next {
                    last.clone_from(path);
                }
                next
            }
            Err(panic) => {
                panics += 1;
                let after =
                    if last.is_empty() { "the first file".to_owned() } else { format!("the file after `{last}`") };
                let message = format!("an error of the program while reading {after}: {panic}; it was left out");
                Some(Err(Problem { code: "internal-error".to_owned(), message, path: None }))
            }
        }
    })
}

/// Why an article is not asked for.
fn not_chosen(article: &Article, input: &InputArguments) -> Option<&'static str> {
    let date = article.published.as_ref().map(|published| published.value.as_str());
    if !lies_between(date, input.since.as_ref(), input.until.as_ref()) {
        return Some(if date.is_some() { "outside --since and --until" } else { "no date for --since and --until" });
    }
    if let Some(wanted) = &input.lang {
        let language = article.language.as_deref().or_else(|| text::language(&article.text));
        if language != Some(wanted.as_str()) {
            return Some("not in the language of --lang");
        }
    }
    None
}
