//! The last step of every reader: parts to an [`Article`].
//!
//! In: a [`Draft`], what a format says of an article. Out: the article with text, zones, agencies, date, language, id.
//! What the format did not say is read from the text, the address and the file's name, in this order of trust: header
//! or tags, a whole date in the address, a date line in the text, the file's name, a month in the address.

use crate::{Options, credits, dates, id::set_id, outlets, zones};
use model::{Article, Outlet, Precision, Problem, Published, PublishedFrom, Span, Zone, ZoneKind};

/// What a format says of an article. All text is clean.
#[derive(Default)]
pub(crate) struct Draft {
    pub path: String,
    /// The file holds other articles too, so its name says nothing of this one.
    pub is_in_archive: bool,
    pub url: Option<String>,
    pub outlet: Outlet,
    pub agencies: Vec<String>,
    pub title: Option<String>,
    pub authors: Vec<String>,
    /// As written, with where.
    pub published: Option<(String, PublishedFrom)>,
    pub modified: Option<(String, PublishedFrom)>,
    pub language: Option<String>,
    /// Without the title; the kind where the format tells it.
    pub paragraphs: Vec<(String, Option<ZoneKind>)>,
    pub problems: Vec<Problem>,
    /// Furniture is left out, as menus are: nobody saved the page for it.
    pub drops_furniture: bool,
}

/// The article of a draft.
pub(crate) fn assemble(draft: Draft, options: &Options) -> Article {
    let mut draft = draft;
    let is_in_archive = draft.is_in_archive;
    // Looked at once: that takes as long as a tenth of reading a page.
    let mut sure: Vec<Option<ZoneKind>> = draft.paragraphs.iter().map(|(text, _)| zones::sure_kind(text)).collect();
    if draft.drops_furniture {
        let mut kinds = sure.iter();
        draft.paragraphs.retain(|_| kinds.next().is_none_or(|kind| *kind != Some(ZoneKind::Boilerplate)));
        sure.retain(|kind| *kind != Some(ZoneKind::Boilerplate));
    }
    if repeats_title(&draft) {
        draft.paragraphs.remove(0);
        sure.remove(0);
    }
    let title = draft.title.clone().filter(|title| !title.is_empty());
    let mut parts: Vec<(String, Option<ZoneKind>)> = Vec::with_capacity(draft.paragraphs.len() + 1);
    parts.extend(title.iter().map(|title| (title.clone(), Some(ZoneKind::Headline))));
    parts.append(&mut draft.paragraphs);
    let texts: Vec<&str> = parts.iter().map(|(text, _)| text.as_str()).collect();
    if let Some(title) = &title {
        sure.insert(0, zones::sure_kind(title));
    }
    zones::mark_together(&texts, title.as_deref(), &mut sure);
    let kinds: Vec<Option<ZoneKind>> = parts.iter().zip(sure).map(|((_, told), sure)| told.or(sure)).collect();

    let mut article = Article {
        path: Some(draft.path),
        url: draft.url,
        outlet: draft.outlet,
        agencies: draft.agencies,
        title: title.clone(),
        authors: draft.authors,
        problems: draft.problems,
        language: draft.language,
        ..Article::default()
    };
    article.zones = zones_of(&texts, &kinds);
    read_credits(&mut article, &texts, &kinds);
    if let Some(url) = article.url.clone() {
        outlets::fill_from_url(&mut article.outlet, &url);
    }
    outlets::fill_from_name(&mut article.outlet);
    if let Some(path) = article.path.clone().filter(|_| !is_in_archive) {
        outlets::fill_from_file_name(&mut article.outlet, &path);
        outlets::fill_from_name(&mut article.outlet);
    }
    article.published = published(draft.published, is_in_archive, &mut article, &texts, &kinds, options);
    article.modified = draft
        .modified
        .and_then(|(words, from)| dates::accept(dates::parse_date(&words)?, from, options.latest.as_deref()));
    article.text = texts.join("\n\n");
    if article.language.is_none() {
        article.language = text::language(&article.text).map(Into::into);
    }
    set_id(&mut article);
    article
}

/// Pages say the headline again above the text.
fn repeats_title(draft: &Draft) -> bool {
    let Some(title) = &draft.title else { return false };
    let same = |text: &str| text.len() <= title.len() + 4 && text.to_lowercase() == title.to_lowercase();
    draft.paragraphs.first().is_some_and(|(text, _)| same(text))
}

/// Zones of paragraphs that will be joined by two line breaks.
fn zones_of(texts: &[&str], kinds: &[Option<ZoneKind>]) -> Vec<Zone> {
    let mut start = 0;
    let mut found = Vec::new();
    for (text, kind) in texts.iter().zip(kinds) {
        let end = start + text.chars().count();
        if let (Some(kind), Some(span)) = (kind.filter(|kind| *kind != ZoneKind::Body), Span::of(start, end)) {
            found.push(Zone { kind, span });
        }
        start = end + 2;
    }
    found
}

