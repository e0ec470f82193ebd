//! Whose word a claim rests on: CONTRACT's «Origins, in ten lines».
//!
//! In: the statements of one claim with their stances, the reprints, the utterances. Out: the origins of one side.
//!
//! Each statement that counts is traced to the one who vouches for it (the outer speaker of a nested one, line 4), then
//! statements are joined wherever the rules say that two are one origin: one speaker (3), one body (6), one utterance (2),
//! copied text (5), an outlet that the other article cites (5, 7). What is left apart are the origins.

use crate::copies::Copies;
use crate::corpus::{At, Corpus, folded_name};
use crate::reprints::is_same_name;
use model::{Act, EntityType, Kind, Origin, OriginKind, Stance};
use std::collections::{BTreeMap, BTreeSet};

/// A statement about a claim.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Told {
    pub(crate) at: At,
    pub(crate) stance: Stance,
}

/// What must be known beside the statements.
pub(crate) struct Ground<'a, 'c> {
    pub(crate) corpus: &'c Corpus<'a>,
    pub(crate) copies: &'c Copies,
    /// Number of the utterance of each statement that has one.
    pub(crate) utterances: &'c BTreeMap<At, usize>,
}

/// Whether a statement commits anybody: the act took place, the outlet vouches for it, and it is no forecast.
pub(crate) fn counts(corpus: &Corpus<'_>, told: &Told) -> bool {
    let statement = corpus.statement(told.at);
    told.stance != Stance::Questions && !statement.negated && !statement.hedged && statement.act != Act::Predict
}

/// The origins of one side of a claim, the earliest first.
pub(crate) fn origins(ground: &Ground<'_, '_>, all: &[Told], side: Stance) -> Vec<Origin> {
    let corpus = ground.corpus;
    let counted: Vec<At> =
        all.iter().filter(|told| told.stance == side && counts(corpus, told)).map(|told| told.at).collect();
    let stances: BTreeMap<At, Stance> = all.iter().map(|told| (told.at, told.stance)).collect();
    let split = split_bodies(ground, all, &stances);
    let side = Side { corpus, stance: side, counted, stances, split };
    let own = side.own_words();
    let roots: Vec<Option<Root<'_>>> = side.counted.iter().map(|at| side.root_of(*at, &own)).collect();
    let counted = &side.counted;
    let mut joined = Joined::new(counted.len());
    join_equal_roots(&mut joined, &roots);
    join_utterances(ground, counted, &roots, &mut joined);
    join_copies(ground, counted, &mut joined);
    join_cited_outlets(corpus, counted, &roots, &mut joined);
    join_mere_reports(corpus, &roots, &mut joined);
    let mut parts: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for number in 0..counted.len() {
        parts.entry(joined.find(number)).or_default().push(number);
    }
    // A rumour without anybody to name adds no origin (line 1: an origin is somebody's word).
    let parts = parts.into_values().filter(|part| part.iter().any(|number| roots[*number].is_some()));
    let mut origins: Vec<Origin> = parts.map(|part| origin_of(corpus, &part, counted, &roots)).collect();
    origins.sort_by(|a, b| {
        (a.first.is_none(), &a.first, &a.statements).cmp(&(b.first.is_none(), &b.first, &b.statements))
    });
    origins
}

/// Whose word a statement is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Root<'a> {
    /// What makes two of them one: an actor or body, or the unnamed sources of one article.
    key: Key<'a>,
    /// Who is named.
    actor: &'a str,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key<'a> {
    Actor(&'a str),
    /// Unnamed sources of an article, or of the agency that it credits.
    Unnamed(String),
}

/// Bodies whose members stand on both sides: their members count one by one (line 6).
fn split_bodies<'a>(ground: &Ground<'a, '_>, all: &[Told], stances: &BTreeMap<At, Stance>) -> BTreeSet<&'a str> {
    let mut sides: BTreeMap<&str, BTreeSet<Stance>> = BTreeMap::new();
    for told in all.iter().filter(|told| counts(ground.corpus, told)) {
        if let Some(speaker) = ground.corpus.speaker(voucher(ground.corpus, *told, stances)) {
            sides.entry(body_of(ground.corpus, speaker)).or_default().insert(told.stance);
        }
    }
    sides.into_iter().filter(|(_, stances)| stances.len() > 1).map(|(body, _)| body).collect()
}

/// One side of a claim: the statements that count, and all stances.
struct Side<'a, 'c> {
    corpus: &'c Corpus<'a>,
    stance: Stance,
    counted: Vec<At>,
    stances: BTreeMap<At, Stance>,
    split: BTreeSet<&'a str>,
}

impl<'a> Side<'a, '_> {
    /// The statement whose speaker vouches for another one: the outermost in which it stands, or itself where the inner
    /// speaker is quoted directly (line 4). An act inside a direct quotation is the quoting speaker's.
    fn voucher(&self, at: At) -> At {
        voucher(self.corpus, Told { at, stance: self.stance }, &self.stances)
    }

    /// The statement inside this one that counts, too, if there is one: the other's word that it passes on.
    fn passed_on(&self, at: At) -> Option<At> {
        let is_inner = |inner: &&At| {
            inner.article == at.article && self.corpus.article(at).ancestors(inner.statement).contains(&at.statement)
        };
        self.counted.iter().filter(is_inner).find(|inner| self.corpus.speaker(**inner).is_some()).copied()
    }

    /// Whose word a statement is by its own speaker; `None` where nobody is named.
    fn key_of(&self, at: At) -> Option<Root<'a>> {
        let corpus = self.corpus;
        let actor = corpus.speaker(at)?;
        if corpus.actors.get(actor).is_some_and(|actor| is_hearsay(actor)) {
            return None;
        }
        let body = body_of(corpus, actor);
        let key = if corpus.is_anonymous(body) {
            Key::Unnamed(unnamed_of(corpus, at))
        } else {
            Key::Actor(if self.split.contains(body) { actor } else { body })
        };
        Some(Root { key, actor })
    }

    /// Those who speak for themselves: in a statement of their own that passes nobody's word on, or quoted directly.
    fn own_words(&self) -> BTreeSet<Key<'a>> {
        let is_own = |at: &&At| self.voucher(**at) == **at && self.passed_on(**at).is_none();
        self.counted.iter().filter(is_own).filter_map(|at| self.key_of(*at)).map(|root| root.key).collect()
    }

    /// Whose word a statement is. What a speaker reports of another adds none where the other speaks for himself.
    fn root_of(&self, at: At, own: &BTreeSet<Key<'a>>) -> Option<Root<'a>> {
        let voucher = self.voucher(at);
        let other =
            if voucher == at { self.passed_on(at).and_then(|inner| self.key_of(inner)) } else { self.key_of(at) };
        match other {
            Some(root) if own.contains(&root.key) => Some(root),
            _ => self.key_of(voucher),
        }
    }
}

