//! Words, numbers and marks of one sentence.

use std::ops::Range;

/// A run of letters and figures, or one other character that is no blank.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'t> {
    pub words: &'t str,
    pub start: usize,
    /// A blank, or the start of the sentence, stands before it.
    pub after_blank: bool,
}

impl Token<'_> {
    pub fn end(&self) -> usize {
        self.start + self.words.len()
    }
}

pub(super) struct Tokens<'t>(Vec<Token<'t>>);

impl<'t> Tokens<'t> {
    pub fn of(sentence: &'t str) -> Self {
        let mut tokens = Vec::new();
        let mut after_blank = true;
        let mut at = 0;
        while let Some(first) = sentence.get(at..).and_then(|rest| rest.chars().next()) {
            let rest = &sentence[at..];
            let length = if first.is_alphanumeric() {
                rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len())
            } else {
                first.len_utf8()
            };
            if first.is_whitespace() {
                after_blank = true;
            } else {
                tokens.push(Token { words: &rest[..length], start: at, after_blank });
                after_blank = false;
            }
            at += length;
        }
        Self(tokens)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The words of a token; empty beyond either end.
    pub fn word(&self, index: usize) -> &'t str {
        self.0.get(index).map_or("", |token| token.words)
    }

    /// The words of the token before; empty at the start.
    pub fn before(&self, index: usize, steps: usize) -> &'t str {
        index.checked_sub(steps).map_or("", |i| self.word(i))
    }

    pub fn is(&self, index: usize, words: &[&str]) -> bool {
        let word = self.word(index);
        words.iter().any(|w| w.eq_ignore_ascii_case(word))
    }

    /// Whether a token follows the one before it without a blank.
    pub fn is_glued(&self, index: usize) -> bool {
        self.0.get(index).is_some_and(|token| !token.after_blank)
    }

    pub fn bytes(&self, first: usize, end: usize) -> Option<Range<usize>> {
        Some(self.0.get(first)?.start..self.0.get(end.checked_sub(1)?)?.end())
    }

    /// A number in figures of its own: no part of `1,700`, `3.5`, `$20`, `7-9-2`.
    pub fn figure(&self, index: usize) -> Option<i32> {
        let word = self.word(index);
        if word.is_empty() || word.len() > 4 || !word.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let is_digit = |i: usize| self.word(i).starts_with(|c: char| c.is_ascii_digit());
        let joins =
            |i: usize| matches!(self.word(i), "," | "." | "/" | ":") && self.is_glued(i) && self.is_glued(i + 1);
        let more_after = joins(index + 1) && is_digit(index + 2);
        let more_before = index >= 2 && joins_before(self, index) && is_digit(index - 2);
        let money = matches!(self.before(index, 1), "$" | "£" | "€" | "¥" | "#") && self.is_glued(index);
        if more_after || more_before || money { None } else { word.parse().ok() }
    }
}

fn joins_before(tokens: &Tokens<'_>, index: usize) -> bool {
    matches!(tokens.before(index, 1), "," | "." | "/" | ":") && tokens.is_glued(index) && tokens.is_glued(index - 1)
}
