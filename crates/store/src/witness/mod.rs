//! Witnesses: sixteen bytes that tell whether a unit is still what it was in an earlier copy.
//!
//! The name of a chunk is the SHA-256 of its canonical form, and costs most of the time of a backup in which nothing
//! changed. A witness is taken of the unit as it lies on the disk, address included, and costs a sixth of that. It names
//! nothing and is compared with nothing but the witness of the same unit in the base copy: if they are equal, the chunk
//! of the base is the chunk of the unit. `docs/decisions/0024-witnesses.md` has the reasons and the odds.
//!
//! A witness is the first half of the SHA-256 of a length and of the [`ph`] sums of the blocks of the unit. The key of the
//! sums is made from the random id of the repository.

mod page;
mod ph;

pub use page::{WitnessFault, WitnessPage};

use std::fmt;

use sha2::{Digest, Sha256};
use zerocopy::little_endian::U64;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::chunk::{ChunkId, hash_many};
use crate::repository::RepositoryId;

/// Bytes of the sums of one block.
const SUMS_LEN: usize = ph::PASSES * size_of::<ph::Sum>();

/// What a unit was when it was copied.
#[derive(Clone, Copy, PartialEq, Eq, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(transparent)]
pub struct Witness([u8; 16]);

impl Witness {
    fn of_digest(digest: &ChunkId) -> Witness {
        let (half, _) = <[u8; 16]>::read_from_prefix(digest.as_bytes()).expect("a SHA-256 has 32 bytes");
        Witness(half)
    }
}

/// Units whose sums are hashed together: as many as there are lanes.
const TOGETHER: usize = 16;

/// Memory that taking witnesses needs, to be used again. Small pieces that come and go between the large buffers of a
/// backup would keep those from being used again.
#[derive(Debug, Default)]
pub struct WitnessScratch {
    digested: Vec<u8>,
    ends: Vec<usize>,
    names: Vec<ChunkId>,
    witnesses: Vec<Witness>,
}

impl WitnessScratch {
    /// The witness of unit `number` of those that were taken last.
    pub fn witness(&self, number: usize) -> Option<Witness> {
        self.witnesses.get(number).copied()
    }
}

impl fmt::Debug for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// What witnesses of one repository are made with.
pub struct WitnessKey {
    rows: Vec<ph::Row>,
    way: ph::Way,
}

impl fmt::Debug for WitnessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WitnessKey")
    }
}

impl WitnessKey {
    /// The key of a repository: its bytes are SHA-256 of `witness`, the id, and a counter of eight bytes, little-endian,
    /// that goes up from 0. None where the processor cannot multiply without carry: there, SHA-256 is faster.
    pub fn of(repository: RepositoryId) -> Option<WitnessKey> {
        let way = ph::Way::fastest()?;
        let mut counter = 0_u64;
        let mut next = || {
            let mut digest = Sha256::new();
            digest.update(b"witness");
            digest.update(repository.0);
            digest.update(U64::new(counter).as_bytes());
            counter += 1;
            <[u8; 32]>::from(digest.finalize())
        };
        let rows = std::iter::repeat_with(|| zerocopy::transmute!([next(), next()]));
        Some(WitnessKey {
            rows: rows.take(ph::KEY_ROWS).collect(),
            way,
        })
    }

