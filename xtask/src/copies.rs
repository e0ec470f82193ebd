//! Many articles from few: compiled stories copied with other names, for tests of scale.
//!
//! In: JSON Lines of compiled stories. Out: JSON Lines of articles as `tellings` reads them. In each copy every name of
//! the story's entities is replaced by another one, the same throughout the copy, and the dates are moved, so that a
//! copy is a story of its own. No random numbers: the same call writes the same bytes.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Syllables of made-up names; the number of names is the cube of their number.
const SYLLABLES: &[&str] = &[
    "ba", "bel", "cor", "dan", "do", "el", "fa", "gar", "hal", "in", "jo", "kel", "la", "mar", "mi", "nor", "o", "pel",
    "qua", "ra", "ru", "sel", "so", "ta", "tor", "u", "va", "vel", "wen", "xa", "yor", "za",
];

/// Days between two copies of one story.
const DAYS_BETWEEN_COPIES: i64 = 40;

/// Reads `compiled`, writes `count` articles to `out`.
pub fn run(compiled: &str, count: &str, out: &str) -> Result<(), String> {
    let count: usize = count.parse().map_err(|_| format!("`{count}` is no number of articles"))?;
    let text = std::fs::read_to_string(compiled).map_err(|error| format!("cannot read `{compiled}`: {error}"))?;
    let stories: Vec<Value> = text
        .lines()
        .map(|line| {
            serde_json::from_str(line).map_err(|error| format!("`{compiled}` holds no compiled stories: {error}"))
        })
        .collect::<Result<_, _>>()?;
    let written = copies(&stories, count)?;
    std::fs::write(out, written).map_err(|error| format!("cannot write `{out}`: {error}"))
}

/// JSON Lines of `count` articles.
fn copies(stories: &[Value], count: usize) -> Result<String, String> {
    let mut lines = String::new();
    let mut left = count;
    for copy in 0.. {
        let before = left;
        for story in stories {
            let names = other_names(story, copy);
            let slug = story.get("slug").and_then(Value::as_str).unwrap_or("story");
            for article in story.get("articles").and_then(Value::as_array).into_iter().flatten() {
                if left == 0 {
                    return Ok(lines);
                }
                left -= 1;
                let _ = writeln!(lines, "{}", copied(article, slug, copy, &names));
            }
        }
        if left == before {
            break;
        }
    }
    Err("there are no articles to copy".to_owned())
}

fn copied(article: &Value, slug: &str, copy: usize, names: &BTreeMap<String, String>) -> Value {
    let text = |key: &str| article.get(key).and_then(Value::as_str).unwrap_or_default();
    let mut written = json!({
        "path": format!("{slug}/{copy}/{}.txt", text("id")),
        "outlet": {"name": text("outlet"), "country": article.get("country")},
        "text": renamed(text("text"), names),
        "language": "en",
    });
    if let Some(day) = text("date").get(..10) {
        let moved = moved_day(day, copy as i64 * DAYS_BETWEEN_COPIES);
        written["published"] = json!({"value": moved, "precision": "day", "from": "header"});
    }
    written
}

/// Another word for each capitalised word of the names of a story's entities.
fn other_names(story: &Value, copy: usize) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    if copy == 0 {
        return names;
    }
    for entity in story.get("entities").and_then(Value::as_array).into_iter().flatten() {
        let kind = entity.get("type").and_then(Value::as_str).unwrap_or_default();
        if !matches!(kind, "person" | "organisation" | "place" | "state" | "channel") {
            continue;
        }
        for word in entity.get("name").and_then(Value::as_str).unwrap_or_default().split(|c: char| !c.is_alphabetic()) {
            // Titles and kinds of bodies are words of the language: they stay.
            if word.chars().count() > 2 && word.chars().next().is_some_and(char::is_uppercase) && !is_common(word) {
                names.entry(word.to_owned()).or_insert_with(|| invented(word, copy));
            }
        }
    }
    names
}

