//! Days, months and years as people give them (`--since 2024-01`), and which articles they let through.
//!
//! In: the text of an option, the date of an article with its precision. Out: whether the two may meet. A date that is
//! only known to the month lies in a choice if any of its days does; an article without a date lies in none.

use jiff::civil::Date;
use std::str::FromStr;

/// A day, month or year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarDate(String);

/// Why a text is no [`CalendarDate`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoDate;

impl std::fmt::Display for NoDate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("right would be: 2024-01-31, 2024-01 or 2024")
    }
}

impl std::error::Error for NoDate {}

impl FromStr for CalendarDate {
    type Err = NoDate;

    fn from_str(text: &str) -> Result<Self, NoDate> {
        let whole = match text.len() {
            4 => format!("{text}-01-01"),
            7 => format!("{text}-01"),
            10 => text.to_owned(),
            _ => return Err(NoDate),
        };
        if !whole.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') {
            return Err(NoDate);
        }
        Date::from_str(&whole).map_err(|_| NoDate)?;
        Ok(Self(text.to_owned()))
    }
}

/// First and last day that a date may mean, comparable as texts. Nothing is later than the 31st.
fn days(date: &str) -> (String, String) {
    let date = date.get(..10).unwrap_or(date);
    match date.len() {
        4 => (format!("{date}-01-01"), format!("{date}-12-31")),
        7 => (format!("{date}-01"), format!("{date}-31")),
        _ => (date.to_owned(), date.to_owned()),
    }
}

/// Whether a date of an article (ISO 8601, as long as its precision allows) may lie between two others.
pub fn lies_between(date: Option<&str>, since: Option<&CalendarDate>, until: Option<&CalendarDate>) -> bool {
    if since.is_none() && until.is_none() {
        return true;
    }
    let Some(date) = date else { return false };
    let (first, last) = days(date);
    since.is_none_or(|since| last >= days(&since.0).0) && until.is_none_or(|until| first <= days(&until.0).1)
}

#[cfg(test)]
mod tests {
    use super::{CalendarDate, lies_between};

    fn date(text: &str) -> Option<CalendarDate> {
        text.parse().ok()
    }

    #[test]
    fn only_dates_of_the_calendar_are_taken() {
        for good in ["2024-02-29", "2024-02", "2024", "1999-12-31"] {
            assert!(date(good).is_some(), "{good}");
        }
        for bad in ["", "2023-02-29", "2024-13", "24", "2024-1", "yesterday", "2024/01/02", "٢٠٢٤", "20240-1"] {
            assert!(date(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_month_lies_where_one_of_its_days_lies() {
        let (since, until) = (date("2024-03-10"), date("2024-04"));
        let check = |day: &str| lies_between(Some(day), since.as_ref(), until.as_ref());
        assert!(check("2024-03") && check("2024") && check("2024-04-30T23:59Z") && check("2024-03-10"));
        assert!(!check("2024-03-09T23:59Z") && !check("2024-02") && !check("2024-05-01") && !check("2023"));
    }

    #[test]
    fn an_article_without_a_date_is_in_no_choice_of_dates() {
        assert!(lies_between(None, None, None));
        assert!(!lies_between(None, date("2024").as_ref(), None));
    }
}
