//! Saved web pages: text, headline, date, outlet.
//!
//! In: the bytes of a page as served. Out: one article. The body is found by the crate `trafilatura` (F1 0.913 on the
//! 990 pages of the project whose name it bears; examples/measure_pages.rs says how), which hands back clean HTML;
//! [`blocks`] makes paragraphs of it. What the page says of itself is read in [`meta`].
//!
//! Three kinds of page never reach that crate: fragments, which are text as a whole; pages nested so deeply that every
//! parser of HTML takes quadratic time; and huge ones. They go through [`strip`] or are taken whole.
//!
//! Furniture of which a rule is sure is left out here, as menus are: nobody saved the page for it.

use crate::assemble::{Draft, assemble};
use crate::clean::clean;
use crate::{Options, plain, zones};
use model::{Article, Problem, PublishedFrom, ZoneKind};
use scraper::Html;
use std::panic::{AssertUnwindSafe, catch_unwind};

mod authors;
mod blocks;
mod captions;
mod doubts;
mod meta;
mod places;
mod state;
mod strip;
mod title;
mod when;

pub(crate) use authors::split_names;
pub use places::text_at;
pub(crate) use strip::declared_encoding;

pub(crate) type Paragraph = (String, Option<ZoneKind>);

/// One article from the bytes of a saved web page.
///
/// # Errors
/// A [`Problem`] with code `empty-file` where the page holds no text.
pub fn article_from_html(bytes: &[u8], path: &str, options: &Options) -> Result<Article, Problem> {
    article(bytes, path, &Hints::default(), options)
}

/// What is known of a page from elsewhere: from the archive that it lies in, from the server that gave it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hints {
    pub url: Option<String>,
    /// The encoding that the server declared.
    pub charset: Option<String>,
    /// ISO date of the day on which it was fetched: it cannot have been published later.
    pub latest: Option<String>,
    /// The file holds other articles too.
    pub is_in_archive: bool,
}

impl Hints {
    /// Sets the last day that a publication may carry.
    pub fn limit(&self, options: &mut Options) {
        if let Some(day) = &self.latest
            && options.latest.as_ref().is_none_or(|latest| day < latest)
        {
            options.latest = Some(day.clone());
        }
    }
}

/// The same as [`article_from_html`] with what is known from elsewhere.
pub(crate) fn article(bytes: &[u8], path: &str, hints: &Hints, options: &Options) -> Result<Article, Problem> {
    let mut options = options.clone();
    hints.limit(&mut options);
    let options = &options;
    let declared = hints.charset.clone().or_else(|| declared_encoding(bytes));
    let (html, problems) = text::decode_as(bytes, declared.as_deref());
    let mut draft = Draft {
        path: path.to_owned(),
        problems,
        url: hints.url.clone(),
        is_in_archive: hints.is_in_archive,
        ..Draft::default()
    };
    let light = strip::lighter(&html);
    let parsed = if strip::is_parsable(&light) { read_page(&html, &light, &mut draft, options) } else { None };
    if parsed.is_none() {
        draft.paragraphs = strip::paragraphs(&light);
        draft.problems.push(Problem {
            code: "page-not-parsed".into(),
            message: format!(
                "`{path}` is too large or too deeply nested to look for the article in it; all its text was taken"
            ),
            path: None,
        });
    }
    draft.drops_furniture = true;
    let mut article = assemble(draft, options);
    if article.text.is_empty() {
        return Err(plain::empty(path));
    }
    places::set(&mut article, bytes, &html);
    Ok(article)
}

/// The paragraphs of a piece of HTML that is all article: an item of a feed, a message.
pub(crate) fn fragment(html: &str) -> Vec<Paragraph> {
    let parsed = strip::is_parsable(html).then(|| {
        catch_unwind(AssertUnwindSafe(|| blocks::paragraphs(&Html::parse_document(html), blocks::Skip::Furniture))).ok()
    });
    parsed.flatten().unwrap_or_else(|| strip::paragraphs(html))
}

