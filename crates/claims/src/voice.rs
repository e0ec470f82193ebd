//! What outlets say in their own voice about a claim: sentences and headlines that name no source.
//!
//! «Minister lied to parliament», as a headline  →  asserts the claim that the minister lied.
//!
//! In: sentences outside statements and boilerplate, the claims of a story. Out: for each claim the sentences that assert or
//! deny it. Likeness to a claim's statements chooses few candidates; the pair scorer decides. Thin on purpose: a sentence
//! wrongly put into an outlet's mouth is worse than one that is missed.

use crate::PairScorer;
use crate::claims::Draft;
use crate::corpus::Corpus;
use crate::likely::Node;
use crate::side::Side;
use crate::vector::Vector;
use model::{Kind, Span, Stance, Voice, ZoneKind};
use std::collections::BTreeMap;

/// Likeness to a claim's nearest asserting statement from which a sentence is read against it.
const ALIKE: f32 = 0.55;
/// Sentences read for each claim, on average over a story.
const FOR_EACH_CLAIM: usize = 4;
/// Probability from which a sentence is about the claim, and from which its side is believed.
const RELATED: f32 = 0.6;
const SURE: f32 = 0.7;

/// A sentence that may speak of a claim: article, place, number of the claim in its story, number of the nearest node.
struct Candidate {
    likeness: f32,
    article: usize,
    span: Span,
    draft: usize,
    node: usize,
}

/// Adds the outlets' own sentences to the claims of all stories; `members` are the articles of each story.
pub(crate) fn add_voices(
    corpus: &Corpus<'_>,
    members: &[Vec<usize>],
    nodes: &[Vec<Node<'_>>],
    drafts: &mut [Vec<Draft>],
    scorer: &PairScorer<'_>,
) {
    let mut asked: Vec<(Side, Side)> = Vec::new();
    let mut places: Vec<(usize, Candidate)> = Vec::new();
    let stories = members.iter().zip(nodes).zip(drafts.iter()).enumerate();
    for (story, ((members, nodes), drafts)) in stories {
        for candidate in candidates(corpus, members, nodes, drafts) {
            let content = crate::side::words_at(&[candidate.span], &corpus.articles[candidate.article].places);
            asked.push((Side { content, ..Side::default() }, nodes[candidate.node].side.clone()));
            places.push((story, candidate));
        }
    }
    if asked.is_empty() {
        return;
    }
    let mut best: BTreeMap<(usize, usize, Span), (f32, usize, Voice)> = BTreeMap::new();
    for ((story, candidate), score) in places.into_iter().zip(scorer(&asked)) {
        let is_opposite = score.contradicts > 0.5;
        let sure = if is_opposite { score.contradicts } else { 1.0 - score.contradicts };
        if score.related < RELATED || sure < SURE {
            continue;
        }
        let draft = &drafts[story][candidate.draft];
        let Some(taken) =
            draft.members.iter().position(|member| *member == candidate.node).and_then(|place| draft.taken.get(place))
        else {
            continue;
        };
        let voice = Voice {
            article: corpus.articles[candidate.article].article.id.clone(),
            span: candidate.span,
            stance: if taken.asserts != is_opposite { Stance::Asserts } else { Stance::Denies },
            confidence: score.related * sure,
        };
        // A sentence speaks of one claim, the one that it is read as closest to.
        let entry = best.entry((story, candidate.article, candidate.span)).or_insert((
            score.related,
            candidate.draft,
            voice.clone(),
        ));
        if score.related > entry.0 {
            *entry = (score.related, candidate.draft, voice);
        }
    }
    for ((story, _, _), (_, draft, voice)) in best {
        drafts[story][draft].voice.push(voice);
    }
}

/// The sentences most like a claim's statements, bounded by the number of claims.
fn candidates(corpus: &Corpus<'_>, members: &[usize], nodes: &[Node<'_>], drafts: &[Draft]) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    for article in members {
        for (span, vector) in own_sentences(corpus, *article) {
            for (number, draft) in drafts.iter().enumerate() {
                let readable = draft
                    .members
                    .iter()
                    .filter(|member| nodes[**member].kind != Kind::Direct || draft.members.len() < 3);
                let nearest = readable.map(|member| (nodes[*member].vector.likeness(vector), *member));
                let nearest = nearest.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
                if let Some((likeness, node)) = nearest.filter(|(likeness, _)| *likeness >= ALIKE) {
                    found.push(Candidate { likeness, article: *article, span, draft: number, node });
                }
            }
        }
    }
    found.sort_by(|a, b| {
        b.likeness.total_cmp(&a.likeness).then((a.article, a.span, a.draft).cmp(&(b.article, b.span, b.draft)))
    });
    found.truncate(drafts.len() * FOR_EACH_CLAIM);
    found
}

/// Sentences of headline and body in which nobody is said to say anything.
fn own_sentences<'a>(corpus: &'a Corpus<'_>, article: usize) -> Vec<(Span, &'a Vector)> {
    let prepared = &corpus.articles[article];
    let mut pieces: Vec<Span> = Vec::new();
    for statement in &prepared.article.statements {
        pieces.extend(statement.cue.iter().chain(&statement.content).copied());
    }
    pieces.sort_unstable();
    let is_free = |span: Span| {
        // The pieces overlap one another, so the longest reach before the sentence has to be asked for, too.
        let from = pieces.partition_point(|piece| piece.start() < span.end());
        !pieces.iter().take(from).any(|piece| piece.overlaps(span))
    };
    let sentences = prepared.vectors.sentences.iter();
    let own = sentences.filter(|sentence| {
        let zone = prepared.article.zone_at(sentence.span.start());
        matches!(zone, ZoneKind::Body | ZoneKind::Headline) && is_free(sentence.span)
    });
    own.map(|sentence| (sentence.span, &sentence.vector)).collect()
}
