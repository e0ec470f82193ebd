//! Sentences: where one ends and the next begins.
//!
//! In: a text. Out: spans in order, none over the end of a paragraph, blanks between them left out.
//! «It rained. “Good for barley,” Finn said.» → two, and the mark belongs to the second.
//!
//! Quotation marks come first. A quotation that stands in a sentence with words of its own («She said: “Stop. Go
//! home.”») is held: it does not end that sentence, however many sentences it has. A quotation that is all there is
//! is cut like any text. Full stops come second: [`abbreviations.txt`](sentences/abbreviations.txt) says what may
//! follow an abbreviation. What reads as if a blank was lost («ended.The next») is cut as well; addresses are not.

use crate::{Positions, paragraphs::paragraph_bytes};
use model::Span;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

mod held;

/// The sentences of a text, in order, without the blanks between them.
pub fn sentences(text: &str) -> Vec<Span> {
    let positions = Positions::new(text);
    let mut found = Vec::new();
    for paragraph in paragraph_bytes(text) {
        let offset = paragraph.start;
        let part = text.get(paragraph).unwrap_or("");
        for (start, end) in Cutter::new(part).cut() {
            found.extend(positions.span(offset + start, offset + end));
        }
    }
    found
}

/// One paragraph on its way to sentences. All numbers are bytes of `part`.
struct Cutter<'t> {
    part: &'t str,
    /// Double marks and what they enclose, in order, none inside another.
    quotations: Vec<held::Enclosed>,
    /// The start of the sentence last asked about and the byte of its first word, so that asking again is cheap.
    first_word: Cell<(usize, usize)>,
}

impl<'t> Cutter<'t> {
    fn new(part: &'t str) -> Self {
        Self { part, quotations: held::quotations(part), first_word: Cell::new((usize::MAX, 0)) }
    }

