//! Which mentions of an article mean the same: the learned part and the clusters that come out of it.
//!
//! In: an article and its tokens' vectors. Out: [`Entity`]s with their mentions.
//! «Oda Brünn left. She was tired.» → one entity {Oda Brünn, She}.
//!
//! Each mention takes the earlier mention that scores best, or none where no score is above zero. What a pair shows without
//! the model is in [`crate::features`]; names, types and roles of the entities are given in [`crate::entity`].

use crate::entity::{Cluster, Member, entities};
use crate::features::{FEATURES, Prepared, is_close};
use crate::mentions::{Detector, Found};
use crate::phrase::Phrase;
use crate::words::{fold, mask};
use encoder::{Linear, Matrix, Weights, WeightsError};
use model::{Article, Entity, EntityType, Span, ZoneKind};

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
}

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
        })
    }

    /// The article's entities, in the order of their first mentions.
    pub fn entities(&self, article: &Article, tokens: &Tokens<'_>) -> Vec<Entity> {
        let letters: Vec<char> = article.text.chars().collect();
        let usable = usable(article, tokens.offsets);
        let mut found: Vec<(Found, Span)> = Vec::new();
        for mention in self.detector.find(tokens.vectors, tokens.paragraph_of, &usable) {
            let first = tokens.offsets.get(mention.start).map(|o| o.0);
            let last = tokens.offsets.get(mention.end.saturating_sub(1)).map(|o| o.1);
            if let (Some(a), Some(b)) = (first, last)
                && let Some(span) = trimmed(&letters, a, b)
                && is_in_one_sentence(&letters, span)
                // two runs of tokens can be the same words once blanks and commas are off
                && found.last().is_none_or(|(_, before)| *before != span)
            {
                found.push((mention, span));
            }
        }
        found.sort_by(|a, b| a.1.start().cmp(&b.1.start()).then(b.1.end().cmp(&a.1.end())));
        found.dedup_by_key(|(_, span)| *span);
        self.of_mentions(article, &letters, tokens, &found)
    }

    /// The entities of mentions that are known already (gold, or made by hand).
    pub fn entities_of(&self, article: &Article, tokens: &Tokens<'_>, spans: &[Span]) -> Vec<Entity> {
        let letters: Vec<char> = article.text.chars().collect();
        let mut found: Vec<(Found, Span)> = Vec::new();
        for span in spans {
            let start = tokens.offsets.partition_point(|o| o.1 <= span.start());
            let end = tokens.offsets.partition_point(|o| o.0 < span.end());
            if start < end {
                found.push((Found { start, end, score: 1.0 }, *span));
            }
        }
        found.sort_by(|a, b| a.1.start().cmp(&b.1.start()).then(b.1.end().cmp(&a.1.end())));
        found.dedup_by_key(|(_, span)| *span);
        self.of_mentions(article, &letters, tokens, &found)
    }

    fn of_mentions(
        &self,
        article: &Article,
        letters: &[char],
        tokens: &Tokens<'_>,
        found: &[(Found, Span)],
    ) -> Vec<Entity> {
        let spans: Vec<Span> = found.iter().map(|(_, span)| *span).collect();
        let of_tokens: Vec<Found> = found.iter().map(|(f, _)| *f).collect();
        let prepared = Prepared::new(letters, &text::quotation_states(&article.text), &spans);
        let vectors = self.detector.vectors(tokens.vectors, &of_tokens);
        let types = self.detector.types(&vectors);
        let clusters = self.clusters(&prepared, &vectors, &types);
        let clusters: Vec<Cluster> = clusters
            .into_iter()
            .map(|members| Cluster {
                members: members.into_iter().map(|index| Member { index, types: types.row(index).to_vec() }).collect(),
            })
            .collect();
        entities(letters, &prepared, clusters)
    }

    /// Links each mention to the best earlier one; the mentions of each entity, by index.
    fn clusters(&self, prepared: &Prepared, vectors: &Matrix, types: &Matrix) -> Vec<Vec<usize>> {
        let a = self.anaphor.apply(vectors);
        let b = self.antecedent.apply(vectors);
        let p = self.left.apply(vectors);
        let q = self.right.apply(vectors);
        let mut clusters: Vec<Vec<usize>> = Vec::new();
        let mut genders: Vec<u8> = Vec::new();
        let mut names: Vec<Vec<usize>> = Vec::new();
        let mut kinds: Vec<Option<EntityType>> = Vec::new();
        let mut cluster_of: Vec<usize> = Vec::with_capacity(vectors.rows);
        let mut f = [0.0; FEATURES];
        for i in 0..vectors.rows {
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
            let mut ranked: Vec<(f32, usize)> = candidates
                .iter()
                .enumerate()
                .map(|(n, &j)| (scores.row(n).first().copied().unwrap_or_default(), j))
                .filter(|(score, _)| *score > 0.0)
                .collect();
            ranked.sort_by(|x, y| y.0.total_cmp(&x.0).then(y.1.cmp(&x.1)));
            let gender = prepared.mentions.get(i).map_or(mask::ANY, |m| gender(m.phrase.mask));
            let own = sure_type(prepared, i, types.row(i));
            let has_owners = prepared.mentions.get(i).is_some_and(|m| !m.phrase.whose.is_empty());
            let target = ranked.iter().find_map(|(_, j)| {
                let cluster = cluster_of.get(*j).copied()?;
                let fits = genders.get(cluster).is_some_and(|g| g & gender != 0);
                // A phrase is not what it is a part of (`his` in `his wife`).
                let apart = !is_inside(prepared, i, *j);
                let named = names.get(cluster).is_some_and(|n| !is_another_name(prepared, i, n));
                let typed = kinds.get(cluster).is_some_and(|kind| types_agree(prepared, i, own, *kind));
                let others = clusters.get(cluster).filter(|_| has_owners);
                let same_people =
                    others.is_none_or(|members| !members.iter().any(|j| are_other_people(prepared, i, *j)));
                (fits && apart && named && typed && same_people).then_some(cluster)
            });
            let cluster = target.unwrap_or_else(|| {
                clusters.push(Vec::new());
                genders.push(mask::ANY);
                names.push(Vec::new());
                kinds.push(None);
                clusters.len() - 1
            });
            if let (Some(members), Some(known)) = (clusters.get_mut(cluster), genders.get_mut(cluster)) {
                members.push(i);
                *known &= gender;
            }
            if let Some(kind) = kinds.get_mut(cluster) {
                *kind = kind.or(own);
            }
            if let Some(of_cluster) = names.get_mut(cluster)
                && prepared.mentions.get(i).is_some_and(|m| m.phrase.name)
                && of_cluster.len() < MOST_NAMES
            {
                of_cluster.push(i);
            }
            cluster_of.push(cluster);
        }
        clusters
    }
}

