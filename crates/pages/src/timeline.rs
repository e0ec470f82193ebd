//! «Timeline»: when it happened, and apart from that when it was said and printed.
//!
//! In: timeline entries and publication dates of one story. Out: one block a day, with a strip of 24 hours that is
//! filled only as far as the words allow.

use crate::corpus::{Corpus, StoryView, overlaps};
use crate::marks;
use crate::words::{Date, cap, clip, count, joined, small, when};
use maud::{Markup, html};
use model::{ArticleSpan, Precision, TimelineEntry, TimelineKind};
use std::collections::{BTreeMap, BTreeSet};

/// Entries of a day shown before the rest is folded.
const OPEN: usize = 6;
/// Longest words of an entry.
const LINE: usize = 220;

#[derive(Default)]
struct Day<'a> {
    happened: Vec<&'a TimelineEntry>,
    said: Vec<&'a TimelineEntry>,
    /// Time of day, link and outlet of what was printed.
    printed: Vec<(String, String, String)>,
}

/// The part «Timeline».
pub(crate) fn part(corpus: &Corpus<'_>, story: &StoryView<'_>) -> Markup {
    let days = days(corpus, story);
    let p = &story.prefix;
    html! {
        section id={(p) "timeline"} class="part" aria-labelledby={(p) "timeline-h"} {
            div class="ph" {
                h2 id={(p) "timeline-h"} { "Timeline" }
                p { "When it happened, as the articles date it, and apart from that when it was said. The strip is one day of 24 hours: filled as far as the words allow." }
            }
            @if days.keys().all(|key| key.is_empty()) {
                p class="empty" { "No date could be told, neither of the articles nor of what they tell. With dates, what happened and what was said would stand here day by day." }
            } @else {
                div class="th" aria-hidden="true" { span {} span { "Happened, as told" } span { "Said and published" } }
                ol class="days" {
                    @for (key, day) in days.iter().filter(|(key, _)| !key.is_empty()) { (block(corpus, key, day)) }
                    @if let Some(day) = days.get("") { (block(corpus, "", day)) }
                }
            }
        }
    }
}

fn days<'a>(corpus: &Corpus<'a>, story: &StoryView<'_>) -> BTreeMap<String, Day<'a>> {
    let mut days: BTreeMap<String, Day<'_>> = BTreeMap::new();
    let members: BTreeSet<&str> =
        story.articles.iter().filter_map(|i| corpus.articles.get(*i)).map(|view| view.article.id.as_str()).collect();
    for entry in &corpus.analysis.timeline {
        let here = entry.articles.iter().any(|id| members.contains(id.as_str()))
            || entry.evidence.iter().any(|place| members.contains(place.article.as_str()));
        if here {
            let day = days.entry(key(&entry.date)).or_default();
            match entry.kind {
                TimelineKind::Happened => day.happened.push(entry),
                TimelineKind::Said => day.said.push(entry),
            }
        }
    }
    for day in days.values_mut() {
        day.happened.sort_by_key(|entry| (std::cmp::Reverse(entry.articles.len()), entry.date.clone()));
        day.said.sort_by_key(|entry| (std::cmp::Reverse(entry.articles.len()), entry.date.clone()));
    }
    for view in story.articles.iter().filter_map(|i| corpus.articles.get(*i)) {
        let value = view.article.published.as_ref().map_or("", |published| published.value.as_str());
        let time = Date::parse(value).and_then(|date| date.time().map(ToOwned::to_owned)).unwrap_or_default();
        days.entry(key(value)).or_default().printed.push((time, view.link.clone(), view.outlet.clone()));
    }
    days
}

/// The day, month or year that an entry stands under; empty where no date can be read.
fn key(value: &str) -> String {
    match Date::parse(value) {
        Some(Date { year, month: Some(month), day: Some(day), .. }) => format!("{year:04}-{month:02}-{day:02}"),
        Some(Date { year, month: Some(month), .. }) => format!("{year:04}-{month:02}"),
        Some(Date { year, .. }) => format!("{year:04}"),
        None => String::new(),
    }
}

fn block(corpus: &Corpus<'_>, key: &str, day: &Day<'_>) -> Markup {
    let date = Date::parse(key);
    let (label, sub) = match &date {
        None => ("Date not told".to_owned(), String::new()),
        Some(date) => match (date.day_month(), date.weekday()) {
            (Some(day), Some(weekday)) => (day, format!("{weekday}, {}", date.year)),
            _ => (date.long(), if date.month.is_some() { "day not told" } else { "no month told" }.to_owned()),
        },
    };
    let far = date.as_ref().is_none_or(|date| date.day.is_none());
    html! {
        li class={"day" @if far { " far" }} {
            div class="dt" { h3 { (label) } @if !sub.is_empty() { span { (sub) } } }
            div class="hp" { h4 class="lab" { "Happened" } (folded(&day.happened, |entry| happened(corpus, entry))) }
            div class="sd" {
                h4 class="lab" { "Said and published" }
                (folded(&day.said, |entry| said(corpus, entry)))
                @if !day.printed.is_empty() {
                    ul { @for (time, link, outlet) in day.printed.iter().take(40) { li class="pr" { span { (time) } " " a href={"#" (link)} { (outlet) } " publishes" } }
                        @if day.printed.len() > 40 { li class="pr" { "and " (count(day.printed.len() - 40, "other article")) } }
                    }
                }
            }
        }
    }
}

