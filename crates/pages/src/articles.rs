//! «Articles side by side»: the full text of each article with its statements marked.
//!
//! In: articles with spans that nest, cross and repeat. Out: HTML in which no mark crosses another, because the text is
//! cut at every border first; the text itself, marks of claims apart, stays letter for letter what was read.

use crate::corpus::{ArticleView, Corpus, StoryView};
use crate::marks;
use crate::text::{Piece, pieces};
use crate::words::{self, count};
use maud::{Markup, html};
use model::{Reprint, ReprintDirection, Stance, ZoneKind};
use std::collections::{BTreeMap, BTreeSet};

/// The part «Articles side by side».
pub(crate) fn part(corpus: &Corpus<'_>, story: &StoryView<'_>) -> Markup {
    let p = &story.prefix;
    let articles: Vec<&ArticleView<'_>> = story.articles.iter().filter_map(|i| corpus.articles.get(*i)).collect();
    html! {
        section id={(p) "articles"} class="part wide articles-part" aria-labelledby={(p) "articles-h"} {
            div class="ph" {
                h2 id={(p) "articles-h"} { @if articles.len() == 1 { "The article" } @else { "Articles side by side" } }
                p { "The full text of each. Choose what stands beside what; point at a statement and the same remark lights up in every column, a click brings the columns level." }
            }
            div class="picks js-only" role="group" aria-label="Articles shown" {
                @for article in &articles {
                    button type="button" class="pick" aria-pressed="false" aria-controls=(article.link) data-a=(article.link) {
                        (words::clip(&article.outlet, 44)) span { (marks::short_date(article.article).unwrap_or_else(|| "no date".to_owned())) }
                    }
                }
            }
            ul class="akey" aria-label="Signs in the text" {
                li { span class="s" { "who says it" } } li { span class="q" { "how it is said" } } li { span class="c" { "what is said" } }
                li { span class="c ta" { "says so" } (marks::sign(Stance::Asserts)) }
                li { span class="c td" { "denies" } (marks::sign(Stance::Denies)) }
                li { span class="c tk" { "questions" } (marks::sign(Stance::Questions)) }
                li { span class="c" { span class="n up" { "said within what is said" } } }
                li { span class="v ta" { "outlet’s own words" } } li { span class="rp" { "copied" } }
                li class="js-only" { span class="lit" { "the same remark" } }
            }
            div class="slip js-only" role="status" aria-live="polite" {
                p class="hint" { "No statement chosen yet. Point at one, or step into a text and walk with j and k." }
            }
            div class="cols" { @for article in &articles { (column(corpus, story, article)) } }
        }
    }
}

fn column(corpus: &Corpus<'_>, story: &StoryView<'_>, view: &ArticleView<'_>) -> Markup {
    let article = view.article;
    let reprints: Vec<&Reprint> = corpus.analysis.reprints.iter().filter(|reprint| reprint.to == article.id).collect();
    let agencies: Vec<&String> =
        article.agencies.iter().filter(|agency| !view.outlet.contains(agency.as_str())).collect();
    let url = article.url.as_deref().filter(|url| url.starts_with("https://") || url.starts_with("http://"));
    html! {
        article class="col" id=(view.link) aria-labelledby={(view.link) "-o"} {
            header {
                h3 id={(view.link) "-o"} { (words::clip(&view.outlet, 80)) }
                p {
                    (marks::long_date(article)) @if let Some(note) = date_note(view) { " " (note) }
                    @if !agencies.is_empty() { " · credits " (words::joined(&agencies, 4)) }
                    " · " @match first_row(corpus, view) {
                        Some(row) => a href={"#row-" (row)} { (count(view.statements.len(), "statement")) },
                        None => "no statement",
                    }
                    @if let Some(url) = url { " · " a href=(url) rel="noopener noreferrer" { "original" } }
                }
                @if !article.authors.is_empty() { p { "By " (words::joined(&article.authors.iter().map(|a| words::clip(a, 60)).collect::<Vec<_>>(), 4)) } }
                @for reprint in reprints {
                    @if let Some(from) = corpus.article(&reprint.from).and_then(|i| corpus.articles.get(i)) {
                        p class="rpn" {
                            i class="hat" {} (percent(reprint.share)) " % "
                            @if reprint.direction == ReprintDirection::Known { "copied from " } @else { "the same text as " }
                            a href={"#" (from.link)} { (from.outlet) }
                            @match (&reprint.credit, reprint.direction) {
                                (_, ReprintDirection::Unknown) => ", which came first is not known",
                                (Some(credit), _) => { ", credits " (words::one_line(credit)) }
                                (None, _) => ", no credit given",
                            }
                        }
                    }
                }
            }
            div class="text" tabindex="0" role="region" aria-label={"Text of " (view.outlet)} { (marks::sleeping(story, body(corpus, view))) }
        }
    }
}

