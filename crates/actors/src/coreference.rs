//! Which mentions of an article mean the same: the learned part and the clusters that come out of it.
//!
//! In: an article and its tokens' vectors. Out: [`Entity`]s with their mentions.
//! «Oda Brünn left. She was tired.» → one entity {Oda Brünn, She}.
//!
//! Here pairs are scored; [`crate::chains`] makes entities of the scores. What a pair shows without the model is in
//! [`crate::features`]; names, types and roles of the entities are given in [`crate::entity`].

use crate::chains::{Place, chains};
use crate::confidence::{Link, of_mention};
use crate::edges::mentions_of;
use crate::entity::{Cluster, Member, entities};
use crate::features::{FEATURES, Prepared};
use crate::mentions::{Detector, Found};
use crate::speech::Speech;
use encoder::{Linear, Matrix, Weights, WeightsError};
use model::{Article, Entity, EntityType, Span, ZoneKind};
use std::collections::BTreeMap;

/// An article's tokens as `statements` encoded them.
#[derive(Clone, Copy, Debug)]
pub struct Tokens<'a> {
    /// Code points of each token; empty for paragraph marks.
    pub offsets: &'a [(u32, u32)],
    /// The paragraph of each token.
    pub paragraph_of: &'a [u32],
    /// One row a token.
    pub vectors: &'a Matrix,
}

/// The entities of an article, and how sure each of its mentions is of its entity.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chains {
    /// In the order of their first mentions.
    pub entities: Vec<Entity>,
    /// The probability of its entity against all others and none, by the mention's place.
    pub sure: BTreeMap<Span, f32>,
}

/// Mention detection and coreference with their weights.
pub struct Coreference {
    detector: Detector,
    anaphor: Linear,
    antecedent: Linear,
    left: Linear,
    right: Linear,
    product: Linear,
    features: Linear,
    score: Linear,
    plain: Vec<PlainHead>,
}

/// Judges pairs by their features alone; the trunk knows the people of its own stories by heart, so the head over its vectors trusts these
/// too much elsewhere. `training/plain_coref.py` fits it.
struct PlainHead {
    hidden: Linear,
    out: Linear,
}

/// What the heads over features alone count beside the head over vectors (a product of experts, Hinton 2002). Stories kept back at 0, 0.2,
/// 0.25, 0.3, 0.4: speakers 93.1, 93.2, 93.7, 93.8, 93.8, coreference 75.3, 75.4, 75.2, 75.0, 74.4, actors 81.9, 83.1, 82.9, 82.7, 82.1.
const PLAIN: f32 = 0.25;

impl std::fmt::Debug for Coreference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Coreference")
    }
}

impl Coreference {
    /// Takes the heads `mention.*` and `coref.*` out of the weights.
    ///
    /// # Errors
    /// Where a tensor is missing or has another shape.
    pub fn new(weights: &Weights) -> Result<Self, WeightsError> {
        Ok(Self {
            detector: Detector::new(weights)?,
            anaphor: weights.linear("coref.anaphor")?,
            antecedent: weights.linear("coref.antecedent")?,
            left: weights.linear("coref.left")?,
            right: weights.linear("coref.right")?,
            product: weights.linear("coref.product")?,
            features: weights.linear("coref.features")?,
            score: weights.linear("coref.score")?,
            plain: plain_heads(weights)?,
        })
    }

    /// The article's entities, in the order of their first mentions.
    pub fn entities(&self, article: &Article, tokens: &Tokens<'_>) -> Chains {
        let letters: Vec<char> = article.text.chars().collect();
        let usable = usable(article, tokens.offsets);
        let mut found: Vec<(Found, Span)> = Vec::new();
        for mention in self.detector.find(tokens.vectors, tokens.paragraph_of, &usable) {
            let first = tokens.offsets.get(mention.start).map(|o| o.0);
            let last = tokens.offsets.get(mention.end.saturating_sub(1)).map(|o| o.1);
            if let (Some(a), Some(b)) = (first, last)
                && let Some(whole) = trimmed(&letters, a, b)
                && is_in_one_sentence(&letters, whole)
            {
                for span in mentions_of(&letters, whole) {
                    let cut = if span == whole { Some(mention) } else { of_tokens(tokens, span, mention.score) };
                    // two runs of tokens can be the same words once blanks and commas are off
                    if let Some(mention) = cut.filter(|_| found.last().is_none_or(|(_, before)| *before != span)) {
                        found.push((mention, span));
                    }
                }
            }
        }
        found.sort_by(|a, b| a.1.start().cmp(&b.1.start()).then(b.1.end().cmp(&a.1.end())));
        found.dedup_by_key(|(_, span)| *span);
        self.of_mentions(article, &letters, tokens, &found)
    }

