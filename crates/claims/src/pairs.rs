//! Which pairs of statements are read together, and what is known of each pair afterwards.
//!
//! In: the nodes of all stories. Out: for every story a [`Links`]: scores of the pairs that were read, probabilities of
//! those that were not. Reading is dear (about 200 pairs a second on one core), so it happens in two rounds: the likeliest
//! pairs of each node first, then what would join the groups that came out of the first round.

use crate::groups::group;
use crate::likely::{Node, Pair, likely_pairs};
use crate::side::{PairScore, Side};
use crate::{PairScorer, corpus::Corpus};
use std::collections::BTreeMap;

/// Pairs that are read for each node in the first and in the second round, on average over a story.
const FIRST_ROUND: f32 = 2.4;
const SECOND_ROUND: f32 = 1.0;
/// Pairs of one node in the first round, so that one much-told claim does not use up its story's share.
const MOST_OF_ONE: usize = 12;

/// What the two opinions count for: the model that read the pair, and the likelihood from outside. Chosen with the
/// weights that ship on the stories kept back for choices, and with a look at the sizes of claims elsewhere (EVALUATION).
const READ: f32 = 0.7;
const OUTSIDE: f32 = 0.8;
const SHIFT: f32 = 0.6;

/// What is known of the pairs of one story.
pub(crate) struct Links {
    /// Pairs with the probability that they are about one claim, by node numbers, smaller first.
    pub(crate) related: BTreeMap<(usize, usize), f32>,
    /// Scores of the pairs that were read.
    pub(crate) scores: BTreeMap<(usize, usize), PairScore>,
}

/// Reads the pairs of all stories.
pub(crate) fn read_pairs(corpus: &Corpus<'_>, stories: &[Vec<Node<'_>>], scorer: &PairScorer<'_>) -> Vec<Links> {
    let likely: Vec<Vec<Pair>> = stories.iter().map(|nodes| likely_pairs(corpus, nodes)).collect();
    let mut links: Vec<Links> = likely.iter().map(|pairs| links_of(pairs)).collect();
    let first: Vec<Vec<(usize, usize)>> =
        stories.iter().zip(&likely).map(|(nodes, pairs)| first_round(nodes, pairs)).collect();
    read(stories, &first, &likely, &mut links, scorer);
    let second: Vec<Vec<(usize, usize)>> = stories
        .iter()
        .zip(&likely)
        .zip(&links)
        .map(|((nodes, pairs), links)| second_round(nodes, pairs, links))
        .collect();
    read(stories, &second, &likely, &mut links, scorer);
    links
}

fn links_of(pairs: &[Pair]) -> Links {
    let related = pairs.iter().map(|pair| ((pair.a, pair.b), probability(pair.odds))).collect();
    Links { related, scores: BTreeMap::new() }
}

pub(crate) fn probability(odds: f32) -> f32 {
    1.0 / (1.0 + (-odds).exp())
}

pub(crate) fn odds(probability: f32) -> f32 {
    let probability = probability.clamp(0.001, 0.999);
    (probability / (1.0 - probability)).ln()
}

/// The likeliest pairs.
fn first_round(nodes: &[Node<'_>], pairs: &[Pair]) -> Vec<(usize, usize)> {
    let most = (nodes.len() as f32 * FIRST_ROUND) as usize;
    let mut used = vec![0usize; nodes.len()];
    let mut chosen = Vec::new();
    for pair in pairs {
        if chosen.len() == most {
            break;
        }
        if used[pair.a] < MOST_OF_ONE && used[pair.b] < MOST_OF_ONE {
            used[pair.a] += 1;
            used[pair.b] += 1;
            chosen.push((pair.a, pair.b));
        }
    }
    chosen
}

/// The likeliest unread pairs between two groups that the first round left apart, one for each two groups.
fn second_round(nodes: &[Node<'_>], pairs: &[Pair], links: &Links) -> Vec<(usize, usize)> {
    let most = (nodes.len() as f32 * SECOND_ROUND) as usize;
    let mut home = vec![0usize; nodes.len()];
    for (number, members) in group(nodes.len(), &links.related).iter().enumerate() {
        members.iter().for_each(|member| home[*member] = number);
    }
    let mut tried: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    let mut chosen = Vec::new();
    for pair in pairs {
        if chosen.len() == most {
            break;
        }
        let (a, b) = (home[pair.a], home[pair.b]);
        let count = tried.entry((a.min(b), a.max(b))).or_default();
        if a != b && *count < 2 && !links.scores.contains_key(&(pair.a, pair.b)) {
            *count += 1;
            chosen.push((pair.a, pair.b));
        }
    }
    chosen
}

/// Has pairs read, equal ones once, and takes the scores in.
fn read(
    stories: &[Vec<Node<'_>>],
    chosen: &[Vec<(usize, usize)>],
    likely: &[Vec<Pair>],
    links: &mut [Links],
    scorer: &PairScorer<'_>,
) {
    let mut numbers: BTreeMap<(&Side, &Side), usize> = BTreeMap::new();
    let mut texts: Vec<(Side, Side)> = Vec::new();
    for (nodes, pairs) in stories.iter().zip(chosen) {
        for (a, b) in pairs {
            let (a, b) = (nodes[*a].side, nodes[*b].side);
            let key = (a.min(b), a.max(b));
            numbers.entry(key).or_insert_with(|| {
                texts.push((key.0.clone(), key.1.clone()));
                texts.len() - 1
            });
        }
    }
    if texts.is_empty() {
        return;
    }
    let scores = scorer(&texts);
    for (((nodes, pairs), likely), links) in stories.iter().zip(chosen).zip(likely).zip(links) {
        let outside: BTreeMap<(usize, usize), f32> = likely.iter().map(|pair| ((pair.a, pair.b), pair.odds)).collect();
        for (a, b) in pairs {
            let (x, y) = (nodes[*a].side, nodes[*b].side);
            let Some(score) = numbers.get(&(x.min(y), x.max(y))).and_then(|number| scores.get(*number)) else {
                continue;
            };
            let from_outside = outside.get(&(*a, *b)).copied().unwrap_or(-4.0);
            let both = READ * odds(score.related) + OUTSIDE * from_outside + SHIFT;
            links.related.insert((*a, *b), probability(both));
            links.scores.insert((*a, *b), *score);
        }
    }
}
