//! What a time expression means, and how TIMEX writes it.

use super::TimePrecision;
use jiff::{ToSpan, civil::Date};

/// A place on the calendar or a length of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum When {
    Day(Date, Option<Part>),
    Minute {
        date: Date,
        hour: i8,
        minute: i8,
        utc: bool,
    },
    Week(Date),
    Month(i16, i8),
    Season(i16, &'static str),
    Quarter(i16, i8),
    Year(i16),
    /// The year without its last figure.
    Decade(i16),
    /// `None` where the number is unknown: `PXD`.
    Length(Option<i32>, Unit),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Morning,
    Afternoon,
    Evening,
    Night,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
    Decade,
}

impl When {
    pub fn value(&self) -> String {
        match self {
            Self::Day(date, None) => date.to_string(),
            Self::Day(date, Some(part)) => {
                let part = match part {
                    Part::Morning => "MO",
                    Part::Afternoon => "AF",
                    Part::Evening => "EV",
                    Part::Night => "NI",
                };
                format!("{date}T{part}")
            }
            Self::Minute { date, hour, minute, utc } => {
                format!("{date}T{hour:02}:{minute:02}{}", if *utc { "Z" } else { "" })
            }
            Self::Week(date) => {
                let week = date.iso_week_date();
                format!("{:04}-W{:02}", week.year(), week.week())
            }
            Self::Month(year, month) => format!("{year:04}-{month:02}"),
            Self::Season(year, season) => format!("{year:04}-{season}"),
            Self::Quarter(year, quarter) => format!("{year:04}-Q{quarter}"),
            Self::Year(year) => format!("{year:04}"),
            Self::Decade(decade) => format!("{decade:03}"),
            Self::Length(number, unit) => {
                let number = number.map_or("X".into(), |n| n.to_string());
                match unit {
                    Unit::Minute => format!("PT{number}M"),
                    Unit::Hour => format!("PT{number}H"),
                    Unit::Day => format!("P{number}D"),
                    Unit::Week => format!("P{number}W"),
                    Unit::Month => format!("P{number}M"),
                    Unit::Year => format!("P{number}Y"),
                    Unit::Decade => format!("P{number}0Y"),
                }
            }
        }
    }

    pub fn precision(&self) -> TimePrecision {
        match self {
            Self::Day(_, None) => TimePrecision::Day,
            Self::Day(_, Some(_)) => TimePrecision::PartOfDay,
            Self::Minute { .. } => TimePrecision::Minute,
            Self::Week(_) => TimePrecision::Week,
            Self::Month(..) => TimePrecision::Month,
            Self::Season(..) | Self::Quarter(..) => TimePrecision::PartOfYear,
            Self::Year(_) => TimePrecision::Year,
            Self::Decade(_) => TimePrecision::Decade,
            Self::Length(..) => TimePrecision::Duration,
        }
    }

    /// The day, where it is one.
    pub fn day(&self) -> Option<Date> {
        match self {
            Self::Day(date, _) | Self::Minute { date, .. } => Some(*date),
            _ => None,
        }
    }

    /// The same day, in a part of it.
    pub fn in_part(self, part: Option<Part>) -> Self {
        match self {
            Self::Day(date, None) => Self::Day(date, part),
            other => other,
        }
    }
}

/// Some days after a date; before it where `days` is negative.
pub(super) fn days_after(date: Date, days: i32) -> Option<Date> {
    date.checked_add(days.days()).ok()
}

/// The month some months after a date's own.
pub(super) fn months_after(date: Date, months: i32) -> Option<(i16, i8)> {
    let there = date.first_of_month().checked_add(months.months()).ok()?;
    Some((there.year(), there.month()))
}

/// The last such weekday (Monday is 1) up to a date, itself included.
pub(super) fn weekday_until(date: Date, weekday: i8) -> Option<Date> {
    let back = (date.weekday().to_monday_one_offset() - weekday).rem_euclid(7);
    days_after(date, -i32::from(back))
}

/// The first such weekday (Monday is 1) from a date on, itself included.
pub(super) fn weekday_from(date: Date, weekday: i8) -> Option<Date> {
    let ahead = (weekday - date.weekday().to_monday_one_offset()).rem_euclid(7);
    days_after(date, i32::from(ahead))
}

/// A day of the calendar, if there is one.
pub(super) fn day(year: i16, month: i8, day: i32) -> Option<Date> {
    Date::new(year, month, i8::try_from(day).ok()?).ok()
}

/// Easter Sunday of the western churches (the anonymous Gregorian rule).
pub(super) fn easter(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let (d, e, f) = (b / 4, b % 4, (b + 8) / 25);
    let g = (b - f + 1) / 3;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    day(year, i8::try_from(n / 31).ok()?, n % 31 + 1)
}

/// `2023-03` for `2023-W11`, where all seven days lie in one month.
pub(super) fn month_of_week(value: &str) -> Option<String> {
    let (year, week) = value.split_once("-W")?;
    let monday = jiff::civil::ISOWeekDate::new(year.parse().ok()?, week.parse().ok()?, jiff::civil::Weekday::Monday);
    let monday = monday.ok()?.date();
    let sunday = days_after(monday, 6)?;
    (monday.month() == sunday.month()).then(|| format!("{:04}-{:02}", monday.year(), monday.month()))
}