    /// The entities of mentions that are known already (gold, or made by hand).
    pub fn entities_of(&self, article: &Article, tokens: &Tokens<'_>, spans: &[Span]) -> Chains {
        let letters: Vec<char> = article.text.chars().collect();
        let mut found: Vec<(Found, Span)> = Vec::new();
        for span in spans {
            found.extend(of_tokens(tokens, *span, 1.0).map(|mention| (mention, *span)));
        }
        found.sort_by(|a, b| a.1.start().cmp(&b.1.start()).then(b.1.end().cmp(&a.1.end())));
        found.dedup_by_key(|(_, span)| *span);
        self.of_mentions(article, &letters, tokens, &found)
    }

    fn of_mentions(&self, article: &Article, letters: &[char], tokens: &Tokens<'_>, found: &[(Found, Span)]) -> Chains {
        let spans: Vec<Span> = found.iter().map(|(_, span)| *span).collect();
        let as_tokens: Vec<Found> = found.iter().map(|(f, _)| *f).collect();
        let prepared = Prepared::new(letters, &text::quotation_states(&article.text), &spans);
        let vectors = self.detector.vectors(tokens.vectors, &as_tokens);
        let types = self.detector.types(&vectors);
        let kinds: Vec<EntityType> = (0..types.rows).map(|i| likeliest(types.row(i))).collect();
        let speech = Speech::of(article, letters, &prepared, &kinds);
        let (clusters, places) = chains(&prepared, &types, &speech, &self.scores(&prepared, &vectors));
        let clusters: Vec<Cluster> = clusters
            .into_iter()
            .map(|members| Cluster {
                members: members.into_iter().map(|index| Member { index, types: types.row(index).to_vec() }).collect(),
            })
            .collect();
        let mut entities = entities(letters, &prepared, clusters);
        let places: BTreeMap<Span, Place> = spans.iter().copied().zip(places).collect();
        for mention in entities.iter_mut().flat_map(|entity| &mut entity.mentions) {
            let Some(place) = places.get(&mention.span) else { continue };
            let link = if place.opens { Link::Opened(mention.form) } else { Link::Joined(mention.form) };
            mention.confidence = Some(of_mention(link, place.sure));
            mention.rival = place.rival.and_then(|rival| spans.get(rival).copied());
        }
        // whoever opens an entity is surely of it; a doubt whether it was told of before is none about who speaks
        let joined = |span: &Span| places.get(span).is_some_and(|place| !place.opens);
        let mentions = entities.iter().flat_map(|e| &e.mentions).filter(|m| joined(&m.span));
        let sure = mentions.filter_map(|m| Some((m.span, m.confidence?))).collect();
        Chains { entities, sure }
    }

