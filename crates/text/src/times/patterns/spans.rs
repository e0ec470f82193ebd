//! Expressions of more than a day: months, quarters, seasons, years, and those counted from today («three weeks ago»).

use super::super::calendar::{Unit, When, days_after, months_after, weekday_from, weekday_until};
use super::super::tense::{Tense, tense_at};
use super::super::words::{month, ordinal, season, unit};
use super::{At, Found, YEARS};
use jiff::civil::Date;

impl At<'_, '_> {
    /// `three days ago`, `a year earlier`, `two weeks later`.
    pub(super) fn counted(&self, i: usize) -> Found<When> {
        let (after_number, number) = self.number(i)?;
        let number = number?;
        let unit = unit(self.tokens.word(after_number))?;
        let end = after_number + 2;
        let (from, sign) = match self.tokens.word(after_number + 1) {
            "ago" => (self.published?, -1),
            "earlier" => (self.last_day.or(self.published)?, -1),
            "later" => (self.last_day.or(self.published)?, 1),
            _ => return None,
        };
        let when = match unit {
            Unit::Minute | Unit::Hour => return None,
            Unit::Day => When::Day(days_after(from, sign * number)?, None),
            Unit::Week => When::Day(days_after(from, sign * number.checked_mul(7)?)?, None),
            Unit::Month => {
                let (year, month) = months_after(from, sign * number)?;
                When::Month(year, month)
            }
            Unit::Year => When::Year(i16::try_from(i32::from(from.year()) + sign * number).ok().filter(|y| *y > 0)?),
            Unit::Decade => return None,
        };
        Some((end, when))
    }

    /// `last week`, `earlier this month`, `next year`, `the past weekend`.
    pub(super) fn this_last_next(&self, i: usize) -> Found<When> {
        let published = self.published?;
        let vague = usize::from(self.is(i, &["early", "earlier", "late", "later", "mid"]));
        let at = i + vague + usize::from(vague == 1 && self.is(i + 1, &["-"]));
        let the = usize::from(self.is(at, &["the"]));
        let steps = match self.tokens.word(at + the).to_ascii_lowercase().as_str() {
            "this" | "current" => 0,
            "last" | "previous" | "past" => -1,
            "next" | "coming" => 1,
            _ => return None,
        };
        // `the last week` and `the next year` are lengths or count from elsewhere.
        if the == 1 && steps != 0 && !self.is(at + the, &["previous"]) && !self.is(at + the + 1, &["weekend"]) {
            return None;
        }
        let end = at + the + 2;
        let when = match self.tokens.word(at + the + 1) {
            "week" => When::Week(days_after(published, steps * 7)?),
            "weekend" => {
                let sunday = weekday_until(published, 7)?;
                When::Week(match steps {
                    -1 => sunday,
                    _ => weekday_from(published, 6)?,
                })
            }
            "month" => {
                let (year, month) = months_after(published, steps)?;
                When::Month(year, month)
            }
            "year" => When::Year(published.year() + i16::try_from(steps).ok()?),
            "decade" => When::Decade(published.year() / 10 + i16::try_from(steps).ok()?),
            "quarter" => {
                let quarter = i32::from(published.year()) * 4 + i32::from((published.month() - 1) / 3) + steps;
                When::Quarter(i16::try_from(quarter.div_euclid(4)).ok()?, i8::try_from(quarter.rem_euclid(4)).ok()? + 1)
            }
            _ => return None,
        };
        // `this year's third quarter` is read as the quarter.
        if let (When::Year(year), true) = (&when, self.is(end, &["'", "’"]))
            && let Some((quarter_end, number)) = self.quarter_number(end + 2)
        {
            return Some((quarter_end, When::Quarter(*year, number)));
        }
        Some((end, when))
    }

    /// `the end of the month`, `later in the year`, `at the weekend`.
    pub(super) fn the_current(&self, i: usize) -> Found<When> {
        let published = self.published?;
        if !self.is(i, &["the"]) || !self.is(i.wrapping_sub(1), &["of", "in", "at", "over", "until", "by", "during"]) {
            return None;
        }
        let within = self.is(i.wrapping_sub(2), &["end", "later", "earlier", "rest", "start", "beginning", "middle"]);
        let when = match self.tokens.word(i + 1) {
            "week" if within => When::Week(published),
            "month" if within => When::Month(published.year(), published.month()),
            "year" if within => When::Year(published.year()),
            "weekend" if tense_at(self.tokens, i) == Tense::Ahead || self.is_limit(i, i + 2) => {
                When::Week(weekday_from(published, 6)?)
            }
            "weekend" => When::Week(weekday_until(published, 7)?),
            _ => return None,
        };
        Some((i + 2, when))
    }

