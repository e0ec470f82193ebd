//! Sixteen floats side by side: what `float` is written in, and what each class of CPU makes of it.
//!
//! A [`Width`] is a token that says how wide the registers are; only where the CPU has them can one be made. Every
//! operation here is one of IEEE 754 or on bits, so all widths give the same bytes.

use super::LANES;

/// Adding 1.5 * 2^23 rounds a small number to the nearest whole one (ties to even) and leaves it in the low bits.
pub(super) const ROUNDER: f32 = 12_582_912.0;

/// How sixteen floats are held, and what can be done with them.
pub(super) trait Width: Copy {
    /// Sixteen floats.
    type Lanes: Copy;

    fn all(self, x: f32) -> Self::Lanes;
    fn load(self, from: &[f32; LANES]) -> Self::Lanes;
    fn store(self, x: Self::Lanes, to: &mut [f32; LANES]);
    fn add(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes;
    fn sub(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes;
    fn mul(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes;
    /// `a` where it is larger, else `b` (also where one is no number).
    fn max(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes;
    /// `a` where it is smaller, else `b`.
    fn min(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes;
    fn abs(self, x: Self::Lanes) -> Self::Lanes;
    /// `x * 2^n`, where `shifted` is `n` + [`ROUNDER`]; done on the bits, so the result must be a normal number.
    fn times_power(self, x: Self::Lanes, shifted: Self::Lanes) -> Self::Lanes;
    /// The bits of both added as whole numbers, lane by lane.
    fn add_bits(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes;
    /// The lowest byte of each lane's bits.
    fn low_bytes(self, x: Self::Lanes, to: &mut [u8; LANES]);
    /// The lowest bytes of four, lane by lane: those of the first lanes, then those of the second ones, …
    fn low_bytes_of_four(self, x: [Self::Lanes; 4], to: &mut [i8; 4 * LANES]);

    /// The numbers of a whole chunk, or of the rest of a row filled with zeros.
    #[inline(always)]
    fn load_some(self, x: &[f32]) -> Self::Lanes {
        if let Some(x) = x.first_chunk() {
            return self.load(x);
        }
        let mut lanes = [0.0; LANES];
        for (to, from) in lanes.iter_mut().zip(x) {
            *to = *from;
        }
        self.load(&lanes)
    }

    /// Writes as many lanes as `to` takes.
    #[inline(always)]
    fn store_some(self, x: Self::Lanes, to: &mut [f32]) {
        if let Some(to) = to.first_chunk_mut() {
            return self.store(x, to);
        }
        for (to, from) in to.iter_mut().zip(self.array(x)) {
            *to = from;
        }
    }

    #[inline(always)]
    fn array(self, x: Self::Lanes) -> [f32; LANES] {
        let mut array = [0.0; LANES];
        self.store(x, &mut array);
        array
    }

    /// Sum over the lanes: halves onto each other, always in this order.
    #[inline(always)]
    fn sum(self, x: Self::Lanes) -> f32 {
        let x = self.array(x);
        let eight: [f32; 8] = std::array::from_fn(|lane| x[lane] + x[lane + 8]);
        let four: [f32; 4] = std::array::from_fn(|lane| eight[lane] + eight[lane + 4]);
        (four[0] + four[2]) + (four[1] + four[3])
    }

    #[inline(always)]
    fn least(self, x: Self::Lanes) -> f32 {
        -self.largest(self.sub(self.all(0.0), x))
    }

    #[inline(always)]
    fn largest(self, x: Self::Lanes) -> f32 {
        let x = self.array(x);
        let larger = |a: f32, b: f32| if a > b { a } else { b };
        let eight: [f32; 8] = std::array::from_fn(|lane| larger(x[lane], x[lane + 8]));
        let four: [f32; 4] = std::array::from_fn(|lane| larger(eight[lane], eight[lane + 4]));
        larger(larger(four[0], four[2]), larger(four[1], four[3]))
    }
}

/// Arrays, for any CPU.
#[derive(Clone, Copy)]
pub(super) struct Plain;

#[inline(always)]
fn each(a: [f32; LANES], b: [f32; LANES], f: impl Fn(f32, f32) -> f32) -> [f32; LANES] {
    std::array::from_fn(|lane| f(a[lane], b[lane]))
}

impl Width for Plain {
    type Lanes = [f32; LANES];

    #[inline(always)]
    fn all(self, x: f32) -> [f32; LANES] {
        [x; LANES]
    }

    #[inline(always)]
    fn load(self, from: &[f32; LANES]) -> [f32; LANES] {
        *from
    }

    #[inline(always)]
    fn store(self, x: [f32; LANES], to: &mut [f32; LANES]) {
        *to = x;
    }

    #[inline(always)]
    fn add(self, a: [f32; LANES], b: [f32; LANES]) -> [f32; LANES] {
        each(a, b, |a, b| a + b)
    }

    #[inline(always)]
    fn sub(self, a: [f32; LANES], b: [f32; LANES]) -> [f32; LANES] {
        each(a, b, |a, b| a - b)
    }

    #[inline(always)]
    fn mul(self, a: [f32; LANES], b: [f32; LANES]) -> [f32; LANES] {
        each(a, b, |a, b| a * b)
    }

    #[inline(always)]
    fn max(self, a: [f32; LANES], b: [f32; LANES]) -> [f32; LANES] {
        each(a, b, |a, b| if a > b { a } else { b })
    }

    #[inline(always)]
    fn min(self, a: [f32; LANES], b: [f32; LANES]) -> [f32; LANES] {
        each(a, b, |a, b| if a < b { a } else { b })
    }

    #[inline(always)]
    fn abs(self, x: [f32; LANES]) -> [f32; LANES] {
        x.map(f32::abs)
    }

    #[inline(always)]
    fn times_power(self, x: [f32; LANES], shifted: [f32; LANES]) -> [f32; LANES] {
        each(x, shifted, |x, shifted| f32::from_bits(x.to_bits().wrapping_add(shifted.to_bits() << 23)))
    }

    #[inline(always)]
    fn add_bits(self, a: [f32; LANES], b: [f32; LANES]) -> [f32; LANES] {
        each(a, b, |a, b| f32::from_bits(a.to_bits().wrapping_add(b.to_bits())))
    }

    #[inline(always)]
    fn low_bytes(self, x: [f32; LANES], to: &mut [u8; LANES]) {
        *to = x.map(|x| x.to_bits() as u8);
    }

    #[inline(always)]
    fn low_bytes_of_four(self, x: [[f32; LANES]; 4], to: &mut [i8; 4 * LANES]) {
        for (lane, to) in to.as_chunks_mut::<4>().0.iter_mut().enumerate() {
            *to = x.map(|x| x[lane].to_bits() as i8);
        }
    }
}

#[cfg(target_arch = "x86_64")]
pub(super) use x86::{Avx2, Avx512};

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;

    use super::{LANES, Width};

    /// As the last steps of [`Width::sum`].
    ///
    /// # Safety
    /// The CPU has avx2.
    #[inline(always)]
    unsafe fn sum_of_eight(x: __m256) -> f32 {
        // SAFETY: the caller's promise.
        unsafe {
            let four = _mm_add_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps::<1>(x));
            let two = _mm_add_ps(four, _mm_movehl_ps(four, four));
            _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps::<1>(two, two)))
        }
    }

    /// As the last steps of [`Width::largest`].
    ///
    /// # Safety
    /// The CPU has avx2.
    #[inline(always)]
    unsafe fn largest_of_eight(x: __m256) -> f32 {
        // SAFETY: the caller's promise.
        unsafe {
            let four = _mm_max_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps::<1>(x));
            let two = _mm_max_ps(four, _mm_movehl_ps(four, four));
            _mm_cvtss_f32(_mm_max_ss(two, _mm_shuffle_ps::<1>(two, two)))
        }
    }

    /// One register of 512 bits. Its existence says that the CPU has avx512f, avx512bw and avx512dq.
    #[derive(Clone, Copy)]
    pub(in super::super) struct Avx512(());

    impl Avx512 {
        /// # Safety
        /// The CPU has avx512f, avx512bw and avx512dq.
        #[inline(always)]
        pub unsafe fn new() -> Avx512 {
            Avx512(())
        }
    }

    // SAFETY of all blocks below: an `Avx512` exists, so the CPU has the features; arrays have sixteen numbers.
    #[allow(clippy::undocumented_unsafe_blocks)]
    impl Width for Avx512 {
        type Lanes = __m512;

        #[inline(always)]
        fn all(self, x: f32) -> __m512 {
            unsafe { _mm512_set1_ps(x) }
        }

        #[inline(always)]
        fn load(self, from: &[f32; LANES]) -> __m512 {
            unsafe { _mm512_loadu_ps(from.as_ptr()) }
        }

        #[inline(always)]
        fn store(self, x: __m512, to: &mut [f32; LANES]) {
            unsafe { _mm512_storeu_ps(to.as_mut_ptr(), x) }
        }

        #[inline(always)]
        fn add(self, a: __m512, b: __m512) -> __m512 {
            unsafe { _mm512_add_ps(a, b) }
        }

        #[inline(always)]
        fn sub(self, a: __m512, b: __m512) -> __m512 {
            unsafe { _mm512_sub_ps(a, b) }
        }

        #[inline(always)]
        fn mul(self, a: __m512, b: __m512) -> __m512 {
            unsafe { _mm512_mul_ps(a, b) }
        }

        #[inline(always)]
        fn max(self, a: __m512, b: __m512) -> __m512 {
            unsafe { _mm512_max_ps(a, b) }
        }

        #[inline(always)]
        fn min(self, a: __m512, b: __m512) -> __m512 {
            unsafe { _mm512_min_ps(a, b) }
        }

        #[inline(always)]
        fn abs(self, x: __m512) -> __m512 {
            unsafe { _mm512_abs_ps(x) }
        }

        #[inline(always)]
        fn times_power(self, x: __m512, shifted: __m512) -> __m512 {
            unsafe {
                let power = _mm512_slli_epi32::<23>(_mm512_castps_si512(shifted));
                _mm512_castsi512_ps(_mm512_add_epi32(_mm512_castps_si512(x), power))
            }
        }

        #[inline(always)]
        fn add_bits(self, a: __m512, b: __m512) -> __m512 {
            unsafe { _mm512_castsi512_ps(_mm512_add_epi32(_mm512_castps_si512(a), _mm512_castps_si512(b))) }
        }

        #[inline(always)]
        fn sum(self, x: __m512) -> f32 {
            unsafe {
                let eight = _mm256_add_ps(_mm512_castps512_ps256(x), _mm512_extractf32x8_ps::<1>(x));
                sum_of_eight(eight)
            }
        }

        #[inline(always)]
        fn largest(self, x: __m512) -> f32 {
            unsafe {
                let eight = _mm256_max_ps(_mm512_castps512_ps256(x), _mm512_extractf32x8_ps::<1>(x));
                largest_of_eight(eight)
            }
        }

        #[inline(always)]
        fn low_bytes(self, x: __m512, to: &mut [u8; LANES]) {
            unsafe { _mm_storeu_si128(to.as_mut_ptr().cast(), _mm512_cvtepi32_epi8(_mm512_castps_si512(x))) }
        }

        #[inline(always)]
        fn low_bytes_of_four(self, x: [__m512; 4], to: &mut [i8; 4 * LANES]) {
            unsafe {
                let [a, b, c, d] = x.map(|x| _mm512_castps_si512(x));
                let byte = _mm512_set1_epi32(0xff);
                let low = _mm512_or_si512(_mm512_and_si512(a, byte), _mm512_slli_epi32::<8>(_mm512_and_si512(b, byte)));
                let high =
                    _mm512_or_si512(_mm512_slli_epi32::<16>(_mm512_and_si512(c, byte)), _mm512_slli_epi32::<24>(d));
                _mm512_storeu_si512(to.as_mut_ptr().cast(), _mm512_or_si512(low, high));
            }
        }
    }

    /// Two registers of 256 bits. Its existence says that the CPU has avx2.
    #[derive(Clone, Copy)]
    pub(in super::super) struct Avx2(());

    impl Avx2 {
        /// # Safety
        /// The CPU has avx2.
        #[inline(always)]
        pub unsafe fn new() -> Avx2 {
            Avx2(())
        }
    }

    // SAFETY of all blocks below: an `Avx2` exists, so the CPU has the feature; arrays have sixteen numbers.
    #[allow(clippy::undocumented_unsafe_blocks)]
    impl Width for Avx2 {
        type Lanes = [__m256; 2];

        #[inline(always)]
        fn all(self, x: f32) -> [__m256; 2] {
            unsafe { [_mm256_set1_ps(x); 2] }
        }

        #[inline(always)]
        fn load(self, from: &[f32; LANES]) -> [__m256; 2] {
            unsafe { [_mm256_loadu_ps(from.as_ptr()), _mm256_loadu_ps(from.as_ptr().add(8))] }
        }

        #[inline(always)]
        fn store(self, x: [__m256; 2], to: &mut [f32; LANES]) {
            unsafe {
                _mm256_storeu_ps(to.as_mut_ptr(), x[0]);
                _mm256_storeu_ps(to.as_mut_ptr().add(8), x[1]);
            }
        }

        #[inline(always)]
        fn add(self, a: [__m256; 2], b: [__m256; 2]) -> [__m256; 2] {
            unsafe { [_mm256_add_ps(a[0], b[0]), _mm256_add_ps(a[1], b[1])] }
        }

        #[inline(always)]
        fn sub(self, a: [__m256; 2], b: [__m256; 2]) -> [__m256; 2] {
            unsafe { [_mm256_sub_ps(a[0], b[0]), _mm256_sub_ps(a[1], b[1])] }
        }

        #[inline(always)]
        fn mul(self, a: [__m256; 2], b: [__m256; 2]) -> [__m256; 2] {
            unsafe { [_mm256_mul_ps(a[0], b[0]), _mm256_mul_ps(a[1], b[1])] }
        }

        #[inline(always)]
        fn max(self, a: [__m256; 2], b: [__m256; 2]) -> [__m256; 2] {
            unsafe { [_mm256_max_ps(a[0], b[0]), _mm256_max_ps(a[1], b[1])] }
        }

        #[inline(always)]
        fn min(self, a: [__m256; 2], b: [__m256; 2]) -> [__m256; 2] {
            unsafe { [_mm256_min_ps(a[0], b[0]), _mm256_min_ps(a[1], b[1])] }
        }

        #[inline(always)]
        fn abs(self, x: [__m256; 2]) -> [__m256; 2] {
            unsafe {
                let sign = _mm256_set1_ps(-0.0);
                [_mm256_andnot_ps(sign, x[0]), _mm256_andnot_ps(sign, x[1])]
            }
        }

        #[inline(always)]
        fn times_power(self, x: [__m256; 2], shifted: [__m256; 2]) -> [__m256; 2] {
            let half = |x: __m256, shifted: __m256| unsafe {
                let power = _mm256_slli_epi32::<23>(_mm256_castps_si256(shifted));
                _mm256_castsi256_ps(_mm256_add_epi32(_mm256_castps_si256(x), power))
            };
            [half(x[0], shifted[0]), half(x[1], shifted[1])]
        }

        #[inline(always)]
        fn add_bits(self, a: [__m256; 2], b: [__m256; 2]) -> [__m256; 2] {
            let half = |a: __m256, b: __m256| unsafe {
                _mm256_castsi256_ps(_mm256_add_epi32(_mm256_castps_si256(a), _mm256_castps_si256(b)))
            };
            [half(a[0], b[0]), half(a[1], b[1])]
        }

        #[inline(always)]
        fn sum(self, x: [__m256; 2]) -> f32 {
            unsafe { sum_of_eight(_mm256_add_ps(x[0], x[1])) }
        }

        #[inline(always)]
        fn largest(self, x: [__m256; 2]) -> f32 {
            unsafe { largest_of_eight(_mm256_max_ps(x[0], x[1])) }
        }

        #[inline(always)]
        fn low_bytes(self, x: [__m256; 2], to: &mut [u8; LANES]) {
            unsafe {
                let byte = _mm256_set1_epi32(0xff);
                let first = _mm256_and_si256(_mm256_castps_si256(x[0]), byte);
                let second = _mm256_and_si256(_mm256_castps_si256(x[1]), byte);
                // Packing goes by halves of the register: quarters 0 2 1 3 bring the order back.
                let halves = _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packus_epi32(first, second));
                let bytes = _mm_packus_epi16(_mm256_castsi256_si128(halves), _mm256_extracti128_si256::<1>(halves));
                _mm_storeu_si128(to.as_mut_ptr().cast(), bytes);
            }
        }

        #[inline(always)]
        fn low_bytes_of_four(self, x: [[__m256; 2]; 4], to: &mut [i8; 4 * LANES]) {
            for half in 0..2 {
                unsafe {
                    let [a, b, c, d] = x.map(|x| _mm256_castps_si256(x[half]));
                    let byte = _mm256_set1_epi32(0xff);
                    let low =
                        _mm256_or_si256(_mm256_and_si256(a, byte), _mm256_slli_epi32::<8>(_mm256_and_si256(b, byte)));
                    let high =
                        _mm256_or_si256(_mm256_slli_epi32::<16>(_mm256_and_si256(c, byte)), _mm256_slli_epi32::<24>(d));
                    _mm256_storeu_si256(to.as_mut_ptr().add(32 * half).cast(), _mm256_or_si256(low, high));
                }
            }
        }
    }
}
