//! SHA-256 of many independent messages at once.
//!
//! One SHA-256 is a chain: every step waits for the one before, and most of a core stands idle. A backup has hundreds of
//! chunks in hand that do not wait for one another, so several of them go through the core side by side, each in a lane of
//! its own. [`lanes`] gives messages to lanes and knows nothing of instructions; [`avx512`] and [`sha_ni`] advance all
//! their lanes by a number of blocks and know nothing of messages. Where the processor has neither, the `sha2` crate
//! hashes one message after the other.
//!
//! `unsafe` is confined to the files named after instruction sets.

#[cfg(target_arch = "x86_64")]
mod lanes;
mod message;

#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(target_arch = "x86_64")]
mod sha_ni;

use std::fmt;

use sha2::block_api::compress256;

use crate::chunk::ChunkId;
use message::Stream;

/// One way to hash many chunks. All give the same names; [`HashPath::fastest`] is what [`hash_many`](crate::hash_many)
/// takes, the others are there to be tested and measured beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HashPath(Way);

/// The instruction sets are values that only their detection makes, so a path that exists can be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    #[cfg(target_arch = "x86_64")]
    Avx512(avx512::Avx512, Option<sha_ni::ShaNi>),
    #[cfg(target_arch = "x86_64")]
    ShaNi(sha_ni::ShaNi),
    Sha2,
}

impl HashPath {
    /// The paths that this processor can take, fastest first.
    pub fn supported() -> impl Iterator<Item = HashPath> {
        #[cfg(target_arch = "x86_64")]
        let wide = {
            let sha_ni = sha_ni::ShaNi::detect();
            let avx512 = avx512::Avx512::detect().map(|avx512| Way::Avx512(avx512, sha_ni));
            [avx512, sha_ni.map(Way::ShaNi)]
        };
        #[cfg(not(target_arch = "x86_64"))]
        let wide: [Option<Way>; 0] = [];
        wide.into_iter().flatten().chain([Way::Sha2]).map(HashPath)
    }

    /// The first of the supported paths. Asking costs nothing: the processor is asked once.
    pub fn fastest() -> HashPath {
        HashPath::supported().next().unwrap_or(HashPath(Way::Sha2))
    }

    /// Names every chunk of `chunks`, in order; `ids` is cleared first.
    pub fn hash_many(self, chunks: &[&[u8]], ids: &mut Vec<ChunkId>) {
        ids.clear();
        ids.resize(chunks.len(), ChunkId::from_bytes([0; 32]));
        let mut done = |number: usize, digest| ids[number] = ChunkId::from_bytes(digest);
        let queue = chunks
            .iter()
            .enumerate()
            .map(|(number, chunk)| Stream::new(number, chunk));
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            Way::Avx512(avx512, sha_ni) => {
                let keep = avx512::fewest_lanes(sha_ni.is_some());
                let left = lanes::run(
                    queue,
                    keep,
                    |words, blocks| avx512.compress(words, blocks),
                    &mut done,
                );
                let left = left.into_iter().flatten();
                match sha_ni {
                    Some(sha_ni) => in_pairs(sha_ni, left, &mut done),
                    None => one_by_one(left, &mut done),
                }
            }
            #[cfg(target_arch = "x86_64")]
            Way::ShaNi(sha_ni) => in_pairs(sha_ni, queue, &mut done),
            Way::Sha2 => one_by_one(queue, &mut done),
        }
    }
}

#[cfg(target_arch = "x86_64")]
fn in_pairs<'a>(
    sha_ni: sha_ni::ShaNi,
    queue: impl Iterator<Item = Stream<'a>>,
    done: &mut impl FnMut(usize, [u8; 32]),
) {
    let left = lanes::run(queue, 2, |words, blocks| sha_ni.compress(words, blocks), done);
    one_by_one(left.into_iter().flatten(), done);
}

/// The `sha2` crate takes the instructions for one message by itself, where the processor has them.
fn one_by_one<'a>(queue: impl Iterator<Item = Stream<'a>>, done: &mut impl FnMut(usize, [u8; 32])) {
    for mut stream in queue {
        let mut state = stream.state;
        while !stream.is_finished() {
            let blocks = stream.next_blocks();
            let count = blocks.len();
            compress256(&mut state, blocks);
            stream.advance(count);
        }
        done(stream.number, message::digest_of(&state));
    }
}

impl fmt::Display for HashPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            #[cfg(target_arch = "x86_64")]
            Way::Avx512(..) => "AVX-512, 16 lanes",
            #[cfg(target_arch = "x86_64")]
            Way::ShaNi(_) => "SHA-NI, 2 lanes",
            Way::Sha2 => "sha2, one by one",
        })
    }
}

/// The round constants of FIPS 180-4, section 4.2.2: the fractional parts of the cube roots of the first 64 primes.
#[cfg(target_arch = "x86_64")]
const ROUND_CONSTANTS: [u32; 64] = [
    0x428a_2f98,
    0x7137_4491,
    0xb5c0_fbcf,
    0xe9b5_dba5,
    0x3956_c25b,
    0x59f1_11f1,
    0x923f_82a4,
    0xab1c_5ed5,
    0xd807_aa98,
    0x1283_5b01,
    0x2431_85be,
    0x550c_7dc3,
    0x72be_5d74,
    0x80de_b1fe,
    0x9bdc_06a7,
    0xc19b_f174,
    0xe49b_69c1,
    0xefbe_4786,
    0x0fc1_9dc6,
    0x240c_a1cc,
    0x2de9_2c6f,
    0x4a74_84aa,
    0x5cb0_a9dc,
    0x76f9_88da,
    0x983e_5152,
    0xa831_c66d,
    0xb003_27c8,
    0xbf59_7fc7,
    0xc6e0_0bf3,
    0xd5a7_9147,
    0x06ca_6351,
    0x1429_2967,
    0x27b7_0a85,
    0x2e1b_2138,
    0x4d2c_6dfc,
    0x5338_0d13,
    0x650a_7354,
    0x766a_0abb,
    0x81c2_c92e,
    0x9272_2c85,
    0xa2bf_e8a1,
    0xa81a_664b,
    0xc24b_8b70,
    0xc76c_51a3,
    0xd192_e819,
    0xd699_0624,
    0xf40e_3585,
    0x106a_a070,
    0x19a4_c116,
    0x1e37_6c08,
    0x2748_774c,
    0x34b0_bcb5,
    0x391c_0cb3,
    0x4ed8_aa4a,
    0x5b9c_ca4f,
    0x682e_6ff3,
    0x748f_82ee,
    0x78a5_636f,
    0x84c8_7814,
    0x8cc7_0208,
    0x90be_fffa,
    0xa450_6ceb,
    0xbef9_a3f7,
    0xc671_78f2,
];

#[cfg(test)]
mod tests;
