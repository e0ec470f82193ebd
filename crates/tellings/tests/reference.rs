//! The program computes what training computed: the same tokens and features, and scores near enough to the float model's.
//!
//! The fixture is written by `training/reference.py` from the weights that ship, over an invented text; new weights need a new one.

use claims::{PairInput, Projection, Vector};
use encoder::{Matrix, Weights};
use model::Span;
use serde_json::Value;
use statements::{Convention, Reader};
use tellings::claim_heads::ClaimHeads;

/// Least cosine between a token's vector in int8 and in float.
const VECTOR_COSINE: f32 = 0.985;

/// Most that a probability may differ on average, and in the worst case.
const MEAN_PROBABILITY: f32 = 0.01;
const WORST_PROBABILITY: f32 = 0.15;

fn fixture() -> Value {
    serde_json::from_str(include_str!("fixtures/reference.json")).expect("the fixture is JSON")
}

fn weights() -> Weights {
    Weights::load(include_bytes!("../weights/tellings.safetensors").as_slice()).expect("the weights that ship")
}

fn numbers(value: &Value) -> Vec<f32> {
    value.as_array().expect("a list").iter().map(|x| x.as_f64().expect("a number") as f32).collect()
}

fn rows(value: &Value) -> Vec<Vec<f32>> {
    value.as_array().expect("a list of lists").iter().map(numbers).collect()
}

fn softmax(scores: &[f32]) -> Vec<f32> {
    let most = scores.iter().copied().fold(f32::MIN, f32::max);
    let all: Vec<f32> = scores.iter().map(|x| (x - most).exp()).collect();
    let sum: f32 = all.iter().sum();
    all.iter().map(|x| x / sum).collect()
}

/// Mean and worst difference.
fn differences(found: &[Vec<f32>], wanted: &[Vec<f32>]) -> (f32, f32) {
    assert_eq!(found.len(), wanted.len());
    let all: Vec<f32> = found.iter().flatten().zip(wanted.iter().flatten()).map(|(a, b)| (a - b).abs()).collect();
    (all.iter().sum::<f32>() / all.len() as f32, all.iter().copied().fold(0.0, f32::max))
}

fn assert_near(what: &str, found: &[Vec<f32>], wanted: &[Vec<f32>]) {
    let (mean, worst) = differences(found, wanted);
    assert!(mean <= MEAN_PROBABILITY && worst <= WORST_PROBABILITY, "{what}: mean {mean}, worst {worst}");
}

#[test]
fn tokens_and_features_are_those_of_training() {
    let fixture = fixture();
    let reader = Reader::new(&weights()).expect("all parts");
    let encoded = reader.encode(fixture["text"].as_str().expect("a text"), Convention::Stories);
    let ints = |key: &str| numbers(&fixture[key]).iter().map(|x| *x as u32).collect::<Vec<_>>();
    assert_eq!(encoded.input.ids, ints("ids"));
    assert_eq!(encoded.input.shape.iter().map(|x| u32::from(*x)).collect::<Vec<_>>(), ints("shape"));
    assert_eq!(encoded.input.quotation.iter().map(|x| u32::from(*x)).collect::<Vec<_>>(), ints("quotation"));
    assert_eq!(encoded.input.paragraph.iter().map(|x| u32::from(*x)).collect::<Vec<_>>(), ints("paragraph"));
    let offsets: Vec<Vec<f32>> = encoded.offsets.iter().map(|(a, b)| vec![*a as f32, *b as f32]).collect();
    assert_eq!(offsets, rows(&fixture["offsets"]));
}

#[test]
fn vectors_cues_and_zones_are_near_the_float_models() {
    let (fixture, weights) = (fixture(), weights());
    let reader = Reader::new(&weights).expect("all parts");
    let encoded = reader.encode(fixture["text"].as_str().expect("a text"), Convention::Stories);
    for (row, wanted) in rows(&fixture["vectors"]).iter().enumerate() {
        let found = encoded.vectors.row(7 * row);
        let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f32>();
        let cosine = dot(found, wanted) / (dot(found, found) * dot(wanted, wanted)).sqrt();
        assert!(cosine >= VECTOR_COSINE, "token {}: cosine {cosine}", 7 * row);
    }
    let head = |name: &str, input: &Matrix| -> Vec<Vec<f32>> {
        let scores = weights.linear(name).expect("a head").apply(input);
        (0..scores.rows).map(|row| softmax(scores.row(row))).collect()
    };
    let wanted = |key: &str| rows(&fixture[key]).iter().map(|row| softmax(row)).collect::<Vec<_>>();
    assert_near("cues", &head("cue", &encoded.vectors), &wanted("cue"));
    let marks = Matrix::from_rows(encoded.vectors.cols, encoded.marks.iter().map(|mark| encoded.vectors.row(mark.0)));
    assert_near("zones", &head("zone", &marks), &wanted("zone"));
}

#[test]
fn pairs_are_near_the_float_models() {
    let (fixture, weights) = (fixture(), weights());
    let (reader, head) =
        (Reader::new(&weights).expect("all parts"), ClaimHeads::new(&weights).expect("the claim head"));
    let encoded = reader.encode(fixture["text"].as_str().expect("a text"), Convention::Stories);
    let span = |span: &Value| serde_json::from_value::<Span>(span.clone()).expect("a span");
    let statements = fixture["statements"].as_array().expect("statements").iter().map(|statement| {
        let mean = |part: &Value| encoded.mean(&[span(part)]).expect("words");
        let (cue, content) = (mean(&statement[0]), mean(&statement[1]));
        let sentence = reader.direction(&content);
        (head.projection(&content, &cue, &sentence), Vector::new(&sentence))
    });
    let statements: Vec<(Projection, Vector)> = statements.collect();
    let features = rows(&fixture["features"]);
    let input = |(features, (i, j)): (&Vec<f32>, (usize, usize))| PairInput {
        a: &statements[i].0,
        b: &statements[j].0,
        likeness: statements[i].1.cosine(&statements[j].1),
        features: features.as_slice().try_into().expect("as many as the head knows"),
    };
    let inputs: Vec<PairInput<'_>> = features.iter().zip([(0, 1), (0, 2), (1, 2)]).map(input).collect();
    let scores = head.score(&inputs, &|_| {});
    let found: Vec<Vec<f32>> = scores.iter().map(|s| vec![s.related, s.contradicts, s.same_utterance]).collect();
    let (mean, worst) = differences(&found, &rows(&fixture["pairs"]));
    assert!(mean <= 0.03 && worst <= WORST_PROBABILITY, "pairs: mean {mean}, worst {worst}");
}
