//! What a pair of mentions shows without any model: the features of coreference.
//!
//! In: an article's text and its mentions as spans, sorted by start, longer first. Out: for a mention (the anaphor) which
//! earlier mentions are looked at ([`Prepared::antecedents`]), and for each of them [`FEATURES`] numbers from 0 to 1
//! ([`Prepared::pair`]).
//!
//! `training/features.py` computes the same numbers for the training; `tests/fixtures/features.json` holds both together.
//! What each mention shows by itself is in [`crate::phrase`].

use crate::phrase::Phrase;
use crate::words::{fold, is_abbreviation, mask, words_of};
use model::Span;
use std::collections::{HashMap, HashSet};

/// How many numbers a pair has.
pub const FEATURES: usize = 66;

/// This many of the nearest mentions before are looked at …
const NEAR: usize = 64;
/// … and this many names further off that share a word.
const FAR: usize = 16;

/// The mentions of one article with all that their pairs need.
pub(crate) struct Prepared {
    /// In the order of the spans.
    pub mentions: Vec<Place>,
    by_word: HashMap<String, Vec<usize>>,
}

/// One mention with its place in the text.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub span: Span,
    pub paragraph: u32,
    pub sentence: u32,
    pub quoted: bool,
    pub quotation: u32,
    /// It opens a sentence.
    pub opens: bool,
    pub headline: bool,
    pub phrase: Phrase,
    /// How many mentions have its last word.
    pub frequency: u32,
}

/// For each character of a text its paragraph, sentence and quotation, and whether a sentence opens with it.
struct Layout {
    paragraph: Vec<u32>,
    sentence: Vec<u32>,
    quotation: Vec<u32>,
    opens: Vec<bool>,
}

impl Layout {
    fn of(text: &[char], quotes: &[u8]) -> Self {
        let n = text.len();
        let mut out =
            Self { paragraph: vec![0; n], sentence: vec![0; n], quotation: vec![0; n], opens: vec![false; n] };
        let (mut paragraph, mut sentence, mut quotation) = (0, 0, 0);
        let (mut fresh, mut seen) = (true, false);
        let mut i = 0;
        let at = |i: usize| text.get(i).copied();
        let is_gap = |c: char| c.is_whitespace() && c != '\n';
        while let Some(c) = at(i) {
            let mut put = |i: usize, paragraph: u32, sentence: u32, opens: bool| {
                if quotes.get(i) == Some(&2) {
                    quotation += 1;
                }
                out.paragraph[i] = paragraph;
                out.sentence[i] = sentence;
                out.quotation[i] = quotation;
                out.opens[i] = opens;
            };
            if c == '\n' {
                if seen {
                    paragraph += 1;
                    sentence += 1;
                    seen = false;
                }
                fresh = true;
                put(i, paragraph, sentence, false);
            } else {
                let opens = c.is_alphanumeric() && fresh;
                fresh &= !c.is_alphanumeric();
                seen |= !c.is_whitespace();
                put(i, paragraph, sentence, opens);
            }
            if matches!(c, '.' | '!' | '?') && !fresh {
                let mut j = i + 1;
                while at(j).is_some_and(|c| matches!(c, '"' | '\'' | '”' | '’' | '»' | ')')) {
                    j += 1;
                }
                if at(j).is_some_and(is_gap) {
                    let mut k = j;
                    while at(k).is_some_and(is_gap) {
                        k += 1;
                    }
                    if at(k).is_some_and(|c| !c.is_lowercase()) && !(c == '.' && is_short(text, i)) {
                        // the marks that close the sentence belong to it
                        for x in i + 1..j {
                            put(x, paragraph, sentence, false);
                        }
                        sentence += 1;
                        fresh = true;
                        i = j;
                        continue;
                    }
                }
            }
            i += 1;
        }
        out
    }
}

/// Whether the word before a full stop is an abbreviation or an initial. Looks back over a word of at most eight letters.
fn is_short(text: &[char], stop: usize) -> bool {
    let start =
        (stop.saturating_sub(9)..stop).rev().take_while(|i| text.get(*i).is_some_and(|c| c.is_alphanumeric())).last();
    let word: String = start.and_then(|s| text.get(s..stop)).unwrap_or_default().iter().collect();
    let mut letters = word.chars();
    match (letters.next(), letters.next()) {
        (Some(only), None) => only.is_uppercase() || is_abbreviation(&fold(&word)),
        _ => is_abbreviation(&fold(&word)),
    }
}

