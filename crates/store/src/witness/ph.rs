//! PH, the hash NH of UMAC with carry-less products (Kaplan, Lemire, "Faster 64-bit universal hashing using carry-less
//! multiplications", 2015): the words of a message go in pairs, a key is added to each, both are multiplied, and the
//! products are added up; all of that in polynomials over two elements, where to add is to exclude.
//!
//! With a random key, two different messages of the same length have the same sum with a chance of 2^-64. Two sums are
//! taken, the second with the key one row further on, and both are the same with a chance of 2^-128: that is the Toeplitz
//! construction of Black, Halevi, Krawczyk, Krovetz and Rogaway ("UMAC", 1999, theorem 4.3).
//!
//! It is no hash for those who know the key and look for two messages with one sum. It tells whether something changed by
//! itself, or by somebody who does not aim at this repository.

/// Bytes that one key covers.
pub(super) const BLOCK: usize = 4096;

/// Independent sums.
pub(super) const PASSES: usize = 2;

/// Eight words of 64 bits, little-endian, in four pairs: a vector of AVX-512.
pub(super) type Row = [u8; 64];

/// Rows of the key: those of a block, and those beyond it for the shifted pass.
pub(super) const KEY_ROWS: usize = BLOCK / size_of::<Row>() + PASSES - 1;

/// The sum of one pass: a polynomial of degree 126, little-endian.
pub(super) type Sum = [u8; 16];

/// The way to compute sums on this processor.
#[derive(Clone, Copy)]
pub(super) struct Way(fn(&[Row], &[Row]) -> [Sum; PASSES]);

impl Way {
    /// The fastest of those there are; none where nothing is fast enough to be worth it.
    pub(super) fn fastest() -> Option<Way> {
        Way::supported().next()
    }

    /// Those that this processor can take, fastest first. All give the same.
    fn supported() -> impl Iterator<Item = Way> {
        #[cfg(target_arch = "x86_64")]
        let ways = clmul::ways();
        #[cfg(not(target_arch = "x86_64"))]
        let ways: [Option<Way>; 0] = [];
        ways.into_iter().flatten()
    }

    /// The sums of up to [`BLOCK`] bytes in whole rows. Row n is paired with rows n and n + 1 of the key, which has to
    /// have one row more. The sums of the parts of a block, each with its rows of the key, add up to those of the block.
    pub(super) fn sums(self, key: &[Row], rows: &[Row]) -> [Sum; PASSES] {
        debug_assert!(key.len() > rows.len(), "the second pass goes one row further");
        (self.0)(key, rows)
    }
}

