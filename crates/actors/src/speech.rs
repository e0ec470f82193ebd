//! Who speaks where a mention stands, before mentions have become entities.
//!
//! In: an article with its statements, and its mentions. Out: for each first person inside a quotation the mention that is the
//! quotation's source; which first persons are the author's own; which mentions the article tells of as speakers.
//! «"I never met him," Oda Brünn said. I doubt it.» → the first `I` is `Oda Brünn`, the second one the author.
//!
//! So a quotation and its speaker are decided together with the chains ([`crate::chains`]); [`crate::speakers`] writes them down.

use crate::entity::form;
use crate::features::{Place, Prepared};
use crate::speakers::{Found, Places, first_persons, resolve, source};
use crate::words::Pronoun;
use model::{Article, Entity, EntityType, Mention, Span};

/// For each mention, by number.
#[derive(Clone, Debug, Default)]
pub(crate) struct Speech {
    /// Of a first person: the mention that speaks it, which is none itself.
    pub is: Vec<Option<usize>>,
    /// Of a first person: whether no quotation or content of a statement holds it, so that whoever wrote the article speaks.
    pub author: Vec<bool>,
    /// Whether it is the source of a statement and no first person: whoever wrote the article tells of somebody else.
    pub told: Vec<bool>,
}

impl Speech {
    /// Reads the statements' sources and contents; `kinds` are the mentions' likeliest types.
    pub(crate) fn of(article: &Article, letters: &[char], prepared: &Prepared, kinds: &[EntityType]) -> Self {
        let n = prepared.mentions.len();
        let mut out = Self { is: vec![None; n], author: vec![false; n], told: vec![false; n] };
        let mut contents: Vec<Span> = article.statements.iter().flat_map(|s| s.content.iter().copied()).collect();
        contents.sort_unstable();
        let mut reach = 0;
        let ends: Vec<u32> = contents
            .iter()
            .map(|c| {
                reach = reach.max(c.end());
                reach
            })
            .collect();
        for (slot, place) in out.author.iter_mut().zip(&prepared.mentions) {
            let before = contents.partition_point(|c| c.start() <= place.span.start());
            let held = before.checked_sub(1).and_then(|k| ends.get(k)).is_some_and(|end| *end > place.span.start());
            *slot = is_first(place) && !place.quoted && !held;
        }
        if article.statements.is_empty() {
            return out;
        }
        let entities = prepared.mentions.iter().enumerate().map(|(index, place)| Entity {
            id: format!("e{index}"),
            kind: kinds.get(index).copied().unwrap_or(EntityType::Person),
            name: String::new(),
            mentions: vec![Mention::new(place.span, form(letters, place))],
            actor: None,
            role: None,
            confidence: None,
            rivals: Vec::new(),
        });
        let alone = Article {
            text: article.text.clone(),
            statements: article.statements.clone(),
            entities: entities.collect(),
            ..Article::default()
        };
        let quotes = text::quotation_states(&article.text);
        let places = Places::new(&alone, letters, &quotes);
        let found: Vec<Found> = (0..alone.statements.len()).map(|s| source::find(&alone, &places, s)).collect();
        let moves = first_persons(&alone, &places, &found);
        let speaker = |statement: usize| resolve(&places, &found, statement).map(|(mention, ..)| mention);
        for mention in (0..found.len()).filter_map(speaker) {
            if let (Some(slot), Some(place)) = (out.told.get_mut(mention), prepared.mentions.get(mention)) {
                *slot = !is_first(place);
            }
        }
        for (mention, statement) in &moves {
            let mut target = speaker(*statement);
            for _ in 0..4 {
                match target.and_then(|t| moves.get(&t)) {
                    Some(next) => target = speaker(*next),
                    None => break,
                }
            }
            if let Some(slot) = out.is.get_mut(*mention) {
                *slot = target.filter(|t| t != mention && !moves.contains_key(t));
            }
        }
        out
    }
}

fn is_first(place: &Place) -> bool {
    matches!(place.phrase.pronoun, Some(Pronoun::First | Pronoun::FirstPlural))
}