    fn cut(&self) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        let mut start = 0;
        let mut at = 0;
        let mut next_quotation = 0;
        // The end of the quotation that we are inside of because it is not held.
        let mut inside_until = 0;
        while let Some(character) = self.char_at(at) {
            let quotation = self.quotations.get(next_quotation).filter(|q| q.start == at);
            let end = if let Some(quotation) = quotation {
                next_quotation += 1;
                let after = self.end_after_quotation(quotation);
                if self.has_words(start, at) || after.is_none() {
                    at = quotation.end;
                    after
                } else {
                    inside_until = quotation.end;
                    at += character.len_utf8();
                    None
                }
            } else if character == '(' && self.has_words(start, at) {
                at = held::bracket_end(self.part, at).unwrap_or(at + 1);
                // A quotation that opened inside the brackets is behind us.
                while self.quotations.get(next_quotation).is_some_and(|q| q.start < at) {
                    next_quotation += 1;
                }
                None
            } else if is_terminator(character) {
                let (end, boundary) = self.read_terminator(at, start, inside_until);
                at = end;
                boundary.then_some(end)
            } else if is_bullet(character) && at > start && self.is_between_blanks(at, character) {
                Some(at)
            } else {
                at += character.len_utf8();
                None
            };
            if let Some(end) = end {
                found.extend(trimmed(self.part, start, end));
                start = end;
                at = at.max(end);
                if self.char_at(at).is_some_and(is_bullet) {
                    at += self.char_at(at).map_or(0, char::len_utf8);
                }
            }
        }
        found.extend(trimmed(self.part, start, self.part.len()));
        found
    }

    /// Where the sentence ends if the quotation ends it.
    fn end_after_quotation(&self, quotation: &held::Enclosed) -> Option<usize> {
        let inner = self.slice(quotation.start, quotation.last);
        let last = inner.chars().next_back().filter(|c| is_terminator(*c))?;
        let run = inner.len() - inner.trim_end_matches(is_terminator).len();
        let stop = Stop {
            kind: StopKind::of(self.slice(quotation.last - run, quotation.last), last),
            start: quotation.last - run,
            end: self.closers_end(quotation.end, 0),
            quotation_closed: true,
        };
        if stop.end >= self.part.len() || self.is_boundary(&stop, quotation.start) { Some(stop.end) } else { None }
    }

    /// Reads a run of terminators with the closing marks behind it; says where it ends and whether a sentence does.
    fn read_terminator(&self, at: usize, sentence: usize, inside_until: usize) -> (usize, bool) {
        let rest = self.slice(at, self.part.len());
        let run_end = at + rest.find(|c| !is_terminator(c)).unwrap_or(rest.len());
        let run = self.slice(at, run_end);
        let end = self.closers_end(run_end, inside_until);
        let stop = Stop {
            kind: StopKind::of(run, run.chars().next_back().unwrap_or('.')),
            start: at,
            end,
            quotation_closed: end >= inside_until && inside_until > at,
        };
        (end, end >= self.part.len() || self.is_boundary(&stop, sentence))
    }

    /// Past closing brackets, closing marks and footnote numbers.
    fn closers_end(&self, from: usize, inside_until: usize) -> usize {
        let mut at = from;
        while let Some(character) = self.char_at(at) {
            let width = character.len_utf8();
            let closes = match character {
                ')' | ']' | '”' | '»' | '›' => true,
                // The straight mark closes what is open; else it opens what comes.
                '"' => at + width == inside_until,
                '’' | '\'' => !self.char_at(at + width).is_some_and(char::is_alphanumeric),
                '[' => match held::footnote_end(self.part, at) {
                    Some(end) => {
                        at = end;
                        continue;
                    }
                    None => false,
                },
                _ => false,
            };
            if !closes {
                break;
            }
            at += width;
        }
        at
    }

    /// Whether a sentence that began at `sentence` ends with this stop. There is text after it.
    fn is_boundary(&self, stop: &Stop, sentence: usize) -> bool {
        let rest = self.slice(stop.end, self.part.len());
        let after = rest.trim_start();
        if after.len() == rest.len() {
            return self.is_glued_boundary(stop, after);
        }
        let opened = after.trim_start_matches(is_opener);
        let Some(first) = opened.chars().next() else { return false };
        if after.starts_with(is_bullet) {
            return true;
        }
        if is_dash(first) || (first.is_lowercase() && !is_camel(opened)) {
            return false;
        }
        if !first.is_alphanumeric() && !matches!(first, '$' | '€' | '£' | '¥' | '#' | '@' | '…' | '[' | '<') {
            // A comma, a colon, a closing mark: the sentence goes on. Signs and pictures open a new one.
            return !first.is_ascii_punctuation();
        }
        let word = first_word(opened);
        match stop.kind {
            StopKind::Full => {
                let mark_before = after.starts_with(['"', '“', '„', '«', '‘', '\'']);
                self.is_boundary_after_full_stop(stop, sentence, opened, word, mark_before)
            }
            StopKind::Ellipsis => {
                let spaced = self.slice(0, stop.start).ends_with(char::is_whitespace);
                if spaced { is_sentence_opener(word) } else { first.is_alphabetic() }
            }
            StopKind::Strong => !(stop.quotation_closed && has_speaking_verb(opened)),
        }
    }

    fn is_boundary_after_full_stop(
        &self,
        stop: &Stop,
        sentence: usize,
        after: &str,
        word: &str,
        mark_before: bool,
    ) -> bool {
        let token = last_token(self.slice(sentence, stop.start));
        let bare = token.trim_matches(|c: char| !c.is_alphanumeric() && c != '.');
        let number_follows = after.starts_with(|c: char| c.is_ascii_digit());
        if bare.is_empty() {
            return true;
        }
        // `1. Open the lid.` The number of a list stands alone before its stop.
        let alone = !self.has_words(sentence, stop.start - token.len());
        if alone && bare.len() <= 3 && (bare.bytes().all(|b| b.is_ascii_digit()) || bare.len() == 1) {
            return false;
        }
        if is_single_letter(bare) {
            return is_sentence_opener(word) || (bare == "I" && mark_before);
        }
        if is_dotted(bare) {
            return match bare.to_ascii_lowercase().as_str() {
                "e.g" | "i.e" => false,
                "a.m" | "p.m" => !number_follows && !is_calendar_word(word),
                _ => is_sentence_opener(word) || mark_before,
            };
        }
        match abbreviations().get(bare) {
            Some(Follows::Never) => false,
            Some(Follows::Number) => !number_follows,
            Some(Follows::Month) => !number_follows && (is_sentence_opener(word) || mark_before),
            Some(Follows::Maybe) => is_sentence_opener(word) || mark_before,
            None => true,
        }
    }

    /// A stop with no blank behind it: `ended.The next`, but not `Booking.com`, `3.5`, `U.S.`.
    fn is_glued_boundary(&self, stop: &Stop, after: &str) -> bool {
        let mut following = after.chars();
        let Some(first) = following.next() else { return true };
        let last = self.slice(stop.start, stop.end).chars().next().unwrap_or('.');
        if !last.is_ascii() && last != '…' {
            return first.is_alphanumeric() || is_opener(first); // CJK, Arabic, Devanagari stops need no blank
        }
        let token = last_token(self.slice(0, stop.start));
        let is_address = token.contains(['/', '@']) || token.starts_with("www");
        let opened = after.trim_start_matches(is_opener);
        let capital = opened.chars().next().is_some_and(char::is_uppercase);
        let then = opened.chars().nth(1);
        let word_follows =
            capital && then.is_some_and(|c| c.is_lowercase() || c.is_whitespace() || c == '\'' || c == '’');
        if is_address || !word_follows {
            return false;
        }
        if stop.quotation_closed || opened.len() < after.len() {
            return !matches!(abbreviations().get(token), Some(Follows::Never));
        }
        let bare = token.trim_start_matches(|c: char| !c.is_alphanumeric());
        let plain = bare.trim_end_matches([')', '”', '"', '%', '’', '\'']);
        let tail = plain.chars().rev().take(2).filter(|c| c.is_lowercase() || c.is_ascii_digit()).count();
        let word_before = tail == 2 && !plain.contains('.') && !abbreviations().contains_key(plain);
        match stop.kind {
            StopKind::Full => word_before || plain.len() < bare.len(),
            StopKind::Strong => word_before,
            StopKind::Ellipsis => false,
        }
    }

    fn is_between_blanks(&self, at: usize, character: char) -> bool {
        self.slice(0, at).ends_with(char::is_whitespace)
            && self.slice(at + character.len_utf8(), self.part.len()).starts_with(char::is_whitespace)
    }

    /// Whether a sentence that began at `sentence` has a word before `end`.
    fn has_words(&self, sentence: usize, end: usize) -> bool {
        if self.first_word.get().0 != sentence {
            let rest = self.slice(sentence, self.part.len());
            let first = rest.find(char::is_alphanumeric).map_or(self.part.len(), |i| sentence + i);
            self.first_word.set((sentence, first));
        }
        self.first_word.get().1 < end
    }

    fn char_at(&self, byte: usize) -> Option<char> {
        self.part.get(byte..)?.chars().next()
    }

    fn slice(&self, start: usize, end: usize) -> &'t str {
        self.part.get(start..end).unwrap_or("")
    }
}

