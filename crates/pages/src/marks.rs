//! The small signs that every part shares: stance signs, claim marks, names, dots, verdicts, and a statement as a line.
//!
//! In: views of [`crate::corpus`]. Out: HTML. Wherever a stance colour stands, its sign or word stands too.

use crate::claim::{ClaimView, Side};
use crate::compare::Changes;
use crate::corpus::{Corpus, Sleep, StoryView, UNSURE_BELOW, Who};
use crate::text::{Text, pieces};
use crate::words;
use maud::{Markup, html};
use model::{Stance, Verdict};

/// Longest run of other words between two pieces of a statement that is shown; beyond it stand dots.
const MAX_GAP: u32 = 42;

/// A part that a browser with script reads only when it is wanted.
pub(crate) fn sleeping(story: &StoryView<'_>, part: Markup) -> Markup {
    html! { @if story.sleep == Sleep::Parts { noscript { (part) } } @else { (part) } }
}

/// `+`, `−` or `?` on its colour.
pub(crate) fn sign(stance: Stance) -> Markup {
    let (sign, class) = words::sign(stance);
    html! { i class={"sg " (class)} aria-hidden="true" { (sign) } }
}

/// Sign and number of a claim, as a link to it.
pub(crate) fn mark(claim: &ClaimView<'_>, stance: Stance, confidence: f32) -> Markup {
    let (sign, class) = words::sign(stance);
    let unsure = confidence < UNSURE_BELOW;
    let label = mark_label(claim, stance, unsure);
    html! {
        a class={"mk " (class) @if unsure { " ns" }} href={"#claim-" (claim.number)} aria-label=(label) title=[unsure.then_some(&label)] {
            b { (sign) } (claim.number)
        }
    }
}

/// The same without a link, for use inside a `summary`.
pub(crate) fn flat_mark(claim: &ClaimView<'_>, stance: Stance, confidence: f32) -> Markup {
    let (sign, class) = words::sign(stance);
    let unsure = confidence < UNSURE_BELOW;
    html! {
        span class={"mk " (class) @if unsure { " ns" }} role="img" aria-label=(mark_label(claim, stance, unsure)) {
            b { (sign) } (claim.number)
        }
    }
}

fn mark_label(claim: &ClaimView<'_>, stance: Stance, unsure: bool) -> String {
    let label = format!("{}, claim {}", words::stance(stance), claim.number);
    if unsure { format!("{label}. Not sure: it may be about something else") } else { label }
}

/// All marks of a statement or voice.
pub(crate) fn marks(corpus: &Corpus<'_>, claims: &[(usize, Stance, f32)]) -> Markup {
    html! {
        @for (claim, stance, confidence) in claims {
            @if let Some(claim) = corpus.claims.get(*claim) { (mark(claim, *stance, *confidence)) }
        }
    }
}

/// A name; unnamed sources look unnamed.
pub(crate) fn name(name: &str, unnamed: bool) -> Markup {
    html! { b class={"nm" @if unnamed { " un" }} { (words::cap(name)) } }
}

/// A name with what is not sure about it.
pub(crate) fn who(who: &Who<'_>) -> Markup {
    html! {
        span class={"nm" @if who.unnamed { " un" }} { (words::cap(&who.name)) }
        @if let Some(unsure) = &who.unsure { span class="nsr" { (unsure) } }
    }
}

/// A dot for each outlet, in the order of the story.
pub(crate) fn dots(story: &StoryView<'_>, claim: &ClaimView<'_>, telling: &[String]) -> Markup {
    let kind = |outlet: &String| match telling.contains(outlet) {
        true if claim.copying.contains(outlet) => ("copy", "tells it, copied"),
        true => ("on", "tells it"),
        false => ("off", "silent"),
    };
    let told: Vec<String> = telling
        .iter()
        .map(|outlet| if claim.copying.contains(outlet) { format!("{outlet} (copied)") } else { outlet.clone() })
        .collect();
    let label = format!("{} of {} outlets tell it: {}", telling.len(), story.outlets.len(), told.join(", "));
    html! {
        span class={"dots" @if story.outlets.len() > 14 { " many" }} role="img" aria-label=(label) {
            @for outlet in &story.outlets {
                @let (class, word) = kind(outlet);
                i class={"dot " (class)} title={(outlet) ": " (word)} {}
            }
        }
        span class="dn" aria-hidden="true" { (telling.len()) " of " (story.outlets.len()) }
    }
}

/// The verdict as a word with its flag.
pub(crate) fn verdict(verdict: Verdict) -> Markup {
    let word = words::verdict(verdict);
    html! { span class={"vd " (word)} { i aria-hidden="true" {} (words::cap(word)) } }
}

