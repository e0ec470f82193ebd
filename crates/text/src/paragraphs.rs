//! Paragraphs: runs without a line break.
//!
//! In: a text. Out: spans in order, blanks at both ends left out, empty lines skipped. Whether a line break *is* the
//! end of a paragraph or only of a line was decided by `read`, which wrote the text.

use crate::Positions;
use model::Span;
use std::ops::Range;

/// The paragraphs of a text: runs without `\n`, blanks at both ends left out.
pub fn paragraphs(text: &str) -> Vec<Span> {
    let positions = Positions::new(text);
    paragraph_bytes(text).filter_map(|range| positions.span(range.start, range.end)).collect()
}

/// The same in bytes.
pub(crate) fn paragraph_bytes(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut next = 0;
    text.split('\n').filter_map(move |line| {
        let start = next + (line.len() - line.trim_start().len());
        next += line.len() + 1;
        let trimmed = line.trim();
        (!trimmed.is_empty()).then(|| start..start + trimmed.len())
    })
}

#[cfg(test)]
mod tests {
    use super::paragraphs;

    #[test]
    fn blank_lines_and_blanks_are_left_out() {
        let spans: Vec<_> =
            paragraphs("Föhn\n\n  The wind rose. \n\t\nIt fell.").iter().map(|s| (s.start(), s.end())).collect();
        assert_eq!(spans, [(0, 4), (8, 22), (26, 34)]);
    }
}
