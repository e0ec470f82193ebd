//! How likely two statements are about one claim, told cheaply: before any pair is read together.
//!
//! In: the statements of one story as [`Node`]s. Out: pairs with a probability, likeliest first. It is a logistic
//! regression over likeness, shared rare words, shared actors, speaker and act, fitted on the training stories: of all
//! related pairs it has 56 % among the likeliest four for each statement, likeness of vectors alone 41 %.
//!
//! The probabilities serve twice: they choose the pairs that are worth reading, and they stand for those that nobody read.

use crate::corpus::{At, Corpus};
use crate::side::Side;
use crate::vector::Vector;
use crate::words::{hash, is_common, is_negation, words};
use model::{Act, Kind};
use std::collections::BTreeMap;

/// Statements of one story with the same speaker, cue and content: they are read once.
pub(crate) struct Node<'a> {
    /// In corpus order, at least one.
    pub(crate) members: Vec<At>,
    pub(crate) side: &'a Side,
    pub(crate) vector: &'a Vector,
    pub(crate) act: Act,
    pub(crate) kind: Kind,
    pub(crate) negated: bool,
    /// A number for the speaker: of the actor, else of the name.
    pub(crate) speaker: Option<u64>,
    /// Numbers of the content's words that say something, sorted.
    pub(crate) words: Vec<u64>,
    /// Numbers of the actors that the content speaks of, sorted.
    pub(crate) actors: Vec<u64>,
    /// The content has a negation of its own (`no`, `never`).
    pub(crate) negates: bool,
}

impl<'a> Node<'a> {
    /// The nodes of some statements, in corpus order of their first members.
    pub(crate) fn of(corpus: &'a Corpus<'_>, statements: &[At]) -> Vec<Self> {
        let mut numbers: BTreeMap<(&Side, Act, bool), usize> = BTreeMap::new();
        let mut nodes: Vec<Self> = Vec::new();
        for at in statements {
            let statement = corpus.statement(*at);
            let key = (corpus.side(*at), statement.act, statement.negated);
            if let Some(node) = numbers.get(&key).and_then(|number| nodes.get_mut(*number)) {
                node.members.push(*at);
                continue;
            }
            numbers.insert(key, nodes.len());
            nodes.push(Self::new(corpus, *at));
        }
        nodes
    }

    fn new(corpus: &'a Corpus<'_>, at: At) -> Self {
        let statement = corpus.statement(at);
        let side = corpus.side(at);
        let all = words(&side.content, 0);
        let mut telling: Vec<u64> =
            all.iter().filter(|word| !is_common(&word.text)).map(|word| hash(&word.text)).collect();
        telling.sort_unstable();
        telling.dedup();
        let prepared = corpus.article(at);
        let mut actors: Vec<u64> = Vec::new();
        for entity in &prepared.article.entities {
            let is_inside = |mention: &model::Mention| statement.content.iter().any(|span| span.contains(mention.span));
            if entity.mentions.iter().any(is_inside) {
                actors.push(hash(entity.actor.as_deref().unwrap_or(&entity.name)));
            }
        }
        actors.sort_unstable();
        actors.dedup();
        let speaker = match (corpus.speaker(at), side.speaker.is_empty()) {
            (Some(actor), _) => Some(hash(actor)),
            (None, false) => Some(hash(&side.speaker.to_lowercase())),
            (None, true) => None,
        };
        Self {
            members: vec![at],
            side,
            vector: corpus.vector(at),
            act: statement.act,
            kind: statement.kind,
            negated: statement.negated,
            speaker,
            words: telling,
            actors,
            negates: all.iter().any(|word| is_negation(&word.text)),
        }
    }

    /// Its first statement.
    pub(crate) fn first(&self) -> At {
        self.members.first().copied().unwrap_or(At { article: 0, statement: 0 })
    }
}

/// A pair of nodes, the smaller number first, and how likely they are about one claim.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Pair {
    pub(crate) a: usize,
    pub(crate) b: usize,
    /// Logarithm of the odds.
    pub(crate) odds: f32,
}

/// Stories of at most this many nodes have all their pairs looked at; in larger ones each node looks at those most alike.
const ALL_PAIRS: usize = 400;
const MOST_ALIKE: usize = 40;
/// Pairs less likely than this (2 %) are not kept.
const LEAST_ODDS: f32 = -4.0;

/// Weights of the regression (see the module's opening), in the order of [`features`].
const WEIGHTS: [f32; 12] = [-3.81, 5.54, -2.68, 0.31, 1.48, 1.34, 0.86, -1.51, 0.67, 0.45, -1.84, -2.74];

