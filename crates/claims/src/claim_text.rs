//! The words of a claim: one plain sentence taken from one of its statements.
//!
//! «Pompeo said he was told to stay», of Okafor  →  `Dele Okafor was told to stay`.
//!
//! In: the members of a claim with their sides. Out: the content that reads best alone: a full clause, named participants,
//! in the middle of what the others say; `that` and quotation marks taken off, pronouns replaced by names. A denied content
//! serves as well («denied that the dam was closed»). Where only fragments are at hand («to stay»), the cue comes along.

use crate::claims::Board;
use crate::corpus::{At, Corpus};
use crate::nodes::Node;
use crate::side::{is_pronoun, pronouns_of};
use crate::stance::Taken;
use crate::words::{Word, words};
use model::{Act, Kind, Span, Stance};
use std::collections::BTreeSet;

/// Code points between cue and content over which the two are read as one clause («told Maduro | to stay»).
const LONGEST_GAP: u32 = 80;
/// Words of a claim's text that read well.
const FEWEST_WORDS: usize = 4;
const MOST_WORDS: usize = 26;

/// The best text for a claim, from its asserted side where there is one.
pub(crate) fn claim_text(board: &Board<'_, '_>, members: &[usize], taken: &[Taken]) -> String {
    let candidate = |(member, taken): (&usize, &Taken)| {
        let node = &board.nodes[*member];
        let text = Candidate::of(board.corpus, node, taken)?;
        let others = members.iter().filter(|other| *other != member);
        let links = others.map(|other| board.links.related(*member, *other));
        let middle = links.sum::<f32>() / members.len().max(2) as f32;
        // Earlier ones win ties, whatever number their node has.
        Some((text.quality + 1.5 * middle, std::cmp::Reverse(node.first()), text.words))
    };
    let candidates = members.iter().zip(taken).filter_map(candidate);
    let best = candidates.max_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    best.map(|(_, _, words)| words).unwrap_or_default()
}

struct Candidate {
    words: String,
    quality: f32,
}

impl Candidate {
    fn of(corpus: &Corpus<'_>, node: &Node<'_>, taken: &Taken) -> Option<Self> {
        let at = node.first();
        let plain = plain(corpus, at);
        let all = words(&plain, 0);
        // A denied content is the claim itself, unless it is denied in its own words («no offer was made»).
        let is_denied = node.act == Act::Deny && taken.stance == Stance::Denies && !node.negates;
        let mut quality = if taken.asserts || is_denied { 0.0 } else { -4.0 };
        if is_denied {
            quality -= 0.3;
        }
        if node.act == Act::Deny && taken.asserts {
            quality -= 1.0;
        }
        quality += match node.kind {
            Kind::Indirect => 0.6,
            Kind::Mixed => 0.2,
            Kind::Direct => 0.0,
        };
        quality += 0.3 * node.actors.len().min(3) as f32;
        let is_clause = is_clause(&all);
        let text = if is_clause { plain } else { with_cue(corpus, at)? };
        let all = words(&text, 0);
        quality -= if is_clause { 0.0 } else { 1.5 };
        quality -= 0.7 * all.iter().filter(|word| is_loose(&word.text)).count().min(3) as f32;
        quality -= match all.len() {
            0 => return None,
            n if n < FEWEST_WORDS => 1.5,
            n if n > MOST_WORDS => 0.08 * (n - MOST_WORDS) as f32 + 0.3,
            _ => 0.0,
        };
        Some(Self { words: capitalised(&text), quality })
    }
}

/// Words that stand for something said elsewhere.
fn is_loose(word: &str) -> bool {
    is_pronoun(word)
        || matches!(word, "this" | "that" | "these" | "those" | "you" | "your" | "here" | "there" | "so" | "such")
}

/// Verbs that carry a clause; regular ones are known by their ending.
const FINITE: &[&str] = &[
    "are", "began", "broke", "brought", "built", "came", "can", "could", "did", "died", "do", "does", "fell", "fled",
    "found", "gave", "got", "had", "has", "have", "held", "is", "knew", "knows", "left", "lied", "lost", "made", "may",
    "met", "might", "must", "paid", "ran", "resigned", "said", "saw", "sent", "shot", "should", "sold", "stole",
    "stood", "threw", "told", "took", "was", "went", "were", "will", "won", "would", "wrote",
];

/// Whether some words are a clause that can stand alone: a subject and, after it, a verb with tense.
fn is_clause(all: &[Word]) -> bool {
    let starts_badly = all.first().is_none_or(|first| {
        let first = first.text.as_str();
        matches!(
            first,
            "to" | "of"
                | "for"
                | "as"
                | "by"
                | "with"
                | "in"
                | "on"
                | "at"
                | "from"
                | "against"
                | "and"
                | "but"
                | "or"
                | "because"
                | "when"
                | "how"
                | "why"
                | "what"
                | "where"
        ) || first.ends_with("ing")
    });
    let is_verb = |word: &Word| {
        let word = word.text.as_str();
        FINITE.binary_search(&word).is_ok() || word.len() > 4 && word.ends_with("ed")
    };
    let before_to = all.iter().skip(1).take_while(|word| word.text != "to");
    !starts_badly && before_to.into_iter().any(is_verb)
}

/// A content with its pronouns replaced by names and without what belongs to the sentence around it.
fn plain(corpus: &Corpus<'_>, at: At) -> String {
    let pieces: Vec<String> = corpus.statement(at).content.iter().map(|span| named(corpus, at, *span)).collect();
    stripped(&pieces.join(" "))
}

