//! Where a mention ends, as far as that is no matter of judgement: a relative clause stays outside, and a name and its apposition
//! are two mentions.
//!
//! In: a found phrase. Out: one or two. «the clerk who saw it» → «the clerk»; «A former clerk, Ada Rem» → «A former clerk», «Ada Rem».

use crate::phrase::Phrase;
use crate::words::{is_body, is_definite, is_indefinite, is_person, is_possessive, is_title, words_of};
use model::Span;
use std::collections::HashSet;

/// The mention or mentions that a found phrase holds, in the order of the text.
pub(crate) fn mentions_of(letters: &[char], span: Span) -> Vec<Span> {
    let span = without_clause(letters, span);
    match parts(letters, span) {
        Some((first, second)) => vec![first, second],
        None => vec![span],
    }
}

fn slice(letters: &[char], span: Span) -> &[char] {
    letters.get(span.start() as usize..span.end() as usize).unwrap_or_default()
}

/// Cut off before `who`, `which`, `that` behind a noun.
fn without_clause(letters: &[char], span: Span) -> Span {
    let words = words_of(slice(letters, span));
    // a clause has a subject or verb behind its pronoun; `for whom`, `of which` begin before it
    let clause = words.windows(3).find(|w| {
        let [before, at, _] = w else { return false };
        matches!(at.folded.as_str(), "who" | "whom" | "whose" | "which" | "that")
            && !crate::words::is_preposition(&before.folded)
            && !matches!(before.folded.as_str(), "and" | "or" | "all" | "but" | "than")
    });
    let Some([_, at, _]) = clause else { return span };
    let mut end = at.start;
    let text = slice(letters, span);
    while end > 0
        && text.get(end - 1).is_some_and(|c| !c.is_alphanumeric() && !matches!(c, '.' | ')' | '”' | '"' | '’'))
    {
        end -= 1;
    }
    Span::of(span.start() as usize, span.start() as usize + end).unwrap_or(span)
}

/// A name and what it is said to be, over one comma: «Ada Rem, a former clerk», «the town's clerk, Ada Rem».
fn parts(letters: &[char], span: Span) -> Option<(Span, Span)> {
    let text = slice(letters, span);
    let comma = text.windows(2).position(|w| w == [',', ' '])?;
    if text.iter().filter(|c| **c == ',').count() != 1 {
        return None;
    }
    let (a, b) = (span.start() as usize, span.end() as usize);
    let (left, right) = (Span::of(a, a + comma)?, Span::of(a + comma + 2, b)?);
    let read = |part: Span| Phrase::read(slice(letters, part), false, false, &HashSet::new());
    let (first, second) = (read(left), read(right));
    let one = |p: &Phrase| p.pronoun.is_none() && !p.joint && !p.head.is_empty();
    if !one(&first) || !one(&second) {
        return None;
    }
    let fits = match (first.name, second.name) {
        (true, false) => is_description(slice(letters, right), &second),
        // `the mayor of Ulm, Ada Rem`; a place behind a comma is a part of the phrase (`the bank, Ulm`)
        (false, true) => second.run.len() > 1 && is_description(slice(letters, left), &first),
        _ => false,
    };
    fits.then_some((left, right))
}

/// `a former clerk`, `the town's clerk`, `deputy mayor`: it begins like a description, or its head is an office.
fn is_description(letters: &[char], phrase: &Phrase) -> bool {
    let words = words_of(letters);
    let begins =
        words.first().is_some_and(|w| is_definite(&w.folded) || is_indefinite(&w.folded) || is_possessive(&w.folded));
    let head = phrase.head.as_str();
    let says = is_person(head) || is_title(head) || is_body(head) || crate::roles::role(head).is_some();
    words.len() < 12
        && (says || begins)
        && !words.first().is_some_and(|w| w.folded.starts_with(|c: char| c.is_numeric()))
}

#[cfg(test)]
mod tests {
    use super::mentions_of;
    use model::Span;

    fn check(phrase: &str, expected: &[&str]) {
        let letters: Vec<char> = phrase.chars().collect();
        let span = Span::of(0, letters.len()).expect("not empty");
        let found: Vec<String> = mentions_of(&letters, span)
            .iter()
            .map(|s| letters[s.start() as usize..s.end() as usize].iter().collect())
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_relative_clause_stays_outside() {
        check("the clerk who saw it", &["the clerk"]);
        check("Ada Rem, who left on Monday", &["Ada Rem"]);
        check("a letter that she sent", &["a letter"]);
        check("who", &["who"]);
        check("the men, two of whom fled", &["the men, two of whom fled"]);
    }

    #[test]
    fn a_name_and_its_apposition_are_two() {
        check("A former clerk, Ada Rem", &["A former clerk", "Ada Rem"]);
        check("the town's clerk, Ada Rem", &["the town's clerk", "Ada Rem"]);
        check("Ada Rem, a former clerk", &["Ada Rem", "a former clerk"]);
        check("Ada Rem, 23", &["Ada Rem, 23"]);
        check("the bank, Ulm", &["the bank, Ulm"]);
        check("Ada Rem, Tomas Vell and the clerk", &["Ada Rem, Tomas Vell and the clerk"]);
    }
}
