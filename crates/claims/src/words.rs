//! Words of a text with their places in code points.
//!
//! «Mr. Oda's plan» → `mr`, `oda`, `s`, `plan`. A word here is a run of letters and digits, in lower case.
//! Figures keep their inner points and commas (`1,200`, `3.5`).

use model::Span;
use text::Positions;

/// A text with the places of its code points, so that spans can be cut from it quickly.
pub(crate) struct Places<'a> {
    pub(crate) text: &'a str,
    positions: Positions,
}

impl<'a> Places<'a> {
    /// Reads the text once.
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, positions: Positions::new(text) }
    }

    /// The words at a span; what lies beyond the text is left out.
    pub(crate) fn slice(&self, span: Span) -> &'a str {
        self.positions.slice(self.text, span)
    }
}

/// One word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// In lower case.
    pub(crate) text: String,
    /// Where, in code points of the text that was given, plus its offset.
    pub(crate) span: Span,
}

/// The words of a text that starts at code point `offset` of its article.
pub(crate) fn words(text: &str, offset: u32) -> Vec<Word> {
    let mut found = Vec::new();
    let mut word = String::new();
    let mut start = offset;
    let mut at = offset;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let inside = character.is_alphanumeric() || is_mark(character) || {
            // `1,200`, `3.5`: a point between two digits belongs to the figure.
            matches!(character, '.' | ',')
                && word.ends_with(|last: char| last.is_ascii_digit())
                && characters.peek().is_some_and(char::is_ascii_digit)
        };
        if inside {
            if word.is_empty() {
                start = at;
            }
            word.extend(character.to_lowercase());
        } else if !word.is_empty() {
            push(&mut found, &mut word, start, at);
        }
        at += 1;
    }
    if !word.is_empty() {
        push(&mut found, &mut word, start, at);
    }
    found
}

fn push(found: &mut Vec<Word>, word: &mut String, start: u32, end: u32) {
    if let Ok(span) = Span::new(start, end) {
        found.push(Word { text: std::mem::take(word), span });
    }
}

/// Combining marks continue a word; without them `é` written as two code points would be two words.
fn is_mark(character: char) -> bool {
    matches!(character as u32, 0x300..=0x36F | 0x200D)
}

/// A number for a word or a run of words that is the same on every machine and in every run (FNV-1a).
pub(crate) fn hash(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3))
}

/// Words too common to say what a text is about.
const COMMON: &[&str] = &[
    "a", "about", "after", "all", "also", "an", "and", "any", "are", "as", "at", "be", "because", "been", "before",
    "being", "but", "by", "can", "could", "did", "do", "does", "for", "from", "had", "has", "have", "he", "her", "him",
    "his", "i", "if", "in", "into", "is", "it", "its", "just", "may", "me", "might", "more", "must", "my", "no", "not",
    "of", "on", "one", "only", "or", "our", "out", "over", "s", "she", "should", "so", "some", "t", "than", "that",
    "the", "their", "them", "then", "there", "they", "this", "to", "under", "up", "us", "was", "we", "were", "what",
    "when", "where", "which", "who", "will", "with", "would", "you", "your",
];

/// Whether a word is too common to say what a text is about.
pub(crate) fn is_common(word: &str) -> bool {
    COMMON.binary_search(&word).is_ok()
}

/// Whether a word turns a clause into its opposite (`t` is what is left of `didn't`).
pub(crate) fn is_negation(word: &str) -> bool {
    matches!(word, "no" | "not" | "never" | "nobody" | "nothing" | "none" | "neither" | "nor" | "without" | "t")
}

#[cfg(test)]
mod tests {
    use super::{COMMON, Places, words};
    use model::Span;

    #[test]
    fn common_words_are_sorted() {
        assert!(COMMON.is_sorted());
    }

    #[test]
    fn figures_are_one_word_and_places_count_code_points() {
        let text = "Žofie paid 1,200. She’s";
        let found = words(text, 0);
        let texts: Vec<_> = found.iter().map(|word| word.text.as_str()).collect();
        assert_eq!(texts, ["žofie", "paid", "1,200", "she", "s"]);
        let places = Places::new(text);
        assert_eq!(found.first().map(|word| places.slice(word.span)), Some("Žofie"));
        assert_eq!(Span::new(20, 99).ok().map(|span| places.slice(span)), Some("e’s"));
    }
}
