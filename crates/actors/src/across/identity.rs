//! Whom a description means that nothing surer joined: «the lad» in a story about Petr Havelka, «the panel» beside a committee.
//!
//! In: groups of people, or of bodies, some of them without a name. Out: for each of these the named ones near it, and what they
//! show together as numbers; a small logistic model over these ([`WEIGHTS`]) chooses one or nobody. It is fitted on the stories for
//! training by `training/identity.py`. It knows names, roles and places, and no scores of pairs: those are cleaner on stories
//! that the weights were trained with than on new text.

use super::described::{class, is_nameless, owner_of, says_nothing};
use super::group::Groups;
use super::record::{Form, Record};
use super::short::first_record;
use crate::confidence::Step;
use crate::words::{is_person, is_title, mask};
use std::collections::{BTreeMap, BTreeSet};

/// How many numbers a named one shows beside a description.
pub(crate) const SHOWN: usize = 28;

/// In larger neighbourhoods nobody is chosen.
const MOST_NEAR: usize = 200;
/// And among more named ones than these.
const MOST_NAMED: usize = 400;

/// A description, by a record, and those it may mean, each by a record with what the two show.
pub(crate) struct Choice {
    pub record: usize,
    pub named: Vec<(usize, [f32; SHOWN])>,
}

/// The records of each article: who is told of in all articles of a large corpus must not be gone through whole for each description.
pub(crate) struct ByArticle(BTreeMap<usize, Vec<usize>>);

impl ByArticle {
    pub(crate) fn of(groups: &Groups<'_>) -> Self {
        let mut records: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (number, record) in groups.records.iter().enumerate() {
            records.entry(record.article).or_default().push(number);
        }
        Self(records)
    }

    /// A group's records in an article.
    fn records<'g>(&self, groups: &'g Groups<'_>, group: usize, article: usize) -> impl Iterator<Item = &'g Record> {
        let records = self.0.get(&article).into_iter().flatten().copied();
        records.filter(move |record| groups.of(*record) == group).filter_map(|record| groups.records.get(record))
    }
}

/// What is counted once of each named group.
struct Told {
    mentions: usize,
    owner: Option<usize>,
}

/// All choices that are open for a class of kinds, each with at least one candidate.
pub(crate) fn choices(
    groups: &Groups<'_>,
    by_place: &BTreeMap<(usize, usize), usize>,
    by_article: &ByArticle,
    of_class: u8,
) -> Vec<Choice> {
    let mut named_of: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    let mut told: BTreeMap<usize, Told> = BTreeMap::new();
    let mut open = Vec::new();
    for group in groups.all().into_iter().filter(|g| class(groups.kind(*g)) == of_class) {
        if is_nameless(groups, group) {
            if is_open(groups, group, of_class) {
                open.push(group);
            }
        } else {
            told.insert(group, Told { mentions: groups.mentions(group), owner: owner_of(groups, by_place, group) });
            for article in &groups.get(group).articles {
                named_of.entry(*article).or_default().insert(group);
            }
        }
    }
    let mut out = Vec::new();
    for group in open {
        let of = groups.get(group);
        if of.near.len() > MOST_NEAR {
            continue;
        }
        let near: BTreeSet<usize> = of.near.iter().filter_map(|a| named_of.get(a)).flatten().copied().collect();
        let fits: Vec<usize> = near
            .into_iter()
            .filter(|p| groups.can_share_pronoun(*p, group) && !is_beside(groups, by_article, *p, group))
            .collect();
        if fits.is_empty() || fits.len() > MOST_NAMED {
            continue;
        }
        let shown = shown(groups, by_place, (by_article, &told), group, &fits);
        let named = fits.iter().map(|p| first_record(groups, *p)).zip(shown).collect();
        out.push(Choice { record: first_record(groups, group), named });
    }
    out
}

/// Joins each description with the one that is chosen for it.
pub(crate) fn join_chosen(groups: &mut Groups<'_>, by_place: &BTreeMap<(usize, usize), usize>) {
    let by_article = ByArticle::of(groups);
    for of_class in CLASSES {
        for choice in choices(groups, by_place, &by_article, of_class) {
            let weight = |shown: &[f32; SHOWN]| {
                let of = |row: &(f32, f32)| if of_class == 0 { row.0 } else { row.1 };
                shown.iter().zip(&WEIGHTS).map(|(x, row)| x * of(row)).sum::<f32>().exp()
            };
            let weighed: Vec<(f32, usize)> =
                choice.named.iter().map(|(named, shown)| (weight(shown), *named)).collect();
            let whole: f32 = 1.0 + weighed.iter().map(|(weight, _)| weight).sum::<f32>();
            let best = weighed.iter().copied().max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
            // whoever else fits nearly as well, chosen or not
            let near: Vec<usize> = weighed
                .iter()
                .filter(|(weight, named)| {
                    best.is_some_and(|(most, first)| *named != first && *weight >= NEARLY * most && *weight >= NEARLY)
                })
                .map(|(_, named)| groups.of(*named))
                .collect();
            groups.rival(groups.of(choice.record), near);
            if let Some((weight, named)) = best.filter(|(weight, _)| *weight >= SURE * whole) {
                let (named, group) = (groups.of(named), groups.of(choice.record));
                // an earlier choice may have told more of either
                if named == group
                    || !groups.can_share_pronoun(named, group)
                    || is_beside(groups, &by_article, named, group)
                {
                    continue;
                }
                groups.join(
                    named,
                    group,
                    Step::Chosen(weight / whole),
                    "of those near by the description fits this one best",
                );
            }
        }
    }
}

