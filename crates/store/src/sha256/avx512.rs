//! Sixteen lanes: each vector holds the same word of sixteen messages.
#![allow(
    unsafe_code,
    reason = "vector loads and stores, and the call of a function for a processor that was detected"
)]

use std::arch::x86_64::*;

use super::ROUND_CONSTANTS;
use super::lanes::Words;
use super::message::Block;

/// Sixteen words of 32 bits fill a vector.
pub(super) const LANES: usize = 16;

/// The proof that this processor has the instructions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Avx512(());

/// From how many lanes in use on this is the faster way (`docs/decisions/0005-sha256-lanes.md`): a lane has a sixteenth
/// of the speed of all of them whether the others are in use or not.
pub(super) fn fewest_lanes(sha_ni: bool) -> usize {
    if sha_ni { 8 } else { 2 }
}

impl Avx512 {
    pub(super) fn detect() -> Option<Avx512> {
        (is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512bw")).then_some(Avx512(()))
    }

    /// Advances every lane by its blocks.
    pub(super) fn compress(self, words: &mut Words<LANES>, blocks: &[&[Block]; LANES]) {
        // SAFETY: `compress` asks for avx512f and avx512bw, and an `Avx512` is made only where both were detected.
        unsafe { compress(words, blocks) }
    }
}

/// Writes `$body` sixteen times, with `$at` from 0 to 15: only with constant places do the words stay in registers.
macro_rules! sixteen_times {
    ($at:ident $body:block) => { sixteen_times!($at $body 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15) };
    ($at:ident $body:block $($number:literal)*) => { $({ const $at: usize = $number; $body })* };
}

#[target_feature(enable = "avx512f,avx512bw")]
fn compress(words: &mut Words<LANES>, blocks: &[&[Block]; LANES]) {
    let mut state = [_mm512_setzero_si512(); 8];
    for (vector, row) in state.iter_mut().zip(&words.0) {
        *vector = load(zerocopy::transmute_ref!(row));
    }
    let ([early @ .., late], []) = ROUND_CONSTANTS.as_chunks::<16>() else {
        unreachable!("64 constants are four times sixteen")
    };
    for number in 0..blocks.iter().map(|lane| lane.len()).min().unwrap_or(0) {
        let mut w = words_of(blocks, number);
        let mut s = state;
        for k in early {
            sixteen_times!(AT {
                round::<AT>(&mut s, w[AT], k[AT]);
                expand::<AT>(&mut w);
            });
        }
        sixteen_times!(AT { round::<AT>(&mut s, w[AT], late[AT]); });
        for (old, new) in state.iter_mut().zip(s) {
            *old = _mm512_add_epi32(*old, new);
        }
    }
    for (row, vector) in words.0.iter_mut().zip(state) {
        store(zerocopy::transmute_mut!(row), vector);
    }
}

/// Round `AT`. The words are not moved from a to b to c as in FIPS 180-4: each round finds them one place further.
#[inline]
#[target_feature(enable = "avx512f")]
fn round<const AT: usize>(s: &mut [__m512i; 8], word: __m512i, constant: u32) {
    let [a, b, c, d] = const { [(64 - AT) % 8, (65 - AT) % 8, (66 - AT) % 8, (67 - AT) % 8] };
    let [e, f, g, h] = const { [(68 - AT) % 8, (69 - AT) % 8, (70 - AT) % 8, (71 - AT) % 8] };
    let sum = _mm512_add_epi32(word, _mm512_set1_epi32(constant.cast_signed()));
    let sum = _mm512_add_epi32(_mm512_add_epi32(s[h], sum), choice(s[e], s[f], s[g]));
    let sum = _mm512_add_epi32(sum, big_sigma_1(s[e]));
    s[d] = _mm512_add_epi32(s[d], sum);
    s[h] = _mm512_add_epi32(
        sum,
        _mm512_add_epi32(majority(s[a], s[b], s[c]), big_sigma_0(s[a])),
    );
}

/// Word `AT` of the message schedule becomes the one sixteen places later.
#[inline]
#[target_feature(enable = "avx512f")]
fn expand<const AT: usize>(w: &mut [__m512i; 16]) {
    let sum = _mm512_add_epi32(
        _mm512_add_epi32(w[AT], w[(AT + 9) % 16]),
        small_sigma_0(w[(AT + 1) % 16]),
    );
    w[AT] = _mm512_add_epi32(sum, small_sigma_1(w[(AT + 14) % 16]));
}

/// Block `number` of every lane, turned around: vector n has word n of all blocks.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn words_of(blocks: &[&[Block]; LANES], number: usize) -> [__m512i; 16] {
    let swap = _mm512_set4_epi32(0x0c0d_0e0f, 0x0809_0a0b, 0x0405_0607, 0x0001_0203);
    let mut rows = [swap; 16];
    for (row, lane) in rows.iter_mut().zip(blocks) {
        *row = _mm512_shuffle_epi8(load(&lane[number]), swap);
    }
    transposed(&rows)
}

