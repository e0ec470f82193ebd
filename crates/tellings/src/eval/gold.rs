//! Gold data: articles in which people have marked what the program must find.
//!
//! In: JSON Lines, one story a line (`slug`, `articles`, `entities`, `claims`, …) or one article a line (`id`, `text`,
//! `statements`). Out: [`GoldStory`]s. An article by itself becomes a story of one article with an empty slug.
//!
//! An article of a story whose `statements` is `null` belongs to the story, but nobody has marked it: it goes into
//! [`GoldStory::unmarked`], is given to the program with the others (a claim's verdict counts it) and is not scored.
//!
//! Article ids become `slug/a1`; statement ids stay as they are (`a1:s3`). What a set does not mark is `None` or empty,
//! and the measures leave it out instead of counting it as wrong.

use super::EvalError;
use model::{Act, Article, EntityType, Kind, Outlet, Precision, Published, PublishedFrom, Span, Stance, Verdict, Zone};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Articles about the same happenings with all that is marked in them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GoldStory {
    /// `w4-yellow-jacket-test`; empty for an article by itself.
    #[serde(default)]
    pub slug: String,
    /// Who and what is spoken of, over all articles of the story.
    #[serde(default)]
    pub entities: Vec<GoldEntity>,
    /// Propositions; `None` where the set marks none.
    #[serde(default)]
    pub claims: Option<Vec<GoldClaim>>,
    /// The articles that people marked.
    pub articles: Vec<GoldArticle>,
    /// Articles that belong to the story without being marked.
    #[serde(default, skip)]
    pub unmarked: Vec<GoldArticle>,
}

/// Who or what, over all articles of a story.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GoldEntity {
    /// `okafor`.
    pub id: String,
    /// `Dele Okafor`.
    #[serde(default)]
    pub name: String,
    /// What it is.
    #[serde(default, rename = "type")]
    pub kind: Option<EntityType>,
}

/// A proposition with what must come out for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GoldClaim {
    /// `c1`.
    pub id: String,
    /// The proposition.
    #[serde(default)]
    pub text: String,
    /// Where the tellings stand.
    pub verdict: Verdict,
    /// How many independent roots assert it.
    pub origins: usize,
}

/// An article with what is marked in it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GoldArticle {
    /// `slug/a1`, or the set's own id.
    #[serde(default)]
    pub id: String,
    /// `train`, `dev`, `test`.
    #[serde(default)]
    pub part: Option<String>,
    /// Who published it.
    #[serde(default, alias = "publisher")]
    pub outlet: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[serde(default)]
    pub country: Option<String>,
    /// ISO 8601.
    #[serde(default)]
    pub date: Option<String>,
    /// The agency that the set names.
    #[serde(default)]
    pub agency: Option<String>,
    /// Where it stood.
    #[serde(default)]
    pub url: Option<String>,
    /// The text.
    pub text: String,
    /// Parts of the text.
    #[serde(default)]
    pub zones: Vec<Zone>,
    /// Phrases that stand for an entity; `None` where the set marks none.
    #[serde(default)]
    pub mentions: Option<Vec<GoldMention>>,
    /// Who said what.
    #[serde(default)]
    pub statements: Vec<GoldStatement>,
    /// Expressions of time; `None` where the set marks none.
    #[serde(default)]
    pub times: Option<Vec<GoldTime>>,
    /// What it took over from other articles; `None` where the set does not say.
    #[serde(default)]
    pub reprints: Option<Vec<GoldReprint>>,
    /// Places at which nothing is said, though it may look so.
    #[serde(default)]
    pub negatives: Vec<Span>,
}

/// A phrase that stands for an entity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GoldMention {
    /// Entity id.
    pub entity: String,
    /// Where.
    pub span: Span,
}

/// Somebody says something.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GoldStatement {
    /// `a1:s3`.
    #[serde(default)]
    pub id: String,
    /// Who, in the text's words.
    #[serde(default)]
    pub source: Vec<Span>,
    /// The words that say so.
    #[serde(default)]
    pub cue: Vec<Span>,
    /// What is said.
    #[serde(default)]
    pub content: Vec<Span>,
    /// Entity id. Outer `None`: the set does not say; inner `None`: nobody can be told.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub speaker: Option<Option<String>>,
    /// What kind of act.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<Act>,
    /// Inside quotation marks, partly, not at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// The act did not take place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub negated: Option<bool>,
    /// The outlet does not vouch that it took place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hedged: Option<bool>,
    /// Id of the statement in whose content this one stands. Outer `None`: the set marks no nesting.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub parent: Option<Option<String>>,
    /// Claim ids and how the content stands to them.
    #[serde(default)]
    pub claims: Vec<(String, Stance)>,
    /// Statements of a story with the same id report one act of speaking.
    #[serde(default)]
    pub utterance: Option<String>,
}