    /// `first`, `second`, … and `quarter`.
    pub(super) fn quarter_number(&self, i: usize) -> Found<i8> {
        let number = ordinal(self.tokens.word(i)).filter(|n| (1..=4).contains(n))?;
        let hyphen = usize::from(self.is(i + 1, &["-"]));
        self.is(i + 1 + hyphen, &["quarter"]).then_some((i + 2 + hyphen, i8::try_from(number).ok()?))
    }

    pub(super) fn quarter(&self, i: usize) -> Found<When> {
        let the = usize::from(self.is(i, &["the"]));
        let fiscal = usize::from(self.is(i + the, &["fiscal"]));
        let (end, number) = self.quarter_number(i + the + fiscal)?;
        let of = usize::from(self.is(end, &["of"]));
        if let Some((end, year)) = self.year_figure(end + of).or_else(|| self.year_by_words(end + of)) {
            return Some((end, When::Quarter(year, number)));
        }
        // Reported is the last quarter that is over.
        let published = self.published?;
        let current = (published.month() - 1) / 3 + 1;
        let ahead = tense_at(self.tokens, i) == Tense::Ahead;
        let year = published.year() - i16::from(number >= current && !ahead);
        Some((end, When::Quarter(year, number)))
    }

    /// `last summer`, `in the spring`, `the winter of 1994`, `summer 2018`.
    pub(super) fn season(&self, i: usize) -> Found<When> {
        let vague = usize::from(self.is(i, &["early", "late", "the"]));
        let modifier = self.tokens.word(i + vague);
        let modified = usize::from(matches!(modifier, "last" | "this" | "next" | "that"));
        let at = i + vague + modified;
        let season = season(self.tokens.word(at))?;
        let of = usize::from(self.is(at + 1, &["of"]));
        if let Some((end, year)) = self.year_figure(at + 1 + of).or_else(|| self.year_by_words(at + 1 + of)) {
            return Some((end, When::Season(year, season)));
        }
        let placed = ["in", "since", "until", "by", "during", "over", "for"];
        let before = i.wrapping_sub(1);
        let is_fall = season == "FA" && self.is(at, &["fall"]);
        if of == 1 || (modified == 0 && (!self.is(before, &placed) || (is_fall && vague == 0))) {
            return None;
        }
        let published = self.published?;
        let (first, last) = match season {
            "SP" => (3, 5),
            "SU" => (6, 8),
            "FA" => (9, 11),
            _ => (12, 14),
        };
        let (month, year) = (published.month(), published.year());
        let year = match modifier {
            "this" => year,
            "last" => year - i16::from(month <= last.min(12)),
            "next" => year + i16::from(month >= first),
            "that" => self.last_day.map_or(year, Date::year),
            _ if tense_at(self.tokens, i) == Tense::Ahead => year + i16::from(month > last),
            _ => year - i16::from(month < first),
        };
        Some((at + 1, When::Season(year, season)))
    }

    /// `in January`, `last March`, `late November 2018`, `May last year`.
    pub(super) fn month(&self, i: usize) -> Found<When> {
        let vague = usize::from(self.is(i, &["early", "late", "mid"]));
        let hyphen = usize::from(vague == 1 && self.is(i + 1, &["-"]));
        let modifier = self.tokens.word(i + vague + hyphen).to_ascii_lowercase();
        let modified = usize::from(matches!(modifier.as_str(), "last" | "this" | "next"));
        let at = i + vague + hyphen + modified;
        let (month_number, whole) = month(self.tokens.word(at))?;
        let stop = usize::from(!whole && self.is(at + 1, &["."]) && self.tokens.is_glued(at + 1));
        let mut next = at + 1 + stop;
        if self.is(next, &[",", "of"]) && self.year_figure(next + 1).is_some() {
            next += 1;
        }
        if let Some((end, year)) = self.year_figure(next).or_else(|| self.year_by_words(next)) {
            return Some((end, When::Month(year, month_number)));
        }
        let placed = [
            "in", "since", "until", "till", "last", "next", "from", "during", "through", "by", "of", "between",
            "before", "after", "to", "for",
        ];
        let is_placed = vague + modified > 0 || self.is(i.wrapping_sub(1), &placed);
        // `April`, `June`, `May`, `August` are also people, `March` is also walked.
        let doubtful = !whole || matches!(self.tokens.word(at), "March" | "April" | "May" | "June" | "August");
        let name_follows = self.tokens.word(at + 1).starts_with(char::is_uppercase);
        let surely_placed = self.is(i.wrapping_sub(1), &["in", "since", "until", "last", "next"]);
        if doubtful && !surely_placed && (!is_placed || name_follows) {
            return None;
        }
        let published = self.published?;
        let (year, current) = (published.year(), published.month());
        let tense = tense_at(self.tokens, i);
        let year = match modifier.as_str() {
            "last" => year - i16::from(month_number >= current),
            "next" => year + i16::from(month_number <= current),
            "this" => year,
            _ if tense == Tense::Ahead => year + i16::from(month_number < current),
            _ if self.is_limit(i, at + 1 + stop) => year + i16::from(month_number < current),
            _ => year - i16::from(month_number > current),
        };
        Some((at + 1, When::Month(year, month_number)))
    }

