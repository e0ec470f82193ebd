//! Which outlet tells which claims of a story, which only in copied text, and on which it is silent.

use crate::copies::Copies;
use crate::corpus::Corpus;
use model::{Claim, Coverage, Span, Story};
use std::collections::{BTreeMap, BTreeSet};

/// One row for each story and outlet, stories in order, outlets by name.
pub(crate) fn coverage_of(corpus: &Corpus<'_>, copies: &Copies, stories: &[Story], claims: &[Claim]) -> Vec<Coverage> {
    let numbers: BTreeMap<&str, usize> =
        corpus.articles.iter().enumerate().map(|(number, prepared)| (prepared.article.id.as_str(), number)).collect();
    let mut by_story: BTreeMap<&str, Vec<&Claim>> = BTreeMap::new();
    claims.iter().for_each(|claim| by_story.entry(&claim.story).or_default().push(claim));
    let mut rows = Vec::new();
    for story in stories {
        let mut outlets: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for number in story.articles.iter().filter_map(|id| numbers.get(id.as_str())) {
            outlets.entry(&corpus.articles[*number].outlet).or_default().push(*number);
        }
        let claims = by_story.get(story.id.as_str()).map(Vec::as_slice).unwrap_or_default();
        for (outlet, articles) in outlets {
            rows.push(row(corpus, copies, story, outlet, &articles, claims));
        }
    }
    rows
}

fn row(
    corpus: &Corpus<'_>,
    copies: &Copies,
    story: &Story,
    outlet: &str,
    articles: &[usize],
    claims: &[&Claim],
) -> Coverage {
    let ids: BTreeMap<&str, usize> =
        articles.iter().map(|number| (corpus.articles[*number].article.id.as_str(), *number)).collect();
    let mut row = Coverage {
        story: story.id.clone(),
        outlet: outlet.to_owned(),
        articles: articles.iter().map(|number| corpus.articles[*number].article.id.clone()).collect(),
        tells: Vec::new(),
        copies: Vec::new(),
        silent: Vec::new(),
    };
    for claim in claims {
        let mut places: Vec<(usize, Option<Span>)> = Vec::new();
        for statement in &claim.statements {
            let Some(number) = ids.get(statement.article.as_str()) else { continue };
            let found =
                corpus.articles[*number].article.statements.iter().find(|other| other.id == statement.statement);
            places.push((*number, found.and_then(|found| found.content.first().copied())));
        }
        for voice in &claim.voice {
            places.extend(ids.get(voice.article.as_str()).map(|number| (*number, Some(voice.span))));
        }
        let copied: BTreeSet<bool> =
            places.iter().map(|(number, span)| span.is_some_and(|span| copies.is_copied(*number, span))).collect();
        let list = match (copied.contains(&false), copied.contains(&true)) {
            (true, _) => &mut row.tells,
            (false, true) => &mut row.copies,
            (false, false) => &mut row.silent,
        };
        list.push(claim.id.clone());
    }
    row
}