/// People and bodies, as [`class`] numbers them.
pub(crate) const CLASSES: [u8; 2] = [0, 1];

/// So probable one has to be. Stories kept back, actors on matched mentions: 81.3 where nobody is chosen, 81.9 here, 82.2 from 0.4
/// on, where fewer choices are right.
const SURE: f32 = 0.5;

/// One with this part of the best one's weight, or of nobody's, fits nearly as well.
const NEARLY: f32 = 0.5;

/// By number of what is shown, for people and for bodies; printed by `training/identity.py`.
#[rustfmt::skip]
const WEIGHTS: [(f32, f32); SHOWN] = [
    (-1.34, -1.41), // one of them at all
    (-0.17, -0.33), // in the same article
    (0.68, 0.58), // mentions against the one told of most
    (0.07, -0.19), // told of most
    (-0.27, 0.02), // share of its article's mentions
    (1.33, 0.21), // its noun among their offices
    (2.38, 2.82), // its noun in their words, by how few have it
    (1.29, 1.85), // other words shared
    (0.63, -0.07), // its titles are theirs
    (-0.41, -0.04), // other titles
    (0.12, 0.03), // same owner
    (-0.38, -0.15), // other owner
    (0.74, 0.00), // same sex, told
    (-0.11, -0.04), // mentions in its sentences
    (-0.00, -0.55), // known
    (-0.07, -0.18), // before it in the article
    (0.06, 0.03), // nearest before
    (0.70, 0.32), // how near
    (0.31, 0.10), // first in the article
    (-0.48, 0.10), // indefinite
    (-0.43, -0.09), // somebody's
    (0.07, 0.32), // «this»
    (0.37, 0.25), // pronouns alone
    (0.96, 0.12), // pronouns alone, nearest before
    (0.27, -0.24), // its mentions
    (-0.45, -0.18), // an office
    (-0.05, 0.04), // same article, its noun among their offices
    (-0.51, -0.94), // same article, no noun of theirs
];

/// Somebody other than whoever speaks or writes, and one only: for «I», «who» and «the twins» nobody is chosen.
fn is_open(groups: &Groups<'_>, group: usize, of_class: u8) -> bool {
    let of = groups.get(group);
    let mut places = of.records.iter().filter_map(|r| groups.records.get(*r)).flat_map(|r| &r.places);
    (of_class != 0 || of.mask & (mask::HE | mask::SHE) != 0)
        && places.any(|p| matches!(p.form, Form::Name | Form::Description | Form::Third))
}

/// Whether a mention of one stands in a mention of the other («his brother» is not he).
fn is_beside(groups: &Groups<'_>, by_article: &ByArticle, person: usize, group: usize) -> bool {
    let own = groups.get(group).records.iter().filter_map(|r| groups.records.get(*r));
    own.into_iter().any(|y| {
        by_article.records(groups, person, y.article).any(|x| {
            y.places.iter().any(|p| {
                let until = x.places.partition_point(|q| q.start < p.end);
                x.places.iter().take(until).any(|q| p.start < q.end)
            })
        })
    })
}

