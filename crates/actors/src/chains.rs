//! From scores of pairs to chains: which mentions of an article are one entity.
//!
//! In: for each mention its earlier candidates with scores, what its words show, who speaks where it stands. Out: the mentions of
//! each entity, and how sure each is of its entity.
//!
//! Mentions are taken in the order of the text. Each weighs the *chains* before it, not single mentions: what a name shares is told by
//! its best pair, but whom a pronoun or description means by what its pairs with a chain come to together, so that one odd pair
//! does not outvote five. First persons of a quotation go where its source goes ([`crate::speech`]) and link nothing else:
//! «"I lost it," Ada Rem said. Tomas Vell laughed.» cannot become one entity over `I`.

use crate::features::{Prepared, is_close, is_turned};
use crate::phrase::Phrase;
use crate::speech::Speech;
use crate::words::{fold, mask};
use encoder::Matrix;
use model::EntityType;
use std::collections::BTreeMap;

/// How far the pairs of a pronoun with a chain count together: towards 0 only the best one, from 10 on nearly their mean. Stories kept
/// back, speakers that are pronouns: 93.2 at 0.3, 94.2 at 1, 93.5 at 3 and 5, where coreference is lower, too.
const PRONOUN_HEAT: f32 = 1.0;
/// The same for descriptions.
const DESCRIPTION_HEAT: f32 = 1.0;
/// How much a chain's types count for a name or description; a half and one gave the same speakers, one less coreference.
const TYPE_WEIGHT: f32 = 0.5;
/// So little agreement of types counts no less.
const LEAST_AGREEMENT: f32 = 0.01;
/// So many names, and so many of the last members, of one chain are compared with a new one.
const MOST_NAMES: usize = 32;
/// Larger scores are as sure as this one.
const SUREST: f32 = 30.0;

/// What is known of a chain while it grows.
struct Chain {
    members: Vec<usize>,
    gender: u8,
    names: Vec<usize>,
    kind: Option<EntityType>,
    /// Sum of the probabilities of the types, over members that are no pronouns, and how many these are.
    types: Vec<f32>,
    typed: f32,
    /// Whoever wrote the article says `I` in it.
    author: bool,
    /// It has the source of a statement: the article tells of it.
    told: bool,
}

/// The chains of an article, and how each mention came to its own.
pub(crate) fn chains(
    prepared: &Prepared,
    types: &Matrix,
    speech: &Speech,
    scores: &[Vec<(usize, f32)>],
) -> (Vec<Vec<usize>>, Vec<Place>) {
    let n = prepared.mentions.len();
    let place = Place { sure: 1.0, opens: true, rival: None };
    let mut growing =
        Growing { prepared, types, speech, scores, all: Vec::new(), chain_of: vec![None; n], places: vec![place; n] };
    let mut spoken: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for i in 0..n {
        if let Some(source) = speech.is.get(i).copied().flatten() {
            spoken.entry(source).or_default().push(i);
        }
    }
    for i in (0..n).filter(|i| speech.is.get(*i).copied().flatten().is_none()) {
        let chain = growing.best(i).unwrap_or_else(|| growing.begin());
        growing.add(chain, i, spoken.get(&i).map_or(&[], Vec::as_slice));
    }
    (growing.all.into_iter().map(|chain| chain.members).collect(), growing.places)
}

/// How a mention came to its chain.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Place {
    /// The share of its chain against all others and none.
    pub sure: f32,
    /// It joined no chain.
    pub opens: bool,
    /// The last mention of the chain that it may mean nearly as well.
    pub rival: Option<usize>,
}

/// A chain with this part of the best one's weight, or none's, may be meant nearly as well.
const NEARLY: f32 = 0.5;

/// The chains so far.
struct Growing<'a> {
    prepared: &'a Prepared,
    types: &'a Matrix,
    speech: &'a Speech,
    scores: &'a [Vec<(usize, f32)>],
    all: Vec<Chain>,
    chain_of: Vec<Option<usize>>,
    places: Vec<Place>,
}

