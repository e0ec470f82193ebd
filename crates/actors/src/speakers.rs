//! Who speaks: from the source of each statement to an entity of the article.
//!
//! In: an article with statements and entities. Out: the same with [`Statement::speaker`] set, first persons inside quotations
//! moved to whoever speaks there, and an entity of its own for each source that no mention covers.
//! «"I was asked," Oda Brünn said. "We waited.» → both Oda Brünn; `I` is Oda Brünn.
//!
//! Nobody is guessed: where neither source nor quotation tells, the speaker stays `None`.

mod place;
pub(crate) mod source;

use crate::confidence::{Link, of_mention};
use crate::words::{Pronoun, pronoun};
use model::{Article, Kind, Mention, MentionForm, Span, Speaker, SpeakerBy, Statement};
pub(crate) use place::Places;
use std::collections::{BTreeMap, HashMap};

/// How a speaker was found, before the entity is looked up: moves of first persons come in between.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Found {
    /// A mention, by its number in [`Places`].
    Mention {
        mention: usize,
        confidence: f32,
    },
    /// Whoever speaks the statement with this number.
    SameAs {
        statement: usize,
        by: SpeakerBy,
        confidence: f32,
    },
    Nobody,
}

/// A chain of statements that rest on each other is followed this far; real ones have two or three links.
const LONGEST_CHAIN: usize = 16;

/// Sets the speaker of each statement from the article's entities. `sure`: how sure a mention is of its entity, by place.
pub fn speakers(article: &mut Article, sure: &BTreeMap<Span, f32>) {
    let letters: Vec<char> = article.text.chars().collect();
    let quotes = text::quotation_states(&article.text);
    source::add_missing_entities(article, &letters);
    let places = Places::new(article, &letters, &quotes);
    let found: Vec<Found> = (0..article.statements.len()).map(|n| source::find(article, &places, n)).collect();
    let moves = first_persons(article, &places, &found);
    apply(article, &places, &found, &moves, sure);
}

/// Follows [`Found::SameAs`] to a mention: its number, how it was told, how sure.
pub(crate) fn resolve(places: &Places<'_>, found: &[Found], statement: usize) -> Option<(usize, SpeakerBy, f32)> {
    let mut at = statement;
    let mut told: Option<SpeakerBy> = None;
    let mut sure = 1.0;
    for _ in 0..LONGEST_CHAIN {
        match found.get(at)? {
            Found::Mention { mention, confidence } => {
                let form = places.mentions.get(*mention)?.form;
                let own = if form == MentionForm::Name { SpeakerBy::Name } else { SpeakerBy::Coreference };
                return Some((*mention, told.unwrap_or(own), sure * confidence));
            }
            Found::SameAs { statement, by, confidence } => {
                told.get_or_insert(*by);
                sure *= confidence;
                at = *statement;
            }
            Found::Nobody => return None,
        }
    }
    None
}

/// First persons inside quoted content, by mention: the statement that speaks them.
pub(crate) fn first_persons(article: &Article, places: &Places<'_>, found: &[Found]) -> BTreeMap<usize, usize> {
    let mut out = BTreeMap::new();
    for (index, mention) in places.mentions.iter().enumerate() {
        if mention.form != MentionForm::FirstPerson {
            continue;
        }
        let word = places.words(mention.span).to_lowercase();
        let singular = pronoun(&crate::words::fold(&word)) == Some(Pronoun::First);
        let Some(speech) = places.speech_around(mention.span) else { continue };
        let Some((speaker, _, _)) = resolve(places, found, speech) else { continue };
        if speaker == index {
            continue;
        }
        // «we» of a body is the body; «we» of a person may be anybody, coreference decides.
        let of_body = places
            .entity_of(speaker)
            .and_then(|e| article.entities.get(e))
            .is_some_and(|e| !matches!(e.kind, model::EntityType::Person | model::EntityType::Anonymous));
        if singular || of_body {
            out.insert(index, speech);
        }
    }
    out
}

/// Moves first persons and writes the speakers.
fn apply(
    article: &mut Article,
    places: &Places<'_>,
    found: &[Found],
    moves: &BTreeMap<usize, usize>,
    sure: &BTreeMap<Span, f32>,
) {
    let mut spoken: BTreeMap<usize, f32> = BTreeMap::new();
    // where each mention belongs in the end
    let mut entity_of: Vec<Option<usize>> = (0..places.mentions.len()).map(|m| places.entity_of(m)).collect();
    for (mention, speech) in moves {
        let Some((speaker, _, confidence)) = resolve(places, found, *speech) else { continue };
        // the speaker of the quotation may itself be a first person that moves («"I," I said»)
        let mut target = speaker;
        for _ in 0..LONGEST_CHAIN {
            let Some(next) = moves.get(&target).and_then(|s| resolve(places, found, *s)) else { break };
            target = next.0;
        }
        if let (Some(slot), Some(entity)) = (entity_of.get_mut(*mention), places.entity_of(target)) {
            *slot = Some(entity);
            let link = places.mentions.get(target).and_then(|place| sure.get(&place.span)).copied().unwrap_or(1.0);
            spoken.insert(*mention, of_mention(Link::Spoken, confidence * link));
        }
    }
    let mut mentions: HashMap<usize, Vec<Mention>> = HashMap::new();
    for (number, (mention, entity)) in places.mentions.iter().zip(&entity_of).enumerate() {
        let mut mention = *mention;
        if let Some(confidence) = spoken.get(&number) {
            mention = Mention { confidence: Some(*confidence), rival: None, ..mention };
        }
        if let Some(entity) = entity {
            mentions.entry(*entity).or_default().push(mention);
        }
    }
    let names: Vec<(String, String)> = article.entities.iter().map(|e| (e.id.clone(), e.name.clone())).collect();
    for (n, statement) in article.statements.iter_mut().enumerate() {
        statement.speaker = resolve(places, found, n).and_then(|(mention, by, confidence)| {
            let entity = entity_of.get(mention).copied().flatten()?;
            let place = places.mentions.get(mention)?;
            let link = sure.get(&place.span).copied().unwrap_or(1.0);
            let confidence = confidence * link;
            let (id, name) = names.get(entity)?;
            let by =
                if by == SpeakerBy::Coreference && moves.contains_key(&mention) { SpeakerBy::FirstPerson } else { by };
            Some(Speaker { actor: None, entity: Some(id.clone()), name: name.clone(), by, confidence })
        });
    }
    for (index, entity) in article.entities.iter_mut().enumerate() {
        let mut own = mentions.remove(&index).unwrap_or_default();
        own.sort_by(|a, b| a.span.start().cmp(&b.span.start()).then(b.span.end().cmp(&a.span.end())));
        entity.mentions = own;
    }
    article.entities.retain(|e| !e.mentions.is_empty());
}

/// Whether a statement's content stands in quotation marks, at least partly.
pub(crate) fn is_quoted(statement: &Statement) -> bool {
    statement.kind != Kind::Indirect
}

/// Whether a span lies in one of the pieces.
pub(crate) fn holds(pieces: &[Span], span: Span) -> bool {
    pieces.iter().any(|p| p.contains(span))
}

#[cfg(test)]
mod tests;
