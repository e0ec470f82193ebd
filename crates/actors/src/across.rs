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
use std::collections::BTreeMap;
use vocabulary::{SmallWords, capital_words};

/// Finds the actors of all articles and writes their ids into entities and speakers.
pub fn across(articles: &mut [Article], knowledge: &Knowledge) -> Vec<Actor> {
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
    let mut keys: Vec<Vec<(String, f32)>> = Vec::new();
    for (number, place) in order.iter().enumerate() {
        let Some(article) = articles.get(*place) else { continue };
        let own = records(article, number, knowledge, &small);
        let mut of_article: BTreeMap<String, f32> = BTreeMap::new();
        for (key, weight) in own.iter().filter_map(context_key) {
            of_article.insert(key, weight);
        }
        of_article.extend(capital_words(&article.text, knowledge).into_iter().map(|w| (format!("w {w}"), 0.5)));
        keys.push(of_article.into_iter().collect());
        all.extend(own);
    }
    let by_place: BTreeMap<(usize, usize), usize> =
        all.iter().enumerate().map(|(n, r)| ((r.article, r.entity), n)).collect();
    let related = Related::new(&keys);
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
    described::join_alike(&mut groups, &by_place);
    build::actors(articles, &order, &groups, &by_place)
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) use tests::article as article_for_tests;