/// An expression of time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GoldTime {
    /// Where.
    pub spans: Vec<Span>,
    /// TIMEX value.
    pub value: String,
}

/// That an article took text over from another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GoldReprint {
    /// Id of the other article within the story: `a1`.
    pub of: String,
    /// The credit that the copy gives.
    #[serde(default)]
    pub credit: Option<String>,
}

/// Tells a field that is `null` from one that is absent.
fn given<'de, D: serde::Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(from).map(Some)
}

/// Takes the articles whose `statements` is `null` out of a story, and with them what else is `null` in them.
fn take_unmarked(story: &mut serde_json::Value) -> Vec<serde_json::Value> {
    let Some(articles) = story.get_mut("articles").and_then(serde_json::Value::as_array_mut) else { return Vec::new() };
    let (mut unmarked, marked): (Vec<_>, Vec<_>) =
        std::mem::take(articles).into_iter().partition(|a| a.get("statements").is_some_and(serde_json::Value::is_null));
    *articles = marked;
    for article in unmarked.iter_mut().filter_map(serde_json::Value::as_object_mut) {
        article.retain(|_, value| !value.is_null());
    }
    unmarked
}

/// One line of a gold file.
#[derive(Deserialize)]
#[serde(untagged)]
enum Line {
    Story(GoldStory),
    Article(Box<GoldArticle>),
}

impl GoldStory {
    /// Reads gold from JSON Lines; `place` names the file in messages.
    ///
    /// # Errors
    /// A line that is no gold, a span outside its text, an article twice.
    pub fn read(lines: &str, place: &str) -> Result<Vec<Self>, EvalError> {
        let mut stories = Vec::new();
        let mut seen = BTreeSet::new();
        for (number, line) in lines.split('\n').enumerate() {
            if line.trim().is_empty() {
                continue;
            }
            let bad = |why: String| EvalError::Gold { place: format!("{place} line {}", number + 1), why };
            let mut value: serde_json::Value = serde_json::from_str(line).map_err(|e| bad(e.to_string()))?;
            let is_story = value.get("articles").is_some();
            if !is_story && value.get("text").is_none() {
                if value.get("tellings").is_some() {
                    continue; // a header line
                }
                return Err(bad("neither `articles` nor `text`".to_owned()));
            }
            let unmarked = take_unmarked(&mut value);
            let line = if is_story {
                serde_json::from_value(value).map(Line::Story)
            } else {
                serde_json::from_value(value).map(|article| Line::Article(Box::new(article)))
            };
            let mut story = match line.map_err(|e| bad(e.to_string()))? {
                Line::Story(story) => story,
                Line::Article(article) => Self { articles: vec![*article], ..Self::default() },
            };
            story.unmarked = unmarked
                .into_iter()
                .map(serde_json::from_value)
                .collect::<Result<_, _>>()
                .map_err(|e| bad(e.to_string()))?;
            if !story.slug.is_empty() {
                for article in story.articles.iter_mut().chain(&mut story.unmarked) {
                    article.id = format!("{}/{}", story.slug, article.id);
                }
            }
            for article in story.articles.iter().chain(&story.unmarked) {
                if !seen.insert(article.id.clone()) {
                    return Err(bad(format!("article `{}` twice", article.id)));
                }
                article.check().map_err(bad)?;
            }
            stories.push(story);
        }
        Ok(stories)
    }

    /// Whether articles of this story are to be compared with each other.
    pub fn is_across_articles(&self) -> bool {
        !self.slug.is_empty()
    }
}

impl GoldArticle {
    /// The id within the story: `a1` of `slug/a1`.
    pub fn short_id(&self) -> &str {
        self.id.rsplit('/').next().unwrap_or_default()
    }

