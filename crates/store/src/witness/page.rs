//! Pages of witnesses: they go beside the pages of a chunk list, one for one.

use zerocopy::little_endian::U32;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use super::Witness;
use crate::manifest::PAGE_ENTRIES;

const MAGIC: [u8; 4] = *b"SSBW";
const VERSION: u8 = 1;

/// Bytes that are no page of witnesses of this version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("its {len} bytes are no page of witnesses of version {VERSION}")]
pub struct WitnessFault {
    /// How many bytes there are.
    len: usize,
}

#[derive(Clone, Copy, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
struct Header {
    magic: [u8; 4],
    version: u8,
    zero: [u8; 3],
    count: U32,
}

/// The stored form of the witnesses of up to [`PAGE_ENTRIES`] units.
#[derive(Debug)]
pub struct WitnessPage;

impl WitnessPage {
    /// The bytes of a page.
    ///
    /// # Panics
    /// If there are no witnesses or more than [`PAGE_ENTRIES`].
    pub fn encode(witnesses: &[Witness]) -> Vec<u8> {
        assert!(
            (1..=PAGE_ENTRIES).contains(&witnesses.len()),
            "a page has 1 to {PAGE_ENTRIES} witnesses"
        );
        let header = Header {
            magic: MAGIC,
            version: VERSION,
            zero: [0; 3],
            count: u32::try_from(witnesses.len()).expect("a page is short").into(),
        };
        [header.as_bytes(), witnesses.as_bytes()].concat()
    }

    /// The witnesses of a page.
    ///
    /// # Errors
    /// The bytes are something else, or a later version.
    pub fn decode(bytes: &[u8]) -> Result<Vec<Witness>, WitnessFault> {
        let fault = || WitnessFault { len: bytes.len() };
        let (header, rest) = Header::read_from_prefix(bytes).map_err(|_| fault())?;
        let witnesses = <[Witness]>::ref_from_bytes(rest).map_err(|_| fault())?;
        let right = (header.magic, header.version, header.zero) == (MAGIC, VERSION, [0; 3])
            && usize::try_from(header.count.get()) == Ok(witnesses.len())
            && (1..=PAGE_ENTRIES).contains(&witnesses.len());
        right.then(|| witnesses.to_vec()).ok_or_else(fault)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn pages_read_back_and_damage_is_refused(
            witnesses in prop::collection::vec(any::<[u8; 16]>().prop_map(Witness), 1..=PAGE_ENTRIES),
            cut in any::<prop::sample::Index>(),
        ) {
            let bytes = WitnessPage::encode(&witnesses);
            prop_assert_eq!(WitnessPage::decode(&bytes), Ok(witnesses));
            prop_assert!(WitnessPage::decode(&bytes[..cut.index(bytes.len())]).is_err());
            let mut later = bytes;
            later[4] = 2;
            prop_assert!(WitnessPage::decode(&later).is_err());
        }

        #[test]
        fn hostile_bytes_are_refused_or_read(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut page = MAGIC.to_vec();
            page.extend([VERSION, 0, 0, 0]);
            page.extend(bytes);
            if let Ok(witnesses) = WitnessPage::decode(&page) {
                prop_assert_eq!(WitnessPage::encode(&witnesses), page);
            }
        }
    }
}
