//! Utterances: statements, in any article of a story, that report one act of speaking by one speaker.
//!
//! In: the nodes of a story with the pairs that were read. Out: groups of statements with the first telling first.
//!
//! The contents of one utterance may be quite different (a press conference has many sentences), so likeness alone does
//! not find it: who speaks, in which article, how many days apart and what kind of act say more. A logistic regression
//! over these, fitted on the training stories, gives each pair of statements by one speaker a probability; groups form by
//! average link. The same quotation in two articles is one utterance even where its speaker was not told.

use crate::corpus::{At, Corpus};
use crate::groups::group_above;
use crate::likely::{Node, shared};
use crate::pairs::{Links, odds, probability};
use crate::wording::wordings_of;
use model::{Act, EntityType, Kind, Utterance};
use std::collections::BTreeMap;

/// Average probability down to which groups are joined.
const JOIN: f32 = 0.33;
/// Statements of one speaker in one story beyond which only those in one article or alike are compared.
const MOST_OF_ONE: usize = 300;

/// Weights in the order of [`features`], where the model did not read the pair and where it did.
const UNREAD: [f32; 16] =
    [-3.16, 2.1, 0.68, 0.27, 0.38, -0.64, 1.09, 0.93, 0.16, 0.32, -0.41, -1.19, -1.18, 0.95, 1.11, 2.05];
const READ: [f32; 16] =
    [-1.32, 1.23, 0.47, 0.26, 0.39, -0.64, -0.03, 0.59, 0.18, 0.32, -0.43, -1.18, -1.11, 0.82, 1.1, 1.67];
/// What the model's own odds count for where it read the pair.
const MODEL: f32 = 0.42;
/// What is taken off for each negated and for each hedged act: «declined to comment» is hardly ever told with others.
const NEGATED: f32 = -2.1;
const HEDGED: f32 = -0.95;

/// The part of the shorter quotation's words that make two quotations the same, and the words it must have.
const SAME_QUOTATION: f32 = 0.85;
const QUOTATION_WORDS: usize = 5;

/// Groups of two and more statements of one story, by node number; members in corpus order.
pub(crate) fn find_utterances(corpus: &Corpus<'_>, nodes: &[Node<'_>], links: &Links) -> Vec<Vec<At>> {
    // Statements, not nodes: one sentence told alike in two articles is one node and two tellings.
    let statements: Vec<(At, usize)> =
        nodes.iter().enumerate().flat_map(|(number, node)| node.members.iter().map(move |at| (*at, number))).collect();
    let mut by_speaker: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (number, (at, _)) in statements.iter().enumerate() {
        let Some(speaker) = corpus.speaker(*at) else { continue };
        by_speaker.entry(speaker).or_default().push(number);
        if let Some(body) = corpus.bodies(speaker).get(1) {
            by_speaker.entry(body).or_default().push(number);
        }
    }
    let mut pairs: BTreeMap<(usize, usize), f32> = BTreeMap::new();
    for group in by_speaker.values() {
        for (j, b) in group.iter().enumerate() {
            for a in group.iter().take(j).rev().take(MOST_OF_ONE) {
                let (a, b) = (*a.min(b), *a.max(b));
                pairs.entry((a, b)).or_insert_with(|| likelihood(corpus, statements[a], statements[b], nodes, links));
            }
        }
    }
    for (a, b) in same_quotations(&statements, nodes) {
        pairs.insert((a, b), 0.97);
    }
    let groups = group_above(statements.len(), &pairs, JOIN).into_iter().filter(|group| group.len() > 1);
    let members = |group: Vec<usize>| {
        let mut members: Vec<At> = group.into_iter().map(|number| statements[number].0).collect();
        members.sort_unstable();
        members
    };
    let mut groups: Vec<Vec<At>> = groups.map(members).collect();
    groups.sort_unstable();
    groups
}