/// Sixteen rows of sixteen words become sixteen columns. In four steps, each of which pairs rows that lie 1, 2, 4 and 8
/// apart; the first two work within quarters of a vector, the last two move whole quarters.
#[inline]
#[target_feature(enable = "avx512f")]
fn transposed(r: &[__m512i; 16]) -> [__m512i; 16] {
    let mut quarter = [_mm512_setzero_si512(); 16];
    for at in [0, 4, 8, 12] {
        let low = [
            _mm512_unpacklo_epi32(r[at], r[at + 1]),
            _mm512_unpacklo_epi32(r[at + 2], r[at + 3]),
        ];
        let high = [
            _mm512_unpackhi_epi32(r[at], r[at + 1]),
            _mm512_unpackhi_epi32(r[at + 2], r[at + 3]),
        ];
        quarter[at] = _mm512_unpacklo_epi64(low[0], low[1]);
        quarter[at + 1] = _mm512_unpackhi_epi64(low[0], low[1]);
        quarter[at + 2] = _mm512_unpacklo_epi64(high[0], high[1]);
        quarter[at + 3] = _mm512_unpackhi_epi64(high[0], high[1]);
    }
    let mut columns = quarter;
    for word in 0..4 {
        let [a, b, c, d] = [
            quarter[word],
            quarter[word + 4],
            quarter[word + 8],
            quarter[word + 12],
        ];
        let (ab_even, ab_odd) = (
            _mm512_shuffle_i32x4::<0x88>(a, b),
            _mm512_shuffle_i32x4::<0xdd>(a, b),
        );
        let (cd_even, cd_odd) = (
            _mm512_shuffle_i32x4::<0x88>(c, d),
            _mm512_shuffle_i32x4::<0xdd>(c, d),
        );
        columns[word] = _mm512_shuffle_i32x4::<0x88>(ab_even, cd_even);
        columns[word + 4] = _mm512_shuffle_i32x4::<0x88>(ab_odd, cd_odd);
        columns[word + 8] = _mm512_shuffle_i32x4::<0xdd>(ab_even, cd_even);
        columns[word + 12] = _mm512_shuffle_i32x4::<0xdd>(ab_odd, cd_odd);
    }
    columns
}

/// Three-way exclusive or.
#[inline]
#[target_feature(enable = "avx512f")]
fn xor(x: __m512i, y: __m512i, z: __m512i) -> __m512i {
    _mm512_ternarylogic_epi32::<0x96>(x, y, z)
}

/// The bits of `f` where `e` has ones, those of `g` elsewhere.
#[inline]
#[target_feature(enable = "avx512f")]
fn choice(e: __m512i, f: __m512i, g: __m512i) -> __m512i {
    _mm512_ternarylogic_epi32::<0xca>(e, f, g)
}

#[inline]
#[target_feature(enable = "avx512f")]
fn majority(a: __m512i, b: __m512i, c: __m512i) -> __m512i {
    _mm512_ternarylogic_epi32::<0xe8>(a, b, c)
}

#[inline]
#[target_feature(enable = "avx512f")]
fn big_sigma_0(a: __m512i) -> __m512i {
    xor(
        _mm512_ror_epi32::<2>(a),
        _mm512_ror_epi32::<13>(a),
        _mm512_ror_epi32::<22>(a),
    )
}

#[inline]
#[target_feature(enable = "avx512f")]
fn big_sigma_1(e: __m512i) -> __m512i {
    xor(
        _mm512_ror_epi32::<6>(e),
        _mm512_ror_epi32::<11>(e),
        _mm512_ror_epi32::<25>(e),
    )
}

#[inline]
#[target_feature(enable = "avx512f")]
fn small_sigma_0(w: __m512i) -> __m512i {
    xor(
        _mm512_ror_epi32::<7>(w),
        _mm512_ror_epi32::<18>(w),
        _mm512_srli_epi32::<3>(w),
    )
}

#[inline]
#[target_feature(enable = "avx512f")]
fn small_sigma_1(w: __m512i) -> __m512i {
    xor(
        _mm512_ror_epi32::<17>(w),
        _mm512_ror_epi32::<19>(w),
        _mm512_srli_epi32::<10>(w),
    )
}

#[inline]
#[target_feature(enable = "avx512f")]
fn load(from: &Block) -> __m512i {
    // SAFETY: reads 64 bytes from any address, and a block has 64 bytes.
    unsafe { _mm512_loadu_si512(from.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn store(into: &mut Block, vector: __m512i) {
    // SAFETY: writes 64 bytes to any address, and a block has 64 bytes.
    unsafe { _mm512_storeu_si512(into.as_mut_ptr().cast(), vector) }
}
