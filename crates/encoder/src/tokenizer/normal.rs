//! Characters as the model wants them: cleaned, without accents, in small letters.
//!
//! In: a text. Out: for each character that remains, itself and the code point of the text from which it came.
//!
//! Where several marks on one letter have to change places and one of them is no mark to be removed (musical stems,
//! Hangul tone marks), the reference counts the places anew after the change; here each keeps its own. Ids are the same.

use unicode_normalization::char::{canonical_combining_class, decompose_canonical};

use super::tables::{CHINESE, MARKS, PUNCTUATION, REMOVED, is_in};

/// A character after cleaning.
pub(super) enum Normal {
    /// Ends a word.
    Blank,
    /// A word of its own.
    Punctuation(char, u32),
    /// Part of a word.
    Letter(char, u32),
}

/// Hands each character that remains of `text` to `take`; `first` is the number of its first code point. The number of
/// the code point after the text comes back.
pub(super) fn normalise(text: &str, first: u32, mut take: impl FnMut(Normal)) -> u32 {
    let mut place = first;
    // Characters with a combining class that are no marks to be removed wait here to be put in canonical order. There
    // are a dozen of them in Unicode; marks proper never wait, so nothing piles up.
    let mut waiting: Vec<(u8, char, u32)> = Vec::new();
    for c in text.chars() {
        if c.is_ascii() {
            flush(&mut waiting, &mut take);
            ascii(c, place, &mut take);
        } else if is_in(&REMOVED, c) {
            // As if it were not there: marks before and after it stand together.
        } else if c.is_whitespace() {
            flush(&mut waiting, &mut take);
            take(Normal::Blank);
        } else {
            let chinese = is_in(&CHINESE, c);
            if chinese {
                flush(&mut waiting, &mut take);
                take(Normal::Blank);
            }
            decompose_canonical(c, |c| {
                let class = canonical_combining_class(c);
                if class == 0 {
                    flush(&mut waiting, &mut take);
                }
                if is_in(&MARKS, c) {
                } else if class == 0 {
                    lower(c, place, &mut take);
                } else {
                    waiting.push((class, c, place));
                }
            });
            if chinese {
                flush(&mut waiting, &mut take);
                take(Normal::Blank);
            }
        }
        place += 1;
    }
    flush(&mut waiting, &mut take);
    place
}

fn flush(waiting: &mut Vec<(u8, char, u32)>, take: &mut impl FnMut(Normal)) {
    if waiting.is_empty() {
        return;
    }
    waiting.sort_by_key(|&(class, _, _)| class);
    for (_, c, place) in waiting.drain(..) {
        lower(c, place, take);
    }
}

fn ascii(c: char, place: u32, take: &mut impl FnMut(Normal)) {
    match c {
        ' ' | '\t' | '\n' | '\r' => take(Normal::Blank),
        _ if c.is_ascii_control() => {}
        _ if c.is_ascii_punctuation() => take(Normal::Punctuation(c, place)),
        _ => take(Normal::Letter(c.to_ascii_lowercase(), place)),
    }
}

fn lower(c: char, place: u32, take: &mut impl FnMut(Normal)) {
    for c in c.to_lowercase() {
        if c.is_whitespace() {
            take(Normal::Blank);
        } else if c.is_ascii_punctuation() || is_in(&PUNCTUATION, c) {
            take(Normal::Punctuation(c, place));
        } else {
            take(Normal::Letter(c, place));
        }
    }
}