impl Prepared {
    /// Reads the mentions; `spans` sorted by start, longer first, inside the text.
    pub(crate) fn new(text: &[char], quotes: &[u8], spans: &[Span]) -> Self {
        let layout = Layout::of(text, quotes);
        // Words that the article also writes small are no names where a sentence or headline makes them large.
        let lower: HashSet<String> = words_of(text)
            .into_iter()
            .filter(|w| w.raw.chars().next().is_some_and(char::is_lowercase))
            .map(|w| w.folded)
            .collect();
        let mut mentions: Vec<Place> = Vec::with_capacity(spans.len());
        for span in spans {
            let (a, b) = (span.start() as usize, (span.end() as usize).min(text.len()));
            let letters = text.get(a..b).unwrap_or_default();
            let first = letters.iter().position(|c| c.is_alphanumeric()).map(|i| a + i);
            let paragraph = layout.paragraph.get(a).copied().unwrap_or_default();
            let opens = first.and_then(|i| layout.opens.get(i).copied()).unwrap_or_default();
            let headline = paragraph == 0;
            mentions.push(Place {
                span: *span,
                paragraph,
                sentence: layout.sentence.get(a).copied().unwrap_or_default(),
                quoted: matches!(quotes.get(a), Some(1 | 2)),
                quotation: layout.quotation.get(a).copied().unwrap_or_default(),
                opens,
                headline,
                phrase: Phrase::read(letters, opens, headline, &lower),
                frequency: 0,
            });
        }
        let mut counts: HashMap<String, u32> = HashMap::new();
        let mut by_word: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, mention) in mentions.iter().enumerate() {
            if !mention.phrase.last.is_empty() {
                *counts.entry(mention.phrase.last.clone()).or_default() += 1;
            }
            if mention.phrase.name {
                for word in &mention.phrase.content {
                    by_word.entry(word.clone()).or_default().push(index);
                }
            }
        }
        for mention in &mut mentions {
            mention.frequency = counts.get(&mention.phrase.last).copied().unwrap_or_default();
        }
        share_masks(text, &mut mentions);
        Self { mentions, by_word }
    }

    /// Earlier mentions that are looked at, nearest first: the nearest, and names further off that share a word.
    pub(crate) fn antecedents(&self, anaphor: usize) -> Vec<usize> {
        let mut out: Vec<usize> = (anaphor.saturating_sub(NEAR)..anaphor).rev().collect();
        let Some(mention) = self.mentions.get(anaphor) else { return out };
        if mention.phrase.pronoun.is_some() || anaphor <= NEAR {
            return out;
        }
        let mut far: Vec<usize> = Vec::new();
        for word in &mention.phrase.content {
            let Some(places) = self.by_word.get(word) else { continue };
            let end = places.partition_point(|p| *p < anaphor - NEAR);
            far.extend(places.iter().take(end).rev().take(FAR));
        }
        far.sort_unstable_by(|a, b| b.cmp(a));
        far.dedup();
        out.extend(far.into_iter().take(FAR));
        out
    }

    /// The features of an anaphor with an earlier mention, written over `f`.
    pub(crate) fn pair(&self, anaphor: usize, antecedent: usize, f: &mut [f32; FEATURES]) {
        f.fill(0.0);
        let (Some(i), Some(j)) = (self.mentions.get(anaphor), self.mentions.get(antecedent)) else { return };
        let (a, b) = (&i.phrase, &j.phrase);
        let yes = |b: bool| if b { 1.0 } else { 0.0 };
        if a.pronoun.is_none() && b.pronoun.is_none() {
            words(a, b, f);
        }
        if let Some(class) = a.pronoun {
            f[16 + class as usize] = 1.0;
        }
        if let Some(class) = b.pronoun {
            f[25 + class as usize] = 1.0;
        }
        if let (Some(x), Some(y)) = (a.pronoun, b.pronoun) {
            f[34] = yes(x == y);
            f[35] = yes(x != y && x.is_third() && y.is_third());
        } else if a.mask != mask::ANY && b.mask != mask::ANY {
            f[36] = yes(a.mask & b.mask != 0);
            f[37] = yes(a.mask & b.mask == 0);
        }
        let paragraphs = i.paragraph.saturating_sub(j.paragraph);
        f[38] = yes(paragraphs == 0);
        f[39] = yes(paragraphs == 1);
        f[40] = paragraphs.min(16) as f32 / 16.0;
        let between = anaphor.saturating_sub(antecedent);
        f[41] = ((between.max(1) as f32).log2() / 8.0).min(1.0);
        f[42] = yes(between == 1);
        f[43] = (((1 + i.span.start() - j.span.start().min(i.span.start())) as f32).log2() / 16.0).min(1.0);
        f[44] = yes(i.span.end() <= j.span.end());
        f[45] = yes(i.sentence == j.sentence);
        f[46] = yes(i.sentence == j.sentence + 1);
        f[47] = yes(i.quoted);
        f[48] = yes(j.quoted);
        f[49] = yes(i.quoted && j.quoted && i.quotation == j.quotation);
        f[50] = yes(a.definite);
        f[51] = yes(a.indefinite);
        f[52] = yes(b.definite);
        f[53] = yes(b.indefinite);
        f[54] = yes(a.demonstrative);
        f[55] = yes(a.name);
        f[56] = yes(b.name);
        f[57] = yes(j.headline);
        f[58] = yes(!a.numbers.is_empty() && !b.numbers.is_empty() && a.numbers.is_disjoint(&b.numbers));
        f[59] = yes(j.span.end() < i.span.start() && i.span.start() <= j.span.end() + 2 && i.sentence == j.sentence);
        f[60] = yes(j.opens);
        f[61] = yes(a.pronoun.is_none() && b.pronoun.is_none() && a.name != b.name);
        f[62] = (((1 + j.frequency) as f32).log2() / 6.0).min(1.0);
        f[63] = yes(i.opens);
        f[64] = yes(i.quoted != j.quoted);
        f[65] = yes(a.joint != b.joint);
    }
}