fn first_row<'c>(corpus: &'c Corpus<'_>, view: &ArticleView<'_>) -> Option<&'c str> {
    let first = view.statements.first().and_then(|i| corpus.statements.get(*i));
    first.map(|statement| statement.link.as_str())
}

fn date_note(view: &ArticleView<'_>) -> Option<&'static str> {
    match view.article.published.as_ref()?.from {
        model::PublishedFrom::File => Some("(date of the file)"),
        model::PublishedFrom::Text => Some("(as the text says)"),
        _ => None,
    }
}

/// A share as whole per cent.
pub(crate) fn percent(share: f32) -> u32 {
    let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    // In 0..=100, so the cast keeps the value.
    (share * 100.0).round() as u32
}

/// What covers a piece of text.
#[derive(Clone, Copy)]
enum Layer {
    Content(usize),
    Source(usize),
    Cue(usize),
    Voice(usize),
    Copied,
    Place,
}

/// The marks of one article, and which links have found their place.
struct Marked<'c, 'a> {
    corpus: &'c Corpus<'a>,
    view: &'c ArticleView<'a>,
    spans: Vec<(u32, u32)>,
    layers: Vec<Layer>,
    /// Length of each statement's content, so that the inner one of two is known.
    size: BTreeMap<usize, u32>,
    /// Where each statement's content ends: there its claim marks stand.
    last: BTreeMap<usize, u32>,
    linked: BTreeSet<usize>,
    linked_voices: BTreeSet<usize>,
    linked_places: BTreeSet<String>,
}

fn body(corpus: &Corpus<'_>, view: &ArticleView<'_>) -> Markup {
    let mut marked = Marked::new(corpus, view);
    let mut order: Vec<usize> = (0..marked.spans.len()).collect();
    order.sort_by_key(|i| marked.spans.get(*i).copied());
    let headline_by_title = view.article.zones.is_empty();
    let mut end_of_last = 0_u32;
    let mut next = 0_usize;
    let mut open: Vec<usize> = Vec::new();
    html! {
        @for (n, (start, end)) in view.text.paragraphs().into_iter().enumerate() {
            (view.text.slice(end_of_last, start))
            ({
                end_of_last = end;
                open.retain(|i| marked.spans.get(*i).is_some_and(|span| span.1 > start));
                while let Some(i) = order.get(next).filter(|i| marked.spans.get(**i).is_some_and(|span| span.0 < end)) {
                    open.push(*i);
                    next += 1;
                }
                ""
            })
            @let zone = view.article.zone_at(start);
            @let title = headline_by_title && n == 0 && view.article.title.as_deref().map(str::trim) == Some(view.text.slice(start, end).trim());
            @let inner = marked.paragraph(start, end, &open);
            @if zone == ZoneKind::Headline || title { h4 { (inner) } }
            @else { p class=[zone_class(zone)] { (inner) } }
        }
        (view.text.slice(end_of_last, view.text.length()))
        // Marks that crossed so that no piece of their own was left still have a link.
        @for i in &view.statements {
            @if let Some(statement) = corpus.statements.get(*i) {
                @if !marked.linked.contains(i) { a class="vh" tabindex="-1" id=(statement.link) {} }
            }
        }
        @for (n, voice) in view.voices.iter().enumerate() {
            @if !marked.linked_voices.contains(&n) { a class="vh" tabindex="-1" id=(voice.link) {} }
        }
        @for link in view.places.values() {
            @if !marked.linked_places.contains(link) { a class="vh" tabindex="-1" id=(link) {} }
        }
    }
}

fn zone_class(zone: ZoneKind) -> Option<&'static str> {
    match zone {
        ZoneKind::Headline | ZoneKind::Body => None,
        ZoneKind::Caption => Some("caption"),
        ZoneKind::Quotation => Some("quotation"),
        ZoneKind::Credit => Some("credit"),
        ZoneKind::Boilerplate => Some("boilerplate"),
    }
}

