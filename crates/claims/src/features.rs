//! What two statements of one story show without any model: numbers about words, actors, speakers, acts and places.
//!
//! In: two [`Node`]s, how rare each word and actor is in their story, and what stands round them ([`Weighed`]). Out: [`FEATURES`] numbers,
//! nearly all from 0 to 1. The claim heads were trained with exactly these (`training/claims.py`, in this order);
//! `tests/fixtures/features.json` holds both together. They are symmetric: which of the two comes first has no influence.

use crate::nodes::Node;
use crate::terms::{INSIDE, Kind as Term, Weighed};
use model::{Act, EntityType, Kind, ZoneKind};
use std::collections::BTreeMap;

/// How many numbers there are.
pub const FEATURES: usize = NARROW + WIDE;

/// Those of them, the first, that the head reads which grows with the trunk.
pub const NARROW: usize = 28;

/// The others: of words and actors round the statements, of acts, days and speakers.
const WIDE: usize = 32 + 2 * Act::ALL.len() + 1 + SPEAKERS.len() + 2;

/// What speakers are asked for being.
const SPEAKERS: [EntityType; 6] = [
    EntityType::Person,
    EntityType::Organisation,
    EntityType::State,
    EntityType::Group,
    EntityType::Anonymous,
    EntityType::Document,
];

/// The number that is 1 where one of two acts is a denial and the other is not.
pub const ONE_DENIES: usize = 10;

/// How rare each word and actor is among a story's statements.
pub(crate) struct Rarity {
    words: BTreeMap<u64, u32>,
    actors: BTreeMap<u64, u32>,
    all: f32,
}

impl Rarity {
    /// Counts over statements: a node stands for all its members.
    pub(crate) fn of(nodes: &[Node<'_>]) -> Self {
        let (mut words, mut actors, mut all) = (BTreeMap::new(), BTreeMap::new(), 0);
        for node in nodes {
            let members = node.members.len() as u32;
            all += members;
            node.words.iter().for_each(|word| *words.entry(*word).or_insert(0) += members);
            node.actors.iter().for_each(|actor| *actors.entry(*actor).or_insert(0) += members);
        }
        Self { words, actors, all: all as f32 + 1.0 }
    }

    fn words<'t>(&self, words: impl Iterator<Item = &'t u64>) -> f32 {
        words.map(|word| self.rare(&self.words, word)).sum()
    }

    fn actors<'t>(&self, actors: impl Iterator<Item = &'t u64>) -> f32 {
        actors.map(|actor| self.rare(&self.actors, actor)).sum()
    }

    fn rare(&self, counts: &BTreeMap<u64, u32>, term: &u64) -> f32 {
        (self.all / counts.get(term).map_or(1.0, |count| *count as f32)).ln()
    }
}

/// Terms that two sorted lists share.
fn shared<'t>(a: &'t [u64], b: &'t [u64]) -> impl Iterator<Item = &'t u64> {
    a.iter().filter(|term| b.binary_search(term).is_ok())
}

/// The numbers of two nodes with what stands round each.
pub(crate) fn features(a: (&Node<'_>, &Weighed), b: (&Node<'_>, &Weighed), rarity: &Rarity) -> [f32; FEATURES] {
    let mut all = [0.0; FEATURES];
    let (first, rest) = all.split_at_mut(NARROW);
    first.copy_from_slice(&narrow(a.0, b.0, rarity));
    fill_wide(rest, a, b);
    all
}

