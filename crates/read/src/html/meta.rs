//! What a page says of itself: headline, outlet, date, authors, address, language.
//!
//! In: the parsed page. Out: the fields of the draft. Linked data (JSON-LD) is believed first, then tags of the head,
//! then visible ones. A date that lies in the future is passed over for the next place that has one.

use super::{Paragraph, line};
use crate::assemble::Draft;
use crate::{Options, credits, dates, outlets};
use model::PublishedFrom;
use scraper::{ElementRef, Html, Selector};
use serde_json::Value;

/// Reads what a page says of itself into the draft.
pub(super) fn read(page: &Html, draft: &mut Draft, options: &Options) {
    let linked = linked_data(page);
    let metas = metas(page);
    let meta = |names: &[&str]| -> Option<String> {
        names.iter().find_map(|name| metas.iter().find(|(key, _)| key == name)).map(|(_, content)| content.clone())
    };
    let url = select(page, "link[rel~=canonical]").find_map(|link| absolute(link.attr("href")?));
    let url = url
        .or_else(|| absolute(&meta(&["og:url"])?))
        .or_else(|| linked.as_ref().and_then(|data| absolute(&string(data, "url")?)));
    // A page that calls its site's front page its own address is believed less than whoever fetched it.
    draft.url = match (url, draft.url.take()) {
        (Some(told), Some(fetched)) if is_front(&told) && !is_front(&fetched) => Some(fetched),
        (told, fetched) => told.or(fetched),
    };
    draft.outlet.name = meta(&["og:site_name"])
        .or_else(|| linked.as_ref().and_then(|data| name_of(data.get("publisher")?)))
        .or_else(|| meta(&["application-name", "publisher", "dc.publisher", "dcterms.publisher"]))
        .filter(|name| name.chars().count() <= 60 && !name.contains("://"));
    draft.title = title(page, linked.as_ref(), &meta, draft.outlet.name.as_deref(), draft.url.as_deref());
    draft.published = published(page, linked.as_ref(), &metas, options);
    draft.modified = linked
        .as_ref()
        .and_then(|data| string(data, "dateModified"))
        .or_else(|| meta(&["article:modified_time", "og:updated_time", "last-modified", "lastmod", "dcterms.modified"]))
        .map(|words| (words, PublishedFrom::Meta));
    draft.authors = authors(page, linked.as_ref(), &meta);
    draft.language = language(page);
    if let Some(body) = linked.as_ref().and_then(|data| string(data, "articleBody")) {
        draft.paragraphs = body.lines().filter_map(line).map(|line| (line, None)).collect::<Vec<Paragraph>>();
    }
}

/// Elements by a selector that is known to be right.
fn select<'p>(page: &'p Html, selector: &str) -> impl Iterator<Item = ElementRef<'p>> {
    let selector = Selector::parse(selector).ok();
    let found: Vec<_> = selector.map(|selector| page.select(&selector).collect()).unwrap_or_default();
    found.into_iter()
}

fn text_of(element: ElementRef<'_>) -> Option<String> {
    line(&element.text().collect::<Vec<_>>().join(" "))
}

/// Names, in small letters, and contents of all `meta` tags.
fn metas(page: &Html) -> Vec<(String, String)> {
    select(page, "meta[content]")
        .filter_map(|tag| {
            let key = tag.attr("property").or_else(|| tag.attr("name")).or_else(|| tag.attr("itemprop"))?;
            Some((key.trim().to_ascii_lowercase(), line(tag.attr("content")?)?))
        })
        .collect()
}

/// The object that describes the article in the page's linked data.
fn linked_data(page: &Html) -> Option<Value> {
    let mut articles = Vec::new();
    for script in select(page, "script[type='application/ld+json']") {
        let source: String = script.text().collect();
        let source = source.trim().trim_start_matches("<!--").trim_end_matches("-->").trim();
        // Line breaks inside strings are an error that many pages make.
        let parsed = serde_json::from_str::<Value>(source)
            .or_else(|_| serde_json::from_str(&source.replace(['\n', '\r', '\t'], " ")));
        if let Ok(value) = parsed {
            find_articles(value, &mut articles);
        }
    }
    // The fullest description is the one of the page's own article; links to others are short.
    articles
        .into_iter()
        .max_by_key(|(rank, value)| (*rank, value.as_object().map_or(0, serde_json::Map::len)))
        .map(|(_, v)| v)
}

