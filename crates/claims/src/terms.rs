//! The words and actors round a statement, weighed by how rare they are in its story.
//!
//! «Vell denied it.» behind «Varga said that Vell took the money.»  →  around: `varga`, `said`, `vell`, `took`, `money`, `denied`; so the denial
//! shares with other accounts of the charge what its own content, `it`, does not say.
//!
//! In: nodes of one story. Out: [`Weighed`] terms of each, sets of hashes with weights, which [`crate::features`] compares two by two. Only
//! what stands there is used, no model, so nothing of it can be learnt by heart.

use crate::corpus::Corpus;
use crate::nodes::{Node, numbers};
use crate::words::{hash, is_common, words};
use model::Span;
use std::collections::{BTreeMap, HashMap};

/// The kinds of terms, in the order of [`Weighed`]'s parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The content's words that say something; their first five letters.
    Content,
    Stems,
    /// The same of the sentences that the statement stands in, and of these with the one before.
    Sentence,
    Around,
    /// Actors spoken of in the content; in these sentences.
    Actors,
    SentenceActors,
    AroundActors,
    /// All words of the cue.
    Cue,
    /// The words of the article's first line that say something.
    Headline,
    /// Two and three words of the content that follow each other.
    Pairs,
    Threes,
}

const KINDS: usize = 11;

/// Kinds of which one is looked for in the other.
pub(crate) const INSIDE: [(Kind, Kind); 5] = [
    (Kind::Content, Kind::Sentence),
    (Kind::Content, Kind::Around),
    (Kind::Actors, Kind::SentenceActors),
    (Kind::Actors, Kind::AroundActors),
    (Kind::Content, Kind::Headline),
];

/// Code points before and behind a statement that are looked at, and of a headline: texts without sentences have no end.
const REACH: u32 = 1000;
const HEADLINE: usize = 300;

/// Letters of a stem.
const STEM: usize = 5;

/// Sets of terms of one statement or sentence, sorted.
pub(crate) struct Terms([Vec<u64>; KINDS]);

impl Terms {
    fn of(&self, kind: Kind) -> &[u64] {
        self.0.get(kind as usize).map_or(&[], Vec::as_slice)
    }
}

/// Finds the terms of a story's nodes. What is known of an article is kept for its next node.
pub(crate) struct Finder<'c, 'a> {
    corpus: &'c Corpus<'a>,
    articles: BTreeMap<usize, Around>,
}

/// What the terms of all statements of an article need.
struct Around {
    /// Code points at which sentences begin.
    starts: Vec<u32>,
    headline: Vec<u64>,
}

impl<'c, 'a> Finder<'c, 'a> {
    pub(crate) fn new(corpus: &'c Corpus<'a>) -> Self {
        Self { corpus, articles: BTreeMap::new() }
    }

    /// The terms of a node's first statement.
    pub(crate) fn statement(&mut self, node: &Node<'_>) -> Terms {
        let statement = self.corpus.statement(node.first());
        let parts = [&statement.source, &statement.cue, &statement.content];
        let first = parts.iter().flat_map(|spans| spans.iter()).map(|span| span.start()).min().unwrap_or_default();
        let last = parts.iter().flat_map(|spans| spans.iter()).map(|span| span.end()).max().unwrap_or_default();
        self.terms(node, (first, last), &statement.cue, &statement.content)
    }

    /// The terms of a sentence that nobody is said to say.
    pub(crate) fn sentence(&mut self, node: &Node<'_>, span: Span) -> Terms {
        self.terms(node, (span.start(), span.end()), &[], &[span])
    }

