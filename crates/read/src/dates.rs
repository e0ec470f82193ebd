//! When an article was published: reading dates from headers, addresses, file names and the text itself.
//!
//! In: words that should be a date. Out: an ISO value with its precision, never more exact than what was written
//! (`2023-06` is a month), never later than [`Options::latest`](crate::Options) and never absurd. A time of day keeps
//! its offset from UTC, so that its first ten letters are the day on which the outlet's readers read it.

pub(crate) mod whole;

use jiff::civil::{Date, DateTime};
use model::{Precision, Published, PublishedFrom};

/// A date as found, before it is known where.
pub(crate) type Found = (String, Precision);

/// Nothing older is news; machines write 1970-01-01 and 0001-01-01 for «unknown».
const FIRST_YEAR: i16 = 1700;
/// Without a last day no later year is believed.
const LAST_YEAR: i16 = 2100;

/// The date that words mean: ISO 8601, RFC 2822, `January 24, 2019`, `2019-01`.
pub(crate) fn parse_date(words: &str) -> Option<Found> {
    let words = words.trim();
    if words.is_empty() || words.len() > 100 {
        return None;
    }
    // What begins like `2019-02-30` and is no date is not to be read as the year 2019.
    let numbers = words.bytes().take(5).all(|byte| byte.is_ascii_digit() || byte == b'-');
    iso(words).or_else(|| rfc_2822(words)).or_else(|| in_words(words).filter(|_| !numbers)).or_else(|| {
        // Other languages, and numbers between points: the text knows English only.
        whole::whole_date(words, false).map(|(date, _)| (date, Precision::Day))
    })
}

fn iso(words: &str) -> Option<Found> {
    let bytes = words.as_bytes();
    let digits =
        |range: std::ops::Range<usize>| bytes.get(range).is_some_and(|part| part.iter().all(u8::is_ascii_digit));
    if digits(0..8) && bytes.len() == 8 {
        let date: Date = words.parse().ok()?;
        return Some((date.to_string(), Precision::Day));
    }
    if !digits(0..4) {
        return None;
    }
    match bytes.len() {
        4 => return Some((words.to_owned(), Precision::Year)),
        7 if bytes.get(4) == Some(&b'-') && digits(5..7) => {
            let month: i8 = words.get(5..)?.parse().ok()?;
            return (1..=12).contains(&month).then(|| (words.to_owned(), Precision::Month));
        }
        _ => {}
    }
    if bytes.get(4) != Some(&b'-') {
        return None;
    }
    let date: Date = words.get(..10)?.parse().ok()?;
    let rest = words.get(10..)?.trim();
    if rest.is_empty() {
        return Some((date.to_string(), Precision::Day));
    }
    let Some(time) = rest.strip_prefix(['T', 't']).or(Some(rest)).and_then(clock) else {
        return Some((date.to_string(), Precision::Day));
    };
    Some(match time {
        // Systems that know no time write midnight.
        Clock { hour: 0, minute: 0, .. } => (date.to_string(), Precision::Day),
        Clock { hour, minute, offset } => (format!("{date}T{hour:02}:{minute:02}{offset}"), Precision::Minute),
    })
}

struct Clock {
    hour: u8,
    minute: u8,
    /// `Z`, `+02:00` or nothing.
    offset: String,
}

/// `09:30`, `09:30:00.000+0100`, `0930Z`.
fn clock(words: &str) -> Option<Clock> {
    let hour: u8 = words.get(..2)?.parse().ok()?;
    let rest = words.get(2..)?;
    let rest = rest.strip_prefix(':').unwrap_or(rest);
    let minute: u8 = rest.get(..2)?.parse().ok()?;
    if hour > 23 || minute > 59 {
        return None;
    }
    let rest = rest.get(2..)?.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, ':' | '.' | ',')).trim();
    Some(Clock { hour, minute, offset: offset(rest) })
}

/// An offset from UTC as ISO 8601 writes it; empty where there is none that can be read.
fn offset(words: &str) -> String {
    let zone = words.split_whitespace().next().unwrap_or("");
    match zone {
        "Z" | "z" | "UTC" | "GMT" | "+0000" | "+00:00" | "-00:00" | "-0000" | "+00" => return "Z".to_owned(),
        _ => {}
    }
    let digits: String = zone.get(1..).unwrap_or("").chars().filter(|c| *c != ':').collect();
    let signed = zone.starts_with(['+', '-']) && digits.bytes().all(|b| b.is_ascii_digit());
    match (signed, digits.len()) {
        (true, 2) => format!("{zone}:00"),
        (true, 4) => format!("{}{}:{}", &zone[..1], &digits[..2], &digits[2..]),
        _ => String::new(),
    }
}