/// Collects objects that are articles, with 2 for news and 1 for other kinds.
fn find_articles(value: Value, found: &mut Vec<(u8, Value)>) {
    let mut waiting = vec![value];
    while let Some(value) = waiting.pop() {
        match value {
            Value::Array(values) => waiting.extend(values),
            Value::Object(mut object) => {
                waiting.extend(object.remove("@graph"));
                waiting.extend(object.remove("mainEntity"));
                let types = match object.get("@type") {
                    Some(Value::String(name)) => name.clone(),
                    Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "),
                    _ => String::new(),
                };
                let rank =
                    if types.contains("Article") || types.contains("BlogPosting") || types.contains("ReportageNews") {
                        2
                    } else {
                        u8::from(object.contains_key("datePublished"))
                    };
                if rank > 0 {
                    found.push((rank, Value::Object(object)));
                }
            }
            _ => {}
        }
    }
}

fn string(object: &Value, key: &str) -> Option<String> {
    let value = object.get(key)?;
    let words = match value {
        Value::String(words) => words,
        Value::Array(values) => values.first()?.as_str()?,
        _ => return None,
    };
    if key == "articleBody" { Some(words.to_owned()) } else { line(words) }
}

fn name_of(value: &Value) -> Option<String> {
    match value {
        Value::String(name) => line(name),
        Value::Array(values) => values.iter().find_map(name_of),
        object => string(object, "name"),
    }
}

fn is_front(url: &str) -> bool {
    url.split_once("://").is_none_or(|(_, rest)| {
        rest.trim_end_matches('/').split(['?', '#']).next().is_none_or(|rest| !rest.contains('/'))
    })
}

fn absolute(url: &str) -> Option<String> {
    let url = url.trim();
    (outlets::host(url).is_some() && (url.starts_with("http://") || url.starts_with("https://")))
        .then(|| url.to_owned())
}

fn title(
    page: &Html,
    linked: Option<&Value>,
    meta: &dyn Fn(&[&str]) -> Option<String>,
    site: Option<&str>,
    url: Option<&str>,
) -> Option<String> {
    let headings: Vec<String> = select(page, "h1").filter_map(text_of).collect();
    let told = linked
        .and_then(|data| string(data, "headline"))
        .or_else(|| meta(&["og:title", "twitter:title", "dc.title", "headline", "parsely-title"]));
    let of_head = select(page, "title").find_map(text_of);
    let domain = url.and_then(outlets::host);
    let without_site = |title: String| strip_site(&title, site, domain.as_deref());
    // The visible heading is what readers saw; among several, the one that the head repeats.
    let seen = headings.iter().find(|heading| {
        let told = told.as_deref().or(of_head.as_deref()).unwrap_or("");
        heading.len() >= 12 && told.to_lowercase().contains(&heading.to_lowercase())
    });
    seen.cloned()
        .or_else(|| told.map(without_site))
        .or_else(|| headings.first().cloned().filter(|_| headings.len() == 1))
        .or_else(|| of_head.map(without_site))
        .filter(|title| !title.is_empty() && title.chars().count() <= 400)
}

/// `Mill closes - Dale Post`, `Mill closes | dalepost.example` → `Mill closes`.
fn strip_site(title: &str, site: Option<&str>, domain: Option<&str>) -> String {
    const SEPARATORS: [&str; 5] = [" | ", " - ", " – ", " — ", " : "];
    let label = domain.and_then(|domain| domain.split('.').next()).unwrap_or("");
    let plain = |words: &str| words.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let is_site = |words: &str| {
        let words = plain(words);
        !words.is_empty()
            && (site.is_some_and(|site| plain(site) == words)
                || words == plain(label)
                || domain.is_some_and(|d| plain(d) == words))
    };
    let last =
        SEPARATORS.iter().filter_map(|separator| title.rsplit_once(separator)).max_by_key(|(head, _)| head.len());
    match last {
        Some((head, tail)) if is_site(tail) => head.trim().to_owned(),
        // Behind a bar stands the site even where the page does not name it elsewhere.
        Some((head, tail))
            if site.is_none()
                && title.contains(" | ")
                && tail.split_whitespace().count() <= 4
                && title.ends_with(&format!(" | {tail}")) =>
        {
            head.trim().to_owned()
        }
        _ => title.to_owned(),
    }
}