/// Writes the numbers beyond [`NARROW`].
fn fill_wide(to: &mut [f32], (a, x): (&Node<'_>, &Weighed), (b, y): (&Node<'_>, &Weighed)) {
    let number = |is: bool| f32::from(u8::from(is));
    let common = |kind: Term, most: f32, part: f32| {
        let common = x.common(y, kind);
        [common.weight.min(most) / part, common.of_fewer, common.of_more]
    };
    let two = |kind: Term| common(kind, 12.0, 4.0).into_iter().take(2);
    let first = [Term::Stems, Term::Sentence, Term::Around].into_iter().flat_map(two);
    let inside = (0..INSIDE.len() - 1).flat_map(|number| x.inside(y, number));
    let second = [Term::SentenceActors, Term::AroundActors, Term::Cue].into_iter().flat_map(two);
    let headline = x.inside(y, INSIDE.len() - 1);
    let of_more = [Term::Content, Term::Actors].map(|kind| x.common(y, kind).of_more);
    let runs = [Term::Pairs, Term::Threes].into_iter().flat_map(|kind| common(kind, 20.0, 8.0));
    let places = [a.part.min(b.part), a.part.max(b.part)];
    let (acts, others) = ((a.act, b.act), a.act != b.act);
    let acts = Act::ALL.into_iter().flat_map(move |act| {
        let (a, b) = (number(acts.0 == act), number(acts.1 == act));
        [(a + b) / 2.0, if others { a.max(b) } else { 0.0 }]
    });
    let days = match (a.day, b.day) {
        (Some(a), Some(b)) => a.abs_diff(b) as f32,
        _ => 1.0,
    };
    let kinds = (a.speaker_kind, b.speaker_kind);
    let speakers =
        SPEAKERS.into_iter().map(move |kind| (number(kinds.0 == Some(kind)) + number(kinds.1 == Some(kind))) / 2.0);
    let hedged = (number(a.hedged) + number(b.hedged)) / 2.0;
    let figures = !a.figures.is_empty() && !b.figures.is_empty() && shared(&a.figures, &b.figures).next().is_none();
    let numbers = first
        .chain(inside)
        .chain(second)
        .chain(headline)
        .chain(of_more)
        .chain(runs)
        .chain(places)
        .chain(acts)
        .chain([days.ln_1p() / 4.0])
        .chain(speakers)
        .chain([hedged, number(figures)]);
    to.iter_mut().zip(numbers).for_each(|(place, number)| *place = number);
}

