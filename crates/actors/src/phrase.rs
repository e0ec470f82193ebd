//! What one mention's words show: its form, its core, its name, and what pronoun can stand for it.
//!
//! «Defence Minister Oda Brünn of Hale» → a name, content {oda, brunn}, last `brunn`, head `brunn`, he or she.
//! «Hale's defence minister» → a description, content {hale, defence, minister}, head `minister`, he or she.

use crate::words::{
    Pronoun, Word, is_body, is_definite, is_demonstrative, is_he, is_indefinite, is_particle, is_person, is_plural,
    is_possessive, is_preposition, is_she, is_stop, is_surname_title, is_title, mask, number, pronoun, words_of,
};
use std::collections::{BTreeSet, HashSet};

/// The words of a mention and what they show. All words are folded.
#[derive(Clone, Debug, Default)]
pub(crate) struct Phrase {
    pub pronoun: Option<Pronoun>,
    /// It is, or ends in, a proper name.
    pub name: bool,
    /// All words without a leading article or possessive.
    pub words: Vec<String>,
    /// All words that are no stop words.
    pub full: BTreeSet<String>,
    /// The words of the name without titles; of a description all that are no stop words.
    pub content: BTreeSet<String>,
    /// The words of the name as written, in order; empty for descriptions.
    pub run: Vec<String>,
    pub first_content: String,
    pub last: String,
    /// Last word before a preposition or comma.
    pub head: String,
    pub definite: bool,
    pub indefinite: bool,
    /// It begins with `this` or the like.
    pub demonstrative: bool,
    pub numbers: BTreeSet<String>,
    pub acronym: String,
    pub initials: String,
    /// `Ines and Bram`.
    pub joint: bool,
    pub mask: u8,
    /// Of a description: its capital words before the head (`Russian officials`).
    pub whose: BTreeSet<String>,
    /// Where in the phrase the name (or for descriptions the core) starts, in characters.
    pub core_start: usize,
}

impl Phrase {
    /// Reads a mention. `opens`: it opens a sentence; `lower`: the words that the article also writes small.
    pub(crate) fn read(letters: &[char], opens: bool, headline: bool, lower: &HashSet<String>) -> Self {
        let words = words_of(letters);
        let folded = |k: usize| words.get(k).map_or("", |w: &Word| w.folded.as_str());
        let mut out = Self {
            full: words.iter().filter(|w| !is_stop(&w.folded)).map(|w| w.folded.clone()).collect(),
            definite: is_definite(folded(0)),
            indefinite: is_indefinite(folded(0)),
            demonstrative: words.len() > 1 && is_demonstrative(folded(0)),
            ..Self::default()
        };
        if let [only] = words.as_slice() {
            let shouted = only.raw.chars().count() > 1 && is_upper(&only.raw);
            out.pronoun = if shouted { None } else { pronoun(&only.folded) };
        }
        let first = folded(0);
        let skip = is_definite(first) || is_indefinite(first) || is_possessive(first) || is_demonstrative(first);
        out.words = words.iter().skip(usize::from(skip)).map(|w| w.folded.clone()).collect();
        out.numbers = words
            .iter()
            .filter_map(|w| match number(&w.folded) {
                Some(n) => Some(n.to_string()),
                None => starts_with_digit(&w.folded).then(|| w.folded.clone()),
            })
            .collect();

        // The core: after the last owner (`Ulm's mayor`), before the first preposition or comma.
        let comma = letters.iter().position(|c| *c == ',').unwrap_or(usize::MAX);
        let office = after_office(&words);
        let end = words
            .iter()
            .enumerate()
            .skip(office + 1)
            .find(|(_, w)| is_preposition(&w.folded) || w.start > comma)
            .map_or(words.len(), |(k, _)| k);
        let start = (office..end.saturating_sub(1))
            .rev()
            .find(|k| words.get(*k).is_some_and(|w| w.owner))
            .map_or(office, |k| k + 1);
        let core: Vec<usize> = (start..end).filter(|k| !is_stop(folded(*k))).collect();
        out.head = core.last().map_or(String::new(), |k| folded(*k).to_owned());
        out.core_start = core.first().and_then(|k| words.get(*k)).map_or(0, |w| w.start);

        let is_capital = |k: usize| {
            words.get(k).is_some_and(|w| {
                w.is_capital() && !is_stop(&w.folded) && !((headline || (k == 0 && opens)) && lower.contains(&w.folded))
            })
        };
        let run = if out.pronoun.is_none() { name_run(&words, &core, start, &is_capital) } else { Vec::new() };
        out.name = !run.is_empty();
        if !out.name && out.pronoun.is_none() {
            let before = core.last().copied().unwrap_or(0);
            out.whose =
                (0..before).filter(|k| is_capital(*k) && !is_title(folded(*k))).map(|k| folded(k).to_owned()).collect();
        }
        let mut joined = false;
        let mut content: Vec<String> = Vec::new();
        if let (Some(run_first), Some(run_last)) = (run.first(), run.last()) {
            content = run.iter().map(|k| folded(*k).to_owned()).collect();
            out.run = run.iter().filter_map(|k| words.get(*k)).map(|w| w.raw.clone()).collect();
            out.core_start = words.get(*run_first).map_or(0, |w| w.start);
            // `Bank of Spain`: what follows belongs to the name of a body.
            if end + 1 < words.len() && matches!(folded(end), "of" | "for") && (run.len() == 1 || is_body(&out.head)) {
                let mut k = end;
                while k < words.len()
                    && (is_capital(k) || is_stop(folded(k)))
                    && !k.checked_sub(1).and_then(|p| words.get(p)).is_some_and(|w| w.owner)
                {
                    if is_capital(k) {
                        content.push(folded(k).to_owned());
                        joined = true;
                    }
                    k += 1;
                }
            }
            out.last = folded(*run_last).to_owned();
        } else if out.pronoun.is_none() {
            content = words.iter().filter(|w| !is_stop(&w.folded)).map(|w| w.folded.clone()).collect();
            out.last.clone_from(&out.head);
        }
        // `Ines and Bram` has the words of both and the surname of neither.
        out.joint =
            out.pronoun.is_none() && (start..end).any(|k| folded(k) == "and") && !is_title(&out.head) && !joined;
        if out.joint && out.name {
            content = (start..words.len())
                .filter(|k| is_capital(*k) && !is_title(folded(*k)))
                .map(|k| folded(k).to_owned())
                .collect();
            out.last.clear();
        }
        out.first_content = content.first().cloned().unwrap_or_default();
        if out.name && !joined {
            let letters: Vec<&str> = run.iter().filter_map(|k| words.get(*k)).map(|w| w.raw.as_str()).collect();
            if let [only] = letters.as_slice() {
                if (2..=7).contains(&only.chars().count()) && is_upper(only) {
                    out.acronym = run.first().map_or(String::new(), |k| folded(*k).to_owned());
                }
            } else if letters.iter().all(|l| l.chars().count() == 1) {
                out.acronym = run.iter().map(|k| folded(*k)).collect();
            }
        }
        let of_initials: Vec<&str> = if out.name {
            content.iter().map(String::as_str).collect()
        } else {
            words.iter().map(|w| w.folded.as_str()).filter(|w| !is_stop(w)).collect()
        };
        out.initials = of_initials.iter().filter_map(|w| w.chars().next()).collect();
        out.mask = mask_of(&out, core.first().map_or("", |k| folded(*k)));
        out.content = content.into_iter().collect();
        out
    }
}

