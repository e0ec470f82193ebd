//! Articles made ready for comparing: in an order of their own, with words, sides, dates and who belongs to whom.
//!
//! Everything later works on [`Prepared`] articles, numbered by date, then path, then id, so that the order in which the
//! articles were handed in has no influence on any result.

use crate::side::{Side, sides_of};
use crate::vector::{ArticleVectors, Projection, StatementVector, Vector};
use crate::words::{Places, Word, words};
use model::{Actor, Article, EntityType, Statement, StatementRef, ZoneKind};
use std::collections::{BTreeMap, BTreeSet};

/// All articles and actors.
pub(crate) struct Corpus<'a> {
    /// In order of date, path, id.
    pub(crate) articles: Vec<Prepared<'a>>,
    /// By id.
    pub(crate) actors: BTreeMap<&'a str, &'a Actor>,
    /// Everything that some article credits.
    pub(crate) credited: BTreeSet<String>,
}

/// One article made ready.
pub(crate) struct Prepared<'a> {
    pub(crate) article: &'a Article,
    pub(crate) vectors: &'a ArticleVectors,
    pub(crate) places: Places<'a>,
    /// One for each statement.
    pub(crate) sides: Vec<Side>,
    /// All words of the text with what kind of text they stand in.
    pub(crate) words: Vec<PlacedWord>,
    /// Name of the outlet, else its domain, path or id: whatever tells it from others.
    pub(crate) outlet: String,
    /// What it credits: its agencies by their folded names.
    pub(crate) credit: Option<String>,
    /// Day of publication as a number; `None` where it is unknown or known only to the month.
    pub(crate) day: Option<i64>,
    /// Index of each statement's parent.
    pub(crate) parents: Vec<Option<usize>>,
}

/// A word and what kind of text it stands in.
pub(crate) struct PlacedWord {
    pub(crate) word: Word,
    /// Inside quotation marks.
    pub(crate) quoted: bool,
    pub(crate) zone: ZoneKind,
}

/// One statement of the corpus: index of its article in [`Corpus::articles`], index in the article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct At {
    pub(crate) article: usize,
    pub(crate) statement: usize,
}

static NO_VECTORS: ArticleVectors = ArticleVectors { statements: Vec::new(), sentences: Vec::new() };
static NOTHING: std::sync::LazyLock<StatementVector> = std::sync::LazyLock::new(StatementVector::default);
pub(crate) static NO_SIDE: std::sync::LazyLock<Side> = std::sync::LazyLock::new(Side::default);

impl<'a> Corpus<'a> {
    pub(crate) fn new(articles: &'a [Article], actors: &'a [Actor], vectors: &'a [ArticleVectors]) -> Self {
        let mut order: Vec<usize> = (0..articles.len()).collect();
        order.sort_by_key(|i| articles.get(*i).map(order_of));
        let prepare = |i: usize| Some(Prepared::new(articles.get(i)?, vectors.get(i).unwrap_or(&NO_VECTORS)));
        let articles: Vec<Prepared<'_>> = order.into_iter().filter_map(prepare).collect();
        Self {
            credited: articles.iter().filter_map(|prepared| prepared.credit.clone()).collect(),
            articles,
            actors: actors.iter().map(|actor| (actor.id.as_str(), actor)).collect(),
        }
    }

    /// The article of a statement.
    pub(crate) fn article(&self, at: At) -> &Prepared<'a> {
        &self.articles[at.article]
    }

    /// The statement at a place.
    pub(crate) fn statement(&self, at: At) -> &'a Statement {
        &self.articles[at.article].article.statements[at.statement]
    }

    /// It in words.
    pub(crate) fn side(&self, at: At) -> &Side {
        self.articles[at.article].sides.get(at.statement).unwrap_or(&NO_SIDE)
    }

    /// The vector of its content.
    pub(crate) fn vector(&self, at: At) -> &Vector {
        &self.known(at).vector
    }

    /// What it is compared by.
    pub(crate) fn projection(&self, at: At) -> &Projection {
        &self.known(at).projection
    }

    fn known(&self, at: At) -> &StatementVector {
        self.articles[at.article].vectors.statements.get(at.statement).unwrap_or(&NOTHING)
    }

    /// Actor id of who speaks.
    pub(crate) fn speaker(&self, at: At) -> Option<&'a str> {
        self.statement(at).speaker.as_ref()?.actor.as_deref()
    }

    /// Whether an actor is unnamed.
    pub(crate) fn is_anonymous(&self, actor: &str) -> bool {
        self.actors.get(actor).is_some_and(|actor| actor.anonymous || actor.kind == EntityType::Anonymous)
    }

    /// What an actor is.
    pub(crate) fn kind(&self, actor: &str) -> Option<EntityType> {
        self.actors.get(actor).map(|actor| actor.kind)
    }

    /// An actor with everything that it is part of, itself first; a circle ends where it closes.
    pub(crate) fn bodies(&self, actor: &'a str) -> Vec<&'a str> {
        let mut found = vec![actor];
        let mut at = actor;
        while let Some(next) = self.actors.get(at).and_then(|actor| actor.part_of.as_deref()) {
            if found.contains(&next) {
                break;
            }
            found.push(next);
            at = next;
        }
        found
    }

    /// The reference that results use.
    pub(crate) fn reference(&self, at: At) -> StatementRef {
        StatementRef { article: self.articles[at.article].article.id.clone(), statement: self.statement(at).id.clone() }
    }

    /// All statements that stand outside boilerplate, in order.
    pub(crate) fn statements(&self) -> Vec<At> {
        let mut found = Vec::new();
        for (article, prepared) in self.articles.iter().enumerate() {
            found.extend((0..prepared.article.statements.len()).map(|statement| At { article, statement }));
        }
        found.retain(|at| !matches!(self.statement(*at).zone, ZoneKind::Boilerplate | ZoneKind::Credit));
        found
    }
}