/// Agencies, authors and outlet out of the paragraphs that credit them.
pub(crate) fn read_credits(article: &mut Article, texts: &[&str], kinds: &[Option<ZoneKind>]) {
    /// A dateline stands in one of the first paragraphs of the body.
    const LEAD: usize = 2;
    let mut body = 0;
    for (text, kind) in texts.iter().zip(kinds) {
        match kind {
            Some(ZoneKind::Credit) => {
                article.agencies.extend(credits::agencies(text));
                if article.outlet.name.is_none() {
                    article.outlet.name = credits::outlet_of_credit(text).map(str::to_owned);
                }
                if article.authors.is_empty() {
                    article.authors = credits::byline_names(text);
                }
            }
            None | Some(ZoneKind::Body) => {
                if body < LEAD {
                    article.agencies.extend(credits::agencies(text));
                }
                body += 1;
            }
            Some(_) => {}
        }
    }
    let mut seen: Vec<String> = Vec::new();
    article.agencies.retain(|agency| {
        let new = !seen.iter().any(|known| known.eq_ignore_ascii_case(agency));
        if new {
            seen.push(agency.clone());
        }
        new
    });
}

fn published(
    told: Option<(String, PublishedFrom)>,
    is_in_archive: bool,
    article: &mut Article,
    texts: &[&str],
    kinds: &[Option<ZoneKind>],
    options: &Options,
) -> Option<Published> {
    let latest = options.latest.as_deref();
    if let Some((words, from)) = told {
        match dates::parse_date(&words) {
            Some(found) => {
                if let Some(published) = dates::accept(found, from, latest) {
                    return Some(published);
                }
                article.problems.push(refused(&words, "lies in the future or is absurd"));
            }
            None => article.problems.push(refused(&words, "could not be read as a date")),
        }
    }
    let in_url = article.url.as_deref().and_then(dates::in_url);
    let in_file = article.path.as_deref().filter(|_| !is_in_archive).and_then(dates::in_file_name);
    let of_day = |found: &Option<dates::Found>| found.clone().filter(|(_, precision)| *precision <= Precision::Day);
    let candidates = [
        (of_day(&in_url), PublishedFrom::Url),
        (date_line(texts, kinds), PublishedFrom::Text),
        (of_day(&in_file), PublishedFrom::File),
        (caption_date(texts, kinds), PublishedFrom::Text),
        (in_url, PublishedFrom::Url),
        (in_file, PublishedFrom::File),
    ];
    candidates.into_iter().find_map(|(found, from)| dates::accept(found?, from, latest))
}

fn refused(words: &str, why: &str) -> Problem {
    let words: String = words.chars().take(60).collect();
    Problem {
        code: "refused-date".into(),
        message: format!("the date of publication `{words}` {why}; it was left out"),
        path: None,
    }
}

/// A date on a line of its own or in a dateline, near the top or at the very end.
fn date_line(texts: &[&str], kinds: &[Option<ZoneKind>]) -> Option<dates::Found> {
    /// Byline, picture and deck may stand above it.
    const TOP: usize = 8;
    const END: usize = 3;
    let lines = texts.iter().zip(kinds).enumerate();
    for (index, (text, kind)) in lines {
        if index >= TOP && index + END < texts.len() {
            continue;
        }
        if *kind == Some(ZoneKind::Credit) && credits::is_date_line(text) && !text.to_lowercase().contains("updated") {
            return dates::parse_date(text);
        }
        let is_body = matches!(kind, None | Some(ZoneKind::Body | ZoneKind::Credit));
        if let Some(dateline) = credits::dateline(text).filter(|_| is_body && index < TOP) {
            let head = text.get(dateline.bytes).unwrap_or("");
            let day = text::find_times(head, None).into_iter().find(|time| time.precision == text::TimePrecision::Day);
            if let Some(found) = day.and_then(|day| day.date()) {
                return Some(found);
            }
        }
    }
    None
}

/// The date in the caption of the first picture, if the text speaks of that weekday: pictures are often older than the
/// text, and a wrong date is worse than none.
fn caption_date(texts: &[&str], kinds: &[Option<ZoneKind>]) -> Option<dates::Found> {
    const TOP: usize = 4;
    let caption = texts.iter().zip(kinds).take(TOP).find(|(_, kind)| **kind == Some(ZoneKind::Caption))?.0;
    let lead = texts.iter().zip(kinds).find(|(_, kind)| kind.is_none())?.0;
    let day = text::find_times(caption, None).into_iter().find(|time| time.precision == text::TimePrecision::Day)?;
    let date: jiff::civil::Date = day.value.parse().ok()?;
    const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    let named = |lead: &str| WEEKDAYS.iter().position(|weekday| lead.contains(weekday));
    let weekday = usize::try_from(date.weekday().to_monday_zero_offset()).ok()?;
    (named(lead) == Some(weekday)).then(|| day.date()).flatten()
}