fn published(
    page: &Html,
    linked: Option<&Value>,
    metas: &[(String, String)],
    options: &Options,
) -> Option<(String, PublishedFrom)> {
    const NAMES: [&str; 30] = [
        "article:published_time",
        "datepublished",
        "article:published",
        "og:published_time",
        "og:article:published_time",
        "parsely-pub-date",
        "sailthru.date",
        "publishdate",
        "publish-date",
        "publish_date",
        "publication_date",
        "pubdate",
        "published",
        "cxenseparse:recs:publishtime",
        "bt:pubdate",
        "dc.date.issued",
        "dcterms.issued",
        "dc.date.created",
        "dcterms.created",
        "dcterms.date",
        "dc.date",
        "date",
        "article_date_original",
        "article:post_date",
        "originalpublicationdate",
        "displaydate",
        "analyticsattributes.articledate",
        "rnews:datepublished",
        "datecreated",
        "release_date",
    ];
    let of_linked = ["datePublished", "dateCreated", "uploadDate"].iter().filter_map(|key| string(linked?, key));
    let of_metas = NAMES
        .iter()
        .flat_map(|name| metas.iter().filter(move |(key, _)| key == name))
        .map(|(_, content)| content.clone());
    let of_items = select(page, "[itemprop=datePublished]")
        .filter_map(|tag| tag.attr("datetime").or_else(|| tag.attr("content")).and_then(line).or_else(|| text_of(tag)));
    let of_times = select(page, "article time, main time, time[pubdate], time")
        .filter_map(|tag| tag.attr("datetime").and_then(line).or_else(|| text_of(tag)));
    let of_classes =
        select(page, ".published, .date-published, .entry-date, .post-date, .article-date, .publish-date, .dateline")
            .filter_map(text_of)
            .filter(|words| words.chars().count() <= 80);
    let all: Vec<String> = of_linked.chain(of_metas).chain(of_items).chain(of_times).chain(of_classes).collect();
    let accepted = |words: &&String| {
        dates::parse_date(words)
            .and_then(|found| dates::accept(found, PublishedFrom::Meta, options.latest.as_deref()))
            .is_some()
    };
    // With nothing acceptable the first is handed on, to be refused aloud.
    let refused = || all.iter().find(|words| dates::parse_date(words).is_some());
    all.iter().find(accepted).or_else(refused).cloned().map(|words| (words, PublishedFrom::Meta))
}

fn authors(page: &Html, linked: Option<&Value>, meta: &dyn Fn(&[&str]) -> Option<String>) -> Vec<String> {
    let mut names: Vec<String> = match linked.and_then(|data| data.get("author")) {
        Some(Value::Array(values)) => values.iter().filter_map(name_of).collect(),
        Some(value) => name_of(value).into_iter().collect(),
        None => Vec::new(),
    };
    if names.is_empty() {
        names.extend(meta(&[
            "author",
            "article:author",
            "parsely-author",
            "dc.creator",
            "dcterms.creator",
            "byl",
            "sailthru.author",
        ]));
    }
    if names.is_empty() {
        names.extend(
            select(page, "a[rel~=author], [itemprop=author] [itemprop=name], [itemprop=author]")
                .filter_map(text_of)
                .take(4),
        );
    }
    let mut found: Vec<String> = Vec::new();
    for name in names.iter().flat_map(|name| split_names(name)) {
        // Addresses, agencies and whole sentences stand there too.
        let is_name = !name.contains(['/', '@'])
            && name.split_whitespace().count() <= 6
            && !name.contains(|c: char| c.is_ascii_digit());
        if is_name && !found.contains(&name) {
            found.push(name);
        }
    }
    found
}

/// `By Ines Orr and Bram Penn` → two.
pub(crate) fn split_names(names: &str) -> Vec<String> {
    let byline = credits::byline_names(names);
    if !byline.is_empty() {
        return byline;
    }
    let names = names.strip_prefix("By ").or_else(|| names.strip_prefix("by ")).unwrap_or(names);
    names.split([',', ';', '|']).flat_map(|part| part.split(" and ")).filter_map(line).collect()
}

/// The language that the page declares, where its text is too short to tell. Templates often declare a wrong one, so
/// the text is asked first, in `assemble`; only fragments take it from here.
fn language(page: &Html) -> Option<String> {
    let text: String = select(page, "p").flat_map(|p| p.text()).flat_map(str::chars).take(2000).collect();
    if let Some(found) = text::language(&text) {
        return Some(found.to_owned());
    }
    let declared = select(page, "html[lang]").find_map(|html| html.attr("lang").map(str::to_owned))?;
    let code = declared.split(['-', '_']).next()?.to_ascii_lowercase();
    (code.len() == 2 && code.bytes().all(|b| b.is_ascii_lowercase())).then_some(code)
}
