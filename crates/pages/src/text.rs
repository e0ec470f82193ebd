//! An article's text cut by code points, and cut again where marks begin and end.
//!
//! In: a text and spans in code points, which may nest, overlap or point past the end. Out: pieces that follow each
//! other without gap, each with the marks that cover it, so that marks never cross in the HTML.

use model::Span;
use std::collections::BTreeSet;

/// A text with the byte offset of each of its code points.
pub(crate) struct Text<'a> {
    text: &'a str,
    offsets: Vec<usize>,
}

impl<'a> Text<'a> {
    /// Indexes a text; spans are looked up in constant time afterwards.
    pub(crate) fn new(text: &'a str) -> Self {
        let offsets = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        Self { text, offsets }
    }

    /// Number of code points.
    pub(crate) fn length(&self) -> u32 {
        u32::try_from(self.offsets.len().saturating_sub(1)).unwrap_or(u32::MAX)
    }

    /// The words at `[start, end)`; what lies outside the text is cut off.
    pub(crate) fn slice(&self, start: u32, end: u32) -> &'a str {
        let at = |position: u32| {
            let position = usize::try_from(position).unwrap_or(usize::MAX);
            self.offsets.get(position).copied().unwrap_or(self.text.len())
        };
        self.text.get(at(start)..at(end)).unwrap_or("")
    }

    /// The words of a span.
    pub(crate) fn at(&self, span: Span) -> &'a str {
        self.slice(span.start(), span.end())
    }

    /// The words of several spans, dots where something stands between them.
    pub(crate) fn all(&self, spans: &[Span]) -> String {
        let pieces: Vec<String> = spans.iter().map(|span| crate::words::one_line(self.at(*span))).collect();
        pieces.join(" … ")
    }

    /// Paragraphs: runs between line breaks, blank ones left out.
    pub(crate) fn paragraphs(&self) -> Vec<(u32, u32)> {
        let mut out = Vec::new();
        let mut start = 0_u32;
        let mut position = 0_u32;
        let mut blank = true;
        for letter in self.text.chars() {
            if letter == '\n' {
                if !blank {
                    out.push((start, position));
                }
                start = position + 1;
                blank = true;
            } else if !letter.is_whitespace() {
                blank = false;
            }
            position += 1;
        }
        if !blank {
            out.push((start, position));
        }
        out
    }
}

/// A piece of text with the indices of the marks that cover it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) marks: Vec<usize>,
}

/// Cuts `[start, end)` at every border of the marks. A mark without length only cuts.
pub(crate) fn pieces(start: u32, end: u32, marks: &[(u32, u32)]) -> Vec<Piece> {
    let mut borders: BTreeSet<u32> = BTreeSet::from([start, end]);
    let mut opens: Vec<(u32, usize)> = Vec::new();
    let mut closes: Vec<(u32, usize)> = Vec::new();
    for (i, &(from, to)) in marks.iter().enumerate() {
        borders.extend([from, to].into_iter().filter(|p| (start..end).contains(p)));
        if from < to && from < end && to > start {
            opens.push((from.max(start), i));
            closes.push((to, i));
        }
    }
    opens.sort_unstable();
    closes.sort_unstable();
    let (mut opened, mut closed) = (opens.into_iter().peekable(), closes.into_iter().peekable());
    let mut active: BTreeSet<usize> = BTreeSet::new();
    let borders: Vec<u32> = borders.into_iter().collect();
    let mut out = Vec::new();
    for (from, to) in borders.iter().zip(borders.iter().skip(1)) {
        while let Some((_, i)) = opened.next_if(|(at, _)| at <= from) {
            active.insert(i);
        }
        while let Some((_, i)) = closed.next_if(|(at, _)| at <= from) {
            active.remove(&i);
        }
        out.push(Piece { start: *from, end: *to, marks: active.iter().copied().collect() });
    }
    out
}

/// A word with its place, in small letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) lower: String,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// The words of some spans; an apostrophe inside a word belongs to it.
pub(crate) fn words_in(text: &Text<'_>, spans: &[Span]) -> Vec<Word> {
    let mut out = Vec::new();
    for span in spans {
        let mut word = String::new();
        let mut begin = span.start();
        let mut position = span.start();
        let letters: Vec<char> = text.at(*span).chars().collect();
        for (i, &letter) in letters.iter().enumerate() {
            let inner = matches!(letter, '\'' | '’')
                && !word.is_empty()
                && letters.get(i + 1).is_some_and(|next| next.is_alphanumeric());
            if letter.is_alphanumeric() || inner {
                if word.is_empty() {
                    begin = position;
                }
                if letter == '’' { word.push('\'') } else { word.extend(letter.to_lowercase()) }
            } else if !word.is_empty() {
                out.push(Word { lower: std::mem::take(&mut word), start: begin, end: position });
            }
            position += 1;
        }
        if !word.is_empty() {
            out.push(Word { lower: word, start: begin, end: position });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crossing_marks_are_cut_where_they_cross() {
        let got = pieces(0, 10, &[(2, 6), (4, 8), (5, 5)]);
        let marks: Vec<(u32, u32, Vec<usize>)> = got.into_iter().map(|p| (p.start, p.end, p.marks)).collect();
        let expected = vec![
            (0, 2, vec![]),
            (2, 4, vec![0]),
            (4, 5, vec![0, 1]),
            (5, 6, vec![0, 1]),
            (6, 8, vec![1]),
            (8, 10, vec![]),
        ];
        assert_eq!(marks, expected);
    }

    #[test]
    fn a_span_beyond_the_text_is_cut_off() {
        let text = Text::new("Žofie");
        assert_eq!(text.slice(1, 99), "ofie");
        assert_eq!(text.slice(50, 99), "");
        assert_eq!(text.length(), 5);
    }

    #[test]
    fn single_line_breaks_end_a_paragraph() {
        assert_eq!(Text::new("A\n\nB b\nC\n").paragraphs(), [(0, 1), (3, 6), (7, 8)]);
    }
}
