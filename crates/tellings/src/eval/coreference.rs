//! Compares two ways of grouping mentions: MUC, B-cubed and CEAF-e, as the standard scorer of coreference counts them.
//!
//! In: gold groups and predicted groups; a mention stands in one group at most. Out: [`Overlap`]s to be summed over
//! articles. Groups of one count. A mention that only one side has stands in no group of the other: it adds nothing to
//! what is right and one to what is counted.
//!
//! - MUC: links. A gold group of n mentions has n - 1; as many are missing as predicted groups cut it into parts, less one.
//! - B-cubed: for each mention, the share of its gold group that is in its predicted group (recall), and the reverse.
//! - CEAF-e: groups are paired one to one so that the sum of 2·shared/(n + m) is greatest.

use super::assignment::greatest_sum;
use super::scores::Overlap;
use std::collections::BTreeMap;

/// Groups of mentions.
pub type Groups<K> = Vec<Vec<K>>;

/// MUC, B-cubed and CEAF-e of one article or story.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Agreement {
    /// Links.
    pub muc: Overlap,
    /// Mentions.
    pub b_cubed: Overlap,
    /// Entities.
    pub ceaf: Overlap,
}

impl Agreement {
    /// Counts one article.
    pub fn of<K: Ord>(gold: &Groups<K>, predicted: &Groups<K>) -> Self {
        let shared = Shared::of(gold, predicted);
        Self { muc: shared.muc(), b_cubed: shared.b_cubed(), ceaf: shared.ceaf() }
    }

    /// Adds the counts of another article.
    pub fn add(&mut self, other: Self) {
        self.muc.add(other.muc);
        self.b_cubed.add(other.b_cubed);
        self.ceaf.add(other.ceaf);
    }

    /// The mean of the three F1s; `None` where there was nothing to compare.
    pub fn mean(&self) -> Option<f64> {
        let counted = self.b_cubed.gold > 0.0 || self.b_cubed.predicted > 0.0;
        counted.then(|| (self.muc.f1() + self.b_cubed.f1() + self.ceaf.f1()) / 3.0)
    }
}

/// B-cubed alone.
pub fn b_cubed<K: Ord>(gold: &Groups<K>, predicted: &Groups<K>) -> Overlap {
    Shared::of(gold, predicted).b_cubed()
}

/// B-cubed on the mentions that both sides have.
pub fn b_cubed_on_matched<K: Ord + Copy>(gold: &Groups<K>, predicted: &Groups<K>) -> Overlap {
    let only = |groups: &Groups<K>, others: &Groups<K>| -> Groups<K> {
        let there: std::collections::BTreeSet<&K> = others.iter().flatten().collect();
        groups.iter().map(|group| group.iter().filter(|m| there.contains(m)).copied().collect()).collect()
    };
    b_cubed(&only(gold, predicted), &only(predicted, gold))
}

/// How many mentions each pair of groups shares.
struct Shared {
    gold_sizes: Vec<usize>,
    predicted_sizes: Vec<usize>,
    counts: BTreeMap<(usize, usize), usize>,
}

impl Shared {
    fn of<K: Ord>(gold: &Groups<K>, predicted: &Groups<K>) -> Self {
        let mut group_of: BTreeMap<&K, usize> = BTreeMap::new();
        for (index, group) in predicted.iter().enumerate() {
            group_of.extend(group.iter().map(|mention| (mention, index)));
        }
        let mut counts = BTreeMap::new();
        for (index, group) in gold.iter().enumerate() {
            for other in group.iter().filter_map(|mention| group_of.get(mention)) {
                *counts.entry((index, *other)).or_default() += 1;
            }
        }
        let sizes = |groups: &Groups<K>| groups.iter().map(Vec::len).collect();
        Self { gold_sizes: sizes(gold), predicted_sizes: sizes(predicted), counts }
    }

    fn muc(&self) -> Overlap {
        let (right_gold, gold) = links(&self.gold_sizes, self.counts.iter().map(|(&(g, _), &n)| (g, n)));
        let (right_predicted, predicted) = links(&self.predicted_sizes, self.counts.iter().map(|(&(_, p), &n)| (p, n)));
        Overlap { right_gold, gold, right_predicted, predicted }
    }

    fn b_cubed(&self) -> Overlap {
        let mut overlap = Overlap {
            gold: self.gold_sizes.iter().sum::<usize>() as f64,
            predicted: self.predicted_sizes.iter().sum::<usize>() as f64,
            ..Overlap::default()
        };
        for (&(g, p), &shared) in &self.counts {
            let squared = (shared * shared) as f64;
            overlap.right_gold += self.gold_sizes.get(g).map_or(0.0, |&size| squared / size as f64);
            overlap.right_predicted += self.predicted_sizes.get(p).map_or(0.0, |&size| squared / size as f64);
        }
        overlap
    }

