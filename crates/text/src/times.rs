//! Dates in text, put on a calendar.
//!
//! In: an English text and the date on which it was published. Out: time expressions in order with a TIMEX value.
//! Published on Friday 2024-03-08, «She said on Friday that work began early last Tuesday and ends in May» gives
//! `Friday` 2024-03-08, `early last Tuesday` 2024-03-05TMO and `May` 2024-05.
//!
//! A weekday on that weekday is today. A weekday, month or day without a year lies in the past unless the verb before
//! it looks ahead («will», «is due to»). Without a date of publication only what is absolute is found («3 March 2023»).
//! Vague words («recently», «now») and habits («every Tuesday») are left alone: they are on no calendar.

use crate::{Positions, sentences};
use model::{Precision, Span};

mod calendar;
mod clock;
mod patterns;
mod tense;
mod tokens;
mod words;

/// A time expression that can be put on a calendar, or a duration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeExpression {
    /// The words, without a preposition before them.
    pub span: Span,
    /// TIMEX value: `2023-03-12`, `2023-03`, `2023-W11`, `2022`, `2023-03-12TMO`, `2023-03-12T14:30`, `P3D`.
    pub value: String,
    /// How exact.
    pub precision: TimePrecision,
}

impl TimeExpression {
    /// The date as the contract writes dates: cut to minute, day, month or year; `None` for durations and decades.
    /// A week gives its month where all of it lies in one, else its year; a season or quarter gives its year.
    pub fn date(&self) -> Option<(String, Precision)> {
        let cut = |length: usize| self.value.get(..length).map(str::to_owned);
        match self.precision {
            TimePrecision::Minute => Some((self.value.clone(), Precision::Minute)),
            TimePrecision::PartOfDay | TimePrecision::Day => Some((cut(10)?, Precision::Day)),
            TimePrecision::Week => calendar::month_of_week(&self.value)
                .map(|month| (month, Precision::Month))
                .or_else(|| Some((cut(4)?, Precision::Year))),
            TimePrecision::Month => Some((cut(7)?, Precision::Month)),
            TimePrecision::PartOfYear | TimePrecision::Year => Some((cut(4)?, Precision::Year)),
            TimePrecision::Decade | TimePrecision::Duration => None,
        }
    }
}

/// How exact a time expression is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum TimePrecision {
    Minute,
    PartOfDay,
    Day,
    Week,
    Month,
    /// A season or quarter.
    PartOfYear,
    Year,
    Decade,
    Duration,
}

