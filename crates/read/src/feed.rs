//! Feeds (RSS, RDF, Atom), lists of feeds (OPML) and site maps.
//!
//! In: the bytes of a feed. Out: an article for each item. Items that carry their whole text are articles like others;
//! of those with no more than a summary, the summary is read and the article says so in its problems. Lists of feeds and
//! site maps hold no articles: that is said with the number of addresses in them.
//!
//! Nothing that a feed declares is expanded: `&name;` of its own making stays as it is written. What is broken costs the
//! item in which it stands.

use crate::Options;
use crate::assemble::{Draft, assemble};
use crate::docx::push_reference;
use crate::html::{self, line};
use crate::reading::{Items, once, problem};
use model::{Article, Outlet, Problem, PublishedFrom};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// One item of a feed, whatever its format.
#[derive(Clone, Debug, Default)]
pub(crate) struct Item {
    pub title: Option<String>,
    pub url: Option<String>,
    pub published: Option<String>,
    pub modified: Option<String>,
    pub authors: Vec<String>,
    /// HTML.
    pub content: Option<String>,
    /// HTML.
    pub summary: Option<String>,
    pub outlet: Option<String>,
    pub language: Option<String>,
}

/// An article whose feed gives less than this many characters of text more than its summary has no more than that.
const MORE_THAN_SUMMARY: usize = 600;

/// The article of an item; `None` where there is no word in it.
pub(crate) fn article(item: Item, path: &str, options: &Options) -> Option<Article> {
    let mut draft = Draft { path: path.to_owned(), is_in_archive: true, url: item.url, ..Draft::default() };
    draft.title = item.title.as_deref().and_then(plain_text);
    draft.outlet = Outlet { name: item.outlet.as_deref().and_then(line), ..Outlet::default() };
    draft.authors = item.authors.iter().flat_map(|author| html::split_names(author)).collect();
    draft.published = item.published.map(|date| (date, PublishedFrom::Feed));
    draft.modified = item.modified.map(|date| (date, PublishedFrom::Feed));
    draft.language = item.language;
    let content = item.content.as_deref().map(html::fragment).unwrap_or_default();
    let summary = item.summary.as_deref().map(html::fragment).unwrap_or_default();
    let length = |parts: &[html::Paragraph]| parts.iter().map(|(text, _)| text.chars().count()).sum::<usize>();
    // Some feeds put the whole text where the summary belongs, others the summary where the text belongs.
    let is_summary = length(&content) < MORE_THAN_SUMMARY && length(&content) <= length(&summary) || content.is_empty();
    draft.paragraphs = if length(&content) >= length(&summary) { content } else { summary };
    if is_summary && length(&draft.paragraphs) < MORE_THAN_SUMMARY {
        draft.problems.push(Problem {
            code: "summary-only".into(),
            message: "the feed gives no more than a summary of this article; save its page for the rest".into(),
            path: None,
        });
    }
    if draft.title.is_none() && draft.paragraphs.is_empty() {
        return None;
    }
    Some(assemble(draft, options))
}

/// Titles hold tags and entities though they should not.
fn plain_text(title: &str) -> Option<String> {
    if title.contains('<') {
        let parts: Vec<String> = html::fragment(title).into_iter().map(|(text, _)| text).collect();
        return line(&parts.join(" "));
    }
    line(title)
}