/// Undated articles come last.
fn order_of(article: &Article) -> (bool, &str, &str, &str) {
    let date = article.published.as_ref().map(|published| published.value.as_str());
    (date.is_none(), date.unwrap_or_default(), article.path.as_deref().unwrap_or_default(), &article.id)
}

impl<'a> Prepared<'a> {
    fn new(article: &'a Article, vectors: &'a ArticleVectors) -> Self {
        let places = Places::new(&article.text);
        let states = text::quotation_states(&article.text);
        let placed = |word: Word| PlacedWord {
            quoted: states.get(word.span.start() as usize).is_some_and(|state| *state == 1),
            zone: article.zone_at(word.span.start()),
            word,
        };
        let by_id: BTreeMap<&str, usize> =
            article.statements.iter().enumerate().map(|(i, statement)| (statement.id.as_str(), i)).collect();
        let parent = |statement: &Statement| by_id.get(statement.parent.as_deref()?).copied();
        let outlet = [&article.outlet.name, &article.outlet.domain, &article.path].into_iter().flatten().next();
        Self {
            article,
            vectors,
            sides: sides_of(article),
            words: words(&article.text, 0).into_iter().map(placed).collect(),
            credit: credit_of(article),
            outlet: outlet.unwrap_or(&article.id).clone(),
            day: article.published.as_ref().and_then(|published| day_number(&published.value)),
            parents: article.statements.iter().map(parent).collect(),
            places,
        }
    }

    /// The statements in whose contents a statement stands, nearest first; a circle ends where it closes.
    pub(crate) fn ancestors(&self, statement: usize) -> Vec<usize> {
        let mut found: Vec<usize> = Vec::new();
        let mut at = statement;
        while let Some(parent) = self.parents.get(at).copied().flatten() {
            if parent == statement || found.contains(&parent) {
                break;
            }
            found.push(parent);
            at = parent;
        }
        found
    }

    /// Date of publication as given.
    pub(crate) fn date(&self) -> Option<&'a str> {
        self.article.published.as_ref().map(|published| published.value.as_str())
    }
}

/// A name for comparing outlets with credits: in lower case without `the`, and of several words the first where that is
/// long enough to tell (`Northwire` for `Northwire Press`).
pub(crate) fn folded_name(name: &str) -> String {
    let words = words(name, 0).into_iter().map(|word| word.text).filter(|word| word != "the");
    let words: Vec<String> = words.collect();
    match words.first() {
        Some(first) if first.chars().count() > 5 => first.clone(),
        _ => words.join(" "),
    }
}

/// The agencies of an article as one name; one that is the outlet itself is no credit.
fn credit_of(article: &Article) -> Option<String> {
    let own = article.outlet.name.as_deref().map(folded_name);
    let names: BTreeSet<String> =
        article.agencies.iter().map(|agency| folded_name(agency)).filter(|name| !name.is_empty()).collect();
    let names: Vec<String> = names.into_iter().filter(|name| Some(name) != own.as_ref()).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// The day of an ISO date as a number that grows by one a day; `None` where the day is not given.
pub(crate) fn day_number(date: &str) -> Option<i64> {
    let mut parts = date.get(..10)?.split('-');
    let year: i64 = parts.next()?.parse().ok()?;
    let month: i64 = parts.next()?.parse().ok()?;
    let day: i64 = parts.next()?.parse().ok()?;
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // Days from the civil calendar, years counted from March.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year - era * 400;
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year)
}

#[cfg(test)]
mod tests {
    use super::day_number;

    #[test]
    fn days_are_counted_over_the_ends_of_months_and_years() {
        let days = |a, b| Some(day_number(b)? - day_number(a)?);
        assert_eq!(days("2024-02-28", "2024-03-01"), Some(2));
        assert_eq!(days("2023-12-31T23:00Z", "2024-01-01"), Some(1));
        assert_eq!(day_number("2024-02"), None);
        assert_eq!(day_number("2024-13-01"), None);
    }
}
