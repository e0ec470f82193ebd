//! Judges the stitching of windows and what the trunk makes of edges.

use super::*;
use crate::testing::{Builder, Random};

fn input(tokens: usize, seed: u64) -> Input {
    let mut random = Random(seed);
    let mut bytes = |end: usize| (0..tokens).map(|_| random.below(end) as u8).collect::<Vec<_>>();
    Input {
        ids: bytes(150).into_iter().map(u32::from).collect(),
        shape: bytes(7),
        quotation: bytes(4),
        paragraph: bytes(3),
    }
}

#[test]
fn a_token_comes_from_the_window_in_which_it_is_farthest_from_the_edges() {
    for tokens in [1, 319, 320, 321, 384, 400, 575, 576, 577, 600, 639, 640, 641, 1100, 2000] {
        let parts = windows(tokens);
        let distance = |part: &Part, token: usize| {
            let left = if part.start == 0 { usize::MAX } else { token - part.start };
            let right = if part.end == tokens { usize::MAX } else { part.end - 1 - token };
            left.min(right)
        };
        for token in 0..tokens {
            let inside = || parts.iter().filter(|part| (part.start..part.end).contains(&token));
            let farthest = inside().map(|part| distance(part, token)).max().expect("in some window");
            let expected = inside().find(|part| distance(part, token) == farthest).expect("found above");
            let kept: Vec<_> = parts.iter().filter(|part| (part.keep_from..part.keep_to).contains(&token)).collect();
            assert_eq!(kept, [expected], "token {token} of {tokens}");
        }
        assert!(parts.iter().all(|part| part.end - part.start <= WINDOW));
        let shortest = parts.iter().map(|part| part.end - part.start).min().unwrap_or(0);
        assert!(parts.iter().all(|part| part.end - part.start <= shortest + 1), "all equally long");
    }
    assert!(windows(0).is_empty());
}

#[test]
fn every_length_gives_a_row_per_token_and_the_same_bytes_on_every_kernel() {
    let weights = Weights::load(Builder::new().trunk(48, 2).bytes()).expect("valid");
    for tokens in [0, 1, 2, 17, 320, 321, 600] {
        let input = input(tokens, 7 + tokens as u64);
        let best = Trunk::new(&weights, "trunk").expect("complete").encode(&input, 1);
        assert_eq!((best.rows, best.cols, best.data.len()), (tokens, 48, tokens * 48));
        assert!(best.data.iter().all(|x| x.is_finite()));
        for kernel in crate::Kernel::available() {
            let trunk = Trunk::new(&weights.clone().with_kernel(kernel), "trunk").expect("complete");
            assert_eq!(trunk.encode(&input, 1).data, best.data, "{} of {tokens}", kernel.name());
        }
    }
}

#[test]
fn a_long_text_is_stitched_from_its_windows() {
    let weights = Weights::load(Builder::new().trunk(48, 2).bytes()).expect("valid");
    let trunk = Trunk::new(&weights, "trunk").expect("complete");
    let whole = input(500, 3);
    let part = |from: usize, to: usize| Input {
        ids: whole.ids[from..to].to_vec(),
        shape: whole.shape[from..to].to_vec(),
        quotation: whole.quotation[from..to].to_vec(),
        paragraph: whole.paragraph[from..to].to_vec(),
    };
    let (all, first, last) =
        (trunk.encode(&whole, 1), trunk.encode(&part(0, 282), 1), trunk.encode(&part(218, 500), 1));
    // The overlap is 218..282; in its middle 249 and 250 are as far from one edge as from the other.
    assert!((0..250).all(|token| all.row(token) == first.row(token)));
    assert!((250..500).all(|token| all.row(token) == last.row(token - 218)));
}

#[test]
fn unknown_ids_and_features_add_nothing() {
    let weights = Weights::load(Builder::new().trunk(48, 1).bytes()).expect("valid");
    let trunk = Trunk::new(&weights, "trunk").expect("complete");
    let input = Input { ids: vec![u32::MAX], shape: vec![255], quotation: vec![255], paragraph: vec![255] };
    assert_eq!(trunk.encode(&input, 99).rows, 1);
}

#[test]
fn trunk_is_shared_between_threads() {
    fn check<T: Send + Sync>() {}
    check::<Trunk>();
    check::<crate::Tokenizer>();
    check::<Weights>();
}