/// `Thu, 24 Jan 2019 09:30:00 +0100`.
fn rfc_2822(words: &str) -> Option<Found> {
    let zoned = jiff::fmt::rfc2822::parse(words).ok()?;
    let local: DateTime = zoned.datetime();
    let rest = words.rsplit(' ').next().unwrap_or("");
    let offset = offset(rest);
    Some((format!("{}T{:02}:{:02}{offset}", local.date(), local.hour(), local.minute()), Precision::Minute))
}

/// `January 24, 2019, 10:20 pm`, `Published 24 January 2019`.
fn in_words(words: &str) -> Option<Found> {
    let times = text::find_times(words, None);
    let first = times.iter().find(|time| time.precision <= text::TimePrecision::Day).or_else(|| times.first())?;
    first.date()
}

/// Whether a word names a month, in full or short.
pub(crate) fn is_month(word: &str) -> bool {
    const MONTHS: [&str; 13] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec"];
    const WHOLE: [&str; 11] = [
        "january",
        "february",
        "march",
        "april",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    MONTHS.contains(&word) || WHOLE.contains(&word)
}

/// The date, unless it is absurd or lies after the last day that is allowed (ISO, `None` for no limit).
pub(crate) fn accept((value, precision): Found, from: PublishedFrom, latest: Option<&str>) -> Option<Published> {
    let year: i16 = value.get(..4)?.parse().ok()?;
    // 1970-01-01 is the zero of clocks, not a day of news.
    let is_zero = value.starts_with("1970-01-01");
    if !(FIRST_YEAR..=LAST_YEAR).contains(&year) || is_zero {
        return None;
    }
    if let Some(latest) = latest.and_then(|day| day.get(..10)) {
        // East of us it may be tomorrow already.
        let limit = latest.parse::<Date>().ok().and_then(|day| day.tomorrow().ok()).map(|day| day.to_string());
        let limit = limit.as_deref().unwrap_or(latest);
        let length = value.len().min(10);
        if value.get(..length)? > limit.get(..length)? {
            return None;
        }
    }
    Some(Published { value, precision, from })
}

/// A date in an address: `/2019/01/24/`, `/2019/jan/24/`, `-20190124`, `/2019/01/`.
pub(crate) fn in_url(url: &str) -> Option<Found> {
    let path = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = path.split(['?', '#']).next()?.split_once('/')?.1;
    in_path(path, PLAUSIBLE_FOR_URL)
}

/// A date in a file's name or folders: `2019-01-24-mill.txt`, `dalepost_20190124.html`, `2019/01/24/mill.txt`.
pub(crate) fn in_file_name(path: &str) -> Option<Found> {
    in_path(path, PLAUSIBLE_FOR_FILE)
}

/// Numbers of four figures in addresses and file names are years only within these.
const PLAUSIBLE_FOR_URL: std::ops::RangeInclusive<i16> = 1995..=LAST_YEAR;
const PLAUSIBLE_FOR_FILE: std::ops::RangeInclusive<i16> = 1900..=LAST_YEAR;

fn in_path(path: &str, plausible: std::ops::RangeInclusive<i16>) -> Option<Found> {
    let parts: Vec<&str> = path.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty()).collect();
    let number = |part: &str, digits: usize| -> Option<i16> {
        (part.len() == digits && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse().ok())?
    };
    let year = |part: &str| number(part, 4).filter(|year| plausible.contains(year));
    let month = |part: &str| -> Option<i16> {
        number(part, 2).or_else(|| number(part, 1)).filter(|m| (1..=12).contains(m)).or_else(|| {
            let lower = part.to_ascii_lowercase();
            const NAMES: [&str; 12] =
                ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
            let at = NAMES.iter().position(|name| lower == *name)?;
            i16::try_from(at + 1).ok()
        })
    };
    for (index, part) in parts.iter().enumerate() {
        if let Some(date) = (part.len() == 8).then(|| compact(part, &plausible)).flatten() {
            return Some((date, Precision::Day));
        }
        // `/news/29-10-2021`
        if let (Some(d), Some(m), Some(y)) = (
            number(part, 2),
            parts.get(index + 1).and_then(|part| number(part, 2)),
            parts.get(index + 2).and_then(|part| year(part)),
        ) && let (Ok(m), Ok(d)) = (i8::try_from(m), i8::try_from(d))
            && let Ok(date) = Date::new(y, m, d)
            && d > 12
        {
            return Some((date.to_string(), Precision::Day));
        }
        let (Some(y), Some(m)) = (year(part), parts.get(index + 1).and_then(|part| month(part))) else { continue };
        let day = parts.get(index + 2).and_then(|part| number(part, 2).or_else(|| number(part, 1)));
        if let Some(date) = day.and_then(|d| Date::new(y, i8::try_from(m).ok()?, i8::try_from(d).ok()?).ok()) {
            return Some((date.to_string(), Precision::Day));
        }
        // A month must be written with two figures to be one: `2019-1-foo` may be a version.
        if parts.get(index + 1).is_some_and(|part| part.len() >= 2) {
            return Some((format!("{y:04}-{m:02}"), Precision::Month));
        }
    }
    None
}

