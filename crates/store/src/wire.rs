//! Small durable records: the one module with bincode.
//!
//! ```text
//! magic "SSBR" | kind u8 | version u8 | zero u16 | length u32 | bincode payload | CRC-32 of all before it
//! ```
//!
//! bincode is positional: old bytes cannot be read as a struct that grew, and new bytes are read as an old struct without
//! complaint. So every record carries its kind and version, enum variants are only ever appended, a changed struct gets a
//! new version with a conversion from the old one, and what does not use up its payload is refused. The golden bytes in the
//! tests must never change.

use serde::Serialize;
use serde::de::DeserializeOwned;
use zerocopy::little_endian::{U16, U32};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

/// No record has a longer payload, and decoding never allocates more: a hundred thousand domains fit.
pub const RECORD_MAX: usize = 64 << 20;

const MAGIC: [u8; 4] = *b"SSBR";
const CRC_LEN: usize = size_of::<U32>();

#[derive(Clone, Copy, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
struct RecordHeader {
    magic: [u8; 4],
    kind: u8,
    version: u8,
    zero: U16,
    len: U32,
}

const _: () = assert!(size_of::<RecordHeader>() == 12);

/// Why a record cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    /// The bytes do not begin like a record.
    #[error("it is no record of this program")]
    NotARecord,
    /// The bytes end early or late.
    #[error("the record should have {expected} bytes and has {found}: it is cut off or overwritten")]
    Length {
        /// Length that its header gives it.
        expected: u64,
        /// Length it has.
        found: usize,
    },
    /// The checksum differs.
    #[error("the record has CRC-32 {found:08x}, its last bytes say {expected:08x}: it is damaged")]
    Checksum {
        /// What the record says.
        expected: u32,
        /// What its bytes have.
        found: u32,
    },
    /// A whole record, but of another kind.
    #[error("it is a record of kind {found}, kind {expected} is expected")]
    Kind {
        /// The kind asked for.
        expected: u8,
        /// The kind found.
        found: u8,
    },
    /// A version that the caller does not read.
    #[error("it is a record of version {found}, this program reads version {expected}: use a newer program")]
    Version {
        /// The version asked for.
        expected: u8,
        /// The version found.
        found: u8,
    },
    /// The payload is longer than what it encodes.
    #[error("the payload of the record has {found} bytes, its content ends after {used}")]
    Surplus {
        /// Bytes that were used.
        used: usize,
        /// Bytes that were there.
        found: usize,
    },
    /// The payload does not encode such a record.
    #[error("the payload of the record does not read as what it should be")]
    Payload(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The value has no encoded form within the limits.
    #[error("the record cannot be written: it has {len} bytes, {RECORD_MAX} are allowed")]
    TooLong {
        /// Length of the payload in bytes.
        len: usize,
    },
}

fn config() -> impl bincode::config::Config {
    bincode::config::standard().with_limit::<RECORD_MAX>()
}

/// The bytes of a record.
pub fn encode<T: Serialize>(kind: u8, version: u8, value: &T) -> Result<Vec<u8>, WireError> {
    let payload = bincode::serde::encode_to_vec(value, config())
        .map_err(|source| WireError::Payload(Box::new(source)))?;
    let too_long = WireError::TooLong { len: payload.len() };
    let len = match u32::try_from(payload.len()) {
        Ok(len) if payload.len() <= RECORD_MAX => len,
        _ => return Err(too_long),
    };
    let header = RecordHeader {
        magic: MAGIC,
        kind,
        version,
        zero: 0.into(),
        len: len.into(),
    };
    let mut bytes = Vec::with_capacity(size_of::<RecordHeader>() + payload.len() + CRC_LEN);
    bytes.extend_from_slice(header.as_bytes());
    bytes.extend_from_slice(&payload);
    let crc = U32::new(crc32fast::hash(&bytes));
    bytes.extend_from_slice(crc.as_bytes());
    Ok(bytes)
}

/// Reads a record of this kind and version.
pub fn decode<T: DeserializeOwned>(bytes: &[u8], kind: u8, version: u8) -> Result<T, WireError> {
    let (header, payload) = open(bytes)?;
    if header.kind != kind {
        return Err(WireError::Kind {
            expected: kind,
            found: header.kind,
        });
    }
    if header.version != version {
        return Err(WireError::Version {
            expected: version,
            found: header.version,
        });
    }
    let (value, used) = bincode::serde::decode_from_slice(payload, config())
        .map_err(|source| WireError::Payload(Box::new(source)))?;
    match payload.len() {
        found if found == used => Ok(value),
        found => Err(WireError::Surplus { used, found }),
    }
}

/// Kind and version of a whole record, for a caller that reads several.
pub fn kind_and_version(bytes: &[u8]) -> Result<(u8, u8), WireError> {
    open(bytes).map(|(header, _)| (header.kind, header.version))
}

