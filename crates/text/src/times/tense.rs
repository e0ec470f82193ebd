//! Whether the words before a time expression look ahead or back.

use super::tokens::Tokens;

/// What the nearest verb says of a time expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tense {
    Ahead,
    Back,
    Unknown,
}

/// How far a verb is looked for. Beyond that it rarely governs the expression.
const REACH: usize = 14;

/// Reads the nearest verb before a token: «will meet on Friday» looks ahead, «met on Friday» back.
pub(super) fn tense_at(tokens: &Tokens<'_>, index: usize) -> Tense {
    for steps in 1..=REACH.min(index) {
        let word = tokens.before(index, steps).to_ascii_lowercase();
        let before = tokens.before(index, steps + 1).to_ascii_lowercase();
        match word.as_str() {
            "will" | "shall" | "would" | "due" | "scheduled" | "upcoming" | "expected" | "set" | "planned"
            | "plans" | "plan" | "must" | "hopes" | "intends" | "slated" | "tomorrow" | "expects" | "expires"
            | "listed" | "ll" | "going" => return Tense::Ahead,
            // «The vote is on Friday», «The vote is Friday».
            "is" | "are" if steps <= 2 && (steps == 1 || matches!(tokens.before(index, 1), "on" | "in" | "by")) => {
                return Tense::Ahead;
            }
            "be" | "have" if before == "to" => return Tense::Ahead,
            "said" | "was" | "were" | "had" | "did" | "has" | "have" | "told" | "came" | "went" | "began" | "took"
            | "made" | "left" | "met" | "held" | "fell" | "rose" | "won" | "lost" | "found" | "saw" | "gave"
            | "got" | "broke" | "died" | "shot" | "spoke" | "wrote" | "sent" | "been" => return Tense::Back,
            ";" | "”" | "“" => break,
            _ if word.len() > 4 && word.ends_with("ed") && before != "be" => return Tense::Back,
            _ => {}
        }
    }
    // «On Friday the court will …»: nothing before, so the first verb after it.
    for ahead in 1..=8 {
        match tokens.word(index + ahead) {
            "will" | "shall" => return Tense::Ahead,
            "said" | "was" | "were" | "had" | "has" | "," => return Tense::Unknown,
            _ => {}
        }
    }
    Tense::Unknown
}