    /// `2018`, `the 1990s`, `the year 2000`.
    pub(super) fn year(&self, i: usize) -> Found<When> {
        let word = self.tokens.word(i);
        if let Some(decade) = word.strip_suffix('s').filter(|w| w.len() == 4 && w.ends_with('0')) {
            let decade: i32 = decade.parse().ok()?;
            return YEARS
                .contains(&decade)
                .then(|| i16::try_from(decade / 10).ok())
                .flatten()
                .map(|d| (i + 1, When::Decade(d)));
        }
        if self.is(i, &["the"]) {
            const DECADES: [&str; 7] =
                ["thirties", "forties", "fifties", "sixties", "seventies", "eighties", "nineties"];
            if let Some(n) = DECADES.iter().position(|d| *d == self.tokens.word(i + 1)) {
                // `in the seventies` may be degrees; with a preposition of time it is years.
                let placed = self.is(i.wrapping_sub(1), &["in", "since", "during", "of"]);
                return placed.then(|| i16::try_from(193 + n).ok()).flatten().map(|d| (i + 2, When::Decade(d)));
            }
        }
        let vague = usize::from(self.is(i, &["early", "late", "mid", "fiscal"]));
        let hyphen = usize::from(vague == 1 && self.is(i + 1, &["-"]));
        let (end, year) = self.year_figure(i + vague + hyphen)?;
        const COUNTED: [&str; 22] = [
            "people", "men", "women", "children", "troops", "soldiers", "workers", "euros", "dollars", "pounds",
            "tonnes", "tons", "miles", "km", "metres", "meters", "feet", "homes", "jobs", "times", "percent",
            "members",
        ];
        const NUMBERED: [&str; 14] = [
            "no",
            "number",
            "page",
            "room",
            "flight",
            "route",
            "highway",
            "article",
            "resolution",
            "about",
            "nearly",
            "almost",
            "roughly",
            "than",
        ];
        // `twenty-five of the 1,999 …` is shut out by `figure`; `about 2000` is a count.
        let of_old = year < 1900 && self.is(i.wrapping_sub(1), &["in", "of", "since", "until"]);
        if self.is(end, &COUNTED)
            || self.is(i.wrapping_sub(1), &NUMBERED)
            || !(YEARS.contains(&i32::from(year)) || of_old)
        {
            return None;
        }
        let glued_word = self.tokens.is_glued(i)
            && !matches!(self.tokens.before(i, 1), "(" | "-" | "–" | "‘" | "’" | "'" | "“" | "\"" | "/");
        if glued_word {
            return None;
        }
        Some((end, When::Year(year)))
    }

    /// A year of four figures.
    pub(super) fn year_figure(&self, i: usize) -> Found<i16> {
        let year = self.tokens.figure(i).filter(|y| (1500..=2199).contains(y) && self.tokens.word(i).len() == 4)?;
        // `3 March 1900 people`: a following clock or hyphened number would not be one.
        if self.is(i + 1, &["-"]) && self.is(i + 2, &["strong", "year", "seat"]) {
            return None;
        }
        Some((i + 1, i16::try_from(year).ok()?))
    }

    /// `last year` behind a month or day.
    pub(super) fn year_by_words(&self, i: usize) -> Found<i16> {
        if !self.is(i + 1, &["year"]) {
            return None;
        }
        let steps = match self.tokens.word(i) {
            "last" => -1,
            "this" => 0,
            "next" => 1,
            _ => return None,
        };
        Some((i + 2, self.published?.year() + steps))
    }

    // ---- lengths
}
