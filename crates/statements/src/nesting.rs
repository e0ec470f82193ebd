//! Which statement stands inside the content of which.
//!
//! In: statements with spans. Out: `parent` set to the statement with the smallest content that holds the whole cue (or, without a
//! cue, the source) of the other. «Pompeo said the Russians told Maduro to stay»: `told` stands in what Pompeo said.

use model::{Span, Statement};

/// Sets `parent` of every statement. Statements are in text order; only those that begin within reach are compared.
pub(crate) fn set_parents(statements: &mut [Statement]) {
    let mut order: Vec<(Span, usize)> =
        statements.iter().enumerate().flat_map(|(i, s)| s.content.iter().map(move |&span| (span, i))).collect();
    order.sort();
    let parents: Vec<Option<usize>> = (0..statements.len()).map(|child| parent_of(child, statements, &order)).collect();
    for (child, parent) in parents.iter().enumerate() {
        let id = parent.and_then(|p| statements.get(p)).map(|p| p.id.clone());
        if let Some(statement) = statements.get_mut(child) {
            statement.parent = id;
        }
    }
}

/// No piece of content is longer than this in practice: the reader's window is 160 tokens. Bounds the search backwards.
const LONGEST_PIECE: u32 = 4000;

fn parent_of(child: usize, statements: &[Statement], order: &[(Span, usize)]) -> Option<usize> {
    let statement = statements.get(child)?;
    let anchor = *statement.cue.first().or(statement.source.first())?;
    let own = length(&statement.content);
    let after = order.partition_point(|(span, _)| span.start() <= anchor.start());
    let mut best: Option<(u32, usize)> = None;
    for &(span, candidate) in order[..after].iter().rev() {
        if anchor.start() - span.start() > LONGEST_PIECE {
            break;
        }
        if candidate == child || !span.contains(anchor) {
            continue;
        }
        let Some(other) = statements.get(candidate) else { continue };
        let size = length(&other.content);
        // Of two that would hold each other the larger is the outer one; equal ones hold neither.
        let mutual = other.cue.first().is_some_and(|cue| statement.content.iter().any(|piece| piece.contains(*cue)));
        if mutual && size <= own {
            continue;
        }
        if best.is_none_or(|(least, _)| size < least) {
            best = Some((size, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

fn length(spans: &[Span]) -> u32 {
    spans.iter().map(|span| span.length()).sum()
}
