//! When a page was published, by what it shows and says.
//!
//! In: the parsed page and what its head says. Out: the words that are a date, and where they stood. What is written for
//! machines is believed first: linked data, tags of the head, microdata. Then the address, then what readers see: `<time>`
//! and short texts that are marked as a date, then such near the headline, then such that say what they are (`Stand:`,
//! `Last edited`). Only whole dates count; half a date is taken where there is no whole one.
//!
//! Machines write in UTC what happened the evening before. Where a page shows the day itself, that day is its date.

use crate::dates::{self, whole::whole_date};
use crate::html::line;
use crate::html::meta::{select, text_of};
use crate::{Options, outlets};
use model::{Precision, PublishedFrom};
use scraper::node::Element;
use scraper::{ElementRef, Html, Node};
use serde_json::Value;
use std::collections::BTreeSet;

type Words = (String, PublishedFrom);

/// What the head of a page says.
pub(super) struct Head<'h> {
    pub linked: Option<&'h Value>,
    pub metas: &'h [(String, String)],
    pub url: Option<&'h str>,
    pub title: Option<&'h str>,
    /// The source of the page.
    pub html: &'h str,
}

/// When a page was published; something that is refused later where nothing better is found.
pub(super) fn published(page: &Html, head: &Head<'_>, options: &Options) -> Option<Words> {
    let accepted = |words: &str| {
        let found = dates::parse_date(words)?;
        dates::accept(found, PublishedFrom::Meta, options.latest.as_deref())
    };
    let is_whole = |words: &str| accepted(words).is_some_and(|date| date.precision <= Precision::Day);
    let mut told = told(page, head);
    if let Some(words) = told.iter().find(|words| is_whole(words)) {
        return Some((local_day(page, head, words).unwrap_or_else(|| words.clone()), PublishedFrom::Meta));
    }
    if let Some((day, _)) = head.url.and_then(dates::in_url).filter(|(_, precision)| *precision <= Precision::Day) {
        return Some((day, PublishedFrom::Url));
    }
    let seen = Seen::of(page, month_first(page, head), head.title);
    let vague = vague(head);
    if let Some(words) = vague.iter().find(|words| is_whole(words)) {
        let day = |words: &str| Some(accepted(words)?.value.chars().take(10).collect::<String>());
        let earlier = seen.marked_below().filter(|shown| is_whole(shown) && day(shown) < day(words));
        return Some(match earlier {
            Some(day) => (day, PublishedFrom::Text),
            None => (local_day(page, head, words).unwrap_or_else(|| words.clone()), PublishedFrom::Meta),
        });
    }
    told.extend(vague);
    let days = [
        seen.marked(),
        seen.near_title(false),
        seen.labelled(),
        seen.marked_anywhere(),
        seen.first(),
        seen.near_title(true),
    ];
    let shown = days.into_iter().flatten().find(|day| is_whole(day)).map(|day| (day, PublishedFrom::Text));
    let other = || in_scripts(head.html).into_iter().chain(changed(head)).find(|words| is_whole(words));
    shown
        .or_else(|| other().map(|words| (words, PublishedFrom::Meta)))
        .or_else(|| {
            told.iter().find(|words| accepted(words).is_some()).map(|words| (words.clone(), PublishedFrom::Meta))
        })
        // With nothing acceptable the first is handed on, to be refused aloud.
        .or_else(|| {
            told.into_iter().find(|words| dates::parse_date(words).is_some()).map(|words| (words, PublishedFrom::Meta))
        })
}

/// What the page says for machines, the surest first.
fn told(page: &Html, head: &Head<'_>) -> Vec<String> {
    const NAMES: [&str; 36] = [
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
        "publication-date",
        "pubdate",
        "published",
        "published-date",
        "cxenseparse:recs:publishtime",
        "bt:pubdate",
        "sw-pubdate",
        "citation_publication_date",
        "citation_online_date",
        "citation_date",
        "bepress_citation_date",
        "dc.date.issued",
        "dcterms.issued",
        "dc.date.created",
        "dcterms.created",
        "article_date_original",
        "article:post_date",
        "originalpublicationdate",
        "displaydate",
        "analyticsattributes.articledate",
        "rnews:datepublished",
        "schema:datepublished",
        "datecreated",
        "schema:datecreated",
        "release_date",
    ];
    let linked = ["datePublished", "dateCreated", "uploadDate"].iter().filter_map(|key| word(head.linked?.get(*key)));
    let metas = NAMES
        .iter()
        .flat_map(|name| head.metas.iter().filter(move |(key, _)| key == name).map(|(_, content)| content.clone()));
    // By hand: a selector is tried on each tag four times.
    let says = |tag: &ElementRef<'_>| {
        matches!(tag.attr("itemprop"), Some("datePublished" | "dateCreated"))
            || matches!(tag.attr("property"), Some("schema:datePublished" | "schema:dateCreated"))
    };
    let items = page.tree.root().descendants().filter_map(ElementRef::wrap).filter(says).filter_map(|tag| {
        // `<abbr class=published title="2017-09-09T10:52:00+02:00">10:52</abbr>`
        let title = tag.attr("title").filter(|words| dates::parse_date(words).is_some());
        tag.attr("datetime").or_else(|| tag.attr("content")).or(title).and_then(line).or_else(|| text_of(tag))
    });
    let first =
        head.metas.iter().filter(|(key, _)| key == "article:published_time").map(|(_, content)| content.clone());
    let broken = if head.linked.is_none() { in_broken_data(page) } else { None };
    first.chain(linked).chain(metas).chain(items).chain(broken).collect()
}

