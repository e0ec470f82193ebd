//! What a page says of itself that makes it doubtful: that one must pay for the rest, that it is a list of articles.
//!
//! In: the page's data, its paragraphs, and those that were taken for the article. Out: problems for the article. Nothing
//! is left out for them: a page may be mistaken about itself.

use super::Paragraph;
use model::Problem;
use serde_json::Value;

/// A paid article that is longer than this was saved by somebody who may read it.
const STUB: usize = 2500;

/// The code of the problem of a page that is a list.
pub(super) const LIST: &str = "list-of-articles";

/// What a page says that makes its article doubtful.
pub(super) struct Page<'p> {
    pub linked: Option<&'p Value>,
    pub metas: &'p [(String, String)],
    pub url: Option<&'p str>,
    /// The page calls itself a collection of articles.
    pub is_collection: bool,
    /// All paragraphs of the page.
    pub whole: &'p [Paragraph],
}

/// The problems of an article that was found in a page.
pub(super) fn of(page: &Page<'_>, article: &[Paragraph]) -> Vec<Problem> {
    let length: usize = article.iter().map(|(text, _)| text.chars().count()).sum();
    let mut found = Vec::new();
    if length < STUB && (is_for_pay(page) || asks_to_pay(page.whole)) {
        found.push(problem(
            "paywall",
            "the page shows only the beginning of its article and asks to pay for the rest; what there is was read",
        ));
    }
    if is_list(page) {
        found.push(problem(
            LIST,
            "the page looks like a list of articles, not like one; if it is none, leave the file out",
        ));
    }
    found
}

fn problem(code: &str, message: &str) -> Problem {
    Problem { code: code.to_owned(), message: message.to_owned(), path: None }
}

/// `"isAccessibleForFree": false`, `article:content_tier`.
fn is_for_pay(page: &Page<'_>) -> bool {
    let linked = page.linked.and_then(|data| data.get("isAccessibleForFree")).is_some_and(|free| match free {
        Value::Bool(free) => !free,
        Value::String(free) => free.eq_ignore_ascii_case("false"),
        _ => false,
    });
    let tier = page.metas.iter().find(|(key, _)| key == "article:content_tier");
    linked || tier.is_some_and(|(_, tier)| matches!(tier.to_ascii_lowercase().as_str(), "locked" | "premium"))
}

/// `To continue reading, subscribe`: a short text that only stands where a text breaks off.
fn asks_to_pay(whole: &[Paragraph]) -> bool {
    const WORDS: [&str; 24] = [
        "subscribe to continue reading",
        "subscribe to read",
        "to continue reading",
        "to read the full story",
        "to read the full article",
        "to keep reading",
        "to read this article",
        "this article is for subscribers",
        "this content is for subscribers",
        "this story is for subscribers",
        "exclusive to subscribers",
        "for subscribers only",
        "start your free trial to",
        "unlock this article",
        "weiterlesen mit",
        "jetzt weiterlesen",
        "um weiterzulesen",
        "dieser artikel ist exklusiv für",
        "nur für abonnenten",
        "réservé aux abonnés",
        "pour lire la suite",
        "contenido exclusivo para suscriptores",
        "contenuto riservato agli abbonati",
        "artykuł dostępny tylko dla",
    ];
    whole.iter().any(|(text, _)| {
        text.len() <= 240 && {
            let lower = text.to_lowercase();
            WORDS.iter().any(|words| lower.contains(words))
        }
    })
}

/// A front page, or a page that calls itself a collection.
fn is_list(page: &Page<'_>) -> bool {
    let is_article = page.linked.is_some()
        || page.metas.iter().any(|(key, words)| key == "og:type" && words.to_ascii_lowercase().contains("article"))
        || page.metas.iter().any(|(key, _)| key == "article:published_time");
    if !is_article && page.is_collection {
        return true;
    }
    !is_article && page.url.is_some_and(super::meta::is_front) && page.whole.len() >= MANY
}

/// A page with an article alone may stand at the root of its site; one with many short texts as well does not.
const MANY: usize = 30;
