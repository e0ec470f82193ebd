//! An article as fields with names: a line of JSON, a row of a table.
//!
//! In: names and values as many programs write them: ours, news-please, fundus, newspaper4k, Media Cloud, and whoever
//! made a table of articles. Out: the article.
//!
//! The text is taken as it is, to the letter, for spans of the sender count its code points. What the record says of
//! outlet, date, zones and id is kept; what it does not say is read from the text. Where there is no text but the page's
//! HTML, that is read; where there is only a summary, it is read and the article says so.

use crate::assemble::read_credits;
use crate::html::{self, Hints};
use crate::{Options, dates, id::set_id, outlets, zones};
use model::{Article, Outlet, Place, Problem, Published, PublishedFrom, Zone, ZoneKind};
use serde_json::{Map, Value};

/// Names and values.
pub(crate) type Record = Map<String, Value>;

/// What other programs call a field, the surest first.
const TEXT: [&str; 16] = [
    "text",
    "maintext",
    "plaintext",
    "article_text",
    "story_text",
    "text_content",
    "full_text",
    "fulltext",
    "body",
    "content",
    "article_body",
    "articleBody",
    "article_content",
    "article",
    "story",
    "content_text",
];
const HTML: [&str; 5] = ["html", "raw_html", "article_html", "content_html", "raw_content"];
const SUMMARY: [&str; 6] = ["description", "summary", "abstract", "excerpt", "standfirst", "lead"];
const TITLE: [&str; 3] = ["title", "headline", "story_title"];
const URL: [&str; 7] = ["url", "link", "canonical_url", "canonical_link", "article_url", "story_url", "responded_url"];
const OUTLET: [&str; 10] = [
    "outlet",
    "publisher",
    "publication",
    "media_name",
    "source_name",
    "outlet_name",
    "newspaper",
    "site_name",
    "source",
    "feed_title",
];
const DOMAIN: [&str; 5] = ["source_domain", "domain", "media_url", "source_url", "hostname"];
const DATE: [&str; 13] = [
    "published",
    "date",
    "date_publish",
    "publishing_date",
    "publish_date",
    "published_at",
    "publishedAt",
    "pub_date",
    "publication_date",
    "datePublished",
    "date_published",
    "published_date",
    "pubdate",
];
const MODIFIED: [&str; 5] = ["modified", "date_modify", "date_modified", "dateModified", "last_modified"];
const AUTHORS: [&str; 5] = ["authors", "author", "byline", "creator", "journalist"];
const LANGUAGE: [&str; 4] = ["language", "lang", "meta_lang", "article_language"];
const COUNTRY: [&str; 2] = ["country", "media_country"];
const AGENCIES: [&str; 2] = ["agencies", "agency"];

/// Whether a name is one under which programs give the text, the page or a summary.
pub(crate) fn is_text_name(name: &str) -> bool {
    [&TEXT[..], &HTML, &SUMMARY].iter().any(|names| names.contains(&name))
}

/// Whether a name is one that is asked for.
pub(crate) fn is_known_name(name: &str) -> bool {
    const OTHERS: [&[&str]; 8] = [&TITLE, &URL, &OUTLET, &DOMAIN, &DATE, &MODIFIED, &AUTHORS, &LANGUAGE];
    is_text_name(name)
        || OTHERS.iter().any(|names| names.contains(&name))
        || COUNTRY.contains(&name)
        || AGENCIES.contains(&name)
}

fn first<'r>(record: &'r Record, names: &[&str]) -> Option<&'r Value> {
    names.iter().filter_map(|name| record.get(*name)).find(|value| match value {
        Value::Null => false,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(values) => !values.is_empty(),
        _ => true,
    })
}

/// The first of these fields that is a word.
fn first_word(record: &Record, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| word(record.get(*name)))
}

pub(crate) fn word(value: Option<&Value>) -> Option<String> {
    value.and_then(Value::as_str).map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned)
}

/// Names as one string, as several, or as objects with a `name`.
pub(crate) fn names(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::Array(values)) => values.iter().flat_map(|value| names(Some(value))).collect(),
        Some(Value::Object(object)) => word(object.get("name")).into_iter().collect(),
        value => word(value).into_iter().collect(),
    }
}

/// The text of a record, to the letter.
fn text_of(record: &Record) -> Option<String> {
    TEXT.iter().filter_map(|name| record.get(*name)).find_map(|value| match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        // fundus: `{"summary": […], "sections": [{"headline": […], "paragraphs": […]}]}`
        Value::Object(body) => {
            let mut paragraphs = Vec::new();
            let mut add = |list: Option<&Value>| {
                paragraphs
                    .extend(list.and_then(Value::as_array).into_iter().flatten().filter_map(|part| word(Some(part))));
            };
            add(body.get("summary"));
            for section in body.get("sections").and_then(Value::as_array).into_iter().flatten() {
                add(section.get("headline"));
                add(section.get("paragraphs"));
            }
            (!paragraphs.is_empty()).then(|| paragraphs.join("\n\n"))
        }
        _ => None,
    })
}

