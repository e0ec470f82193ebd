//! Scores how far the confidence of a statement can be believed.
//!
//! In: predicted statements with their confidence and whether they were found in gold. Out: counts for
//!
//! - `calibration-error`: statements are put into ten bins by confidence; the mean distance between a bin's confidence and
//!   its share of found ones, weighted by size. Less is better.
//! - `precision-at-90`: share of found ones among the statements with a confidence of 0.9 and more.

use super::scores::{Better, Figure, Share};
use super::statements::Matched;
use std::collections::BTreeSet;

const BINS: usize = 10;
const SURE: f32 = 0.9;

#[derive(Clone, Copy, Debug, Default)]
struct Bin {
    statements: f64,
    confidence: f64,
    found: f64,
}

/// Counts over articles.
#[derive(Clone, Debug, Default)]
pub struct ConfidenceCounts {
    bins: [Bin; BINS],
    sure: Share,
}

impl ConfidenceCounts {
    /// Counts one article.
    pub fn add(&mut self, matched: &Matched) {
        let found: BTreeSet<usize> = matched.pairs.iter().map(|&(_, j)| j).collect();
        for (number, statement) in matched.predicted.iter().enumerate() {
            self.count(statement.confidence, found.contains(&number));
        }
    }

    fn count(&mut self, confidence: f32, is_found: bool) {
        let confidence = if confidence.is_finite() { confidence.clamp(0.0, 1.0) } else { 0.0 };
        let bin = ((f64::from(confidence) * BINS as f64) as usize).min(BINS - 1);
        if let Some(bin) = self.bins.get_mut(bin) {
            bin.statements += 1.0;
            bin.confidence += f64::from(confidence);
            bin.found += f64::from(is_found);
        }
        if confidence >= SURE {
            self.sure.count(is_found);
        }
    }

    /// The figures; none where no statement has a confidence.
    pub fn figures(&self) -> Vec<Figure> {
        if self.bins.iter().all(|bin| bin.confidence == 0.0) {
            return Vec::new();
        }
        let layer = "confidence";
        let error = Share {
            right: self.bins.iter().map(|bin| (bin.confidence - bin.found).abs()).sum(),
            of: self.bins.iter().map(|bin| bin.statements).sum(),
        };
        vec![
            error.figure(layer, "calibration-error", Better::Lower),
            self.sure.figure(layer, "precision-at-90", Better::Higher),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::ConfidenceCounts;

    #[test]
    fn the_error_is_the_distance_of_each_bin_weighted_by_its_size() {
        let mut counts = ConfidenceCounts::default();
        for found in [true, true, true, false] {
            counts.count(0.95, found); // 0.75 found: 0.2 off, four statements
        }
        counts.count(0.25, false); // 0.25 off, one statement
        let figures = counts.figures();
        let value = |at: usize| figures[at].value.expect("counted");
        assert!((value(0) - 100.0 * (4.0 * 0.2 + 0.25) / 5.0).abs() < 1e-4, "{}", value(0));
        assert!((value(1) - 75.0).abs() < 1e-9);
        assert!(ConfidenceCounts::default().figures().is_empty());
    }
}
