//! Plain text: header lines, headline, paragraphs.
//!
//! In: the bytes of a text file in any encoding. Out: one article.
//!
//! ```text
//! outlet: The Dale Post          key: value, as many as there are; only where the first lines look so
//! date: 2023-03-14T09:30Z
//!
//! Mill closes                    the headline
//!
//! HALE (Northwire) – The mill …  paragraphs, with or without blank lines between, wrapped or not
//! ```
//!
//! What the paragraphs are is decided in [`crate::zones`], what the text says of date and agencies in
//! [`crate::assemble`].

use crate::assemble::{Draft, assemble};
use crate::html::Hints;
use crate::{Options, clean::clean, wrap, zones};
use model::{Article, Problem, PublishedFrom};

/// One article from the bytes of a plain text file.
///
/// # Errors
/// A [`Problem`] with code `empty-file` where there is no text at all.
pub fn article_from_text(bytes: &[u8], path: &str, options: &Options) -> Result<Article, Problem> {
    article(bytes, path, &Hints::default(), options)
}

/// The same with what is known from elsewhere.
pub(crate) fn article(bytes: &[u8], path: &str, hints: &Hints, options: &Options) -> Result<Article, Problem> {
    let mut options = options.clone();
    hints.limit(&mut options);
    let options = &options;
    let (raw, problems) = text::decode_as(bytes, hints.charset.as_deref());
    let cleaned = clean(&raw);
    drop(raw);
    let mut draft = Draft { path: path.to_owned(), problems, is_in_archive: hints.is_in_archive, ..Draft::default() };
    let body = read_header(&cleaned, &mut draft);
    draft.url = draft.url.or_else(|| hints.url.clone());
    let mut paragraphs = wrap::paragraphs(body);
    if draft.title.is_none() {
        draft.title = title_index(&paragraphs).map(|index| paragraphs.remove(index));
    }
    if draft.title.is_none() && paragraphs.is_empty() {
        return Err(empty(path));
    }
    draft.paragraphs = paragraphs.into_iter().map(|paragraph| (paragraph, None)).collect();
    Ok(assemble(draft, options))
}

/// The problem of a file without text.
pub(crate) fn empty(path: &str) -> Problem {
    Problem {
        code: "empty-file".into(),
        message: format!("`{path}` holds no text; it was left out"),
        path: Some(path.to_owned()),
    }
}

/// Reads `key: value` lines at the top into the draft; returns what follows.
fn read_header<'t>(text: &'t str, draft: &mut Draft) -> &'t str {
    let text = text.trim_start_matches('\n');
    let mut rest = text;
    let mut fields: Vec<(Key, &str)> = Vec::new();
    while let Some((key, value)) = rest.lines().next().and_then(header_line) {
        fields.push((key, value));
        rest = rest.split_once('\n').map_or("", |(_, after)| after);
    }
    // One line may be a headline («Source: minister lied»), unless it can only be a header.
    let sure = fields.len() >= 2
        || fields.first().is_some_and(|(key, value)| match key {
            Key::Outlet => !text.get(..6).is_some_and(|key| key.eq_ignore_ascii_case("source")),
            Key::Country | Key::Agency | Key::Language => true,
            Key::Date | Key::Modified => crate::dates::parse_date(value).is_some(),
            Key::Url => value.contains("://"),
            Key::Title | Key::Author => false,
        });
    let ends = rest.is_empty() || rest.starts_with('\n') || fields.len() >= 2;
    if !sure || !ends {
        return text;
    }
    for (key, value) in fields.into_iter().filter(|(_, value)| !value.is_empty()) {
        let value = value.to_owned();
        match key {
            Key::Outlet => draft.outlet.name = Some(value),
            Key::Country => draft.outlet.country = Some(value),
            Key::Date => draft.published = Some((value, PublishedFrom::Header)),
            Key::Modified => draft.modified = Some((value, PublishedFrom::Header)),
            Key::Agency => draft.agencies.extend(list(&value)),
            Key::Url => draft.url = Some(value),
            Key::Title => draft.title = Some(value),
            Key::Author => draft.authors.extend(list(&value)),
            Key::Language => draft.language = Some(value),
        }
    }
    rest
}

#[derive(Clone, Copy)]
enum Key {
    Outlet,
    Country,
    Date,
    Modified,
    Agency,
    Url,
    Title,
    Author,
    Language,
}

fn header_line(line: &str) -> Option<(Key, &str)> {
    let (key, value) = line.split_once(':')?;
    let key = match key.trim().to_ascii_lowercase().as_str() {
        "outlet" | "publisher" | "publication" | "newspaper" | "source" => Key::Outlet,
        "country" => Key::Country,
        "date" | "published" | "publication date" | "date published" => Key::Date,
        "modified" | "updated" => Key::Modified,
        "agency" | "agencies" => Key::Agency,
        "url" | "link" => Key::Url,
        "title" | "headline" => Key::Title,
        "author" | "authors" | "byline" => Key::Author,
        "language" | "lang" => Key::Language,
        _ => return None,
    };
    Some((key, value.trim()))
}

/// `Northwire, AFP and dpa` → three.
fn list(value: &str) -> impl Iterator<Item = String> {
    value
        .split([',', ';'])
        .flat_map(|part| part.split(" and "))
        .map(|part| part.trim().to_owned())
        .filter(|part| !part.is_empty())
}

