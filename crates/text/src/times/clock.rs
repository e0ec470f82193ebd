//! Times of day: `3:30 p.m.`, `14:30`, `9pm`, `noon`.

use super::tokens::Tokens;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Clock {
    pub hour: i8,
    pub minute: i8,
    pub utc: bool,
    /// The token behind it.
    pub end: usize,
}

/// The time of day that begins at a token.
pub(super) fn clock_at(tokens: &Tokens<'_>, index: usize) -> Option<Clock> {
    if tokens.is(index, &["noon", "midday"]) {
        return Some(Clock { hour: 12, minute: 0, utc: false, end: index + 1 });
    }
    if tokens.is(index, &["midnight"]) {
        return Some(Clock { hour: 0, minute: 0, utc: false, end: index + 1 });
    }
    let word = tokens.word(index);
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    if digits.is_empty() || digits.len() > 2 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    // No part of `1:2:30` or `$3.50`.
    if tokens.is_glued(index) && !matches!(tokens.before(index, 1), "(" | "“" | "\"" | "–" | "-" | "T") {
        return None;
    }
    let mut hour: i8 = digits.parse().ok()?;
    let mut minute: i8 = 0;
    let mut end = index + 1;
    let mut half = half_of_day(&word[digits.len()..]);
    if half.is_none() && digits.len() < word.len() {
        return None;
    }
    let separator = tokens.word(end);
    let has_minutes =
        half.is_none() && matches!(separator, ":" | ".") && tokens.is_glued(end) && tokens.is_glued(end + 1);
    if has_minutes {
        let minutes = tokens.word(end + 1);
        let figures = minutes.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        if figures.len() == 2 && figures.bytes().all(|b| b.is_ascii_digit()) {
            minute = figures.parse().ok()?;
            half = half_of_day(&minutes[figures.len()..]);
            if half.is_none() && figures.len() < minutes.len() {
                return None;
            }
            end += 2;
        } else {
            return None;
        }
    }
    if half.is_none() {
        (half, end) = half_of_day_at(tokens, end);
    }
    let written_with_colon = has_minutes && separator == ":";
    // `9.30` is a time only where the words say so; else it may be money, a score, a version.
    let stamp = index == 0 && digits.len() == 2 && tokens.word(end).starts_with(char::is_uppercase);
    let said = tokens.is(index.wrapping_sub(1), &["at"]) && !tokens.is(end, &["percent", "%", "per", "million"]);
    let said_to_be_time = has_minutes && (said || stamp);
    if half.is_none() && !written_with_colon && !said_to_be_time {
        return None;
    }
    // A score or a ratio goes on (`2:1:0`), a time does not.
    if tokens.is(end, &[":"]) && tokens.is_glued(end) && tokens.word(end + 1).starts_with(|c: char| c.is_ascii_digit())
    {
        return None;
    }
    match half {
        Some(Half::Before) if hour == 12 => hour = 0,
        Some(Half::After) if hour < 12 => hour += 12,
        _ => {}
    }
    if !(0..24).contains(&hour) || !(0..60).contains(&minute) {
        return None;
    }
    let utc = tokens.is(end, &["UTC", "GMT"]);
    const ZONES: [&str; 16] =
        ["UTC", "GMT", "EST", "EDT", "ET", "PST", "PDT", "PT", "CST", "CDT", "CT", "BST", "CET", "CEST", "IST", "MSK"];
    if ZONES.contains(&tokens.word(end)) {
        end += 1;
    } else if tokens.is(end, &["local", "Eastern", "Pacific"]) {
        end += if tokens.is(end + 1, &["time"]) { 2 } else { 1 };
    }
    Some(Clock { hour, minute, utc, end })
}

#[derive(Clone, Copy)]
enum Half {
    Before,
    After,
}

fn half_of_day(word: &str) -> Option<Half> {
    match word.to_ascii_lowercase().as_str() {
        "am" => Some(Half::Before),
        "pm" => Some(Half::After),
        _ => None,
    }
}

/// `a.m.`, `pm`, written as one or as several tokens; and the token behind it.
fn half_of_day_at(tokens: &Tokens<'_>, index: usize) -> (Option<Half>, usize) {
    if let Some(half) = half_of_day(tokens.word(index)) {
        return (Some(half), index + 1);
    }
    let letter = tokens.word(index);
    if tokens.is(index, &["a", "p"]) && tokens.word(index + 1) == "." && tokens.is(index + 2, &["m"]) {
        let end = if tokens.word(index + 3) == "." && tokens.is_glued(index + 3) { index + 4 } else { index + 3 };
        let half = if letter.eq_ignore_ascii_case("a") { Half::Before } else { Half::After };
        return (Some(half), end);
    }
    (None, index)
}