/// Capitalised words in names that are no names.
fn is_common(word: &str) -> bool {
    const COMMON: &[&str] = &[
        "Agency",
        "Army",
        "Assembly",
        "Association",
        "Authority",
        "Bank",
        "Board",
        "Bureau",
        "Cabinet",
        "Capital",
        "Centre",
        "Church",
        "City",
        "Club",
        "Colonel",
        "Commission",
        "Committee",
        "Company",
        "Council",
        "Court",
        "Democratic",
        "Department",
        "District",
        "Doctor",
        "East",
        "Federation",
        "Foreign",
        "Front",
        "General",
        "Government",
        "Group",
        "High",
        "Hospital",
        "House",
        "Institute",
        "Interior",
        "International",
        "Island",
        "League",
        "Mayor",
        "Minister",
        "Ministry",
        "Mission",
        "Movement",
        "National",
        "News",
        "North",
        "Office",
        "Parliament",
        "Party",
        "People",
        "Police",
        "President",
        "Prime",
        "Radio",
        "Republic",
        "Saint",
        "School",
        "Senate",
        "Service",
        "South",
        "State",
        "States",
        "Street",
        "Supreme",
        "The",
        "Times",
        "Union",
        "United",
        "University",
        "Weekly",
        "West",
    ];
    COMMON.binary_search(&word).is_ok()
}

/// A made-up name: the same for the same word and copy.
fn invented(word: &str, copy: usize) -> String {
    // FNV-1a, which is short and always the same.
    let mut hash = word
        .bytes()
        .chain(copy.to_le_bytes())
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    let mut name = String::new();
    for _ in 0..3 {
        let count = SYLLABLES.len() as u64;
        name.push_str(SYLLABLES.get((hash % count) as usize).copied().unwrap_or_default());
        hash /= count;
    }
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The text with whole words replaced.
fn renamed(text: &str, names: &BTreeMap<String, String>) -> String {
    let mut written = String::with_capacity(text.len());
    let mut word = String::new();
    for letter in text.chars().chain(['\0']) {
        if letter.is_alphabetic() {
            word.push(letter);
            continue;
        }
        written.push_str(names.get(&word).map_or(word.as_str(), String::as_str));
        word.clear();
        if letter != '\0' {
            written.push(letter);
        }
    }
    written
}

/// An ISO day moved by a number of days.
fn moved_day(day: &str, by: i64) -> String {
    let number = |part: Option<&str>| part.and_then(|part| part.parse::<i64>().ok());
    let (Some(year), Some(month), Some(day_of_month)) =
        (number(day.get(..4)), number(day.get(5..7)), number(day.get(8..10)))
    else {
        return day.to_owned();
    };
    let (year, month, day) = civil_from_days(days_from_civil(year, month, day_of_month) + by);
    format!("{year:04}-{month:02}-{day:02}")
}

/// Days since 1970-01-01 in the Gregorian calendar, after Howard Hinnant's `days_from_civil`.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::{copies, invented, moved_day};
    use serde_json::{Value, json};

    fn story() -> Value {
        json!({
            "slug": "pier", "entities": [{"id": "v", "name": "Ines Varga", "type": "person"}],
            "articles": [{"id": "a1", "outlet": "The Post", "country": "GB", "date": "2024-02-20T09:00Z",
                          "text": "Varga denies it\n\nInes Varga, Varga's aide said, never Vargas."}],
        })
    }

    #[test]
    fn a_copy_has_other_names_throughout_and_a_later_date() {
        let written = copies(&[story()], 3).expect("copied");
        let articles: Vec<Value> = written.lines().map(|line| serde_json::from_str(line).expect("json")).collect();
        assert_eq!(articles.len(), 3);
        assert_eq!(articles[0]["text"], story()["articles"][0]["text"]);
        let varga = invented("Varga", 1);
        let expected =
            format!("{varga} denies it\n\n{} {varga}, {varga}'s aide said, never Vargas.", invented("Ines", 1));
        assert_eq!(articles[1]["text"], expected.as_str());
        assert_eq!(articles[1]["published"]["value"], "2024-03-31");
        assert_ne!(articles[1]["text"], articles[2]["text"]);
        assert_eq!(written, copies(&[story()], 3).expect("copied"));
    }

    #[test]
    fn nothing_to_copy_is_said() {
        assert!(copies(&[], 3).is_err());
    }

    #[test]
    fn days_are_counted_over_months_and_leap_years() {
        assert_eq!(moved_day("2024-02-28", 2), "2024-03-01");
        assert_eq!(moved_day("2023-12-31", 1), "2024-01-01");
        assert_eq!(moved_day("some day", 3), "some day");
    }
}