/// The first numbers, of the statements themselves.
fn narrow(a: &Node<'_>, b: &Node<'_>, rarity: &Rarity) -> [f32; NARROW] {
    let number = |is: bool| f32::from(u8::from(is));
    let both = |is: &dyn Fn(&Node<'_>) -> bool| (number(is(a)) + number(is(b))) / 2.0;
    let one = |is: &dyn Fn(&Node<'_>) -> bool| number(is(a) != is(b));
    let common = rarity.words(shared(&a.words, &b.words));
    let possible = rarity.words(a.words.iter()).min(rarity.words(b.words.iter()));
    let actors = shared(&a.actors, &b.actors).count();
    let figures = a.figures.iter().filter(|figure| b.figures.binary_search(figure).is_ok()).count();
    let is_inside = a.article == b.article;
    let near = match (a.place, b.place) {
        (Some(a), Some(b)) if is_inside => 1.0 / (1.0 + a.abs_diff(b) as f32),
        _ => 0.0,
    };
    let days = match (a.day, b.day) {
        (Some(a), Some(b)) => a.abs_diff(b),
        _ => 1,
    };
    let speaks_of =
        |a: &Node<'_>, b: &Node<'_>| a.speaker.is_some_and(|speaker| b.actors.binary_search(&speaker).is_ok());
    let is_within = |inner: &Node<'_>, outer: &Node<'_>| inner.parent.is_some() && inner.parent == outer.place;
    let same_body = a.speaker != b.speaker && a.bodies.iter().any(|body| b.bodies.contains(body));
    let lengths = (a.words.len().min(b.words.len()) as f32, a.words.len().max(b.words.len()) as f32);
    [
        common.min(12.0) / 4.0,
        common / (possible + 1.0),
        rarity.actors(shared(&a.actors, &b.actors)).min(6.0) / 3.0,
        actors.min(4) as f32 / 4.0,
        figures.min(3) as f32 / 3.0,
        number(a.speaker.is_some() && a.speaker == b.speaker),
        number(is_inside),
        both(&|node| node.speaker.is_none()),
        (number(speaks_of(a, b)) + number(speaks_of(b, a))) / 2.0,
        both(&|node| node.act == Act::Deny),
        one(&|node| node.act == Act::Deny),
        both(&|node| node.act == Act::Accuse),
        both(&|node| is_soft(node.act)),
        both(&|node| node.negated),
        both(&|node| node.negates),
        one(&|node| node.negates),
        number(is_inside && (is_within(a, b) || is_within(b, a))),
        lengths.0.ln_1p() / 4.0,
        lengths.1.ln_1p() / 4.0,
        both(&|node| node.kind != Kind::Indirect),
        number(a.act == b.act),
        number(!is_inside && days == 0),
        number(!is_inside && days >= 3),
        near,
        both(&|node| node.parent.is_some()),
        number(same_body),
        both(&|node| node.speaker_kind == Some(EntityType::Document)),
        both(&|node| node.zone == ZoneKind::Headline),
    ]
}

/// Acts whose contents are wishes, feelings or plans, hardly ever claims.
fn is_soft(act: Act) -> bool {
    use Act::{Ask, Believe, Condemn, Praise, Predict, Promise, Threaten, Urge, Warn};
    matches!(act, Ask | Believe | Condemn | Praise | Predict | Promise | Threaten | Urge | Warn)
}

#[cfg(test)]
mod tests {
    use super::{FEATURES, Rarity, features};
    use crate::corpus::{At, Corpus};
    use crate::nodes::Node;
    use crate::terms::{Counts, Finder};
    use model::{
        Actor, Article, Entity, Mention, MentionForm, Precision, Published, PublishedFrom, Span, Speaker, SpeakerBy,
        Statement, ZoneKind,
    };
    use serde_json::Value;

    fn parsed<T: serde::de::DeserializeOwned>(value: &Value) -> T {
        serde_json::from_value(value.clone()).expect("as the fixture has it")
    }

    fn text(value: &Value) -> Option<String> {
        value.as_str().map(str::to_owned)
    }

    fn list(value: &Value) -> &[Value] {
        value.as_array().map_or(&[], Vec::as_slice)
    }

    fn statement(value: &Value, headline: u32) -> Statement {
        let cue: Vec<Span> = parsed(&value["cue"]);
        Statement {
            id: text(&value["id"]).expect("an id"),
            source: parsed(&value["source"]),
            zone: if cue[0].start() < headline { ZoneKind::Headline } else { ZoneKind::Body },
            cue,
            content: parsed(&value["content"]),
            speaker: text(&value["speaker"]).map(|id| Speaker {
                actor: Some(id.clone()),
                entity: None,
                name: id,
                by: SpeakerBy::Name,
                confidence: 1.0,
            }),
            addressee: None,
            act: parsed(&value["act"]),
            kind: parsed(&value["kind"]),
            negated: value["negated"] == true,
            hedged: value["hedged"] == true,
            parent: text(&value["parent"]),
            confidence: 1.0,
        }
    }

    fn article(value: &Value) -> Article {
        let body = text(&value["text"]).expect("a text");
        let headline = body.chars().position(|c| c == '\n').expect("a headline") as u32;
        let entity = |mention: &Value| Entity {
            id: text(&mention["entity"]).expect("an id"),
            kind: model::EntityType::Person,
            name: String::new(),
            mentions: vec![Mention::new(parsed(&mention["span"]), MentionForm::Name)],
            actor: text(&mention["entity"]),
            role: None,
            confidence: None,
            rivals: Vec::new(),
        };
        Article {
            id: text(&value["id"]).expect("an id"),
            published: text(&value["date"]).map(|value| Published {
                value,
                precision: Precision::Day,
                from: PublishedFrom::Header,
            }),
            statements: list(&value["statements"]).iter().map(|s| statement(s, headline)).collect(),
            entities: list(&value["mentions"]).iter().map(entity).collect(),
            text: body,
            ..Article::default()
        }
    }

    /// The claim head learnt from numbers made in Python; these must be the same.
    #[test]
    fn features_are_those_that_the_head_was_trained_with() {
        let fixture: Value = serde_json::from_str(include_str!("../tests/fixtures/features.json")).expect("JSON");
        let story = &fixture["story"];
        let actors = list(&story["entities"]).iter().map(|entity| Actor {
            id: text(&entity["id"]).expect("an id"),
            kind: parsed(&entity["type"]),
            name: text(&entity["name"]).expect("a name"),
            aliases: Vec::new(),
            part_of: text(&entity["part_of"]),
            roles: Vec::new(),
            anonymous: false,
            why: Vec::new(),
        });
        let actors: Vec<Actor> = actors.collect();
        let articles: Vec<Article> = list(&story["articles"]).iter().map(article).collect();
        let corpus = Corpus::new(&articles, &actors, &[]);
        let places: Vec<At> = corpus.statements();
        let nodes = Node::of(&corpus, &places);
        assert_eq!(nodes.len(), places.len(), "no two are word for word the same");
        let rarity = Rarity::of(&nodes);
        let mut finder = Finder::new(&corpus);
        let terms: Vec<_> = nodes.iter().map(|node| finder.statement(node)).collect();
        let counts = Counts::of(&nodes, &terms);
        let terms: Vec<_> = terms.into_iter().map(|terms| counts.weighed(terms)).collect();
        let names: Vec<String> = parsed(&fixture["names"]);
        assert_eq!(names.len(), FEATURES);
        assert!(list(&fixture["pairs"]).len() > 100);
        for row in list(&fixture["pairs"]) {
            let (i, j, expected): (usize, usize, Vec<f32>) = parsed(row);
            for (a, b) in [(i, j), (j, i)] {
                let found = features((&nodes[a], &terms[a]), (&nodes[b], &terms[b]), &rarity);
                for ((name, expected), found) in names.iter().zip(&expected).zip(found) {
                    assert!((expected - found).abs() < 2e-3, "{name} of {a} and {b}: {found}, not {expected}");
                }
            }
        }
    }
}
