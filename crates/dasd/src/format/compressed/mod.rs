//! Compressed images, for reading: CCKD and CFBA with 32-bit and with 64-bit offsets.
//!
//! A file has the device header, a compressed header, the L1 table, and behind them, in any order, L2 tables,
//! images and free space. L1 has an entry for every 256 tracks (or groups of 120 blocks) and points to an L2 table
//! of 256 entries, which point to images: a 5-byte header with compression code and address, and a payload that is
//! raw, one zlib stream or one bzip2 stream. Free space says nothing about tracks and is not read.

mod blocks;
mod decode;
mod header;
mod tables;
mod tracks;

use super::{Beginning, Image, ImageFormat, Source};
use crate::error::MountError;
use crate::volume::Access;

/// Whether offsets in the file have four bytes or eight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Width {
    Four,
    Eight,
}

/// What the images hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Content {
    Tracks,
    Blocks,
}

/// One of the four formats, which differ in width and content only.
pub(crate) struct Compressed {
    name: &'static str,
    base: &'static [u8; 8],
    shadow: &'static [u8; 8],
    width: Width,
    content: Content,
}

/// Compressed CKD.
pub(crate) static CCKD: Compressed = Compressed {
    name: "CCKD",
    base: b"CKD_C370",
    shadow: b"CKD_S370",
    width: Width::Four,
    content: Content::Tracks,
};

/// Compressed CKD with 64-bit offsets.
pub(crate) static CCKD64: Compressed = Compressed {
    name: "CCKD64",
    base: b"CKD_C064",
    shadow: b"CKD_S064",
    width: Width::Eight,
    content: Content::Tracks,
};

/// Compressed FBA.
pub(crate) static CFBA: Compressed = Compressed {
    name: "CFBA",
    base: b"FBA_C370",
    shadow: b"FBA_S370",
    width: Width::Four,
    content: Content::Blocks,
};

/// Compressed FBA with 64-bit offsets.
pub(crate) static CFBA64: Compressed = Compressed {
    name: "CFBA64",
    base: b"FBA_C064",
    shadow: b"FBA_S064",
    width: Width::Eight,
    content: Content::Blocks,
};

impl ImageFormat for Compressed {
    fn name(&self) -> &'static str {
        self.name
    }

    fn claims(&self, beginning: &Beginning) -> bool {
        beginning
            .id()
            .is_some_and(|id| id == self.base || id == self.shadow)
    }

    fn open(&self, source: &Source<'_>) -> Result<Box<dyn Image>, MountError> {
        let device = source.device_header(self.name)?;
        if device.id == *self.shadow {
            let id = String::from_utf8_lossy(&device.id).into_owned();
            return Err(MountError::Shadow {
                image: source.name.to_owned(),
                id,
            });
        }
        if source.access == Access::Write {
            return Err(MountError::ReadOnlyFormat {
                image: source.name.to_owned(),
                format: self.name,
            });
        }
        match self.content {
            Content::Tracks => Ok(Box::new(tracks::open(source, self.name, self.width, &device)?)),
            Content::Blocks => Ok(Box::new(blocks::open(source, self.name, self.width)?)),
        }
    }
}
