//! Seeds, and the streams of chance that are drawn from them.
//!
//! One number decides everything a simulated world contains. It is split by label, so that a change in one part
//! (one guest more, one volume larger) leaves the streams of all other parts as they were.

use std::fmt;

use rand_core::Rng;
use rand_pcg::Pcg64Mcg;

/// The number that a site, a volume or a whole simulation is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seed(pub u64);

impl Seed {
    /// The seed of the part named `label`. The same seed and label always give the same part; the result does not
    /// depend on what else was split off, or in which order.
    pub fn split(self, label: &str) -> Seed {
        // FNV-1a over the label, started from the scrambled seed. The stream is part of what tests and replay
        // lines rely on, so it is written out here instead of using a hasher that a release may change.
        let mut hash = scramble(self.0) ^ 0xCBF2_9CE4_8422_2325;
        for byte in label.bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3);
        }
        Seed(scramble(hash))
    }

    /// The seed of the part with this number, for parts that are too many to be named.
    pub fn number(self, number: u64) -> Seed {
        Seed(scramble(self.0 ^ scramble(number)))
    }

    /// A stream of chance that begins at its first value.
    pub fn chance(self) -> Chance {
        let state = u128::from(scramble(self.0)) << 64 | u128::from(scramble(!self.0));
        Chance(Pcg64Mcg::new(state))
    }
}

impl fmt::Display for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The finaliser of SplitMix64: spreads neighbouring numbers over the whole range.
fn scramble(value: u64) -> u64 {
    let mut mixed = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

/// A stream of chance: PCG with 128 bits of state, the same on every machine.
#[derive(Debug, Clone)]
pub struct Chance(Pcg64Mcg);

impl Chance {
    /// The next 64 bits.
    #[inline]
    pub fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number from 0 up to and without `n`; 0 when `n` is 0.
    #[inline]
    pub fn below(&mut self, n: u32) -> u32 {
        let product = (self.bits() >> 32) * u64::from(n);
        u32::try_from(product >> 32).expect("a product of two 32-bit numbers fits 64 bits")
    }

    /// As [`below`](Self::below), for indices.
    #[inline]
    pub fn index(&mut self, n: usize) -> usize {
        let n = u32::try_from(n).unwrap_or(u32::MAX);
        usize::try_from(self.below(n)).expect("an index below a usize fits a usize")
    }

    /// A number from `first` to `last`, both included; `first` when `last` is smaller.
    #[inline]
    pub fn range(&mut self, first: u32, last: u32) -> u32 {
        first.saturating_add(self.below(last.saturating_sub(first).saturating_add(1)))
    }

    /// True `percent` times in a hundred.
    #[inline]
    pub fn percent(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    /// One of the items; None when there are none.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.index(items.len()))
    }

    /// The position of one of the weights, each as likely as its weight says; 0 when all are 0.
    pub fn weighted(&mut self, weights: &[u32]) -> usize {
        let total = weights
            .iter()
            .fold(0_u32, |sum, weight| sum.saturating_add(*weight));
        let mut drawn = self.below(total);
        for (position, weight) in weights.iter().enumerate() {
            if drawn < *weight {
                return position;
            }
            drawn -= weight;
        }
        0
    }

    /// A small number far more often than a large one, below `n`: what word and opcode frequencies look like.
    /// Each halving of the range is about equally likely, down to a sixteenth.
    #[inline]
    pub fn skewed(&mut self, n: u32) -> u32 {
        let bits = self.bits();
        let narrowed = (n >> (bits & 7).min(4)).max(1).min(n);
        let product = (bits >> 32) * u64::from(narrowed);
        u32::try_from(product >> 32).expect("a product of two 32-bit numbers fits 64 bits")
    }

    /// Fills the bytes with noise that no compressor makes smaller.
    pub fn fill(&mut self, into: &mut [u8]) {
        self.0.fill_bytes(into);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_never_changes() {
        // These values are what recorded seeds replay; a change here breaks every one of them.
        let mut chance = Seed(1).split("volume GA1RES").chance();
        assert_eq!([chance.bits(), chance.bits(), chance.bits()], EXPECTED);
    }

    const EXPECTED: [u64; 3] = [
        9_578_286_759_568_842_726,
        5_410_318_952_717_280_614,
        14_554_656_655_131_844_594,
    ];

    #[test]
    fn labels_numbers_and_seeds_tell_streams_apart() {
        let mut seen = std::collections::BTreeSet::new();
        for seed in 0..40 {
            for label in ["", "a", "b", "ab", "ba"] {
                assert!(
                    seen.insert(Seed(seed).split(label)),
                    "seed {seed}, label {label:?}"
                );
            }
            for number in 0..40 {
                assert!(
                    seen.insert(Seed(seed).split("numbers").number(number)),
                    "seed {seed}, number {number}"
                );
            }
        }
    }

    #[test]
    fn draws_stay_in_their_range_and_reach_both_ends() {
        let mut chance = Seed(7).chance();
        let drawn: Vec<u32> = (0..2_000).map(|_| chance.range(3, 9)).collect();
        assert_eq!((drawn.iter().min(), drawn.iter().max()), (Some(&3), Some(&9)));
        assert_eq!(chance.range(5, 2), 5);
        assert_eq!((chance.below(0), chance.index(0), chance.skewed(0)), (0, 0, 0));
        assert_eq!(chance.pick::<u8>(&[]), None);
        assert!((0..2_000).all(|_| chance.skewed(6) < 6));
    }

    #[test]
    fn weights_are_kept() {
        let mut chance = Seed(3).chance();
        let mut counts = [0_u32; 3];
        for _ in 0..10_000 {
            counts[chance.weighted(&[10, 0, 30])] += 1;
        }
        assert_eq!(counts[1], 0);
        assert!((2_200..2_800).contains(&counts[0]), "{counts:?}");
        assert_eq!(chance.weighted(&[0, 0]), 0);
    }
}
