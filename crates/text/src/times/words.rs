//! Names of months, days, units and numbers.

use super::calendar::{Part, Unit};

/// The month that a capitalised word names, and whether it is written in full.
pub(super) fn month(word: &str) -> Option<(i8, bool)> {
    const NAMES: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    if !word.starts_with(char::is_uppercase) || word.len() < 3 {
        return None;
    }
    let lower = word.to_ascii_lowercase();
    let index = NAMES.iter().position(|name| {
        *name == lower || (lower.len() == 3 && name.starts_with(&lower)) || (lower == "sept" && *name == "september")
    })?;
    Some((i8::try_from(index).ok()? + 1, NAMES.get(index).is_some_and(|name| *name == lower)))
}

/// The weekday that a capitalised word names (Monday is 1), and whether it is written in full.
pub(super) fn weekday(word: &str) -> Option<(i8, bool)> {
    const NAMES: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    if !word.starts_with(char::is_uppercase) || word.len() < 3 {
        return None;
    }
    let lower = word.to_ascii_lowercase();
    let index = NAMES.iter().position(|name| *name == lower || (lower.len() <= 5 && name.starts_with(&lower)))?;
    Some((i8::try_from(index).ok()? + 1, NAMES.get(index).is_some_and(|name| *name == lower)))
}

/// `morning`, `night`: a part of a day.
pub(super) fn part_of_day(word: &str) -> Option<Part> {
    Some(match word.to_ascii_lowercase().as_str() {
        "morning" => Part::Morning,
        "afternoon" => Part::Afternoon,
        "evening" => Part::Evening,
        "night" | "overnight" => Part::Night,
        _ => return None,
    })
}

pub(super) fn season(word: &str) -> Option<&'static str> {
    Some(match word {
        "spring" => "SP",
        "summer" => "SU",
        "autumn" | "fall" => "FA",
        "winter" => "WI",
        _ => return None,
    })
}

pub(super) fn unit(word: &str) -> Option<Unit> {
    Some(match word.strip_suffix('s').unwrap_or(word) {
        "minute" => Unit::Minute,
        "hour" => Unit::Hour,
        "day" => Unit::Day,
        "week" | "fortnight" => Unit::Week,
        "month" => Unit::Month,
        "year" => Unit::Year,
        "decade" => Unit::Decade,
        _ => return None,
    })
}

/// `seven`, `forty`: a number in one word.
pub(super) fn number(word: &str) -> Option<i32> {
    const SMALL: [&str; 20] = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    let lower = word.to_ascii_lowercase();
    if let Some(i) = SMALL.iter().position(|w| *w == lower) {
        return i32::try_from(i).ok();
    }
    let tens = TENS.iter().position(|w| *w == lower)?;
    Some((i32::try_from(tens).ok()? + 2) * 10)
}

/// `9th`, `fifteenth`: an ordinal in one word.
pub(super) fn ordinal(word: &str) -> Option<i32> {
    const WORDS: [&str; 20] = [
        "first",
        "second",
        "third",
        "fourth",
        "fifth",
        "sixth",
        "seventh",
        "eighth",
        "ninth",
        "tenth",
        "eleventh",
        "twelfth",
        "thirteenth",
        "fourteenth",
        "fifteenth",
        "sixteenth",
        "seventeenth",
        "eighteenth",
        "nineteenth",
        "twentieth",
    ];
    let lower = word.to_ascii_lowercase();
    if let Some(i) = WORDS.iter().position(|w| *w == lower) {
        return Some(i32::try_from(i).ok()? + 1);
    }
    if lower == "thirtieth" {
        return Some(30);
    }
    let digits = ["st", "nd", "rd", "th"].iter().find_map(|suffix| lower.strip_suffix(suffix))?;
    if digits.is_empty() || digits.len() > 2 { None } else { digits.parse().ok() }
}
