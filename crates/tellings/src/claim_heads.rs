//! The claim heads: of two statements of a story, are they about the same claim, on which sides of it, one utterance?
//!
//! In: for each statement the vectors of its content and cue in its article, made into a [`Projection`] once; then pairs of projections with
//! what shows without any model ([`PairInput`]). Out: a [`PairScore`] each, in order. One kind of head reads vectors and features; it learnt
//! with the trunk, whose vectors know the stories that it learnt from too well. The other kind reads features alone and cannot learn stories
//! by heart. They decide together by a weighted mean of their scores (a product of experts, Hinton 2002). A head over vectors multiplies some
//! 37,000 times for a pair, so that all pairs of a story are compared. `training/model.py` has the same heads.

use claims::{FEATURES, NARROW, PairInput, PairScore, Projection};
use encoder::{Linear, Matrix, Weights, WeightsError};
use rayon::prelude::*;

/// Pairs that are scored at once on one thread.
const BATCH: usize = 256;
/// What the heads over features alone count for each score, against those over vectors. On the stories kept back the scores' likelihood is
/// best near these: contradictions show in words and acts, one utterance more in what stands round it.
const PLAIN: [f32; SCORES] = [0.6, 0.6, 0.4];
/// What the head's parts of an input are multiplied with, so that all are of one size; as in training.
const SENTENCE: f32 = 20.0;
const LIKENESS: f32 = 3.0;
/// What a head says of a pair: same claim, contradicts, same utterance.
const SCORES: usize = 3;

/// The claim heads.
#[derive(Debug)]
pub struct ClaimHeads {
    heads: Vec<Head>,
    plain: Vec<PlainHead>,
}

#[derive(Debug)]
struct Head {
    vector: Linear,
    pair: Linear,
    out: Linear,
}

/// Reads features alone.
#[derive(Debug)]
struct PlainHead {
    pair: Linear,
    out: Linear,
}

impl PlainHead {
    fn new(weights: &Weights, name: &str) -> Result<Self, WeightsError> {
        let part = |part: &str| weights.linear(&format!("{name}.{part}"));
        let head = Self { pair: part("pair")?, out: part("out")? };
        let expect = |part: &str, what, found, expected| {
            Weights::expect(&format!("{name}.{part}.weight"), what, found, expected)
        };
        expect("pair", "inputs", head.pair.inputs(), FEATURES)?;
        expect("out", "inputs", head.out.inputs(), head.pair.outputs())?;
        expect("out", "outputs", head.out.outputs(), SCORES)?;
        Ok(head)
    }

    /// Adds the head's scores of some pairs, each multiplied with its share.
    fn add(&self, pairs: &[PairInput<'_>], shares: [f32; SCORES], sums: &mut [[f32; SCORES]]) {
        let rows = Matrix::from_rows(FEATURES, pairs.iter().map(|pair| &pair.features[..]));
        add_scores(&self.pair, &self.out, &rows, shares, sums);
    }
}

/// Adds to the sums what two layers make of rows, multiplied with their shares.
fn add_scores(pair: &Linear, out: &Linear, rows: &Matrix, shares: [f32; SCORES], sums: &mut [[f32; SCORES]]) {
    let mut hidden = pair.apply(rows);
    hidden.data.iter_mut().for_each(|x| *x = x.max(0.0));
    let out = out.apply(&hidden);
    for (number, sums) in sums.iter_mut().enumerate() {
        sums.iter_mut().zip(out.row(number)).zip(shares).for_each(|((sum, x), share)| *sum += share * x);
    }
}

impl Head {
    fn new(weights: &Weights, name: &str) -> Result<Self, WeightsError> {
        let part = |part: &str| weights.linear(&format!("{name}.{part}"));
        let head = Self { vector: part("vector")?, pair: part("pair")?, out: part("out")? };
        let expect = |part: &str, what, found, expected| {
            Weights::expect(&format!("{name}.{part}.weight"), what, found, expected)
        };
        expect("vector", "inputs", head.vector.inputs(), 3 * weights.linear("sentence")?.inputs())?;
        expect("pair", "inputs", head.pair.inputs(), 2 * head.width() + 1 + NARROW)?;
        expect("out", "inputs", head.out.inputs(), head.pair.outputs())?;
        expect("out", "outputs", head.out.outputs(), SCORES)?;
        Ok(head)
    }

