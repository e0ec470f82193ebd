//! Utterances: statements, in any article of a story, that report one act of speaking by one speaker.
//!
//! In: the nodes of a story with the scores of their pairs. Out: groups of statements with the first telling first.
//!
//! The contents of one utterance may be quite different (a press conference has many sentences), so likeness alone does
//! not find it: who speaks, in which article, how many days apart and what kind of act say more. The claim head learnt all of
//! that; groups form by average link. The same quotation in two articles is one utterance even where its speaker was not told.

use crate::corpus::{At, Corpus};
use crate::groups::group_above;
use crate::nodes::Node;
use crate::pairs::Links;
use crate::wording::wordings_of;
use model::{Kind, Utterance};
use std::collections::BTreeMap;

/// Average probability down to which groups are joined. On the stories kept back, from text: F1 52.9, 53.5, 54.8, 54.8, 51.3 at 0.20, 0.25, 0.26, 0.28, 0.30.
const JOIN: f32 = 0.26;

/// The part of the shorter quotation's words that make two quotations the same, and the words it must have.
const SAME_QUOTATION: f32 = 0.85;
const QUOTATION_WORDS: usize = 5;
/// How sure it is then.
const QUOTED_ALIKE: f32 = 0.97;

/// Groups of two and more statements of one story; members in corpus order.
pub(crate) fn find_utterances(nodes: &[Node<'_>], links: &Links) -> Vec<Vec<At>> {
    // Two who are known and have nothing to do with each other did not speak with one mouth: their pair counts as nought.
    let is_one_mouth = |(a, b): (usize, usize)| {
        let (a, b) = (&nodes[a].bodies, &nodes[b].bodies);
        a.is_empty() || b.is_empty() || a.iter().any(|body| b.contains(body))
    };
    let scored = links.scores.iter().filter(|(pair, _)| is_one_mouth(**pair));
    let mut pairs: BTreeMap<(usize, usize), f32> = scored.map(|(pair, score)| (*pair, score.same_utterance)).collect();
    pairs.extend(same_quotations(nodes).into_iter().map(|pair| (pair, QUOTED_ALIKE)));
    let mut groups: Vec<Vec<At>> = Vec::new();
    for group in group_above(nodes.len(), &pairs, JOIN) {
        // «The ministry declined to comment», word for word in two articles, is mostly two refusals.
        let (once, apart): (Vec<usize>, Vec<usize>) = group.into_iter().partition(|node| !nodes[*node].negated);
        let all = |group: &[usize]| group.iter().flat_map(|node| nodes[*node].members.iter().copied()).collect();
        groups.push(all(&once));
        groups.extend(apart.iter().flat_map(|node| &nodes[*node].members).map(|at| vec![*at]));
    }
    groups.iter_mut().for_each(|group| group.sort_unstable());
    groups.retain(|group| group.len() > 1);
    groups.sort_unstable();
    groups
}

/// Pairs of quotations in different articles that are the same words, whoever is said to speak.
fn same_quotations(nodes: &[Node<'_>]) -> Vec<(usize, usize)> {
    let mut by_word: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    let is_quotation = |node: &Node<'_>| node.kind != Kind::Indirect && node.words.len() >= QUOTATION_WORDS;
    for (number, node) in nodes.iter().enumerate().filter(|(_, node)| is_quotation(node)) {
        node.words.iter().for_each(|word| by_word.entry(*word).or_default().push(number));
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
        let (x, y) = (&nodes[*a], &nodes[*b]);
        let shorter = x.words.len().min(y.words.len());
        x.article != y.article && *count as f32 >= SAME_QUOTATION * shorter as f32
    };
    counts.into_iter().filter(is_same).map(|(pair, _)| pair).collect()
}

/// The result for one group. `days` tells on which day statements were said, where their articles tell it.
pub(crate) fn utterance_of(
    corpus: &Corpus<'_>,
    number: usize,
    members: &[At],
    days: &BTreeMap<At, String>,
) -> Utterance {
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
        when: day_of(members, days),
        wordings: wordings_of(corpus, members),
    }
}

/// The day that most of the statements name; none where two are named equally often.
fn day_of(members: &[At], days: &BTreeMap<At, String>) -> Option<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    members.iter().filter_map(|at| days.get(at)).for_each(|day| *counts.entry(day).or_default() += 1);
    let most = counts.values().copied().max()?;
    let mut first = counts.iter().filter(|(_, count)| **count == most).map(|(day, _)| *day);
    let day = first.next()?;
    first.next().is_none().then(|| day.to_owned())
}

#[cfg(test)]
mod tests {
    use super::day_of;
    use crate::corpus::At;

    #[test]
    fn the_day_that_most_articles_name_is_taken_and_none_of_two() {
        let at = |article| At { article, statement: 0 };
        let days = [(at(0), "2031-05-04"), (at(1), "2031-05-05"), (at(2), "2031-05-05")];
        let days = days.map(|(at, day)| (at, day.to_owned())).into();
        assert_eq!(day_of(&[at(0), at(1), at(2), at(3)], &days).as_deref(), Some("2031-05-05"));
        assert_eq!(day_of(&[at(0), at(1)], &days), None);
        assert_eq!(day_of(&[at(3)], &days), None);
    }
}
