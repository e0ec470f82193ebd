//! Judges the word pieces by those of the reference and by what must always hold.

use proptest::prelude::*;
use serde_json::Value;

use super::*;

const FIXTURE: &str = include_str!("../../tests/fixtures/tokens.json");

fn fixture() -> (Tokenizer, Vec<(String, Value)>) {
    let fixture: Value = serde_json::from_str(FIXTURE).expect("JSON");
    let vocabulary = fixture["vocabulary"].as_str().expect("text").replace(' ', "\n");
    let cases = fixture["cases"].as_array().expect("list").iter();
    let cases = cases.map(|case| (case[0].as_str().expect("text").to_owned(), case[1].clone()));
    (Tokenizer::new(&vocabulary), cases.collect())
}

#[test]
fn pieces_and_offsets_are_those_of_the_reference() {
    let (tokenizer, cases) = fixture();
    for (text, expected) in cases {
        let found: Vec<_> = tokenizer.encode(&text).iter().map(|piece| [piece.id, piece.start, piece.end]).collect();
        assert_eq!(serde_json::json!(found), expected, "{text:?}");
    }
}

#[test]
fn a_word_is_unknown_as_a_whole() {
    let tokenizer = Tokenizer::new("[UNK]\nab\n##c");
    let ids = |text: &str| tokenizer.encode(text).iter().map(|piece| piece.id).collect::<Vec<_>>();
    assert_eq!(ids("abc abd c"), [1, 2, 0, 0]);
}

#[test]
fn an_empty_vocabulary_knows_nothing_and_does_not_fail() {
    let pieces = Tokenizer::new("").encode("a b");
    assert_eq!(pieces.len(), 2);
}

#[test]
fn long_runs_of_marks_or_letters_take_linear_time() {
    let (tokenizer, _) = fixture();
    for unit in ["\u{301}", "x", "\u{1d165}", "[", " ", "[SEP", "\u{ad}"] {
        let text = unit.repeat(400_000);
        let start = std::time::Instant::now();
        let pieces = tokenizer.encode(&text);
        assert!(pieces.len() <= 4 * text.len() && start.elapsed().as_secs() < 5, "{unit:?}");
    }
}

proptest! {
    #[test]
    fn pieces_lie_inside_the_text(text in "\\PC{0,40}|[\\x00-\\u{400}]{0,40}|(\\[SEP\\]|a|\u{301}|\u{302e}){0,9}") {
        let (tokenizer, _) = fixture();
        let length = text.chars().count() as u32;
        for piece in tokenizer.encode(&text) {
            prop_assert!(piece.start < piece.end && piece.end <= length);
        }
    }

    #[test]
    fn pieces_of_a_text_without_odd_marks_do_not_overlap(text in "[a-zA-Z0-9é—“” .,'\u{301}\u{ad}]{0,60}") {
        let (tokenizer, _) = fixture();
        let pieces = tokenizer.encode(&text);
        prop_assert!(pieces.windows(2).all(|two| two[0].end <= two[1].start));
    }
}
