//! Whole dates as people write them, in the languages of the pages that are read.
//!
//! In: words. Out: the first date in them that has a day, a month and a year: `12. März 2020`, `le 07 Mai 2020`,
//! `December 29th 2019`, `27.06.2018`, `2020/01/13`, `2020年4月1日`.
//!
//! `03/04/2020` is the third of April but for readers in America: the caller says which.

use jiff::civil::Date;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Years of pages; other numbers of four figures are prices and counts.
const YEARS: std::ops::RangeInclusive<i16> = 1990..=2100;
/// A date stands early in what is handed in; longer texts are not looked through.
const MOST_TOKENS: usize = 120;

/// The first whole date in words, as ISO writes it, and the byte at which it begins.
pub(crate) fn whole_date(words: &str, month_first: bool) -> Option<(String, usize)> {
    let tokens = tokens(words);
    (0..tokens.len()).find_map(|index| {
        let rest = tokens.get(index..)?;
        let (year, month, day) = numbers(rest, month_first).or_else(|| with_name(rest))?;
        let date = Date::new(year, month, day).ok().filter(|date| YEARS.contains(&date.year()))?;
        Some((date.to_string(), rest.first()?.at))
    })
}

struct Token<'w> {
    at: usize,
    text: &'w str,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Word,
    Mark,
}

impl Token<'_> {
    /// The number, if it has so many figures.
    fn number(&self, figures: std::ops::RangeInclusive<usize>) -> Option<i16> {
        (self.kind == Kind::Number && figures.contains(&self.text.len())).then(|| self.text.parse().ok())?
    }

    fn is_mark(&self, marks: &str) -> bool {
        self.kind == Kind::Mark && marks.contains(self.text)
    }
}

/// Numbers, words and single marks; blanks are left out.
fn tokens(words: &str) -> Vec<Token<'_>> {
    let kind = |c: char| {
        if c.is_ascii_digit() {
            Kind::Number
        } else if matches!(c, '年' | '月' | '日') || !c.is_alphabetic() {
            Kind::Mark
        } else {
            Kind::Word
        }
    };
    let mut found: Vec<Token<'_>> = Vec::new();
    let mut letters = words.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        if letter.is_whitespace() {
            continue;
        }
        let this = kind(letter);
        let mut end = at + letter.len_utf8();
        if this != Kind::Mark {
            while let Some((next, letter)) =
                letters.next_if(|(_, letter)| kind(*letter) == this && !letter.is_whitespace())
            {
                end = next + letter.len_utf8();
            }
        }
        found.push(Token { at, text: words.get(at..end).unwrap_or(""), kind: this });
        if found.len() >= MOST_TOKENS {
            break;
        }
    }
    found
}