/// What only calls itself a date: in some systems that of the last change.
fn vague(head: &Head<'_>) -> Vec<String> {
    const NAMES: [&str; 3] = ["dcterms.date", "dc.date", "date"];
    let of_name = |name: &'static str| head.metas.iter().filter(move |(key, _)| key == name);
    NAMES.iter().flat_map(|name| of_name(name)).map(|(_, words)| words.clone()).collect()
}

/// The date in linked data that are no JSON: a mark or a comma too many hides the rest from parsers, not from readers.
fn in_broken_data(page: &Html) -> Option<String> {
    let sources = select(page, "script").filter(|script| script.attr("type") == Some("application/ld+json"));
    let sources = sources.map(|script| script.text().collect::<String>());
    let broken = sources.filter(|source| serde_json::from_str::<serde::de::IgnoredAny>(source).is_err());
    broken.flat_map(|source| after_keys(&source, &["datePublished"])).next()
}

fn word(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(words) => line(words),
        Value::Array(values) => values.first()?.as_str().and_then(line),
        _ => None,
    }
}

/// When the page was last changed: the last resort, for that is when this text was published.
fn changed(head: &Head<'_>) -> Vec<String> {
    const NAMES: [&str; 8] = [
        "article:modified_time",
        "og:updated_time",
        "datemodified",
        "dateupdate",
        "last-modified",
        "lastmod",
        "dcterms.modified",
        "revised",
    ];
    let linked = word(head.linked.and_then(|data| data.get("dateModified")));
    let metas = NAMES
        .iter()
        .flat_map(|name| head.metas.iter().filter(move |(key, _)| key == name).map(|(_, words)| words.clone()));
    linked.into_iter().chain(metas).collect()
}

/// `"publishedAt": "2019-03-02T06:22:28"` in a script of the page.
fn in_scripts(html: &str) -> Vec<String> {
    const KEYS: [&str; 13] = [
        "datePublished",
        "publishedAt",
        "publishedDate",
        "PublishingDate",
        "publication_time",
        "created_at",
        "published_at",
        "publishDate",
        "publish_date",
        "publicationDate",
        "publication_date",
        "pubDate",
        "datePosted",
    ];
    after_keys(html, &KEYS)
}

/// The date behind the first place of each key.
fn after_keys(html: &str, keys: &[&str]) -> Vec<String> {
    /// Between key and value stand marks, perhaps escaped.
    const GAP: usize = 16;
    keys.iter()
        .filter_map(|key| {
            let at = memchr::memmem::find(html.as_bytes(), key.as_bytes())? + key.len();
            let rest: String = html.get(at..)?.chars().take(GAP + 25).collect();
            let digits = rest.find(|c: char| c.is_ascii_digit())?;
            // Only marks between: `datePublished` may be a word of its own.
            let gap = rest.get(..digits)?.replace("&quot", "").replace("\\u0022", "");
            if gap.len() > GAP || gap.contains(|c: char| c.is_alphanumeric()) {
                return None;
            }
            let value: String = rest
                .get(digits..)?
                .chars()
                .take_while(|c| c.is_ascii_digit() || matches!(c, '-' | ':' | 'T' | '+' | 'Z' | '.'))
                .collect();
            value.get(4..5).filter(|mark| *mark == "-")?;
            Some(value)
        })
        .collect()
}

