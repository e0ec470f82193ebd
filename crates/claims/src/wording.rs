//! Each telling's words against the first telling's, word by word.
//!
//! «he would stay in Lorca» against «he would stay»  →  kept `he would stay`, inserted `in Lorca`.
//!
//! In: the statements of one utterance. Out: a [`Wording`] for each. Tellings are compared with the first one only where
//! they are about the same sentence; a wording that has nothing in common with it is one deletion and one insertion.

use crate::corpus::{At, Corpus};
use crate::side::words_at;
use model::{Change, Difference, Wording};

/// Words of a content that are compared; the table of a comparison has the square of this.
const MOST_WORDS: usize = 200;

/// Wordings of an utterance's statements; the first one's is empty.
pub(crate) fn wordings_of(corpus: &Corpus<'_>, members: &[At]) -> Vec<Wording> {
    let words = |at: &At| words_at(&corpus.statement(*at).content, &corpus.article(*at).places);
    let first = members.first().map(words).unwrap_or_default();
    let wording = |(number, at): (usize, &At)| Wording {
        statement: corpus.reference(*at),
        differs: if number == 0 { Vec::new() } else { differences(&first, &words(at)) },
    };
    members.iter().enumerate().map(wording).collect()
}

/// Word-level changes from one text to another; empty where they are the same but for blanks.
pub(crate) fn differences(from: &str, to: &str) -> Vec<Difference> {
    let from: Vec<&str> = from.split_whitespace().take(MOST_WORDS).collect();
    let to: Vec<&str> = to.split_whitespace().take(MOST_WORDS).collect();
    if from == to {
        return Vec::new();
    }
    let fold =
        |word: &str| word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let (a, b): (Vec<String>, Vec<String>) =
        (from.iter().map(|w| fold(w)).collect(), to.iter().map(|w| fold(w)).collect());
    // Longest common run of words from each place on.
    let width = b.len() + 1;
    let mut longest = vec![0u16; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            longest[i * width + j] = if a[i] == b[j] {
                longest[(i + 1) * width + j + 1] + 1
            } else {
                longest[(i + 1) * width + j].max(longest[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut found: Vec<Difference> = Vec::new();
    let mut push = |change, word: &str| match found.last_mut() {
        Some(last) if last.change == change => {
            last.text.push(' ');
            last.text.push_str(word);
        }
        _ => found.push(Difference { change, text: word.to_owned() }),
    };
    while i < a.len() || j < b.len() {
        if i < a.len() && j < b.len() && a[i] == b[j] {
            push(Change::Kept, to[j]);
            i += 1;
            j += 1;
        } else if j == b.len() || i < a.len() && longest[(i + 1) * width + j] >= longest[i * width + j + 1] {
            push(Change::Deleted, from[i]);
            i += 1;
        } else {
            push(Change::Inserted, to[j]);
            j += 1;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::differences;
    use model::Change::{Deleted, Inserted, Kept};

    #[test]
    fn words_left_out_and_put_in_are_told_apart() {
        let found: Vec<_> = differences("that he would stay in Lorca", "He would never stay in Lorca.")
            .into_iter()
            .map(|d| (d.change, d.text))
            .collect();
        let expected = [(Deleted, "that"), (Kept, "He would"), (Inserted, "never"), (Kept, "stay in Lorca.")];
        assert_eq!(found, expected.map(|(change, text)| (change, text.to_owned())));
    }

    #[test]
    fn the_same_words_do_not_differ() {
        assert!(differences("two  words", "two words").is_empty());
    }
}