/// The words at a span with names for pronouns: at the first place for each name, and for `I` and `we` always.
fn named(corpus: &Corpus<'_>, at: At, span: Span) -> String {
    let prepared = corpus.article(at);
    let pronouns = pronouns_of(prepared.article, &prepared.places);
    let mut text = String::new();
    let mut said: BTreeSet<&str> = BTreeSet::new();
    let mut from = span.start();
    for (pronoun, name) in pronouns.into_iter().filter(|(pronoun, _)| span.contains(*pronoun)) {
        let word = prepared.places.slice(pronoun).to_lowercase();
        let before = Span::new(from, pronoun.start()).map_or("", |before| prepared.places.slice(before));
        text.push_str(before);
        from = pronoun.end();
        let is_first_person = matches!(word.as_str(), "i" | "me" | "my" | "mine" | "we" | "us" | "our" | "ours");
        if !is_first_person
            && (said.contains(name) || text.contains(name) || word.ends_with("self") || word.ends_with("selves"))
        {
            text.push_str(prepared.places.slice(pronoun));
            continue;
        }
        said.insert(name);
        text.push_str(name);
        let follows = Span::new(pronoun.end(), span.end()).map_or("", |rest| prepared.places.slice(rest));
        if matches!(word.as_str(), "his" | "its" | "their" | "my" | "our") || word == "her" && is_possessive(follows) {
            text.push_str(if name.ends_with('s') { "'" } else { "'s" });
        }
        if let Some((verb, length)) = third_person(&word, follows) {
            text.push_str(verb);
            from = (pronoun.end() + length).min(span.end());
        }
    }
    if let Ok(rest) = Span::new(from, span.end()) {
        text.push_str(prepared.places.slice(rest));
    }
    text
}

/// «her letters», not «told her to»: a word follows that is no preposition, article or end.
fn is_possessive(follows: &str) -> bool {
    let next = follows.split_whitespace().next().unwrap_or_default();
    let is_word = follows.starts_with(' ') && next.starts_with(char::is_alphabetic);
    is_word
        && !matches!(
            next,
            "to" | "in"
                | "on"
                | "at"
                | "of"
                | "for"
                | "with"
                | "from"
                | "and"
                | "but"
                | "or"
                | "that"
                | "the"
                | "a"
                | "an"
                | "as"
                | "by"
                | "was"
                | "is"
        )
}

/// The verb after `I` or `we` as it is after a name: «I have» → `has`; with the code points that it replaces.
fn third_person(pronoun: &str, follows: &str) -> Option<(&'static str, u32)> {
    const FORMS: [(&str, &str); 8] = [
        (" am ", " is "),
        ("'m ", " is "),
        ("’m ", " is "),
        (" have ", " has "),
        (" are ", " is "),
        (" were ", " was "),
        ("'ve ", " has "),
        ("’ve ", " has "),
    ];
    if !matches!(pronoun, "i" | "we") {
        return None;
    }
    FORMS
        .iter()
        .find(|(first, _)| follows.starts_with(first))
        .map(|(first, third)| (*third, first.chars().count() as u32))
}

/// Speaker, cue and content as one clause, for a content that cannot stand alone.
fn with_cue(corpus: &Corpus<'_>, at: At) -> Option<String> {
    let statement = corpus.statement(at);
    let (cue, content) = (statement.cue.first()?, statement.content.last()?);
    let first = statement.content.first()?;
    let speaker = corpus.side(at).speaker.as_str();
    if speaker.is_empty() {
        return None;
    }
    let cue_words = &corpus.side(at).cue;
    let gap = first.start().saturating_sub(cue.end());
    // A cue may reach into its content («were widely heeding | heeding the call»): then they are one clause, too.
    let words = if cue.start() < first.start() && gap <= LONGEST_GAP && !cue_words.starts_with([':', '–', '—', '-'])
    {
        let whole = Span::new(cue.start(), content.end()).ok()?;
        format!("{speaker} {}", stripped(&named(corpus, at, whole)))
    } else if cue_words.starts_with(char::is_alphabetic) && cue_words != "according to" {
        format!("{speaker} {cue_words} {}", plain(corpus, at))
    } else {
        format!("{speaker}: {}", plain(corpus, at))
    };
    Some(words)
}

/// Blanks folded, quotation marks and entities undone, `that` and its like taken off the start, points off the end.
fn stripped(text: &str) -> String {
    let text = text.replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&");
    let text: String = text.chars().filter(|c| !matches!(c, '"' | '“' | '”' | '«' | '»' | '„')).collect();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut text = text.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, ',' | '.' | ';' | ':' | '‘' | '’' | '\'' | '-' | '–' | '—')
    });
    for opening in ["that ", "whether ", "if ", "as if ", "how "] {
        if let Some(start) = text.get(..opening.len()).filter(|start| start.eq_ignore_ascii_case(opening)) {
            text = text.get(start.len()..).unwrap_or_default();
            break;
        }
    }
    text.to_owned()
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::{FINITE, is_clause, stripped, third_person};
    use crate::words::words;

    #[test]
    fn verbs_are_sorted() {
        assert!(FINITE.is_sorted());
    }

    #[test]
    fn an_infinitive_and_a_bare_noun_are_no_clause() {
        let check = |text: &str, expected| assert_eq!(is_clause(&words(text, 0)), expected, "{text}");
        check("the dam was closed on Tuesday", true);
        check("Vell ordered the closure", true);
        check("to stay in Lorca", false);
        check("the closure of the dam", false);
        check("Vell to have closed the dam", false);
    }

    #[test]
    fn what_belongs_to_the_sentence_around_is_taken_off() {
        assert_eq!(stripped("that  “the dam” was closed,"), "the dam was closed");
        assert_eq!(third_person("i", " have left"), Some((" has ", 6)));
        assert_eq!(third_person("he", " have left"), None);
    }
}
