//! Claims: groups of statements about one proposition, with stances, origins and a verdict.
//!
//! In: the nodes of a story, the scores of their pairs, its utterances and reprints. Out: the story's claims in board order:
//! disputed first, then by how many outlets tell them.

use crate::claim_text::claim_text;
use crate::copies::Copies;
use crate::corpus::{At, Corpus};
use crate::figures::figures_of;
use crate::groups::group;
use crate::nodes::Node;
use crate::origins::{Ground, Told, origins};
use crate::pairs::Links;
use crate::stance::{Taken, take_sides};
use crate::verdict::verdict_of;
use model::{Act, Claim, ClaimStatement, Stance, Voice};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// What a story's claims are made from.
pub(crate) struct Board<'a, 'c> {
    pub(crate) corpus: &'c Corpus<'a>,
    pub(crate) nodes: &'c [Node<'c>],
    pub(crate) links: &'c Links,
    pub(crate) copies: &'c Copies,
    pub(crate) utterances: &'c BTreeMap<At, usize>,
}

/// A claim before it has an id, with what later stages need of it.
pub(crate) struct Draft {
    /// Node numbers.
    pub(crate) members: Vec<usize>,
    pub(crate) taken: Vec<Taken>,
    pub(crate) told: Vec<(Told, f32)>,
    pub(crate) text: String,
    pub(crate) confidence: f32,
    /// Numbers of drafts that cannot be true together with it.
    pub(crate) contradicts: BTreeSet<usize>,
    /// The outlets' own sentences, with article number.
    pub(crate) voice: Vec<Voice>,
}

/// The claims of one story, unordered.
pub(crate) fn drafts(board: &Board<'_, '_>) -> Vec<Draft> {
    let related = board.links.scores.iter().map(|(pair, score)| (*pair, score.related)).collect();
    let groups = with_answers(board, group(board.nodes.len(), &related));
    let mut drafts: Vec<Draft> =
        groups.iter().filter(|members| is_claim(board, members)).map(|members| draft(board, members)).collect();
    mark_contradictions(board, &mut drafts);
    drafts
}

/// The average probability from which denials without an assertion join a claim.
const ANSWERS: f32 = 0.11;

/// Lets groups of nothing but denials join the claim that they most likely answer. A denial always answers something, and
/// its words are often few («called it a fairy tale»), so less likeness is asked of it than of an assertion.
fn with_answers(board: &Board<'_, '_>, groups: Vec<Vec<usize>>) -> Vec<Vec<usize>> {
    let is_answer = |group: &Vec<usize>| group.iter().all(|member| is_denial(&board.nodes[*member]));
    let (answers, mut groups): (Vec<_>, Vec<_>) = groups.into_iter().partition(is_answer);
    let link = |a: usize, b: usize| board.links.related(a, b);
    let mut joins: Vec<Option<usize>> = Vec::new();
    for answer in &answers {
        let average = |group: &Vec<usize>| {
            let sum: f32 = answer.iter().flat_map(|a| group.iter().map(|b| link(*a, *b))).sum();
            sum / (answer.len() * group.len()) as f32
        };
        let best = groups.iter().map(average).enumerate().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
        joins.push(best.filter(|(_, average)| *average >= ANSWERS).map(|(number, _)| number));
    }
    for (answer, join) in answers.into_iter().zip(joins) {
        match join {
            Some(number) => {
                groups[number].extend(answer);
                groups[number].sort_unstable();
            }
            None => groups.push(answer),
        }
    }
    groups.sort();
    groups
}

fn is_denial(node: &Node<'_>) -> bool {
    node.act == Act::Deny && !node.negated
}

/// Whether a group is worth a row: two statements or more that are not all of one telling.
fn is_claim(board: &Board<'_, '_>, members: &[usize]) -> bool {
    let statements: Vec<At> = members.iter().flat_map(|member| board.nodes[*member].members.iter().copied()).collect();
    let articles: BTreeSet<usize> = statements.iter().map(|at| at.article).collect();
    let speakers: BTreeSet<Option<u64>> = members.iter().map(|member| board.nodes[*member].who).collect();
    statements.len() > 1 && (articles.len() > 1 || speakers.len() > 1)
}

fn draft(board: &Board<'_, '_>, members: &[usize]) -> Draft {
    let taken = take_sides(board.nodes, members, board.links);
    let mut told: Vec<(Told, f32)> = Vec::new();
    for (member, taken) in members.iter().zip(&taken) {
        let statements = board.nodes[*member].members.iter();
        told.extend(statements.map(|at| (Told { at: *at, stance: taken.stance }, taken.confidence)));
    }
    told.sort_by_key(|(told, _)| told.at);
    Draft {
        text: claim_text(board, members, &taken),
        confidence: cohesion(board.links, members),
        members: members.to_vec(),
        taken,
        told,
        contradicts: BTreeSet::new(),
        voice: Vec::new(),
    }
}

/// The average probability over all pairs of a group.
fn cohesion(links: &Links, members: &[usize]) -> f32 {
    let mut sum = 0.0;
    let mut pairs = 0usize;
    for (j, b) in members.iter().enumerate() {
        for a in members.iter().take(j) {
            sum += links.related(*a, *b);
            pairs += 1;
        }
    }
    if pairs == 0 { 1.0 } else { sum / pairs as f32 }
}