    /// The witnesses of `units`, in order.
    pub fn witness_many<'a, 'b>(
        &self,
        units: impl IntoIterator<Item = &'a [u8]>,
        scratch: &'b mut WitnessScratch,
    ) -> &'b [Witness] {
        scratch.digested.clear();
        scratch.ends.clear();
        scratch.witnesses.clear();
        for unit in units {
            self.digest(unit, &mut scratch.digested);
            scratch.ends.push(scratch.digested.len());
        }
        let mut from = 0;
        for ends in scratch.ends.chunks(TOGETHER) {
            let mut parts = [&[][..]; TOGETHER];
            for (part, end) in parts.iter_mut().zip(ends) {
                *part = &scratch.digested[from..*end];
                from = *end;
            }
            hash_many(&parts[..ends.len()], &mut scratch.names);
            scratch
                .witnesses
                .extend(scratch.names.iter().map(Witness::of_digest));
        }
        &scratch.witnesses
    }

    /// Appends the length of a unit and the sums of its blocks. Its last row of words is filled up with zeros.
    fn digest(&self, unit: &[u8], into: &mut Vec<u8>) {
        into.reserve(size_of::<U64>() + unit.len().div_ceil(ph::BLOCK) * SUMS_LEN);
        into.extend_from_slice(U64::new(unit.len() as u64).as_bytes());
        for block in unit.chunks(ph::BLOCK) {
            let (rows, rest) = block.as_chunks();
            let mut sums = self.way.sums(&self.rows, rows);
            if !rest.is_empty() {
                let mut row = [0; size_of::<ph::Row>()];
                row[..rest.len()].copy_from_slice(rest);
                let last = self.way.sums(&self.rows[rows.len()..], &[row]);
                let bytes = sums.as_flattened_mut().iter_mut();
                bytes
                    .zip(last.as_flattened())
                    .for_each(|(sum, last)| *sum ^= last);
            }
            into.extend_from_slice(sums.as_flattened());
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// None on a processor without carry-less multiplication.
    fn key() -> Option<WitnessKey> {
        WitnessKey::of(RepositoryId([7; 16]))
    }

    fn of(key: &WitnessKey, unit: &[u8]) -> Witness {
        key.witness_many([unit], &mut WitnessScratch::default())[0]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn a_flipped_bit_or_another_length_shows(
            mut unit in prop::collection::vec(any::<u8>(), 1..10_000),
            at in any::<prop::sample::Index>(),
            bit in 0..8_u8,
        ) {
            let Some(key) = key() else { return Ok(()) };
            let before = of(&key, &unit);
            let at = at.index(unit.len());
            unit[at] ^= 1 << bit;
            prop_assert_ne!(of(&key, &unit), before);
            unit[at] ^= 1 << bit;
            prop_assert_eq!(of(&key, &unit), before);
            unit.push(0);
            prop_assert_ne!(of(&key, &unit), before);
        }
    }

    /// The format is what older repositories have: computed once, apart from this program.
    #[test]
    fn a_known_unit_has_its_known_witness() {
        let Some(key) = key() else { return };
        let unit: Vec<u8> = (0..5000_u32).map(|n| u8::try_from(n % 251).unwrap()).collect();
        assert_eq!(
            format!("{:?}", of(&key, &unit)),
            "86ae8252fed12e4b0b5c6746c5419e6a"
        );
    }

    #[test]
    fn many_units_have_the_witnesses_of_each() {
        let units: Vec<Vec<u8>> = (0..40_u8).map(|n| vec![n; usize::from(n) * 700]).collect();
        let Some(key) = key() else { return };
        let mut scratch = WitnessScratch::default();
        key.witness_many([&b"another"[..]], &mut scratch);
        let together = key
            .witness_many(units.iter().map(Vec::as_slice), &mut scratch)
            .to_vec();
        let alone: Vec<Witness> = units.iter().map(|unit| of(&key, unit)).collect();
        assert_eq!(together, alone);
    }

    #[test]
    fn another_repository_has_other_witnesses() {
        let (Some(key), Some(other)) = (key(), WitnessKey::of(RepositoryId([8; 16]))) else {
            return;
        };
        assert_ne!(of(&key, b"unit"), of(&other, b"unit"));
    }

    /// Two halves of a block that are exchanged, and a block that moves: what a sum without keys would not see.
    #[test]
    fn order_shows() {
        let Some(key) = key() else { return };
        let (a, b) = ([1_u8; 4096], [2_u8; 4096]);
        assert_ne!(of(&key, &[a, b].concat()), of(&key, &[b, a].concat()));
        let (a, b) = ([1_u8; 64], [2_u8; 64]);
        assert_ne!(of(&key, &[a, b].concat()), of(&key, &[b, a].concat()));
    }
}
