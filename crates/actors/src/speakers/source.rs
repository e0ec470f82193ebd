//! From one statement's source to a mention.
//!
//! «Defence Minister Oda Brünn, who …» → the mention that is the source; else the one that holds its head; for `who` the
//! mention right before; without a source whoever spoke the quotation that goes on.

use super::place::Places;
use super::{Found, is_quoted};
use crate::phrase::Phrase;
use crate::words::{Pronoun, fold, is_body, is_person, is_plural, is_preposition, is_stop, mask, number, words_of};
use model::{Article, Entity, EntityType, Mention, MentionForm, Span, SpeakerBy};
use std::collections::HashSet;

/// How sure a speaker is by the way it was found; shares of right ones on the stories that rules may be made from.
const EXACT: f32 = 0.97;
const HEAD: f32 = 0.93;
const AROUND: f32 = 0.88;
const RELATIVE: f32 = 0.93;
const CONTEXT: f32 = 0.75;
const FIRST_PERSON: f32 = 0.93;

/// Who speaks statement `n`.
pub(crate) fn find(article: &Article, places: &Places<'_>, n: usize) -> Found {
    let Some(statement) = article.statements.get(n) else { return Found::Nobody };
    let mut best: Option<(usize, f32)> = None;
    for source in &statement.source {
        let Some(hit) = mention_of(article, places, *source) else { continue };
        // name and apposition are pieces of one source: the name says more
        let is_name = places.mentions.get(hit.0).is_some_and(|m| m.form == MentionForm::Name);
        let was_name = best.and_then(|(m, _)| places.mentions.get(m)).is_some_and(|m| m.form == MentionForm::Name);
        if best.is_none() || (is_name && !was_name) {
            best = Some(hit);
        }
    }
    // «Nineteen say», «many fear»: no one whom another mention tells of
    let alone = |m: usize| {
        let entity = places.entity_of(m).and_then(|e| article.entities.get(e));
        entity.is_none_or(|e| e.mentions.len() == 1)
    };
    best = best.filter(|(m, _)| {
        !places.mentions.get(*m).is_some_and(|mention| alone(*m) && is_nobody(places.letters(), mention.span))
    });
    if let Some((mention, confidence)) = best {
        return of_mention(places, mention, confidence, n);
    }
    if statement.source.is_empty() { without_source(article, places, n) } else { Found::Nobody }
}

/// A first person that somebody else's quotation holds is whoever speaks that quotation.
fn of_mention(places: &Places<'_>, mention: usize, confidence: f32, statement: usize) -> Found {
    if let Some(m) = places.mentions.get(mention)
        && m.form == MentionForm::FirstPerson
        && class(&places.words(m.span)) == Some(Pronoun::First)
        && let Some(speech) = places.speech_around(m.span).filter(|s| *s != statement)
    {
        return Found::SameAs { statement: speech, by: SpeakerBy::FirstPerson, confidence: FIRST_PERSON };
    }
    Found::Mention { mention, confidence }
}

fn class(words: &str) -> Option<Pronoun> {
    crate::words::pronoun(&fold(words.trim()))
}

/// The mention that a piece of a source means, and how sure.
fn mention_of(article: &Article, places: &Places<'_>, source: Span) -> Option<(usize, f32)> {
    let source = trimmed(places.letters(), source)?;
    let exact = places.exactly(source);
    if class(&places.words(source)) == Some(Pronoun::Relative) {
        // `who` alone in its entity tells nothing; the phrase before it does
        let alone = exact
            .and_then(|m| places.entity_of(m))
            .and_then(|e| article.entities.get(e))
            .is_none_or(|e| e.mentions.len() == 1);
        if alone && let Some(before) = before(places, source) {
            return Some((before, RELATIVE));
        }
    }
    if let Some(mention) = exact {
        return Some((mention, EXACT));
    }
    let head = head_of(places.letters(), source);
    let inside = places.inside(source);
    if let Some(head) = head
        && let Some(hit) = inside
            .iter()
            .copied()
            .find(|i| places.mentions.get(*i).is_some_and(|m| holds_as_head(places.letters(), m.span, head)))
    {
        return Some((hit, HEAD));
    }
    let around = places.around(source)?;
    let span = places.mentions.get(around)?.span;
    let same_head = head_of(places.letters(), span).is_some_and(|h| source.contains(h));
    // far more around it than the source is no longer the source
    (same_head || span.length() <= source.length() + 4).then_some((around, AROUND))
}