/// From which probability of being about one claim a pair is asked whether it contradicts.
const ABOUT_THE_SAME: f32 = 0.15;
/// How surely, on average, asserting statements of two claims contradict each other, and on how many pairs.
const CONTRADICTS: f32 = 0.6;
const CONTRADICTING_PAIRS: usize = 2;

/// Marks claims that were found to contradict each other without being the same proposition.
fn mark_contradictions(board: &Board<'_, '_>, drafts: &mut [Draft]) {
    let mut home: BTreeMap<usize, (usize, bool)> = BTreeMap::new();
    for (number, draft) in drafts.iter().enumerate() {
        for (member, taken) in draft.members.iter().zip(&draft.taken) {
            home.insert(*member, (number, taken.stance == Stance::Asserts));
        }
    }
    let mut between: BTreeMap<(usize, usize), (f32, usize)> = BTreeMap::new();
    for ((a, b), score) in &board.links.scores {
        let (Some((x, true)), Some((y, true))) = (home.get(a), home.get(b)) else { continue };
        if x != y {
            if score.related < ABOUT_THE_SAME {
                continue;
            }
            let sum = between.entry((*x.min(y), *x.max(y))).or_default();
            sum.0 += score.contradicts * score.related.sqrt();
            sum.1 += 1;
        }
    }
    for ((a, b), (sum, count)) in between {
        if count >= CONTRADICTING_PAIRS && sum / count as f32 >= CONTRADICTS {
            drafts[a].contradicts.insert(b);
            drafts[b].contradicts.insert(a);
        }
    }
}

/// The claims as results, in board order; `story` is their story's id, `first` the number of the first one.
pub(crate) fn claims_of(board: &Board<'_, '_>, drafts: Vec<Draft>, story: &str, first: usize) -> Vec<Claim> {
    let ground = Ground { corpus: board.corpus, copies: board.copies, utterances: board.utterances };
    let told = |draft: &Draft| draft.told.iter().map(|(told, _)| *told).collect::<Vec<_>>();
    let asserted: Vec<_> = drafts.iter().map(|draft| origins(&ground, &told(draft), Stance::Asserts)).collect();
    let mut rows: Vec<(usize, Claim)> = Vec::new();
    for (number, draft) in drafts.iter().enumerate() {
        let denial_origins = origins(&ground, &told(draft), Stance::Denies);
        let contradicted = draft.contradicts.iter().any(|other| !asserted[*other].is_empty());
        rows.push((number, claim_of(board, draft, asserted[number].clone(), denial_origins, contradicted, story)));
    }
    rows.sort_by(|(_, a), (_, b)| board_order(a).cmp(&board_order(b)));
    let mut ids = vec![String::new(); drafts.len()];
    for (place, (number, _)) in rows.iter().enumerate() {
        ids[*number] = format!("c{}", first + place);
    }
    let with_ids = |(number, mut claim): (usize, Claim)| {
        claim.id.clone_from(&ids[number]);
        claim.contradicts = drafts[number].contradicts.iter().map(|other| ids[*other].clone()).collect();
        claim
    };
    rows.into_iter().map(with_ids).collect()
}

/// Disputed first, then what most articles tell; of equals the one told first.
fn board_order(claim: &Claim) -> impl Ord + '_ {
    let articles: BTreeSet<&str> = claim.statements.iter().map(|statement| statement.article.as_str()).collect();
    let first = claim.statements.first().map(|first| (first.article.as_str(), first.statement.as_str()));
    (claim.verdict, Reverse(articles.len()), Reverse(claim.statements.len()), first)
}

fn claim_of(
    board: &Board<'_, '_>,
    draft: &Draft,
    origins: Vec<model::Origin>,
    denial_origins: Vec<model::Origin>,
    contradicted: bool,
    story: &str,
) -> Claim {
    let corpus = board.corpus;
    let actors = |origins: &[model::Origin]| {
        let actors: BTreeSet<&String> = origins.iter().filter_map(|origin| origin.actor.as_ref()).collect();
        actors.into_iter().cloned().collect::<Vec<_>>()
    };
    let questioned: BTreeSet<&str> = draft
        .told
        .iter()
        .filter(|(told, _)| told.stance == Stance::Questions)
        .filter_map(|(told, _)| corpus.speaker(told.at))
        .collect();
    let statement = |(told, confidence): &(Told, f32)| {
        let reference = corpus.reference(told.at);
        ClaimStatement {
            article: reference.article,
            statement: reference.statement,
            stance: told.stance,
            confidence: *confidence,
        }
    };
    Claim {
        id: String::new(),
        text: draft.text.clone(),
        story: story.to_owned(),
        verdict: verdict_of(&origins, &denial_origins, contradicted),
        asserted_by: actors(&origins),
        denied_by: actors(&denial_origins),
        questioned_by: questioned.into_iter().map(str::to_owned).collect(),
        statements: draft.told.iter().map(statement).collect(),
        voice: draft.voice.clone(),
        origins,
        denial_origins,
        figures: figures_of(corpus, &draft.told),
        contradicts: Vec::new(),
        confidence: draft.confidence,
    }
}