    fn terms(&mut self, node: &Node<'_>, (first, last): (u32, u32), cue: &[Span], content: &[Span]) -> Terms {
        let prepared = &self.corpus.articles[node.article];
        let around = self.articles.entry(node.article).or_insert_with(|| Around::of(&prepared.article.text));
        let place = around.starts.partition_point(|start| *start <= first).saturating_sub(1);
        let from = |place: usize| around.starts.get(place).copied().unwrap_or_default();
        let end = around.starts.get(around.starts.partition_point(|start| *start < last)).copied().unwrap_or(u32::MAX);
        let (least, most) = (first.saturating_sub(REACH), last.saturating_add(REACH));
        let spans = [from(place), from(place.saturating_sub(1))];
        let spans = spans.map(|start| Span::new(start.max(least), end.min(most)).ok());
        let telling = |span: Option<Span>| {
            let words = span.map(|span| words(prepared.places.slice(span), 0)).unwrap_or_default();
            numbers(words.iter().filter(|word| !is_common(&word.text)).map(|word| hash(&word.text)))
        };
        let actors = |span: Option<Span>| {
            let is_inside = |mention: &model::Mention| span.is_some_and(|span| span.contains(mention.span));
            let entities = prepared.article.entities.iter().filter(|entity| entity.mentions.iter().any(is_inside));
            numbers(entities.map(|entity| hash(entity.actor.as_deref().unwrap_or(&entity.name))))
        };
        let in_order = |spans: &[Span]| -> Vec<String> {
            spans.iter().flat_map(|span| words(prepared.places.slice(*span), 0)).map(|word| word.text).collect()
        };
        let all = in_order(content);
        let hashes: Vec<u64> = all.iter().map(|word| hash(word)).collect();
        let says = all.iter().filter(|word| !is_common(word));
        let stem = |word: &String| {
            hash(word.char_indices().nth(STEM).map_or(word, |(end, _)| word.get(..end).unwrap_or(word)))
        };
        let runs = |length: usize| {
            numbers(hashes.windows(length).map(|run| run.iter().fold(0, |all, word| mixed(all, *word))))
        };
        Terms([
            node.words.clone(),
            numbers(says.map(stem)),
            telling(spans[0]),
            telling(spans[1]),
            node.actors.clone(),
            actors(spans[0]),
            actors(spans[1]),
            numbers(in_order(cue).iter().map(|word| hash(word))),
            around.headline.clone(),
            runs(2),
            runs(3),
        ])
    }
}

impl Around {
    fn of(text: &str) -> Self {
        let headline = text.split_once('\n').map_or("", |(headline, _)| headline);
        let headline: String = headline.chars().take(HEADLINE).collect();
        let words = words(&headline, 0);
        let headline = numbers(words.iter().filter(|word| !is_common(&word.text)).map(|word| hash(&word.text)));
        Self { starts: sentence_starts(text), headline }
    }
}

/// Where sentences begin, in code points, by a plain rule: behind a line break, and behind an end mark, closing marks and a blank. The heads
/// were trained with this rule; it need not know abbreviations.
fn sentence_starts(text: &str) -> Vec<u32> {
    let mut starts = vec![0];
    let (mut after_end, mut is_broken, mut before) = (false, false, 'a');
    for (place, character) in text.chars().enumerate() {
        if character.is_whitespace() {
            is_broken |= character == '\n';
        } else {
            if before.is_whitespace() && (after_end || is_broken) {
                starts.push(u32::try_from(place).unwrap_or(u32::MAX));
            }
            let closes = after_end && !before.is_whitespace() && matches!(character, '"' | '”' | '’' | ')');
            after_end = matches!(character, '.' | '!' | '?') || closes;
            is_broken = false;
        }
        before = character;
    }
    starts
}