/// Fills the draft from a page; `None` where a parser gave up. `light` is the page without what holds no text.
fn read_page(html: &str, light: &str, draft: &mut Draft, options: &Options) -> Option<()> {
    // The parsers are not ours: a page that makes one of them panic is a page to be read without it.
    catch_unwind(AssertUnwindSafe(|| {
        let page = Html::parse_document(light);
        let about = meta::read(html, &page, draft, options);
        let whole = blocks::paragraphs(&page, blocks::Skip::Furniture);
        draft.paragraphs = body(light, &whole, draft.paragraphs.as_slice());
        if is_bare(&whole) && is_bare(&draft.paragraphs) {
            take_state(html, draft);
        }
        drop_above_title(draft.title.as_deref(), &mut draft.paragraphs);
        drop_pull_quotes(&mut draft.paragraphs);
        mark_headings(&about.headings, &mut draft.paragraphs);
        let page = doubts::Page {
            linked: about.linked.as_ref(),
            metas: &about.metas,
            url: draft.url.as_deref(),
            is_collection: about.is_collection,
            whole: &whole,
        };
        let doubts = doubts::of(&page, &draft.paragraphs);
        // The first date that a list of articles shows is that of one of them.
        if about.is_collection && doubts.iter().any(|doubt| doubt.code == doubts::LIST) {
            draft.published = draft.published.take().filter(|(_, from)| *from == PublishedFrom::Meta);
        }
        draft.problems.extend(doubts);
    }))
    .ok()
}

/// Whether a page shows so little that its article can only be in its data.
fn is_bare(paragraphs: &[Paragraph]) -> bool {
    const LITTLE: usize = 300;
    paragraphs.iter().map(|(text, _)| text.len()).sum::<usize>() < LITTLE
}

/// Takes the article out of the data for the page's scripts; what the head says of it stays.
fn take_state(html: &str, draft: &mut Draft) {
    let Some(told) = state::article(html) else { return };
    draft.paragraphs = told.paragraphs;
    draft.title = draft.title.take().or(told.title);
    draft.published = draft.published.take().or_else(|| told.published.map(|day| (day, PublishedFrom::Meta)));
    if draft.authors.is_empty() {
        draft.authors = told.authors;
    }
}

/// Short lines above the headline are what stands above it on the page: menus, the day, the name of the outlet.
fn drop_above_title(title: Option<&str>, paragraphs: &mut Vec<Paragraph>) {
    const TOP: usize = 12;
    const SHORT: usize = 60;
    let Some(title) = title else { return };
    let Some(at) = paragraphs.iter().take(TOP).position(|(text, _)| text == title) else { return };
    let is_menu = |(text, kind): &Paragraph| {
        kind.is_none() && text.chars().count() <= SHORT && !text.ends_with('.') && !zones::is_credit(text)
    };
    if paragraphs.iter().take(at).all(is_menu) {
        paragraphs.drain(..at);
    }
}

/// A sentence of the text that is shown once more in large letters is said once.
fn drop_pull_quotes(paragraphs: &mut Vec<Paragraph>) {
    const LONGEST: usize = 400;
    const SHORTEST: usize = 20;
    let plain = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    if !paragraphs.iter().any(|(_, kind)| *kind == Some(ZoneKind::Quotation)) {
        return;
    }
    let texts: Vec<String> =
        paragraphs.iter().filter(|(_, kind)| *kind != Some(ZoneKind::Quotation)).map(|(text, _)| plain(text)).collect();
    paragraphs.retain(|(text, kind)| {
        let words: String = if *kind == Some(ZoneKind::Quotation) { plain(text) } else { String::new() };
        let told_twice = (SHORTEST..=LONGEST).contains(&words.len()) && texts.iter().any(|text| text.contains(&words));
        !told_twice
    });
}

/// The visible heading is no sentence of the body where the headline was taken from elsewhere.
fn mark_headings(headings: &[String], paragraphs: &mut [Paragraph]) {
    /// Below the first paragraphs a heading stands for a part of the text.
    const TOP: usize = 3;
    for (text, kind) in paragraphs.iter_mut().take(TOP) {
        if kind.is_none() && headings.contains(text) {
            *kind = Some(ZoneKind::Headline);
        }
    }
}

