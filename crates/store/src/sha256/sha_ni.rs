//! Two lanes with the SHA instructions: while one message waits for its round, the other has the unit.
#![allow(
    unsafe_code,
    reason = "vector loads, and the call of a function for a processor that was detected"
)]

use std::arch::x86_64::*;

use super::ROUND_CONSTANTS;
use super::lanes::Words;
use super::message::{Block, State};

/// Two chains: the steps of one fill the waits of the other.
pub(super) const LANES: usize = 2;

/// The proof that this processor has the instructions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ShaNi(());

impl ShaNi {
    pub(super) fn detect() -> Option<ShaNi> {
        let all = is_x86_feature_detected!("sha")
            && is_x86_feature_detected!("ssse3")
            && is_x86_feature_detected!("sse4.1");
        all.then_some(ShaNi(()))
    }

    /// Advances both lanes by their blocks.
    pub(super) fn compress(self, words: &mut Words<LANES>, blocks: &[&[Block]; LANES]) {
        // SAFETY: `compress` asks for sha, ssse3 and sse4.1, and a `ShaNi` is made only where all were detected.
        unsafe { compress(words, blocks) }
    }
}

/// The state in the order of the instructions: words F E B A and H G D C, lowest first.
#[derive(Clone, Copy)]
struct Halves {
    abef: __m128i,
    cdgh: __m128i,
}

#[target_feature(enable = "sha,ssse3,sse4.1")]
fn compress(words: &mut Words<LANES>, blocks: &[&[Block]; LANES]) {
    let [mut first, mut second] = [0, 1].map(|lane| halves_of(&words.0.map(|row| row[lane])));
    for (one, other) in blocks[0].iter().zip(blocks[1]) {
        let (first_before, second_before) = (first, second);
        let (mut w, mut v) = (words_of(one), words_of(other));
        for (four, k) in ROUND_CONSTANTS.as_chunks::<4>().0.iter().enumerate() {
            if four >= 4 {
                expand(&mut w);
                expand(&mut v);
            }
            let k = constants(k);
            let at = four.min(3);
            four_rounds(&mut first, _mm_add_epi32(w[at], k));
            four_rounds(&mut second, _mm_add_epi32(v[at], k));
        }
        first = added(first, first_before);
        second = added(second, second_before);
    }
    for (lane, halves) in [first, second].into_iter().enumerate() {
        for (row, word) in words.0.iter_mut().zip(state_of(halves)) {
            row[lane] = word;
        }
    }
}

/// Four rounds; `sums` are the words of the message schedule with their constants added.
#[inline]
#[target_feature(enable = "sha,ssse3,sse4.1")]
fn four_rounds(state: &mut Halves, sums: __m128i) {
    state.cdgh = _mm_sha256rnds2_epu32(state.cdgh, state.abef, sums);
    state.abef = _mm_sha256rnds2_epu32(state.abef, state.cdgh, _mm_shuffle_epi32::<0b_00_00_11_10>(sums));
}

/// Moves the last sixteen words of the message schedule on by four.
#[inline]
#[target_feature(enable = "sha,ssse3,sse4.1")]
fn expand(w: &mut [__m128i; 4]) {
    let sum = _mm_add_epi32(_mm_sha256msg1_epu32(w[0], w[1]), _mm_alignr_epi8::<4>(w[3], w[2]));
    *w = [w[1], w[2], w[3], _mm_sha256msg2_epu32(sum, w[3])];
}

#[inline]
#[target_feature(enable = "sha,ssse3,sse4.1")]
fn added(x: Halves, y: Halves) -> Halves {
    Halves {
        abef: _mm_add_epi32(x.abef, y.abef),
        cdgh: _mm_add_epi32(x.cdgh, y.cdgh),
    }
}

/// The sixteen words of a block; they are big-endian.
#[inline]
#[target_feature(enable = "sha,ssse3,sse4.1")]
fn words_of(block: &Block) -> [__m128i; 4] {
    let swap = _mm_set_epi32(0x0c0d_0e0f, 0x0809_0a0b, 0x0405_0607, 0x0001_0203);
    let quarters: &[[u8; 16]; 4] = zerocopy::transmute_ref!(block);
    quarters
        .each_ref()
        .map(|quarter| _mm_shuffle_epi8(load(quarter), swap))
}

#[inline]
#[target_feature(enable = "sha,ssse3,sse4.1")]
fn constants(k: &[u32; 4]) -> __m128i {
    load(zerocopy::transmute_ref!(k))
}

#[inline]
#[target_feature(enable = "sha,ssse3,sse4.1")]
fn halves_of(state: &State) -> Halves {
    let [a, b, c, d, e, f, g, h] = state.map(u32::cast_signed);
    Halves {
        abef: _mm_set_epi32(a, b, e, f),
        cdgh: _mm_set_epi32(c, d, g, h),
    }
}

#[inline]
#[target_feature(enable = "sha,ssse3,sse4.1")]
fn state_of(Halves { abef, cdgh }: Halves) -> State {
    [
        _mm_extract_epi32::<3>(abef),
        _mm_extract_epi32::<2>(abef),
        _mm_extract_epi32::<3>(cdgh),
        _mm_extract_epi32::<2>(cdgh),
        _mm_extract_epi32::<1>(abef),
        _mm_extract_epi32::<0>(abef),
        _mm_extract_epi32::<1>(cdgh),
        _mm_extract_epi32::<0>(cdgh),
    ]
    .map(i32::cast_unsigned)
}

#[inline]
#[target_feature(enable = "sha,ssse3,sse4.1")]
fn load(from: &[u8; 16]) -> __m128i {
    // SAFETY: reads 16 bytes from any address, and there are 16.
    unsafe { _mm_loadu_si128(from.as_ptr().cast()) }
}