    /// Each mention's earlier candidates with their scores; above zero means the same.
    fn scores(&self, prepared: &Prepared, vectors: &Matrix) -> Vec<Vec<(usize, f32)>> {
        let a = self.anaphor.apply(vectors);
        let b = self.antecedent.apply(vectors);
        let p = self.left.apply(vectors);
        let q = self.right.apply(vectors);
        let mut f = [0.0; FEATURES];
        let of_mention = |i: usize| {
            let candidates = prepared.antecedents(i);
            let mut products = Matrix { rows: 0, cols: p.cols, data: Vec::with_capacity(candidates.len() * p.cols) };
            let mut features =
                Matrix { rows: 0, cols: FEATURES, data: Vec::with_capacity(candidates.len() * FEATURES) };
            for &j in &candidates {
                products.data.extend(p.row(i).iter().zip(q.row(j)).map(|(x, y)| x * y));
                products.rows += 1;
                prepared.pair(i, j, &mut f);
                features.data.extend_from_slice(&f);
                features.rows += 1;
            }
            let mut hidden = self.product.apply(&products);
            let shown = self.features.apply(&features);
            for (n, &j) in candidates.iter().enumerate() {
                let terms = a.row(i).iter().zip(b.row(j)).zip(shown.row(n));
                for (h, ((x, y), z)) in hidden.row_mut(n).iter_mut().zip(terms) {
                    *h = (*h + x + y + z).max(0.0);
                }
            }
            let scores = self.score.apply(&hidden);
            let plain = self.plain_scores(&features);
            let score = |n: usize| {
                let own = scores.row(n).first().copied().unwrap_or_default();
                plain.get(n).map_or(own, |plain| (1.0 - PLAIN) * own + PLAIN * plain)
            };
            candidates.iter().enumerate().map(|(n, &j)| (j, score(n))).collect()
        };
        (0..vectors.rows).map(of_mention).collect()
    }

    /// The mean score of the heads over features alone for each row; empty where the weights have none.
    fn plain_scores(&self, features: &Matrix) -> Vec<f32> {
        let mut sums = vec![0.0; if self.plain.is_empty() { 0 } else { features.rows }];
        for head in &self.plain {
            let mut hidden = head.hidden.apply(features);
            hidden.data.iter_mut().for_each(|x| *x = x.max(0.0));
            let out = head.out.apply(&hidden);
            sums.iter_mut().zip(&out.data).for_each(|(sum, x)| *sum += x / self.plain.len() as f32);
        }
        sums
    }
}

/// The heads `coref.plain.0`, `coref.plain.1`, … as far as the weights have them.
fn plain_heads(weights: &Weights) -> Result<Vec<PlainHead>, WeightsError> {
    let mut heads = Vec::new();
    while weights.has(&format!("coref.plain.{}.out.weight", heads.len())) {
        let name = |part: &str| format!("coref.plain.{}.{part}", heads.len());
        let head = PlainHead { hidden: weights.linear(&name("hidden"))?, out: weights.linear(&name("out"))? };
        Weights::expect(&name("hidden.weight"), "inputs", head.hidden.inputs(), FEATURES)?;
        Weights::expect(&name("out.weight"), "inputs", head.out.inputs(), head.hidden.outputs())?;
        Weights::expect(&name("out.weight"), "outputs", head.out.outputs(), 1)?;
        heads.push(head);
    }
    Ok(heads)
}

/// The likeliest type.
fn likeliest(scores: &[f32]) -> EntityType {
    let best = scores.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |(k, _)| k);
    EntityType::ALL.get(best).copied().unwrap_or(EntityType::Person)
}

/// Tokens that can be part of a mention: no paragraph marks, nothing in credits and boilerplate.
fn usable(article: &Article, offsets: &[(u32, u32)]) -> Vec<bool> {
    offsets
        .iter()
        .map(|(a, b)| a < b && !matches!(article.zone_at(*a), ZoneKind::Boilerplate | ZoneKind::Credit))
        .collect()
}

/// Whether no sentence ends inside a span: a full stop after a small letter, a blank, a capital or mark.
fn is_in_one_sentence(letters: &[char], span: Span) -> bool {
    let words = letters.get(span.start() as usize..span.end() as usize).unwrap_or_default();
    !words.windows(4).any(|w| {
        matches!(w, [a, '.' | '!' | '?', b, c] if a.is_lowercase() && b.is_whitespace() && (c.is_uppercase() || matches!(c, '“' | '"' | '«')))
            && !ends_short(words, w)
    })
}