/// The mention right before `who`, over a comma.
fn before(places: &Places<'_>, source: Span) -> Option<usize> {
    let mut end = source.start();
    for _ in 0..3 {
        if let Some(mention) = places.ending_at(end) {
            return Some(mention);
        }
        end = end.checked_sub(1)?;
        if places.letters().get(end as usize).is_some_and(|c| c.is_alphanumeric()) {
            return None;
        }
    }
    places.ending_at(end)
}

/// Without blanks, commas and a leading `by`, and without a final `'s`.
fn trimmed(letters: &[char], span: Span) -> Option<Span> {
    let (mut a, mut b) = (span.start() as usize, (span.end() as usize).min(letters.len()));
    let edge = |i: usize| letters.get(i).is_none_or(|c| c.is_whitespace() || matches!(c, ',' | ';'));
    while a < b && edge(a) {
        a += 1;
    }
    while a < b && edge(b - 1) {
        b -= 1;
    }
    if b > a + 2 && matches!(letters.get(b - 2..b), Some(['\'' | '’', 's'])) {
        b -= 2;
    }
    Span::of(a, b)
}

/// The head word of a phrase: the last word of its core, for appositions of the first part.
fn head_of(letters: &[char], span: Span) -> Option<Span> {
    let phrase = letters.get(span.start() as usize..span.end() as usize)?;
    let words = words_of(phrase);
    let comma = phrase.iter().position(|c| *c == ',').unwrap_or(usize::MAX);
    let end = words
        .iter()
        .enumerate()
        .skip(1)
        .find(|(_, w)| is_preposition(&w.folded) || w.start > comma)
        .map_or(words.len(), |(k, _)| k);
    let head = words.iter().take(end).rev().find(|w| !is_stop(&w.folded)).or_else(|| words.first())?;
    let start = span.start() as usize + head.start;
    Span::of(start, start + head.raw.chars().count())
}

/// Whether a mention's own head is the given word.
fn holds_as_head(letters: &[char], mention: Span, head: Span) -> bool {
    head_of(letters, mention).is_some_and(|h| h.start() == head.start())
}

/// A statement that names no source: a quotation that goes on from the last speaker.
fn without_source(article: &Article, places: &Places<'_>, n: usize) -> Found {
    let Some(statement) = article.statements.get(n) else { return Found::Nobody };
    let Some(start) = statement.content.first().map(|c| c.start()) else { return Found::Nobody };
    // a statement nested in a quotation whose words name nobody is not the quotation's speaker
    if !is_quoted(statement) || statement.parent.is_some() {
        return Found::Nobody;
    }
    let paragraph = places.paragraph(start);
    let last = article
        .statements
        .iter()
        .enumerate()
        .take(n)
        .rev()
        .take(8)
        .find(|(_, s)| is_quoted(s) && s.parent.is_none() && s.content.iter().any(|c| c.end() <= start));
    let Some((before, previous)) = last else { return Found::Nobody };
    let previous_paragraph = previous
        .content
        .iter()
        .chain(&previous.cue)
        .chain(&previous.source)
        .filter(|s| s.start() < start)
        .map(|s| places.paragraph(s.end().saturating_sub(1)))
        .max()
        .unwrap_or_default();
    let floats = places.fills_paragraph(statement) && paragraph <= previous_paragraph + 1;
    let same_paragraph = paragraph == previous_paragraph && places.is_in_quotation(start);
    if floats || same_paragraph {
        return Found::SameAs { statement: before, by: SpeakerBy::QuotationContext, confidence: CONTEXT };
    }
    Found::Nobody
}