fn likelihood(corpus: &Corpus<'_>, a: (At, usize), b: (At, usize), nodes: &[Node<'_>], links: &Links) -> f32 {
    let values = features(corpus, a, b, nodes);
    let sum = |weights: &[f32; 16]| values.iter().zip(weights).map(|(value, weight)| value * weight).sum::<f32>();
    let (x, y) = (corpus.statement(a.0), corpus.statement(b.0));
    let both = |is: fn(&model::Statement) -> bool| f32::from(u8::from(is(x))) + f32::from(u8::from(is(y)));
    let against = NEGATED * both(|statement| statement.negated) + HEDGED * both(|statement| statement.hedged);
    let from_pair = match links.scores.get(&(a.1.min(b.1), a.1.max(b.1))) {
        Some(score) => sum(&READ) + MODEL * odds(score.same_utterance),
        None => sum(&UNREAD),
    };
    probability(from_pair + against)
}

fn features(corpus: &Corpus<'_>, (at_a, a): (At, usize), (at_b, b): (At, usize), nodes: &[Node<'_>]) -> [f32; 16] {
    let number = |is: bool| f32::from(u8::from(is));
    let (x, y) = (&nodes[a], &nodes[b]);
    let (first, second) = (corpus.article(at_a), corpus.article(at_b));
    let is_inside = at_a.article == at_b.article;
    let apart = at_a.statement.abs_diff(at_b.statement);
    let days = match (first.day, second.day) {
        (Some(a), Some(b)) => a.abs_diff(b),
        _ => 1,
    };
    let likeness = x.vector.likeness(y.vector);
    let common = shared(&x.words, &y.words).count() as f32 / (1 + x.words.len().min(y.words.len())) as f32;
    let nested = |at: At| number(!corpus.article(at).ancestors(at.statement).is_empty());
    let is_document = corpus.speaker(at_a).and_then(|speaker| corpus.kind(speaker)) == Some(EntityType::Document);
    [
        1.0,
        number(x.speaker == y.speaker),
        number(is_inside),
        number(!is_inside && days == 0),
        number(!is_inside && days == 1),
        number(!is_inside && days >= 3),
        likeness,
        common,
        number(is_inside && apart <= 1),
        number(is_inside && apart <= 3),
        number(x.kind != Kind::Indirect && y.kind != Kind::Indirect),
        number(x.act == Act::Believe) + number(y.act == Act::Believe),
        nested(at_a) + nested(at_b),
        number(x.act == y.act),
        number(is_document),
        if is_inside { 0.0 } else { likeness },
    ]
}

/// Pairs of quotations in different articles that are the same words, whoever is said to speak.
fn same_quotations(statements: &[(At, usize)], nodes: &[Node<'_>]) -> Vec<(usize, usize)> {
    let mut by_word: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    let is_quotation = |node: &Node<'_>| node.kind != Kind::Indirect && node.words.len() >= QUOTATION_WORDS;
    for (number, (_, node)) in statements.iter().enumerate() {
        if is_quotation(&nodes[*node]) {
            nodes[*node].words.iter().for_each(|word| by_word.entry(*word).or_default().push(number));
        }
    }
    let mut counts: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for group in by_word.values().filter(|group| group.len() <= 40) {
        for (j, b) in group.iter().enumerate() {
            for a in group.iter().take(j) {
                *counts.entry((*a, *b)).or_default() += 1;
            }
        }
    }
    let is_same = |((a, b), count): &((usize, usize), usize)| {
        let (x, y) = (statements[*a], statements[*b]);
        let shorter = nodes[x.1].words.len().min(nodes[y.1].words.len());
        x.0.article != y.0.article && *count as f32 >= SAME_QUOTATION * shorter as f32
    };
    counts.into_iter().filter(is_same).map(|(pair, _)| pair).collect()
}

/// The result for one group.
pub(crate) fn utterance_of(corpus: &Corpus<'_>, number: usize, members: &[At]) -> Utterance {
    let mut speakers: BTreeMap<&str, usize> = BTreeMap::new();
    for speaker in members.iter().filter_map(|at| corpus.speaker(*at)) {
        *speakers.entry(speaker).or_default() += 1;
    }
    let speaker =
        speakers.iter().max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0))).map(|(speaker, _)| (*speaker).to_owned());
    Utterance {
        id: format!("u{number}"),
        speaker,
        statements: members.iter().map(|at| corpus.reference(*at)).collect(),
        when: None,
        wordings: wordings_of(corpus, members),
    }
}