/// The features of two phrases that are no pronouns: what words they share.
fn words(a: &Phrase, b: &Phrase, f: &mut [f32; FEATURES]) {
    let yes = |b: bool| if b { 1.0 } else { 0.0 };
    let (m, n) = (a.content.len(), b.content.len());
    let shared = a.content.intersection(&b.content).count();
    f[0] = yes(!a.words.is_empty() && a.words == b.words);
    f[1] = yes(shared > 0 && shared == m && m == n && a.joint == b.joint);
    f[2] = yes(!a.last.is_empty() && a.last == b.last);
    f[3] = yes(!a.head.is_empty() && a.head == b.head);
    f[4] = if m.min(n) > 0 { shared as f32 / m.min(n) as f32 } else { 0.0 };
    f[5] = if m + n > shared { shared as f32 / (m + n - shared) as f32 } else { 0.0 };
    f[6] = yes(shared > 0 && shared == m && m < n);
    f[7] = yes(shared > 0 && shared == n && n < m);
    let acronym = (!a.acronym.is_empty() && n > 1 && a.acronym == b.initials)
        || (!b.acronym.is_empty() && m > 1 && b.acronym == a.initials);
    f[8] = yes(acronym);
    if a.name && b.name {
        let (one_a, one_b) = (m == 1, n == 1);
        f[9] = yes(a.last == b.last && one_a != one_b);
        f[10] = yes((one_a && !one_b && a.last == b.first_content) || (one_b && !one_a && b.last == a.first_content));
        let close = is_close(&a.last, &b.last);
        f[11] = yes(close);
        f[12] = yes(shared == 0 && !acronym && !close);
        let initial = |s: &str| s.chars().next();
        f[13] = yes(a.last == b.last
            && !one_a
            && !one_b
            && a.first_content != b.first_content
            && initial(&a.first_content) != initial(&b.first_content));
    }
    f[14] = yes(!a.full.is_disjoint(&b.full));
    f[15] = yes(!a.head.is_empty() && b.full.contains(&a.head));
}

