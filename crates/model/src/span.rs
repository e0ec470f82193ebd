//! A place in an article's text.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// `[start, end)` in Unicode code points of the article's text; never empty, written as `[start, end]` in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    start: u32,
    end: u32,
}

/// Why two numbers are no [`Span`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidSpan {
    /// The start that was given.
    pub start: u32,
    /// The end that was given.
    pub end: u32,
}

impl fmt::Display for InvalidSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "span [{}, {}] is empty or ends before it starts", self.start, self.end)
    }
}

impl std::error::Error for InvalidSpan {}

impl Span {
    /// A span, or an error where it would be empty or backwards.
    ///
    /// # Errors
    /// [`InvalidSpan`] if `start >= end`.
    pub fn new(start: u32, end: u32) -> Result<Self, InvalidSpan> {
        if start < end { Ok(Self { start, end }) } else { Err(InvalidSpan { start, end }) }
    }

    /// A span from two `usize`s; `None` where it would be empty, backwards or beyond `u32`.
    pub fn of(start: usize, end: usize) -> Option<Self> {
        Self::new(u32::try_from(start).ok()?, u32::try_from(end).ok()?).ok()
    }

    /// First code point.
    pub fn start(self) -> u32 {
        self.start
    }

    /// One past the last code point.
    pub fn end(self) -> u32 {
        self.end
    }

    /// Number of code points, at least one.
    pub fn length(self) -> u32 {
        self.end - self.start
    }

    /// Whether `other` lies wholly inside.
    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the two share a code point.
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Number of code points that both have.
    pub fn overlap(self, other: Self) -> u32 {
        self.end.min(other.end).saturating_sub(self.start.max(other.start))
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.start, self.end).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (start, end) = <(u32, u32)>::deserialize(deserializer)?;
        Self::new(start, end).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::Span;

    #[test]
    fn an_empty_span_cannot_be_made() {
        assert!(Span::new(3, 3).is_err());
        assert!(serde_json::from_str::<Span>("[4, 2]").is_err());
        assert_eq!(serde_json::from_str::<Span>("[2, 4]").map(Span::length).ok(), Some(2));
    }
}
