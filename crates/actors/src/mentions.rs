//! Finds the phrases that stand for somebody or something: a score for each span of up to [`WIDTH`] tokens.
//!
//! In: the tokens' vectors. Out: [`Found`] spans of tokens with score, vector and type, sorted by start, longer first.
//! Nested spans stay (`Russia` in `Russia's Foreign Ministry`); of two that cross, the better one stays.

use encoder::{Linear, Matrix, Weights, WeightsError};

/// The longest mention, in tokens; from the training.
pub(crate) const WIDTH: usize = 24;

/// First score of a span that is looked at once more; from the training.
const LEAST: f32 = -3.0;

/// Spans that are looked at once more together.
const AT_ONCE: usize = 2048;

/// A mention as tokens `[start, end)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Found {
    pub start: usize,
    pub end: usize,
    pub score: f32,
}

/// The learned part.
pub(crate) struct Detector {
    start: Linear,
    end: Linear,
    open: Linear,
    close: Linear,
    width: Vec<f32>,
    vector: Linear,
    kind: Linear,
    keep: Linear,
}

impl Detector {
    pub(crate) fn new(weights: &Weights) -> Result<Self, WeightsError> {
        Ok(Self {
            start: weights.linear("mention.start")?,
            end: weights.linear("mention.end")?,
            open: weights.linear("mention.open")?,
            close: weights.linear("mention.close")?,
            width: weights.vector("mention.width")?,
            vector: weights.linear("mention.vector")?,
            kind: weights.linear("mention.type")?,
            keep: weights.linear("mention.keep")?,
        })
    }

    /// All spans within one paragraph that score above zero, none crossing another. `usable` is false for tokens that cannot
    /// be part of a mention (paragraph marks, credits). A span's ends are judged first; of the likelier ones the whole span.
    pub(crate) fn find(&self, vectors: &Matrix, paragraph_of: &[u32], usable: &[bool]) -> Vec<Found> {
        let start = self.start.apply(vectors);
        let end = self.end.apply(vectors);
        let open = self.open.apply(vectors);
        let close = self.close.apply(vectors);
        let scale = 1.0 / (start.cols.max(1) as f32).sqrt();
        let mut out = Vec::new();
        for i in 0..vectors.rows {
            if !usable.get(i).copied().unwrap_or_default() {
                continue;
            }
            let row = start.row(i);
            let opened = open.row(i).first().copied().unwrap_or_default();
            for (k, width) in self.width.iter().take(WIDTH).enumerate() {
                let j = i + k;
                if !usable.get(j).copied().unwrap_or_default() || paragraph_of.get(i) != paragraph_of.get(j) {
                    break;
                }
                let product: f32 = row.iter().zip(end.row(j)).map(|(a, b)| a * b).sum();
                let score = product * scale + opened + close.row(j).first().copied().unwrap_or_default() + width;
                if score > LEAST {
                    out.push(Found { start: i, end: j + 1, score });
                }
            }
        }
        for chunk in out.chunks_mut(AT_ONCE) {
            let more = self.keep.apply(&self.vectors(vectors, chunk));
            for (number, span) in chunk.iter_mut().enumerate() {
                span.score += more.row(number).first().copied().unwrap_or_default();
            }
        }
        out.retain(|span| span.score > 0.0);
        without_crossings(out)
    }

    /// The mentions' vectors, one row each.
    pub(crate) fn vectors(&self, tokens: &Matrix, mentions: &[Found]) -> Matrix {
        let mut wide = Matrix { rows: 0, cols: tokens.cols * 3, data: Vec::new() };
        let mut row = Vec::with_capacity(tokens.cols * 3);
        for mention in mentions {
            row.clear();
            row.extend_from_slice(tokens.row(mention.start));
            row.extend_from_slice(tokens.row(mention.end.saturating_sub(1)));
            row.extend(tokens.mean(mention.start, mention.end));
            wide.push(&row);
        }
        let mut out = self.vector.apply(&wide);
        for x in &mut out.data {
            *x = x.max(0.0);
        }
        out
    }

    /// Probabilities of the types, in the order of `EntityType::ALL`.
    pub(crate) fn types(&self, mentions: &Matrix) -> Matrix {
        let mut out = self.kind.apply(mentions);
        for i in 0..out.rows {
            let row = out.row_mut(i);
            let most = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            row.iter_mut().for_each(|x| *x = (*x - most).exp());
            let sum: f32 = row.iter().sum();
            row.iter_mut().for_each(|x| *x /= sum);
        }
        out
    }
}

/// Drops spans that cross a better one; the rest sorted by start, longer first.
fn without_crossings(mut found: Vec<Found>) -> Vec<Found> {
    found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.start.cmp(&b.start)).then(b.end.cmp(&a.end)));
    let last = found.iter().map(|f| f.end).max().unwrap_or_default();
    // ends of the kept spans by their start; a span can only cross those that start less than WIDTH before it or inside it
    let mut kept: Vec<Vec<usize>> = vec![Vec::new(); last];
    let mut out = Vec::with_capacity(found.len());
    for span in found {
        let crosses = (span.start.saturating_sub(WIDTH)..span.end).any(|start| {
            kept.get(start).is_some_and(|ends| {
                ends.iter().any(|end| {
                    (start < span.start && *end > span.start && *end < span.end)
                        || (start > span.start && start < span.end && *end > span.end)
                })
            })
        });
        if !crosses {
            if let Some(ends) = kept.get_mut(span.start) {
                ends.push(span.end);
            }
            out.push(span);
        }
    }
    out.sort_by(|a, b| a.start.cmp(&b.start).then(b.end.cmp(&a.end)));
    out
}

#[cfg(test)]
mod tests {
    use super::{Found, without_crossings};

    fn check(spans: &[(usize, usize, f32)], expected: &[(usize, usize)]) {
        let found = spans.iter().map(|&(start, end, score)| Found { start, end, score }).collect();
        let kept: Vec<_> = without_crossings(found).iter().map(|f| (f.start, f.end)).collect();
        assert_eq!(kept, expected);
    }

    #[test]
    fn of_two_crossing_spans_the_better_stays() {
        check(&[(0, 3, 1.0), (2, 5, 2.0)], &[(2, 5)]);
        check(&[(0, 3, 3.0), (2, 5, 2.0), (3, 5, 0.5)], &[(0, 3), (3, 5)]);
    }

    #[test]
    fn nested_spans_stay_longer_first() {
        check(&[(1, 2, 5.0), (1, 4, 1.0), (3, 4, 2.0)], &[(1, 4), (1, 2), (3, 4)]);
    }
}