/// What a feed gives.
pub(crate) fn open(bytes: &[u8], path: String, options: &Options) -> Items {
    let (text, _) = text::decode_as(bytes, html::declared_encoding(bytes).as_deref());
    let feed = read(&text);
    let mut found: Vec<Result<Article, Problem>> = Vec::new();
    let mut empty = 0_usize;
    for item in feed.items {
        match article(item, &path, options) {
            Some(article) => found.push(Ok(article)),
            None => empty += 1,
        }
    }
    if empty > 0 {
        let message = format!("{empty} items of the feed `{path}` hold no word; they were left out");
        found.push(Err(problem("no-text", message, &path)));
    }
    if let Some(why) = feed.broken {
        let message =
            format!("the feed `{path}` cannot be read beyond byte {} ({}); what stands before is read", why.0, why.1);
        found.push(Err(problem("broken-archive", message, &path)));
    }
    if found.is_empty() {
        let (what, do_this) = match feed.kind {
            Kind::SiteMap => ("a site map", "save those pages and give them"),
            Kind::Opml => ("a list of feeds", "save those feeds and give them"),
            Kind::Feed => ("a feed", "nothing can be read from it"),
        };
        let message = format!("`{path}` is {what} with {} addresses and no article; {do_this}", feed.addresses);
        return once(Err(problem("no-articles", message, &path)));
    }
    Box::new(found.into_iter())
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Kind {
    #[default]
    Feed,
    SiteMap,
    Opml,
}

#[derive(Default)]
struct Feed {
    kind: Kind,
    items: Vec<Item>,
    addresses: usize,
    /// Byte of the decoded text, and why.
    broken: Option<(u64, String)>,
}

/// Reads a feed as far as it can be read.
fn read(xml: &str) -> Feed {
    let mut reader = Reader::from_str(xml);
    let settings = reader.config_mut();
    settings.check_end_names = false;
    settings.allow_unmatched_ends = true;
    settings.allow_dangling_amp = true;
    let mut state = State::default();
    loop {
        match reader.read_event() {
            Ok(Event::Eof) => break,
            Ok(event) => state.see(event),
            Err(error) => {
                let at = reader.error_position();
                // A place that is no XML is passed over, once: what follows is often whole.
                if reader.buffer_position() <= state.last {
                    state.feed.broken = Some((at, error.to_string()));
                    break;
                }
                state.last = reader.buffer_position();
                state.errors += 1;
                if state.errors > MOST_ERRORS {
                    state.feed.broken = Some((at, error.to_string()));
                    break;
                }
            }
        }
    }
    state.end_item();
    state.feed
}

/// A file with more broken places is no feed.
const MOST_ERRORS: usize = 1000;

#[derive(Default)]
struct State {
    feed: Feed,
    outlet: Option<String>,
    language: Option<String>,
    item: Option<Item>,
    /// The field whose text is collected, and how deep in it we are.
    field: Option<(String, usize)>,
    words: String,
    /// Atom's `type="xhtml"`: tags belong to the text.
    keeps_tags: bool,
    in_author: bool,
    last: u64,
    errors: usize,
}

impl State {
    fn see(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.enter(&tag, false),
            Event::Empty(tag) => self.enter(&tag, true),
            Event::End(tag) => self.leave(tag.name().as_ref()),
            Event::Text(text) if self.field.is_some() => self.words.push_str(&text.into_inner()),
            Event::CData(text) if self.field.is_some() => self.words.push_str(&text.into_inner()),
            Event::GeneralRef(name) if self.field.is_some() => {
                let name = name.into_inner();
                if self.keeps_tags {
                    self.words.push('&');
                    self.words.push_str(&name);
                    self.words.push(';');
                } else {
                    push_reference(&name, &mut self.words);
                }
            }
            _ => {}
        }
    }

    fn enter(&mut self, tag: &BytesStart<'_>, is_empty: bool) {
        let name = tag.name().as_ref().to_ascii_lowercase();
        let attribute = |key: &str| tag.try_get_attribute(key).ok().flatten().map(|value| unescaped(&value.value));
        if let Some((field, depth)) = &mut self.field {
            // An author of Atom holds elements, one of RSS a text.
            if self.in_author && !is_empty && name == "name" && matches!(field.as_str(), "author" | "contributor") {
                self.begin(name, None, is_empty);
                return;
            }
            if self.keeps_tags {
                self.words.push('<');
                self.words.push_str(tag.name().as_ref());
                self.words.push('>');
            }
            *depth += usize::from(!is_empty);
            return;
        }
        match name.as_str() {
            "item" | "entry" => {
                self.end_item();
                self.item = Some(Item::default());
            }
            "opml" => self.feed.kind = Kind::Opml,
            "urlset" | "sitemapindex" => self.feed.kind = Kind::SiteMap,
            "loc" => self.feed.addresses += 1,
            "outline" => self.feed.addresses += usize::from(attribute("xmlUrl").is_some()),
            "author" | "contributor" => {
                self.in_author = true;
                self.begin(name, attribute("type").as_deref(), is_empty);
            }
            // Atom's link is an attribute, that of RSS a text.
            "link" => match attribute("href") {
                Some(href) => {
                    let relation = attribute("rel");
                    if let Some(item) = &mut self.item
                        && relation.as_deref().is_none_or(|relation| relation == "alternate")
                    {
                        item.url.get_or_insert(href);
                    }
                }
                None => self.begin(name, None, is_empty),
            },
            "name" if self.in_author => self.begin(name, None, is_empty),
            "title" | "guid" | "pubdate" | "published" | "updated" | "dc:date" | "dcterms:created"
            | "dcterms:modified" | "dc:creator" | "content:encoded" | "content" | "description" | "summary"
            | "source" | "language" | "dc:language" | "atom:updated" | "issued" | "modified" | "created" => {
                let kind = attribute("type");
                self.begin(name, kind.as_deref(), is_empty);
            }
            _ => {}
        }
    }

    fn begin(&mut self, name: String, kind: Option<&str>, is_empty: bool) {
        if is_empty {
            return;
        }
        self.keeps_tags = kind == Some("xhtml");
        self.words.clear();
        self.field = Some((name, 0));
    }

    fn leave(&mut self, tag: &str) {
        let name = tag.to_ascii_lowercase();
        if let Some((field, depth)) = &mut self.field {
            // A tag that was never closed ends with its item.
            let is_end = *field == name || matches!(name.as_str(), "item" | "entry" | "channel" | "feed");
            if !is_end || *depth > 0 && *field == name {
                *depth = depth.saturating_sub(1);
                if self.keeps_tags {
                    self.words.push_str("</");
                    self.words.push_str(tag);
                    self.words.push('>');
                }
                return;
            }
            let field = field.clone();
            self.field = None;
            self.take(&field);
        }
        match name.as_str() {
            "item" | "entry" => self.end_item(),
            "author" | "contributor" => self.in_author = false,
            _ => {}
        }
    }

    /// What was collected goes where it belongs.
    fn take(&mut self, field: &str) {
        let words = std::mem::take(&mut self.words);
        let words = words.trim();
        if words.is_empty() {
            return;
        }
        let Some(item) = &mut self.item else {
            match field {
                "title" => {
                    self.outlet.get_or_insert_with(|| words.to_owned());
                }
                "language" | "dc:language" => self.language = Some(words.chars().take(2).collect()),
                _ => {}
            }
            return;
        };
        let set = |to: &mut Option<String>| {
            to.get_or_insert_with(|| words.to_owned());
        };
        match field {
            "title" => set(&mut item.title),
            "link" => item.url = Some(words.to_owned()),
            "guid" if words.starts_with("http") => set(&mut item.url),
            "pubdate" | "published" | "dc:date" | "dcterms:created" | "issued" | "created" => set(&mut item.published),
            "updated" | "atom:updated" | "dcterms:modified" | "modified" => set(&mut item.modified),
            "dc:creator" | "name" => item.authors.push(words.to_owned()),
            // `mill@dalepost.example (Ines Orr)`
            "author" | "contributor" => {
                let name = words.split_once('(').map_or(words, |(_, name)| name.trim_end_matches(')'));
                item.authors
                    .extend((!name.contains('@')).then(|| name.split_whitespace().collect::<Vec<_>>().join(" ")));
            }
            "content:encoded" | "content" => item.content = Some(words.to_owned()),
            "description" | "summary" => set(&mut item.summary),
            "source" => set(&mut item.outlet),
            "language" | "dc:language" => item.language = Some(words.chars().take(2).collect()),
            _ => {}
        }
    }

    fn end_item(&mut self) {
        if let Some((field, _)) = self.field.take() {
            self.take(&field);
        }
        let Some(mut item) = self.item.take() else { return };
        if item.published.is_none() {
            item.published = item.modified.take();
        }
        item.outlet = item.outlet.or_else(|| self.outlet.clone());
        item.language = item.language.or_else(|| self.language.clone());
        self.feed.addresses += usize::from(item.url.is_some());
        self.feed.items.push(item);
    }
}

