//! Reprints: text that one article took over from another, with small changes or none.
//!
//! In: the words of all articles. Out: for each copying article and the article it copied, the passages in both, their
//! share of the copy, and what speaks for the direction.
//!
//! Runs of five words that two articles share are found through an inverted index; the pair is then aligned word by word,
//! small edits bridged. Two things look like copies and are none: boilerplate, which is left out by its zone and by being
//! in too many articles, and a quotation, which two reporters may have heard: a passage counts only for its words outside
//! quotation marks.

use crate::corpus::{Corpus, Prepared};
use crate::words::hash;
use model::{Reprint, ReprintDirection, ReprintPassage, Span, ZoneKind};
use std::collections::BTreeMap;

/// Words of a shingle. Four-word runs meet by chance in two reports of one event (`said in a statement`), six-word ones
/// miss every second lightly edited sentence.
const SHINGLE: usize = 5;
/// A shingle in more articles than this is a phrase of the trade or boilerplate and proposes no pair.
const MOST_ARTICLES: usize = 40;
/// Shared shingles that make two articles worth aligning.
const FEWEST_SHINGLES: u32 = 6;
/// Words that an edit may put in or leave out inside a passage.
const BRIDGE: usize = 6;
/// Words of a passage outside quotation marks that must agree; below, names and set phrases come out.
const FEWEST_WORDS: usize = 9;
/// The part of a passage's words that must agree after bridging.
const AGREEMENT: f32 = 0.7;

/// The readable words of one article as numbers.
struct Line {
    words: Vec<u64>,
    shingles: Vec<u64>,
    /// Place of each word in [`Prepared::words`].
    places: Vec<usize>,
}

/// A run of words that both have: start in the earlier text, start in the copy, length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    from: usize,
    to: usize,
    length: usize,
}

/// Finds what was copied from whom, by copy and original.
pub(crate) fn find_reprints(corpus: &Corpus<'_>) -> Vec<Reprint> {
    let lines: Vec<Line> = corpus.articles.iter().map(line_of).collect();
    let mut pairs: BTreeMap<usize, Vec<Source>> = BTreeMap::new();
    for (a, b) in candidates(&lines) {
        let source = source_of(corpus, a, b);
        pairs.entry(source.to).or_default().push(source);
    }
    let mut reprints = Vec::new();
    for (to, mut sources) in pairs {
        // A sentence that stands in three articles was taken from the one that is credited, else from the earliest.
        sources.sort_by_key(|source| (source.credit.is_none(), source.from));
        let mut taken = vec![false; lines[to].words.len()];
        for source in &sources {
            let passages = passages_of(
                &corpus.articles[source.from],
                &corpus.articles[to],
                &lines[source.from],
                &lines[to],
                &mut taken,
            );
            if let Some(reprint) = reprint_of(corpus, source, passages, lines[to].words.len()) {
                reprints.push(reprint);
            }
        }
    }
    reprints.sort_by(|a, b| (&a.from, &a.to).cmp(&(&b.from, &b.to)));
    reprints
}

/// The words of body, headline and captions; boilerplate and credits are no text of the article's own.
fn line_of(prepared: &Prepared<'_>) -> Line {
    let mut line = Line { words: Vec::new(), shingles: Vec::new(), places: Vec::new() };
    for (place, placed) in prepared.words.iter().enumerate() {
        if !matches!(placed.zone, ZoneKind::Boilerplate | ZoneKind::Credit) {
            line.words.push(hash(&placed.word.text));
            line.places.push(place);
        }
    }
    let number =
        |run: &[u64]| run.iter().fold(0u64, |all, word| all.rotate_left(7).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ word);
    line.shingles = line.words.windows(SHINGLE).map(number).collect();
    line
}

