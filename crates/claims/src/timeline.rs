//! The timeline: what happened when, and apart from that what was said when.
//!
//! In: the time expressions of every article. Out: one entry for each date and sentence. A time beside a cue dates the
//! saying («said on Tuesday»); one inside a content or in the outlet's own sentence dates what is told of.
//! Sentences alike in several articles are one entry.

use crate::corpus::{At, Corpus, Prepared};
use crate::side::words_at;
use crate::vector::Vector;
use model::{ArticleSpan, Precision, Span, TimelineEntry, TimelineKind, ZoneKind};
use std::collections::{BTreeMap, BTreeSet};
use text::TimePrecision;

/// Code points before or after a cue within which a time dates the saying.
const BESIDE_CUE: u32 = 40;
/// Likeness of two sentences with one date that tell the same.
const SAME_EVENT: f32 = 0.62;
/// Code points of an entry's words.
const LONGEST: usize = 240;

/// A time that an article tells, and what is dated by it.
pub(crate) struct Dated<'a> {
    /// The statement whose saying it dates.
    said: Option<usize>,
    date: String,
    precision: Precision,
    what: String,
    kind: TimelineKind,
    vector: Option<&'a Vector>,
    place: ArticleSpan,
    article: usize,
}

/// The times of all articles, one list each.
pub(crate) fn dates<'a>(corpus: &'a Corpus<'_>) -> Vec<Vec<Dated<'a>>> {
    corpus.articles.iter().enumerate().map(|(article, prepared)| dated_in(prepared, article)).collect()
}

/// The day on which each statement was said, where its article tells it; a statement with two has none.
pub(crate) fn days_of_saying(dates: &[Vec<Dated<'_>>]) -> BTreeMap<At, String> {
    let mut days: BTreeMap<At, Option<String>> = BTreeMap::new();
    for dated in dates.iter().flatten().filter(|dated| dated.precision == Precision::Day) {
        let Some(statement) = dated.said else { continue };
        let day = days.entry(At { article: dated.article, statement }).or_insert_with(|| Some(dated.date.clone()));
        if day.as_ref() != Some(&dated.date) {
            *day = None;
        }
    }
    days.into_iter().filter_map(|(at, day)| Some((at, day?))).collect()
}

/// All entries by date, what happened before what was said.
pub(crate) fn timeline(
    corpus: &Corpus<'_>,
    stories: &[Vec<usize>],
    mut dates: Vec<Vec<Dated<'_>>>,
) -> Vec<TimelineEntry> {
    let mut entries = Vec::new();
    for members in stories {
        let mut by_day: BTreeMap<(String, TimelineKind), Vec<Dated<'_>>> = BTreeMap::new();
        for dated in members.iter().flat_map(|article| std::mem::take(&mut dates[*article])) {
            by_day.entry((dated.date.clone(), dated.kind)).or_default().push(dated);
        }
        by_day.into_values().for_each(|dated| entries.extend(merged(corpus, dated)));
    }
    entries.sort_by(|a, b| (&a.date, a.kind, &a.what).cmp(&(&b.date, b.kind, &b.what)));
    entries
}

fn dated_in<'a>(prepared: &'a Prepared<'_>, article: usize) -> Vec<Dated<'a>> {
    let mut found: Vec<Dated<'a>> = Vec::new();
    for time in text::find_times(&prepared.article.text, prepared.date()) {
        let Some((date, precision)) = calendar(&time.value, time.precision) else { continue };
        let zone = prepared.article.zone_at(time.span.start());
        if !matches!(zone, ZoneKind::Body | ZoneKind::Caption | ZoneKind::Quotation | ZoneKind::Headline) {
            continue;
        }
        let sentences = &prepared.vectors.sentences;
        let next = sentences.partition_point(|sentence| sentence.span.start() <= time.span.start());
        let Some(sentence) = next.checked_sub(1).and_then(|i| sentences.get(i)) else { continue };
        let said = prepared.article.statements.iter().position(|statement| {
            let in_content = statement.content.iter().any(|span| span.contains(time.span));
            let beside =
                |cue: &Span| cue.start() < time.span.end() + BESIDE_CUE && time.span.start() < cue.end() + BESIDE_CUE;
            !in_content && statement.cue.iter().any(|cue| sentence.span.contains(*cue) && beside(cue))
        });
        let (kind, what) = match said {
            Some(number) => {
                let statement = &prepared.article.statements[number];
                let side = prepared.sides.get(number);
                let speaker = side.map(|side| side.speaker.as_str()).unwrap_or_default();
                let cue = side.map(|side| side.cue.as_str()).unwrap_or_default();
                (
                    TimelineKind::Said,
                    format!("{speaker} {cue} {}", words_at(&statement.content, &prepared.places)).trim().to_owned(),
                )
            }
            None => (TimelineKind::Happened, words_at(&[sentence.span], &prepared.places)),
        };
        found.push(Dated {
            said,
            date,
            precision,
            what: what.chars().take(LONGEST).collect(),
            kind,
            vector: Some(&sentence.vector),
            place: ArticleSpan { article: prepared.article.id.clone(), span: sentence.span },
            article,
        });
    }
    found
}

/// The date of a TIMEX value as far as the calendar goes; durations and vague values have none.
fn calendar(value: &str, precision: TimePrecision) -> Option<(String, Precision)> {
    let is_digits = |part: &str, length: usize| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
    let mut parts = value.split('-');
    let year = parts.next().filter(|year| is_digits(year, 4))?;
    let Some(month) = parts.next() else {
        return (precision == TimePrecision::Year).then(|| (year.to_owned(), Precision::Year));
    };
    if !is_digits(month, 2) {
        return None;
    }
    let Some(day) = parts.next() else { return Some((format!("{year}-{month}"), Precision::Month)) };
    let day = day.get(..2).filter(|day| is_digits(day, 2))?;
    Some((format!("{year}-{month}-{day}"), Precision::Day))
}

/// Entries of one day and kind, sentences that tell the same joined to the first of them.
fn merged(corpus: &Corpus<'_>, dated: Vec<Dated<'_>>) -> Vec<TimelineEntry> {
    let mut kept: Vec<(Dated<'_>, BTreeSet<usize>, Vec<ArticleSpan>)> = Vec::new();
    for next in dated {
        let is_same = |first: &Dated<'_>| {
            first.place == next.place
                || matches!((first.vector, next.vector), (Some(a), Some(b)) if a.likeness(b) >= SAME_EVENT)
        };
        match kept.iter_mut().find(|(first, _, _)| is_same(first)) {
            Some((_, articles, places)) => {
                articles.insert(next.article);
                if !places.contains(&next.place) {
                    places.push(next.place);
                }
            }
            None => {
                let (articles, places) = (BTreeSet::from([next.article]), vec![next.place.clone()]);
                kept.push((next, articles, places));
            }
        }
    }
    let entry = |(first, articles, evidence): (Dated<'_>, BTreeSet<usize>, Vec<ArticleSpan>)| TimelineEntry {
        date: first.date,
        precision: first.precision,
        what: first.what,
        kind: first.kind,
        articles: articles.into_iter().map(|article| corpus.articles[article].article.id.clone()).collect(),
        evidence,
    };
    kept.into_iter().map(entry).collect()
}