fn open(bytes: &[u8]) -> Result<(RecordHeader, &[u8]), WireError> {
    let (header, rest) = RecordHeader::read_from_prefix(bytes).map_err(|_| WireError::NotARecord)?;
    if header.magic != MAGIC || header.zero.get() != 0 {
        return Err(WireError::NotARecord);
    }
    let expected = u64::from(header.len.get()) + (size_of::<RecordHeader>() + CRC_LEN) as u64;
    let wrong_length = WireError::Length {
        expected,
        found: bytes.len(),
    };
    if expected != bytes.len() as u64 {
        return Err(wrong_length);
    }
    let Ok((payload, crc)) = U32::read_from_suffix(rest) else {
        return Err(wrong_length);
    };
    match crc32fast::hash(&bytes[..bytes.len() - CRC_LEN]) {
        found if found == crc.get() => Ok((header, payload)),
        found => Err(WireError::Checksum {
            expected: crc.get(),
            found,
        }),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;
    use crate::{ChunkId, ChunkPlace, PackName};

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    struct Sample {
        name: String,
        number: u32,
        state: State,
        manifest: Option<ChunkId>,
        at: i64,
    }

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    enum State {
        Open,
        Closed(u16),
    }

    fn sample() -> Sample {
        let manifest = Some(ChunkId::from_bytes([0xcc; 32]));
        Sample {
            name: "NIGHTLY".into(),
            number: 300,
            state: State::Closed(5),
            manifest,
            at: -2,
        }
    }

    /// The bytes that version 1 of this encoding always had. If this fails, old repositories can no longer be read: bump
    /// a version, do not change these bytes.
    #[test]
    fn golden_bytes() {
        let golden = [
            &b"SSBR\x07\x01\0\0"[..],
            &[47, 0, 0, 0],
            &[7],
            b"NIGHTLY",
            &[251, 0x2c, 0x01],
            &[1, 5],
            &[1],
            &[0xcc; 32],
            &[3],
            &[0x98, 0x97, 0x23, 0xb4],
        ]
        .concat();
        assert_eq!(
            encode(7, 1, &sample()).unwrap(),
            golden,
            "found {:02x?}",
            encode(7, 1, &sample()).unwrap()
        );
        assert_eq!(decode::<Sample>(&golden, 7, 1).unwrap(), sample());
    }

    #[test]
    fn places_are_as_long_as_they_must_be() {
        let place = ChunkPlace {
            pack: PackName::from_bytes([1; 32]),
            frame: 3,
            offset: 70_000,
            len: 200,
        };
        let bytes = encode(1, 1, &place).unwrap();
        assert_eq!(bytes.len(), 12 + 32 + 1 + 5 + 1 + 4);
        assert_eq!(decode::<ChunkPlace>(&bytes, 1, 1).unwrap(), place);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn records_read_back(name in ".{0,20}", number in any::<u32>(), closed in any::<Option<u16>>(), at in any::<i64>()) {
            let state = closed.map_or(State::Open, State::Closed);
            let record = Sample { name, number, state, manifest: None, at };
            prop_assert_eq!(decode::<Sample>(&encode(1, 2, &record).unwrap(), 1, 2).unwrap(), record);
        }

        #[test]
        fn hostile_payloads_are_refused(payload in prop::collection::vec(any::<u8>(), 0..60)) {
            let mut bytes = b"SSBR\x01\x01\0\0".to_vec();
            bytes.extend([u8::try_from(payload.len()).unwrap(), 0, 0, 0]);
            bytes.extend(&payload);
            let crc = U32::new(crc32fast::hash(&bytes));
            bytes.extend(crc.as_bytes());
            if let Ok(record) = decode::<Sample>(&bytes, 1, 1) {
                // bincode has several spellings of some values; what was read must at least be a value that can be written.
                prop_assert!(encode(1, 1, &record).is_ok());
            }
        }
    }

    #[test]
    fn every_cut_and_every_flipped_bit_is_noticed() {
        let bytes = encode(7, 1, &sample()).unwrap();
        for len in 0..bytes.len() {
            assert!(decode::<Sample>(&bytes[..len], 7, 1).is_err(), "cut at {len}");
        }
        for bit in 0..bytes.len() * 8 {
            let mut damaged = bytes.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert!(decode::<Sample>(&damaged, 7, 1).is_err(), "bit {bit}");
        }
        assert!(matches!(
            decode::<Sample>(&[&bytes[..], &[0]].concat(), 7, 1),
            Err(WireError::Length { .. })
        ));
    }

    #[test]
    fn other_kinds_and_versions_and_left_over_bytes_are_refused() {
        let bytes = encode(7, 1, &sample()).unwrap();
        assert!(matches!(
            decode::<Sample>(&bytes, 8, 1),
            Err(WireError::Kind {
                expected: 8,
                found: 7
            })
        ));
        assert!(matches!(
            decode::<Sample>(&bytes, 7, 2),
            Err(WireError::Version {
                expected: 2,
                found: 1
            })
        ));
        assert_eq!(kind_and_version(&bytes).unwrap(), (7, 1));
        let longer = encode(7, 1, &(sample(), 5u32)).unwrap();
        assert!(matches!(
            decode::<Sample>(&longer, 7, 1),
            Err(WireError::Surplus { .. })
        ));
    }

    #[test]
    fn a_length_that_lies_allocates_nothing() {
        let mut bytes = b"SSBR\x01\x01\0\0\x09\0\0\0".to_vec();
        bytes.extend([0xfd, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]);
        let crc = U32::new(crc32fast::hash(&bytes));
        bytes.extend(crc.as_bytes());
        assert!(matches!(
            decode::<Vec<u64>>(&bytes, 1, 1),
            Err(WireError::Payload(_))
        ));
        assert!(matches!(
            decode::<String>(&bytes, 1, 1),
            Err(WireError::Payload(_))
        ));
    }
}