fn unescaped(value: &str) -> String {
    crate::clean::clean(value)
}

#[cfg(test)]
mod tests {
    use crate::{Options, articles_from_bytes};
    use model::{Article, Problem, PublishedFrom};

    fn read(xml: &str) -> Vec<Result<Article, Problem>> {
        articles_from_bytes(xml.as_bytes().to_vec(), "feed.xml", &Options::default()).collect()
    }

    fn one(xml: &str) -> Article {
        read(xml).remove(0).expect("an article")
    }

    fn codes(article: &Article) -> Vec<&str> {
        article.problems.iter().map(|problem| problem.code.as_str()).collect()
    }

    fn long() -> String {
        "<p>The mill of Hale closed on Monday, its owner said, and the river is dry.</p>".repeat(12)
    }

    #[test]
    fn items_with_their_text_are_articles() {
        let xml = format!(
            "<?xml version='1.0'?><rss version='2.0' xmlns:content='x'><channel><title>Dale Post</title><link>https://dalepost.example/</link><language>en-gb</language>\
             <item><title>Mill &amp; river</title><link>https://dalepost.example/mill</link><pubDate>Tue, 14 Mar 2023 09:30:00 +0100</pubDate><dc:creator>Ines Orr</dc:creator>\
             <description>Short.</description><content:encoded><![CDATA[{}]]></content:encoded></item></channel></rss>",
            long()
        );
        let article = one(&xml);
        assert_eq!(article.title.as_deref(), Some("Mill & river"));
        assert_eq!(
            (article.outlet.name.as_deref(), article.outlet.domain.as_deref()),
            (Some("Dale Post"), Some("dalepost.example"))
        );
        assert_eq!(article.authors, ["Ines Orr"]);
        let published = article.published.clone().expect("a date");
        assert_eq!((published.value.as_str(), published.from), ("2023-03-14T09:30+01:00", PublishedFrom::Feed));
        assert!(article.text.matches("The mill of Hale").count() == 12 && codes(&article).is_empty());
    }