impl<'c, 'a> Marked<'c, 'a> {
    fn new(corpus: &'c Corpus<'a>, view: &'c ArticleView<'a>) -> Self {
        let mut spans = Vec::new();
        let mut layers = Vec::new();
        let (mut size, mut last) = (BTreeMap::new(), BTreeMap::new());
        let length = view.text.length();
        let mut add = |start: u32, end: u32, layer: Layer| {
            if start < end.min(length) {
                spans.push((start, end.min(length)));
                layers.push(layer);
            }
        };
        for &i in &view.statements {
            let Some(statement) = corpus.statements.get(i).map(|statement| statement.statement) else { continue };
            for span in &statement.content {
                add(span.start(), span.end(), Layer::Content(i));
                *size.entry(i).or_insert(0) += span.length();
                let end = last.entry(i).or_insert(0);
                *end = span.end().min(length).max(*end);
            }
            statement.source.iter().for_each(|span| add(span.start(), span.end(), Layer::Source(i)));
            statement.cue.iter().for_each(|span| add(span.start(), span.end(), Layer::Cue(i)));
        }
        for (n, voice) in view.voices.iter().enumerate() {
            add(voice.span.start(), voice.span.end(), Layer::Voice(n));
        }
        view.copied.iter().for_each(|span| add(span.start(), span.end(), Layer::Copied));
        view.places.keys().for_each(|span| add(span.start(), span.end(), Layer::Place));
        Self {
            corpus,
            view,
            spans,
            layers,
            size,
            last,
            linked: BTreeSet::new(),
            linked_voices: BTreeSet::new(),
            linked_places: BTreeSet::new(),
        }
    }

    /// One paragraph; `open` are the marks that reach into it.
    fn paragraph(&mut self, start: u32, end: u32, open: &[usize]) -> Markup {
        let spans: Vec<(u32, u32)> = open.iter().filter_map(|i| self.spans.get(*i).copied()).collect();
        let layers: Vec<Layer> = open.iter().filter_map(|i| self.layers.get(*i).copied()).collect();
        let cut = pieces(start, end, &spans);
        html! { @for piece in &cut { (self.piece(piece, &layers)) } }
    }

    fn piece(&mut self, piece: &Piece, layers: &[Layer]) -> Markup {
        let mut over = Over::default();
        for layer in piece.marks.iter().filter_map(|i| layers.get(*i)) {
            match *layer {
                Layer::Content(i) => over.content.push(i),
                Layer::Source(i) => over.source.push(i),
                Layer::Cue(i) => over.cue.push(i),
                Layer::Voice(n) => over.voice.push(n),
                Layer::Copied => over.copied = true,
                Layer::Place => over.place = true,
            }
        }
        // Longest first: the outer of two nested statements gives the ground, the inner one the line.
        over.content.sort_by_key(|i| (std::cmp::Reverse(self.size.get(i).copied()), *i));
        let class = self.class(&over);
        let mut about: Vec<usize> = Vec::new();
        for i in over.cue.iter().chain(&over.source).chain(over.content.iter().rev()) {
            if !about.contains(i) {
                about.push(*i);
            }
        }
        let (own, link) = self.own_link(&over);
        let places: Vec<String> = self.places_at(piece.start);
        let marks = self.marks_at(piece.end, &over);
        let words = self.view.text.slice(piece.start, piece.end);
        let tag = Tag { class, about: self.links(&about), utterances: self.utterances(&about), link, anchor: own };
        html! {
            @for place in places { span class="at" id=(place) {} }
            @if let Some(marks) = marks {
                // The last word and its marks do not part.
                @let at = words.trim_end().rfind([' ', '\u{a0}', '\t']).map_or(0, |at| at + words.get(at..).and_then(|w| w.chars().next()).map_or(1, char::len_utf8));
                @let (head, tail) = words.split_at_checked(at).unwrap_or(("", words));
                @if !head.is_empty() { (tag.wrap(head, true)) }
                span class="nb" { (tag.wrap(tail, head.is_empty())) span class="mks" { (marks) } }
            } @else { (tag.wrap(words, true)) }
        }
    }