    /// The article as the program is to get it: text and what stood beside it, nothing that people marked.
    pub fn bare(&self) -> Article {
        let title = self.text.split('\n').next().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned);
        Article {
            id: self.id.clone(),
            url: self.url.clone(),
            outlet: Outlet {
                name: self.outlet.clone(),
                domain: self.url.as_deref().and_then(domain),
                country: self.country.clone(),
            },
            agencies: self.agency.iter().cloned().collect(),
            title,
            published: self.date.as_deref().and_then(published),
            text: self.text.clone(),
            ..Article::default()
        }
    }

    fn check(&self) -> Result<(), String> {
        let length = self.text.chars().count();
        let statements = self.statements.iter().flat_map(|s| s.source.iter().chain(&s.cue).chain(&s.content));
        let mentions = self.mentions.iter().flatten().map(|m| &m.span);
        let times = self.times.iter().flatten().flat_map(|t| &t.spans);
        match statements.chain(mentions).chain(times).find(|span| span.end() as usize > length) {
            Some(span) => Err(format!(
                "article `{}`: span [{}, {}] in a text of {length} characters",
                self.id,
                span.start(),
                span.end()
            )),
            None => Ok(()),
        }
    }
}

fn domain(url: &str) -> Option<String> {
    let host = url.split_once("://")?.1.split(['/', '?', '#', ':']).next()?;
    let host = host.strip_prefix("www.").unwrap_or(host);
    (!host.is_empty()).then(|| host.to_owned())
}

fn published(date: &str) -> Option<Published> {
    let precision = match date.len() {
        4 => Precision::Year,
        7 => Precision::Month,
        10 => Precision::Day,
        16.. => Precision::Minute,
        _ => return None,
    };
    Some(Published { value: date.to_owned(), precision, from: PublishedFrom::Meta })
}

#[cfg(test)]
mod tests {
    use super::GoldStory;

    #[test]
    fn articles_of_a_story_get_its_slug() {
        let line = r#"{"slug": "leak", "claims": [], "articles": [{"id": "a1", "outlet": "The Calder Post", "date": "2023-03-14T09:30Z",
            "url": "https://www.calderpost.example/x", "text": "Row\n\nShe left.", "statements": [], "mentions": []}]}"#;
        let stories = GoldStory::read(&line.replace('\n', " "), "test").expect("well formed");
        let bare = stories[0].articles[0].bare();
        assert_eq!(bare.id, "leak/a1");
        assert_eq!(bare.title.as_deref(), Some("Row"));
        assert_eq!(bare.outlet.domain.as_deref(), Some("calderpost.example"));
        assert!(bare.published.is_some());
    }

    #[test]
    fn absent_and_null_are_told_apart() {
        let lines = "{\"tellings\": \"1\"}\n\n{\"id\": \"p\", \"text\": \"He left.\", \"statements\": [{\"content\": [[0, 2]], \"speaker\": null}]}\n";
        let stories = GoldStory::read(lines, "test").expect("well formed");
        let statement = &stories[0].articles[0].statements[0];
        assert_eq!(statement.speaker, Some(None));
        assert_eq!(statement.parent, None);
        assert!(stories[0].articles[0].mentions.is_none() && !stories[0].is_across_articles());
    }

    #[test]
    fn an_article_that_nobody_marked_belongs_to_the_story_but_is_not_scored() {
        let line = r#"{"slug": "leak", "articles": [{"id": "a1", "text": "Row.", "statements": []},
            {"id": "a2", "text": "Row too.", "zones": null, "statements": null}]}"#;
        let stories = GoldStory::read(&line.replace('\n', " "), "test").expect("well formed");
        assert_eq!((stories[0].articles.len(), stories[0].unmarked.len()), (1, 1));
        assert_eq!(stories[0].unmarked[0].bare().id, "leak/a2");
    }

    #[test]
    fn what_is_no_gold_is_refused_with_its_line() {
        let error = |lines: &str| GoldStory::read(lines, "g.jsonl").expect_err("refused").to_string();
        assert!(error("{\"id\": \n").contains("g.jsonl line 1"));
        assert!(
            error("\n{\"text\": \"ab\", \"statements\": [{\"content\": [[0, 3]]}]}")
                .contains("line 2`: article ``: span [0, 3]")
        );
        assert!(error("{\"id\": \"p\", \"text\": \"\"}\n{\"id\": \"p\", \"text\": \"\"}").contains("`p` twice"));
        assert!(error("{\"x\": 1}").contains("neither"));
    }
}