/// The paragraphs of the article in a page. `told` is the body that the page's own data gives, if it does.
fn body(html: &str, whole: &[Paragraph], told: &[Paragraph]) -> Vec<Paragraph> {
    /// Less is no article but what is left of one.
    const ENOUGH: usize = 200;
    /// Of the page's text in a hundred: with less, a second engine is asked too. It takes as long as the first; at 30 the
    /// pieces are as good as when it is always asked, at 0 they lose half a point (EVALUATION, Reading).
    const DOUBTFUL: usize = 30;
    /// A page with less text than this is a fragment, all of it text.
    const FRAGMENT: usize = 600;
    let length = |paragraphs: &[Paragraph]| -> usize { paragraphs.iter().map(|(text, _)| text.chars().count()).sum() };
    if length(whole) < FRAGMENT {
        // Some pages hold their article in their data alone, until a script shows it.
        return if length(told) > length(whole) { told.to_vec() } else { whole.to_vec() };
    }
    let page = trafilatura::dom::Document::parse(&strip::without_furniture(html));
    let extract = |page: trafilatura::dom::Document, fallback: bool| {
        let settings = trafilatura::Options::default()
            .with_fallback(fallback)
            .with_exclude_comments(true)
            .with_html_date_mode(trafilatura::HtmlDateMode::Disabled);
        let found = trafilatura::extract_document(page, &settings).map(|found| found.content_html).unwrap_or_default();
        blocks::paragraphs(&Html::parse_document(&found), blocks::Skip::Scripts)
    };
    let mut extracted = extract(page.clone_document(), false);
    let longest = |paragraphs: &[Paragraph]| paragraphs.iter().map(|(text, _)| text.len()).max().unwrap_or_default();
    // A paragraph longer than any of the page is several, glued.
    if length(&extracted) * 100 < length(whole) * DOUBTFUL || longest(&extracted) > longest(whole) {
        extracted = extract(page, true);
    }
    if length(&extracted) < ENOUGH && length(told) > length(&extracted) {
        return told.to_vec();
    }
    if extracted.is_empty() {
        return whole.to_vec();
    }
    captions::put_back(&mut extracted, whole);
    extracted
}

/// Cleaned text on one line; `None` where nothing is left.
pub(crate) fn line(text: &str) -> Option<String> {
    let line = clean(text).split_whitespace().collect::<Vec<_>>().join(" ");
    (!line.is_empty()).then_some(line)
}

#[cfg(test)]
mod tests {
    use super::article_from_html;
    use crate::Options;
    use model::{Article, Precision, PublishedFrom, ZoneKind};

    fn read(html: &str) -> Article {
        article_from_html(html.as_bytes(), "mill.html", &Options::default()).expect("there is text")
    }

    /// Text of the body: paragraphs below the headline.
    fn check(html: &str, paragraphs: &[&str]) {
        let article = read(html);
        assert_eq!(article.text.split("\n\n").collect::<Vec<_>>(), paragraphs);
    }

    // adbar/trafilatura#890
    #[test]
    fn text_in_layout_tables_is_whole() {
        check(
            "<table><tr><td><p>The <i>Gull</i> sank, <b>two</b> men said.</p></table>",
            &["The Gull sank, two men said."],
        );
    }

    // mozilla/readability#498
    #[test]
    fn a_block_quote_between_breaks_is_kept() {
        let html = "Intro.<br><br><blockquote>\"We knew.\"</blockquote><br><br>End.";
        check(html, &["Intro.", "\"We knew.\"", "End."]);
        assert_eq!(read(html).zone_at(9), ZoneKind::Quotation);
    }

    // AndyTheFactory/newspaper4k#289
    #[test]
    fn a_paragraph_that_opens_with_a_mark_is_kept() {
        check(
            "<p>Ten boats left.</p><div class=ad></div><p>“We stayed,” Ivo said.</p>",
            &["Ten boats left.", "“We stayed,” Ivo said."],
        );
    }

    // AndyTheFactory/newspaper4k#598
    #[test]
    fn members_boxes_and_tags_are_left_out() {
        check("<p>Rates rose.</p><p>For members only.</p><p>Tags: banks</p>", &["Rates rose."]);
    }

    // adbar/trafilatura#231
    #[test]
    fn the_declared_encoding_is_obeyed() {
        let article =
            article_from_html(b"<meta charset=iso-8859-1><p>M\xF6we</p>", "m.html", &Options::default()).expect("text");
        assert_eq!(article.text, "Möwe");
    }

    // adbar/trafilatura#4
    #[test]
    fn words_of_two_blocks_are_never_glued() {
        check(
            "<p>One.</p><p>Two.</p><div>Three<div>Four</div></div><ul><li>Five</li><li>Six</li></ul>",
            &["One.", "Two.", "Three", "Four", "Five", "Six"],
        );
    }

    // adbar/htmldate#28
    #[test]
    fn a_date_in_a_script_is_none() {
        let options = Options { latest: Some("2024-06-01".into()), ..Options::default() };
        let html = "<script>end=\"2031-05-01\"</script><time datetime=2024-02-03></time><p>It rained.</p>";
        let article = article_from_html(html.as_bytes(), "m.html", &options).expect("text");
        assert_eq!(article.published.map(|p| p.value), Some("2024-02-03".into()));
    }