/// Likely pairs of one story, likeliest first.
pub(crate) fn likely_pairs(corpus: &Corpus<'_>, nodes: &[Node<'_>]) -> Vec<Pair> {
    let rarity = Rarity::of(nodes);
    let mut pairs = Vec::new();
    let mut look = |a: usize, b: usize| {
        let values = features(corpus, &nodes[a], &nodes[b], &rarity);
        let odds = values.iter().zip(&WEIGHTS).map(|(value, weight)| value * weight).sum();
        if odds >= LEAST_ODDS {
            pairs.push(Pair { a, b, odds });
        }
    };
    if nodes.len() <= ALL_PAIRS {
        for b in 0..nodes.len() {
            (0..b).for_each(|a| look(a, b));
        }
    } else {
        let mut wanted: Vec<(usize, usize)> = Vec::new();
        for (a, node) in nodes.iter().enumerate() {
            let others = nodes.iter().enumerate().filter(|(b, _)| *b != a);
            let mut others: Vec<(f32, usize)> =
                others.map(|(b, other)| (node.vector.likeness(other.vector), b)).collect();
            if others.len() > MOST_ALIKE {
                others.select_nth_unstable_by(MOST_ALIKE, |x, y| y.0.total_cmp(&x.0).then(x.1.cmp(&y.1)));
                others.truncate(MOST_ALIKE);
            }
            wanted.extend(others.into_iter().map(|(_, b)| (a.min(b), a.max(b))));
        }
        wanted.sort_unstable();
        wanted.dedup();
        wanted.into_iter().for_each(|(a, b)| look(a, b));
    }
    pairs.sort_by(|x, y| y.odds.total_cmp(&x.odds).then((x.a, x.b).cmp(&(y.a, y.b))));
    pairs
}

/// How rare each word and actor is among a story's statements.
struct Rarity {
    counts: BTreeMap<u64, u32>,
    all: f32,
}

impl Rarity {
    fn of(nodes: &[Node<'_>]) -> Self {
        let mut counts = BTreeMap::new();
        for term in nodes.iter().flat_map(|node| node.words.iter().chain(&node.actors)) {
            *counts.entry(*term).or_insert(0) += 1;
        }
        Self { counts, all: nodes.len() as f32 + 1.0 }
    }

    fn sum<'t>(&self, terms: impl IntoIterator<Item = &'t u64>) -> f32 {
        terms.into_iter().map(|term| (self.all / self.counts.get(term).map_or(1.0, |count| *count as f32)).ln()).sum()
    }
}

/// Terms that two sorted lists share.
pub(crate) fn shared<'t>(a: &'t [u64], b: &'t [u64]) -> impl Iterator<Item = &'t u64> {
    a.iter().filter(|term| b.binary_search(term).is_ok())
}

fn features(corpus: &Corpus<'_>, a: &Node<'_>, b: &Node<'_>, rarity: &Rarity) -> [f32; 12] {
    let number = |is: bool| f32::from(u8::from(is));
    let both = |is: fn(&Node<'_>) -> bool| number(is(a)) + number(is(b));
    let likeness = a.vector.likeness(b.vector);
    let common = rarity.sum(shared(&a.words, &b.words));
    let possible = rarity.sum(&a.words).min(rarity.sum(&b.words));
    let actors = rarity.sum(shared(&a.actors, &b.actors));
    [
        1.0,
        likeness,
        likeness * likeness,
        common.min(12.0) / 4.0,
        common / (possible + 1.0),
        actors.min(6.0) / 3.0,
        number(a.speaker.is_some() && a.speaker == b.speaker),
        number(is_within(corpus, a.first(), b.first()) || is_within(corpus, b.first(), a.first())),
        number(a.act == Act::Deny || b.act == Act::Deny),
        number(a.act == Act::Accuse || b.act == Act::Accuse),
        both(|node| is_soft(node.act)),
        both(|node| node.negated),
    ]
}

/// Acts whose contents are wishes, feelings or plans, hardly ever claims.
fn is_soft(act: Act) -> bool {
    use Act::{Ask, Believe, Condemn, Praise, Predict, Promise, Threaten, Urge, Warn};
    matches!(act, Ask | Believe | Condemn | Praise | Predict | Promise | Threaten | Urge | Warn)
}

/// Whether `inner` stands right in the content of `outer`.
pub(crate) fn is_within(corpus: &Corpus<'_>, inner: At, outer: At) -> bool {
    inner.article == outer.article
        && corpus.article(inner).parents.get(inner.statement).copied().flatten() == Some(outer.statement)
}