/// Whether numbers before slashes are months: in pages of the United States, and in English ones that do not say.
fn month_first(page: &Html, head: &Head<'_>) -> bool {
    let language = select(page, "html").find_map(|html| html.attr("lang").map(str::to_ascii_lowercase));
    match language.as_deref() {
        Some("en") | None => {
            let host = head.url.and_then(outlets::host).unwrap_or_default();
            !host.ends_with(".uk")
                && !host.ends_with(".au")
                && !host.ends_with(".in")
                && !host.ends_with(".za")
                && language.is_some()
        }
        Some(language) => language.replace('_', "-") == "en-us",
    }
}

/// The day that the page shows, where it is the day before or after what machines were told in UTC.
fn local_day(page: &Html, head: &Head<'_>, told: &str) -> Option<String> {
    let (value, precision) = dates::parse_date(told)?;
    // `2020-02-25T02:25Z`
    if precision != Precision::Minute || !value.ends_with('Z') {
        return None;
    }
    let day: jiff::civil::Date = value.get(..10)?.parse().ok()?;
    let hour: u8 = value.get(11..13)?.parse().ok()?;
    // West of Greenwich it is still yesterday in the small hours of UTC, east of it tomorrow in the late ones.
    let neighbour = match hour {
        0..11 => day.yesterday().ok()?,
        21.. => day.tomorrow().ok()?,
        _ => return None,
    };
    let (day, neighbour) = (day.to_string(), neighbour.to_string());
    let same_day = |words: &String, wanted: &str| {
        dates::parse_date(words).is_some_and(|(found, _)| found.get(..10) == Some(wanted) && !found.ends_with('Z'))
    };
    // Where the offset is told elsewhere, that is the same moment as its readers read it.
    let of_metas = head.metas.iter().filter(|(key, _)| key.contains("publish")).map(|(_, words)| words.clone());
    let of_times = select(page, "time").filter_map(|tag| tag.attr("datetime").and_then(line));
    let shown = Seen::of(page, month_first(page, head), head.title).near_days();
    let of_scripts = in_scripts(head.html);
    let told = of_metas.chain(of_times).chain(of_scripts).filter(|words| !words.trim().ends_with('Z'));
    let all: Vec<String> = told.chain(shown).collect();
    let is_shown = |wanted: &str| all.iter().any(|words| same_day(words, wanted));
    // An address carries the day on which its outlet published.
    let of_url = head.url.and_then(dates::in_url).filter(|(_, precision)| *precision == Precision::Day);
    match of_url {
        Some((found, _)) => (found == neighbour).then_some(neighbour),
        None => (is_shown(&neighbour) && !is_shown(&day)).then_some(neighbour),
    }
}

/// Dates that a page shows, in the order of the page.
struct Seen {
    dates: Vec<Shown>,
    /// The number of the text that is the headline.
    title: Option<usize>,
}

struct Shown {
    /// The number of the text in which it stands.
    index: usize,
    day: String,
    /// An element round it says that it holds a date.
    is_marked: bool,
    /// The text says what it is.
    is_labelled: bool,
    /// In a footer, a menu, a list of other articles or comments.
    is_aside: bool,
}

