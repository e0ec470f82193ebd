//! What a page says of itself: headline, outlet, date, authors, address, language.
//!
//! In: the parsed page. Out: the fields of the draft. Linked data (JSON-LD) is believed first, then tags of the head,
//! then visible ones. A date that lies in the future is passed over for the next place that has one.

use super::{Paragraph, line};
use crate::assemble::Draft;
use crate::html::{authors, title, when};
use crate::{Options, outlets};
use model::PublishedFrom;
use scraper::{ElementRef, Html, Selector};
use serde_json::Value;
use std::collections::BTreeMap;

/// What a page says of itself that is looked at again.
pub(super) struct About {
    pub linked: Option<Value>,
    pub metas: Vec<(String, String)>,
    /// The page's data calls it a collection.
    pub is_collection: bool,
    /// Visible headings of the first rank.
    pub headings: Vec<String>,
}

/// Reads what a page says of itself into the draft.
pub(super) fn read(html: &str, page: &Html, draft: &mut Draft, options: &Options) -> About {
    let linked = linked_data(page);
    let metas = metas(page);
    let meta = |names: &[&str]| -> Option<String> {
        names.iter().find_map(|name| metas.iter().find(|(key, _)| key == name)).map(|(_, content)| content.clone())
    };
    let is_canonical = |link: &ElementRef<'_>| {
        link.attr("rel").is_some_and(|kinds| kinds.split_ascii_whitespace().any(|kind| kind == "canonical"))
    };
    let url = select(page, "link").filter(is_canonical).find_map(|link| absolute(link.attr("href")?));
    let url = url
        .or_else(|| absolute(&meta(&["og:url"])?))
        .or_else(|| linked.as_ref().and_then(|data| absolute(&string(data, "url")?)));
    // A page that calls its site's front page its own address is believed less than whoever fetched it.
    draft.url = match (url, draft.url.take()) {
        (Some(told), Some(fetched)) if is_front(&told) && !is_front(&fetched) => Some(fetched),
        (told, fetched) => told.or(fetched),
    };
    let hosts = hosts(page);
    let own = own_host(&hosts);
    draft.outlet.name = meta(&["og:site_name"])
        .or_else(|| linked.as_ref().and_then(|data| name_of(data.get("publisher")?)))
        .or_else(|| meta(&["application-name", "publisher", "dc.publisher", "dcterms.publisher"]))
        .filter(|name| name.chars().count() <= 60 && !name.contains("://"));
    // A page that names a sister's page as its original, or no address at all, is of the site to which it links.
    let shared = meta(&["og:url"]).and_then(|url| absolute(&url)).filter(|shared| !is_front(shared));
    let own = own.filter(|own| draft.url.as_deref().is_none_or(|url| !is_of(url, own, &hosts)));
    if let Some(address) = own.map(|own| format!("https://{own}/")).or(shared) {
        outlets::fill_from_url(&mut draft.outlet, &address);
    }
    draft.title = title::of(page, linked.as_ref(), &meta, draft.outlet.name.as_deref(), draft.url.as_deref());
    let head = when::Head {
        linked: linked.as_ref(),
        metas: &metas,
        url: draft.url.as_deref(),
        title: draft.title.as_deref(),
        html,
    };
    draft.published = when::published(page, &head, options);
    draft.modified = linked
        .as_ref()
        .and_then(|data| string(data, "dateModified"))
        .or_else(|| meta(&["article:modified_time", "og:updated_time", "last-modified", "lastmod", "dcterms.modified"]))
        .map(|words| (words, PublishedFrom::Meta));
    let all = |names: &[&str]| -> Vec<String> {
        metas
            .iter()
            .filter(|(key, words)| names.contains(&key.as_str()) && !words.contains("://"))
            .map(|(_, words)| words.clone())
            .collect()
    };
    draft.authors = authors::of(page, linked.as_ref(), &all, &draft.outlet, draft.url.as_deref());
    draft.language = language(page);
    if let Some(body) = linked.as_ref().and_then(|data| string(data, "articleBody")) {
        draft.paragraphs = body.lines().filter_map(line).map(|line| (line, None)).collect::<Vec<Paragraph>>();
    }
    let is_collection = select(page, "script").filter(is_linked).any(|script| {
        let source: String = script.text().collect();
        ["\"CollectionPage\"", "\"SearchResultsPage\""].iter().any(|kind| source.contains(kind))
    });
    About { is_collection, headings: select(page, "h1").filter_map(text_of).collect(), linked, metas }
}

/// Elements by a selector that is known to be right.
pub(super) fn select<'p>(page: &'p Html, selector: &str) -> impl Iterator<Item = ElementRef<'p>> {
    // A name alone needs no selector, which costs five times as much.
    if selector.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        let named = page.tree.root().descendants().filter_map(ElementRef::wrap);
        return named.filter(|tag| tag.value().name() == selector).collect::<Vec<_>>().into_iter();
    }
    let selector = Selector::parse(selector).ok();
    let found: Vec<_> = selector.map(|selector| page.select(&selector).collect()).unwrap_or_default();
    found.into_iter()
}

pub(super) fn text_of(element: ElementRef<'_>) -> Option<String> {
    line(&element.text().collect::<Vec<_>>().join(" "))
}

/// Names, in small letters, and contents of all `meta` tags.
fn metas(page: &Html) -> Vec<(String, String)> {
    select(page, "meta")
        .filter_map(|tag| {
            let key = ["property", "name", "itemprop", "http-equiv"].iter().find_map(|key| tag.attr(key))?;
            Some((key.trim().to_ascii_lowercase(), line(tag.attr("content")?)?))
        })
        .collect()
}