/// A run of terminators with the closing marks behind it.
struct Stop {
    kind: StopKind,
    start: usize,
    /// Behind the closing marks.
    end: usize,
    quotation_closed: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum StopKind {
    Full,
    Ellipsis,
    Strong,
}

impl StopKind {
    fn of(run: &str, last: char) -> Self {
        if run.contains(|c| c != '.' && c != '…') {
            Self::Strong
        } else if run.len() > 1 && (run.len() > 2 || last == '…') {
            Self::Ellipsis
        } else {
            Self::Full
        }
    }
}

/// What may follow an abbreviation that ends with a full stop.
#[derive(Clone, Copy)]
enum Follows {
    Never,
    Number,
    Month,
    Maybe,
}

fn abbreviations() -> &'static BTreeMap<&'static str, Follows> {
    static TABLE: OnceLock<BTreeMap<&str, Follows>> = OnceLock::new();
    TABLE.get_or_init(|| {
        lines(include_str!("sentences/abbreviations.txt"))
            .filter_map(|line| {
                let (word, class) = line.split_once(' ')?;
                let follows = match class {
                    "never" => Follows::Never,
                    "number" => Follows::Number,
                    "month" => Follows::Month,
                    _ => Follows::Maybe,
                };
                Some((word, follows))
            })
            .collect()
    })
}

fn is_sentence_opener(word: &str) -> bool {
    static TABLE: OnceLock<BTreeSet<&str>> = OnceLock::new();
    let word = word.split(['’', '\'']).next().unwrap_or("");
    TABLE.get_or_init(|| lines(include_str!("sentences/openers.txt")).collect()).contains(word)
}

/// `Bram Hale snapped`, `said Tove`: within five words, before any other punctuation than commas.
fn has_speaking_verb(after: &str) -> bool {
    static TABLE: OnceLock<BTreeSet<&str>> = OnceLock::new();
    let verbs = TABLE.get_or_init(|| lines(include_str!("sentences/speaking.txt")).collect());
    for word in after.split_whitespace().take(5) {
        if verbs.contains(word.trim_end_matches([',', ':', '.'])) {
            return true;
        }
        if word.ends_with(['.', '!', '?', ';', '”', '"']) && word.len() > 4 {
            return false;
        }
    }
    false
}

fn lines(table: &'static str) -> impl Iterator<Item = &'static str> {
    table.lines().filter(|line| !line.starts_with('#') && !line.is_empty())
}

fn is_calendar_word(word: &str) -> bool {
    const WORDS: [&str; 33] = [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
        "Eastern",
        "Pacific",
        "Central",
        "Mountain",
        "EST",
        "EDT",
        "PST",
        "PDT",
        "CST",
        "CDT",
        "GMT",
        "UTC",
        "BST",
        "ET",
    ];
    WORDS.contains(&word)
}

fn is_terminator(character: char) -> bool {
    matches!(character, '.' | '!' | '?' | '…' | '。' | '！' | '？' | '؟' | '۔' | '।')
}

fn is_opener(character: char) -> bool {
    matches!(character, '"' | '“' | '„' | '«' | '‘' | '\'' | '(' | '[' | '‹' | '¿' | '¡' | '*' | '_')
}

fn is_bullet(character: char) -> bool {
    matches!(character, '•' | '●' | '▪' | '■' | '◦' | '‣' | '►')
}

fn is_dash(character: char) -> bool {
    matches!(character, '-' | '–' | '—' | '―')
}

/// `iPhone`, `eBay`: a lower-case letter that a name begins with.
fn is_camel(text: &str) -> bool {
    text.chars().nth(1).is_some_and(char::is_uppercase)
}

fn is_single_letter(token: &str) -> bool {
    let mut characters = token.chars();
    characters.next().is_some_and(char::is_uppercase) && characters.next().is_none()
}

/// `U.S`, `a.m`, `Ph.D`: one or two letters between dots.
fn is_dotted(token: &str) -> bool {
    token.contains('.')
        && token.split('.').all(|part| (1..=2).contains(&part.chars().count()) && part.chars().all(char::is_alphabetic))
}

/// The first run of letters, figures and apostrophes.
fn first_word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’').unwrap_or(text.len());
    text.get(..end).unwrap_or("")
}

/// The run of non-blanks at the end.
fn last_token(text: &str) -> &str {
    // Longer tokens are no abbreviations, and looking further would make one endless token quadratic.
    const LONGEST: usize = 40;
    let from = text.floor_char_boundary(text.len().saturating_sub(LONGEST));
    let tail = text.get(from..).unwrap_or("");
    let start = tail.rfind(char::is_whitespace).map_or(0, |i| i + tail[i..].chars().next().map_or(1, char::len_utf8));
    tail.get(start..).unwrap_or("")
}

fn trimmed(text: &str, start: usize, end: usize) -> Option<(usize, usize)> {
    let part = text.get(start..end)?;
    let start = start + part.len() - part.trim_start().len();
    let length = part.trim().len();
    (length > 0).then_some((start, start + length))
}

#[cfg(test)]
mod tests {
    use super::sentences;
    use crate::Positions;
    use proptest::prelude::*;