/// What a description and each of the named ones show together.
fn shown(
    groups: &Groups<'_>,
    by_place: &BTreeMap<(usize, usize), usize>,
    (by_article, told): (&ByArticle, &BTreeMap<usize, Told>),
    group: usize,
    named: &[usize],
) -> Vec<[f32; SHOWN]> {
    let yes = |b: bool| if b { 1.0 } else { 0.0 };
    let of = groups.get(group);
    let own: Vec<_> = of.records.iter().filter_map(|r| groups.records.get(*r)).collect();
    let descriptions = || own.iter().flat_map(|r| &r.descriptions);
    let heads: BTreeSet<&String> = descriptions().map(|d| &d.head).filter(|h| !says_nothing(h)).collect();
    let bare = heads.is_empty() && descriptions().next().is_none();
    let titles: BTreeSet<&String> = of.roles.iter().filter(|w| is_title(w)).collect();
    let indefinite = descriptions().next().is_some() && descriptions().all(|d| d.indefinite);
    let demonstrative = descriptions().any(|d| d.demonstrative);
    let owner = owner_of(groups, by_place, group);
    let possessive = descriptions().any(|d| d.possessive) || owner.is_some_and(|o| groups.is_person(o));
    let sure = |m: u8| m == mask::HE || m == mask::SHE;
    let mentions: Vec<usize> = named.iter().map(|p| told.get(p).map_or(0, |told| told.mentions)).collect();
    let most = mentions.iter().copied().max().unwrap_or_default();
    // how many of the named ones have each word
    let mut having: BTreeMap<&String, f32> = BTreeMap::new();
    for person in named {
        for word in groups.get(*person).bag.intersection(&of.bag) {
            *having.entry(word).or_default() += 1.0;
        }
    }
    // where the description first stands, and the mentions of the named ones in that article
    let first = own.iter().min_by_key(|r| (r.article, r.places.first().map(|p| p.start)));
    let (article, at) = first
        .and_then(|r| r.places.first().map(|p| (r.article, *p)))
        .unwrap_or((usize::MAX, super::record::Place::default()));
    let here = |p: usize| by_article.records(groups, p, article).flat_map(|record| &record.places);
    let count: Vec<usize> = named.iter().map(|p| here(*p).count()).collect();
    let whole: usize = count.iter().sum();
    let before: Vec<Option<u32>> =
        named.iter().map(|p| here(*p).filter(|q| q.end <= at.start).map(|q| q.end).max()).collect();
    let nearest = before.iter().flatten().max().copied();
    let openers: Vec<Option<u32>> = named.iter().map(|p| here(*p).map(|q| q.start).min()).collect();
    let opener = openers.iter().flatten().min().copied();
    let sentences: BTreeSet<u32> =
        own.iter().filter(|r| r.article == article).flat_map(|r| &r.places).map(|p| p.sentence).collect();
    let mut out = Vec::with_capacity(named.len());
    for (k, person) in named.iter().enumerate() {
        let theirs = groups.get(*person);
        let mentioned = mentions.get(k).copied().unwrap_or_default();
        let times = count.get(k).copied().unwrap_or_default();
        let inside = times > 0;
        let in_roles = heads.iter().any(|h| theirs.roles.contains(*h));
        let in_bag = heads.iter().any(|h| theirs.bag.contains(*h));
        let their_titles: BTreeSet<&String> = theirs.roles.iter().filter(|w| is_title(w)).collect();
        let shared: f32 = theirs
            .bag
            .intersection(&of.bag)
            .filter(|w| !heads.contains(w) && !says_nothing(w))
            .filter_map(|w| having.get(w))
            .map(|n| 1.0 / n)
            .sum();
        let both = (owner, told.get(person).and_then(|told| told.owner));
        let together = here(*person).filter(|q| sentences.contains(&q.sentence)).count();
        let last = here(*person).filter(|q| q.end <= at.start).map(|q| at.sentence.saturating_sub(q.sentence)).min();
        let is_nearest = nearest.is_some() && before.get(k).copied().flatten() == nearest;
        let close = last.map_or(0.0, |d| (-(d as f32) / 3.0).exp());
        let head_share = heads.iter().filter_map(|h| having.get(*h)).fold(0.0f32, |m, n| m.max(1.0 / n));
        out.push([
            1.0,
            yes(inside),
            ((1 + mentioned) as f32).ln() - ((1 + most) as f32).ln(),
            yes(mentioned == most),
            if whole > 0 { times as f32 / whole as f32 } else { 0.0 },
            yes(in_roles),
            if in_bag { head_share } else { 0.0 },
            shared.min(3.0),
            yes(!titles.is_empty() && titles.is_subset(&their_titles)),
            yes(!titles.is_empty() && !their_titles.is_empty() && titles.is_disjoint(&their_titles)),
            yes(matches!(both, (Some(a), Some(b)) if a == b)),
            yes(matches!(both, (Some(a), Some(b)) if a != b)),
            yes(sure(of.mask) && of.mask == theirs.mask),
            (together.min(3)) as f32,
            yes(theirs.known.is_some()),
            yes(last.is_some()),
            yes(is_nearest),
            close,
            yes(opener.is_some() && openers.get(k).copied().flatten() == opener),
            yes(indefinite),
            yes(possessive),
            yes(demonstrative),
            yes(bare),
            yes(bare && is_nearest),
            (own.iter().map(|r| r.mentions).sum::<usize>() as f32).ln(),
            yes(heads.iter().any(|h| is_title(h) || is_person(h))),
            yes(inside && in_roles),
            yes(inside && !in_roles && !in_bag),
        ]);
    }
    out
}
