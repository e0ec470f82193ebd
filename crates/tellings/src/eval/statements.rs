//! Scores statements: the spans of source, cue and content, and what is said of them.
//!
//! In: the statements of one article, gold and predicted. Out: who is matched with whom, and counts.
//!
//! - `source`, `cue`, `content`: exactly the same cleaned pieces, counted as multisets; an absent span is not counted.
//! - `all-exact`: all three exactly the same (absent equals absent).
//! - `found`: one to one, best content first: word F1 of the contents at least 0.5, and the cues share a word or, where
//!   either lacks a cue, the sources do (where both lack both, the content decides).
//! - among found: the source is right (word F1 at least 0.5, or both absent); act, kind, negated, hedged equal; parent
//!   right (both have none, or the predicted parent is matched with the gold parent).
//! - `nested`: recall of `found` among the gold statements that have a parent.

use super::EvalError;
use super::gold::{GoldArticle, GoldStatement};
use super::scores::{Better, Figure, Overlap, Share};
use super::spans::{Pieces, Words, word_f1};
use model::{Article, Span, Statement};
use std::collections::{BTreeMap, BTreeSet};

/// Contents and sources that share at least this part of their words (F1) are the same. The reference scorer's number.
const SAME_WORDS: f64 = 0.5;

/// One statement's cleaned spans and their words: source, cue, content.
#[derive(Clone, Debug, Default)]
pub struct Prepared {
    pieces: [Pieces; 3],
    tokens: [BTreeSet<u32>; 3],
}

impl Prepared {
    /// # Errors
    /// Where a span lies outside the text.
    fn new(spans: [&[Span]; 3], words: &Words, place: &str) -> Result<Self, EvalError> {
        let mut prepared = Self::default();
        for ((pieces, tokens), spans) in prepared.pieces.iter_mut().zip(&mut prepared.tokens).zip(spans) {
            *pieces = words.clean(spans, place)?;
            *tokens = words.token_starts(pieces);
        }
        Ok(prepared)
    }

    /// A gold statement.
    ///
    /// # Errors
    /// Where a span lies outside the text.
    pub fn gold(statement: &GoldStatement, words: &Words, place: &str) -> Result<Self, EvalError> {
        Self::new(
            [&statement.source, &statement.cue, &statement.content],
            words,
            &format!("gold {place} {}", statement.id),
        )
    }

    /// A predicted statement.
    ///
    /// # Errors
    /// Where a span lies outside the text.
    pub fn predicted(statement: &Statement, words: &Words, place: &str) -> Result<Self, EvalError> {
        let place = format!("predicted {place} {}", statement.id);
        Self::new([&statement.source, &statement.cue, &statement.content], words, &place)
    }

    fn may_match(&self, other: &Self) -> bool {
        let [source, cue, _] = &self.tokens;
        let [other_source, other_cue, _] = &other.tokens;
        if !cue.is_empty() && !other_cue.is_empty() {
            return !cue.is_disjoint(other_cue);
        }
        if !source.is_empty() && !other_source.is_empty() {
            return !source.is_disjoint(other_source);
        }
        cue.is_empty() && other_cue.is_empty() && source.is_empty() && other_source.is_empty()
    }

    fn f1(&self, other: &Self, role: usize) -> f64 {
        match (self.tokens.get(role), other.tokens.get(role)) {
            (Some(left), Some(right)) => word_f1(left, right),
            _ => 0.0,
        }
    }
}

/// Pairs (gold, predicted), one to one, best content first, then cue, then source, then the earlier ones.
pub fn match_statements(gold: &[Prepared], predicted: &[Prepared]) -> Vec<(usize, usize)> {
    let mut candidates = Vec::new();
    for (i, g) in gold.iter().enumerate() {
        for (j, p) in predicted.iter().enumerate() {
            let content = g.f1(p, 2);
            if content >= SAME_WORDS && g.may_match(p) {
                candidates.push(([content, g.f1(p, 1), g.f1(p, 0)], i, j));
            }
        }
    }
    candidates.sort_by(|(a, ai, aj), (b, bi, bj)| {
        let [a0, a1, a2] = a;
        let [b0, b1, b2] = b;
        b0.total_cmp(a0).then(b1.total_cmp(a1)).then(b2.total_cmp(a2)).then(ai.cmp(bi)).then(aj.cmp(bj))
    });
    let (mut used_gold, mut used_predicted) = (BTreeSet::new(), BTreeSet::new());
    let mut pairs = Vec::new();
    for (_, i, j) in candidates {
        if !used_gold.contains(&i) && !used_predicted.contains(&j) {
            used_gold.insert(i);
            used_predicted.insert(j);
            pairs.push((i, j));
        }
    }
    pairs
}

/// The statements of one article, gold and predicted, with who is matched with whom.
#[derive(Clone, Debug)]
pub struct Matched<'a> {
    /// Gold.
    pub gold: &'a [GoldStatement],
    /// Predicted; empty where the article has no prediction.
    pub predicted: &'a [Statement],
    /// Found: (gold, predicted).
    pub pairs: Vec<(usize, usize)>,
    gold_spans: Vec<Prepared>,
    predicted_spans: Vec<Prepared>,
}

