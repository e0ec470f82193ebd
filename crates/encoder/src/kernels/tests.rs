//! Judges the kernels: each is the same, number by number, as the plain one.

use proptest::prelude::*;

use super::*;
use crate::testing::Random;

fn floats(count: usize, seed: u64) -> Vec<f32> {
    let mut random = Random(seed | 1);
    (0..count).map(|_| random.float(3.0)).collect()
}

fn packed(inputs: usize, columns: usize, seed: u64) -> Packed {
    let mut random = Random(seed | 1);
    let bytes: Vec<u8> = (0..inputs * columns).map(|_| random.below(256) as u8).collect();
    Packed::new(inputs, columns, &bytes, floats(columns, seed + 1), floats(columns, seed + 2))
}

#[test]
fn largest_inputs_and_weights_do_not_saturate() {
    let x: Vec<f32> = [1.0, -1.0].into_iter().cycle().take(1536).collect();
    for weight in [127i8, -128, -127] {
        let weights = Packed::new(1536, 20, &vec![weight as u8; 1536 * 20], vec![1.0; 20], vec![0.0; 20]);
        for kernel in Kernel::available() {
            let mut rows = Quantised::default();
            kernel.quantise(&x, 1536, &mut rows);
            let mut out = vec![9.0; 20];
            kernel.multiply(&rows, weights.panels(), &mut out, 20);
            assert_eq!(out, [0.0; 20], "{}", kernel.name());
            for x in [1.0, -1.0] {
                kernel.quantise(&[x; 1536], 1536, &mut rows);
                kernel.multiply(&rows, weights.panels(), &mut out, 20);
                assert_eq!(out, [1536.0 * f32::from(weight) * 254.0 * x / 254.0; 20], "{}", kernel.name());
            }
        }
    }
}

#[test]
fn gelu_is_within_its_stated_error() {
    // erf by its series, in doubles.
    let erf = |x: f64| {
        let (mut term, mut sum) = (x, x);
        for n in 1..200 {
            term *= -x * x / f64::from(n);
            sum += term / f64::from(2 * n + 1);
        }
        sum * 2.0 / std::f64::consts::PI.sqrt()
    };
    for step in -4500..4500 {
        let x = step as f32 / 1000.0;
        let mut out = [x];
        Kernel::best().gelu_quantise(&mut out, 1, &mut Quantised::default());
        let expected = f64::from(x) / 2.0 * (1.0 + erf(f64::from(x) / std::f64::consts::SQRT_2));
        assert!((f64::from(out[0]) - expected).abs() < 2.5e-6, "gelu({x}) = {} not {expected}", out[0]);
    }
    let mut out = [-30.0, 30.0, 0.0, f32::MIN_POSITIVE];
    Kernel::best().gelu_quantise(&mut out, 1, &mut Quantised::default());
    assert!(out[0].abs() < 1e-4 && (out[1] - 30.0).abs() < 1e-4 && out[2] == 0.0, "{out:?}");
}

#[test]
fn probabilities_sum_up_and_stay_in_proportion() {
    let scores = [0.0, -1.0, -2.0, -200.0, 5.0, 5.0, 4.0, -1e30].repeat(2);
    let mut rows = Quantised::default();
    for kernel in Kernel::available() {
        kernel.softmax(&scores, 16, 16, 128.0, &mut rows);
        assert_eq!(rows.bytes, [4, 2, 1, 0, 128, 128, 64, 0].repeat(2), "{}", kernel.name());
        assert_eq!((rows.scale[0], rows.zero[0]), (1.0 / 654.0, 0));
    }
}

#[test]
fn a_row_of_zeros_stays_zero() {
    for kernel in Kernel::available() {
        let mut rows = Quantised::default();
        kernel.quantise(&[0.0, 0.0, 0.0, 1e-38, -0.0, 0.0], 3, &mut rows);
        assert_eq!((rows.bytes[4], rows.zero[1], rows.scale[1]), (1, 1, 0.0));
    }
}

