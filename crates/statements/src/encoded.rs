//! An article as the trunk reads it: word pieces with features, where they stand, and a vector for each.
//!
//! In: a text. Out: [`Tokens`], then [`Encoded`]. Before each paragraph stands a mark token; shape, quotation state and paragraph are
//! features of every token. The same numbers are made by `training/data.py`: a change here is a change there and needs new weights.

use crate::reader::Convention;
use encoder::{Input, Matrix, Tokenizer};
use model::Span;
use unicode_general_category::{GeneralCategory, get_general_category};

/// The word piece that stands before each paragraph (`[unused0]`).
const PARAGRAPH_MARK: u32 = 1;

/// Word pieces of a text with their features and places.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tokens {
    pub input: Input,
    pub offsets: Vec<(u32, u32)>,
    pub paragraph_of: Vec<u32>,
    /// Token index of each paragraph's mark, and the paragraph's first and last + 1 code point.
    pub marks: Vec<(usize, u32, u32)>,
}

/// An article's tokens with one vector each, for all later stages.
#[derive(Clone, Debug, Default)]
pub struct Encoded {
    /// Code points `[start, end)` of each token; empty for paragraph marks.
    pub offsets: Vec<(u32, u32)>,
    /// Number of the paragraph that each token stands in, from 0.
    pub paragraph_of: Vec<u32>,
    /// What the trunk read.
    pub input: Input,
    /// The trunk's vector of each token.
    pub vectors: Matrix,
    /// Token index of each paragraph's mark, and the paragraph's `[start, end)` in code points.
    pub marks: Vec<(usize, u32, u32)>,
    /// Whose habits of annotation the trunk followed.
    pub convention: Convention,
}

impl Encoded {
    /// The tokens that share a code point with `[start, end)`, as a half-open range; `None` where there are none.
    pub fn tokens_of(&self, start: u32, end: u32) -> Option<(usize, usize)> {
        let first = self.offsets.partition_point(|&(_, token_end)| token_end <= start);
        let mut last = None;
        let mut begin = None;
        for (index, &(a, b)) in self.offsets.iter().enumerate().skip(first) {
            if a >= end {
                break;
            }
            if b > a && b > start {
                begin = begin.or(Some(index));
                last = Some(index + 1);
            }
        }
        Some((begin?, last?))
    }

    /// The mean vector of the tokens of some spans; `None` where they hold no token.
    pub fn mean(&self, spans: &[Span]) -> Option<Vec<f32>> {
        let mut mean = vec![0.0_f32; self.vectors.cols];
        let mut count = 0_usize;
        for (first, end) in spans.iter().filter_map(|span| self.tokens_of(span.start(), span.end())) {
            for token in first..end {
                mean.iter_mut().zip(self.vectors.row(token)).for_each(|(m, x)| *m += x);
            }
            count += end - first;
        }
        mean.iter_mut().for_each(|m| *m /= count as f32);
        (count > 0).then_some(mean)
    }
}

/// Splits a text into tokens with features.
pub(crate) fn tokenize(tokenizer: &Tokenizer, text: &str) -> Tokens {
    let quotes = text::quotation_states(text);
    let mut out = Tokens::default();
    let mut headline = true;
    let mut paragraph = 0;
    let mut base = 0_u32;
    for line in text.split('\n') {
        let length = u32::try_from(line.chars().count()).unwrap_or(u32::MAX);
        let pieces = tokenizer.encode(line);
        if !pieces.is_empty() {
            let feature = if headline { 2 } else { 0 };
            out.marks.push((out.offsets.len(), base, base + length));
            push(&mut out, PARAGRAPH_MARK, (base, base), 5, 0, if headline { 2 } else { 1 }, paragraph);
            let mut characters = Characters::new(line);
            for piece in pieces {
                let (before, words) = characters.take(piece.start, piece.end);
                let inside = before.is_some_and(char::is_alphanumeric)
                    && words.chars().next().is_some_and(char::is_alphanumeric);
                let shape = if inside && is_lower(words) { 6 } else { shape_of(words) };
                let quotation = quotes.get((base + piece.start) as usize).copied().unwrap_or(0);
                push(&mut out, piece.id, (base + piece.start, base + piece.end), shape, quotation, feature, paragraph);
            }
            headline = false;
            paragraph += 1;
        }
        base += length + 1;
    }
    out
}

