//! JSON Lines: one article a line.
//!
//! In: lines in the shape of the contract's Article (at least `text`), lines with the field names of other programs
//! ([`crate::record`]), lines that hold several (`articles`), or a JSON Feed. Out: the articles, line by line.
//!
//! The text is taken as it is, to the letter, for spans of the sender count its code points. What the line says of
//! outlet, date, zones and id is kept; what it does not say is read from the text. Statements and entities of the
//! sender are left out: the reader finds its own.
//!
//! A line that cannot be read is a problem with its number; the others are read.

use crate::feed::{self, Item};
use crate::record::{Record, article, names, word};
use crate::{Options, reading};
use model::{Article, Problem};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};
use std::io::{self, BufRead, Read};

/// The articles of the bytes of a JSON Lines file, or of one JSON object or array.
pub fn articles_from_jsonl<'b>(
    bytes: &'b [u8],
    path: &str,
    options: &Options,
) -> impl Iterator<Item = Result<Article, Problem>> + use<'b> {
    Lines::new(bytes, path.to_owned(), options.clone())
}

/// Reads lines as they are asked for, so that memory does not grow with the file.
pub(crate) struct Lines<R> {
    reader: R,
    path: String,
    options: Options,
    number: u64,
    ready: std::vec::IntoIter<Result<Article, Problem>>,
    finished: bool,
}

impl<R: BufRead> Lines<R> {
    pub fn new(reader: R, path: String, options: Options) -> Self {
        Self { reader, path, options, number: 0, ready: Vec::new().into_iter(), finished: false }
    }

    fn problem(&self, code: &str, what: &str) -> Problem {
        Problem {
            code: code.into(),
            message: format!(
                "line {} of `{}` {what}; it was left out, the other lines are read",
                self.number, self.path
            ),
            path: Some(self.path.clone()),
        }
    }

    fn read_line(&mut self) {
        let line = match next_line(&mut self.reader, self.options.max_bytes) {
            Ok(Some(line)) => line,
            Ok(None) => {
                self.finished = true;
                return;
            }
            Err(error) => {
                self.finished = true;
                let mut problem = reading::unreadable(&self.path, &error);
                problem.message = format!("beyond line {}: {}", self.number, problem.message);
                self.ready = vec![Err(problem)].into_iter();
                return;
            }
        };
        self.number += 1;
        let Line::Whole(mut bytes) = line else {
            let what = format!("is longer than {} bytes", self.options.max_bytes);
            self.ready = vec![Err(self.problem("line-too-long", &what))].into_iter();
            return;
        };
        // An object or array over several lines is one value: the rest of the file belongs to it.
        if self.number == 1 && is_begun(&bytes) {
            let limit = u64::try_from(self.options.max_bytes).unwrap_or(u64::MAX);
            let mut whole = bytes.clone();
            whole.push(b'\n');
            if let Err(error) = (&mut self.reader).take(limit).read_to_end(&mut whole) {
                self.ready = vec![Err(reading::unreadable(&self.path, &error))].into_iter();
                return;
            }
            // A first line that breaks off is no reason to lose the others.
            if serde_json::from_slice::<IgnoredAny>(&whole).is_err()
                && whole.split(|byte| *byte == b'\n').nth(1).is_some_and(|line| parse::<Record>(line).is_ok())
            {
                let mut found = Vec::new();
                for (index, line) in whole.split(|byte| *byte == b'\n').enumerate() {
                    self.number = u64::try_from(index).unwrap_or(u64::MAX).saturating_add(1);
                    found.extend(self.articles_of(line));
                }
                self.ready = found.into_iter();
                return;
            }
            bytes = whole;
        }
        self.ready = self.articles_of(&bytes).into_iter();
    }

