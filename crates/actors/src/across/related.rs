//! Which articles are near each other: they share names that few others have.
//!
//! In: the keys of each article. Out: for each article the articles near it. Two articles are near from [`NEAR`] on; the name in
//! question is itself one of what they share, so near means: something else, too.

use std::collections::{BTreeMap, HashMap, HashSet};

/// Shared weight from which two articles are near. A full name alone weighs 2 (one for the name, a half for each of its words),
/// so that one word more is needed.
pub(crate) const NEAR: f32 = 2.5;
/// A name that more articles have says nothing about any two of them, and would cost the square of their number.
pub(crate) const COMMON: usize = 100;

/// The articles near each article.
#[derive(Debug, Default)]
pub(crate) struct Related {
    near: Vec<HashSet<usize>>,
}

impl Related {
    /// `keys`: for each article its distinct keys with their weights.
    pub(crate) fn new(keys: &[Vec<(String, f32)>]) -> Self {
        let mut holders: BTreeMap<&str, (f32, Vec<usize>)> = BTreeMap::new();
        for (article, list) in keys.iter().enumerate() {
            for (key, weight) in list {
                let entry = holders.entry(key).or_insert((*weight, Vec::new()));
                if entry.1.last() != Some(&article) {
                    entry.1.push(article);
                }
            }
        }
        let mut shared: HashMap<(usize, usize), f32> = HashMap::new();
        for (weight, articles) in holders.values() {
            if articles.len() > COMMON {
                continue;
            }
            for (n, a) in articles.iter().enumerate() {
                for b in articles.iter().skip(n + 1) {
                    *shared.entry((*a, *b)).or_default() += weight;
                }
            }
        }
        let mut near: Vec<HashSet<usize>> = (0..keys.len()).map(|a| HashSet::from([a])).collect();
        for ((a, b), weight) in shared {
            if weight >= NEAR {
                if let Some(set) = near.get_mut(a) {
                    set.insert(b);
                }
                if let Some(set) = near.get_mut(b) {
                    set.insert(a);
                }
            }
        }
        Self { near }
    }

    /// The articles near one, itself among them; in no order.
    pub(crate) fn of(&self, article: usize) -> impl Iterator<Item = usize> + '_ {
        self.near.get(article).into_iter().flatten().copied()
    }
}