/// One number for a run of words.
fn mixed(all: u64, word: u64) -> u64 {
    (all.rotate_left(5) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// In how many statements of a story each term stands.
pub(crate) struct Counts {
    by_kind: [HashMap<u64, u32>; KINDS],
    all: f32,
}

impl Counts {
    /// Counts over statements: a node stands for all its members.
    pub(crate) fn of(nodes: &[Node<'_>], terms: &[Terms]) -> Self {
        let mut by_kind: [HashMap<u64, u32>; KINDS] = Default::default();
        let mut all = 0;
        for (node, terms) in nodes.iter().zip(terms) {
            let members = node.members.len() as u32;
            all += members;
            for (counts, terms) in by_kind.iter_mut().zip(&terms.0) {
                terms.iter().for_each(|term| *counts.entry(*term).or_default() += members);
            }
        }
        Self { by_kind, all: all as f32 + 1.0 }
    }

    /// What terms weigh by how rare the terms of a kind are, and what one weighs that no statement has.
    fn weigh(&self, terms: &[u64], by: Kind, unseen: f32) -> Weights {
        let counts = self.by_kind.get(by as usize);
        let weight =
            |term: &u64| counts.and_then(|counts| counts.get(term)).map_or(unseen, |n| (self.all / *n as f32).ln());
        let weights: Vec<f32> = terms.iter().map(weight).collect();
        Weights { sum: weights.iter().sum(), weights }
    }

    /// A statement's terms, weighed.
    pub(crate) fn weighed(&self, terms: Terms) -> Weighed {
        // Only a sentence of the outlet's own has terms that no statement has: it is the one that has them.
        let own = KIND_ORDER.map(|kind| self.weigh(terms.of(kind), kind, self.all.ln()));
        let inside = INSIDE.map(|(kind, other)| self.weigh(terms.of(kind), other, 0.0));
        Weighed { terms, own, inside }
    }
}

const KIND_ORDER: [Kind; KINDS] = [
    Kind::Content,
    Kind::Stems,
    Kind::Sentence,
    Kind::Around,
    Kind::Actors,
    Kind::SentenceActors,
    Kind::AroundActors,
    Kind::Cue,
    Kind::Headline,
    Kind::Pairs,
    Kind::Threes,
];

#[derive(Default)]
struct Weights {
    /// Beside the terms.
    weights: Vec<f32>,
    sum: f32,
}

/// The terms of a statement with what each weighs.
pub(crate) struct Weighed {
    terms: Terms,
    own: [Weights; KINDS],
    inside: [Weights; INSIDE.len()],
}

/// What two statements have in common of a kind of terms.
pub(crate) struct Common {
    /// The weight of the terms that both have.
    pub(crate) weight: f32,
    /// Its share of the terms of whichever has fewer, and of whichever has more; a little less, so that few terms are no proof.
    pub(crate) of_fewer: f32,
    pub(crate) of_more: f32,
}

impl Weighed {
    /// What both have of a kind.
    pub(crate) fn common(&self, other: &Self, kind: Kind) -> Common {
        let (Some(a), Some(b)) = (self.own.get(kind as usize), other.own.get(kind as usize)) else {
            return Common { weight: 0.0, of_fewer: 0.0, of_more: 0.0 };
        };
        let weight = shared(self.terms.of(kind), &a.weights, other.terms.of(kind));
        Common { weight, of_fewer: weight / (a.sum.min(b.sum) + 1.0), of_more: weight / (a.sum.max(b.sum) + 1.0) }
    }

    /// How much of each one's terms of one kind stands among the other's of another; the smaller share first.
    pub(crate) fn inside(&self, other: &Self, number: usize) -> [f32; 2] {
        let share = |a: &Self, b: &Self| {
            let (Some((kind, among)), Some(weights)) = (INSIDE.get(number), a.inside.get(number)) else { return 0.0 };
            shared(a.terms.of(*kind), &weights.weights, b.terms.of(*among)) / (weights.sum + 1.0)
        };
        let (x, y) = (share(self, other), share(other, self));
        [x.min(y), x.max(y)]
    }
}

/// The weight of the terms of one sorted list that another holds.
fn shared(terms: &[u64], weights: &[f32], others: &[u64]) -> f32 {
    let mut sum = 0.0;
    let mut others = others.iter().peekable();
    for (term, weight) in terms.iter().zip(weights) {
        while others.next_if(|other| *other < term).is_some() {}
        if others.peek() == Some(&term) {
            sum += weight;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::{KIND_ORDER, sentence_starts, shared};

    #[test]
    fn sentences_begin_behind_end_marks_and_line_breaks() {
        assert_eq!(sentence_starts("Mr. X said “no.” Then\n\nhe left. \"Why?\" she"), [0, 4, 17, 23, 32, 39]);
        assert_eq!(sentence_starts(""), [0]);
        assert_eq!(sentence_starts("at 3.5 a.m"), [0]);
    }

    #[test]
    fn shared_terms_are_weighed_by_the_first_list() {
        assert_eq!(shared(&[1, 4, 9], &[1.0, 2.0, 4.0], &[0, 4, 5, 9, 10]), 6.0);
        assert_eq!(shared(&[1], &[1.0], &[]), 0.0);
    }

    #[test]
    fn kinds_are_numbered_in_their_order() {
        for (number, kind) in KIND_ORDER.into_iter().enumerate() {
            assert_eq!(kind as usize, number);
        }
    }
}