/// `Dr. Oda`: an abbreviation of up to four letters, the first of them large, ends no sentence.
fn ends_short(words: &[char], window: &[char]) -> bool {
    let Some(at) = words.windows(4).position(|w| w == window) else { return false };
    let before: Vec<&char> =
        words.get(..=at).unwrap_or_default().iter().rev().take_while(|c| c.is_alphabetic()).collect();
    before.len() <= 4 && before.last().is_some_and(|c| c.is_uppercase())
}

/// The tokens of a span.
fn of_tokens(tokens: &Tokens<'_>, span: Span, score: f32) -> Option<Found> {
    let start = tokens.offsets.partition_point(|o| o.1 <= span.start());
    let end = tokens.offsets.partition_point(|o| o.0 < span.end());
    (start < end).then_some(Found { start, end, score })
}

/// Without blanks and commas at the edges, and without a bracket that does not close.
fn trimmed(letters: &[char], a: u32, b: u32) -> Option<Span> {
    let is_edge = |i: usize| letters.get(i).is_none_or(|c| c.is_whitespace() || matches!(c, ',' | ';'));
    let (mut start, mut end) = (a as usize, (b as usize).min(letters.len()));
    let is_open = |range: &[char]| range.contains(&'(') && !range.contains(&')');
    if letters.get(start..end).is_some_and(is_open)
        && let Some(bracket) = letters.get(start..end).and_then(|w| w.iter().position(|c| *c == '('))
        && bracket > 0
    {
        end = start + bracket;
    }
    while start < end && is_edge(start) {
        start += 1;
    }
    while start < end && is_edge(end - 1) {
        end -= 1;
    }
    Span::of(start, end)
}

#[cfg(test)]
mod tests {
    use super::{Coreference, FEATURES, PLAIN, Prepared};
    use encoder::testing::Builder;
    use encoder::{Matrix, Weights};
    use model::Span;

    const WIDTH: usize = 48;

    fn scores(builder: &Builder) -> Vec<Vec<(usize, f32)>> {
        let coreference = Coreference::new(&Weights::load(builder.bytes()).expect("valid")).expect("complete");
        let letters: Vec<char> = "Oda Brünn said that she knew Vell.".chars().collect();
        let span = |start, end| Span::new(start, end).expect("not empty");
        let prepared = Prepared::new(&letters, &vec![0; letters.len()], &[span(0, 9), span(20, 23), span(29, 33)]);
        let vectors = Matrix { rows: 3, cols: 192, data: (0..3 * 192).map(|n| (n as f32 * 0.37).sin()).collect() };
        coreference.scores(&prepared, &vectors)
    }

    #[test]
    fn heads_over_features_alone_have_their_share_in_each_score() {
        let without = Builder::new().network(WIDTH, 1, FEATURES);
        // A head that says 5 of every pair, and one that says -1: their mean is 2.
        let head = |builder: Builder, number: usize, says: f32| {
            let name = |part: &str| format!("coref.plain.{number}.{part}");
            let builder = builder.floats(&name("hidden.weight"), &[2, FEATURES], &[0.1; 2 * FEATURES]);
            let builder = builder.floats(&name("hidden.bias"), &[2], &[0.0; 2]);
            builder.floats(&name("out.weight"), &[1, 2], &[0.0; 2]).floats(&name("out.bias"), &[1], &[says])
        };
        let with = head(head(without.clone(), 0, 5.0), 1, -1.0);
        let (own, both) = (scores(&without), scores(&with));
        assert!(own.iter().flatten().count() >= 3, "every earlier mention is a candidate");
        for ((j, own), (k, both)) in own.iter().flatten().zip(both.iter().flatten()) {
            assert_eq!(j, k);
            assert!((both - ((1.0 - PLAIN) * own + PLAIN * 2.0)).abs() < 1e-4, "{own} {both}");
        }
    }

    #[test]
    fn a_head_of_another_shape_is_refused() {
        let builder = Builder::new().network(WIDTH, 1, FEATURES);
        let builder = builder.linear("coref.plain.0.hidden", FEATURES + 1, 4).linear("coref.plain.0.out", 4, 1);
        assert!(Coreference::new(&Weights::load(builder.bytes()).expect("valid")).is_err());
    }
}