#[test]
fn the_ends_of_a_row_stay_within_the_bytes() {
    let mut random = Random(5);
    for _ in 0..20_000 {
        let (least, most) = (random.float(1.0).min(0.0) * random.float(9.0).abs(), random.float(1.0).max(0.0));
        let mut rows = Quantised::default();
        Kernel::best().quantise(&[least, most, 0.0], 3, &mut rows);
        let number = |at: usize| f32::from(rows.bytes[at] as i16 - rows.zero[0] as i16) * rows.scale[0];
        let step = 0.51 * rows.scale[0];
        assert!((number(0) - least).abs() <= step && (number(1) - most).abs() <= step && number(2) == 0.0);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn all_kernels_multiply_alike(rows in 0usize..30, inputs in 1usize..70, columns in 1usize..100, seed in any::<u32>()) {
        let weights = packed(inputs, columns, u64::from(seed));
        let x = floats(rows * inputs, u64::from(seed) + 9);
        let stride = columns + 3;
        let run = |kernel: Kernel| {
            let (mut quantised, mut out) = (Quantised::default(), vec![-7.0; rows * stride]);
            kernel.quantise(&x, inputs, &mut quantised);
            kernel.multiply(&quantised, weights.panels(), &mut out, stride);
            out
        };
        let expected = run(Kernel(Class::Plain));
        // What lies between the rows is not touched.
        prop_assert!(expected.chunks(stride).all(|row| row[columns..] == [-7.0; 3]));
        for kernel in Kernel::available() {
            prop_assert_eq!(&run(kernel), &expected, "{}", kernel.name());
        }
    }

    #[test]
    fn all_kernels_do_the_float_parts_alike(rows in 0usize..5, cols in 1usize..70, seed in any::<u32>()) {
        let (x, y) = (floats(rows * cols, u64::from(seed)), floats(rows * cols, u64::from(seed) + 1));
        let (weight, bias) = (floats(cols, u64::from(seed) + 2), floats(cols.div_ceil(LANES) * LANES, u64::from(seed) + 3));
        let matrix = floats(cols * cols.div_ceil(LANES) * LANES, u64::from(seed) + 4);
        let run = |kernel: Kernel| {
            let (mut normed, mut added, mut curved, mut product) = (x.clone(), x.clone(), x.clone(), x.clone());
            let mut bytes = Quantised::default();
            kernel.norm(&mut normed, &weight, &bias[..cols], 1e-5);
            kernel.add_norm(&mut added, &y, &weight, &bias[..cols], 1e-12);
            kernel.gelu_quantise(&mut curved, cols, &mut bytes);
            kernel.multiply_float(&x, cols, &matrix, &bias, cols, &mut product);
            (normed, added, curved, product, bytes.bytes, bytes.zero, bytes.scale)
        };
        let expected = run(Kernel(Class::Plain));
        for kernel in Kernel::available() {
            prop_assert_eq!(&run(kernel), &expected, "{}", kernel.name());
        }
    }

    #[test]
    fn all_kernels_attend_alike(tokens in 1usize..70, width in 1usize..40, seed in any::<u32>()) {
        let (cols, stride) = (width + 5, width + 1);
        let x = floats(tokens * cols, u64::from(seed));
        let run = |kernel: Kernel| {
            let (mut queries, mut keys, mut values) = (Quantised::default(), Packed::default(), Packed::default());
            let mut probabilities = Quantised::default();
            // Used twice, the second time smaller, so that old numbers lie about.
            for x in [floats(80 * cols, 3).as_slice(), &x] {
                let tokens = x.len() / cols;
                kernel.pack_queries(x, cols, 3, width, &mut queries);
                kernel.pack_keys(x, cols, 5, width, &mut keys);
                kernel.pack_values(x, cols, 1, width, &mut values);
                let mut scores = vec![0.0; tokens * keys.columns()];
                kernel.multiply(&queries, keys.panels(), &mut scores, keys.columns());
                kernel.softmax(&scores, keys.columns(), tokens, 255.0, &mut probabilities);
            }
            let mut out = vec![0.5; tokens * stride];
            kernel.multiply(&probabilities, values.panels(), &mut out, stride);
            (queries.bytes, keys.sums, values.blocks.iter().map(|block| block.0).collect::<Vec<_>>(), out)
        };
        let expected = run(Kernel(Class::Plain));
        for kernel in Kernel::available() {
            prop_assert_eq!(&run(kernel), &expected, "{}", kernel.name());
        }
    }
}
