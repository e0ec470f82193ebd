//! The whole network against PyTorch in floats: eight-bit arithmetic may cost a little, but not more.
//!
//! The numbers come from `tests/make_reference.py`, which tells how to make them anew.

use encoder::{Input, Matrix, Trunk, Weights};
use serde_json::Value;

/// Least cosine between a vector computed here and the same in floats.
const COSINE: f32 = 0.9998;

fn fixture() -> Value {
    serde_json::from_str(include_str!("fixtures/reference.json")).expect("valid JSON")
}

fn weights() -> Weights {
    Weights::load(encoder::testing::reference().bytes()).expect("valid weights")
}

fn numbers(value: &Value) -> Vec<f32> {
    let list = value.as_array().expect("a list").iter();
    list.map(|number| number.as_f64().expect("a number") as f32).collect()
}

fn bytes(value: &Value, count: usize) -> Vec<u8> {
    numbers(value).into_iter().take(count).map(|number| number as u8).collect()
}

fn ids(value: &Value, count: usize) -> Vec<u32> {
    numbers(value).into_iter().take(count).map(|number| number as u32).collect()
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

fn check(case: &Value, found: &Matrix, what: &str) {
    let rows = numbers(&case["rows"]);
    for (row, expected) in rows.into_iter().zip(case["vectors"].as_array().expect("a list")) {
        let cosine = cosine(found.row(row as usize), &numbers(expected));
        assert!(cosine > COSINE, "{what}, row {row}: cosine {cosine}");
    }
}

#[test]
fn trunk_vectors_are_those_of_the_float_network() {
    let fixture = fixture();
    let trunk = Trunk::new(&weights(), "trunk").expect("complete");
    for case in fixture["texts"].as_array().expect("a list") {
        let tokens = case["tokens"].as_u64().expect("a number") as usize;
        let input = Input {
            ids: ids(&fixture["input"]["ids"], tokens),
            shape: bytes(&fixture["input"]["shape"], tokens),
            quotation: bytes(&fixture["input"]["quotation"], tokens),
            paragraph: bytes(&fixture["input"]["paragraph"], tokens),
        };
        check(case, &trunk.encode(&input, tokens % 2), &format!("{tokens} tokens"));
    }
}

#[test]
fn layers_of_several_sequences_are_those_of_the_float_network() {
    let case = &fixture()["reader"];
    let lengths: Vec<usize> = numbers(&case["lengths"]).into_iter().map(|length| length as usize).collect();
    let mut x = Matrix::zeros(200, 128);
    for (at, x) in x.data.iter_mut().enumerate() {
        *x = ((at / 128 * 31 + at % 128 * 17) % 101) as f32 / 50.0 - 1.0;
    }
    weights().stack("reader.layers", 4).expect("complete").apply(&mut x, &lengths);
    check(case, &x, "reader layers");
}
