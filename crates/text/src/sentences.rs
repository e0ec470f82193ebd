//! Sentences.

use crate::{Positions, paragraphs::paragraph_bytes};
use model::Span;

/// The sentences of a text, paragraph by paragraph.
pub fn sentences(text: &str) -> Vec<Span> {
    let positions = Positions::new(text);
    let mut out = Vec::new();
    for range in paragraph_bytes(text) {
        let mut start = range.start;
        let part = text.get(range.clone()).unwrap_or("");
        for (i, _) in part.match_indices(". ") {
            out.extend(positions.span(start, range.start + i + 1));
            start = range.start + i + 2;
        }
        out.extend(positions.span(start, range.end));
    }
    out
}
