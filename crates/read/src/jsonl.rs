//! JSON Lines: one article a line.
//!
//! In: lines in the shape of the contract's Article (at least `text`), lines of other sets that have a `text`
//! (`publisher` and `date` are understood), or lines that hold several (`articles`). Out: the articles, line by line.
//!
//! The text is taken as it is, to the letter, for spans of the sender count its code points. What the line says of
//! outlet, date, zones and id is kept; what it does not say is read from the text. Statements and entities of the
//! sender are left out: the reader finds its own.
//!
//! A line that cannot be read is a problem with its number; the others are read.

use crate::assemble::read_credits;
use crate::{Options, dates, id::set_id, outlets, zones};
use model::{Article, Outlet, Problem, Published, PublishedFrom, Zone, ZoneKind};
use serde::Deserialize;
use serde_json::Value;
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
                let problem = Problem {
                    code: "unreadable-file".into(),
                    message: format!("cannot read `{}` beyond line {}: {error}", self.path, self.number),
                    path: Some(self.path.clone()),
                };
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
        if self.number == 1 && matches!(bytes.trim_ascii(), b"{" | b"[" | b"[{" | b"\xef\xbb\xbf{" | b"\xef\xbb\xbf[") {
            let limit = u64::try_from(self.options.max_bytes).unwrap_or(u64::MAX);
            if let Err(error) = (&mut self.reader).take(limit).read_to_end(&mut bytes) {
                self.ready = vec![Err(self.problem("unreadable-file", &error.to_string()))].into_iter();
            }
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
        let Some(articles) = record.articles else {
            // `{"tellings": "1", …}` says which version of the format follows.
            if record.text.is_none() && record.tellings.is_some() {
                return Vec::new();
            }
            return vec![
                article(record, &self.path, &self.options).ok_or_else(|| self.problem("no-text", "has no `text`")),
            ];
        };
        let slug = record.slug.as_ref().and_then(Value::as_str).map(str::to_owned);
        let mut found = Vec::with_capacity(articles.len());
        for mut inner in articles {
            if let (Some(slug), Some(id)) = (&slug, inner.id.as_ref().and_then(Value::as_str)) {
                inner.id = Some(Value::String(format!("{slug}/{id}")));
            }
            found.push(
                article(inner, &self.path, &self.options)
                    .ok_or_else(|| self.problem("no-text", "holds an article without `text`")),
            );
        }
        found
    }
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

/// What a line may hold. Fields of the wrong type count as absent; unknown ones are passed over.
#[derive(Deserialize)]
struct Record {
    text: Option<String>,
    articles: Option<Vec<Record>>,
    tellings: Option<Value>,
    slug: Option<Value>,
    id: Option<Value>,
    path: Option<Value>,
    url: Option<Value>,
    outlet: Option<Value>,
    publisher: Option<Value>,
    country: Option<Value>,
    agencies: Option<Value>,
    agency: Option<Value>,
    title: Option<Value>,
    authors: Option<Value>,
    author: Option<Value>,
    published: Option<Value>,
    date: Option<Value>,
    modified: Option<Value>,
    language: Option<Value>,
    zones: Option<Value>,
}

fn word(value: Option<&Value>) -> Option<String> {
    value.and_then(Value::as_str).map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned)
}

fn words(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::Array(values)) => values.iter().filter_map(|value| word(Some(value))).collect(),
        value => word(value).into_iter().collect(),
    }
}