fn compact(part: &str, plausible: &std::ops::RangeInclusive<i16>) -> Option<String> {
    if !part.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let date: Date = part.parse().ok()?;
    plausible.contains(&date.year()).then(|| date.to_string())
}

#[cfg(test)]
mod tests {
    use super::{accept, in_file_name, in_url, parse_date};
    use model::{Precision, PublishedFrom};
    use proptest::prelude::*;

    fn check(words: &str, value: &str) {
        assert_eq!(parse_date(words).map(|d| d.0), (!value.is_empty()).then(|| value.to_owned()), "{words}");
    }

    #[test]
    fn dates_in_all_spellings() {
        check("2019-01-24", "2019-01-24");
        check("2019-01-24T09:30Z", "2019-01-24T09:30Z");
        check("2019-01-24T23:30:12.5-05:00", "2019-01-24T23:30-05:00");
        check("2019-01-24 09:30:00", "2019-01-24T09:30");
        check("2019-01-24T00:00:00+00:00", "2019-01-24");
        check("20190124", "2019-01-24");
        check("Thu, 24 Jan 2019 09:30:00 +0100", "2019-01-24T09:30+01:00");
        check("January 24, 2019", "2019-01-24");
        check("Published 24 January 2019", "2019-01-24");
        check("someday", "");
        check("2019-02-30", "");
    }

    // AndyTheFactory/newspaper4k#575
    #[test]
    fn half_a_date_is_not_filled_up() {
        assert_eq!(parse_date("2023-06"), Some(("2023-06".into(), Precision::Month)));
        assert_eq!(parse_date("2023"), Some(("2023".into(), Precision::Year)));
        assert_eq!(parse_date("June 2023"), Some(("2023-06".into(), Precision::Month)));
    }

    // mediacloud/metadata-lib#103
    #[test]
    fn what_lies_ahead_or_is_absurd_is_refused() {
        let day = |value: &str| (value.to_owned(), Precision::Day);
        assert!(accept(day("2031-05-01"), PublishedFrom::Meta, Some("2024-02-03")).is_none());
        assert!(accept(day("2024-02-04"), PublishedFrom::Meta, Some("2024-02-03")).is_some());
        assert!(accept(day("0001-01-01"), PublishedFrom::Meta, None).is_none());
        assert!(accept(day("1970-01-01"), PublishedFrom::Meta, None).is_none());
        assert!(accept(("2024".into(), Precision::Year), PublishedFrom::Meta, Some("2024-02-03")).is_some());
    }

    #[test]
    fn addresses_and_file_names_carry_dates() {
        assert_eq!(in_url("https://a.example/2019/01/24/mill").map(|d| d.0), Some("2019-01-24".into()));
        assert_eq!(in_url("https://a.example/2019/jan/24/mill").map(|d| d.0), Some("2019-01-24".into()));
        assert_eq!(in_url("https://a.example/2019/01/mill-1").map(|d| d.0), Some("2019-01".into()));
        assert_eq!(in_url("https://2019-01-24.example/mill-1024"), None);
        assert_eq!(in_file_name("2019-01-24-mill.txt").map(|d| d.0), Some("2019-01-24".into()));
        assert_eq!(in_file_name("in/dalepost_20190124.html").map(|d| d.0), Some("2019-01-24".into()));
        // Which of two small numbers is the month, nobody says.
        assert_eq!(in_url("https://a.example/news/24-01-2019").map(|d| d.0), Some("2019-01-24".into()));
        assert_eq!(in_url("https://a.example/news/04-01-2019"), None);
        assert_eq!(in_file_name("000.txt"), None);
        assert_eq!(in_file_name("report-2019-1-final.txt"), None);
    }

    proptest! {
        #[test]
        fn any_words_are_read(words in "\\PC{0,40}", numbers in "[0-9:TZ+ -]{0,30}") {
            let _ = parse_date(&words);
            let _ = parse_date(&numbers);
            let _ = in_url(&words);
            let _ = in_file_name(&numbers);
        }
    }
}
