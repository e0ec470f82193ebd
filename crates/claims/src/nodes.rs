//! The statements of a story made ready for comparing: statements that are word for word the same become one node.
//!
//! In: statements. Out: [`Node`]s with what is compared of each: projections, words, actors, speaker, act, place.

use crate::corpus::{At, Corpus, NO_SIDE};
use crate::side::Side;
use crate::vector::{Projection, SentenceVector, Vector};
use crate::words::{Word, hash, is_common, is_negation, words};
use model::{Act, EntityType, Kind, Span, ZoneKind};
use std::collections::BTreeMap;

/// Statements of one story with the same speaker, cue and content: they are compared once.
pub(crate) struct Node<'a> {
    /// In corpus order; at least one of a node of statements, none of a sentence.
    pub(crate) members: Vec<At>,
    /// The article of the first one.
    pub(crate) article: usize,
    /// Its place in that article; `None` of a sentence.
    pub(crate) place: Option<usize>,
    pub(crate) side: &'a Side,
    pub(crate) vector: &'a Vector,
    pub(crate) projection: &'a Projection,
    pub(crate) act: Act,
    pub(crate) kind: Kind,
    pub(crate) negated: bool,
    pub(crate) hedged: bool,
    /// Where among its article's statements it stands, from 0 for the first to 1 for the last.
    pub(crate) part: f32,
    pub(crate) zone: ZoneKind,
    /// Day of publication of the first member's article.
    pub(crate) day: Option<i64>,
    /// The statement, by its place in the article, in whose content the first member stands.
    pub(crate) parent: Option<usize>,
    /// A number for the speaker's actor.
    pub(crate) speaker: Option<u64>,
    /// A number for whoever speaks: the actor, else the words that name the source; `None` where the text names nobody.
    pub(crate) who: Option<u64>,
    /// The speaker's actor with everything that it is part of, as numbers.
    pub(crate) bodies: Vec<u64>,
    /// What the speaker is.
    pub(crate) speaker_kind: Option<EntityType>,
    /// Numbers of the content's words that say something, sorted.
    pub(crate) words: Vec<u64>,
    /// Those of them that are figures, sorted.
    pub(crate) figures: Vec<u64>,
    /// Numbers of the actors that the content speaks of, sorted.
    pub(crate) actors: Vec<u64>,
    /// The content has a negation of its own (`no`, `never`).
    pub(crate) negates: bool,
}

impl<'a> Node<'a> {
    /// The nodes of some statements, in corpus order of their first members.
    pub(crate) fn of(corpus: &'a Corpus<'_>, statements: &[At]) -> Vec<Self> {
        let mut numbers: BTreeMap<(&Side, Act, bool), usize> = BTreeMap::new();
        let mut nodes: Vec<Self> = Vec::new();
        for at in statements {
            let statement = corpus.statement(*at);
            let key = (corpus.side(*at), statement.act, statement.negated);
            if let Some(node) = numbers.get(&key).and_then(|number| nodes.get_mut(*number)) {
                node.members.push(*at);
                continue;
            }
            numbers.insert(key, nodes.len());
            nodes.push(Self::new(corpus, *at));
        }
        nodes
    }

    fn new(corpus: &'a Corpus<'_>, at: At) -> Self {
        let statement = corpus.statement(at);
        let side = corpus.side(at);
        let prepared = corpus.article(at);
        let told = Content::of(corpus, at.article, &statement.content);
        let actor = corpus.speaker(at);
        let bodies = actor.map(|actor| corpus.bodies(actor).into_iter().map(hash).collect());
        Self {
            members: vec![at],
            article: at.article,
            place: Some(at.statement),
            side,
            vector: corpus.vector(at),
            projection: corpus.projection(at),
            act: statement.act,
            kind: statement.kind,
            negated: statement.negated,
            hedged: statement.hedged,
            part: at.statement as f32 / prepared.article.statements.len().saturating_sub(1).max(1) as f32,
            zone: statement.zone,
            day: prepared.day,
            parent: prepared.parents.get(at.statement).copied().flatten(),
            speaker: actor.map(hash),
            who: actor.map(hash).or_else(|| (!side.speaker.is_empty()).then(|| hash(&side.speaker.to_lowercase()))),
            bodies: bodies.unwrap_or_default(),
            speaker_kind: actor.and_then(|actor| corpus.kind(actor)),
            words: told.words,
            figures: told.figures,
            actors: told.actors,
            negates: told.negates,
        }
    }

    /// A sentence of the outlet's own as a node, for comparing with statements; it has no place among them.
    pub(crate) fn of_sentence(corpus: &'a Corpus<'_>, article: usize, sentence: &'a SentenceVector) -> Self {
        let told = Content::of(corpus, article, &[sentence.span]);
        let prepared = &corpus.articles[article];
        Self {
            members: Vec::new(),
            article,
            place: None,
            side: &NO_SIDE,
            vector: &sentence.vector,
            projection: &sentence.projection,
            act: Act::Assert,
            kind: Kind::Indirect,
            negated: false,
            hedged: false,
            part: part_of(prepared.article, sentence.span),
            zone: prepared.article.zone_at(sentence.span.start()),
            day: prepared.day,
            parent: None,
            speaker: None,
            who: None,
            bodies: Vec::new(),
            speaker_kind: None,
            words: told.words,
            figures: told.figures,
            actors: told.actors,
            negates: told.negates,
        }
    }

    /// Its first statement.
    pub(crate) fn first(&self) -> At {
        self.members.first().copied().unwrap_or(At { article: 0, statement: 0 })
    }
}

/// Where among an article's statements a sentence stands, from 0 to 1.
fn part_of(article: &model::Article, sentence: Span) -> f32 {
    let start = |statement: &model::Statement| statement.cue.first().map_or(0, |span| span.start());
    let before = article.statements.iter().filter(|statement| start(statement) < sentence.start()).count();
    before as f32 / article.statements.len().max(1) as f32
}

/// What some words of an article hold that is compared.
struct Content {
    words: Vec<u64>,
    figures: Vec<u64>,
    actors: Vec<u64>,
    negates: bool,
}

impl Content {
    fn of(corpus: &Corpus<'_>, article: usize, spans: &[Span]) -> Self {
        let prepared = &corpus.articles[article];
        let all: Vec<Word> = spans.iter().flat_map(|span| words(prepared.places.slice(*span), 0)).collect();
        let telling = all.iter().map(|word| word.text.as_str()).filter(|word| !is_common(word));
        let is_figure = |word: &&str| word.starts_with(|first: char| first.is_numeric());
        let mut actors: Vec<u64> = Vec::new();
        for entity in &prepared.article.entities {
            let is_inside = |mention: &model::Mention| spans.iter().any(|span| span.contains(mention.span));
            if entity.mentions.iter().any(is_inside) {
                actors.push(hash(entity.actor.as_deref().unwrap_or(&entity.name)));
            }
        }
        Self {
            words: numbers(telling.clone().map(hash)),
            figures: numbers(telling.filter(is_figure).map(hash)),
            actors: numbers(actors),
            negates: all.iter().any(|word| is_negation(&word.text)),
        }
    }
}

/// Hashes as a sorted set.
pub(crate) fn numbers(of: impl IntoIterator<Item = u64>) -> Vec<u64> {
    let mut numbers: Vec<u64> = of.into_iter().collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}
