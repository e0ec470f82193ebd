//! A corpus on its way through the stages: articles with their vectors, in the order of the contract.

use claims::ArticleVectors;
use model::{Article, Problem};
use std::collections::BTreeSet;

/// An article that has been read by the model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// The article with statements and entities.
    pub article: Article,
    /// What its statements and sentences are like.
    pub vectors: ArticleVectors,
}

/// Readings in order of date, then path, then id, each id once; and a problem for each article that came twice.
///
/// Articles without a date come last. An id that two different texts carry is changed for the second.
pub fn sorted(mut readings: Vec<Reading>) -> (Vec<Reading>, Vec<Problem>) {
    readings.sort_by(|a, b| key(&a.article).cmp(&key(&b.article)).then_with(|| a.article.text.cmp(&b.article.text)));
    let mut problems = Vec::new();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut texts: BTreeSet<(String, String)> = BTreeSet::new();
    readings.retain_mut(|reading| {
        let article = &mut reading.article;
        if seen.contains(&article.id) {
            if !texts.insert((article.id.clone(), article.text.clone())) {
                problems.push(Problem {
                    code: "same-article".to_owned(),
                    message: format!("article {} came twice; the second was left out", article.id),
                    path: article.path.clone(),
                });
                return false;
            }
            let other = (2..).map(|number| format!("{}-{number}", article.id)).find(|id| !seen.contains(id));
            article.id = other.unwrap_or_default();
        } else {
            texts.insert((article.id.clone(), article.text.clone()));
        }
        seen.insert(article.id.clone());
        true
    });
    (readings, problems)
}

fn key(article: &Article) -> (bool, &str, Option<&str>, &str) {
    let date = article.published.as_ref().map(|published| published.value.as_str());
    (date.is_none(), date.unwrap_or_default(), article.path.as_deref(), article.id.as_str())
}

#[cfg(test)]
mod tests {
    use super::{Reading, sorted};
    use model::{Article, Precision, Published, PublishedFrom};

    fn reading(id: &str, date: Option<&str>, text: &str) -> Reading {
        let published = date.map(|value| Published {
            value: value.to_owned(),
            precision: Precision::Day,
            from: PublishedFrom::Header,
        });
        let article = Article { id: id.to_owned(), published, text: text.to_owned(), ..Article::default() };
        Reading { article, ..Reading::default() }
    }

    #[test]
    fn order_of_the_files_does_not_matter() {
        let a = || reading("a", Some("2024-02-01"), "A");
        let b = || reading("b", Some("2024-01-31"), "B");
        let c = || reading("c", None, "C");
        let ids = |readings: Vec<Reading>| -> Vec<String> {
            sorted(readings).0.into_iter().map(|reading| reading.article.id).collect()
        };
        assert_eq!(ids(vec![a(), b(), c()]), ["b", "a", "c"]);
        assert_eq!(ids(vec![c(), a(), b()]), ["b", "a", "c"]);
    }

    #[test]
    fn an_article_that_came_twice_is_left_out_once() {
        let (readings, problems) = sorted(vec![reading("a", None, "A"), reading("a", None, "A")]);
        assert_eq!((readings.len(), problems.len()), (1, 1));
    }

    #[test]
    fn two_texts_with_one_id_are_both_kept() {
        let (readings, problems) =
            sorted(vec![reading("a", None, "B"), reading("a", None, "A"), reading("a", None, "B")]);
        let ids: Vec<&str> = readings.iter().map(|reading| reading.article.id.as_str()).collect();
        assert_eq!((ids, problems.len()), (vec!["a", "a-2"], 1));
    }
}
