//! Scores expressions of time, as the text stage finds them with the article's date.
//!
//! In: gold articles. Out: counts for
//!
//! - `times`: found where the two share a word, one to one in order of the text;
//! - `time-value`: among those, the share with exactly the same TIMEX value.

use super::Pair;
use super::scores::{Better, Figure, Overlap, Share};

/// Counts over articles.
#[derive(Clone, Copy, Debug, Default)]
pub struct TimeCounts {
    found: Overlap,
    value: Share,
}

impl TimeCounts {
    /// Counts one article; nothing where the set marks no times.
    pub fn add(&mut self, pair: &Pair) {
        let Some(gold) = &pair.gold.times else { return };
        let predicted = text::find_times(&pair.gold.text, pair.gold.date.as_deref());
        let tokens = |start, end| pair.words.token_starts(&[(start, end)]);
        let mut left: Vec<_> =
            predicted.iter().map(|time| Some((tokens(time.span.start(), time.span.end()), &time.value))).collect();
        let mut right = 0;
        for time in gold {
            let words = time.spans.iter().flat_map(|span| tokens(span.start(), span.end())).collect();
            let Some(slot) =
                left.iter_mut().find(|slot| slot.as_ref().is_some_and(|(there, _)| !there.is_disjoint(&words)))
            else {
                continue;
            };
            if let Some((_, value)) = slot.take() {
                right += 1;
                self.value.count(*value == time.value);
            }
        }
        self.found.add(Overlap::of(right, gold.len(), predicted.len()));
    }

    /// The figures; none where the set marks no times.
    pub fn figures(&self) -> Vec<Figure> {
        if self.found.gold == 0.0 {
            return Vec::new();
        }
        vec![self.found.figure("times", "times"), self.value.figure("times, among found", "time-value", Better::Higher)]
    }
}