/// The article of a record; `None` where it has no text. `keeps_id` where the record's `id` is an article's.
pub(crate) fn article(
    record: &Record,
    path: &str,
    options: &Options,
    keeps_id: bool,
) -> Option<Result<Article, Problem>> {
    if let Some(text) = text_of(record) {
        return Some(Ok(with_text(record, text, path, options, keeps_id)));
    }
    // fundus: `"html": {"content": "…", "requested_url": "…"}`
    let page = HTML.iter().filter_map(|name| record.get(*name)).find_map(|value| match value {
        Value::Object(page) => word(page.get("content")),
        value => word(Some(value)),
    });
    if let Some(page) = page {
        let hints = Hints { url: first_word(record, &URL), is_in_archive: true, ..Hints::default() };
        return Some(html::article(page.as_bytes(), path, &hints, options).map(|mut article| {
            complete(&mut article, record, options);
            article
        }));
    }
    let mut article = with_text(record, first_word(record, &SUMMARY)?, path, options, keeps_id);
    article.problems.push(Problem {
        code: "summary-only".into(),
        message: "there is no more than a summary of this article; save its page for the rest".into(),
        path: None,
    });
    Some(Ok(article))
}

/// What a record says beside a page fills what the page does not.
fn complete(article: &mut Article, record: &Record, options: &Options) {
    if article.published.is_none() {
        article.published = date(first(record, &DATE), options);
    }
    if article.authors.is_empty() {
        article.authors = names(first(record, &AUTHORS));
    }
    let outlet = outlet(record);
    article.outlet.name = article.outlet.name.take().or(outlet.name);
    article.outlet.domain = article.outlet.domain.take().or(outlet.domain);
    article.outlet.country = article.outlet.country.take().or(outlet.country);
}

fn outlet(record: &Record) -> Outlet {
    let mut outlet = Outlet::default();
    for value in OUTLET.iter().filter_map(|name| record.get(*name)) {
        match value {
            Value::Object(told) => {
                outlet.name = word(told.get("name"));
                outlet.domain = word(told.get("domain"));
                outlet.country = word(told.get("country"));
            }
            // Some call an address the source.
            value => outlet.name = word(Some(value)).filter(|name| !name.contains("://")),
        }
        if outlet.name.is_some() || outlet.domain.is_some() {
            break;
        }
    }
    if outlet.domain.is_none() {
        let told = first_word(record, &DOMAIN).filter(|domain| domain.contains('.'));
        outlet.domain =
            told.and_then(|told| outlets::host(&told).or_else(|| outlets::host(&format!("https://{told}"))));
    }
    outlet.country = outlet.country.or_else(|| first_word(record, &COUNTRY));
    outlet
}

fn with_text(record: &Record, text: String, path: &str, options: &Options, keeps_id: bool) -> Article {
    let agencies = AGENCIES.iter().flat_map(|name| names(record.get(*name))).collect();
    let mut article = Article {
        path: word(record.get("path")).or_else(|| Some(path.to_owned())),
        url: first_word(record, &URL),
        outlet: outlet(record),
        agencies,
        title: first_word(record, &TITLE),
        authors: names(first(record, &AUTHORS)),
        language: first_word(record, &LANGUAGE),
        ..Article::default()
    };
    if let Some(url) = article.url.clone() {
        outlets::fill_from_url(&mut article.outlet, &url);
    } else if article.outlet.name.is_none()
        && let Some(domain) = article.outlet.domain.clone()
    {
        outlets::fill_from_url(&mut article.outlet, &format!("https://{domain}/"));
    }
    fill_from_text(&mut article, &text, record.get("zones"));
    article.published = DATE.iter().find_map(|name| date(record.get(*name), options)).or_else(|| {
        dates::accept(article.url.as_deref().and_then(dates::in_url)?, PublishedFrom::Url, options.latest.as_deref())
    });
    let told = first(record, &DATE);
    if let Some(told) = told.filter(|_| article.published.is_none()) {
        article.problems.push(Problem {
            code: "refused-date".into(),
            message: format!(
                "the date of publication `{told}` is no date, absurd or lies in the future; it was left out"
            ),
            path: None,
        });
    }
    article.modified = date(first(record, &MODIFIED), options);
    if article.language.is_none() {
        article.language = text::language(&text).map(Into::into);
    }
    let length = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    let places: Option<Vec<Place>> = record.get("places").and_then(|told| serde_json::from_value(told.clone()).ok());
    article.places = places.filter(|places| places.iter().all(|place| place.span.end() <= length)).unwrap_or_default();
    article.text = text;
    let id = word(record.get("id")).or_else(|| record.get("id").filter(|id| id.is_number()).map(Value::to_string));
    match id.filter(|_| keeps_id) {
        Some(id) => article.id = id,
        None => set_id(&mut article),
    }
    article
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
