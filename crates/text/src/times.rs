//! Dates in text.

use model::Span;

/// A time expression that can be put on a calendar, or a duration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeExpression {
    /// The words, without a preposition before them.
    pub span: Span,
    /// TIMEX value: `2023-03-12`, `2023-03`, `2023-W11`, `2022`, `2023-03-12TMO`, `P3D`.
    pub value: String,
    /// How exact.
    pub precision: TimePrecision,
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
    /// A season, quarter or half of a year.
    PartOfYear,
    Year,
    Decade,
    Duration,
}

/// The time expressions of an English text, put on the calendar from the date on which it was published.
pub fn find_times(_text: &str, _published: Option<&str>) -> Vec<TimeExpression> {
    Vec::new()
}