    fn class(&self, over: &Over) -> Vec<&'static str> {
        let mut class = Vec::new();
        if let Some(outer) = over.content.first() {
            class.push("c");
            class.extend(match self.stance(*outer) {
                Some('a') => Some("ta"),
                Some('d') => Some("td"),
                Some('k') => Some("tk"),
                Some(_) => Some("tm"),
                None => None,
            });
        }
        if let [_, .., inner] = over.content.as_slice() {
            class.push("n");
            class.push(match self.stance(*inner) {
                Some('a') => "ua",
                Some('d') => "ud",
                Some('k') => "uk",
                Some(_) => "um",
                None => "up",
            });
        }
        if !over.source.is_empty() {
            class.push("s");
        }
        if !over.cue.is_empty() {
            class.push("q");
        }
        if let Some(voice) = over.voice.first().and_then(|n| self.view.voices.get(*n)) {
            class.push("v");
            class.push(match voice.claims.first().map(|(_, stance, _)| stance) {
                Some(Stance::Denies) => "td",
                Some(Stance::Questions) => "tk",
                _ => "ta",
            });
        }
        if over.copied {
            class.push("rp");
        }
        if over.place && class.is_empty() {
            class.push("pl");
        }
        class
    }

    /// The letter of a statement's stance; `m` where it says one claim and denies another.
    fn stance(&self, i: usize) -> Option<char> {
        let claims = &self.corpus.statements.get(i)?.claims;
        let mut letters = claims.iter().filter_map(|(_, stance, _)| words::sign(*stance).1.chars().next());
        let first = letters.next()?;
        Some(if letters.all(|letter| letter == first) { first } else { 'm' })
    }

    /// The statement or voice whose own link this piece carries: its cue, else its source, else its content.
    fn own_link(&mut self, over: &Over) -> (bool, Option<String>) {
        let statements = &self.corpus.statements;
        let bare = |i: &usize| statements.get(*i).is_some_and(|view| view.statement.cue.is_empty());
        let barest = |i: &usize| bare(i) && statements.get(*i).is_some_and(|view| view.statement.source.is_empty());
        let free = |i: &usize| !self.linked.contains(i);
        let own =
            over.cue.iter().copied().find(free).or_else(|| over.source.iter().copied().find(|i| free(i) && bare(i)));
        if let Some(i) = own {
            self.linked.insert(i);
            return (true, statements.get(i).map(|view| view.link.clone()));
        }
        if let Some(i) = over.content.iter().copied().find(|i| free(i) && barest(i)) {
            self.linked.insert(i);
            return (false, statements.get(i).map(|view| view.link.clone()));
        }
        if let Some(n) = over.voice.iter().copied().find(|n| !self.linked_voices.contains(n)) {
            self.linked_voices.insert(n);
            return (false, self.view.voices.get(n).map(|voice| voice.link.clone()));
        }
        (false, None)
    }

    fn places_at(&mut self, start: u32) -> Vec<String> {
        let mut out = Vec::new();
        let from = model::Span::new(start, start + 1).ok();
        let Some(from) = from else { return out };
        for (span, link) in self.view.places.range(from..) {
            if span.start() != start {
                break;
            }
            if self.linked_places.insert(link.clone()) {
                out.push(link.clone());
            }
        }
        out
    }

    fn marks_at(&self, end: u32, over: &Over) -> Option<Markup> {
        let mut claims = Vec::new();
        for i in over.content.iter().rev().filter(|i| self.last.get(i) == Some(&end)) {
            claims.extend(self.corpus.statements.get(*i).map(|view| view.claims.as_slice()).unwrap_or_default());
        }
        for voice in over.voice.iter().filter_map(|n| self.view.voices.get(*n)).filter(|v| v.span.end() == end) {
            claims.extend(&voice.claims);
        }
        (!claims.is_empty()).then(|| marks::marks(self.corpus, &claims))
    }

    fn links(&self, about: &[usize]) -> String {
        let links = about.iter().filter_map(|i| self.corpus.statements.get(*i)).map(|view| view.link.as_str());
        links.collect::<Vec<_>>().join(" ")
    }

    fn utterances(&self, about: &[usize]) -> String {
        let all = about.iter().filter_map(|i| self.corpus.statements.get(*i)?.utterance);
        all.collect::<BTreeSet<_>>().iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }
}

#[derive(Default)]
struct Over {
    content: Vec<usize>,
    source: Vec<usize>,
    cue: Vec<usize>,
    voice: Vec<usize>,
    copied: bool,
    place: bool,
}

/// How a piece is wrapped.
struct Tag {
    class: Vec<&'static str>,
    about: String,
    utterances: String,
    link: Option<String>,
    anchor: bool,
}

impl Tag {
    fn wrap(&self, words: &str, with_link: bool) -> Markup {
        let class = self.class.join(" ");
        let about = (!self.about.is_empty()).then_some(&self.about);
        let utterances = (!self.utterances.is_empty()).then_some(&self.utterances);
        let link = self.link.as_ref().filter(|_| with_link);
        html! {
            @if class.is_empty() && about.is_none() && link.is_none() {
                (words)
            } @else if let (Some(link), true) = (link, self.anchor) {
                a class=(class) data-s=[about] data-u=[utterances] id=(link) href={"#" (link)} { (words) }
            } @else {
                span class=(class) data-s=[about] data-u=[utterances] id=[link] { (words) }
            }
        }
    }
}
