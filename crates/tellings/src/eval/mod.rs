//! Scores what the program finds against what people have marked.
//!
//! In: [`GoldSet`]s and what the program made of their articles, an [`Analysis`] or only articles. Out: [`Scores`] for
//! every layer that the set marks, and what fell below its [`floors`].
//!
//! ```text
//! let root = eval::find_root(&current_folder)?;           // holds eval/sets and eval/floors.toml
//! let floors = eval::Floors::read(&text_of_floors)?;
//! let (sets, problems) = eval::find_sets(&names, &root);
//! for set in &sets {
//!     let analysis = …;                                   // of set.articles(), with set.convention
//!     let scores = set.score(&analysis)?;                 // scores.table(), serde_json::to_value(&scores)
//!     let falls = floors.check(&scores);                  // exit code 4 if there are any
//! }
//! ```
//!
//! Nothing here runs the program or prints; the command does. Each measure is defined at the head of its module:
//! [`statements`], [`silence`], [`speakers`], [`mentions`], [`coreference`], [`grouping`], [`claims`], [`reprints`], [`times`],
//! [`confidence`].

mod assignment;
pub mod claims;
pub mod confidence;
pub mod coreference;
pub mod floors;
pub mod gold;
pub mod grouping;
pub mod mentions;
#[cfg(test)]
mod reference;
pub mod reprints;
pub mod scores;
mod sets;
pub mod silence;
pub mod spans;
pub mod speakers;
pub mod statements;
mod stories;
#[cfg(test)]
mod tests;
pub mod times;

pub use floors::{Fall, Floors};
pub use gold::GoldStory;
pub use scores::{Figure, Scores};
pub use sets::{GoldSet, find_root, find_sets};

use claims::ClaimCounts;
use confidence::ConfidenceCounts;
pub use gold::GoldArticle;
use grouping::{Index, PairCounts};
use mentions::MentionCounts;
use model::{Analysis, Article};
use reprints::ReprintCounts;
use silence::SilenceCounts;
use spans::Words;
use speakers::SpeakerCounts;
use statements::{Matched, StatementCounts};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use times::TimeCounts;

/// Why something cannot be scored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EvalError {
    /// A gold file, or a line of it, that cannot be read.
    Gold {
        /// File and line.
        place: String,
        /// What is wrong.
        why: String,
    },
    /// A span beyond its text.
    Span {
        /// Whose it is.
        place: String,
        /// Its start.
        start: u32,
        /// Its end.
        end: u32,
        /// Code points of the text.
        length: u32,
    },
    /// The predicted article's text is not the gold article's.
    Text {
        /// Article.
        article: String,
        /// First code point that differs.
        at: usize,
    },
    /// Two predictions for one gold article.
    Twice {
        /// Article.
        article: String,
    },
    /// A floors file that cannot be read.
    Floors {
        /// What is wrong.
        why: String,
    },
}

impl fmt::Display for EvalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gold { place, why } => write!(f, "cannot use gold `{place}`: {why}"),
            Self::Span { place, start, end, length } => {
                write!(f, "cannot score {place}: span [{start}, {end}] in a text of {length} characters")
            }
            Self::Text { article, at } => {
                write!(f, "cannot score `{article}`: its text differs from gold's at character {at}")
            }
            Self::Twice { article } => write!(f, "cannot score `{article}`: it was predicted twice"),
            Self::Floors { why } => write!(f, "cannot use the floors: {why}"),
        }
    }
}

impl std::error::Error for EvalError {}

/// What the program found: articles alone, or a whole analysis.
#[derive(Clone, Copy, Debug)]
pub struct Predicted<'a> {
    /// The articles.
    pub articles: &'a [Article],
    /// What was found across them; measures across articles are left out without it.
    pub across: Option<&'a Analysis>,
}

impl<'a> From<&'a Analysis> for Predicted<'a> {
    fn from(analysis: &'a Analysis) -> Self {
        Self { articles: &analysis.articles, across: Some(analysis) }
    }
}

impl<'a> From<&'a Vec<Article>> for Predicted<'a> {
    fn from(articles: &'a Vec<Article>) -> Self {
        Self { articles, across: None }
    }
}

impl<'a> From<&'a [Article]> for Predicted<'a> {
    fn from(articles: &'a [Article]) -> Self {
        Self { articles, across: None }
    }
}

/// One gold article beside its prediction.
pub struct Pair<'a> {
    /// Gold.
    pub gold: &'a GoldArticle,
    /// Predicted, where there is one.
    pub predicted: Option<&'a Article>,
    /// The text's words.
    pub words: Words,
    /// Statements of both sides.
    pub statements: Matched<'a>,
}

/// One gold story beside its predictions.
pub struct PairedStory<'a> {
    /// Gold.
    pub gold: &'a GoldStory,
    /// Its articles, in gold's order.
    pub articles: Vec<Pair<'a>>,
}