    #[test]
    fn a_summary_says_that_it_is_one() {
        let article = one(
            "<rss><channel><item><title>Mill closes</title><description>&lt;p&gt;It rained in Hale.&lt;/p&gt;</description></item></channel></rss>",
        );
        assert_eq!(article.text, "Mill closes\n\nIt rained in Hale.");
        assert_eq!(codes(&article), ["summary-only"]);
    }

    #[test]
    fn atom_is_read_with_its_three_kinds_of_text() {
        let article = one(
            "<feed xmlns='http://www.w3.org/2005/Atom'><title>Dale Post</title><entry><title type='html'>Mill &lt;i&gt;closes&lt;/i&gt;</title>\
             <link rel='self' href='https://x.example/'/><link href='https://dalepost.example/mill'/><updated>2023-03-15T09:00:00Z</updated><published>2023-03-14T09:30:00Z</published>\
             <author><name>Ines Orr</name><email>i@x.example</email></author><content type='xhtml'><div><p>It <b>rained</b> &amp; snowed.</p><p>It was cold.</p></div></content></entry></feed>",
        );
        assert_eq!(article.text, "Mill closes\n\nIt rained & snowed.\n\nIt was cold.");
        assert_eq!(article.url.as_deref(), Some("https://dalepost.example/mill"));
        assert_eq!(
            (article.authors, article.modified.map(|m| m.value)),
            (vec!["Ines Orr".to_owned()], Some("2023-03-15T09:00Z".into()))
        );
    }

    #[test]
    fn entities_that_refer_to_themselves_stay_as_they_are() {
        let article = one(
            "<!DOCTYPE rss [<!ENTITY a \"&b;&b;\"><!ENTITY b \"&a;&a;\">]><rss><channel><item><title>Mill &a; closes</title><description>It rained.</description></item></channel></rss>",
        );
        assert_eq!(article.title.as_deref(), Some("Mill &a; closes"));
    }

    #[test]
    fn what_breaks_off_costs_no_other_item() {
        let found = read(
            "<rss><channel><item><title>One</title><description>A & b.</description><item><title>Two</title><description>It rai",
        );
        let titles: Vec<_> = found.iter().filter_map(|item| item.as_ref().ok()).map(|a| a.title.clone()).collect();
        assert_eq!(titles, [Some("One".to_owned()), Some("Two".to_owned())]);
    }

    #[test]
    fn lists_of_addresses_are_named_as_what_they_are() {
        let check = |xml: &str, words: &str| {
            let problem = read(xml).remove(0).expect_err("no article");
            assert!(problem.code == "no-articles" && problem.message.contains(words), "{problem:?}");
        };
        check(
            "<?xml version='1.0'?><urlset><url><loc>https://a.example/1</loc></url></urlset>",
            "a site map with 1 addresses",
        );
        check(
            "<opml><body><outline text='a'><outline xmlUrl='https://a.example/feed'/></outline></body></opml>",
            "a list of feeds with 1 addresses",
        );
        check("<rss><channel></channel></rss>", "a feed with 0 addresses");
    }
}