/// `Counted as one origin` and the like: the names counted with a side.
pub(crate) fn counted_with(side: &Side<'_>) -> Option<String> {
    match side.others.as_slice() {
        [] => None,
        [one] => Some(format!("with {}, counted as one", words::clip(one, 50))),
        more => Some(format!("with {}, counted as one", words::count(more.len(), "other"))),
    }
}

/// A statement as one line: source and cue set off, dots between pieces far apart, differences marked.
pub(crate) fn wording(corpus: &Corpus<'_>, statement: usize, changes: Option<&Changes>, limit: usize) -> Markup {
    let Some(view) = corpus.statements.get(statement) else { return html! {} };
    let Some(article) = corpus.article_of(view) else { return html! {} };
    let none = Changes::default();
    let changes = changes.unwrap_or(&none);
    let s = view.statement;
    let mut layers: Vec<(u32, u32)> = Vec::new();
    let mut classes: Vec<&str> = Vec::new();
    for (class, spans) in [("q", &s.cue), ("s", &s.source), ("c", &s.content)] {
        for span in spans {
            layers.push((span.start(), span.end().min(article.text.length())));
            classes.push(class);
        }
    }
    let runs = runs(&article.text, &layers);
    for place in &changes.inserted {
        layers.push(*place);
        classes.push("ins");
    }
    for (at, _) in &changes.deleted {
        layers.push((*at, *at));
        classes.push("");
    }
    let mut used = 0_usize;
    let mut deleted = changes.deleted.iter().peekable();
    html! {
        @for (n, (start, end)) in runs.iter().enumerate() {
            @if n > 0 && used < limit { " " span class="gap" { "…" } " " }
            @for piece in pieces(*start, *end, &layers) {
                @if used < limit {
                    @while let Some((_, gone)) = deleted.next_if(|(at, _)| *at <= piece.start) { del { (gone) } " " }
                    @let words = flat(article.text.slice(piece.start, piece.end));
                    @let shown = shorten(&words, limit - used);
                    @let has = |class: &str| piece.marks.iter().any(|i| classes.get(*i) == Some(&class));
                    @let class = ["q", "s", "c"].into_iter().find(|class| has(class)).unwrap_or("g");
                    // What is said needs no mark of its own here, and blanks need none at all: three of four pieces.
                    @if has("ins") { ins { (shown) } }
                    @else if class == "c" || words.trim().is_empty() { (shown) }
                    @else { span class=(class) { (shown) } }
                    ({ used += words.chars().count(); "" })
                }
            }
        }
        @for (_, gone) in deleted { @if used < limit { " " del { (gone) } } }
    }
}

/// Joins the pieces of a statement that stand near each other.
fn runs(text: &Text<'_>, layers: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let mut sorted: Vec<(u32, u32)> = layers.iter().copied().filter(|(start, end)| start < end).collect();
    sorted.sort_unstable();
    let mut out: Vec<(u32, u32)> = Vec::new();
    for (start, end) in sorted {
        match out.last_mut() {
            Some(last)
                if start <= last.1 || (start - last.1 <= MAX_GAP && !text.slice(last.1, start).contains('\n')) =>
            {
                last.1 = last.1.max(end);
            }
            _ => out.push((start, end)),
        }
    }
    out
}

fn flat(text: &str) -> String {
    text.replace(['\n', '\r', '\t'], " ")
}

fn shorten(text: &str, room: usize) -> String {
    if text.chars().count() <= room {
        return text.to_owned();
    }
    let head: String = text.chars().take(room).collect();
    format!("{} …", head.rsplit_once(' ').map_or(head.as_str(), |(kept, _)| kept))
}

/// A statement as a link to its place, with its outlet and date.
pub(crate) fn evidence(corpus: &Corpus<'_>, statement: usize, limit: usize) -> Markup {
    let Some(view) = corpus.statements.get(statement) else { return html! {} };
    html! {
        a class="wl" href={"#" (view.link)} { (wording(corpus, statement, None, limit)) }
        span class="role" { (place_and_date(corpus, statement)) }
    }
}

/// `Morning Ledger, 12 Oct`.
pub(crate) fn place_and_date(corpus: &Corpus<'_>, statement: usize) -> String {
    let outlet = corpus.outlet(statement);
    let article = corpus.statements.get(statement).and_then(|view| corpus.article_of(view));
    match article.and_then(|article| short_date(article.article)) {
        Some(date) => format!("{outlet}, {date}"),
        None => outlet.to_owned(),
    }
}

/// `12 Oct`; nothing where no date is told.
pub(crate) fn short_date(article: &model::Article) -> Option<String> {
    let value = &article.published.as_ref()?.value;
    Some(words::Date::parse(value).map_or_else(|| value.clone(), |date| date.short()))
}

/// `12 October 2011, 17:40` or `date not told`.
pub(crate) fn long_date(article: &model::Article) -> String {
    article.published.as_ref().map_or_else(|| "date not told".to_owned(), |date| words::when(&date.value, true))
}
