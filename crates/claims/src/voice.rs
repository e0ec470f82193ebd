//! What outlets say in their own voice about a claim: sentences and headlines that name no source.
//!
//! «Minister lied to parliament», as a headline  →  asserts the claim that the minister lied.
//!
//! In: sentences outside statements and boilerplate, the claims of a story. Out: for each claim the sentences that assert or
//! deny it. Likeness to a claim's statements chooses few candidates; the claim heads decide. Thin on purpose: a sentence
//! wrongly put into an outlet's mouth is worse than one that is missed.

use crate::PairScorer;
use crate::claims::Draft;
use crate::corpus::Corpus;
use crate::features::Rarity;
use crate::nodes::Node;
use crate::pairs::{PairInput, terms_of};
use crate::terms::Finder;
use crate::vector::SentenceVector;
use model::{Kind, Span, Stance, Voice};
use std::collections::BTreeMap;

/// Likeness to a claim's nearest asserting statement from which a sentence is read against it.
const ALIKE: f32 = 0.55;
/// Sentences read for each claim, on average over a story.
const FOR_EACH_CLAIM: usize = 4;
/// Probability from which a sentence is about the claim, and from which its side is believed.
const RELATED: f32 = 0.6;
const SURE: f32 = 0.7;

/// A sentence that may speak of a claim: article, place, number of the claim in its story, number of the nearest node.
struct Candidate<'a> {
    article: usize,
    span: Span,
    draft: usize,
    node: usize,
    sentence: Node<'a>,
}

/// Adds the outlets' own sentences to the claims of all stories; `members` are the articles of each story.
pub(crate) fn add_voices(
    corpus: &Corpus<'_>,
    members: &[Vec<usize>],
    nodes: &[Vec<Node<'_>>],
    drafts: &mut [Vec<Draft>],
    scorer: &PairScorer<'_>,
) {
    let mut places: Vec<(usize, Candidate<'_>)> = Vec::new();
    let mut scores = Vec::new();
    let stories = members.iter().zip(nodes).zip(drafts.iter()).enumerate();
    for (story, ((members, nodes), drafts)) in stories {
        let rarity = Rarity::of(nodes);
        let found = candidates(corpus, members, nodes, drafts);
        if found.is_empty() {
            continue;
        }
        let (counts, terms) = terms_of(corpus, nodes);
        let mut finder = Finder::new(corpus);
        let sentences: Vec<_> = found
            .iter()
            .map(|candidate| counts.weighed(finder.sentence(&candidate.sentence, candidate.span)))
            .collect();
        let pair = |(candidate, sentence)| {
            let Candidate { sentence: own, node, .. }: &Candidate<'_> = candidate;
            PairInput::of((own, sentence), (&nodes[*node], &terms[*node]), &rarity)
        };
        let inputs: Vec<PairInput<'_>> = found.iter().zip(&sentences).map(pair).collect();
        scores.extend(scorer(&inputs));
        places.extend(found.into_iter().map(|candidate| (story, candidate)));
    }
    let mut best: BTreeMap<(usize, usize, Span), (f32, usize, Voice)> = BTreeMap::new();
    for ((story, candidate), score) in places.into_iter().zip(scores) {
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
fn candidates<'a>(
    corpus: &'a Corpus<'_>,
    members: &[usize],
    nodes: &[Node<'_>],
    drafts: &[Draft],
) -> Vec<Candidate<'a>> {
    let mut found: Vec<(f32, usize, &SentenceVector, usize, usize)> = Vec::new();
    for article in members {
        for sentence in own_sentences(corpus, *article) {
            for (number, draft) in drafts.iter().enumerate() {
                let readable = draft
                    .members
                    .iter()
                    .filter(|member| nodes[**member].kind != Kind::Direct || draft.members.len() < 3);
                let nearest = readable.map(|member| (nodes[*member].vector.likeness(&sentence.vector), *member));
                let nearest = nearest.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
                if let Some((likeness, node)) = nearest.filter(|(likeness, _)| *likeness >= ALIKE) {
                    found.push((likeness, *article, sentence, number, node));
                }
            }
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2.span, a.3).cmp(&(b.1, b.2.span, b.3))));
    found.truncate(drafts.len() * FOR_EACH_CLAIM);
    let candidate = |(_, article, sentence, draft, node): (f32, usize, &'a SentenceVector, usize, usize)| {
        let (span, sentence) = (sentence.span, Node::of_sentence(corpus, article, sentence));
        Candidate { article, span, draft, node, sentence }
    };
    found.into_iter().map(candidate).collect()
}

/// Sentences of headline and body in which nobody is said to say anything: those that have a projection.
fn own_sentences<'a>(corpus: &'a Corpus<'_>, article: usize) -> impl Iterator<Item = &'a SentenceVector> {
    corpus.articles[article].vectors.sentences.iter().filter(|sentence| !sentence.projection.is_empty())
}
