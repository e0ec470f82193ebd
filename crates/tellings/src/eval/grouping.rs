//! Scores which statements belong together: reports of one utterance, or statements about one claim.
//!
//! In: the found statements of a set with their gold and predicted groups; a statement may stand in several. Out: counts of
//! pairs of statements that share a group.
//!
//! - `utterances`, `claims`: a gold pair is right where both its statements were found and the two they were found as share
//!   a predicted group; a missed statement costs recall all its pairs. A predicted pair counts for precision only where
//!   both its statements are gold's; the others are reported as `…-pairs-ignored`.
//! - `…-given-found`: the same over the gold pairs whose two statements were found: what the grouping alone costs.
//!
//! Pairs across stories of a set are wrong where they are predicted: no gold group reaches over two stories.

use super::PairedStory;
use super::gold::GoldStatement;
use super::scores::{Better, Figure, Overlap, Share};
use model::StatementRef;
use std::collections::{BTreeMap, BTreeSet};

/// The statements of a set, numbered through.
pub struct Index<'a> {
    /// Gold statements with the number of their story.
    pub gold: Vec<(usize, &'a GoldStatement)>,
    /// Which of them were found.
    pub found: Vec<bool>,
    /// The gold statement as which a predicted one was found, by article and statement id.
    number_of: BTreeMap<(&'a str, &'a str), usize>,
}

impl<'a> Index<'a> {
    /// Numbers the statements of all stories in order.
    pub fn new(stories: &[PairedStory<'a>]) -> Self {
        let mut index = Self { gold: Vec::new(), found: Vec::new(), number_of: BTreeMap::new() };
        for (story, paired) in stories.iter().enumerate() {
            for pair in &paired.articles {
                let first = index.gold.len();
                index.gold.extend(pair.gold.statements.iter().map(|s| (story, s)));
                index.found.resize(index.gold.len(), false);
                for &(i, j) in &pair.statements.pairs {
                    let (Some(article), Some(predicted)) = (pair.predicted, pair.statements.predicted.get(j)) else {
                        continue;
                    };
                    index.number_of.insert((&article.id, &predicted.id), first + i);
                    if let Some(found) = index.found.get_mut(first + i) {
                        *found = true;
                    }
                }
            }
        }
        index
    }

    /// The gold statement as which a predicted one was found.
    pub fn number(&self, article: &str, statement: &str) -> Option<usize> {
        self.number_of.get(&(article, statement)).copied()
    }

    /// Gold statements by group, for groups that gold names with a text that is unique in its story.
    pub fn gold_groups<'s>(&'s self, groups_of: impl Fn(&'a GoldStatement) -> Vec<&'a str>) -> Vec<Vec<usize>>
    where
        'a: 's,
    {
        let mut groups: BTreeMap<(usize, &str), Vec<usize>> = BTreeMap::new();
        for (number, &(story, statement)) in self.gold.iter().enumerate() {
            for group in groups_of(statement) {
                groups.entry((story, group)).or_default().push(number);
            }
        }
        groups.into_values().collect()
    }

    /// A predicted group: the gold statements that its statements were found as, and how many are none of gold's.
    pub fn predicted_group(&self, statements: &[StatementRef]) -> (Vec<usize>, usize) {
        let numbers: Vec<usize> = statements.iter().filter_map(|s| self.number(&s.article, &s.statement)).collect();
        let unmatched = statements.len() - numbers.len();
        (numbers, unmatched)
    }
}

/// Counts of pairs.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PairCounts {
    all: Overlap,
    given_found: Overlap,
    ignored: Share,
}

impl PairCounts {
    /// Counts the pairs of a set.
    pub fn of(gold: &[Vec<usize>], predicted: &[(Vec<usize>, usize)], found: &[bool]) -> Self {
        let gold = pairs(gold.iter().map(Vec::as_slice));
        let made = pairs(predicted.iter().map(|(numbers, _)| numbers.as_slice()));
        let is_found = |n: &usize| found.get(*n) == Some(&true);
        let reachable = gold.iter().filter(|(a, b)| is_found(a) && is_found(b)).count();
        let right = gold.intersection(&made).count();
        let mut ignored = Share::default();
        for (numbers, unmatched) in predicted {
            let choose = |n: usize| (n * n.saturating_sub(1) / 2) as f64;
            let all = choose(numbers.len() + unmatched);
            ignored.add(Share { right: all - choose(numbers.len()), of: all });
        }
        Self {
            all: Overlap::of(right, gold.len(), made.len()),
            given_found: Overlap::of(right, reachable, made.len()),
            ignored,
        }
    }

    /// The figures under three names; none where gold has no pairs.
    pub fn figures(&self, layer: &'static str, names: [&'static str; 3]) -> Vec<Figure> {
        if self.all.gold == 0.0 {
            return Vec::new();
        }
        let [all, given_found, ignored] = names;
        vec![
            self.all.figure(layer, all),
            self.given_found.figure(layer, given_found),
            self.ignored.figure(layer, ignored, Better::Neither),
        ]
    }
}

/// All pairs of different statements that share a group, the smaller number first.
fn pairs<'g>(groups: impl Iterator<Item = &'g [usize]>) -> BTreeSet<(usize, usize)> {
    let mut pairs = BTreeSet::new();
    for group in groups {
        for (at, &a) in group.iter().enumerate() {
            pairs.extend(group.iter().take(at).filter(|&&b| a != b).map(|&b| (a.min(b), a.max(b))));
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::PairCounts;

    #[test]
    fn a_missed_statement_costs_recall_but_not_the_recall_given_found() {
        let found = [true, true, true, false, true];
        let gold = [vec![0, 1, 2, 3]]; // six pairs, three of them reachable
        let predicted = [(vec![0, 1, 4], 1), (vec![2], 0)]; // three pairs of gold's statements, one right
        let counts = PairCounts::of(&gold, &predicted, &found);
        assert!((counts.all.recall() - 1.0 / 6.0).abs() < 1e-9);
        assert!((counts.given_found.recall() - 1.0 / 3.0).abs() < 1e-9);
        assert!((counts.all.precision() - 1.0 / 3.0).abs() < 1e-9);
        assert_eq!((counts.ignored.right, counts.ignored.of), (3.0, 6.0));
    }

    #[test]
    fn statements_of_several_groups_make_each_pair_once() {
        let found = [true; 3];
        let counts = PairCounts::of(&[vec![0, 1], vec![0, 1, 2]], &[(vec![0, 1, 2], 0), (vec![1, 0], 0)], &found);
        assert!((counts.all.f1() - 1.0).abs() < 1e-9);
        assert_eq!(counts.all.gold, 3.0);
    }
}
