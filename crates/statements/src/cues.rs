//! Finds the cues: runs of tokens that say that somebody says.
//!
//! In: for each token the probabilities of outside, first of a cue, further in a cue. Out: token ranges in text order with the
//! mean probability of their tokens.

/// A run of tokens that is a cue.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Cue {
    pub first: usize,
    pub end: usize,
    /// Mean probability that its tokens are in a cue.
    pub probability: f32,
}

/// Cues from the scores of the tags O, B, I of each token, which belongs to a cue where the two cue tags together reach
/// `threshold`. A cue never runs over a paragraph mark.
pub(crate) fn find_cues(scores: &encoder::Matrix, paragraph_of: &[u32], threshold: f32) -> Vec<Cue> {
    let mut cues: Vec<Cue> = Vec::new();
    let mut open: Option<(usize, f32)> = None;
    let mut close = |open: &mut Option<(usize, f32)>, end: usize| {
        if let Some((first, sum)) = open.take() {
            cues.push(Cue { first, end, probability: sum / (end - first) as f32 });
        }
    };
    for token in 0..scores.rows {
        let [outside, begin, inside] = softmax3(scores.row(token));
        let in_cue = 1.0 - outside;
        let new_paragraph = token > 0 && paragraph_of.get(token) != paragraph_of.get(token - 1);
        if in_cue < threshold || begin > inside || new_paragraph {
            close(&mut open, token);
        }
        if in_cue >= threshold {
            let (_, sum) = open.get_or_insert((token, 0.0));
            *sum += in_cue;
        }
    }
    close(&mut open, scores.rows);
    cues
}

fn softmax3(scores: &[f32]) -> [f32; 3] {
    let &[o, b, i] = scores else { return [1.0, 0.0, 0.0] };
    let most = o.max(b).max(i);
    let e = [(o - most).exp(), (b - most).exp(), (i - most).exp()];
    let sum = e[0] + e[1] + e[2];
    e.map(|x| x / sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoder::Matrix;

    fn check(tags: &str, cues: &[(usize, usize)]) {
        let rows: Vec<[f32; 3]> = tags
            .chars()
            .map(|c| match c {
                'B' => [0.0, 5.0, 0.0],
                'I' => [0.0, 0.0, 5.0],
                _ => [5.0, 0.0, 0.0],
            })
            .collect();
        let scores = Matrix::from_rows(3, rows.iter().map(|r| &r[..]));
        let found: Vec<_> = find_cues(&scores, &vec![0; tags.len()], 0.5).iter().map(|c| (c.first, c.end)).collect();
        assert_eq!(found, cues, "{tags}");
    }

    #[test]
    fn a_cue_runs_until_another_begins_or_none_is() {
        check("OBIOBBIO", &[(1, 3), (4, 5), (5, 7)]);
        check("IIO", &[(0, 2)]);
        check("OOB", &[(2, 3)]);
    }
}