    /// Numbers of a statement's projection.
    fn width(&self) -> usize {
        self.vector.outputs()
    }

    /// Adds the head's scores of some pairs, each multiplied with its share. `from` is where its numbers begin in the projections.
    fn add(&self, pairs: &[PairInput<'_>], from: usize, shares: [f32; SCORES], sums: &mut [[f32; SCORES]]) {
        let mut rows = Matrix::zeros(pairs.len(), self.pair.inputs());
        for (number, pair) in pairs.iter().enumerate() {
            fill(rows.row_mut(number), pair, from, self.width());
        }
        add_scores(&self.pair, &self.out, &rows, shares, sums);
    }
}

impl ClaimHeads {
    /// Takes the claim heads out of the weights.
    ///
    /// # Errors
    /// If there is none, or if a part is missing or has another shape.
    pub fn new(weights: &Weights) -> Result<Self, WeightsError> {
        let mut heads = vec![Head::new(weights, "claims.0")?];
        while weights.has(&format!("claims.{}.vector.weight", heads.len())) {
            heads.push(Head::new(weights, &format!("claims.{}", heads.len()))?);
        }
        let mut plain = Vec::new();
        while weights.has(&format!("claims.plain.{}.pair.weight", plain.len())) {
            plain.push(PlainHead::new(weights, &format!("claims.plain.{}", plain.len()))?);
        }
        Ok(Self { heads, plain })
    }

    /// How a statement is compared, from the means of its content's and its cue's token vectors and its sentence vector, which
    /// has length one. Empty where one of them has another length than the weights know.
    pub fn projection(&self, content: &[f32], cue: &[f32], sentence: &[f32]) -> Projection {
        let input: Vec<f32> = content.iter().chain(cue).copied().chain(sentence.iter().map(|x| x * SENTENCE)).collect();
        if self.heads.iter().any(|head| head.vector.inputs() != input.len()) {
            return Projection::default();
        }
        let numbers: Vec<f32> = self.heads.iter().flat_map(|head| head.vector.apply_row(&input)).collect();
        Projection::new(&numbers)
    }

    /// Scores pairs, in order; `progress` is told of every batch.
    pub fn score(&self, pairs: &[PairInput<'_>], progress: &(dyn Fn(usize) + Sync)) -> Vec<PairScore> {
        let plain = if self.plain.is_empty() { [0.0; SCORES] } else { PLAIN };
        let of_each = |shares: [f32; SCORES], count: usize| shares.map(|share| share / count.max(1) as f32);
        let (own, plain) =
            (of_each(plain.map(|share| 1.0 - share), self.heads.len()), of_each(plain, self.plain.len()));
        let probability = |score: f32| 1.0 / (1.0 + (-score).exp());
        let scores = pairs.par_chunks(BATCH).flat_map_iter(|batch| {
            let mut sums = vec![[0.0; SCORES]; batch.len()];
            let mut from = 0;
            for head in &self.heads {
                head.add(batch, from, own, &mut sums);
                from += head.width();
            }
            for head in &self.plain {
                head.add(batch, plain, &mut sums);
            }
            progress(batch.len());
            sums.into_iter().map(move |sums| {
                let [related, contradicts, same_utterance] = sums.map(probability);
                PairScore { related, contradicts, same_utterance }
            })
        });
        scores.collect()
    }
}

/// Writes a pair as a head reads it: products, distances, likeness, features. A projection without numbers counts as noughts.
fn fill(row: &mut [f32], pair: &PairInput<'_>, from: usize, width: usize) {
    let numbers = pair.a.numbers().zip(pair.b.numbers()).skip(from).take(width);
    for (place, (a, b)) in numbers.enumerate() {
        row[place] = a * b;
        row[width + place] = (a - b).abs();
    }
    if let Some(rest) = row.get_mut(2 * width..) {
        let values = std::iter::once(LIKENESS * pair.likeness).chain(pair.features);
        rest.iter_mut().zip(values).for_each(|(place, value)| *place = value);
    }
}

#[cfg(test)]
mod tests {
    use super::{ClaimHeads, PLAIN, Projection};
    use claims::{FEATURES, NARROW, PairInput, PairScore};
    use encoder::Weights;
    use encoder::testing::Builder;

