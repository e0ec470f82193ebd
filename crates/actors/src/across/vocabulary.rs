//! What the articles' spelling shows: which words are common ones, and which large words articles share.

use super::naming::spelling;
use super::record::Record;
use crate::knowledge::Knowledge;
use crate::words::{fold, is_body, is_person, is_stop, is_title, words_of};
use model::EntityType;
use std::collections::{BTreeMap, BTreeSet};

/// Words that the articles write small, with how many articles do, and how many write them large inside sentences.
#[derive(Debug, Default)]
pub(crate) struct SmallWords {
    counts: BTreeMap<String, (u32, u32)>,
}

impl SmallWords {
    /// Adds the words of one article.
    pub(crate) fn add(&mut self, text: &str) {
        let letters: Vec<char> = text.chars().collect();
        let mut seen: BTreeMap<String, (bool, bool)> = BTreeMap::new();
        let mut opens = true;
        let mut at = 0;
        for word in words_of(&letters) {
            let between = letters.get(at..word.start).unwrap_or_default();
            opens |= between.iter().any(|c| matches!(c, '.' | '!' | '?' | '\n' | '“' | '"' | ':' | '‘'));
            at = word.start + word.raw.chars().count();
            let entry = seen.entry(word.folded.clone()).or_default();
            if word.raw.chars().next().is_some_and(char::is_lowercase) {
                entry.0 = true;
            } else if !opens {
                entry.1 = true;
            }
            opens = false;
        }
        for (word, (small, large)) in seen {
            let count = self.counts.entry(word).or_default();
            count.0 += u32::from(small);
            count.1 += u32::from(large);
        }
    }

    /// Whether a word is a common one: more articles write it small than large inside sentences.
    fn is_common(&self, word: &str) -> bool {
        self.counts.get(word).is_some_and(|(small, large)| *small > *large)
    }

    /// Whether any article writes a word small.
    fn is_small(&self, word: &str) -> bool {
        self.counts.get(word).is_some_and(|(small, _)| *small > 0)
    }

    /// Takes common words off the front of people's names (`Chamberlain Jesper Thrane`), and drops names of one common word
    /// that are large only by their place (`Government`, `Dentist`).
    pub(crate) fn correct(&self, record: &mut Record) {
        for name in &mut record.names {
            // one article's «heather» is no reason to cut «Heather Small Jones»: an office, or behind one that is off already
            let mut stripped = !record.offices.is_empty();
            while record.kind == EntityType::Person
                && name.words.len() > 1
                && name.words.first().is_some_and(|w| {
                    let long = w.chars().count() >= if name.words.len() > 2 { 4 } else { 7 };
                    // an office that articles also write small: «City Treasurer Ada Rem», «the treasurer»
                    long && self.is_common(w)
                        || name.words.len() > 2
                            && w.chars().count() >= 7
                            && (stripped || is_title(w) || is_person(w))
                            && self.is_small(w)
                })
            {
                let gone = name.words.remove(0);
                if let Some((first, rest)) = name.text.split_once(' ').filter(|(first, _)| fold(first) == gone) {
                    let _ = first;
                    name.text = rest.to_owned();
                }
                record.roles.insert(gone.clone());
                record.offices.insert(gone);
                stripped = true;
            }
        }
        let dropped: Vec<String> = record
            .names
            .iter()
            .filter(|n| n.weak && n.words.len() == 1 && n.words.first().is_some_and(|w| self.is_common(w)))
            .filter_map(|n| n.words.first().cloned())
            .collect();
        record
            .names
            .retain(|n| !(n.weak && n.words.len() == 1 && n.words.first().is_some_and(|w| dropped.contains(w))));
        record.roles.extend(dropped);
        let mut seen: Vec<Vec<String>> = Vec::new();
        record.names.retain(|n| {
            let new = !seen.contains(&n.words);
            seen.push(n.words.clone());
            new
        });
    }
}

/// Capital words of an article that are no first words of sentences, no offices, no days, no known states: what articles of one
/// story share even where their entities are found badly.
pub(crate) fn capital_words(text: &str, knowledge: &Knowledge) -> BTreeSet<String> {
    const COMMON: &str = " monday tuesday wednesday thursday friday saturday sunday january february march april may june july august \
        september october november december english french german american european western eastern northern southern north south east \
        west press agency news reuters photo read more http https www com twitter facebook christmas easter god ";
    let letters: Vec<char> = text.chars().collect();
    let words = words_of(&letters);
    let lower: BTreeSet<&str> = words.iter().filter(|w| !w.is_capital()).map(|w| w.folded.as_str()).collect();
    words
        .iter()
        .filter(|w| w.is_capital() && w.folded.chars().count() >= 4 && !lower.contains(w.folded.as_str()))
        .map(|w| spelling(&w.folded))
        .filter(|w| {
            !is_title(w)
                && !is_body(w)
                && !is_person(w)
                && !is_stop(w)
                && !COMMON.contains(&format!(" {w} "))
                && crate::words::pronoun(w).is_none()
                && knowledge.find_key(w).iter().all(|k| k.kind != EntityType::State && k.kind != EntityType::Channel)
        })
        .collect()
}