/// See [`Side::voucher`].
fn voucher(corpus: &Corpus<'_>, told: Told, stances: &BTreeMap<At, Stance>) -> At {
    let at = told.at;
    let outer = corpus.article(at).ancestors(at.statement);
    let outer = outer.into_iter().map(|statement| At { statement, ..at });
    // «Ruiz dismissed the allegation by Okafor that …»: Ruiz vouches for nothing here, the allegation is Okafor's.
    let agrees = |outer: &At| stances.get(outer).is_none_or(|stance| *stance == told.stance);
    let mut named: Vec<At> = outer.take_while(agrees).filter(|outer| corpus.speaker(*outer).is_some()).collect();
    let is_quoted_by_another = named.iter().any(|outer| corpus.statement(*outer).kind == Kind::Direct);
    if corpus.statement(at).kind == Kind::Direct && !is_quoted_by_another && corpus.speaker(at).is_some() {
        return at;
    }
    named.pop().unwrap_or(at)
}

/// Words for media and talk in general: «news sites», «Reports», «rumours». What they repeat is nobody's word.
const HEARSAY: &[&str] = &[
    "media",
    "newspapers",
    "news",
    "papers",
    "press",
    "reports",
    "report",
    "rumour",
    "rumours",
    "rumor",
    "rumors",
    "sites",
    "websites",
    "channels",
    "outlets",
    "journalists",
];

/// Whether an actor is media or talk in general rather than one outlet or person.
fn is_hearsay(actor: &model::Actor) -> bool {
    let is_many = actor.anonymous || matches!(actor.kind, EntityType::Group | EntityType::Anonymous);
    is_many && crate::words::words(&actor.name, 0).iter().any(|word| HEARSAY.contains(&word.text.as_str()))
}

/// The body that an actor speaks for: whatever it is part of, to the top. Spokespeople, ministries, officials and members
/// of one body are one origin until they contradict each other (line 6), and then [`split_bodies`] takes them apart.
pub(crate) fn body_of<'a>(corpus: &Corpus<'a>, actor: &'a str) -> &'a str {
    corpus.bodies(actor).last().copied().unwrap_or(actor)
}

/// Unnamed sources of one article are one origin (line 7), and those of all texts that credit one agency or outlet are one
/// with that agency's own (line 5).
fn unnamed_of(corpus: &Corpus<'_>, at: At) -> String {
    let prepared = corpus.article(at);
    match &prepared.credit {
        Some(credit) => format!("credit {credit}"),
        None => match folded_name(&prepared.outlet) {
            own if corpus.credited.contains(&own) => format!("credit {own}"),
            _ => format!("article {}", prepared.article.id),
        },
    }
}