    fn articles_of(&self, bytes: &[u8]) -> Vec<Result<Article, Problem>> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii();
        if bytes.is_empty() {
            return Vec::new();
        }
        if bytes.starts_with(b"[") {
            return match parse::<Vec<Record>>(bytes) {
                Ok(records) => records.into_iter().flat_map(|record| self.articles_of_record(record)).collect(),
                Err(error) => vec![Err(self.problem("bad-line", &format!("is no list of articles ({error})")))],
            };
        }
        match parse::<Record>(bytes) {
            Ok(record) => self.articles_of_record(record),
            Err(error) => vec![Err(self.problem("bad-line", &format!("is no article ({error})")))],
        }
    }

    fn articles_of_record(&self, record: Record) -> Vec<Result<Article, Problem>> {
        let list = |key: &str| record.get(key).and_then(Value::as_array);
        if let Some(items) = list("items").filter(|_| is_feed(&record)) {
            return self.articles_of_feed(&record, items);
        }
        let Some(articles) = list("articles") else {
            // `{"tellings": "1", …}` says which version of the format follows.
            if record.contains_key("tellings") && !record.contains_key("text") {
                return Vec::new();
            }
            return vec![
                article(&record, &self.path, &self.options, true)
                    .unwrap_or_else(|| Err(self.problem("no-text", "has no `text`"))),
            ];
        };
        let slug = record.get("slug").and_then(Value::as_str);
        let mut found = Vec::with_capacity(articles.len());
        for inner in articles {
            let mut inner = inner.as_object().cloned().unwrap_or_default();
            if let (Some(slug), Some(Value::String(id))) = (slug, inner.get_mut("id")) {
                *id = format!("{slug}/{id}");
            }
            found.push(
                article(&inner, &self.path, &self.options, true)
                    .unwrap_or_else(|| Err(self.problem("no-text", "holds an article without `text`"))),
            );
        }
        found
    }

    /// The items of a JSON Feed.
    fn articles_of_feed(&self, feed: &Record, items: &[Value]) -> Vec<Result<Article, Problem>> {
        let outlet = word(feed.get("title"));
        let language = word(feed.get("language")).map(|language| language.chars().take(2).collect::<String>());
        let empty = Map::new();
        items
            .iter()
            .map(|item| {
                let item = item.as_object().unwrap_or(&empty);
                let text = |key: &str| word(item.get(key));
                let authors = item.get("authors").or_else(|| item.get("author")).or_else(|| feed.get("authors"));
                let plain = text("content_text").map(|text| escaped(&text));
                let item = Item {
                    title: text("title"),
                    url: text("url").or_else(|| text("external_url")),
                    published: text("date_published"),
                    modified: text("date_modified"),
                    authors: names(authors),
                    content: text("content_html").or(plain),
                    summary: text("summary").map(|text| escaped(&text)),
                    outlet: outlet.clone(),
                    language: text("language").map(|code| code.chars().take(2).collect()).or_else(|| language.clone()),
                };
                feed::article(item, &self.path, &self.options)
                    .ok_or_else(|| self.problem("no-text", "holds an item without a word"))
            })
            .collect()
    }
}

/// `"version": "https://jsonfeed.org/version/1.1"`.
fn is_feed(record: &Record) -> bool {
    record.get("version").and_then(Value::as_str).is_some_and(|version| version.contains("jsonfeed.org"))
}

/// Plain text as HTML, its lines as paragraphs.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('\n', "<br>")
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = Result<Article, Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.ready.next() {
                return Some(item);
            }
            if self.finished {
                return None;
            }
            self.read_line();
        }
    }
}

enum Line {
    Whole(Vec<u8>),
    TooLong,
}

/// The next line without its end; one that is too long is skipped, not stored.
fn next_line(reader: &mut impl BufRead, limit: usize) -> io::Result<Option<Line>> {
    let mut line = Vec::new();
    let mut too_long = false;
    let mut any = false;
    loop {
        let buffer = match reader.fill_buf() {
            Ok(buffer) => buffer,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if buffer.is_empty() {
            break;
        }
        any = true;
        let end = buffer.iter().position(|byte| *byte == b'\n');
        let part = buffer.get(..end.unwrap_or(buffer.len())).unwrap_or(buffer);
        if line.len() + part.len() > limit {
            too_long = true;
            line = Vec::new();
        } else if !too_long {
            line.extend_from_slice(part);
        }
        let used = part.len() + usize::from(end.is_some());
        reader.consume(used);
        if end.is_some() {
            break;
        }
    }
    Ok(any.then_some(if too_long { Line::TooLong } else { Line::Whole(line) }))
}

/// Whether a line is the beginning of a value that goes on below it.
fn is_begun(line: &[u8]) -> bool {
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line).trim_ascii();
    line.starts_with(b"{") | line.starts_with(b"[")
        && serde_json::from_slice::<IgnoredAny>(line).is_err_and(|error| error.is_eof())
}

/// Parses JSON; broken UTF-8 and halves of surrogate pairs, which other programs write, are mended first.
fn parse<T: for<'de> Deserialize<'de>>(bytes: &[u8]) -> Result<T, serde_json::Error> {
    let error = match serde_json::from_slice(bytes) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    let text = String::from_utf8_lossy(bytes);
    let mended = mend_surrogates(&text);
    serde_json::from_str(&mended).map_err(|_| error)
}

/// `\ud83d` without its other half becomes `\ufffd`, one code point as before.
fn mend_surrogates(text: &str) -> String {
    let mut mended = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        mended.push_str(&rest[..at]);
        rest = &rest[at..];
        let unit = |text: &str| {
            text.strip_prefix("\\u").and_then(|t| t.get(..4)).and_then(|hex| u16::from_str_radix(hex, 16).ok())
        };
        let length = match unit(rest) {
            Some(0xd800..=0xdbff) if matches!(rest.get(6..).and_then(unit), Some(0xdc00..=0xdfff)) => 12,
            Some(0xd800..=0xdfff) => {
                mended.push_str("\\ufffd");
                rest = &rest[6..];
                continue;
            }
            Some(_) => 6,
            // Any other escape takes the letter behind it along, so that `\\ud800` stays what it is.
            None => 1 + rest.chars().nth(1).map_or(0, char::len_utf8),
        };
        mended.push_str(rest.get(..length).unwrap_or(rest));
        rest = rest.get(length..).unwrap_or("");
    }
    mended.push_str(rest);
    mended
}