/// He or she, where that is sure; all else fits all. One chain has no `he` and `she`, though its neighbours might.
fn gender(of: u8) -> u8 {
    if of == mask::HE || of == mask::SHE { of } else { mask::ANY }
}

/// So many names of one chain are compared with a new one.
const MOST_NAMES: usize = 32;

/// Whether a mention is a name, and the chain has names, but none that is like it: no last word of the one in the other, no initials,
/// no slip. A chain reaches a second name over a pronoun or a description between them («Oona Brekke … she … Marit Dahl»,
/// «Lorca … the country … Selva»); what only knowledge can tell to be one (a state and its capital) is told across articles.
/// Two full names that share only their last word are two people.
fn is_another_name(prepared: &Prepared, i: usize, names: &[usize]) -> bool {
    let Some(new) = prepared.mentions.get(i).map(|m| &m.phrase).filter(|p| p.name) else { return false };
    if new.joint {
        // `Ines and Bram` joins no chain that names only one of them.
        return !names.is_empty();
    }
    let mut alike = false;
    for name in names.iter().filter_map(|n| prepared.mentions.get(*n)).map(|m| &m.phrase) {
        if has_other_first_name(new, name) {
            return true;
        }
        if name.joint {
            return true;
        }
        alike |= name.content.contains(&new.last)
            || new.content.contains(&name.last)
            || (!name.acronym.is_empty() && name.acronym == new.initials)
            || (!new.acronym.is_empty() && new.acronym == name.initials)
            || is_close(&name.last, &new.last);
    }
    !names.is_empty() && !alike
}