    // AndyTheFactory/newspaper4k#575
    #[test]
    fn half_a_date_stays_half() {
        let published = read("<meta name=date content=2023-06><p>It rained.</p>").published.expect("there is a date");
        assert_eq!(
            (published.value.as_str(), published.precision, published.from),
            ("2023-06", Precision::Month, PublishedFrom::Meta)
        );
    }

    #[test]
    fn what_only_calls_itself_a_date_may_be_that_of_a_change() {
        let page = |meta: &str| {
            let shown = "<h1>Mill of Hale closes</h1><p class=date>29.04.2020</p><p>It rained.</p>";
            read(&format!("<html lang=de><meta {meta} content=2020-05-02>{shown}")).published.map(|p| p.value)
        };
        assert_eq!(page("name=date").as_deref(), Some("2020-04-29"));
        assert_eq!(page("property=article:published_time").as_deref(), Some("2020-05-02"));
    }

    #[test]
    fn the_outlet_is_no_author_beside_one() {
        let authors = |names: &str| {
            read(&format!(
                "<meta property=og:site_name content='Dale Post'><meta name=author content='{names}'><p>It rained.</p>"
            ))
            .authors
        };
        assert_eq!(authors("Ines Orr, Dale Post"), ["Ines Orr"]);
        assert_eq!(authors("Dale Post"), ["Dale Post"]);
        assert_eq!(authors("published every Thursday"), Vec::<String>::new());
    }

    #[test]
    fn a_page_says_what_it_is() {
        let article = read(
            "<html lang=en-GB><head><title>Mill closes - Dale Post</title><meta property=og:site_name content='Dale Post'>\
             <link rel=canonical href=https://www.dalepost.example/2023/03/14/mill>\
             <script type='application/ld+json'>{\"@graph\": [{\"@type\": \"NewsArticle\", \"headline\": \"Mill closes\", \
             \"datePublished\": \"2023-03-14T09:30:00+01:00\", \"dateModified\": \"2023-03-15\", \"author\": [{\"name\": \"Ines Orr\"}]}]}</script></head>\
             <body><nav>Home</nav><h1>Mill closes</h1><p>The mill of Hale closed on Monday.</p></body></html>",
        );
        assert_eq!(article.text, "Mill closes\n\nThe mill of Hale closed on Monday.");
        assert_eq!(article.outlet.name.as_deref(), Some("Dale Post"));
        assert_eq!(article.outlet.domain.as_deref(), Some("dalepost.example"));
        assert_eq!(article.published.map(|p| p.value), Some("2023-03-14T09:30+01:00".into()));
        assert_eq!(article.modified.map(|p| p.value), Some("2023-03-15".into()));
        assert_eq!((article.authors, article.language.as_deref()), (vec!["Ines Orr".to_owned()], Some("en")));
    }

    #[test]
    fn a_whole_page_loses_menu_and_footer_and_keeps_its_caption() {
        let paragraph = |n: u32| {
            format!(
                "<p>Paragraph {n} tells at length of the mill of Hale, of its owner and of the men who worked there for years.</p>"
            )
        };
        let body: String = (1..=9).map(paragraph).collect();
        let html = format!(
            "<html><head><title>Mill closes | Dale Post</title></head><body><nav><ul><li><a href=/a>Home</a></li><li><a href=/b>Sport</a></li></ul></nav>\
             <article><h1>Mill closes</h1><p>The lead says that the mill of Hale closed on Monday after ninety long years.</p>\
             <figure><img src=a.jpg><figcaption>The mill (Photo: Northwire)</figcaption></figure>{body}</article>\
             <footer><p>Contact us in Hale at any time of the day.</p></footer></body></html>"
        );
        let article = read(&html);
        assert!(article.text.starts_with("Mill closes\n\nThe lead says"), "{}", article.text);
        assert!(!article.text.contains("Sport") && !article.text.contains("Contact us"), "{}", article.text);
        assert!(article.text.contains("\n\nThe mill (Photo: Northwire)\n\nParagraph 1"), "{}", article.text);
        assert!(article.zones.iter().any(|zone| zone.kind == ZoneKind::Caption));
    }

    #[test]
    fn a_deeply_nested_page_is_read_without_a_parser() {
        let html = format!("{}It rained.", "<div>".repeat(100_000));
        let article = read(&html);
        assert_eq!(article.text, "It rained.");
        assert_eq!(article.problems.iter().map(|p| p.code.as_str()).collect::<Vec<_>>(), ["page-not-parsed"]);
    }
}