impl Seen {
    fn of(page: &Html, month_first: bool, title: Option<&str>) -> Self {
        /// Longer texts speak of dates, but do not show them.
        const LONGEST: usize = 140;
        /// In longer ones a date may stand at the very beginning: `(18.01.2018) The mill …`.
        const BEGINNING: usize = 24;
        /// A heading shorter than this may be any.
        const TELLING: usize = 12;
        let plain = |words: &str| -> String {
            words.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
        };
        let title = title.map(plain).unwrap_or_default();
        let mut found = Self { dates: Vec::new(), title: None };
        let holding = around_headings(page, &title);
        let mut index = 0;
        let mut level = 0;
        // Depth in elements that are passed over, marked or aside; which of these each open element is.
        let (mut skipped, mut marked, mut aside) = (0_usize, 0_usize, 0_usize);
        let mut open: Vec<[bool; 3]> = Vec::new();
        for edge in page.tree.root().traverse() {
            let node = match edge {
                ego_tree::iter::Edge::Open(node) => node,
                ego_tree::iter::Edge::Close(node) => {
                    if let Some(is) = node.value().as_element().and_then(|_| open.pop()) {
                        for (count, is) in [&mut skipped, &mut marked, &mut aside].into_iter().zip(is) {
                            *count -= usize::from(is);
                        }
                    }
                    continue;
                }
            };
            match node.value() {
                Node::Element(element) => {
                    let tag = element.name();
                    if matches!(tag, "time" | "abbr") && skipped == 0 {
                        let told = element.attr(if tag == "time" { "datetime" } else { "title" }).and_then(line);
                        if let Some(words) = told.filter(|words| {
                            dates::parse_date(words).is_some_and(|(_, precision)| precision <= Precision::Day)
                        }) {
                            found.dates.push(Shown {
                                index,
                                day: words,
                                is_marked: true,
                                is_labelled: false,
                                is_aside: aside > 0,
                            });
                        }
                    }
                    let is_skipped = matches!(tag, "script" | "style" | "noscript" | "select" | "head" | "template");
                    // Nothing is looked at inside what is passed over.
                    let (mut is_marked, mut is_aside) = (false, false);
                    if skipped == 0 && !is_skipped {
                        let names = names_of(element);
                        is_marked = tag == "time" || tag != "body" && tag != "html" && says_date(&names);
                        // What holds the headline is no margin, whatever it is called: `<body class="right-sidebar">`.
                        is_aside = (matches!(tag, "nav" | "footer" | "aside") || says_aside(&names))
                            && !holding.contains(&node.id());
                    }
                    let is = [is_skipped, is_marked, is_aside];
                    for (count, is) in [&mut skipped, &mut marked, &mut aside].into_iter().zip(is) {
                        *count += usize::from(is);
                    }
                    open.push(is);
                    // The first heading of the highest rank is the headline.
                    let rank = match tag {
                        "h1" => 2,
                        "h2" => 1,
                        _ => 0,
                    };
                    if rank > level && aside == 0 {
                        level = rank;
                        found.title = Some(index);
                    }
                }
                Node::Text(text) if skipped == 0 => {
                    let text = text.trim();
                    if text.is_empty() {
                        continue;
                    }
                    index += 1;
                    // The headline itself, wherever it stands, comes before any heading.
                    if level < 3 && aside == 0 && text.len() >= TELLING && title.starts_with(&plain(text)) {
                        level = 3;
                        found.title = Some(index);
                    }
                    let short = text.len() <= LONGEST;
                    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
                        continue;
                    }
                    let words: String =
                        if short { text.to_owned() } else { text.chars().take(BEGINNING + 20).collect() };
                    let Some((day, at)) = whole_date(&words, month_first) else { continue };
                    // `Hale, (18.01.2018). The mill …`
                    let is_dateline = words.get(..at).is_some_and(|before| before.ends_with('('));
                    if !short && at > 2 && !is_dateline {
                        continue;
                    }
                    let is_labelled = says_published(&words.to_lowercase());
                    found.dates.push(Shown { index, day, is_marked: marked > 0, is_labelled, is_aside: aside > 0 });
                }
                _ => {}
            }
        }
        found
    }

    /// The first date marked as such from shortly above the headline on.
    fn marked(&self) -> Option<String> {
        const ABOVE: usize = 12;
        const BELOW: usize = 60;
        let title = self.title?;
        let near = |shown: &&Shown| shown.index + ABOVE >= title && shown.index <= title + BELOW;
        self.dates
            .iter()
            .filter(near)
            .filter(|shown| shown.is_marked && !shown.is_aside)
            // Below the headline comes before above it.
            .min_by_key(|shown| (shown.index < title, shown.index.abs_diff(title)))
            .map(|shown| shown.day.clone())
    }

    /// The first date marked as such shortly below the headline.
    fn marked_below(&self) -> Option<String> {
        const BELOW: usize = 20;
        let title = self.title?;
        let near = |shown: &&Shown| (title..=title + BELOW).contains(&shown.index) && !shown.is_aside;
        self.dates.iter().filter(near).find(|shown| shown.is_marked).map(|shown| shown.day.clone())
    }

    /// The date nearest to the headline.
    fn near_title(&self, with_asides: bool) -> Option<String> {
        const ABOVE: usize = 4;
        const BELOW: usize = 20;
        let title = self.title?;
        self.dates
            .iter()
            .filter(|shown| shown.index + ABOVE >= title && shown.index <= title + BELOW)
            .filter(|shown| with_asides || !shown.is_aside)
            .min_by_key(|shown| (shown.index < title, shown.index.abs_diff(title)))
            .map(|shown| shown.day.clone())
    }

    /// All dates shortly below the headline.
    fn near_days(&self) -> Vec<String> {
        // Above it many sites show the day on which the page is read.
        const BELOW: usize = 40;
        let Some(title) = self.title else { return Vec::new() };
        let near = |shown: &&Shown| (title..=title + BELOW).contains(&shown.index) && !shown.is_aside;
        self.dates.iter().filter(near).map(|shown| shown.day.clone()).collect()
    }

    fn labelled(&self) -> Option<String> {
        self.dates.iter().find(|shown| shown.is_labelled).map(|shown| shown.day.clone())
    }

    fn marked_anywhere(&self) -> Option<String> {
        self.dates.iter().find(|shown| shown.is_marked && !shown.is_aside).map(|shown| shown.day.clone())
    }
}