/// Pairs of articles that share enough rare shingles, the earlier first.
fn candidates(lines: &[Line]) -> Vec<(usize, usize)> {
    let mut postings: Vec<(u64, u32)> = Vec::new();
    for (article, line) in lines.iter().enumerate() {
        postings.extend(line.shingles.iter().map(|shingle| (*shingle, article as u32)));
    }
    postings.sort_unstable();
    postings.dedup();
    let mut shared: BTreeMap<(u32, u32), u32> = BTreeMap::new();
    for group in postings.chunk_by(|a, b| a.0 == b.0).filter(|group| (2..=MOST_ARTICLES).contains(&group.len())) {
        for (i, (_, a)) in group.iter().enumerate() {
            for (_, b) in group.iter().skip(i + 1) {
                *shared.entry((*a, *b)).or_default() += 1;
            }
        }
    }
    let enough = shared.into_iter().filter(|(_, count)| *count >= FEWEST_SHINGLES);
    enough.map(|((a, b), _)| (a as usize, b as usize)).collect()
}

/// Who copied whom, and how that is known.
struct Source {
    from: usize,
    to: usize,
    direction: ReprintDirection,
    credit: Option<String>,
    why: String,
}

/// Decides the direction between two articles; the corpus has them in order of date.
fn source_of(corpus: &Corpus<'_>, a: usize, b: usize) -> Source {
    let (first, second) = (&corpus.articles[a], &corpus.articles[b]);
    let (credit_in_second, credit_in_first) = (credit_for(second, first), credit_for(first, second));
    let source = |from, to, direction, credit: Option<String>, why: String| Source { from, to, direction, credit, why };
    match (credit_in_second, credit_in_first) {
        (Some(name), None) => {
            let why = format!("the copy credits {name}");
            source(a, b, ReprintDirection::Known, Some(name), why)
        }
        (None, Some(name)) => {
            let why = format!("the copy credits {name}");
            source(b, a, ReprintDirection::Known, Some(name), why)
        }
        (credit, _) => match (first.date(), second.date()) {
            (Some(x), Some(y)) if is_earlier(x, y) => {
                source(a, b, ReprintDirection::Known, credit, format!("published {x} and {y}"))
            }
            _ => source(a, b, ReprintDirection::Unknown, credit, "no credit, and the dates do not tell".to_owned()),
        },
    }
}

/// Whether one ISO date is surely before another: they differ where both say something.
fn is_earlier(x: &str, y: &str) -> bool {
    let shorter = x.len().min(y.len());
    x.as_bytes().iter().take(shorter).lt(y.as_bytes().iter().take(shorter))
}

/// The name by which `copy` credits the outlet of `original`, where it does: among its agencies, or in its credit lines.
fn credit_for(copy: &Prepared<'_>, original: &Prepared<'_>) -> Option<String> {
    let outlet = original.article.outlet.name.as_deref()?;
    if copy.outlet == original.outlet {
        return None;
    }
    let named = |credit: &&String| is_same_name(credit, outlet);
    if let Some(agency) = copy.article.agencies.iter().find(named) {
        return Some(agency.clone());
    }
    // An original that is the agency's own text often credits the agency itself.
    let own = original.article.agencies.iter().find(|agency| is_same_name(agency, outlet));
    if let Some(agency) = own.and_then(|own| copy.article.agencies.iter().find(|agency| is_same_name(agency, own))) {
        return Some(agency.clone());
    }
    None
}

/// Whether a credit names an outlet: the same words, or the first word of its name (`Northwire` for `Northwire Press`).
pub(crate) fn is_same_name(credit: &str, outlet: &str) -> bool {
    let fold = |name: &str| {
        let words = crate::words::words(name, 0);
        words.into_iter().map(|word| word.text).filter(|word| word != "the").collect::<Vec<_>>()
    };
    let (credit, outlet) = (fold(credit), fold(outlet));
    match (credit.first(), outlet.first()) {
        (Some(_), Some(_)) if credit == outlet => true,
        (Some(first), Some(other)) => {
            first == other && first.chars().count() > 4 && (credit.len() == 1 || outlet.len() == 1)
        }
        _ => false,
    }
}

