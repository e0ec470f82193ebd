//! Text to word pieces, exactly as the reference does for BERT's uncased vocabulary.
//!
//! In: a text. Out: [`Piece`]s in text order, with offsets in code points of that text.
//! «Zoë's café» → zoe ' s cafe, where `zoe` is 0..3 and `cafe` 6..10.
//!
//! Three steps: characters are cleaned, spaced, stripped of accents and lowered (`normal`), words are split at blanks and
//! punctuation, and each word is cut into the longest pieces of the vocabulary, or is unknown as a whole. Nothing is
//! added at start or end. Time and memory grow with the text's length, whatever it holds.

mod normal;
mod tables;
#[cfg(test)]
mod tests;
mod vocabulary;

use normal::{Normal, normalise};
use vocabulary::Vocabulary;

/// One word piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// Its line in the vocabulary.
    pub id: u32,
    /// First code point in the text given.
    pub start: u32,
    /// Code point after its last.
    pub end: u32,
}

/// Cuts texts into word pieces of one vocabulary.
#[derive(Debug, Clone)]
pub struct Tokenizer {
    vocabulary: Vocabulary,
    unknown: u32,
    /// Names that stand for themselves wherever they occur in a text.
    special: Vec<(&'static str, u32)>,
}

/// Longer words are unknown; the reference's limit.
const LONGEST_WORD: usize = 100;

const SPECIAL: [&str; 5] = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

impl Tokenizer {
    /// From word pieces joined by `\n`; the line number is the id. Pieces inside a word begin with `##`.
    pub fn new(vocabulary: &str) -> Tokenizer {
        let vocabulary = Vocabulary::new(vocabulary);
        let id = |name: &str| vocabulary.find(name, "");
        let special = SPECIAL.into_iter().filter_map(|name| Some((name, id(name)?))).collect();
        let unknown = id("[UNK]").unwrap_or(0);
        Tokenizer { special, unknown, vocabulary }
    }

    /// The word pieces of `text`.
    pub fn encode(&self, text: &str) -> Vec<Piece> {
        let mut pieces = Vec::with_capacity(text.len() / 4);
        let mut code_point = 0;
        let mut rest = text;
        loop {
            let special = self.next_special(rest);
            let plain = special.map_or(rest, |(at, _, _)| &rest[..at]);
            code_point = self.encode_plain(plain, code_point, &mut pieces);
            let Some((at, name, id)) = special else { return pieces };
            let end = code_point + name.len() as u32;
            pieces.push(Piece { id, start: code_point, end });
            code_point = end;
            rest = &rest[at + name.len()..];
        }
    }

    /// Where the next name like `[SEP]` stands.
    fn next_special(&self, text: &str) -> Option<(usize, &'static str, u32)> {
        text.match_indices('[').find_map(|(at, _)| {
            let &(name, id) = self.special.iter().find(|(name, _)| text[at..].starts_with(name))?;
            Some((at, name, id))
        })
    }

    /// Pieces of a text without such names, whose first code point is number `first`. Number of the one after it.
    fn encode_plain(&self, text: &str, first: u32, pieces: &mut Vec<Piece>) -> u32 {
        let mut word = Word::default();
        let end = normalise(text, first, |normal| match normal {
            Normal::Blank => self.finish(&mut word, pieces),
            Normal::Punctuation(c, at) => {
                self.finish(&mut word, pieces);
                word.push(c, at);
                self.finish(&mut word, pieces);
            }
            Normal::Letter(c, at) => word.push(c, at),
        });
        self.finish(&mut word, pieces);
        end
    }

    /// Cuts a word into pieces and empties it.
    fn finish(&self, word: &mut Word, pieces: &mut Vec<Piece>) {
        let Some(&first) = word.places.first() else { return };
        let before = pieces.len();
        if word.length > LONGEST_WORD || !self.cut(word, pieces) {
            pieces.truncate(before);
            pieces.push(Piece { id: self.unknown, start: first, end: word.last + 1 });
        }
        word.clear();
    }

    /// Longest piece first, again and again; false where nothing fits.
    fn cut(&self, word: &Word, pieces: &mut Vec<Piece>) -> bool {
        let mut start = 0;
        while start < word.length {
            let prefix = if start == 0 { "" } else { "##" };
            let most = word.length.min(start + self.vocabulary.longest());
            let found = (start + 1..=most).rev().find_map(|end| {
                let text = word.text.get(word.bytes[start] as usize..word.bytes[end] as usize)?;
                Some((end, self.vocabulary.find(prefix, text)?))
            });
            let Some((end, id)) = found else { return false };
            pieces.push(Piece { id, start: word.places[start], end: word.places[end - 1] + 1 });
            start = end;
        }
        true
    }
}

/// A word that is being collected. Of one longer than [`LONGEST_WORD`] only the places of the start and the end are kept.
#[derive(Default)]
struct Word {
    text: String,
    /// Byte in `text` where each character begins, and where the last one ends.
    bytes: Vec<u32>,
    /// Code point of the original text from which each character came.
    places: Vec<u32>,
    length: usize,
    last: u32,
}

impl Word {
    fn push(&mut self, c: char, place: u32) {
        self.length += 1;
        self.last = place;
        if self.length > LONGEST_WORD {
            return;
        }
        if self.bytes.is_empty() {
            self.bytes.push(0);
        }
        self.text.push(c);
        self.bytes.push(self.text.len() as u32);
        self.places.push(place);
    }

    fn clear(&mut self) {
        self.text.clear();
        self.bytes.clear();
        self.places.clear();
        self.length = 0;
        self.last = 0;
    }
}