impl Growing<'_> {
    /// The chain that a mention joins, if any.
    fn best(&mut self, i: usize) -> Option<usize> {
        let mut pairs: BTreeMap<usize, Vec<f32>> = BTreeMap::new();
        for (j, score) in self.scores.get(i).into_iter().flatten() {
            let root = self.speech.is.get(*j).copied().flatten().unwrap_or(*j);
            // a phrase is not what it is a part of (`his` in `his wife`)
            if let Some(chain) = self.chain_of.get(root).copied().flatten().filter(|_| !is_inside(self.prepared, i, *j))
            {
                pairs.entry(chain).or_default().push(*score);
            }
        }
        let weighed: Vec<(f32, usize)> = pairs
            .into_iter()
            .filter(|(chain, _)| self.fits(i, *chain))
            .map(|(chain, scores)| (self.together(i, &scores) + self.agreement(i, chain), chain))
            .collect();
        let best = weighed
            .iter()
            .copied()
            .filter(|(score, _)| *score > 0.0)
            .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
        let weight = |score: f32| score.min(SUREST).exp();
        let whole: f32 = 1.0 + weighed.iter().map(|(score, _)| weight(*score)).sum::<f32>();
        let own = best.map_or(1.0, |(score, _)| weight(score));
        let others = weighed.iter().filter(|(_, chain)| best.is_none_or(|(_, chosen)| chosen != *chain));
        let next = others.copied().max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
        let near = next.filter(|(score, _)| weight(*score) >= NEARLY * own);
        let rival = near.and_then(|(_, chain)| self.all.get(chain)?.members.last().copied());
        if let Some(place) = self.places.get_mut(i) {
            *place = Place { sure: own / whole, opens: best.is_none(), rival };
        }
        best.map(|(_, chain)| chain)
    }

    /// What the pairs of a mention with one chain come to.
    fn together(&self, i: usize, scores: &[f32]) -> f32 {
        let most = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let heat = match self.prepared.mentions.get(i).map(|m| &m.phrase) {
            Some(phrase) if phrase.pronoun.is_some() => PRONOUN_HEAT,
            Some(phrase) if !phrase.name => DESCRIPTION_HEAT,
            _ => return most,
        };
        let mean = scores.iter().map(|s| ((s - most) / heat).exp()).sum::<f32>() / scores.len().max(1) as f32;
        most + heat * mean.ln()
    }

    /// How well the types of a mention agree with those of a chain; nothing for pronouns, which have none of their own.
    fn agreement(&self, i: usize, chain: usize) -> f32 {
        let (Some(of), Some(mention)) = (self.all.get(chain), self.prepared.mentions.get(i)) else { return 0.0 };
        if mention.phrase.pronoun.is_some() || of.typed == 0.0 {
            return 0.0;
        }
        let same: f32 = self.types.row(i).iter().zip(&of.types).map(|(a, b)| a * b / of.typed).sum();
        TYPE_WEIGHT * same.max(LEAST_AGREEMENT).ln()
    }

    /// Whether nothing tells a mention and a chain apart.
    fn fits(&self, i: usize, chain: usize) -> bool {
        let (Some(of), Some(mention)) = (self.all.get(chain), self.prepared.mentions.get(i)) else { return false };
        let prepared = self.prepared;
        let has = |list: &[bool]| list.get(i).copied().unwrap_or_default();
        // the author's `I` is nobody of whom the article tells that they said something
        let is_author = has(&self.speech.author) && of.told || has(&self.speech.told) && of.author;
        !is_author
            && of.gender & gender(mention.phrase.mask) != 0
            && !is_another_name(prepared, i, &of.names)
            && types_agree(prepared, i, sure_type(prepared, i, self.types.row(i)), of.kind)
            && !of.members.iter().rev().take(MOST_NAMES).any(|j| are_other_people(prepared, i, *j))
    }

    fn begin(&mut self) -> usize {
        self.all.push(Chain {
            members: Vec::new(),
            gender: mask::ANY,
            names: Vec::new(),
            kind: None,
            types: vec![0.0; self.types.cols],
            typed: 0.0,
            author: false,
            told: false,
        });
        self.all.len() - 1
    }

    /// Adds a mention with the first persons that it speaks.
    fn add(&mut self, chain: usize, i: usize, spoken: &[usize]) {
        let (Some(of), Some(mention)) = (self.all.get_mut(chain), self.prepared.mentions.get(i)) else { return };
        let row = self.types.row(i);
        of.gender &= gender(mention.phrase.mask);
        of.kind = of.kind.or(sure_type(self.prepared, i, row));
        of.author |= self.speech.author.get(i).copied().unwrap_or_default();
        of.told |= self.speech.told.get(i).copied().unwrap_or_default();
        if mention.phrase.pronoun.is_none() {
            of.types.iter_mut().zip(row).for_each(|(sum, p)| *sum += p);
            of.typed += 1.0;
        }
        if mention.phrase.name && of.names.len() < MOST_NAMES {
            of.names.push(i);
        }
        for member in std::iter::once(&i).chain(spoken) {
            of.members.push(*member);
            if let Some(slot) = self.chain_of.get_mut(*member) {
                *slot = Some(chain);
            }
        }
    }
}

/// He or she, where that is sure; all else fits all. One chain has no `he` and `she`, though its neighbours might.
fn gender(of: u8) -> u8 {
    if of == mask::HE || of == mask::SHE { of } else { mask::ANY }
}

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
            || is_close(&name.last, &new.last)
            || is_turned(&name.last, &new.last);
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