/// The article of a record; `None` where it has no text.
fn article(record: Record, path: &str, options: &Options) -> Option<Article> {
    let text = record.text.filter(|text| !text.trim().is_empty())?;
    let outlet = match &record.outlet {
        Some(Value::Object(outlet)) => Outlet {
            name: word(outlet.get("name")),
            domain: word(outlet.get("domain")),
            country: word(outlet.get("country")),
        },
        outlet => {
            Outlet { name: word(outlet.as_ref()).or_else(|| word(record.publisher.as_ref())), ..Outlet::default() }
        }
    };
    let mut agencies = words(record.agencies.as_ref());
    agencies.extend(words(record.agency.as_ref()));
    let mut article = Article {
        path: word(record.path.as_ref()).or_else(|| Some(path.to_owned())),
        url: word(record.url.as_ref()),
        outlet,
        agencies,
        title: word(record.title.as_ref()),
        authors: if record.authors.is_some() { words(record.authors.as_ref()) } else { words(record.author.as_ref()) },
        language: word(record.language.as_ref()),
        ..Article::default()
    };
    if article.outlet.country.is_none() {
        article.outlet.country = word(record.country.as_ref());
    }
    if let Some(url) = article.url.clone() {
        outlets::fill_from_url(&mut article.outlet, &url);
    }
    fill_from_text(&mut article, &text, record.zones.as_ref());
    article.published =
        date(record.published.as_ref(), options).or_else(|| date(record.date.as_ref(), options)).or_else(|| {
            dates::accept(
                article.url.as_deref().and_then(dates::in_url)?,
                PublishedFrom::Url,
                options.latest.as_deref(),
            )
        });
    let told = record
        .published
        .as_ref()
        .filter(|value| !value.is_null())
        .or(record.date.as_ref().filter(|value| !value.is_null()));
    if let Some(told) = told.filter(|_| article.published.is_none()) {
        article.problems.push(Problem {
            code: "refused-date".into(),
            message: format!(
                "the date of publication `{told}` is no date, absurd or lies in the future; it was left out"
            ),
            path: None,
        });
    }
    article.modified = date(record.modified.as_ref(), options);
    if article.language.is_none() {
        article.language = text::language(&text).map(Into::into);
    }
    article.text = text;
    match word(record.id.as_ref()).or_else(|| record.id.as_ref().filter(|id| id.is_number()).map(Value::to_string)) {
        Some(id) => article.id = id,
        None => set_id(&mut article),
    }
    Some(article)
}

/// Zones as told, or by rule where none are told; title, agencies and authors out of them.
fn fill_from_text(article: &mut Article, text: &str, told: Option<&Value>) {
    let positions = text::Positions::new(text);
    let spans = text::paragraphs(text);
    let paragraphs: Vec<&str> = spans.iter().map(|span| positions.slice(text, *span)).collect();
    let told = told
        .filter(|value| !value.is_null())
        .map(|value| (serde_json::from_value::<Vec<Zone>>(value.clone()), positions.length()));
    let zones = match told {
        Some((Ok(zones), length)) if are_valid(&zones, length) => Some(zones),
        Some(_) => {
            article.problems.push(Problem {
                code: "bad-zones".into(),
                message:
                    "the zones of the line overlap, are out of order or lie outside the text; they were found anew"
                        .into(),
                path: None,
            });
            None
        }
        None => None,
    };
    let first = paragraphs.first().copied().unwrap_or("");
    // A headline is told, or is the first of several paragraphs and no sentence.
    let headline = match &article.title {
        Some(title) => first == title.as_str(),
        None => paragraphs.len() > 1 && first.chars().take(251).count() <= 250 && !first.ends_with('.'),
    };
    let title = headline.then(|| first.to_owned());
    let mut kinds = zones::sure_kinds(&paragraphs, title.as_deref());
    if let Some(zones) = &zones {
        for (span, kind) in spans.iter().zip(&mut kinds) {
            let next = zones.partition_point(|zone| zone.span.end() <= span.start());
            *kind = zones.get(next).filter(|zone| zone.span.overlaps(*span)).map(|zone| zone.kind);
        }
    } else if !headline && kinds.first() == Some(&Some(ZoneKind::Headline)) {
        kinds[0] = None;
    }
    read_credits(article, &paragraphs, &kinds);
    article.zones = zones.unwrap_or_else(|| {
        let marked = spans.iter().zip(&kinds).filter_map(|(span, kind)| kind.map(|kind| Zone { kind, span: *span }));
        marked.filter(|zone| zone.kind != ZoneKind::Body).collect()
    });
    if article.title.is_none() {
        let told = article.zones.iter().find(|zone| zone.kind == ZoneKind::Headline);
        article.title =
            told.map(|zone| positions.slice(text, zone.span).to_owned()).filter(|title| !title.trim().is_empty());
    }
}

fn are_valid(zones: &[Zone], length: u32) -> bool {
    zones.windows(2).all(|pair| match pair {
        [a, b] => a.span.end() <= b.span.start(),
        _ => true,
    }) && zones.last().is_none_or(|zone| zone.span.end() <= length)
}

/// A date as the contract writes it, or as a word.
fn date(value: Option<&Value>, options: &Options) -> Option<Published> {
    let latest = options.latest.as_deref();
    match value? {
        Value::String(words) => dates::accept(dates::parse_date(words)?, PublishedFrom::Header, latest),
        object => {
            let told: Published = serde_json::from_value(object.clone()).ok()?;
            let (value, _) = dates::parse_date(&told.value)?;
            dates::accept((value, told.precision), told.from, latest)
        }
    }
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
