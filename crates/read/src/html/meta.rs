//! What a page says of itself: headline, outlet, date, authors, address, language.
//!
//! In: the parsed page. Out: the fields of the draft. Linked data (JSON-LD) is believed first, then tags of the head,
//! then visible ones. A date that lies in the future is passed over for the next place that has one.

use super::{Paragraph, line};
use crate::assemble::Draft;
use crate::html::when;
use crate::{Options, credits, outlets};
use model::{Outlet, PublishedFrom};
use scraper::{ElementRef, Html, Selector};
use serde_json::Value;

/// What a page says of itself that is looked at again.
pub(super) struct About {
    pub linked: Option<Value>,
    pub metas: Vec<(String, String)>,
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
    draft.authors = authors(page, linked.as_ref(), &all, &draft.outlet, draft.url.as_deref());
    draft.language = language(page);
    if let Some(body) = linked.as_ref().and_then(|data| string(data, "articleBody")) {
        draft.paragraphs = body.lines().filter_map(line).map(|line| (line, None)).collect::<Vec<Paragraph>>();
    }
    About { headings: select(page, "h1").filter_map(text_of).collect(), linked, metas }
}

/// Elements by a selector that is known to be right.
pub(super) fn select<'p>(page: &'p Html, selector: &str) -> impl Iterator<Item = ElementRef<'p>> {
    let selector = Selector::parse(selector).ok();
    let found: Vec<_> = selector.map(|selector| page.select(&selector).collect()).unwrap_or_default();
    found.into_iter()
}

pub(super) fn text_of(element: ElementRef<'_>) -> Option<String> {
    line(&element.text().collect::<Vec<_>>().join(" "))
}