    /// Sentences are written with `|` between them.
    fn check(expected: &str) {
        let text = expected.replace('|', "");
        let positions = Positions::new(&text);
        let found: Vec<&str> = sentences(&text).into_iter().map(|s| positions.slice(&text, s)).collect();
        let wanted: Vec<&str> = expected.split('|').map(str::trim).filter(|s| !s.is_empty()).collect();
        assert_eq!(found, wanted);
    }

    #[test]
    fn plain_sentences() {
        check("The kiln cracked. |It was old! |Was it repaired? |Nobody knew.");
    }

    #[test]
    fn titles_and_initials_do_not_end_a_sentence() {
        check("Mr. Orr met Sen. Ada M. Brook and Dr. Vell. |Gen. Pavel T. Lund stayed away.");
    }

    #[test]
    fn dotted_letters_end_a_sentence_only_before_an_opening_word() {
        check("He left the U.S. |The U.S. Embassy in Hale closed at 5 p.m. |Staff went home at 6 a.m. Tuesday.");
        check("Acme Inc. |It was Acme Inc. |They sold Acme Corp. Holdings.");
    }

    #[test]
    fn figures_addresses_and_numbers_stay_whole() {
        check("It rose 3.5 percent to No. 4 on page p. 12. |See www.hale.example/A.Brook or hale.example.");
        check("In 2019. |In Jan. 2019 it fell. |The answer was no. |Art. 5 applies.");
    }