    const WIDTH: usize = 6;

    fn head(builder: Builder, number: usize) -> Builder {
        let builder = builder.linear(&format!("claims.{number}.vector"), 3 * WIDTH, 5);
        let builder = builder.linear(&format!("claims.{number}.pair"), 2 * 5 + 1 + NARROW, 7);
        builder.linear(&format!("claims.{number}.out"), 7, 3)
    }

    fn heads(count: usize) -> ClaimHeads {
        let builder = Builder::new().metadata("vocabulary", "[PAD]").linear("sentence", WIDTH, WIDTH);
        let bytes = (0..count).fold(builder, head).bytes();
        ClaimHeads::new(&Weights::load(bytes).expect("valid")).expect("complete")
    }

    fn projections(heads: &ClaimHeads) -> [Projection; 2] {
        let numbers = |shift: f32| (0..WIDTH).map(|n| (n as f32 * 0.7 + shift).sin()).collect::<Vec<f32>>();
        [0.0, 1.0].map(|x| heads.projection(&numbers(x), &numbers(x + 0.3), &numbers(x + 0.6)))
    }

    fn score(heads: &ClaimHeads, a: &Projection, b: &Projection) -> PairScore {
        let features = std::array::from_fn(|n| n as f32 / FEATURES as f32);
        let input = PairInput { a, b, likeness: 0.4, features };
        heads.score(&[input], &|_| {}).first().copied().expect("one score a pair")
    }

    #[test]
    fn which_of_two_comes_first_changes_nothing() {
        let heads = heads(2);
        let [a, b] = projections(&heads);
        assert_eq!(score(&heads, &a, &b), score(&heads, &b, &a));
        assert_ne!(score(&heads, &a, &b), score(&heads, &a, &a));
    }

    #[test]
    fn every_head_reads_its_own_part_of_a_projection() {
        let (one, two) = (heads(1), heads(2));
        let ([a, b], [c, d]) = (projections(&one), projections(&two));
        assert_eq!((a.numbers().count(), c.numbers().count()), (5, 10));
        // The second head, which is another one, has its share in the mean.
        let (alone, both) = (score(&one, &a, &b).related, score(&two, &c, &d).related);
        assert!((both - alone).abs() > 1e-4, "{alone} {both}");
    }

    #[test]
    fn a_head_over_features_alone_has_its_share_beside_those_over_vectors() {
        let plain =
            |builder: Builder| builder.linear("claims.plain.0.pair", FEATURES, 7).linear("claims.plain.0.out", 7, 3);
        let file = |builder: Builder| {
            let builder = plain(head(builder.linear("sentence", WIDTH, WIDTH), 0));
            ClaimHeads::new(&Weights::load(builder.bytes()).expect("valid")).expect("complete")
        };
        let both = file(Builder::new().metadata("vocabulary", "[PAD]"));
        let [a, b] = projections(&both);
        let logit = |score: PairScore| (score.related / (1.0 - score.related)).ln();
        let ends = [0, 1].map(|kind| {
            let heads = if kind == 0 { std::slice::from_ref(&both.heads[0]) } else { &[] };
            let mut sums = [[0.0; 3]];
            let input = PairInput {
                a: &a,
                b: &b,
                likeness: 0.4,
                features: std::array::from_fn(|n| n as f32 / FEATURES as f32),
            };
            heads.iter().for_each(|head| head.add(&[input], 0, [1.0; 3], &mut sums));
            if kind == 1 {
                both.plain[0].add(&[input], [1.0; 3], &mut sums);
            }
            sums[0][0]
        });
        let mean = (1.0 - PLAIN[0]) * ends[0] + PLAIN[0] * ends[1];
        assert!((logit(score(&both, &a, &b)) - mean).abs() < 1e-3, "{ends:?}");
    }

    #[test]
    fn vectors_of_another_width_have_no_projection() {
        assert!(heads(1).projection(&[1.0; 4], &[1.0; 4], &[1.0; 4]).is_empty());
    }
}