/// «Norwegian officials» and «Danish officials», «security forces» and «Danish officials»: several people of different owners, or of two
/// kinds of which one has an owner that the other does not have.
fn are_other_people(prepared: &Prepared, i: usize, j: usize) -> bool {
    let (Some(a), Some(b)) = (prepared.mentions.get(i), prepared.mentions.get(j)) else { return false };
    let (a, b) = (&a.phrase, &b.phrase);
    let is_kind = |p: &Phrase| p.mask == mask::THEY && !p.name && p.pronoun.is_none() && !p.head.is_empty();
    let one_kind = a.head == b.head;
    is_kind(a)
        && is_kind(b)
        && a.whose.is_disjoint(&b.whose)
        && (!one_kind || (!a.whose.is_empty() && !b.whose.is_empty()))
}

/// The type that a mention surely has, by the probabilities of the types in the order of [`EntityType::ALL`]; pronouns have none of their own.
fn sure_type(prepared: &Prepared, i: usize, types: &[f32]) -> Option<EntityType> {
    if prepared.mentions.get(i).is_none_or(|m| m.phrase.pronoun.is_some()) {
        return None;
    }
    let best = types.iter().position(|p| *p >= SURE_TYPE)?;
    EntityType::ALL.get(best).copied()
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

#[cfg(test)]
mod tests {
    use super::{Prepared, Speech, are_other_people, chains, sure_type, types_agree};
    use encoder::Matrix;
    use model::{EntityType, Span};

    #[test]
    fn a_sure_person_joins_no_state() {
        let text = "Ada Rem spoke. Selva paid.";
        let letters: Vec<char> = text.chars().collect();
        let spans = [Span::of(0, 7).expect("a span"), Span::of(15, 20).expect("a span")];
        let prepared = Prepared::new(&letters, &text::quotation_states(text), &spans);
        let row = |kind: EntityType| EntityType::ALL.map(|k| if k == kind { 0.95 } else { 0.05 / 7.0 });
        let (person, state) = (row(EntityType::Person), row(EntityType::State));
        assert_eq!(sure_type(&prepared, 0, &person), Some(EntityType::Person));
        assert_eq!(sure_type(&prepared, 0, &[0.125; 8]), None);
        let own = sure_type(&prepared, 1, &state);
        assert!(!types_agree(&prepared, 1, own, Some(EntityType::Person)));
        assert!(types_agree(&prepared, 1, own, Some(EntityType::State)));
    }

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

    /// The chains of phrases that follow each other in a text; `scores` above zero link, all other pairs have −1.
    fn chains_of(
        text: &str,
        phrases: &[&str],
        is: &[(usize, usize)],
        scores: &[(usize, usize, f32)],
    ) -> Vec<Vec<usize>> {
        let letters: Vec<char> = text.chars().collect();
        let mut from = 0;
        let mut spans: Vec<Span> = Vec::new();
        for words in phrases {
            let at = from + text[from..].find(words).expect("in the text");
            from = at + words.len();
            let start = text[..at].chars().count();
            spans.extend(Span::of(start, start + words.chars().count()));
        }
        let prepared = Prepared::new(&letters, &text::quotation_states(text), &spans);
        let n = spans.len();
        let types = Matrix { rows: n, cols: 8, data: vec![0.125; n * 8] };
        let mut speech = Speech { is: vec![None; n], author: vec![false; n], told: vec![false; n] };
        for (i, source) in is {
            speech.is[*i] = Some(*source);
        }
        let score = |i, j| scores.iter().find(|(a, b, _)| (*a, *b) == (i, j)).map_or(-1.0, |s| s.2);
        let all: Vec<Vec<(usize, f32)>> = (0..n).map(|i| (0..i).rev().map(|j| (j, score(i, j))).collect()).collect();
        chains(&prepared, &types, &speech, &all).0
    }

    #[test]
    fn a_first_person_goes_with_its_source_and_links_nobody_else_to_it() {
        let text = "\"I lost it,\" Ada Rem said. Tomas Vell laughed.";
        let found = chains_of(text, &["I", "Ada Rem", "Tomas Vell"], &[(0, 1)], &[(1, 0, 2.0), (2, 0, 3.0)]);
        assert_eq!(found, [vec![1, 0], vec![2]]);
    }

    #[test]
    fn one_odd_pair_does_not_outvote_a_chain() {
        let text = "Ada Rem sat. Ada Rem rose. Ada Rem met Nora Vell. Nora Vell saw that she left.";
        let names = [(1, 0, 9.0), (2, 0, 9.0), (2, 1, 9.0), (4, 3, 9.0)];
        let pairs = [(5, 0, 2.0), (5, 1, 2.5), (5, 2, 3.0), (5, 3, -6.0), (5, 4, 3.2)];
        let found = chains_of(
            text,
            &["Ada Rem", "Ada Rem", "Ada Rem", "Nora Vell", "Nora Vell", "she"],
            &[],
            &[names.as_slice(), pairs.as_slice()].concat(),
        );
        assert_eq!(found, [vec![0, 1, 2, 5], vec![3, 4]]);
    }
}
