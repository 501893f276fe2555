//! Compressed images: CCKD and CFBA with 32-bit and with 64-bit offsets, and their shadow files.
//!
//! A file has the device header, a compressed header, the L1 table, and behind them, in any order, L2 tables,
//! images and free space. L1 has an entry for every 256 tracks (or groups of 120 blocks) and points to an L2 table
//! of 256 entries, which point to images: a 5-byte header with compression code and address, and a payload that is
//! raw, one zlib stream or one bzip2 stream. Free space says nothing about tracks and is not read.

mod blocks;
mod chain;
mod check;
mod decode;
mod encode;
mod free;
mod header;
mod mend;
mod open;
mod packer;
mod rewrite;
mod room;
mod spaces;
mod tables;
mod tracks;

use super::{Beginning, Image, ImageFormat, Source};
use crate::check::Findings;
use crate::error::MountError;
use crate::geometry::{BLOCK_SIZE, Geometry};
use crate::volume::Access;

use chain::Chain;
pub use encode::{Compression, Compressor, PackedImage};
pub(crate) use mend::{kind_of, mend};
use open::Opened;
pub use packer::{Packed, PackedFormat, Packer};

/// Blocks of a group.
const GROUP_BLOCKS: u32 = 120;
/// Bytes of a group.
const GROUP_LEN: usize = 120 * BLOCK_SIZE;

/// Whether offsets in the file have four bytes or eight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Width {
    Four,
    Eight,
}

/// Whether a file stands alone or holds changes to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Base,
    Shadow,
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
        beginning.id().is_some_and(|id| self.is_named(id))
    }

    fn is_named(&self, id: &[u8; 8]) -> bool {
        self.role(id).is_some()
    }

    fn open(&self, source: &Source<'_>) -> Result<Box<dyn Image>, MountError> {
        self.open_chain(source, &[])
    }

    fn check(&'static self, source: &Source<'_>, findings: &mut Findings, progress: &mut dyn FnMut(u64)) {
        check::check(self, source, findings, progress);
    }

    fn open_chain(&self, base: &Source<'_>, shadows: &[Source<'_>]) -> Result<Box<dyn Image>, MountError> {
        let id = base.device_header(self.name)?.id;
        if self.role(&id) == Some(Role::Shadow) {
            return Err(MountError::Shadow {
                image: base.name.to_owned(),
                id: String::from_utf8_lossy(&id).into_owned(),
            });
        }
        let opened = self.open_one(base)?;
        let last = shadows.last().unwrap_or(base);
        let shadows = shadows.iter().map(|shadow| self.open_shadow(shadow));
        let shadows = shadows.collect::<Result<Vec<_>, _>>()?;
        let written = last.access == Access::Write;
        let order = shadows.last().unwrap_or(&opened).tables.header.order;
        if written && order == header::Order::Big {
            return Err(MountError::BigEndian {
                image: last.name.to_owned(),
                format: self.name,
            });
        }
        let (geometry, chain) = Chain::new(opened, shadows, written)?;
        Ok(match geometry {
            Geometry::Ckd(geometry) => Box::new(tracks::CckdImage::new(geometry, chain)),
            Geometry::Fba(_) => Box::new(blocks::CfbaImage::new(geometry, chain)),
        })
    }
}

impl Compressed {
    fn open_shadow(&self, source: &Source<'_>) -> Result<Opened, MountError> {
        let id = source.device_header(self.name)?.id;
        if self.role(&id) == Some(Role::Shadow) {
            return self.open_one(source);
        }
        Err(MountError::Chain {
            image: source.name.to_owned(),
            what: format!(
                "it is no {} shadow file: it begins with {} instead of {}",
                self.name,
                String::from_utf8_lossy(&id),
                String::from_utf8_lossy(self.shadow)
            ),
        })
    }
}
