//! Finding and checking the footer of a pack from its last bytes.

use zerocopy::FromBytes;

use super::layout::{
    HEADER_LEN, HEADER_MAGIC, PACK_VERSION, PackHeader, PackTrailer, TRAILER_LEN, TRAILER_MAGIC,
};
use super::{Footer, PackName};

/// Why an object is not the pack its name says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PackFault {
    /// Shorter than the shortest pack.
    #[error("it has {len} bytes, fewer than any pack")]
    Short {
        /// Length of the object in bytes.
        len: u64,
    },
    /// The first bytes are not those of a pack.
    #[error("it does not begin like a pack")]
    Header,
    /// The last bytes are not those of a pack.
    #[error("it does not end like a pack: it is cut off or overwritten")]
    Trailer,
    /// A version that this program does not read.
    #[error(
        "it has pack format version {found}, this program reads version {PACK_VERSION}: use a newer program"
    )]
    Version {
        /// The version found.
        found: u16,
    },
    /// The trailer gives the footer more bytes than the object has.
    #[error("its footer should have {footer_len} bytes, the object has {object_len}")]
    FooterLen {
        /// What the trailer says.
        footer_len: u32,
        /// Length of the object.
        object_len: u64,
    },
    /// The checksum of the footer differs.
    #[error("its footer has CRC-32 {found:08x}, the trailer says {expected:08x}")]
    FooterChecksum {
        /// What the trailer says.
        expected: u32,
        /// What the bytes have.
        found: u32,
    },
    /// A whole footer, but that of another pack.
    #[error("its footer is that of pack {found}")]
    OtherPack {
        /// The pack that the footer belongs to.
        found: PackName,
    },
    /// The tables do not fill the footer or the frames not the pack.
    #[error("its footer contradicts itself")]
    FooterTorn,
    /// A row of the frame table breaks the rules of the format.
    #[error("its footer contradicts itself at frame {frame}")]
    FrameRow {
        /// The number of the frame.
        frame: u32,
    },
}

/// What the trailer says, checked against the size of the object.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tail {
    /// Offset of the footer in the object.
    pub(crate) footer_at: u64,
    /// Its length in bytes.
    pub(crate) footer_len: usize,
    crc: u32,
}

/// Finds the footer; `end` holds the last bytes of the object, at least the trailer if the object is that long.
pub(crate) fn locate_footer(end: &[u8], object_len: u64) -> Result<Tail, PackFault> {
    if object_len < HEADER_LEN + TRAILER_LEN as u64 {
        return Err(PackFault::Short { len: object_len });
    }
    let (_, trailer) =
        PackTrailer::read_from_suffix(end).map_err(|_| PackFault::Short { len: object_len })?;
    if trailer.magic != TRAILER_MAGIC || trailer.zero != [0; 2] {
        return Err(PackFault::Trailer);
    }
    if trailer.version.get() != PACK_VERSION {
        return Err(PackFault::Version {
            found: trailer.version.get(),
        });
    }
    let footer_len = trailer.footer_len.get();
    let behind = u64::from(footer_len) + TRAILER_LEN as u64;
    let outside = PackFault::FooterLen {
        footer_len,
        object_len,
    };
    let footer_at = object_len
        .checked_sub(behind)
        .filter(|at| *at >= HEADER_LEN)
        .ok_or(outside.clone())?;
    let footer_len = usize::try_from(footer_len).map_err(|_| outside)?;
    Ok(Tail {
        footer_at,
        footer_len,
        crc: trailer.footer_crc.get(),
    })
}

impl Tail {
    /// The bytes of the footer within `end`, the last bytes of the object; `None` if `end` does not reach back so far.
    pub(crate) fn within<'a>(&self, end: &'a [u8]) -> Option<&'a [u8]> {
        let to = end.len().checked_sub(TRAILER_LEN)?;
        end.get(to.checked_sub(self.footer_len)?..to)
    }

    /// Checks and reads the footer of the pack `name`.
    pub(crate) fn read(&self, footer: &[u8], name: &PackName) -> Result<Footer, PackFault> {
        let crc = crc32fast::hash(footer);
        if crc != self.crc {
            return Err(PackFault::FooterChecksum {
                expected: self.crc,
                found: crc,
            });
        }
        match PackName::of_footer(footer) {
            found if found != *name => Err(PackFault::OtherPack { found }),
            _ => Footer::decode(footer, self.footer_at),
        }
    }
}

/// Checks the first bytes of a pack.
pub(crate) fn check_header(start: &[u8]) -> Result<(), PackFault> {
    let (header, _) = PackHeader::read_from_prefix(start).map_err(|_| PackFault::Header)?;
    if header.magic != HEADER_MAGIC || header.zero != [0; 6] {
        return Err(PackFault::Header);
    }
    match header.version.get() {
        PACK_VERSION => Ok(()),
        found => Err(PackFault::Version { found }),
    }
}

#[cfg(test)]
mod tests {
    use zerocopy::IntoBytes;

    use super::*;

    fn trailer(footer_len: u32) -> Vec<u8> {
        let trailer = PackTrailer {
            footer_len: footer_len.into(),
            footer_crc: 0.into(),
            version: PACK_VERSION.into(),
            zero: [0; 2],
            magic: TRAILER_MAGIC,
        };
        trailer.as_bytes().to_vec()
    }

    #[test]
    fn a_footer_larger_than_its_object_is_refused() {
        for (footer_len, object_len) in [(1, 36), (u32::MAX, 1 << 20), (1000, 1035)] {
            let refused = locate_footer(&trailer(footer_len), object_len);
            assert!(
                matches!(refused, Err(PackFault::FooterLen { .. })),
                "{footer_len} in {object_len}: {refused:?}"
            );
        }
        assert!(matches!(
            locate_footer(&trailer(0), 35),
            Err(PackFault::Short { len: 35 })
        ));
        let tail = locate_footer(&trailer(1000), 1036).unwrap();
        assert_eq!((tail.footer_at, tail.footer_len), (16, 1000));
        assert_eq!(tail.within(&trailer(1000)), None);
    }

    #[test]
    fn a_later_version_is_named_at_both_ends() {
        let mut end = trailer(0);
        end[8] = 2;
        assert_eq!(
            locate_footer(&end, 100).map(|_| ()),
            Err(PackFault::Version { found: 2 })
        );
        let mut start = b"SSIBPACK\x01\0\0\0\0\0\0\0".to_vec();
        assert_eq!(check_header(&start), Ok(()));
        start[8] = 2;
        assert_eq!(check_header(&start), Err(PackFault::Version { found: 2 }));
    }
}