fn folded(entries: &[&TimelineEntry], show: impl Fn(&TimelineEntry) -> Markup) -> Markup {
    html! {
        @if entries.is_empty() { p class="nil" {} }
        @for entry in entries.iter().take(OPEN) { (show(entry)) }
        @if entries.len() > OPEN {
            details class="psg" {
                summary { (cap(&small(entries.len() - OPEN))) " more" }
                @for entry in entries.iter().skip(OPEN) { (show(entry)) }
            }
        }
    }
}

fn happened(corpus: &Corpus<'_>, entry: &TimelineEntry) -> Markup {
    html! {
        div class="ev2" {
            (clock(entry))
            p class="snip" { (snippet(corpus, entry)) (sources(corpus, &entry.evidence)) }
        }
    }
}

/// The sentence, with the words that date it set off where the evidence is only those words.
fn snippet(corpus: &Corpus<'_>, entry: &TimelineEntry) -> Markup {
    let what = clip(&entry.what, LINE);
    let marked = entry.evidence.iter().find_map(|place| {
        let article = corpus.articles.get(corpus.article(&place.article)?)?;
        let words = crate::words::one_line(article.text.at(place.span));
        let at = what.find(&words).filter(|_| !words.is_empty() && words.len() * 2 < what.len())?;
        let (before, rest) = what.split_at_checked(at)?;
        let (inside, after) = rest.split_at_checked(words.len())?;
        Some((before.to_owned(), inside.to_owned(), after.to_owned()))
    });
    html! {
        @if let Some((before, inside, after)) = marked { (before) mark { (inside) } (after) } @else { (what) }
    }
}

fn said(corpus: &Corpus<'_>, entry: &TimelineEntry) -> Markup {
    // Whose words these are: the statement that stands at the evidence.
    let statement = entry.evidence.iter().find_map(|place| {
        let article = corpus.articles.get(corpus.article(&place.article)?)?;
        article.statements.iter().copied().find(|i| {
            let Some(view) = corpus.statements.get(*i) else { return false };
            overlaps(&view.statement.cue, &[place.span]) || overlaps(&view.statement.content, &[place.span])
        })
    });
    let who = statement.map(|i| corpus.who(i));
    let claims =
        statement.and_then(|i| corpus.statements.get(i)).map(|view| view.claims.as_slice()).unwrap_or_default();
    html! {
        div class="ev2 sdl" {
            p {
                @if let Some(who) = &who { (marks::who(who)) span class="mks" { (marks::marks(corpus, claims)) } " " }
                span class="snip" { (clip(&entry.what, LINE)) }
                @if entry.precision == Precision::Minute || Date::parse(&entry.date).is_some_and(|date| date.time().is_some()) {
                    span class="role" { (when(&entry.date, true)) }
                }
                (sources(corpus, &entry.evidence))
            }
        }
    }
}

/// Outlets as links to the places.
fn sources(corpus: &Corpus<'_>, evidence: &[ArticleSpan]) -> Markup {
    let mut seen: Vec<(&str, String)> = Vec::new();
    for place in evidence {
        let Some(article) = corpus.article(&place.article).and_then(|i| corpus.articles.get(i)) else { continue };
        if let Some(link) = corpus.place_link(place)
            && !seen.iter().any(|(outlet, _)| *outlet == article.outlet)
        {
            seen.push((article.outlet.as_str(), link));
        }
    }
    html! {
        span class="role" {
            @for (n, (outlet, link)) in seen.iter().take(4).enumerate() { @if n > 0 { ", " } a href=(link) { (clip(outlet, 50)) } }
            @if seen.len() > 4 { " and " (joined(&seen.iter().skip(4).map(|(outlet, _)| clip(outlet, 50)).collect::<Vec<_>>(), 8)) }
        }
    }
}

/// A strip of 24 hours, as an image without style attributes, which the page’s policy forbids.
fn clock(entry: &TimelineEntry) -> Markup {
    let Some(date) = Date::parse(&entry.date).filter(|date| date.day.is_some()) else { return html! {} };
    let part = match date.clock.as_deref() {
        Some("MO") => Some((6, 12, "morning")),
        Some("AF") => Some((12, 18, "afternoon")),
        Some("EV") => Some((18, 23, "evening")),
        Some("NI") => Some((20, 24, "night")),
        _ => None,
    };
    let minutes = date.time().and_then(|time| {
        let (hours, minutes) = time.split_once(':')?;
        Some(hours.parse::<u32>().ok()?.min(23) * 60 + minutes.parse::<u32>().ok()?.min(59))
    });
    let label = match (&part, date.time()) {
        (Some((.., word)), _) => (*word).to_owned(),
        (None, Some(time)) => format!("at {time}"),
        _ => "some time that day".to_owned(),
    };
    html! {
        svg class="clk" viewBox="0 0 72 9" width="72" height="9" role="img" aria-label=(label) {
            @if let Some((from, to, _)) = part { rect class="rng" x=(from * 3) y="0" width=((to - from) * 3) height="9" {} }
            @else if let Some(minutes) = minutes { rect class="rng" x=(minutes / 20) y="0" width="3" height="9" {} }
            @else { path class="any" d="M0 4.5H72" {} }
            path class="frame" d="M.5 .5H71.5V8.5H.5ZM36 .5V8.5" {}
        }
    }
}
