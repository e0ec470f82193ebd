//! A statement in words: who speaks, the cue, and the content with its pronouns resolved.
//!
//! «He denied that he had left», of Ines Varga and Tomas Vell  →  `Tomas Vell | denied | that he (Tomas Vell) had left`.

use crate::words::Places;
use model::{Article, Span, Statement};

/// One statement in words that can be told apart from others: equal sides are one node.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Side {
    /// Name of the speaker, else the words that name the source; empty where the text names none.
    pub(crate) speaker: String,
    /// The cue's words.
    pub(crate) cue: String,
    /// The content's words, pronouns followed by the name in brackets.
    pub(crate) content: String,
}

/// All statements of an article as sides, in order.
pub(crate) fn sides_of(article: &Article) -> Vec<Side> {
    let places = Places::new(&article.text);
    let pronouns = pronouns_of(article, &places);
    let side = |statement: &Statement| Side {
        speaker: match &statement.speaker {
            Some(speaker) => speaker.name.clone(),
            None => resolved(&statement.source, &[], &places),
        },
        cue: resolved(&statement.cue, &[], &places),
        content: resolved(&statement.content, &pronouns, &places),
    };
    article.statements.iter().map(side).collect()
}

/// The words at some spans, pieces joined by a blank, blanks folded.
pub(crate) fn words_at(spans: &[Span], places: &Places<'_>) -> String {
    let mut words = String::new();
    for span in spans {
        push_folded(&mut words, places.slice(*span));
        words.push(' ');
    }
    words.trim().to_owned()
}

/// Words that stand for somebody named elsewhere, sorted.
const PRONOUNS: &[&str] = &[
    "he",
    "her",
    "hers",
    "herself",
    "him",
    "himself",
    "his",
    "i",
    "it",
    "its",
    "itself",
    "me",
    "mine",
    "my",
    "myself",
    "our",
    "ours",
    "ourselves",
    "she",
    "their",
    "theirs",
    "them",
    "themselves",
    "they",
    "us",
    "we",
];

/// Whether some words are a personal or possessive pronoun.
pub(crate) fn is_pronoun(words: &str) -> bool {
    words.len() <= 10 && PRONOUNS.binary_search(&words.to_lowercase().as_str()).is_ok()
}

/// The pronouns of an article with the names of what they stand for, in text order.
pub(crate) fn pronouns_of<'a>(article: &'a Article, places: &Places<'_>) -> Vec<(Span, &'a str)> {
    let mut pronouns: Vec<(Span, &str)> = Vec::new();
    for entity in article.entities.iter().filter(|entity| !entity.name.is_empty()) {
        for mention in &entity.mentions {
            if is_pronoun(places.slice(mention.span)) && !is_pronoun(&entity.name) {
                pronouns.push((mention.span, &entity.name));
            }
        }
    }
    pronouns.sort_unstable();
    pronouns.dedup_by_key(|(span, _)| *span);
    pronouns
}

/// The words at some spans, pieces joined by ` … `, with `he (Tomas Vell)` for each pronoun that stands for a name.
fn resolved(spans: &[Span], pronouns: &[(Span, &str)], places: &Places<'_>) -> String {
    let mut words = String::new();
    for (number, span) in spans.iter().enumerate() {
        if number > 0 {
            words.push_str(" … ");
        }
        let mut at = span.start();
        let first = pronouns.partition_point(|(pronoun, _)| pronoun.start() < span.start());
        for (pronoun, name) in pronouns.iter().skip(first).take_while(|(pronoun, _)| pronoun.end() <= span.end()) {
            let Ok(piece) = Span::new(at, pronoun.end()) else { continue };
            push_folded(&mut words, places.slice(piece));
            words.push_str(" (");
            words.push_str(name);
            words.push(')');
            at = pronoun.end();
        }
        if let Ok(rest) = Span::new(at, span.end()) {
            push_folded(&mut words, places.slice(rest));
        }
    }
    words.trim().to_owned()
}

/// Adds words with every run of blanks as one blank.
fn push_folded(words: &mut String, text: &str) {
    for character in text.chars() {
        if !character.is_whitespace() {
            words.push(character);
        } else if !words.ends_with(' ') {
            words.push(' ');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{PRONOUNS, is_pronoun};

    #[test]
    fn pronouns_are_sorted_and_names_are_none() {
        assert!(PRONOUNS.is_sorted());
        assert!(is_pronoun("He") && !is_pronoun("Hera") && !is_pronoun("the minister of state"));
    }
}