// The last resorts of `Seen`: where nothing near the headline is a date.
impl Seen {
    /// The first date that is no other article's, else the only one there is.
    fn first(&self) -> Option<String> {
        let own = self.dates.iter().find(|shown| !shown.is_aside);
        own.map(|shown| shown.day.clone())
            .or_else(|| only_day(self.dates.iter().filter(|shown| shown.is_marked)))
            .or_else(|| only_day(self.dates.iter()))
    }
}

/// The day that all dates are, if there is no other.
fn only_day<'s>(mut dates: impl Iterator<Item = &'s Shown>) -> Option<String> {
    let day = |shown: &Shown| Some(dates::parse_date(&shown.day)?.0.chars().take(10).collect::<String>());
    let first = dates.next()?;
    dates.all(|other| day(other) == day(first)).then(|| first.day.clone())
}

/// Everything that a heading of the first rank stands in; where there is none, the first one that is the headline.
fn around_headings(page: &Html, title: &str) -> BTreeSet<ego_tree::NodeId> {
    const LONGEST: usize = 4_096;
    let mut found = BTreeSet::new();
    let mut headings: Vec<_> = select(page, "h1").collect();
    if headings.is_empty() && !title.is_empty() {
        let others = page.tree.root().descendants().filter_map(ElementRef::wrap);
        let mut others = others.filter(|tag| matches!(tag.value().name(), "h2" | "h3" | "h4" | "h5"));
        headings.extend(others.find(|heading| {
            // A heading that holds a whole page is none; headings in headings must not be read to their end each.
            let plain = heading.text().flat_map(str::chars).take(LONGEST).filter(|c| c.is_alphanumeric());
            plain.flat_map(char::to_lowercase).eq(title.chars())
        }));
    }
    for heading in headings {
        for ancestor in heading.ancestors() {
            if !found.insert(ancestor.id()) {
                break;
            }
        }
    }
    found
}

/// Class and id of an element, in small letters.
fn names_of(element: &Element) -> String {
    let (class, id) = (element.attr("class").unwrap_or(""), element.attr("id").unwrap_or(""));
    let mut names = String::with_capacity(class.len() + id.len() + 1);
    names.extend([class, " ", id].iter().flat_map(|part| part.chars()).map(|c| c.to_ascii_lowercase()));
    names
}

/// Whether names of an element say that it holds a date.
fn says_date(names: &str) -> bool {
    const PARTS: [&str; 14] = [
        "date",
        "datum",
        "fecha",
        "publi",
        "posted",
        "created",
        "timestamp",
        "time",
        "byline",
        "meta",
        "submitted",
        "authored",
        "stand",
        "info",
    ];
    names.split([' ', '-', '_']).any(|name| PARTS.iter().any(|part| name.contains(part) && !name.contains("update-")))
}

/// Whether names of an element say that it holds something else than the article.
fn says_aside(names: &str) -> bool {
    const PARTS: [&str; 11] = [
        "comment",
        "sidebar",
        "related",
        "teaser",
        "footer",
        "recommend",
        "kommentar",
        "copyright",
        "event",
        "breaking",
        "ticker",
    ];
    // What stands at the foot of an article is its own.
    const OWN: [&str; 4] = ["post-footer", "entry-footer", "article-footer", "post_footer"];
    names.split(' ').any(|name| !OWN.contains(&name) && PARTS.iter().any(|part| name.contains(part)))
}

/// Whether a text says that its date is that of the page.
fn says_published(words: &str) -> bool {
    const LABELS: [&str; 35] = [
        "published",
        "posted",
        "updated",
        "last modified",
        "last edited",
        "last revision",
        "last changed",
        "written on",
        "created",
        "datum:",
        "stand:",
        "stand ",
        "veröffentlicht",
        "erstellt",
        "aktualisiert",
        "geändert",
        "zuletzt",
        "geschrieben",
        "gespeichert von",
        "erschienen am",
        "publicerad",
        "publisert",
        "gepubliceerd",
        "fecha:",
        "vom ",
        "publié",
        "mis en ligne",
        "mis à jour",
        "publicado",
        "actualizado",
        "pubblicato",
        "aggiornato",
        "geplaatst",
        "opublikowano",
        "опубликовано",
    ];
    LABELS.iter().any(|label| words.contains(label))
}