/// Names, in small letters, and contents of all `meta` tags.
fn metas(page: &Html) -> Vec<(String, String)> {
    select(page, "meta[content]")
        .filter_map(|tag| {
            let key = ["property", "name", "itemprop", "http-equiv"].iter().find_map(|key| tag.attr(key))?;
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

/// The headline: the visible heading where the page's data or head repeat it, else what these say, else a heading that
/// stands alone. Editors give one article several headlines: which of them is «the» title is a matter of taste in one of
/// six pages.
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

/// The people who wrote the article: by its data, by tags of the head, by what is marked as a byline. The name of the
/// outlet is no author where anybody else is named.
fn authors(
    page: &Html,
    linked: Option<&Value>,
    meta: &dyn Fn(&[&str]) -> Vec<String>,
    outlet: &Outlet,
    url: Option<&str>,
) -> Vec<String> {
    const TAGS: [&str; 13] = [
        "author",
        "article:author",
        "parsely-author",
        "dc.creator",
        "dcterms.creator",
        "citation_author",
        "dc.contributor",
        "article:author_name",
        "byl",
        "sailthru.author",
        "cxenseparse:author",
        "twitter:misc:written by",
        "twitter:data1",
    ];
    let data: Vec<String> = match linked.and_then(|data| data.get("author").or_else(|| data.get("creator"))) {
        Some(Value::Array(values)) => {
            let person = |value: &Value| string(value, "@type").is_some_and(|kind| kind == "Person");
            let people = values.iter().any(person);
            values.iter().filter(|value| !people || person(value)).filter_map(name_of).collect()
        }
        Some(value) => name_of(value).into_iter().collect(),
        None => Vec::new(),
    };
    // An address is no name: the next tag may have one.
    let tags = || TAGS.iter().map(|tag| names_in(&meta(&[tag]))).find(|names| !names.is_empty()).unwrap_or_default();
    let marked = || -> Vec<String> {
        const PLACES: [&str; 4] = [
            "article a[rel~=author], main a[rel~=author], a[rel~=author], [itemprop=author] [itemprop=name], [itemprop=author]",
            "article [class*=byline] a, main [class*=byline] a, article [class*=author-name], main [class*=author-name], article [class*=authorName]",
            "[class*=author] a[href*=author], [class*=autor] a, [class*=byline] [class*=author], [class*=author__name], [class*=author-name]",
            "[class=byline], [class=author], [class=autor], [class*=__byline], [class*=article-author], [class*=articleAuthor], [class*=post-author]",
        ];
        PLACES
            .iter()
            .map(|place| select(page, place).filter_map(text_of).take(8).collect::<Vec<String>>())
            .map(|texts| names_in(&texts))
            .find(|names| !names.is_empty())
            .unwrap_or_else(|| {
                let lines = select(page, "[class*=byline], [class*=author], [class*=meta]").filter_map(text_of);
                lines.map(|line| credits::byline_names(&line)).find(|names| !names.is_empty()).unwrap_or_default()
            })
    };
    let plain =
        |words: &str| words.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let host = outlet.domain.clone().or_else(|| url.and_then(outlets::host)).unwrap_or_default();
    let own = [outlet.name.as_deref().unwrap_or(""), &host, host.split('.').next().unwrap_or("")].map(plain);
    let is_own = |name: &String| {
        let name = plain(name);
        own.iter().any(|own| {
            own.len() >= 3 && (name.starts_with(own.as_str()) || own.len() >= 5 && name.contains(own.as_str()))
        })
    };
    let first =
        [data, tags()].into_iter().map(|names| names_in(&names)).find(|names| !names.is_empty()).unwrap_or_default();
    if first.iter().any(|name| !is_own(name)) {
        return first;
    }
    let shown: Vec<String> = marked().into_iter().filter(|name| !is_own(name)).collect();
    if shown.is_empty() { first } else { shown }
}

/// The names in what stands where authors should; addresses, offices and whole sentences stand there too.
fn names_in(texts: &[String]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for name in texts.iter().flat_map(|text| split_names(text)) {
        // `Ines Orr (io)`, `Ines Orr | Dale Post`
        let name = name
            .split(['(', '[', '|', '•', '·', '/'])
            .next()
            .unwrap_or("")
            .trim()
            .trim_end_matches([':', '.', '-', '–'])
            .trim();
        let is_name = !name.contains(['@', '<', '{'])
            && (1..=5).contains(&name.split_whitespace().count())
            && name.chars().count() >= 2
            && !name.contains(|c: char| c.is_ascii_digit())
            && !is_no_name(name);
        if is_name && !found.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            found.push(name.to_owned());
        }
    }
    found
}

/// Words that stand beside bylines.
fn is_no_name(name: &str) -> bool {
    const WORDS: [&str; 24] = [
        "admin",
        "administrator",
        "author",
        "authors",
        "autor",
        "autoren",
        "about",
        "about the author",
        "by",
        "follow",
        "von",
        "par",
        "de",
        "more",
        "posted by",
        "share",
        "staff",
        "view all posts",
        "read more",
        "profile",
        "email",
        "twitter",
        "contact",
        "team",
    ];
    WORDS.contains(&name.to_lowercase().as_str())
}

/// `By Ines Orr and Bram Penn` → two.
pub(crate) fn split_names(names: &str) -> Vec<String> {
    const LEADS: [&str; 13] =
        ["By ", "by ", "BY ", "Von ", "von ", "VON ", "Par ", "par ", "Por ", "por ", "Door ", "Av ", "Author: "];
    const JOINTS: [&str; 9] = [" and ", " und ", " et ", " og ", " och ", " en ", " & ", " with ", " y "];
    let byline = credits::byline_names(names);
    if !byline.is_empty() {
        return byline;
    }
    let names = LEADS.iter().find_map(|lead| names.strip_prefix(lead)).unwrap_or(names);
    let mut parts: Vec<&str> = names.split([',', ';', '|', '،', '、']).collect();
    for joint in JOINTS {
        parts = parts.into_iter().flat_map(|part| part.split(joint)).collect();
    }
    let lead = |part: &str| LEADS.iter().find_map(|lead| part.trim().strip_prefix(lead)).unwrap_or(part).to_owned();
    parts.into_iter().map(lead).filter_map(|part| line(&part)).collect()
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
