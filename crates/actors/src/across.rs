//! One actor for the same person, body or state in all articles.
//!
//! In: articles with entities (and speakers), knowledge. Out: actors, with [`model::Entity::actor`] and
//! [`model::Speaker::actor`] set. «Karin Lund», «K. Lund», «Ms Lund», «the mayor» in three articles → one actor, and why.
//!
//! The steps go from sure to less sure: known names, full names, longer forms, slips, short names, bodies, offices,
//! descriptions, copied sentences. Each joins only what has one candidate in articles that share other names, too; what has
//! two is noted as ambiguous and left apart. The order of the articles changes nothing, nor does an unrelated article.

mod bodies;
mod build;
mod described;
mod group;
mod identity;
mod link;
mod names;
mod naming;
mod owner;
mod record;
mod related;
mod short;
mod slips;
mod vocabulary;

use crate::knowledge::Knowledge;
use group::Groups;
use model::{Actor, Article};
use record::{Record, context_key, records};
use related::Related;
use std::collections::{BTreeMap, BTreeSet};
use vocabulary::{SmallWords, capital_words};

pub(crate) use build::sign;
pub(crate) use related::{COMMON, NEAR};

/// Finds the actors of all articles and writes their ids into entities and speakers.
pub fn across(articles: &mut [Article], knowledge: &Knowledge) -> Vec<Actor> {
    joined(articles, knowledge).0
}

/// What an article shares with others near it, each with its weight.
pub(crate) fn near_keys(article: &Article, knowledge: &Knowledge) -> Vec<(String, f32)> {
    let mut small = SmallWords::default();
    small.add(&article.text);
    keys(article, &records(article, 0, knowledge, &small), knowledge)
}

fn keys(article: &Article, records: &[Record], knowledge: &Knowledge) -> Vec<(String, f32)> {
    let mut out: BTreeMap<String, f32> = records.iter().filter_map(context_key).collect();
    out.extend(capital_words(&article.text, knowledge).into_iter().map(|w| (format!("w {w}"), 0.5)));
    out.into_iter().collect()
}

/// What the descriptions of these articles could mean, before any is decided; for fitting (`training/identity.py`).
pub fn identity_choices(articles: &mut [Article], knowledge: &Knowledge) -> Vec<IdentityChoice> {
    let mut out = Vec::new();
    joined_seeing(articles, knowledge, &mut |groups, by_place| {
        let places = |record: usize| {
            let records = groups.get(groups.of(record)).records.iter().filter_map(|r| groups.records.get(*r));
            records.map(|r| (r.article, r.entity)).collect::<Vec<_>>()
        };
        let by_article = identity::ByArticle::of(groups);
        for class in identity::CLASSES {
            for choice in identity::choices(groups, by_place, &by_article, class) {
                let named = choice.named.iter().map(|(named, shown)| (places(*named), shown.to_vec())).collect();
                out.push(IdentityChoice { class, description: places(choice.record), named });
            }
        }
    });
    out
}

/// Entities: the article's place in the order of ids, and the entity's in it.
pub type EntityPlaces = Vec<(usize, usize)>;

/// A description and those whom it may mean.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IdentityChoice {
    /// 0 for people, 1 for bodies.
    pub class: u8,
    /// The entities without a name that are one already.
    pub description: EntityPlaces,
    /// The named ones near by, and what each shows beside the description.
    pub named: Vec<(EntityPlaces, Vec<f32>)>,
}

/// The actors, and the ids of those whom knowledge names: theirs are the same in whatever articles.
pub(crate) fn joined(articles: &mut [Article], knowledge: &Knowledge) -> (Vec<Actor>, BTreeSet<String>) {
    joined_seeing(articles, knowledge, &mut |_, _| ())
}

/// What looks at the groups before descriptions are chosen for.
type Seen<'s> = &'s mut dyn FnMut(&Groups<'_>, &BTreeMap<(usize, usize), usize>);

fn joined_seeing(articles: &mut [Article], knowledge: &Knowledge, see: Seen<'_>) -> (Vec<Actor>, BTreeSet<String>) {
    // by id, so that the order in which files were named changes nothing
    let mut order: Vec<usize> = (0..articles.len()).collect();
    order.sort_by(|a, b| {
        let key = |n: &usize| articles.get(*n).map(|a| (&a.id, &a.path, &a.text));
        key(a).cmp(&key(b))
    });
    let mut small = SmallWords::default();
    for article in articles.iter() {
        small.add(&article.text);
    }
    let mut all: Vec<Record> = Vec::new();
    let mut shared: Vec<Vec<(String, f32)>> = Vec::new();
    for (number, place) in order.iter().enumerate() {
        let Some(article) = articles.get(*place) else { continue };
        let own = records(article, number, knowledge, &small);
        shared.push(keys(article, &own, knowledge));
        all.extend(own);
    }
    let by_place: BTreeMap<(usize, usize), usize> =
        all.iter().enumerate().map(|(n, r)| ((r.article, r.entity), n)).collect();
    let related = Related::new(&shared);
    let days: Vec<Option<String>> = order
        .iter()
        .map(|place| {
            articles.get(*place).and_then(|a| a.published.as_ref()).and_then(|p| p.value.get(..10)).map(str::to_owned)
        })
        .collect();
    let mut groups = Groups::new(&all, &related);
    names::join_known(&mut groups);
    names::join_exact(&mut groups);
    names::join_full_names(&mut groups);
    slips::join_slips(&mut groups);
    short::join_short_names(&mut groups);
    slips::join_slips(&mut groups);
    bodies::join_bodies(&mut groups);
    bodies::join_peoples(&mut groups);
    described::join_offices(&mut groups, knowledge, &by_place, &days);
    described::join_described(&mut groups, &by_place);
    described::join_copies(&mut groups);
    see(&groups, &by_place);
    identity::join_chosen(&mut groups, &by_place);
    described::join_alike(&mut groups, &by_place);
    build::actors(articles, &order, &groups, &by_place)
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) use tests::article as article_for_tests;