/// Those who are one by their key, and the same unnamed source in two articles (the actors' stage saw one cite the other).
fn join_equal_roots(joined: &mut Joined, roots: &[Option<Root<'_>>]) {
    let mut by_key: BTreeMap<&Key<'_>, usize> = BTreeMap::new();
    let mut by_actor: BTreeMap<&str, usize> = BTreeMap::new();
    for (number, root) in roots.iter().enumerate() {
        if let Some(root) = root {
            joined.join(*by_key.entry(&root.key).or_insert(number), number);
            joined.join(*by_actor.entry(root.actor).or_insert(number), number);
        }
    }
}

/// One utterance is one origin (line 2); a nested statement rests on its outer speaker and not on its own utterance.
fn join_utterances(ground: &Ground<'_, '_>, counted: &[At], roots: &[Option<Root<'_>>], joined: &mut Joined) {
    let mut seen: BTreeMap<usize, usize> = BTreeMap::new();
    for (number, at) in counted.iter().enumerate() {
        let is_own = roots[number].as_ref().is_some_and(|root| ground.corpus.speaker(*at) == Some(root.actor));
        if let Some(utterance) = ground.utterances.get(at).filter(|_| is_own) {
            joined.join(*seen.entry(*utterance).or_insert(number), number);
        }
    }
}

/// A statement in copied text is the same as the one it was copied from (line 5).
fn join_copies(ground: &Ground<'_, '_>, counted: &[At], joined: &mut Joined) {
    for (number, at) in counted.iter().enumerate() {
        for (other, original) in counted.iter().enumerate() {
            if at.article != original.article && ground.copies.is_copy(ground.corpus, *at, *original) {
                joined.join(number, other);
            }
        }
    }
}

/// «The Dial reported …» rests on what the Dial's own article rests on, where that article is here (lines 5 and 7).
fn join_cited_outlets(corpus: &Corpus<'_>, counted: &[At], roots: &[Option<Root<'_>>], joined: &mut Joined) {
    for (number, root) in roots.iter().enumerate() {
        let Some(root) = root.as_ref().filter(|root| corpus.kind(root.actor) == Some(EntityType::Channel)) else {
            continue;
        };
        let Some(actor) = corpus.actors.get(root.actor) else { continue };
        let is_theirs = |at: &At| {
            let outlet = corpus.article(*at).article.outlet.name.as_deref();
            outlet.is_some_and(|outlet| {
                is_same_name(&actor.name, outlet) || actor.aliases.iter().any(|alias| is_same_name(&alias.text, outlet))
            })
        };
        let theirs =
            counted.iter().enumerate().find(|(other, at)| *other != number && roots[*other].is_some() && is_theirs(at));
        if let Some((other, _)) = theirs {
            joined.join(number, other);
        }
    }
}

/// An outlet that only reports what somebody here says himself adds none (line 8): it goes with the first who does.
fn join_mere_reports(corpus: &Corpus<'_>, roots: &[Option<Root<'_>>], joined: &mut Joined) {
    let is_outlet = |root: &Root<'_>| corpus.kind(root.actor) == Some(EntityType::Channel);
    let Some(first) = roots.iter().position(|root| root.as_ref().is_some_and(|root| !is_outlet(root))) else { return };
    let spoken: BTreeSet<usize> = roots
        .iter()
        .enumerate()
        .filter(|(_, root)| root.as_ref().is_some_and(|root| !is_outlet(root)))
        .map(|(number, _)| joined.find(number))
        .collect();
    for (number, root) in roots.iter().enumerate() {
        if root.as_ref().is_some_and(is_outlet) && !spoken.contains(&joined.find(number)) {
            joined.join(first, number);
        }
    }
}

/// One origin with everything it was counted from.
fn origin_of(corpus: &Corpus<'_>, part: &[usize], counted: &[At], roots: &[Option<Root<'_>>]) -> Origin {
    // Named for whoever is named most; a cited outlet only where nobody else is.
    let mut names: BTreeMap<&str, (bool, usize)> = BTreeMap::new();
    for root in part.iter().filter_map(|number| roots[*number].as_ref()) {
        let is_speaker = corpus.kind(root.actor) != Some(EntityType::Channel);
        let entry = names.entry(root.actor).or_insert((is_speaker, 0));
        entry.1 += 1;
    }
    let actor = names.iter().max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0))).map(|(actor, _)| *actor);
    let kind = match actor.and_then(|actor| corpus.kind(actor)) {
        _ if actor.is_some_and(|actor| corpus.is_anonymous(actor)) => OriginKind::Anonymous,
        Some(EntityType::Document) => OriginKind::Document,
        Some(EntityType::Channel) => OriginKind::Outlet,
        _ => OriginKind::Utterance,
    };
    let statements: Vec<At> = part.iter().map(|number| counted[*number]).collect();
    let outlets: BTreeSet<&str> = statements.iter().map(|at| corpus.article(*at).outlet.as_str()).collect();
    let name = |actor: &str| corpus.actors.get(actor).map_or_else(|| actor.to_owned(), |actor| actor.name.clone());
    Origin {
        kind,
        actor: actor.map(str::to_owned),
        name: actor.map(name),
        first: statements.iter().filter_map(|at| corpus.article(*at).date()).min().map(str::to_owned),
        statements: statements.iter().map(|at| corpus.reference(*at)).collect(),
        outlets: outlets.into_iter().map(str::to_owned).collect(),
    }
}

/// Which things have been joined.
struct Joined(Vec<usize>);

impl Joined {
    fn new(count: usize) -> Self {
        Self((0..count).collect())
    }

    fn find(&self, mut thing: usize) -> usize {
        while self.0[thing] != thing {
            thing = self.0[thing];
        }
        thing
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.find(a), self.find(b));
        self.0[a.max(b)] = a.min(b);
    }
}