/// Gives each source that no mention covers an entity of its own.
pub(crate) fn add_missing_entities(article: &mut Article, letters: &[char]) {
    let quotes = text::quotation_states(&article.text);
    let missing: Vec<Span> = {
        let places = Places::new(article, letters, &quotes);
        let mut out = Vec::new();
        for statement in &article.statements {
            let found = statement.source.iter().any(|s| mention_of(article, &places, *s).is_some());
            if !found
                && let Some(span) = statement.source.first().and_then(|s| trimmed(letters, *s))
                && !is_nobody(letters, span)
            {
                out.push(span);
            }
        }
        out.sort();
        out.dedup();
        out
    };
    let last = article.entities.iter().filter_map(|e| e.id.strip_prefix('e')?.parse::<u32>().ok()).max().unwrap_or(0);
    for (next, span) in (u64::from(last) + 1..).zip(missing) {
        let words = letters.get(span.start() as usize..span.end() as usize).unwrap_or_default();
        let phrase = Phrase::read(words, false, false, &HashSet::new());
        let form = match (phrase.pronoun, phrase.name) {
            (Some(Pronoun::First | Pronoun::FirstPlural), _) => MentionForm::FirstPerson,
            (Some(_), _) => MentionForm::Pronoun,
            (None, true) => MentionForm::Name,
            (None, false) => MentionForm::Description,
        };
        let name: String = words.iter().collect();
        article.entities.push(Entity {
            id: format!("e{next}"),
            kind: kind_of(&phrase),
            name: name.split_whitespace().collect::<Vec<_>>().join(" "),
            mentions: vec![Mention::new(span, form)],
            actor: None,
            role: None,
            confidence: None,
            rivals: Vec::new(),
        });
    }
}

/// `nobody`, `neither side`, `everyone in town`, `some`: words that tell no one apart.
fn is_nobody(letters: &[char], span: Span) -> bool {
    const ALONE: [&str; 8] = ["some", "many", "others", "one", "it", "you", "which", "all"];
    const ANYWHERE: [&str; 12] = [
        "nobody",
        "none",
        "neither",
        "no",
        "someone",
        "somebody",
        "everyone",
        "everybody",
        "anyone",
        "anybody",
        "either",
        "each",
    ];
    let words = words_of(letters.get(span.start() as usize..span.end() as usize).unwrap_or_default());
    let Some(first) = words.first() else { return true };
    let is_number = |word: &str| number(word).is_some() || word.chars().all(|c| c.is_numeric());
    ANYWHERE.contains(&first.folded.as_str())
        || (words.len() == 1 && is_number(&first.folded))
        || (words.len() == 1 && ALONE.contains(&first.folded.as_str()))
}

/// What an uncovered source is, by its head word.
fn kind_of(phrase: &Phrase) -> EntityType {
    const SOURCES: [&str; 10] =
        ["source", "sources", "official", "officials", "person", "people", "insider", "insiders", "aide", "aides"];
    const DOCUMENTS: [&str; 14] = [
        "report",
        "reports",
        "study",
        "poll",
        "survey",
        "memo",
        "letter",
        "document",
        "documents",
        "statement",
        "figures",
        "data",
        "video",
        "email",
    ];
    let head = phrase.head.as_str();
    if DOCUMENTS.contains(&head) {
        EntityType::Document
    } else if phrase.name {
        if phrase.mask & mask::IT != 0 && is_body(head) { EntityType::Organisation } else { EntityType::Person }
    } else if SOURCES.contains(&head) || (phrase.indefinite && is_person(head)) || !phrase.numbers.is_empty() {
        EntityType::Anonymous
    } else if is_body(head) {
        EntityType::Organisation
    } else if let Some((kind, plural)) = crate::roles::role(head) {
        match (kind, plural, phrase.indefinite) {
            (EntityType::Person, true, _) => EntityType::Group,
            (EntityType::Person, false, true) => EntityType::Anonymous,
            _ => kind,
        }
    } else if is_plural(head) || phrase.mask == mask::THEY {
        EntityType::Group
    } else {
        EntityType::Person
    }
}