/// The time expressions of an English text, put on the calendar from the ISO date on which it was published.
///
/// Of `published` the first ten characters are read; a month or year alone is not enough to place a weekday.
pub fn find_times(text: &str, published: Option<&str>) -> Vec<TimeExpression> {
    let positions = Positions::new(text);
    let published = published.and_then(|date| date.get(..10)?.parse().ok());
    let mut reader = patterns::Reader::new(published);
    let mut found = Vec::new();
    for sentence in sentences(text) {
        let start = positions.byte(sentence.start());
        for (range, when) in reader.read(positions.slice(text, sentence)) {
            let Some(span) = positions.span(start + range.start, start + range.end) else { continue };
            found.push(TimeExpression { span, value: when.value(), precision: when.precision() });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::find_times;
    use crate::Positions;
    use proptest::prelude::*;

    /// Published on a Friday.
    const FRIDAY: &str = "2024-03-08";

    fn found(text: &str, published: Option<&str>) -> String {
        let positions = Positions::new(text);
        let write = |time: &super::TimeExpression| format!("{}={}", positions.slice(text, time.span), time.value);
        find_times(text, published).iter().map(write).collect::<Vec<_>>().join("; ")
    }

    fn check(text: &str, expected: &str) {
        assert_eq!(found(text, Some(FRIDAY)), expected, "{text}");
    }

    // scrapinghub/dateparser#508
    #[test]
    fn weekday_on_that_weekday_is_today() {
        check("The mill closed, she said on Friday.", "Friday=2024-03-08");
        check("Last Friday it was open.", "Last Friday=2024-03-01");
    }

    #[test]
    fn weekdays_are_past_unless_the_verb_looks_ahead() {
        check("Brook resigned on Tuesday.", "Tuesday=2024-03-05");
        check("Brook said on Tuesday she will resign on Monday.", "Tuesday=2024-03-05; Monday=2024-03-11");
        check("The vote is due on Monday.", "Monday=2024-03-11");
        check("They have until Thursday to pay.", "Thursday=2024-03-14");
        check("By Wednesday she was calling it a joke.", "Wednesday=2024-03-06");
        check("Tuesday of next week", "Tuesday of next week=2024-03-12");
    }

    // scrapinghub/dateparser#1266
    #[test]
    fn sunday_seen_on_new_years_day_lies_in_the_old_year() {
        assert_eq!(found("The pier burned on Sunday.", Some("2024-01-01")), "Sunday=2023-12-31");
    }

    #[test]
    fn absolute_dates() {
        check(
            "On 3 March 2023, on March 3, 2023 and on 2023-03-03",
            "3 March 2023=2023-03-03; March 3, 2023=2023-03-03; 2023-03-03=2023-03-03",
        );
        check("Sent Jan. 24, 2019.", "Jan. 24, 2019=2019-01-24");
        check("the 9th of October 2018", "the 9th of October 2018=2018-10-09");
        check("It opened in March 2023.", "March 2023=2023-03");
        check("Since 2009 it has stood empty.", "2009=2009");
        check("25/12/2023 but not 5/6/2023", "25/12/2023=2023-12-25");
        check("in the 1990s", "1990s=199");
    }

    #[test]
    fn a_date_without_a_year_is_the_near_one() {
        check("He was arrested on 22 February.", "22 February=2024-02-22");
        check("He was arrested on Dec. 12.", "Dec. 12=2023-12-12");
        check("The hearing is listed for April 9.", "April 9=2024-04-09");
        check("In January it fell. It will rise in May.", "January=2024-01; May=2024-05");
        check("The bridge was closed in November.", "November=2023-11");
    }

    #[test]
    fn parts_of_days() {
        check("Early Tuesday a boat sank.", "Early Tuesday=2024-03-05TMO");
        check("It sank late on Tuesday.", "late on Tuesday=2024-03-05TNI");
        check("Last night and this morning", "Last night=2024-03-07TNI; this morning=2024-03-08TMO");
        check("the night of 9 February", "the night of 9 February=2024-02-09TNI");
        check("on Monday evening", "Monday evening=2024-03-04TEV");
    }

    #[test]
    fn times_of_day() {
        check("It sank at 3:30 p.m. on Tuesday.", "3:30 p.m. on Tuesday=2024-03-05T15:30");
        check("yesterday at noon", "yesterday at noon=2024-03-07T12:00");
        check("landed at 16:52 UTC", "16:52 UTC=2024-03-08T16:52Z");
        check("They won 2:1 and paid 9.50 euros.", "");
    }

    #[test]
    fn relative_expressions() {
        check("yesterday and tomorrow", "yesterday=2024-03-07; tomorrow=2024-03-09");
        check("last week, this month, next year", "last week=2024-W09; this month=2024-03; next year=2025");
        check("three days ago and two months ago", "three days ago=2024-03-05; two months ago=2024-01");
        check("On 1 March it burned. Two days later it fell.", "1 March=2024-03-01; Two days later=2024-03-03");
        check("last summer, in the spring of 2019", "last summer=2023-SU; the spring of 2019=2019-SP");
        check("by Christmas, at Easter", "Christmas=2024-12-25; Easter=2024-03-31");
    }

    #[test]
    fn lengths_are_no_ages_and_no_rates() {
        check("for two years, a 35-year-old paid 5 euros a day", "two years=P2Y");
        check("within twenty-four hours", "twenty-four hours=PT24H");
    }

    #[test]
    fn habits_names_and_figures_are_left_alone() {
        check("Every Tuesday May Brook reads The Sunday Dial in room 2004.", "");
        check("They sold 2000 people 1,999 tickets for $2019.", "");
        check("She may march on. I recently left.", "");
    }

    #[test]
    fn without_a_date_of_publication_only_absolute_dates_are_found() {
        assert_eq!(found("On Tuesday and on 3 March 2023, yesterday", None), "3 March 2023=2023-03-03");
        assert_eq!(found("On Tuesday", Some("2024-03")), "");
    }

    #[test]
    fn dates_are_cut_to_what_is_known() {
        let date =
            |text: &str| find_times(text, Some(FRIDAY)).first().and_then(super::TimeExpression::date).map(|d| d.0);
        assert_eq!(date("Early Tuesday it sank"), Some("2024-03-05".into()));
        assert_eq!(date("this week"), Some("2024-03".into()));
        assert_eq!(date("last summer"), Some("2023".into()));
        assert_eq!(date("for two days"), None);
    }

    proptest! {
        #[test]
        fn any_words_in_any_order_are_read(words in prop::collection::vec(prop::sample::select(vec![
            "May", "Tuesday", "the", "31", "2023", "9999", "of", "last", "week", "99th", "-", "/", ":", ".", ",", "a.m.",
            "at", "Feb", "30", "ago", "years", "quarter", "first", "twenty", "early", "Easter", "9:30", "next", "é", "\n",
        ]), 0..30), published in prop::sample::select(vec![None, Some("2024-02-29"), Some("0001-01-01"), Some("9999-12-31")])) {
            let text = words.join(" ");
            let mut last = 0;
            for time in find_times(&text, published) {
                prop_assert!(time.span.start() >= last && time.span.end() as usize <= text.chars().count());
                last = time.span.end();
            }
        }
    }
}
