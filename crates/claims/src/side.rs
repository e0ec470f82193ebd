//! What the pair scorer reads of one statement: who speaks, the cue, and the content with its pronouns resolved.
//!
//! «He denied that he had left», of Ines Varga and Tomas Vell  →  `Tomas Vell | denied | that he (Tomas Vell) had left`.

use crate::words::Places;
use model::{Article, MentionForm, Span};

/// One statement as the pair scorer reads it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Side {
    /// Name of the speaker; empty where nobody is named.
    pub speaker: String,
    /// The cue's words.
    pub cue: String,
    /// The content's words, pronouns followed by the name in brackets.
    pub content: String,
}

/// What the pair scorer says about two sides, each 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PairScore {
    /// Both are about the same claim.
    pub related: f32,
    /// If so, one asserts what the other denies.
    pub contradicts: f32,
    /// Both report one act of speaking.
    pub same_utterance: f32,
}

/// All statements of an article as the pair scorer reads them, in order.
pub fn sides_of(article: &Article) -> Vec<Side> {
    let places = Places::new(&article.text);
    let side = |statement: &model::Statement| Side {
        speaker: statement.speaker.as_ref().map(|speaker| speaker.name.clone()).unwrap_or_default(),
        cue: words_at(&statement.cue, &places),
        content: resolved(article, &statement.content, &places),
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

/// The words at some spans with `he (Tomas Vell)` for each pronoun whose entity has a name of its own.
fn resolved(article: &Article, spans: &[Span], places: &Places<'_>) -> String {
    let mut pronouns: Vec<(Span, &str)> = Vec::new();
    for entity in &article.entities {
        for mention in &entity.mentions {
            let is_pronoun = matches!(mention.form, MentionForm::Pronoun | MentionForm::FirstPerson | MentionForm::Possessive);
            if is_pronoun && mention.span.length() <= MAX_PRONOUN && spans.iter().any(|span| span.contains(mention.span)) {
                pronouns.push((mention.span, &entity.name));
            }
        }
    }
    pronouns.sort_unstable();
    let mut words = String::new();
    for span in spans {
        let mut at = span.start();
        for (pronoun, name) in pronouns.iter().filter(|(pronoun, _)| span.contains(*pronoun)) {
            if pronoun.start() < at {
                continue;
            }
            let Ok(piece) = Span::new(at, pronoun.end()) else { continue };
            push_folded(&mut words, places.slice(piece));
            if !name.is_empty() && places.slice(*pronoun) != *name {
                words.push_str(" (");
                words.push_str(name);
                words.push(')');
            }
            at = pronoun.end();
        }
        if let Ok(rest) = Span::new(at, span.end()) {
            push_folded(&mut words, places.slice(rest));
        }
        words.push(' ');
    }
    words.trim().to_owned()
}

/// The longest pronoun (`themselves`); a longer mention of such a form is a slip of the model.
const MAX_PRONOUN: u32 = 10;

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