/// Compares predictions with gold on every layer that gold marks.
///
/// # Errors
/// Where the two do not fit together: another text under the same id, a span outside its text, an article twice.
pub fn score<'a>(gold: &'a [GoldStory], predicted: impl Into<Predicted<'a>>) -> Result<Scores, EvalError> {
    let predicted = predicted.into();
    let (by_gold, unknown) = align(gold, predicted.articles)?;
    let mut stories = Vec::new();
    let mut without = Vec::new();
    for story in gold {
        let mut articles = Vec::new();
        for article in &story.articles {
            let found = by_gold.get(article.id.as_str()).copied();
            if found.is_none() {
                without.push(article.id.clone());
            }
            let words = Words::new(&article.text);
            let statements = Matched::new(article, found, &words)?;
            articles.push(Pair { gold: article, predicted: found, words, statements });
        }
        stories.push(PairedStory { gold: story, articles });
    }
    Ok(Scores {
        set: String::new(),
        stories: gold.len(),
        articles: stories.iter().map(|story| story.articles.len()).sum(),
        articles_without_prediction: without,
        predicted_articles_not_in_gold: unknown,
        figures: figures(&stories, predicted.across),
    })
}

fn figures(stories: &[PairedStory], across: Option<&Analysis>) -> Vec<Figure> {
    let mut statements = StatementCounts::default();
    let mut confidence = ConfidenceCounts::default();
    let mut silence = SilenceCounts::default();
    let mut times = TimeCounts::default();
    let mut speakers = SpeakerCounts::default();
    let mut mentions = MentionCounts::default();
    for story in stories {
        for pair in &story.articles {
            statements.add(&pair.statements);
            confidence.add(&pair.statements);
            silence.add(pair);
            times.add(pair);
        }
        speakers.add(story);
        mentions.add(story, across.is_some());
    }
    let mut figures = statements.figures();
    figures.extend(silence.figures());
    figures.extend(speakers.figures());
    figures.extend(mentions.figures());
    if let Some(analysis) = across {
        let index = Index::new(stories);
        figures.extend(utterances(&index, analysis).figures(
            "utterances (pairs of statements)",
            ["utterances", "utterances-given-found", "utterance-pairs-ignored"],
        ));
        figures.extend(ClaimCounts::of(stories, &index, analysis).figures());
        figures.extend(ReprintCounts::of(stories, analysis).figures());
    }
    figures.extend(times.figures());
    figures.extend(confidence.figures());
    figures
}

fn utterances(index: &Index, analysis: &Analysis) -> PairCounts {
    let gold = index.gold_groups(|statement| statement.utterance.as_deref().into_iter().collect());
    let predicted: Vec<_> = analysis.utterances.iter().map(|u| index.predicted_group(&u.statements)).collect();
    PairCounts::of(&gold, &predicted, &index.found)
}

/// Predicted articles by gold id: by the id itself, else by the very same text where only one gold article has it, else
/// by the last part of the id where only one gold article has that. Also how many belong to no gold article.
fn align<'a>(
    gold: &'a [GoldStory],
    predicted: &'a [Article],
) -> Result<(BTreeMap<&'a str, &'a Article>, usize), EvalError> {
    let mut texts: BTreeMap<&str, &str> = BTreeMap::new();
    let mut by_text: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut by_name: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for article in gold.iter().flat_map(|story| &story.articles) {
        texts.insert(&article.id, &article.text);
        by_text.entry(&article.text).or_default().push(&article.id);
        by_name.entry(article.short_id()).or_default().push(&article.id);
    }
    let unmarked: BTreeSet<&str> = gold.iter().flat_map(|story| &story.unmarked).map(|a| a.id.as_str()).collect();
    let mut aligned = BTreeMap::new();
    let mut unknown = 0;
    for article in predicted.iter().filter(|article| !unmarked.contains(article.id.as_str())) {
        let only =
            |ids: Option<&Vec<&'a str>>| ids.and_then(|ids| if let [id] = ids.as_slice() { Some(*id) } else { None });
        let id = texts
            .get_key_value(article.id.as_str())
            .map(|(id, _)| *id)
            .or_else(|| only(by_text.get(article.text.as_str())))
            .or_else(|| only(by_name.get(article.id.as_str())));
        let Some(id) = id else {
            unknown += 1;
            continue;
        };
        let text = texts.get(id).copied().unwrap_or_default();
        if text != article.text {
            let at = text.chars().zip(article.text.chars()).take_while(|(a, b)| a == b).count();
            return Err(EvalError::Text { article: article.id.clone(), at });
        }
        if aligned.insert(id, article).is_some() {
            return Err(EvalError::Twice { article: article.id.clone() });
        }
    }
    Ok((aligned, unknown))
}
