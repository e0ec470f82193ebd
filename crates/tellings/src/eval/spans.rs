//! What two spans have in common, for scoring: pieces are cleaned at their edges, then compared exactly or by words.
//!
//! In: spans as gold and the program give them. Out: [`Pieces`] (cleaned) and sets of word starts.
//! `[“I never ordered it,”]` and `[I never ordered it]` are the same pieces; `[Mayor Dele Okafor]` against
//! `[Dele Okafor]` has a word F1 of 0.8.
//!
//! The rules are those of the project's reference scorer of statements; a test compares all numbers with it.

use super::EvalError;
use model::Span;
use std::collections::BTreeSet;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// Sorted pieces of one role, without blanks, punctuation and quotation marks at their edges.
pub type Pieces = Vec<(u32, u32)>;

/// An article's text cut into characters and tokens, so that spans can be compared.
#[derive(Clone, Debug, Default)]
pub struct Words {
    characters: Vec<char>,
    starts: Vec<u32>,
    ends: Vec<u32>,
    is_word: Vec<bool>,
}

/// Signs besides dashes, brackets, quotation marks and connectors that are cut off at the edges of a piece.
const EDGE_SIGNS: &str = ".,;:!?'\"`´…·•‧′″＂＇、。";

/// A blank: what Unicode calls white space and the four separators of ASCII (`\x1c` to `\x1f`).
pub fn is_blank(character: char) -> bool {
    character.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&character)
}

/// A letter or digit of any script, or `_`. Combining marks are no word characters here, unlike in `char::is_alphanumeric`.
pub fn is_word_character(character: char) -> bool {
    use GeneralCategory as G;
    character == '_'
        || matches!(
            character.general_category(),
            G::UppercaseLetter
                | G::LowercaseLetter
                | G::TitlecaseLetter
                | G::ModifierLetter
                | G::OtherLetter
                | G::DecimalNumber
                | G::LetterNumber
                | G::OtherNumber
        )
}

/// What does not count at the edge of a piece.
fn is_edge(character: char) -> bool {
    use GeneralCategory as G;
    is_blank(character)
        || EDGE_SIGNS.contains(character)
        || matches!(
            character.general_category(),
            G::DashPunctuation
                | G::OpenPunctuation
                | G::ClosePunctuation
                | G::InitialPunctuation
                | G::FinalPunctuation
                | G::ConnectorPunctuation
        )
}