fn is_linked(script: &ElementRef<'_>) -> bool {
    script.value().attr("type") == Some("application/ld+json")
}

/// The object that describes the article in the page's linked data.
fn linked_data(page: &Html) -> Option<Value> {
    let mut articles = Vec::new();
    for script in select(page, "script").filter(is_linked) {
        let source: String = script.text().collect();
        let source = source.trim().trim_start_matches("<!--").trim_end_matches("-->").trim();
        // Line breaks inside strings are an error that many pages make.
        let parsed = serde_json::from_str::<Value>(source)
            .or_else(|_| serde_json::from_str(&source.replace(['\n', '\r', '\t'], " ")));
        if let Ok(value) = parsed {
            find_articles(value, &mut articles);
        }
    }
    // The page's own article has the headline that the page shows; of several the fullest, for links to others are short.
    let own: Vec<String> = select(page, "title, h1").filter_map(text_of).map(|text| letters(&text)).collect();
    let is_own = |article: &Value| {
        let headline = string(article, "headline").map(|headline| letters(&headline)).unwrap_or_default();
        headline.len() >= 12 && own.iter().any(|text| text.contains(&headline))
    };
    let fullness = |article: &Value| article.as_object().map_or(0, serde_json::Map::len);
    articles.into_iter().max_by_key(|(rank, value)| (*rank, is_own(value), fullness(value))).map(|(_, value)| value)
}

/// Letters and digits alone, small: headlines are compared by these.
pub(super) fn letters(words: &str) -> String {
    words.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
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

pub(super) fn string(object: &Value, key: &str) -> Option<String> {
    let value = object.get(key)?;
    let words = match value {
        Value::String(words) => words,
        Value::Array(values) => values.first()?.as_str()?,
        _ => return None,
    };
    if key == "articleBody" { Some(words.to_owned()) } else { line(words) }
}

pub(super) fn name_of(value: &Value) -> Option<String> {
    match value {
        Value::String(name) => line(name),
        Value::Array(values) => values.iter().find_map(name_of),
        object => string(object, "name"),
    }
}

/// How many of a page's links lead to each host.
fn hosts(page: &Html) -> BTreeMap<String, usize> {
    let mut written: BTreeMap<&str, usize> = BTreeMap::new();
    for link in select(page, "a").filter_map(|link| link.value().attr("href")) {
        // `https://www.dalepost.example/mill` up to the third slash: the rest differs in each link, the host does not.
        let Some(start) = link.find("//").map(|at| at + 2) else { continue };
        let end = link.get(start..).and_then(|rest| rest.find(['/', '?', '#'])).map_or(link.len(), |end| start + end);
        *written.entry(link.get(..end).unwrap_or(link)).or_default() += 1;
    }
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (start, count) in written {
        if let Some(host) = outlets::host(start) {
            *counts.entry(host).or_default() += count;
        }
    }
    counts
}

/// The host to which most of a page's own links lead, where they are many: menus name the site.
fn own_host(counts: &BTreeMap<String, usize>) -> Option<String> {
    /// With fewer links a page may name any.
    const ENOUGH: usize = 8;
    let all: usize = counts.values().sum();
    // `paper.dalepost.example` is a part of `dalepost.example`.
    let with_parts = |host: &str| -> usize {
        let is_part = |other: &str| other.strip_suffix(host).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
        counts.iter().filter(|(other, _)| is_part(other)).map(|(_, count)| count).sum()
    };
    let host = counts.iter().max_by_key(|(_, count)| **count)?.0;
    let count = with_parts(host);
    (count >= ENOUGH && count * 2 > all).then(|| host.clone())
}

/// Whether an address is of a site, or the page links to the address's own site as well.
fn is_of(url: &str, site: &str, hosts: &BTreeMap<String, usize>) -> bool {
    let Some(host) = outlets::host(url) else { return false };
    let parts = |host: &str| host.rsplit('.').take(2).map(str::to_owned).collect::<Vec<_>>();
    parts(&host) == parts(site) || hosts.get(&host).is_some_and(|count| *count >= FEW)
}

/// So many links lead to a sister, too.
const FEW: usize = 4;

pub(super) fn is_front(url: &str) -> bool {
    url.split_once("://").is_none_or(|(_, rest)| {
        rest.trim_end_matches('/').split(['?', '#']).next().is_none_or(|rest| !rest.contains('/'))
    })
}

fn absolute(url: &str) -> Option<String> {
    let url = url.trim();
    (outlets::host(url).is_some() && (url.starts_with("http://") || url.starts_with("https://")))
        .then(|| url.to_owned())
}

/// The language that the page declares, where its text is too short to tell. Templates often declare a wrong one, so
/// the text is asked first, in `assemble`; only fragments take it from here.
fn language(page: &Html) -> Option<String> {
    let text: String = select(page, "p").flat_map(|p| p.text()).flat_map(str::chars).take(2000).collect();
    if let Some(found) = text::language(&text) {
        return Some(found.to_owned());
    }
    let declared = select(page, "html").find_map(|html| html.attr("lang").map(str::to_owned))?;
    let code = declared.split(['-', '_']).next()?.to_ascii_lowercase();
    (code.len() == 2 && code.bytes().all(|b| b.is_ascii_lowercase())).then_some(code)
}
