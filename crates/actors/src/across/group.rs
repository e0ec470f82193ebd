//! Groups of records that are one actor, and what they show together.

use super::record::Record;
use super::related::Related;
use crate::confidence::{Step, of_step};
use crate::words::mask;
use model::EntityType;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// Records that are one actor.
#[derive(Clone, Debug, Default)]
pub(crate) struct Group {
    pub records: Vec<usize>,
    pub articles: BTreeSet<usize>,
    /// Articles near any of its own.
    pub near: HashSet<usize>,
    /// Words of its names; of those that say something without an owner.
    pub names: BTreeSet<Vec<String>>,
    pub roles: BTreeSet<String>,
    pub bag: BTreeSet<String>,
    pub mask: u8,
    pub why: Vec<String>,
    /// The name that knowledge gives it.
    pub known: Option<String>,
    /// It has no name of its own and was joined by its office.
    pub by_office: BTreeSet<usize>,
}

/// All records with the group of each.
pub(crate) struct Groups<'a> {
    pub records: &'a [Record],
    group_of: Vec<usize>,
    groups: Vec<Group>,
    /// How probable it is that a record belongs to the records that it was joined with.
    sure: Vec<Option<f32>>,
    /// Groups, by a record of each, that fit a record nearly as well.
    rivals: BTreeMap<usize, BTreeSet<usize>>,
}

impl<'a> Groups<'a> {
    /// Each record in a group of its own.
    pub(crate) fn new(records: &'a [Record], related: &'a Related) -> Self {
        let groups = records
            .iter()
            .enumerate()
            .map(|(n, record)| Group {
                records: vec![n],
                articles: BTreeSet::from([record.article]),
                near: related.of(record.article).collect(),
                names: record.names.iter().filter(|n| !n.generic).map(|name| name.words.clone()).collect(),
                roles: record.roles.clone(),
                bag: record.bag.clone(),
                mask: record.mask,
                known: record.known.as_ref().map(|k| k.name.clone()),
                ..Group::default()
            })
            .collect();
        let sure = vec![None; records.len()];
        Self { records, group_of: (0..records.len()).collect(), groups, sure, rivals: BTreeMap::new() }
    }

    /// How probable it is that a record belongs to its group; none where nothing was joined with it, or others with it.
    pub(crate) fn sure(&self, record: usize) -> Option<f32> {
        self.sure.get(record).copied().flatten()
    }

    /// Says that other groups fit all records of a group nearly as well as where it is.
    pub(crate) fn rival(&mut self, group: usize, others: impl IntoIterator<Item = usize>) {
        let firsts: Vec<usize> = others.into_iter().filter_map(|o| self.get(o).records.first().copied()).collect();
        for record in self.get(group).records.clone() {
            self.rivals.entry(record).or_default().extend(firsts.iter().copied());
        }
    }

    /// Groups that fit a record nearly as well as its own.
    pub(crate) fn rivals(&self, record: usize) -> BTreeSet<usize> {
        let own = self.of(record);
        let others = self.rivals.get(&record).into_iter().flatten().map(|r| self.of(*r));
        others.filter(|group| *group != own).collect()
    }

    /// The group of a record.
    pub(crate) fn of(&self, record: usize) -> usize {
        self.group_of.get(record).copied().unwrap_or_default()
    }

    /// A group by number; one that was joined to another is empty.
    pub(crate) fn get(&self, group: usize) -> &Group {
        static NONE: std::sync::LazyLock<Group> = std::sync::LazyLock::new(Group::default);
        self.groups.get(group).unwrap_or(&NONE)
    }

    /// Numbers of the groups that stand, in order of their first records.
    pub(crate) fn all(&self) -> Vec<usize> {
        (0..self.groups.len()).filter(|g| !self.get(*g).records.is_empty()).collect()
    }

    /// What a group is, by its records' votes; names count double.
    pub(crate) fn kind(&self, group: usize) -> EntityType {
        let mut votes = [0usize; 8];
        for record in self.get(group).records.iter().filter_map(|r| self.records.get(*r)) {
            let weight = record.mentions * if record.names.is_empty() { 1 } else { 2 };
            if let Some(place) = EntityType::ALL.iter().position(|k| *k == record.kind)
                && let Some(vote) = votes.get_mut(place)
            {
                *vote += weight.max(1);
            }
        }
        let most = votes.iter().copied().max().unwrap_or_default();
        let place = votes.iter().position(|v| *v == most).unwrap_or_default();
        EntityType::ALL.get(place).copied().unwrap_or(EntityType::Person)
    }

    /// Whether two groups stand in articles near each other.
    pub(crate) fn are_near(&self, a: usize, b: usize) -> bool {
        let (a, b) = (self.get(a), self.get(b));
        let (small, large) = if a.articles.len() <= b.articles.len() { (a, b) } else { (b, a) };
        small.articles.iter().any(|article| large.near.contains(article))
    }

    /// Whether an article tells them apart: both have a record in it.
    pub(crate) fn are_apart(&self, a: usize, b: usize) -> bool {
        let (a, b) = (self.get(a), self.get(b));
        let (small, large) = if a.articles.len() <= b.articles.len() { (a, b) } else { (b, a) };
        small.articles.iter().any(|article| large.articles.contains(article))
    }

    /// Mentions of all its records.
    pub(crate) fn mentions(&self, group: usize) -> usize {
        self.get(group).records.iter().filter_map(|r| self.records.get(*r)).map(|r| r.mentions).sum()
    }

    /// Whether he, she, it or they can stand for both.
    pub(crate) fn can_share_pronoun(&self, a: usize, b: usize) -> bool {
        self.get(a).mask & self.get(b).mask != 0
    }

    /// Makes two groups one; the number of the one that stays.
    pub(crate) fn join(&mut self, a: usize, b: usize, step: Step, why: impl Into<String>) -> usize {
        if a == b || a >= self.groups.len() || b >= self.groups.len() {
            return a;
        }
        let (keep, gone) = if self.get(a).records.len() >= self.get(b).records.len() { (a, b) } else { (b, a) };
        let taken = self.groups.get_mut(gone).map(std::mem::take).unwrap_or_default();
        for record in &taken.records {
            if let Some(slot) = self.group_of.get_mut(*record) {
                *slot = keep;
            }
            if let Some(slot) = self.sure.get_mut(*record) {
                *slot = Some(slot.unwrap_or(1.0) * of_step(step));
            }
        }
        if let Some(group) = self.groups.get_mut(keep) {
            group.records.extend(taken.records);
            group.articles.extend(taken.articles);
            group.near.extend(taken.near);
            group.names.extend(taken.names);
            group.roles.extend(taken.roles);
            group.bag.extend(taken.bag);
            group.by_office.extend(taken.by_office);
            let both = group.mask & taken.mask;
            group.mask = if both == 0 { mask::ANY } else { both };
            group.why.extend(taken.why);
            group.why.push(why.into());
            group.known = group.known.take().or(taken.known);
        }
        keep
    }

    /// Adds a note for people to read.
    pub(crate) fn note(&mut self, group: usize, why: impl Into<String>) {
        if let Some(group) = self.groups.get_mut(group) {
            group.why.push(why.into());
        }
    }

    /// Marks the records of a group as told by their office.
    pub(crate) fn mark_office(&mut self, group: usize) {
        if let Some(group) = self.groups.get_mut(group) {
            group.by_office = group.records.iter().copied().collect();
        }
    }

    /// A person, told apart from bodies and places.
    pub(crate) fn is_person(&self, group: usize) -> bool {
        self.kind(group) == EntityType::Person
    }
}
