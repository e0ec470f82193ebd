//! The best sequence of source and content tags round one cue.
//!
//! In: scores of the tags O, first of a source, further in it, first of a content, further in it, for each token of the cue's window.
//! Out: the pieces of source and content as token ranges, and how sure the tags are. A piece begins with its first tag; beginning
//! one costs something, so that contents stay whole. The decision is over the whole window (Viterbi), not token by token.

/// Tags of the reader, in the order of its scores.
const TAGS: usize = 5;
const SOURCE: usize = 1;
const CONTENT: usize = 3;

/// Content pieces with at most this many tokens between them are one, unless the cue stands there.
const SMALL_GAP: usize = 2;

/// Whether the second tag may follow the first.
fn may_follow(before: usize, tag: usize) -> bool {
    match tag {
        2 => before == 1 || before == 2,
        4 => before == 3 || before == 4,
        _ => true,
    }
}

/// What one cue's window says.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Pieces {
    pub source: Vec<(usize, usize)>,
    pub content: Vec<(usize, usize)>,
    /// Mean probability of the chosen tags over the tokens of source and content, 0 without any.
    pub probability: f32,
}

/// Best allowed tags of the window's tokens. `scores` holds five numbers a token; `costs` is what beginning a source and a content
/// costs, in nats.
pub(crate) fn best_tags(scores: &[f32], costs: (f32, f32)) -> (Vec<u8>, Vec<[f32; TAGS]>) {
    let logs: Vec<[f32; TAGS]> = scores.chunks_exact(TAGS).map(log_softmax).collect();
    let mut back: Vec<[u8; TAGS]> = Vec::with_capacity(logs.len());
    let mut best = [0.0_f32; TAGS];
    for (index, log) in logs.iter().enumerate() {
        let mut next = [f32::NEG_INFINITY; TAGS];
        let mut from = [0_u8; TAGS];
        for tag in 0..TAGS {
            let cost = match tag {
                SOURCE => costs.0,
                CONTENT => costs.1,
                _ => 0.0,
            };
            if index == 0 {
                if tag != 2 && tag != 4 {
                    next[tag] = log[tag] - cost;
                }
                continue;
            }
            for (before, &score) in best.iter().enumerate() {
                if may_follow(before, tag) && score > next[tag] {
                    next[tag] = score;
                    from[tag] = before as u8;
                }
            }
            next[tag] += log[tag] - cost;
        }
        best = next;
        back.push(from);
    }
    let mut tag = (1..TAGS).fold(0, |a, b| if best[b] > best[a] { b } else { a });
    let mut path = vec![0_u8; logs.len()];
    for (place, from) in path.iter_mut().zip(&back).rev() {
        *place = tag as u8;
        tag = usize::from(from[tag]);
    }
    (path, logs)
}

/// The pieces of the window that begins at token `first`; `cue` is a token range of the article.
pub(crate) fn read_pieces(scores: &[f32], first: usize, cue: (usize, usize), costs: (f32, f32)) -> Pieces {
    let (path, logs) = best_tags(scores, costs);
    let mut out = Pieces::default();
    let (mut sum, mut count) = (0.0, 0_usize);
    let mut index = 0;
    while let Some(&tag) = path.get(index) {
        let tag = usize::from(tag);
        if tag != SOURCE && tag != CONTENT {
            index += 1;
            continue;
        }
        let mut end = index + 1;
        while path.get(end).is_some_and(|&t| usize::from(t) == tag + 1) {
            end += 1;
        }
        for log in &logs[index..end] {
            // First and further are one decision here: what counts is that the token belongs to the source or the content.
            sum += log[tag].exp() + log[tag + 1].exp();
            count += 1;
        }
        let piece = (first + index, first + end);
        if tag == SOURCE {
            out.source.push(piece);
        } else {
            match out.content.last_mut() {
                Some(last) if piece.0 - last.1 <= SMALL_GAP && !(cue.0 < piece.0 && cue.1 > last.1) => last.1 = piece.1,
                _ => out.content.push(piece),
            }
        }
        index = end;
    }
    out.probability = if count == 0 { 0.0 } else { sum / count as f32 };
    out
}

fn log_softmax(scores: &[f32]) -> [f32; TAGS] {
    let mut out = [0.0; TAGS];
    out.iter_mut().zip(scores).for_each(|(o, s)| *o = *s);
    let most = out.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f32 = out.iter().map(|x| (x - most).exp()).sum();
    out.map(|x| x - most - sum.ln())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scores(tags: &[usize]) -> Vec<f32> {
        tags.iter().flat_map(|&t| (0..TAGS).map(move |k| if k == t { 6.0 } else { 0.0 })).collect()
    }

    #[test]
    fn pieces_are_read_in_place_and_small_gaps_close() {
        let found = read_pieces(&scores(&[1, 2, 0, 3, 4, 4, 0, 3, 4]), 10, (12, 13), (1.0, 1.0));
        assert_eq!(found.source, [(10, 12)]);
        assert_eq!(found.content, [(13, 19)]);
        assert!(found.probability > 0.9);
    }

    #[test]
    fn a_cue_keeps_the_pieces_on_its_sides_apart() {
        let found = read_pieces(&scores(&[3, 4, 0, 3, 4]), 0, (2, 3), (1.0, 1.0));
        assert_eq!(found.content, [(0, 2), (3, 5)]);
    }

    #[test]
    fn a_further_tag_never_stands_without_its_first() {
        let (path, _) = best_tags(&scores(&[0, 4, 4, 2]), (1.0, 1.0));
        for (index, &tag) in path.iter().enumerate() {
            if tag == 2 || tag == 4 {
                assert!(index > 0 && (path[index - 1] == tag || path[index - 1] == tag - 1));
            }
        }
    }
}