/// Where the headline stands: the first paragraph that is no furniture, if it looks like a headline.
pub(crate) fn title_index(paragraphs: &[String]) -> Option<usize> {
    /// Furniture above a headline is short; below this many lines there is no headline.
    const TOP: usize = 6;
    /// The longest headlines are those of tabloids on the web.
    const LONGEST: usize = 250;
    let (index, first) = paragraphs.iter().enumerate().take(TOP).find(|(_, text)| zones::sure_kind(text).is_none())?;
    let closed = first.ends_with(['.', '!', '?', '"', '”', '…']);
    let sentences = || text::sentences(first).len();
    let alone = paragraphs.len() == index + 1;
    let is_title = first.chars().take(LONGEST + 1).count() <= LONGEST
        && !(closed && (alone || (first.ends_with('.') && sentences() > 1)));
    is_title.then_some(index)
}

#[cfg(test)]
mod tests {
    use super::article_from_text;
    use crate::Options;
    use model::{Article, PublishedFrom, ZoneKind};

    fn read(text: &str) -> Article {
        article_from_text(text.as_bytes(), "in/mill.txt", &Options::default()).expect("there is text")
    }

    #[test]
    fn header_lines_are_read_and_left_out_of_the_text() {
        let article = read(
            "outlet: The Dale Post\ncountry: GB\ndate: 2023-03-14T09:30Z\nagency: Northwire\nurl: https://dalepost.example/mill\n\nMill closes\n\nIt rained.",
        );
        assert_eq!(article.outlet.name.as_deref(), Some("The Dale Post"));
        assert_eq!(article.outlet.domain.as_deref(), Some("dalepost.example"));
        assert_eq!(
            article.published.as_ref().map(|p| (p.value.as_str(), p.from)),
            Some(("2023-03-14T09:30Z", PublishedFrom::Header))
        );
        assert_eq!(article.agencies, ["Northwire"]);
        assert_eq!(article.text, "Mill closes\n\nIt rained.");
        assert_eq!(article.title.as_deref(), Some("Mill closes"));
    }

    #[test]
    fn a_headline_with_a_colon_is_no_header() {
        let article = read("Source: minister lied\n\nIt rained.");
        assert_eq!(article.title.as_deref(), Some("Source: minister lied"));
        assert_eq!(read("Live: mill closes\nIt rained.").outlet.name, None);
    }

    #[test]
    fn the_headline_comes_first_and_is_a_zone() {
        let article = read("Advertisement\nMill closes\n\nIt rained.\n\nIt was cold.");
        assert_eq!(article.text, "Mill closes\n\nAdvertisement\n\nIt rained.\n\nIt was cold.");
        assert_eq!(article.zone_at(0), ZoneKind::Headline);
        assert_eq!(article.zone_at(13), ZoneKind::Boilerplate);
        assert_eq!(article.zone_at(30), ZoneKind::Body);
    }

    #[test]
    fn sentences_alone_have_no_headline() {
        let article = read("Petra Lind runs the mill. She said, \"We close in May.\"");
        assert_eq!((article.title, article.zones.len()), (None, 0));
    }

    #[test]
    fn dates_are_found_in_datelines_and_file_names() {
        let dated = |text: &str, path: &str| {
            let article = article_from_text(text.as_bytes(), path, &Options::default()).expect("there is text");
            article.published.map(|p| (p.value, p.from))
        };
        let body = "Mill closes\n\nIt rained.";
        assert_eq!(dated(body, "2019-01-24-mill.txt"), Some(("2019-01-24".into(), PublishedFrom::File)));
        assert_eq!(dated(body, "mill.txt"), None);
        assert_eq!(
            dated("Mill closes\n\nHALE, Jan. 24, 2019 (Northwire) – It rained.", "m.txt"),
            Some(("2019-01-24".into(), PublishedFrom::Text))
        );
        assert_eq!(
            dated("Mill closes\n\nPublished: 24 January 2019\n\nIt rained.", "m.txt"),
            Some(("2019-01-24".into(), PublishedFrom::Text))
        );
    }

    #[test]
    fn a_date_in_a_caption_counts_only_with_its_weekday_in_the_text() {
        let dated = |day: &str| {
            let text = format!(
                "Mill closes\n\nBram Penn, AFP | The mill of Hale, Jan. 24, 2019.\n\nThe mill closed on {day}."
            );
            read(&text).published.map(|p| p.value)
        };
        assert_eq!(dated("Thursday"), Some("2019-01-24".into()));
        assert_eq!(dated("Tuesday"), None);
    }

    #[test]
    fn a_future_date_is_refused_with_a_problem() {
        let options = Options { latest: Some("2024-02-03".into()), ..Options::default() };
        let text = b"outlet: Dale Post\ndate: 2031-05-01\n\nMill closes\n\nIt rained.";
        let article = article_from_text(text, "mill.txt", &options).expect("there is text");
        assert_eq!(article.published, None);
        assert_eq!(article.problems.iter().map(|p| p.code.as_str()).collect::<Vec<_>>(), ["refused-date"]);
    }

    #[test]
    fn agencies_and_outlet_come_from_the_credit() {
        let article = read("Mill closes\n\nIt rained.\n\n(HALE TV with AP, AFP and REUTERS)");
        assert_eq!(article.agencies, ["AP", "AFP", "Reuters"]);
        assert_eq!(article.outlet.name.as_deref(), Some("HALE TV"));
    }

    #[test]
    fn nothing_is_no_article() {
        let problem =
            article_from_text(b" \n\n\xef\xbb\xbf", "mill.txt", &Options::default()).expect_err("there is no text");
        assert_eq!(problem.code, "empty-file");
    }

    #[test]
    fn the_same_bytes_give_the_same_id_and_another_outlet_another() {
        let one = read("outlet: A\n\nMill closes\n\nIt rained.");
        assert_eq!(one.id, read("outlet: A\n\nMill closes\n\nIt rained.").id);
        assert_ne!(one.id, read("outlet: B\n\nMill closes\n\nIt rained.").id);
        assert_eq!(one.id.len(), 16);
    }
}