/// `2020-01-13`, `13.01.2020`, `13.1.20`, `01/13/2020`, `2020年1月13日`.
fn numbers(tokens: &[Token<'_>], month_first: bool) -> Option<(i16, i8, i8)> {
    let [a, first, b, second, c, ..] = tokens else { return None };
    let same = first.text == second.text && first.is_mark("-./");
    let next = tokens.get(5);
    let small = |number: i16| i8::try_from(number).ok();
    if let Some(year) = a.number(4..=4) {
        let chinese = first.is_mark("年") && second.is_mark("月");
        return (same || chinese)
            .then_some(())
            .and_then(|()| Some((year, small(b.number(1..=2)?)?, small(c.number(1..=2)?)?)));
    }
    let (one, two) = (small(a.number(1..=2)?)?, small(b.number(1..=2)?)?);
    let year = match c.number(4..=4) {
        Some(year) => year,
        // Two figures only between points, and not where a number goes on: `1.2.19.4`.
        None if first.is_mark(".") && !next.is_some_and(|next| next.is_mark(".:-")) => 2000 + c.number(2..=2)?,
        None => return None,
    };
    if !same {
        return None;
    }
    let (month, day) = match (one, two) {
        (13.., _) => (two, one),
        (_, 13..) => (one, two),
        // Points are never American.
        _ if month_first && !first.is_mark(".") => (one, two),
        _ => (two, one),
    };
    Some((year, month, day))
}

/// `12. März 2020`, `7 de mayo de 2020`, `March 12th, 2020`, `12-Mar-2020`.
fn with_name(tokens: &[Token<'_>]) -> Option<(i16, i8, i8)> {
    let small = |number: i16| i8::try_from(number).ok();
    /// `12. März`, `March 12th`, `7 de mayo`.
    fn is_filler(token: &Token<'_>) -> bool {
        const WORDS: [&str; 9] = ["st", "nd", "rd", "th", "er", "de", "of", "del", "d"];
        token.is_mark(".,-/ˌ،º°ª") || token.kind == Kind::Word && WORDS.contains(&lower(token.text).as_str())
    }
    let mut rest = tokens.iter().filter(|token| !is_filler(token));
    let first = tokens.first().filter(|token| token.kind != Kind::Mark)?;
    let (one, two, three) = (rest.next()?, rest.next()?, rest.next()?);
    // The filter may have left out what the date should begin with.
    if one.at != first.at {
        return None;
    }
    let year = three.number(4..=4)?;
    match (one.number(1..=2), two.number(1..=2)) {
        (Some(day), None) => Some((year, month(two.text)?, small(day)?)),
        (None, Some(day)) => Some((year, month(one.text)?, small(day)?)),
        _ => None,
    }
}

fn lower(word: &str) -> String {
    word.to_lowercase()
}

fn month(word: &str) -> Option<i8> {
    static MONTHS: OnceLock<BTreeMap<&str, i8>> = OnceLock::new();
    let months = MONTHS.get_or_init(|| {
        let lines = include_str!("../months.txt").lines().filter(|line| !line.starts_with('#'));
        lines
            .filter_map(|line| line.split_once(' '))
            .filter_map(|(name, number)| Some((name, number.parse().ok()?)))
            .collect()
    });
    months.get(lower(word).as_str()).copied()
}

#[cfg(test)]
mod tests {
    use super::whole_date;
    use proptest::prelude::*;

    fn check(words: &str, date: &str) {
        assert_eq!(whole_date(words, false).map(|(date, _)| date).unwrap_or_default(), date, "{words}");
    }

    #[test]
    fn dates_in_numbers() {
        check("am 27.06.2018 09:54", "2018-06-27");
        check("27.1.2022 - Bei der Mühle", "2022-01-27");
        check("(26.10.13)", "2013-10-26");
        check("2020/01/13", "2020-01-13");
        check("2020年4月1日", "2020-04-01");
        check("03/04/2020", "2020-04-03");
        check("12/29/2019", "2019-12-29");
        assert_eq!(whole_date("03/04/2020", true).map(|(date, _)| date), Some("2020-03-04".into()));
        check("Version 1.2.19.4", "");
        check("call 555-12-1234", "");
        check("31.02.2020", "");
    }

    #[test]
    fn dates_with_names() {
        check("Mittwoch, 20. Februar 2019, 14:45 Uhr", "2019-02-20");
        check("jeudi 13 juin 2019", "2019-06-13");
        check("le 07 Mai 2020", "2020-05-07");
        check("7 de mayo de 2020", "2020-05-07");
        check("December 29th 2019", "2019-12-29");
        check("Jan 18, 2019", "2019-01-18");
        check("15 августа 2016, 13:43", "2016-08-15");
        check("Juli 12, 2017", "2017-07-12");
        check("In 20 years the mill of 2019", "");
    }

    proptest! {
        #[test]
        fn any_words_are_read(words in "\\PC{0,60}", numbers in "[0-9./ -]{0,40}") {
            let _ = whole_date(&words, true);
            let _ = whole_date(&numbers, false);
        }
    }
}