/// A name takes what its other bearings and its apposition show (`Mr Vell … Vell`; `Ana Ruiz, a spokeswoman`).
fn share_masks(text: &[char], mentions: &mut [Place]) {
    let mut by_last: HashMap<String, u8> = HashMap::new();
    let mut by_content: HashMap<Vec<String>, u8> = HashMap::new();
    for (k, mention) in mentions.iter().enumerate() {
        let phrase = &mention.phrase;
        if !phrase.name || phrase.last.is_empty() || matches!(phrase.mask, mask::THEY | 12) {
            continue;
        }
        let mut shown = phrase.mask;
        if shown == mask::ANY
            && let Some(next) = mentions.get(k + 1)
            && !next.phrase.name
            && next.phrase.pronoun.is_none()
            && next.phrase.mask != mask::ANY
            && next.span.start() == mention.span.end() + 2
            && text.get(mention.span.end() as usize..next.span.start() as usize) == Some(&[',', ' '])
        {
            shown = next.phrase.mask;
        }
        *by_last.entry(phrase.last.clone()).or_insert(mask::ANY) &= shown;
        *by_content.entry(phrase.content.iter().cloned().collect()).or_insert(mask::ANY) &= shown;
    }
    for mention in mentions {
        let phrase = &mut mention.phrase;
        if phrase.name && !phrase.last.is_empty() && matches!(phrase.mask, mask::ANY | 3) {
            let known = if phrase.content.len() == 1 {
                by_last.get(&phrase.last)
            } else {
                by_content.get(&phrase.content.iter().cloned().collect::<Vec<_>>())
            };
            let shared = known.copied().unwrap_or(mask::ANY) & phrase.mask;
            if shared != 0 {
                phrase.mask = shared;
            }
        }
    }
}

/// One letter apart (from 5 letters on), or two (from 8 on).
pub(crate) fn is_close(a: &str, b: &str) -> bool {
    let (m, n) = (a.chars().count(), b.chars().count());
    // Longer words than this are no names; without the bound one huge word would cost its square.
    if a == b || m.min(n) < 5 || m.abs_diff(n) > 2 || m.max(n) > 64 {
        return false;
    }
    distance(a, b) <= if m.min(n) >= 8 { 2 } else { 1 }
}

/// The number of letters to put in, take out or change.
pub(crate) fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (x, ca) in a.chars().enumerate() {
        let mut before = x;
        let mut left = x + 1;
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (cell, cb) in row.iter_mut().skip(1).zip(&b) {
            let here = (*cell + 1).min(left + 1).min(before + usize::from(ca != *cb));
            before = *cell;
            *cell = here;
            left = here;
        }
    }
    row.last().copied().unwrap_or_default()
}

/// Two neighbouring letters changed places: `Guiado`, `Guaido`.
pub(crate) fn is_turned(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len() != b.len() {
        return false;
    }
    let differ: Vec<usize> = (0..a.len()).filter(|i| a.get(*i) != b.get(*i)).collect();
    matches!(differ.as_slice(), [i, j] if *j == i + 1 && a.get(*i) == b.get(*j) && a.get(*j) == b.get(*i))
}

#[cfg(test)]
mod tests {
    use super::{FEATURES, Prepared, distance, is_close};
    use model::Span;
    use serde_json::Value;

    fn prepared(example: &Value) -> Prepared {
        let text = example["text"].as_str().unwrap_or_default();
        let spans: Vec<Span> = serde_json::from_value(example["spans"].clone()).expect("spans of the fixture");
        let letters: Vec<char> = text.chars().collect();
        Prepared::new(&letters, &text::quotation_states(text), &spans)
    }

    #[test]
    fn features_are_those_of_the_training() {
        let fixture: Value = serde_json::from_str(include_str!("../tests/fixtures/features.json")).expect("fixture");
        let names: Vec<String> = serde_json::from_value(fixture["names"].clone()).expect("names");
        assert_eq!(names.len(), FEATURES);
        let mut seen = 0;
        for example in fixture["examples"].as_array().expect("examples") {
            let prepared = prepared(example);
            if let Some(lists) = example.get("antecedents") {
                let expected: Vec<Vec<usize>> = serde_json::from_value(lists.clone()).expect("lists");
                let found: Vec<_> = (0..expected.len()).map(|i| prepared.antecedents(i)).collect();
                assert_eq!(found, expected);
                continue;
            }
            let expected: Vec<(usize, usize, Vec<f32>)> =
                serde_json::from_value(example["pairs"].clone()).expect("pairs");
            let mut f = [0.0; FEATURES];
            for (i, j, numbers) in expected {
                assert!(prepared.antecedents(i).contains(&j));
                prepared.pair(i, j, &mut f);
                for ((name, found), wanted) in names.iter().zip(f).zip(numbers) {
                    assert!((found - wanted).abs() < 1e-5, "{name} of {i}, {j}: {found}, not {wanted}");
                }
                seen += 1;
            }
        }
        assert!(seen > 500);
    }

    #[test]
    fn slips_are_close_and_short_words_are_not() {
        assert_eq!(distance("guaido", "guiado"), 2);
        assert!(is_close("maduro", "madura"));
        assert!(!is_close("bank", "bane"));
        assert!(is_close("carrizalez", "carizales"));
    }
}