#[cfg(test)]
mod tests {
    use super::articles_from_jsonl;
    use crate::Options;
    use model::{Article, Problem, ZoneKind};

    fn read(lines: &str) -> Vec<Result<Article, Problem>> {
        articles_from_jsonl(lines.as_bytes(), "in.jsonl", &Options::default()).collect()
    }

    fn one(line: &str) -> Article {
        read(line).remove(0).expect("the line is good")
    }

    #[test]
    fn an_article_of_the_contract_keeps_what_it_says() {
        let article = one(
            r#"{"id": "x1", "outlet": {"name": "Dale Post", "country": "GB"}, "published": {"value": "2023-03", "precision": "month", "from": "meta"}, "title": "Mill closes", "text": "Mill closes\n\nIt  rained.", "zones": [{"kind": "headline", "span": [0, 11]}], "statements": [{"odd": 1}], "unknown": 1}"#,
        );
        assert_eq!((article.id.as_str(), article.text.as_str()), ("x1", "Mill closes\n\nIt  rained."));
        assert_eq!(article.outlet.name.as_deref(), Some("Dale Post"));
        assert_eq!(article.published.map(|p| p.value), Some("2023-03".into()));
        assert_eq!(article.zones.len(), 1);
        assert!(article.statements.is_empty() && article.problems.is_empty());
    }

    #[test]
    fn an_article_written_out_is_read_back() {
        let article = one(
            r#"{"text": "Mill closes\n\nIt rained.\n\nSubscribe to our newsletter", "publisher": "Dale Post", "date": "2015-11-11"}"#,
        );
        let again = one(&serde_json::to_string(&article).expect("articles can be written"));
        assert_eq!(again, article);
        assert_eq!(article.zone_at(25), ZoneKind::Boilerplate);
    }

    #[test]
    fn a_bad_line_is_a_problem_with_its_number_and_others_are_read() {
        let found =
            read("{\"tellings\": \"1\"}\n{\"text\": \"One.\"}\n{\"text\": \n\n{\"id\": 3}\n{\"text\": \"Two.\"}");
        assert_eq!(found.iter().filter(|item| item.is_ok()).count(), 2);
        let problems: Vec<&Problem> = found.iter().filter_map(|item| item.as_ref().err()).collect();
        assert_eq!(problems.iter().map(|p| p.code.as_str()).collect::<Vec<_>>(), ["bad-line", "no-text"]);
        assert!(problems[0].message.starts_with("line 3 of `in.jsonl`"), "{}", problems[0].message);
    }

    #[test]
    fn a_story_gives_its_articles() {
        let found = read(
            r#"{"slug": "mill", "articles": [{"id": "a1", "outlet": "Dale Post", "date": "2023-03-14T09:30Z", "text": "Mill closes\n\nIt rained."}, {"id": "a2", "text": "No."}]}"#,
        );
        let ids: Vec<&str> = found.iter().filter_map(|a| a.as_ref().ok()).map(|a| a.id.as_str()).collect();
        assert_eq!(ids, ["mill/a1", "mill/a2"]);
    }

    #[test]
    fn one_object_over_several_lines_is_read() {
        assert_eq!(one("{\n \"text\": \"One.\"\n}\n").text, "One.");
        assert_eq!(read("[{\"text\": \"One.\"},\n{\"text\": \"Two.\"}]").len(), 2);
    }

    #[test]
    fn halves_of_pairs_keep_their_place() {
        assert_eq!(one(r#"{"text": "a\ud83d b \ud83d\ude00 \\ud800"}"#).text, "a\u{fffd} b \u{1f600} \\ud800");
    }

    #[test]
    fn a_line_that_is_too_long_is_left_out() {
        let options = Options { max_bytes: 30, ..Options::default() };
        let lines = format!("{{\"text\": \"{}\"}}\n{{\"text\": \"short\"}}\n", "long ".repeat(50));
        let found: Vec<_> = articles_from_jsonl(lines.as_bytes(), "in.jsonl", &options).collect();
        assert_eq!(found[0].as_ref().expect_err("too long").code, "line-too-long");
        assert_eq!(found[1].as_ref().expect("short").text, "short");
    }

    #[test]
    fn zones_outside_the_text_are_found_anew() {
        let article = one(r#"{"text": "Mill closes\n\nIt rained.", "zones": [{"kind": "caption", "span": [5, 99]}]}"#);
        assert_eq!(article.problems.iter().map(|p| p.code.as_str()).collect::<Vec<_>>(), ["bad-zones"]);
        assert_eq!(article.zone_at(0), ZoneKind::Headline);
    }
}
