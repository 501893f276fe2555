//! Laying frames behind each other until a pack is full, and sealing it.

use bytes::Bytes;
use zerocopy::IntoBytes;

use super::layout::{HEADER_MAGIC, PACK_VERSION, PackHeader, PackTrailer, TRAILER_MAGIC};
use super::{Footer, PackFault, PackName, locate_footer};
use crate::chunk::{ChunkId, ChunkPlace};
use crate::frame::Frame;
use crate::slab::{SlabPool, SlabWriter};

/// A pack is full with this many bytes: large enough that opening and syncing cost little, small enough that one in the
/// making and one on its way stay within a few tens of megabytes.
pub const PACK_TARGET: u64 = 16 << 20;

/// Whether a pack takes another frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// It does.
    Room,
    /// The target is reached: finish it and begin the next.
    Full,
}

/// Assembles one pack in aligned memory, ready to be written past the page cache without another copy.
#[derive(Debug)]
pub struct PackWriter {
    bytes: SlabWriter,
    footer: Footer,
    overflow: bool,
}

impl PackWriter {
    /// An empty pack with memory of its own.
    pub fn new() -> PackWriter {
        PackWriter::with_pool(&SlabPool::new())
    }

    /// An empty pack that takes its memory from `pool` and gives it back when the sealed pack is dropped.
    pub fn with_pool(pool: &SlabPool) -> PackWriter {
        let mut bytes = SlabWriter::new(pool.clone());
        let header = PackHeader {
            magic: HEADER_MAGIC,
            version: PACK_VERSION.into(),
            zero: [0; 6],
        };
        bytes.write(header.as_bytes());
        PackWriter {
            bytes,
            footer: Footer::default(),
            overflow: false,
        }
    }

    /// Appends a frame; it is always taken, and the answer is about the next one.
    pub fn add(&mut self, frame: Frame) -> Fit {
        self.bytes.write(&frame.stored);
        let Frame {
            stored,
            codec,
            plain_len,
            crc,
            chunks,
        } = frame;
        self.overflow |= self
            .footer
            .push(&stored, plain_len, crc, codec, &chunks)
            .is_none();
        if self.bytes.len() >= PACK_TARGET {
            Fit::Full
        } else {
            Fit::Room
        }
    }

    /// Whether no frame was added yet.
    pub fn is_empty(&self) -> bool {
        self.footer.frames().is_empty()
    }

    /// Bytes so far, without the footer.
    pub fn len(&self) -> u64 {
        self.bytes.len()
    }

    /// Writes the footer, reads it back, and names the pack.
    pub fn finish(mut self) -> Result<SealedPack, SealError> {
        if self.is_empty() {
            return Err(SealError::Empty);
        }
        let footer = if self.overflow { None } else { self.footer.encode() };
        let footer = footer.ok_or(SealError::TooLarge)?;
        let trailer = PackTrailer {
            footer_len: u32::try_from(footer.len())
                .map_err(|_| SealError::TooLarge)?
                .into(),
            footer_crc: crc32fast::hash(&footer).into(),
            version: PACK_VERSION.into(),
            zero: [0; 2],
            magic: TRAILER_MAGIC,
        };
        let name = PackName::of_footer(&footer);
        let mut end = footer;
        end.extend_from_slice(trailer.as_bytes());
        self.bytes.write(&end);
        let len = self.bytes.len();
        read_back(&end, len, &name, &self.footer)?;
        let places = self
            .footer
            .chunks()
            .iter()
            .map(|chunk| (chunk.id, chunk.place(name)))
            .collect();
        Ok(SealedPack {
            name,
            places,
            len,
            payload: self.bytes.finish(),
        })
    }
}

impl Default for PackWriter {
    fn default() -> PackWriter {
        PackWriter::new()
    }
}

/// A pack whose footer does not read back as it was meant must not leave the house.
fn read_back(end: &[u8], len: u64, name: &PackName, meant: &Footer) -> Result<(), SealError> {
    let tail = locate_footer(end, len)?;
    let read = tail.read(tail.within(end).unwrap_or_default(), name)?;
    if read == *meant {
        Ok(())
    } else {
        Err(SealError::ReadBack(PackFault::FooterTorn))
    }
}

/// A complete pack; only a sealed pack has a name.
#[derive(Debug, Clone)]
pub struct SealedPack {
    /// Its name.
    pub name: PackName,
    /// Where each of its chunks lies, in the order of the bytes.
    pub places: Vec<(ChunkId, ChunkPlace)>,
    /// Length in bytes.
    pub len: u64,
    pub(crate) payload: Vec<Bytes>,
}

impl SealedPack {
    /// The bytes of the pack, in pieces.
    pub fn payload(&self) -> &[Bytes] {
        &self.payload
    }
}

/// Why a pack could not be sealed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// It has no frame.
    #[error("a pack without frames cannot be sealed")]
    Empty,
    /// It has more frames or chunks than a footer can count.
    #[error("the pack has outgrown its footer: packs are finished when `add` says that they are full")]
    TooLarge,
    /// The footer does not read back.
    #[error("the footer of a new pack does not read back; nothing was stored. This points at faulty memory")]
    ReadBack(#[from] PackFault),
}