impl<'a> Matched<'a> {
    /// Matches the statements of an article.
    ///
    /// # Errors
    /// Where a span lies outside the text.
    pub fn new(gold: &'a GoldArticle, predicted: Option<&'a Article>, words: &Words) -> Result<Self, EvalError> {
        let statements = predicted.map(|article| article.statements.as_slice()).unwrap_or_default();
        let gold_spans =
            gold.statements.iter().map(|s| Prepared::gold(s, words, &gold.id)).collect::<Result<Vec<_>, _>>()?;
        let predicted_spans =
            statements.iter().map(|s| Prepared::predicted(s, words, &gold.id)).collect::<Result<Vec<_>, _>>()?;
        let pairs = match_statements(&gold_spans, &predicted_spans);
        Ok(Self { gold: &gold.statements, predicted: statements, pairs, gold_spans, predicted_spans })
    }

    /// The found pairs with their statements.
    pub fn found(&self) -> impl Iterator<Item = (&'a GoldStatement, &'a Statement)> {
        self.pairs.iter().filter_map(|&(i, j)| Some((self.gold.get(i)?, self.predicted.get(j)?)))
    }
}

/// Counts over articles.
#[derive(Clone, Debug, Default)]
pub struct StatementCounts {
    roles: [Overlap; 3],
    all_exact: Overlap,
    found: Overlap,
    source_right: Share,
    act: Share,
    kind: Share,
    negated: Share,
    hedged: Share,
    parent: Share,
    nested: Share,
}

impl StatementCounts {
    /// Counts one article.
    pub fn add(&mut self, matched: &Matched) {
        let (gold, predicted) = (&matched.gold_spans, &matched.predicted_spans);
        for (role, counts) in self.roles.iter_mut().enumerate() {
            let present = |s: &'_ Prepared| {
                s.pieces.get(role).filter(|pieces| !pieces.is_empty()).cloned().map(|pieces| vec![pieces])
            };
            counts.add(same(gold.iter().filter_map(present), predicted.iter().filter_map(present)));
        }
        let whole = |s: &Prepared| s.pieces.to_vec();
        self.all_exact.add(same(gold.iter().map(whole), predicted.iter().map(whole)));
        self.found.add(Overlap::of(matched.pairs.len(), gold.len(), predicted.len()));
        for &(i, j) in &matched.pairs {
            let (Some(g), Some(p)) = (gold.get(i), predicted.get(j)) else { continue };
            self.source_right.count(g.f1(p, 0) >= SAME_WORDS);
        }
        for (g, p) in matched.found() {
            if let Some(act) = g.act {
                self.act.count(act == p.act);
            }
            if let Some(kind) = g.kind {
                self.kind.count(kind == p.kind);
            }
            if let Some(negated) = g.negated {
                self.negated.count(negated == p.negated);
            }
            if let Some(hedged) = g.hedged {
                self.hedged.count(hedged == p.hedged);
            }
        }
        self.add_nesting(matched);
    }

    fn add_nesting(&mut self, matched: &Matched) {
        let gold_of: BTreeMap<&str, &str> = matched.found().map(|(g, p)| (p.id.as_str(), g.id.as_str())).collect();
        for (g, p) in matched.found() {
            let Some(parent) = &g.parent else { continue };
            self.parent.count(match (parent, &p.parent) {
                (None, None) => true,
                (Some(gold), Some(predicted)) => gold_of.get(predicted.as_str()) == Some(&gold.as_str()),
                _ => false,
            });
        }
        let found: BTreeSet<usize> = matched.pairs.iter().map(|&(i, _)| i).collect();
        for (i, g) in matched.gold.iter().enumerate() {
            if matches!(g.parent, Some(Some(_))) {
                self.nested.count(found.contains(&i));
            }
        }
    }

    /// The figures.
    pub fn figures(&self) -> Vec<Figure> {
        let layer = "statements";
        let [source, cue, content] = &self.roles;
        let mut figures = vec![
            source.figure(layer, "source"),
            cue.figure(layer, "cue"),
            content.figure(layer, "content"),
            self.all_exact.figure(layer, "all-exact"),
            self.found.figure(layer, "found"),
        ];
        let shares = [
            ("source-right", self.source_right),
            ("act", self.act),
            ("kind", self.kind),
            ("negated", self.negated),
            ("hedged", self.hedged),
            ("parent", self.parent),
            ("nested-found", self.nested),
        ];
        figures.extend(shares.map(|(name, share)| share.figure("statements, among found", name, Better::Higher)));
        figures
    }
}

/// How many of two multisets are the same.
fn same<T: Ord>(gold: impl Iterator<Item = T>, predicted: impl Iterator<Item = T>) -> Overlap {
    let mut left: BTreeMap<T, usize> = BTreeMap::new();
    let (mut n_gold, mut n_predicted, mut right) = (0, 0, 0);
    for item in gold {
        n_gold += 1;
        *left.entry(item).or_default() += 1;
    }
    for item in predicted {
        n_predicted += 1;
        if let Some(count) = left.get_mut(&item).filter(|count| **count > 0) {
            *count -= 1;
            right += 1;
        }
    }
    Overlap::of(right, n_gold, n_predicted)
}
