//! What chunk and pack names have in common: they are SHA-256 values, shown as 64 hexadecimal digits.

use std::fmt;

/// A text that should be 64 hexadecimal digits and is not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a name of this repository: 64 hexadecimal digits (0-9, a-f) are expected")]
pub struct BadDigest {
    /// The beginning of the text as it was given.
    pub text: String,
}

/// Writes `bytes` as lower-case hexadecimal digits.
pub(crate) fn write_hex(bytes: &[u8; 32], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

/// Reads 64 lower-case hexadecimal digits; one name has one spelling, so upper case is refused.
pub(crate) fn parse_hex(text: &str) -> Result<[u8; 32], BadDigest> {
    let bad = || BadDigest {
        text: text.chars().take(80).collect(),
    };
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    if text.len() != 64 {
        return Err(bad());
    }
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let (high, low) = (digit(pair[0]).ok_or_else(bad)?, digit(pair[1]).ok_or_else(bad)?);
        *byte = high << 4 | low;
    }
    Ok(bytes)
}

/// Declares a name that is a SHA-256 value: ordered, printed in hexadecimal, 32 plain bytes in binary records and a
/// hexadecimal string in JSON.
macro_rules! digest_name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash,
            zerocopy::FromBytes, zerocopy::IntoBytes, zerocopy::KnownLayout, zerocopy::Immutable, zerocopy::Unaligned,
        )]
        #[repr(transparent)]
        pub struct $name([u8; 32]);

        impl $name {
            /// The name whose 32 bytes these are.
            pub const fn from_bytes(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }

            /// The 32 bytes of the SHA-256 value.
            pub const fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                $crate::digest::write_hex(&self.0, f)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(self, f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::digest::BadDigest;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $crate::digest::parse_hex(text).map(Self)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                if to.is_human_readable() { to.collect_str(self) } else { self.0.serialize(to) }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                if from.is_human_readable() {
                    let text = String::deserialize(from)?;
                    text.parse().map_err(serde::de::Error::custom)
                } else {
                    <[u8; 32]>::deserialize(from).map(Self)
                }
            }
        }
    };
}
pub(crate) use digest_name;

#[cfg(test)]
mod tests {
    use crate::ChunkId;

    #[test]
    fn a_name_reads_back_from_its_text() {
        let id = ChunkId::of(b"track");
        assert_eq!(id.to_string().parse::<ChunkId>(), Ok(id));
        assert_eq!(id.to_string().len(), 64);
    }

    #[test]
    fn other_texts_are_refused() {
        let good = ChunkId::of(b"track").to_string();
        for bad in [
            "",
            "ab",
            &good[1..],
            &good.to_uppercase(),
            &format!("{good}0"),
            &good.replace('a', "g"),
            "é",
        ] {
            assert!(
                bad.parse::<ChunkId>().is_err() || bad == good,
                "{bad} was taken for a name"
            );
        }
    }
}