fn push(out: &mut Tokens, id: u32, offset: (u32, u32), shape: u8, quotation: u8, feature: u8, paragraph: u32) {
    out.input.ids.push(id);
    out.input.shape.push(shape);
    out.input.quotation.push(quotation);
    out.input.paragraph.push(feature);
    out.offsets.push(offset);
    out.paragraph_of.push(paragraph);
}

/// Walks a line by code points, forwards, without counting anew for each piece.
struct Characters<'t> {
    line: &'t str,
    byte: usize,
    code_point: u32,
    before: Option<char>,
}

impl<'t> Characters<'t> {
    fn new(line: &'t str) -> Self {
        Self { line, byte: 0, code_point: 0, before: None }
    }

    /// The character before `start` and the text of `[start, end)`. A piece never starts before the end of an earlier one but for
    /// pieces of one character (a letter that the normaliser made into several): then the walk begins anew from there.
    fn take(&mut self, start: u32, end: u32) -> (Option<char>, &'t str) {
        if start < self.code_point {
            let line = self.line.get(..self.byte).unwrap_or("");
            for character in line.chars().rev() {
                if self.code_point == start {
                    break;
                }
                self.byte -= character.len_utf8();
                self.code_point -= 1;
            }
            self.before = self.line.get(..self.byte).and_then(|l| l.chars().next_back());
        }
        self.advance(start);
        let (before, from) = (self.before, self.byte);
        self.advance(end);
        (before, self.line.get(from..self.byte).unwrap_or(""))
    }

    fn advance(&mut self, to: u32) {
        while self.code_point < to {
            let Some(character) = self.line.get(self.byte..).and_then(|rest| rest.chars().next()) else { return };
            self.byte += character.len_utf8();
            self.code_point += 1;
            self.before = Some(character);
        }
    }
}

/// 0 lower, 1 Capital, 2 CAPITALS, 3 digit, 4 punctuation, 5 empty.
fn shape_of(words: &str) -> u8 {
    let Some(first) = words.chars().next() else { return 5 };
    if get_general_category(first) == GeneralCategory::DecimalNumber || is_superscript(first) {
        3
    } else if words.chars().all(is_sign) {
        4
    } else if first.is_uppercase() {
        if words.chars().nth(1).is_some() && is_upper(words) { 2 } else { 1 }
    } else {
        0
    }
}

/// Digits that are no decimal numbers but that the training side counts as digits.
fn is_superscript(c: char) -> bool {
    matches!(c, '²' | '³' | '¹' | '⁰' | '⁴'..='⁹' | '₀'..='₉' | '①'..='⑨')
}

fn is_sign(c: char) -> bool {
    use GeneralCategory as G;
    matches!(
        get_general_category(c),
        G::ConnectorPunctuation
            | G::DashPunctuation
            | G::OpenPunctuation
            | G::ClosePunctuation
            | G::InitialPunctuation
            | G::FinalPunctuation
            | G::OtherPunctuation
            | G::MathSymbol
            | G::CurrencySymbol
            | G::ModifierSymbol
            | G::OtherSymbol
    )
}

/// At least one cased letter, and none of the other case.
fn is_lower(words: &str) -> bool {
    words.chars().any(char::is_lowercase) && !words.chars().any(char::is_uppercase)
}

fn is_upper(words: &str) -> bool {
    words.chars().any(char::is_uppercase) && !words.chars().any(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_are_those_of_training() {
        for (words, shape) in
            [("said", 0), ("Ines", 1), ("A", 1), ("UN", 2), ("7th", 3), ("“", 4), ("$", 4), ("", 5), ("U2", 2)]
        {
            assert_eq!(shape_of(words), shape, "{words}");
        }
    }

    #[test]
    fn each_paragraph_gets_a_mark_and_blank_ones_none() {
        let tokenizer = Tokenizer::new("[PAD]\n[unused0]\n[UNK]\na\nb");
        let tokens = tokenize(&tokenizer, "a b\n\n \n\nb");
        assert_eq!(tokens.input.ids, [1, 3, 4, 1, 4]);
        assert_eq!(tokens.offsets, [(0, 0), (0, 1), (2, 3), (8, 8), (8, 9)]);
        assert_eq!(tokens.input.paragraph, [2, 2, 2, 1, 0]);
        assert_eq!(tokens.paragraph_of, [0, 0, 0, 1, 1]);
    }
}