    #[test]
    fn an_ellipsis_goes_on_before_a_small_letter() {
        check("We waited… and waited. |Then nothing... |The boat was gone.");
    }

    // spaCy#13883
    #[test]
    fn a_quotation_inside_a_sentence_is_not_cut() {
        check("The pilot said: «Stop! Turn back.» |Nobody moved.");
        check("Orla Penn said, \"We waited. Then it cracked.\" |The kiln was old.");
        check("“We waited. Then it cracked,” Orla Penn said.");
        check("‘We waited. Then it cracked,’ Orla Penn said. |‘It was old.’");
    }

    // spaCy#2619
    #[test]
    fn an_opening_mark_belongs_to_what_it_opens() {
        check("It rained. |“Good for barley,” Finn said.");
        check("It rained. |\"Good for barley,\" Finn said.");
    }

    #[test]
    fn a_quotation_that_is_all_there_is_is_cut() {
        check("“We waited. |Then it cracked.” |The kiln was old.");
    }

    #[test]
    fn a_quotation_that_stays_open_is_cut() {
        check("“We waited. |Then it cracked.\n|“We left.”");
    }

    #[test]
    fn speaker_after_an_exclamation_is_the_same_sentence() {
        check("“Too late!” Bram Hale snapped. |“Never!” |The door closed.");
        check("\"Why?\" she asked.");
    }

    #[test]
    fn a_mark_turned_the_wrong_way_still_closes() {
        check("It was “a mistake.“ |However, nobody left.");
    }

    #[test]
    fn an_inch_mark_opens_nothing() {
        check("The 6\" pipe burst. |Dov said the crew “wouldn’t sail”. |Nobody did.");
    }

    #[test]
    fn a_lost_blank_does_not_join_sentences() {
        check(
            "The strike ended.|The next day trams ran.|“Good,” Ines said.|“We won.”|Nobody left (for now).|A bus came.",
        );
        check("It was 2019.|Then what?|Nobody knew.");
    }

    #[test]
    fn brackets_are_not_cut() {
        check("The port (Hale Quay. Opened 1902!) said its cranes failed. |(It has six. |Two work.)");
    }

    #[test]
    fn bullets_begin_sentences_and_list_numbers_do_not_end_them() {
        check("Bring: |• a lamp |• two ropes");
        check("1. Open the lid. |Then wait.\n|2. Close it.");
    }

    #[test]
    fn stops_of_other_scripts_need_no_blank() {
        check("港は閉鎖された。|船は来ない。");
        check("توقف العمل؟ |لا أحد يعلم۔");
    }

    #[test]
    fn a_signature_after_a_dash_stays_with_its_words() {
        check("“A fair deal.” – Councillor Ada Brook");
    }

    #[test]
    fn a_million_marks_take_no_longer_than_other_text() {
        for unit in ["\"", "“", "(", "\".\"", "(a. ", "'a.' ", "«.»(", "... ", "[1]"] {
            let text = unit.repeat(200_000);
            let _ = sentences(&text);
        }
    }

    proptest! {
        #[test]
        fn sentences_lie_in_the_text_in_order(text in "[a-zA-Z0-9 .!?…\"“”«»‘’'()\\[\\]•\n\u{e9}\u{4e00}。-]{0,200}") {
            let length = text.chars().count() as u32;
            let mut last = 0;
            let mut letters = 0;
            let positions = Positions::new(&text);
            for span in sentences(&text) {
                prop_assert!(span.start() >= last && span.end() <= length);
                last = span.end();
                letters += positions.slice(&text, span).chars().filter(|c| !c.is_whitespace()).count();
            }
            prop_assert_eq!(letters, text.chars().filter(|c| !c.is_whitespace()).count());
        }
    }
}