/// A text length or position as the number that spans use. Texts beyond four thousand million characters do not occur.
pub(super) fn number(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

impl Words {
    /// Cuts a text into tokens: runs of word characters, and every other sign that is not blank by itself.
    pub fn new(text: &str) -> Self {
        let characters: Vec<char> = text.chars().collect();
        let mut words = Self::default();
        let mut open: Option<usize> = None;
        let push = |words: &mut Self, start: usize, end: usize, is_word: bool| {
            words.starts.push(number(start));
            words.ends.push(number(end));
            words.is_word.push(is_word);
        };
        for (position, &character) in characters.iter().enumerate() {
            if is_word_character(character) {
                open.get_or_insert(position);
                continue;
            }
            if let Some(start) = open.take() {
                push(&mut words, start, position, true);
            }
            if !is_blank(character) {
                push(&mut words, position, position + 1, false);
            }
        }
        if let Some(start) = open {
            push(&mut words, start, characters.len(), true);
        }
        words.characters = characters;
        words
    }

    /// Number of code points of the text.
    pub fn length(&self) -> u32 {
        number(self.characters.len())
    }

    /// The words inside a span, in order, without signs.
    pub fn cased_words_in(&self, span: Span) -> Vec<String> {
        let from = self.ends.partition_point(|&end| end <= span.start());
        let to = self.starts.partition_point(|&start| start < span.end());
        (from..to)
            .filter(|&token| self.is_word.get(token) == Some(&true))
            .map(|token| {
                let start = self.starts.get(token).copied().unwrap_or_default().max(span.start());
                let end = self.ends.get(token).copied().unwrap_or_default().min(span.end());
                self.text(start, end)
            })
            .collect()
    }

    /// The words of the text, lower case, with their starts.
    pub fn all_words(&self) -> Vec<(u32, String)> {
        let tokens = self.starts.iter().zip(&self.ends).zip(&self.is_word);
        tokens
            .filter(|(_, is_word)| **is_word)
            .map(|((&start, &end), _)| (start, self.text(start, end).to_lowercase()))
            .collect()
    }

    /// The text of a stretch; empty where it lies outside.
    pub fn text(&self, start: u32, end: u32) -> String {
        self.slice(start, end).iter().collect()
    }

    fn slice(&self, start: u32, end: u32) -> &[char] {
        self.characters.get(start as usize..end as usize).unwrap_or_default()
    }

    /// Pieces sorted, cut at the edges, and joined where no word stands between them.
    ///
    /// # Errors
    /// Where a span ends beyond the text; `place` says whose it is.
    pub fn clean(&self, spans: &[Span], place: &str) -> Result<Pieces, EvalError> {
        let mut sorted = spans.to_vec();
        sorted.sort_unstable();
        let mut pieces = Pieces::new();
        for span in sorted {
            if span.end() > self.length() {
                return Err(EvalError::Span {
                    place: place.to_owned(),
                    start: span.start(),
                    end: span.end(),
                    length: self.length(),
                });
            }
            let cut = self.cut(span, is_edge).or_else(|| self.cut(span, is_blank)); // a colon can be a cue
            let Some((start, end)) = cut else { continue };
            match pieces.last_mut() {
                Some(last) if self.slice(last.1, start).iter().all(|&c| is_edge(c)) => last.1 = last.1.max(end),
                _ => pieces.push((start, end)),
            }
        }
        Ok(pieces)
    }

    /// One span without blanks and punctuation at its edges; as it is where nothing would be left or it lies outside.
    pub fn trim(&self, span: Span) -> (u32, u32) {
        self.cut(span, is_edge).or_else(|| self.cut(span, is_blank)).unwrap_or((span.start(), span.end()))
    }

    fn cut(&self, span: Span, outside: impl Fn(char) -> bool) -> Option<(u32, u32)> {
        let inside = self.slice(span.start(), span.end());
        let first = inside.iter().position(|&c| !outside(c))?;
        let last = inside.iter().rposition(|&c| !outside(c))?;
        Some((span.start() + number(first), span.start() + number(last) + 1))
    }

    /// Starts of the words that touch the pieces; of all tokens if there is no word among them.
    pub fn token_starts(&self, pieces: &[(u32, u32)]) -> BTreeSet<u32> {
        let mut words = BTreeSet::new();
        let mut all = BTreeSet::new();
        for &(start, end) in pieces {
            let from = self.ends.partition_point(|&e| e <= start);
            let to = self.starts.partition_point(|&s| s < end);
            for token in from..to {
                let Some(&at) = self.starts.get(token) else { continue };
                all.insert(at);
                if self.is_word.get(token) == Some(&true) {
                    words.insert(at);
                }
            }
        }
        if words.is_empty() { all } else { words }
    }
}

/// F1 of two sets of words; two empty sets are the same.
pub fn word_f1(left: &BTreeSet<u32>, right: &BTreeSet<u32>) -> f64 {
    if left.is_empty() && right.is_empty() {
        return 1.0;
    }
    let both = left.intersection(right).count();
    2.0 * both as f64 / (left.len() + right.len()) as f64
}

#[cfg(test)]
mod tests {
    use super::{Words, word_f1};
    use model::Span;

    const TEXT: &str =
        "Residents: the water is brown. \u{201c}I never ordered it,\u{201d} Mayor Dele Okafor said \u{2013} twice.";

    fn at(words: &str) -> Span {
        let byte = TEXT.find(words).expect("the words stand in the text");
        let start = TEXT[..byte].chars().count();
        Span::of(start, start + words.chars().count()).expect("not empty")
    }

    fn clean(text: &Words, spans: &[Span]) -> Vec<String> {
        text.clean(spans, "test").expect("inside the text").iter().map(|&(a, b)| text.text(a, b)).collect()
    }

    #[test]
    fn quotation_marks_and_commas_at_the_edges_do_not_count() {
        let text = Words::new(TEXT);
        assert_eq!(clean(&text, &[at("\u{201c}I never ordered it,\u{201d} ")]), ["I never ordered it"]);
    }

    #[test]
    fn punctuation_alone_is_kept_and_a_blank_alone_is_not() {
        let text = Words::new(TEXT);
        assert_eq!(clean(&text, &[at(" \u{2013} ")]), ["\u{2013}"]);
        assert_eq!(clean(&text, &[at(": ")]), [":"]);
        assert!(clean(&text, &[at(" ")]).is_empty());
    }

    #[test]
    fn pieces_with_only_a_blank_between_become_one() {
        let text = Words::new(TEXT);
        assert_eq!(clean(&text, &[at("Dele"), at("Mayor")]), ["Mayor Dele"]);
        assert_eq!(clean(&text, &[at("Okafor"), at("Mayor")]), ["Mayor", "Okafor"]);
    }

    #[test]
    fn a_span_beyond_the_text_is_refused_by_name() {
        let error = Words::new("short").clean(&[Span::of(2, 90).expect("not empty")], "predicted a1 s3").err();
        assert!(error.is_some_and(|e| e.to_string().contains("predicted a1 s3")));
    }

    #[test]
    fn part_of_a_name_shares_most_of_its_words() {
        let text = Words::new(TEXT);
        let starts = |span| text.token_starts(&text.clean(&[span], "test").expect("inside"));
        assert!((word_f1(&starts(at("Mayor Dele Okafor")), &starts(at("Dele Okafor"))) - 0.8).abs() < 1e-9);
        assert!((word_f1(&starts(at(":")), &starts(at(":"))) - 1.0).abs() < 1e-9);
    }
}
