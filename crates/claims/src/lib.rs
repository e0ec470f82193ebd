//! What several articles have to do with each other: stories, reprints, utterances, claims, positions, labels, timeline.
//!
//! In: [`Article`]s with statements, speakers and entities, the [`Actor`]s, a vector for every statement and sentence
//! ([`ArticleVectors`]), and a scorer that reads two statements together ([`PairScore`]). Out: [`Findings`], every part of
//! an analysis that needs more than one article.
//!
//! Nothing here knows where vectors and scores come from; both are handed in, so the crate runs with a trained model, with
//! figures from a file, or with an oracle in a test. The order of the articles and the number of threads change nothing.
#![forbid(unsafe_code)]

mod claim_text;
mod claims;
mod copies;
mod corpus;
mod coverage;
mod features;
mod figures;
mod groups;
mod labels;
mod nodes;
mod origins;
mod pairs;
mod positions;
mod reprints;
mod side;
mod stance;
mod stories;
mod terms;
mod timeline;
mod utterances;
mod vector;
mod verdict;
mod voice;
mod wording;
mod words;

pub use features::{FEATURES, NARROW, ONE_DENIES};
pub use pairs::{PairInput, PairScore};
pub use vector::{ArticleVectors, Projection, SentenceVector, StatementVector, Vector};

use claims::{Board, claims_of, drafts};
use copies::Copies;
use corpus::{At, Corpus};
use nodes::Node;
use origins::{Ground, Told, origins};
use pairs::{Links, links_of};
use reprints::find_reprints;
use std::collections::BTreeMap;
use stories::{find_stories, stories_of};
use utterances::{find_utterances, utterance_of};
use verdict::verdict_of;
use voice::add_voices;

use model::{
    Actor, Affair, Article, Claim, ClaimStatement, Coverage, Label, Origin, Position, Reprint, Stance, StatementRef,
    Story, TimelineEntry, Utterance, Verdict,
};

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

/// Compares statements two by two; it is called with large batches and may use threads. It gives one score for each pair,
/// in order.
pub type PairScorer<'a> = dyn Fn(&[PairInput<'_>]) -> Vec<PairScore> + 'a;

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
    let corpus = Corpus::new(articles, actors, vectors);
    let reprints = find_reprints(&corpus);
    let copies = Copies::new(&corpus, &reprints);
    let groups = find_stories(&corpus);
    let (mut stories, affairs) = stories_of(&corpus, &groups);
    let nodes = nodes_of(&corpus, &groups);
    let links: Vec<Links> = nodes.iter().map(|nodes| links_of(&corpus, nodes, scorer)).collect();
    let told: Vec<Vec<Vec<At>>> =
        nodes.iter().zip(&links).map(|(nodes, links)| find_utterances(nodes, links)).collect();
    let numbers: BTreeMap<At, usize> = told
        .iter()
        .flatten()
        .enumerate()
        .flat_map(|(number, members)| members.iter().map(move |at| (*at, number)))
        .collect();
    let dates = timeline::dates(&corpus);
    let days = timeline::days_of_saying(&dates);
    let told = told.iter().flatten().enumerate();
    let utterances: Vec<Utterance> =
        told.map(|(number, members)| utterance_of(&corpus, number + 1, members, &days)).collect();
    let boards = nodes.iter().zip(&links);
    let boards =
        boards.map(|(nodes, links)| Board { corpus: &corpus, nodes, links, copies: &copies, utterances: &numbers });
    let boards: Vec<Board<'_, '_>> = boards.collect();
    let mut found: Vec<_> = boards.iter().map(drafts).collect();
    add_voices(&corpus, &groups, &nodes, &mut found, scorer);
    let mut claims = Vec::new();
    for ((story, board), drafts) in stories.iter_mut().zip(&boards).zip(found) {
        let found = claims_of(board, drafts, &story.id, claims.len() + 1);
        story.claims = found.iter().map(|claim| claim.id.clone()).collect();
        claims.extend(found);
    }
    Findings {
        positions: positions::positions(&corpus),
        labels: labels::labels(&corpus),
        timeline: timeline::timeline(&corpus, &groups, dates),
        coverage: coverage::coverage_of(&corpus, &copies, &stories, &claims),
        stories,
        affairs,
        utterances,
        claims,
        reprints,
    }
}

/// What a claim's statements come to by the rules: whose word it rests on, and where the tellings stand.
#[derive(Clone, Debug, PartialEq)]
pub struct Weighed {
    /// Whose word the assertions rest on.
    pub origins: Vec<Origin>,
    /// Whose word the denials rest on.
    pub denial_origins: Vec<Origin>,
    /// The verdict; claims that contradict it are not looked at.
    pub verdict: Verdict,
}

/// Weighs claims whose statements and stances are given, by people or by another tool: each a list of statements.
pub fn weigh(articles: &[Article], actors: &[Actor], claims: &[Vec<ClaimStatement>]) -> Vec<Weighed> {
    let corpus = Corpus::new(articles, actors, &[]);
    let reprints = find_reprints(&corpus);
    let copies = Copies::new(&corpus, &reprints);
    let utterances = BTreeMap::new();
    let ground = Ground { corpus: &corpus, copies: &copies, utterances: &utterances };
    let places: BTreeMap<_, _> = corpus.statements().into_iter().map(|at| (corpus.reference(at), at)).collect();
    let weighed = |statements: &Vec<ClaimStatement>| {
        let told = |s: &ClaimStatement| {
            let reference = StatementRef { article: s.article.clone(), statement: s.statement.clone() };
            Some(Told { at: *places.get(&reference)?, stance: s.stance })
        };
        let told: Vec<Told> = statements.iter().filter_map(told).collect();
        let found = origins(&ground, &told, Stance::Asserts);
        let denials = origins(&ground, &told, Stance::Denies);
        Weighed { verdict: verdict_of(&found, &denials, false), origins: found, denial_origins: denials }
    };
    claims.iter().map(weighed).collect()
}

/// The statements of each story as nodes.
fn nodes_of<'a>(corpus: &'a Corpus<'_>, groups: &[Vec<usize>]) -> Vec<Vec<Node<'a>>> {
    let mut home = vec![0usize; corpus.articles.len()];
    for (number, members) in groups.iter().enumerate() {
        members.iter().for_each(|member| home[*member] = number);
    }
    let mut statements: Vec<Vec<At>> = vec![Vec::new(); groups.len()];
    corpus.statements().into_iter().for_each(|at| statements[home[at.article]].push(at));
    statements.iter().map(|statements| Node::of(corpus, statements)).collect()
}
