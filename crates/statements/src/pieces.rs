//! The best sequence of source and content tags round one cue.
//!
//! In: scores of the tags O, first of a source, further in it, first of a content, further in it, for each token of the cue's window,
//! and what each tag counts after each. Out: the pieces of source and content as token ranges, and how sure the tags are. The
//! decision is over the whole window (Viterbi), as the scores were trained (a linear-chain CRF), not token by token.

/// Tags of the reader, in the order of its scores.
pub(crate) const TAGS: usize = 5;
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

/// What a tag (column) counts after another one (row), in nats.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Transitions([[f32; TAGS]; TAGS]);

impl Transitions {
    /// From the weights' numbers, row by row; what no sequence has, and what is not given, is ruled out.
    pub(crate) fn new(numbers: &[f32]) -> Self {
        let mut table = [[f32::NEG_INFINITY; TAGS]; TAGS];
        for (before, row) in table.iter_mut().enumerate() {
            for (tag, count) in row.iter_mut().enumerate() {
                if let Some(number) = numbers.get(before * TAGS + tag).filter(|_| may_follow(before, tag)) {
                    *count = *number;
                }
            }
        }
        Self(table)
    }

    /// The same where beginning a source and a content costs something more.
    pub(crate) fn with_costs(mut self, (source, content): (f32, f32)) -> Self {
        for row in &mut self.0 {
            row[SOURCE] -= source;
            row[CONTENT] -= content;
        }
        self
    }
}

/// Best allowed tags of the window's tokens and the logarithms of what each token alone would be. `scores` holds five numbers a token.
fn best_tags(scores: &[f32], transitions: &Transitions) -> (Vec<u8>, Vec<[f32; TAGS]>) {
    let logs: Vec<[f32; TAGS]> = scores.chunks_exact(TAGS).map(log_softmax).collect();
    let mut back: Vec<[u8; TAGS]> = Vec::with_capacity(logs.len());
    // Before the first token stands an O.
    let mut best = [f32::NEG_INFINITY; TAGS];
    best[0] = 0.0;
    for log in &logs {
        let mut next = [f32::NEG_INFINITY; TAGS];
        let mut from = [0_u8; TAGS];
        for tag in 0..TAGS {
            for (before, &score) in best.iter().enumerate() {
                let score = score + transitions.0[before][tag];
                if score > next[tag] {
                    next[tag] = score;
                    from[tag] = before as u8;
                }
            }
            next[tag] += log[tag];
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
pub(crate) fn read_pieces(scores: &[f32], first: usize, cue: (usize, usize), transitions: &Transitions) -> Pieces {
    let (path, logs) = best_tags(scores, transitions);
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

    fn costly() -> Transitions {
        Transitions::new(&[0.0; TAGS * TAGS]).with_costs((1.0, 1.0))
    }

    fn scores(tags: &[usize]) -> Vec<f32> {
        tags.iter().flat_map(|&t| (0..TAGS).map(move |k| if k == t { 6.0 } else { 0.0 })).collect()
    }

    #[test]
    fn pieces_are_read_in_place_and_small_gaps_close() {
        let found = read_pieces(&scores(&[1, 2, 0, 3, 4, 4, 0, 3, 4]), 10, (12, 13), &costly());
        assert_eq!(found.source, [(10, 12)]);
        assert_eq!(found.content, [(13, 19)]);
        assert!(found.probability > 0.9);
    }

    #[test]
    fn a_cue_keeps_the_pieces_on_its_sides_apart() {
        let found = read_pieces(&scores(&[3, 4, 0, 3, 4]), 0, (2, 3), &costly());
        assert_eq!(found.content, [(0, 2), (3, 5)]);
    }

    #[test]
    fn what_was_learnt_of_neighbours_counts() {
        // Alone every token would be O; a content (3) after a source (2) is learnt to be likely, the other way round is not.
        let mut learnt = [0.0; TAGS * TAGS];
        learnt[2 * TAGS + 3] = 20.0;
        let alone: Vec<f32> = (0..4).flat_map(|_| [1.0, 0.0, 0.0, 0.0, 0.0]).collect();
        let (path, _) = best_tags(&alone, &Transitions::new(&learnt));
        assert!(path.windows(2).any(|two| two == [2, 3]), "{path:?}");
        let mut turned = [0.0; TAGS * TAGS];
        turned[3 * TAGS + 1] = 20.0;
        let (path, _) = best_tags(&alone, &Transitions::new(&turned));
        assert!(path.windows(2).any(|two| two == [3, 1]), "{path:?}");
    }

    #[test]
    fn a_further_tag_never_stands_without_its_first() {
        let (path, _) = best_tags(&scores(&[0, 4, 4, 2]), &costly());
        for (index, &tag) in path.iter().enumerate() {
            if tag == 2 || tag == 4 {
                assert!(index > 0 && (path[index - 1] == tag || path[index - 1] == tag - 1));
            }
        }
    }
}
