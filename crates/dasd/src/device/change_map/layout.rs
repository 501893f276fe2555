//! The file of a change map: two headers, two areas of bit maps.

use zerocopy::byteorder::{LE, U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

/// First bytes of the file, ASCII.
pub(super) const MAGIC: [u8; 8] = *b"SSICHMAP";
/// The only version there is.
pub(super) const VERSION: u32 = 1;

/// Layers that a map can have. A layer begins with every cut and is dropped when a backup is confirmed; more cuts
/// than this without a confirmed backup between them grow together.
pub(super) const LAYERS_MAX: usize = 8;

/// In the flags: changes may have happened that the bit maps do not show.
pub(super) const FLAG_DIRTY: u32 = 1;

/// No counter gets there by counting, so that none overflows either.
pub(super) const COUNTERS_MAX: u64 = u64::MAX / 2;

/// One of the two headers.
#[derive(Clone, Debug, PartialEq, Eq, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub(super) struct Header {
    pub(super) magic: [u8; 8],
    pub(super) version: U32<LE>,
    pub(super) flags: U32<LE>,
    /// Counts the headers written; the greater one is the newer.
    pub(super) sequence: U64<LE>,
    /// Tells this map from others that the image had.
    pub(super) epoch: U64<LE>,
    /// Length of the image file when the map was made.
    pub(super) image_length: U64<LE>,
    /// Tracks, or groups of 32 blocks.
    pub(super) units: U32<LE>,
    /// Which of the two areas has the bit maps, 0 or 1.
    pub(super) area: U32<LE>,
    /// The generation that is open now.
    pub(super) current: U64<LE>,
    /// How many layers there are.
    pub(super) layers: U32<LE>,
    /// CRC-32 of the bit maps of all layers.
    pub(super) bits_crc: U32<LE>,
    /// The first generation of each layer, oldest layer first; zero where there is none.
    pub(super) first: [U64<LE>; LAYERS_MAX],
    /// CRC-32 of everything before it.
    pub(super) crc: U32<LE>,
}

pub(super) const HEADER_LEN: usize = size_of::<Header>();
const _: () = assert!(HEADER_LEN == 132);

/// Where the headers lie: pages apart, so that a torn page takes only one of them.
pub(super) const HEADERS_AT: [u64; 2] = [0, 4096];
/// Where the bit maps begin.
pub(super) const AREAS_AT: u64 = 8192;

impl Header {
    /// The header with its checksum.
    pub(super) fn sealed(mut self) -> Header {
        self.crc = U32::new(self.computed_crc());
        self
    }

    /// Whether everything that does not depend on the volume is as it must be.
    pub(super) fn is_whole(&self) -> bool {
        let layers = usize::try_from(self.layers.get()).unwrap_or(usize::MAX);
        let in_order = |firsts: &[U64<LE>]| firsts.windows(2).all(|pair| pair[0].get() < pair[1].get());
        self.magic == MAGIC
            && self.version.get() == VERSION
            && self.crc.get() == self.computed_crc()
            && self.flags.get() <= FLAG_DIRTY
            && self.area.get() <= 1
            && self.sequence.get() < COUNTERS_MAX
            && self.current.get() < COUNTERS_MAX
            && (1..=LAYERS_MAX).contains(&layers)
            && in_order(&self.first[..layers])
            && self.first[layers - 1].get() == self.current.get()
    }

    fn computed_crc(&self) -> u32 {
        crc32fast::hash(&self.as_bytes()[..HEADER_LEN - size_of::<U32<LE>>()])
    }
}

#[cfg(test)]
mod tests {
    use zerocopy::FromZeros;

    use super::*;

    fn whole() -> Header {
        let mut header = Header::new_zeroed();
        header.magic = MAGIC;
        header.version = U32::new(VERSION);
        header.layers = U32::new(2);
        header.first[0] = U64::new(3);
        header.first[1] = U64::new(5);
        header.current = U64::new(5);
        header
    }

    #[test]
    fn a_header_that_cannot_be_is_refused_whatever_its_checksum_says() {
        assert!(whole().sealed().is_whole());
        let wrong: [fn(&mut Header); 9] = [
            |header| header.magic[0] = b'X',
            |header| header.version = U32::new(2),
            |header| header.flags = U32::new(2),
            |header| header.area = U32::new(2),
            |header| header.layers = U32::new(0),
            |header| header.layers = U32::new(9),
            |header| header.first[0] = U64::new(5),
            |header| header.current = U64::new(6),
            |header| header.sequence = U64::new(u64::MAX),
        ];
        for (index, change) in wrong.iter().enumerate() {
            let mut header = whole();
            change(&mut header);
            assert!(!header.sealed().is_whole(), "{index}");
        }
    }
}
