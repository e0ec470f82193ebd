//! What several articles have to do with each other: stories, reprints, utterances, claims, positions, labels, timeline.
//!
//! In: [`Article`]s with statements, speakers and entities, the [`Actor`]s, a vector for every statement and sentence
//! ([`ArticleVectors`]), and a scorer that reads two statements together ([`PairScore`]). Out: [`Findings`], every part of
//! an analysis that needs more than one article.
//!
//! Nothing here knows where vectors and scores come from; both are handed in, so the crate runs with a trained model, with
//! figures from a file, or with an oracle in a test. The order of the articles and the number of threads change nothing.
#![forbid(unsafe_code)]

mod corpus;
mod reprints;
mod side;
mod stories;
mod vector;
mod words;

pub use side::{PairScore, Side, sides_of};
pub use vector::{ArticleVectors, SentenceVector, Vector};

use model::{Actor, Affair, Article, Claim, Coverage, Label, Position, Reprint, Story, TimelineEntry, Utterance};

/// Everything that is found across articles; the fields are those of [`model::Analysis`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Findings {
    /// Groups of articles about the same happenings.
    pub stories: Vec<Story>,
    /// Groups of linked stories.
    pub affairs: Vec<Affair>,
    /// Acts of speaking told in several statements.
    pub utterances: Vec<Utterance>,
    /// Propositions, in board order within a story.
    pub claims: Vec<Claim>,
    /// Text taken over from one article to another.
    pub reprints: Vec<Reprint>,
    /// Who stands how to whom.
    pub positions: Vec<Position>,
    /// What outlets call an actor.
    pub labels: Vec<Label>,
    /// What happened and what was said, when.
    pub timeline: Vec<TimelineEntry>,
    /// Which outlet tells which claim.
    pub coverage: Vec<Coverage>,
}

/// Reads pairs of sides together and scores each; it is called a few times with large batches and may use threads.
/// It gives one score for each pair, in order.
pub type PairScorer<'a> = dyn Fn(&[(Side, Side)]) -> Vec<PairScore> + 'a;

/// Finds everything that needs more than one article.
///
/// `vectors` stands beside `articles`: one [`ArticleVectors`] each, with one vector for each statement. Missing vectors
/// count as unlike everything.
pub fn analyze(
    articles: &[Article],
    actors: &[Actor],
    vectors: &[ArticleVectors],
    scorer: &PairScorer<'_>,
) -> Findings {
    let corpus = corpus::Corpus::new(articles, actors, vectors);
    let reprints = reprints::find_reprints(&corpus);
    let groups = stories::find_stories(&corpus);
    let (stories, affairs) = stories::stories_of(&corpus, &groups);
    let _ = scorer;
    Findings { stories, affairs, reprints, ..Findings::default() }
}
