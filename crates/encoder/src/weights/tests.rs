//! Judges how weights files are read: what is taken, and what each refusal says.

use super::*;
use crate::testing::Builder;

fn message(bytes: Vec<u8>) -> String {
    match Weights::load(bytes) {
        Ok(_) => "fine".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_built_file_is_read() {
    let weights = Weights::load(Builder::new().network(48, 1, 5).bytes()).expect("valid");
    assert_eq!(weights.id(), "test");
    assert!(weights.vocabulary().contains("\nminister"));
    assert_eq!(weights.linear("reader.input").expect("there").outputs(), 128);
    assert_eq!(weights.vector("mention.width").expect("there").len(), 24);
}

#[test]
fn a_cut_file_says_so() {
    let bytes = Builder::new().norm("n", 8).bytes();
    assert!(message(bytes[..5].to_vec()).contains("ends after 5 bytes"));
    assert!(message(bytes[..40].to_vec()).contains("cut off"));
    assert!(message(bytes[..bytes.len() - 1].to_vec()).contains("tensor `n.weight`"));
}

#[test]
fn another_format_is_named() {
    let text = message(Builder::new().metadata("format", "tellings-weights-9").bytes());
    assert!(text.contains("`tellings-weights-9`") && text.contains("`tellings-weights-1`"), "{text}");
    assert!(message(b"\x02\0\0\0\0\0\0\0{}".to_vec()).contains("`nothing`"));
    assert!(message(b"\x02\0\0\0\0\0\0\0no".to_vec()).contains("header"));
}

#[test]
fn a_number_that_is_not_finite_is_refused() {
    let text = message(Builder::new().floats("n.weight", &[2], &[1.0, f32::NAN]).bytes());
    assert!(text.contains("tensor `n.weight`") && text.contains("not finite"), "{text}");
}

#[test]
fn missing_and_misshapen_tensors_are_named() {
    let bytes =
        Builder::new().vector("a", 3, 1.0).floats("b.weight", &[2, 3], &[0.0; 6]).vector("b.bias", 3, 1.0).bytes();
    let weights = Weights::load(bytes).expect("valid");
    let text = |error: WeightsError| error.to_string();
    assert!(text(weights.linear("c").expect_err("missing")).contains("tensor `c.weight`: it is not in the file"));
    assert!(text(weights.linear("b").expect_err("bias")).contains("tensor `b.bias`: 3 numbers where 2 are needed"));
    assert!(text(weights.vector("b.weight").expect_err("matrix")).contains("F32 [2, 3]"));
    assert!(weights.stack("trunk.layers", 12).is_err());
}

#[test]
fn no_bytes_make_it_panic() {
    let bytes = Builder::new().linear("a", 5, 3).embedding("e", 4, 2).bytes();
    for at in 0..bytes.len() {
        for value in [0u8, 1, b'9', b'"', 255] {
            let mut changed = bytes.clone();
            changed[at] = value;
            if let Ok(weights) = Weights::load(changed) {
                let _ = (weights.linear("a"), weights.embedding("e"), weights.stack("a", 1));
            }
        }
    }
}