    fn ceaf(&self) -> Overlap {
        let likeness = |(&(g, p), &shared): (&(usize, usize), &usize)| {
            let sizes =
                self.gold_sizes.get(g).copied().unwrap_or(0) + self.predicted_sizes.get(p).copied().unwrap_or(0);
            ((g, p), 2.0 * shared as f64 / sizes.max(1) as f64)
        };
        let right = greatest_sum(&self.counts.iter().map(likeness).collect());
        let groups = |sizes: &[usize]| sizes.iter().filter(|&&size| size > 0).count() as f64;
        Overlap {
            right_gold: right,
            gold: groups(&self.gold_sizes),
            right_predicted: right,
            predicted: groups(&self.predicted_sizes),
        }
    }
}

/// Links that are right and links in all, for one side: `parts` are a group's shares with the groups of the other.
fn links(sizes: &[usize], parts: impl Iterator<Item = (usize, usize)>) -> (f64, f64) {
    // A group falls into as many parts as it meets groups, and one for each mention that the other side lacks.
    let mut right: Vec<usize> = vec![0; sizes.len()];
    for (group, shared) in parts {
        if let Some(right) = right.get_mut(group) {
            *right += shared - 1;
        }
    }
    let all: usize = sizes.iter().map(|size| size.saturating_sub(1)).sum();
    (right.iter().sum::<usize>() as f64, all as f64)
}

#[cfg(test)]
mod tests {
    use super::super::scores::Overlap;
    use super::{Agreement, Groups, b_cubed, b_cubed_on_matched};

    fn groups(text: &str) -> Groups<char> {
        text.split(' ').filter(|g| !g.is_empty()).map(|group| group.chars().collect()).collect()
    }

    fn check(overlap: Overlap, precision: f64, recall: f64) {
        assert!((overlap.precision() - precision).abs() < 1e-4, "precision {} not {precision}", overlap.precision());
        assert!((overlap.recall() - recall).abs() < 1e-4, "recall {} not {recall}", overlap.recall());
    }

    #[test]
    fn the_same_groups_are_all_right() {
        let agreement = Agreement::of(&groups("abc de f"), &groups("f ed cab"));
        for overlap in [agreement.muc, agreement.b_cubed, agreement.ceaf] {
            check(overlap, 1.0, 1.0);
        }
        assert!(agreement.mean().is_some_and(|mean| (mean - 1.0).abs() < 1e-9));
    }

    // The example with which B-cubed was introduced: two wrong merges that MUC cannot tell apart.
    #[test]
    fn a_merge_of_large_groups_costs_b_cubed_more_than_one_of_small_groups() {
        let gold = groups("12345 67 89abc");
        let small = Agreement::of(&gold, &groups("12345 6789abc"));
        let large = Agreement::of(&gold, &groups("1234589abc 67"));
        check(small.muc, 0.9, 1.0);
        check(large.muc, 0.9, 1.0);
        check(small.b_cubed, 16.0 / 21.0, 1.0);
        check(large.b_cubed, 7.0 / 12.0, 1.0);
        check(small.ceaf, (1.0 + 10.0 / 12.0) / 2.0, (1.0 + 10.0 / 12.0) / 3.0);
    }

    // The running example of the standard scorer's description: key {a b c} {d e f g}, response {a b} {c d} {f g h i}.
    #[test]
    fn mentions_of_one_side_only_count_as_the_standard_scorer_counts_them() {
        let agreement = Agreement::of(&groups("abc defg"), &groups("ab cd fghi"));
        check(agreement.muc, 0.4, 0.4);
        check(agreement.b_cubed, 0.5, 5.0 / 12.0);
        check(agreement.ceaf, 1.3 / 3.0, 0.65);
    }

    #[test]
    fn groups_of_one_count_but_have_no_links() {
        let agreement = Agreement::of(&groups("a b"), &groups("a b c"));
        check(agreement.muc, 1.0, 1.0);
        check(agreement.b_cubed, 2.0 / 3.0, 1.0);
        check(agreement.ceaf, 2.0 / 3.0, 1.0);
    }

    #[test]
    fn on_matched_mentions_what_only_one_side_has_is_left_out() {
        let (gold, predicted) = (groups("abx c"), groups("ab cyz"));
        check(b_cubed_on_matched(&gold, &predicted), 1.0, 1.0);
        assert!(b_cubed(&gold, &predicted).precision() < 1.0);
    }
}
