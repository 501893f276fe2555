//! Laying frames behind each other until a pack is full, and sealing it.

use bytes::Bytes;
use zerocopy::IntoBytes;

use super::layout::{HEADER_MAGIC, PACK_VERSION, PackHeader, PackTrailer, TRAILER_MAGIC};
use super::{Footer, PackFault, PackName, locate_footer};
use crate::chunk::{ChunkId, ChunkPlace};
use crate::frame::Frame;
use crate::slab::{SlabPool, SlabWriter};

/// A pack is full with this many bytes, its footer counted: large enough that opening and syncing cost little, small
/// enough that four slabs hold it, the frame that went over the target included.
pub const PACK_TARGET: u64 = 7 << 20;

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
        // Chunks that shrink to nearly nothing have a row in the footer all the same.
        if self.bytes.len() + self.footer.encoded_len() as u64 >= PACK_TARGET {
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

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, VecDeque};

    use super::*;
    use crate::frame::{Effort, FrameBuilder, FrameCodec};
    use crate::slab::SLAB_LEN;

    /// What a backup holds at most, however much it stores: packs in two hands and the frames before them.
    #[test]
    fn memory_goes_round() {
        let (mut builder, mut codec) = (FrameBuilder::new(), FrameCodec::new(Effort::DEFAULT));
        let pool = SlabPool::new();
        let (mut slabs, mut frames) = (BTreeSet::new(), BTreeSet::new());
        let mut on_their_way = VecDeque::new();
        // By turns what does not shrink at all, and what hardly takes more room than its row in the footer.
        let noise: Vec<u8> = (0..50_000u32 * 25).map(noise).collect();
        let alike = vec![0x40; 5000];
        for round in 0..6 {
            let chunks = if round % 2 == 0 {
                noise.chunks(50_000)
            } else {
                alike.chunks(200)
            };
            let mut chunks = chunks.cycle();
            let mut writer = PackWriter::with_pool(&pool);
            loop {
                while !builder.is_full() {
                    let chunk = chunks.next().unwrap();
                    builder.push(ChunkId::from_bytes([round; 32]), chunk).unwrap();
                }
                let frame = codec.compress(builder.take());
                frames.insert(frame.stored().as_ptr());
                if writer.add(frame) == Fit::Full {
                    break;
                }
            }
            let sealed = writer.finish().unwrap();
            slabs.extend(sealed.payload().iter().map(|piece| piece.as_ptr()));
            on_their_way.push_back(sealed);
            if on_their_way.len() > 2 {
                on_their_way.pop_front();
            }
        }
        assert!(
            slabs.len() * SLAB_LEN <= 32 << 20,
            "{} slabs were used",
            slabs.len()
        );
        assert!(frames.len() <= 4, "{} frame buffers were used", frames.len());
    }

    /// A number mixed well enough that zstd finds nothing (the finaliser of MurmurHash3).
    fn noise(number: u32) -> u8 {
        let mixed = (number ^ (number >> 16)).wrapping_mul(0x85eb_ca6b);
        let mixed = (mixed ^ (mixed >> 13)).wrapping_mul(0xc2b2_ae35);
        u8::try_from((mixed ^ (mixed >> 16)) >> 24).unwrap()
    }
}
