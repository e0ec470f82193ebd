//! Which statements are compared with each other, and what comes out for each two.
//!
//! In: the nodes of a story. Out: [`Links`], the scores of all pairs worth keeping. In stories of a usual size every node is compared
//! with every other; in large ones each with those most alike and with its speaker's next words, so that only the cheap search for
//! those grows with the square of the story.

use crate::PairScorer;
use crate::corpus::Corpus;
use crate::features::{FEATURES, Rarity, features};
use crate::nodes::Node;
use crate::terms::{Counts, Finder, Weighed};
use crate::vector::Projection;
use std::collections::{BTreeMap, BTreeSet};

/// What the claim head says about two statements, each 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PairScore {
    /// Both are about the same claim.
    pub related: f32,
    /// If so, one asserts what the other denies.
    pub contradicts: f32,
    /// Both report one act of speaking.
    pub same_utterance: f32,
}

/// Two statements as the claim head compares them.
#[derive(Clone, Copy, Debug)]
pub struct PairInput<'a> {
    /// One of them.
    pub a: &'a Projection,
    /// The other.
    pub b: &'a Projection,
    /// The cosine of their contents' vectors.
    pub likeness: f32,
    /// What shows without any model.
    pub features: [f32; FEATURES],
}

impl<'a> PairInput<'a> {
    pub(crate) fn of(a: (&'a Node<'_>, &Weighed), b: (&'a Node<'_>, &Weighed), rarity: &Rarity) -> Self {
        let likeness = a.0.vector.cosine(b.0.vector);
        Self { a: a.0.projection, b: b.0.projection, likeness, features: features(a, b, rarity) }
    }
}

/// Stories of at most this many nodes (some seventy articles) have all their pairs compared: a few seconds.
const ALL_PAIRS: usize = 1000;
/// In larger ones, how many of those most alike, and how many of one speaker's next nodes.
const MOST_ALIKE: usize = 40;
const NEXT_WORDS: usize = 12;
/// Pairs that are handed to the scorer at once.
const BATCH: usize = 8192;
/// Statements of the stories that the heads learnt from, on average. In a larger story two statements are less often about one claim:
/// its pairs grow with the square of their number, those about one claim do not.
const LEARNT_FROM: f32 = 85.0;
/// Pairs are kept from these probabilities on.
const LEAST: f32 = 0.02;

/// What is known of the pairs of one story.
#[derive(Default)]
pub(crate) struct Links {
    /// By node numbers, the smaller first. A pair that is missing was found to have nothing in common or, in a large story, was not
    /// worth comparing.
    pub(crate) scores: BTreeMap<(usize, usize), PairScore>,
}

impl Links {
    /// How likely two nodes are about one claim; nought where nothing is known.
    pub(crate) fn related(&self, a: usize, b: usize) -> f32 {
        self.scores.get(&(a.min(b), a.max(b))).map_or(0.0, |score| score.related)
    }
}

/// Compares the nodes of one story.
pub(crate) fn links_of(corpus: &Corpus<'_>, nodes: &[Node<'_>], scorer: &PairScorer<'_>) -> Links {
    let rarity = Rarity::of(nodes);
    let (_, terms) = terms_of(corpus, nodes);
    let mut pairs = wanted(nodes);
    // Of what nothing is known, nothing can be said.
    pairs.retain(|(a, b)| !nodes[*a].projection.is_empty() && !nodes[*b].projection.is_empty());
    let rarer = (LEARNT_FROM / nodes.len().max(1) as f32).ln().min(0.0);
    let mut links = Links::default();
    for batch in pairs.chunks(BATCH) {
        let both = |number: usize| (&nodes[number], &terms[number]);
        let inputs: Vec<PairInput<'_>> =
            batch.iter().map(|(a, b)| PairInput::of(both(*a), both(*b), &rarity)).collect();
        let shifted = |score: PairScore| PairScore { related: probability(odds(score.related) + rarer), ..score };
        let scored = batch.iter().copied().zip(scorer(&inputs).into_iter().map(shifted));
        links.scores.extend(scored.filter(|(_, score)| score.related >= LEAST || score.same_utterance >= LEAST));
    }
    links
}

/// How often each term stands in a story, and the terms of each of its nodes.
pub(crate) fn terms_of(corpus: &Corpus<'_>, nodes: &[Node<'_>]) -> (Counts, Vec<Weighed>) {
    let mut finder = Finder::new(corpus);
    let terms: Vec<_> = nodes.iter().map(|node| finder.statement(node)).collect();
    let counts = Counts::of(nodes, &terms);
    let weighed = terms.into_iter().map(|terms| counts.weighed(terms)).collect();
    (counts, weighed)
}

/// Pairs of nodes to compare, sorted.
fn wanted(nodes: &[Node<'_>]) -> Vec<(usize, usize)> {
    if nodes.len() <= ALL_PAIRS {
        return (0..nodes.len()).flat_map(|b| (0..b).map(move |a| (a, b))).collect();
    }
    let mut wanted: BTreeSet<(usize, usize)> = BTreeSet::new();
    let mut by_speaker: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for (a, node) in nodes.iter().enumerate() {
        let others = nodes.iter().enumerate().filter(|(b, _)| *b != a);
        let mut others: Vec<(f32, usize)> = others.map(|(b, other)| (node.vector.cosine(other.vector), b)).collect();
        if others.len() > MOST_ALIKE {
            others.select_nth_unstable_by(MOST_ALIKE, |x, y| y.0.total_cmp(&x.0).then(x.1.cmp(&y.1)));
            others.truncate(MOST_ALIKE);
        }
        wanted.extend(others.into_iter().map(|(_, b)| (a.min(b), a.max(b))));
        if let Some(speaker) = node.speaker {
            let earlier = by_speaker.entry(speaker).or_default();
            wanted.extend(earlier.iter().rev().take(NEXT_WORDS).map(|b| (*b, a)));
            earlier.push(a);
        }
    }
    wanted.into_iter().collect()
}

pub(crate) fn probability(odds: f32) -> f32 {
    1.0 / (1.0 + (-odds).exp())
}

pub(crate) fn odds(probability: f32) -> f32 {
    let probability = probability.clamp(0.001, 0.999);
    (probability / (1.0 - probability)).ln()
}
