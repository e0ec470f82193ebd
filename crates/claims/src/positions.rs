//! Positions: who stands how to whom, as far as statements show it.
//!
//! «Ware accused the chief whip, Martin Drewe, of blackmail»  →  `ware accuse drewe`.
//!
//! In: statements with act, speaker, addressee and what the content speaks of. Out: one [`Position`] for each two actors and
//! relation. The target is the addressee where there is one, else the first actor that the content names other than the
//! speaker, and only where the act is one that has a target.

use crate::corpus::{At, Corpus};
use model::{Act, EntityType, Position, StatementRef};
use std::collections::BTreeMap;

/// The relation that an act shows and its PLOVER event code.
fn relation(act: Act) -> Option<(&'static str, &'static str)> {
    match act {
        Act::Accuse => Some(("accuse", "ACCUSE")),
        Act::Condemn => Some(("condemn", "ACCUSE")),
        Act::Praise => Some(("praise", "SUPPORT")),
        Act::Urge => Some(("urge", "REQUEST")),
        Act::Threaten => Some(("threaten", "THREATEN")),
        _ => None,
    }
}

/// Cues that show a relation whatever their act, by how their last word starts.
const CUES: &[(&str, &str, &str)] = &[
    ("back", "support", "SUPPORT"),
    ("endors", "support", "SUPPORT"),
    ("support", "support", "SUPPORT"),
    ("recogni", "recognize", "SUPPORT"),
    ("demand", "demand", "DEMAND"),
    ("oppos", "oppose", "REJECT"),
    ("protest", "protest", "PROTEST"),
];

/// All positions, by actors and relation.
pub(crate) fn positions(corpus: &Corpus<'_>) -> Vec<Position> {
    let mut found: BTreeMap<(String, String, &str), (&str, Vec<At>)> = BTreeMap::new();
    for at in corpus.statements() {
        let statement = corpus.statement(at);
        if statement.negated || statement.hedged {
            continue;
        }
        let Some((relation, plover)) = by_cue(&corpus.side(at).cue).or_else(|| relation(statement.act)) else {
            continue;
        };
        let Some(speaker) = corpus.speaker(at) else { continue };
        let Some(target) = target_of(corpus, at, speaker) else { continue };
        let entry = found.entry((speaker.to_owned(), target.to_owned(), relation)).or_insert((plover, Vec::new()));
        entry.1.push(at);
    }
    let position = |((from, to, relation), (plover, evidence)): ((String, String, &str), (&str, Vec<At>))| {
        let dates = || evidence.iter().filter_map(|at| corpus.article(*at).date());
        Position {
            from,
            to,
            relation: relation.to_owned(),
            plover: Some(plover.to_owned()),
            first: dates().min().map(str::to_owned),
            last: dates().max().map(str::to_owned),
            evidence: evidence.iter().map(|at| corpus.reference(*at)).collect::<Vec<StatementRef>>(),
        }
    };
    found.into_iter().map(position).collect()
}

fn by_cue(cue: &str) -> Option<(&'static str, &'static str)> {
    let last = cue.rsplit(' ').next()?.to_lowercase();
    CUES.iter().find(|(start, _, _)| last.starts_with(start)).map(|(_, relation, plover)| (*relation, *plover))
}

/// Whom the act is directed at.
fn target_of<'a>(corpus: &Corpus<'a>, at: At, speaker: &str) -> Option<&'a str> {
    let statement = corpus.statement(at);
    if let Some(addressee) = statement.addressee.as_ref().and_then(|addressee| addressee.actor.as_deref()) {
        return (addressee != speaker).then_some(addressee);
    }
    let mut mentions: Vec<(u32, std::cmp::Reverse<u32>, &str)> = Vec::new();
    for entity in &corpus.article(at).article.entities {
        let Some(actor) = entity.actor.as_deref() else { continue };
        let is_actor = !matches!(entity.kind, EntityType::Place | EntityType::Document | EntityType::Anonymous);
        if !is_actor || actor == speaker {
            continue;
        }
        let inside = |mention: &&model::Mention| statement.content.iter().any(|span| span.contains(mention.span));
        if let Some(first) = entity.mentions.iter().filter(inside).min_by_key(|mention| mention.span) {
            mentions.push((first.span.start(), std::cmp::Reverse(first.span.length()), actor));
        }
    }
    mentions.into_iter().min().map(|(_, _, actor)| actor)
}
