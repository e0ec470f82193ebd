//! Which words of a wording differ from the first telling.
//!
//! In: a statement and the statements of the outlet that told the same remark first. Out: the words that the nearest of
//! those does not have, and the words that it has and this one leaves out. Where the two have too little in common
//! nothing is marked: then they are two sentences, not two wordings, and marks would only be noise.
//!
//! The analysis holds the differences from the very first statement; a remark is often told in several sentences, so
//! the page looks for the nearest one.

use crate::corpus::Corpus;
use crate::text::{Text, Word, words_in};
use crate::words::clip;
use model::Span;

/// How alike a wording is, the words that both have, and which one it is.
type Nearest = (f32, Vec<(usize, usize)>, usize);

/// Two wordings have at least this part of their words in common, in order. Below it, in the annotated stories, most
/// pairs were different sentences of one speech.
const LEAST_SHARE: f32 = 0.45;
/// Words compared at most; a statement of more is shown without marks.
const MOST_WORDS: usize = 300;
/// Longest run of left-out words that is shown whole.
const LONGEST_GONE: usize = 60;

/// What differs, by places in the text of the later telling.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    /// Words that the first telling does not have.
    pub(crate) inserted: Vec<(u32, u32)>,
    /// Words that it has and this one leaves out, before which place.
    pub(crate) deleted: Vec<(u32, String)>,
}

/// Compares a statement with the nearest of some others.
pub(crate) fn changes(corpus: &Corpus<'_>, statement: usize, first: &[usize]) -> Option<Changes> {
    let (mine, _, content) = words_of(corpus, statement)?;
    let mut best: Option<Nearest> = None;
    for other in first {
        let Some((theirs, ..)) = words_of(corpus, *other) else { continue };
        let pairs = common(&theirs, &mine)?;
        let share = 2.0 * pairs.len() as f32 / (mine.len() + theirs.len()).max(1) as f32;
        if best.as_ref().is_none_or(|(top, ..)| share > *top) {
            best = Some((share, pairs, *other));
        }
    }
    let (share, pairs, other) = best?;
    if share < LEAST_SHARE {
        return None;
    }
    let (theirs, text, _) = words_of(corpus, other)?;
    Some(mark(&mine, content, &theirs, text, &pairs))
}

fn words_of<'c>(corpus: &'c Corpus<'_>, statement: usize) -> Option<(Vec<Word>, &'c Text<'c>, &'c [Span])> {
    let view = corpus.statements.get(statement)?;
    let article = corpus.article_of(view)?;
    let words = words_in(&article.text, &view.statement.content);
    (!words.is_empty() && words.len() <= MOST_WORDS).then_some((
        words,
        &article.text,
        view.statement.content.as_slice(),
    ))
}

/// Pairs of equal words in order: a longest common subsequence.
fn common(theirs: &[Word], mine: &[Word]) -> Option<Vec<(usize, usize)>> {
    let width = mine.len() + 1;
    let mut table = vec![0_u16; (theirs.len() + 1) * width];
    for i in (0..theirs.len()).rev() {
        for j in (0..mine.len()).rev() {
            let value = if theirs.get(i)?.lower == mine.get(j)?.lower {
                table.get((i + 1) * width + j + 1)? + 1
            } else {
                *table.get((i + 1) * width + j)?.max(table.get(i * width + j + 1)?)
            };
            *table.get_mut(i * width + j)? = value;
        }
    }
    let mut pairs = Vec::new();
    let (mut i, mut j) = (0, 0);
    while i < theirs.len() && j < mine.len() {
        if theirs.get(i)?.lower == mine.get(j)?.lower {
            pairs.push((i, j));
            i += 1;
            j += 1;
        } else if table.get((i + 1) * width + j)? >= table.get(i * width + j + 1)? {
            i += 1;
        } else {
            j += 1;
        }
    }
    Some(pairs)
}

fn mark(mine: &[Word], content: &[Span], theirs: &[Word], text: &Text<'_>, pairs: &[(usize, usize)]) -> Changes {
    let mut out = Changes::default();
    let (mut i, mut j) = (0, 0);
    for &(a, b) in pairs.iter().chain([&(theirs.len(), mine.len())]) {
        if let (Some(from), Some(to)) = (theirs.get(i), theirs.get(a.saturating_sub(1)).filter(|_| a > i)) {
            let place = mine.get(j).map_or_else(|| mine.last().map_or(0, |word| word.end), |word| word.start);
            out.deleted.push((place, clip(text.slice(from.start, to.end), LONGEST_GONE)));
        }
        if let (Some(from), Some(to)) = (mine.get(j), mine.get(b.saturating_sub(1)).filter(|_| b > j)) {
            // Source and cue between two pieces of content are the outlet's words, not new words of the speaker.
            let pieces = content.iter().map(|span| (from.start.max(span.start()), to.end.min(span.end())));
            out.inserted.extend(pieces.filter(|(start, end)| start < end));
        }
        (i, j) = (a + 1, b + 1);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compare(first: &str, later: &str) -> (Vec<String>, Vec<String>) {
        let (a, b) = (Text::new(first), Text::new(later));
        let whole = |text: &Text<'_>| vec![Span::new(0, text.length()).expect("not empty")];
        let (theirs, mine) = (words_in(&a, &whole(&a)), words_in(&b, &whole(&b)));
        let pairs = common(&theirs, &mine).expect("within bounds");
        let got = mark(&mine, &whole(&b), &theirs, &a, &pairs);
        let new = got.inserted.iter().map(|(start, end)| b.slice(*start, *end).to_owned()).collect();
        (new, got.deleted.into_iter().map(|(_, words)| words).collect())
    }

    #[test]
    fn new_and_missing_words_are_told_apart() {
        let (new, gone) = compare("The bridge was safe, she said twice", "the old bridge was unsafe, she said");
        assert_eq!(new, ["old", "unsafe"]);
        assert_eq!(gone, ["safe", "twice"]);
    }

    #[test]
    fn equal_wordings_have_no_marks() {
        assert_eq!(compare("It’s over", "It's over"), (vec![], vec![]));
    }
}