#[cfg(target_arch = "x86_64")]
mod clmul {
    #![allow(
        unsafe_code,
        reason = "vector loads and stores, and the call of functions for a processor that was detected"
    )]

    use std::arch::x86_64::*;

    use super::{PASSES, Row, Sum, Way};

    /// Multiplies the low word of each pair with its high word.
    const LOW_BY_HIGH: i32 = 0x10;

    pub(super) fn ways() -> [Option<Way>; 3] {
        let vectors = is_x86_feature_detected!("vpclmulqdq");
        let by_four = vectors && is_x86_feature_detected!("avx512f");
        let by_two = vectors && is_x86_feature_detected!("avx2");
        let by_one = is_x86_feature_detected!("pclmulqdq") && is_x86_feature_detected!("sse2");
        // SAFETY: each of the functions is handed out only where the processor has what it asks for.
        [
            by_four.then_some(Way(|key, rows| unsafe { sums_by_four(key, rows) })),
            by_two.then_some(Way(|key, rows| unsafe { sums_by_two(key, rows) })),
            by_one.then_some(Way(|key, rows| unsafe { sums_by_one(key, rows) })),
        ]
    }

    #[target_feature(enable = "avx512f,vpclmulqdq")]
    fn sums_by_four(key: &[Row], rows: &[Row]) -> [Sum; PASSES] {
        // SAFETY: reads 64 bytes from any address, and a row has 64 bytes.
        let load = |row: &Row| unsafe { _mm512_loadu_si512(row.as_ptr().cast()) };
        let mut sums = [_mm512_setzero_si512(); PASSES];
        for (row, keys) in rows.iter().zip(key.array_windows::<PASSES>()) {
            let row = load(row);
            for (sum, key) in sums.iter_mut().zip(keys) {
                let pair = _mm512_xor_si512(row, load(key));
                let product = _mm512_clmulepi64_epi128::<LOW_BY_HIGH>(pair, pair);
                *sum = _mm512_xor_si512(*sum, product);
            }
        }
        sums.map(|sum| {
            let halves = _mm256_xor_si256(_mm512_castsi512_si256(sum), _mm512_extracti64x4_epi64::<1>(sum));
            stored(_mm_xor_si128(
                _mm256_castsi256_si128(halves),
                _mm256_extracti128_si256::<1>(halves),
            ))
        })
    }

    #[target_feature(enable = "avx2,vpclmulqdq")]
    fn sums_by_two(key: &[Row], rows: &[Row]) -> [Sum; PASSES] {
        // SAFETY: reads 32 bytes from any address, and so many there are.
        let load = |half: &[u8; 32]| unsafe { _mm256_loadu_si256(half.as_ptr().cast()) };
        let mut sums = [_mm256_setzero_si256(); PASSES];
        for (row, keys) in rows.iter().zip(key.array_windows::<PASSES>()) {
            for (sum, key) in sums.iter_mut().zip(keys) {
                for (half, key) in row.as_chunks().0.iter().zip(key.as_chunks().0) {
                    let pair = _mm256_xor_si256(load(half), load(key));
                    let product = _mm256_clmulepi64_epi128::<LOW_BY_HIGH>(pair, pair);
                    *sum = _mm256_xor_si256(*sum, product);
                }
            }
        }
        sums.map(|sum| {
            stored(_mm_xor_si128(
                _mm256_castsi256_si128(sum),
                _mm256_extracti128_si256::<1>(sum),
            ))
        })
    }

    #[target_feature(enable = "sse2,pclmulqdq")]
    fn sums_by_one(key: &[Row], rows: &[Row]) -> [Sum; PASSES] {
        // SAFETY: reads 16 bytes from any address, and so many there are.
        let load = |pair: &[u8; 16]| unsafe { _mm_loadu_si128(pair.as_ptr().cast()) };
        let mut sums = [_mm_setzero_si128(); PASSES];
        for (row, keys) in rows.iter().zip(key.array_windows::<PASSES>()) {
            for (sum, key) in sums.iter_mut().zip(keys) {
                for (pair, key) in row.as_chunks().0.iter().zip(key.as_chunks().0) {
                    let pair = _mm_xor_si128(load(pair), load(key));
                    let product = _mm_clmulepi64_si128::<LOW_BY_HIGH>(pair, pair);
                    *sum = _mm_xor_si128(*sum, product);
                }
            }
        }
        sums.map(|sum| stored(sum))
    }

    #[inline]
    #[target_feature(enable = "sse2")]
    fn stored(sum: __m128i) -> Sum {
        let mut bytes = Sum::default();
        // SAFETY: writes 16 bytes to any address, and so many there are.
        unsafe { _mm_storeu_si128(bytes.as_mut_ptr().cast(), sum) };
        bytes
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use zerocopy::little_endian::{U64, U128};

    use super::*;

    /// As the papers write it, bit by bit.
    fn by_the_book(key: &[Row], rows: &[Row]) -> [Sum; PASSES] {
        let words = |row: &Row| -> [U64; 8] { zerocopy::transmute!(*row) };
        let mut sums = [0_u128; PASSES];
        for (number, row) in rows.iter().enumerate() {
            for (pass, sum) in sums.iter_mut().enumerate() {
                let (row, key) = (words(row), words(&key[number + pass]));
                for pair in 0..4 {
                    let word = |at: usize| u128::from(row[at].get() ^ key[at].get());
                    let (a, b) = (word(2 * pair), word(2 * pair + 1));
                    for bit in (0..64).filter(|bit| a >> bit & 1 == 1) {
                        *sum ^= b << bit;
                    }
                }
            }
        }
        sums.map(|sum| zerocopy::transmute!(U128::new(sum)))
    }

    fn rows(count: std::ops::RangeInclusive<usize>) -> impl Strategy<Value = Vec<Row>> {
        let row = prop::collection::vec(any::<u8>(), 64).prop_map(|bytes| Row::try_from(bytes).unwrap());
        prop::collection::vec(row, count)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn all_ways_follow_the_book(
            key in rows(KEY_ROWS..=KEY_ROWS),
            rows in rows(0..=KEY_ROWS - 1),
            cut in any::<prop::sample::Index>(),
        ) {
            let expected = by_the_book(&key, &rows);
            let (front, back) = rows.split_at(cut.index(rows.len() + 1));
            for way in Way::supported() {
                prop_assert_eq!(way.sums(&key, &rows), expected);
                let (a, b) = (way.sums(&key, front), way.sums(&key[front.len()..], back));
                for pass in 0..PASSES {
                    for byte in 0..16 {
                        prop_assert_eq!(a[pass][byte] ^ b[pass][byte], expected[pass][byte]);
                    }
                }
            }
        }
    }
}