/// The passages of a copy that stand in another article and are not `taken` yet; they become so.
fn passages_of(
    from: &Prepared<'_>,
    to: &Prepared<'_>,
    a: &Line,
    b: &Line,
    taken: &mut [bool],
) -> Vec<(ReprintPassage, usize)> {
    let mut passages = Vec::new();
    for chain in chains(runs(a, b, taken)) {
        let (Some(first), Some(last)) = (chain.first(), chain.last()) else { continue };
        let matched: usize = chain.iter().map(|run| run.length).sum();
        let (from_end, to_end) = (last.from + last.length, last.to + last.length);
        let longer = (from_end - first.from).max(to_end - first.to);
        let outside = chain.iter().flat_map(|run| run.to..run.to + run.length);
        let outside = outside
            .filter(|word| b.places.get(*word).and_then(|place| to.words.get(*place)).is_some_and(|word| !word.quoted));
        if outside.count() < FEWEST_WORDS || (matched as f32) < AGREEMENT * longer as f32 {
            continue;
        }
        let span = |prepared: &Prepared<'_>, line: &Line, start: usize, end: usize| {
            let first = prepared.words.get(*line.places.get(start)?)?.word.span;
            let last = prepared.words.get(*line.places.get(end.checked_sub(1)?)?)?.word.span;
            Span::new(first.start(), last.end()).ok()
        };
        let (Some(source), Some(copy)) = (span(from, a, first.from, from_end), span(to, b, first.to, to_end)) else {
            continue;
        };
        if let Some(words) = taken.get_mut(first.to..to_end) {
            words.fill(true);
        }
        passages.push((ReprintPassage { from: source, to: copy }, to_end - first.to));
    }
    passages
}

/// Runs of at least a shingle that both texts have, in order of the copy, each as long as it goes.
fn runs(a: &Line, b: &Line, taken: &[bool]) -> Vec<Run> {
    let mut index: Vec<(u64, usize)> = a.shingles.iter().enumerate().map(|(at, shingle)| (*shingle, at)).collect();
    index.sort_unstable();
    let mut found: Vec<Run> = Vec::new();
    let mut to = 0;
    while let Some(shingle) = b.shingles.get(to) {
        if taken.get(to).copied().unwrap_or(false) {
            to += 1;
            continue;
        }
        let start = index.partition_point(|(other, _)| other < shingle);
        let places = index.iter().skip(start).take_while(|(other, _)| other == shingle);
        let expected = found.last().map(|run| run.from + run.length);
        let run_at = |from: usize| {
            let words = a.words.iter().skip(from).zip(b.words.iter().skip(to)).zip(taken.iter().skip(to));
            Run { from, to, length: words.take_while(|((x, y), taken)| x == y && !**taken).count() }
        };
        // The longest; of equals the one that goes on where the last run ended. A shingle repeated all over a text
        // (a chant, a table) is tried at eight places only, which keeps this linear.
        let best = places.take(8).map(|(_, from)| run_at(*from)).max_by_key(|run| {
            let distance = expected.map_or(0, |expected| run.from.abs_diff(expected));
            (run.length, std::cmp::Reverse(distance))
        });
        match best {
            Some(run) if run.length >= SHINGLE => {
                to += run.length;
                found.push(run);
            }
            _ => to += 1,
        }
    }
    found
}

/// Runs joined over small edits: the next one goes on in both texts within a few words.
fn chains(runs: Vec<Run>) -> Vec<Vec<Run>> {
    let mut chains: Vec<Vec<Run>> = Vec::new();
    for run in runs {
        match chains.last_mut() {
            Some(chain) if chain.last().is_some_and(|last| goes_on(last, &run)) => chain.push(run),
            _ => chains.push(vec![run]),
        }
    }
    chains
}

fn goes_on(last: &Run, next: &Run) -> bool {
    let from = next.from.checked_sub(last.from + last.length);
    let to = next.to.checked_sub(last.to + last.length);
    matches!((from, to), (Some(from), Some(to)) if from <= BRIDGE && to <= BRIDGE)
}

/// The result for one copy and one source; nothing where no passage is left.
fn reprint_of(
    corpus: &Corpus<'_>,
    source: &Source,
    passages: Vec<(ReprintPassage, usize)>,
    words: usize,
) -> Option<Reprint> {
    if passages.is_empty() {
        return None;
    }
    let copied: usize = passages.iter().map(|(_, words)| words).sum();
    Some(Reprint {
        from: corpus.articles[source.from].article.id.clone(),
        to: corpus.articles[source.to].article.id.clone(),
        passages: passages.into_iter().map(|(passage, _)| passage).collect(),
        share: copied as f32 / words.max(1) as f32,
        credit: source.credit.clone(),
        direction: source.direction,
        why: source.why.clone(),
    })
}