/// «Ana Ruiz» and «Tomas Ruiz»: one last word, and first ones that are neither the same nor an initial nor a slip of each other.
fn has_other_first_name(a: &Phrase, b: &Phrase) -> bool {
    let (Some(first), Some(other)) = (a.run.first(), b.run.first()) else { return false };
    let ends_so = |p: &Phrase| p.run.last().is_some_and(|word| fold(word) == p.last);
    let is_full = |p: &Phrase| p.run.len() > 1 && ends_so(p) && p.mask & (mask::HE | mask::SHE) != 0;
    is_full(a)
        && is_full(b)
        && a.last == b.last
        && !a.run.contains(other)
        && !b.run.contains(first)
        && first.chars().next() != other.chars().next()
        && !is_close(first, other)
}

/// «Norwegian officials» and «Danish officials»: several of one kind, of different owners.
fn are_other_people(prepared: &Prepared, i: usize, j: usize) -> bool {
    let (Some(a), Some(b)) = (prepared.mentions.get(i), prepared.mentions.get(j)) else { return false };
    let (a, b) = (&a.phrase, &b.phrase);
    a.mask == mask::THEY
        && a.head == b.head
        && !a.whose.is_empty()
        && !b.whose.is_empty()
        && a.whose.is_disjoint(&b.whose)
}

/// The type that a mention surely has, as an index of [`EntityType::ALL`]; pronouns have none of their own.
fn sure_type(prepared: &Prepared, i: usize, scores: &[f32]) -> Option<EntityType> {
    if prepared.mentions.get(i).is_none_or(|m| m.phrase.pronoun.is_some()) {
        return None;
    }
    let most = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f32 = scores.iter().map(|s| (s - most).exp()).sum();
    let best = scores.iter().position(|s| *s == most)?;
    (1.0 / sum >= SURE_TYPE).then(|| EntityType::ALL.get(best).copied())?
}

/// A type counts against a link from this probability on.
const SURE_TYPE: f32 = 0.9;

/// Whether a mention may join a chain whose type is sure: a person is no state, and «it» is no person.
fn types_agree(prepared: &Prepared, i: usize, own: Option<EntityType>, chain: Option<EntityType>) -> bool {
    use EntityType::{Anonymous, Document, Person, Place, State};
    let Some(chain) = chain else { return true };
    if let Some(own) = own {
        let apart = |kind: EntityType| (own == kind) != (chain == kind);
        let unnamed = own == Anonymous || chain == Anonymous;
        return !(apart(Person) && !unnamed
            || apart(Document)
            || apart(State) && apart(Place) && own != Place && chain != Place);
    }
    match prepared.mentions.get(i).map(|m| m.phrase.mask) {
        Some(mask::HE | mask::SHE) => !matches!(chain, State | Place | Document),
        Some(mask::IT) => chain != Person,
        _ => true,
    }
}

fn is_inside(prepared: &Prepared, i: usize, j: usize) -> bool {
    match (prepared.mentions.get(i), prepared.mentions.get(j)) {
        (Some(i), Some(j)) => j.span.contains(i.span),
        _ => false,
    }
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
    use super::{Prepared, are_other_people};
    use model::Span;

    fn check(text: &str, phrases: [&str; 2], apart: bool) {
        let letters: Vec<char> = text.chars().collect();
        let span = |words: &str| {
            let at = text.find(words).expect("in the text");
            let start = text[..at].chars().count();
            Span::of(start, start + words.chars().count()).expect("not empty")
        };
        let prepared = Prepared::new(&letters, &text::quotation_states(text), &phrases.map(span));
        assert_eq!(are_other_people(&prepared, 1, 0), apart, "{phrases:?}");
    }

    #[test]
    fn several_of_one_kind_with_other_owners_are_others() {
        let text = "Norwegian officials denied it. So did Danish officials. The senior officials left, and the Danish minister came.";
        check(text, ["Norwegian officials", "Danish officials"], true);
        check(text, ["Danish officials", "The senior officials"], false);
        check(text, ["Norwegian officials", "the Danish minister"], false);
    }
}