/// Where the name begins in `Secretary of State Ana Ruiz`, else 0: a title, `of`, what the office is for, a capital word.
fn after_office(words: &[Word]) -> usize {
    let is_office = |word: &str| is_title(word) || matches!(word, "state" | "staff");
    words
        .windows(4)
        .position(|w| {
            matches!(w, [title, of, office, name]
                if of.folded == "of" && is_title(&title.folded) && is_office(&office.folded) && name.raw.starts_with(char::is_uppercase))
        })
        .map_or(0, |at| at + 3)
}

/// Like Python's `isupper`: at least one letter that has a case, and none that is small.
fn is_upper(word: &str) -> bool {
    word.chars().any(char::is_uppercase) && !word.chars().any(char::is_lowercase)
}

fn starts_with_digit(word: &str) -> bool {
    word.chars().next().is_some_and(|c| c.is_numeric())
}

/// The words of the proper name that a phrase ends in: a name ends in a capital word that is no title. `flight 417` is not
/// decided by its number.
fn name_run(words: &[Word], core: &[usize], start: usize, is_capital: &dyn Fn(usize) -> bool) -> Vec<usize> {
    let folded = |k: usize| words.get(k).map_or("", |w| w.folded.as_str());
    let Some(&end) = core.last() else { return Vec::new() };
    let mut last = end;
    if starts_with_digit(folded(last)) && core.len() > 1 {
        last = core.get(core.len() - 2).copied().unwrap_or(last);
    }
    let surname = is_surname_title(folded(last))
        && last.checked_sub(1).is_some_and(|before| before >= start && is_capital(before) && !is_title(folded(before)));
    if !is_capital(last) || (is_title(folded(last)) && !surname) {
        return Vec::new();
    }
    let mut first = last;
    while let Some(before) = first.checked_sub(1) {
        let belongs =
            before >= start && (is_capital(before) || is_particle(folded(before))) && !is_title(folded(before));
        if !belongs {
            break;
        }
        first = before;
    }
    while first < last && is_particle(folded(first)) && !is_capital(first) {
        first += 1;
    }
    let mut run: Vec<usize> = (first..=last).collect();
    if end != last {
        run.push(end);
    }
    run
}

/// Which of he, she, it, they can stand for it; `opener` is the first word of its core.
fn mask_of(phrase: &Phrase, opener: &str) -> u8 {
    let head = phrase.head.as_str();
    if let Some(class) = phrase.pronoun {
        return class.mask();
    }
    if phrase.joint {
        return mask::THEY;
    }
    if head == "police" {
        return mask::IT | mask::THEY;
    }
    if is_plural(head) || number(opener).is_some_and(|n| n > 1) {
        return mask::THEY;
    }
    for word in [opener, head] {
        if is_he(word) {
            return mask::HE;
        }
        if is_she(word) {
            return mask::SHE;
        }
    }
    if is_body(head) {
        return mask::IT | mask::THEY;
    }
    if is_person(head) || (phrase.name && is_title(opener)) {
        return mask::HE | mask::SHE;
    }
    let mut end = head.chars().rev();
    let plural_s = end.next() == Some('s') && !matches!(end.next(), Some('s' | 'u' | 'i'));
    if !phrase.name && head.chars().count() > 3 && plural_s {
        return mask::THEY;
    }
    mask::ANY
}
