//! Frames: the unit of compression, about 1 MiB of new chunks behind each other.
//!
//! A frame is one zstd frame (any zstd tool can expand it), or the plain bytes where zstd does not make them shorter.

mod codec;

pub use codec::{FrameCodec, FrameFault};

use crate::buffer::{Buffer, BufferPool};
use crate::chunk::{CHUNK_LEN_MAX, ChunkId};

/// A frame is full when it has this many plain bytes. Above it the ratio no longer improves, and restoring a single
/// track gets slower.
pub const FRAME_PLAIN_TARGET: usize = 1 << 20;

/// No frame expands to more: the target, overshot by the longest chunk. Readers refuse a frame that claims more.
pub const FRAME_PLAIN_MAX: usize = FRAME_PLAIN_TARGET + CHUNK_LEN_MAX;

/// What a builder asks memory for: the last track may overshoot the target without moving the whole frame.
const FRAME_CAPACITY: usize = FRAME_PLAIN_TARGET + (64 << 10);

/// A frame is also full with this many chunks, so that tiny chunks cannot make a footer larger than its pack.
const FRAME_CHUNKS_MAX: usize = 4096;

/// How hard zstd tries: its compression level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Effort(i32);

impl Effort {
    /// Level 1: two thirds of a full backup are spent in zstd, and level 3 costs a third more time for 3.5 % less space.
    pub const DEFAULT: Effort = Effort(1);

    /// A level from -7 (fastest) to 19 (smallest); `None` outside. Zero is zstd's own default and no level of its own.
    pub fn new(level: i32) -> Option<Effort> {
        ((-7..=19).contains(&level) && level != 0).then_some(Effort(level))
    }

    /// The zstd level.
    pub fn level(self) -> i32 {
        self.0
    }
}

impl Default for Effort {
    fn default() -> Effort {
        Effort::DEFAULT
    }
}

/// How the bytes of a frame are stored. The numbers are part of the pack format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Codec {
    /// 0: as they are.
    Raw,
    /// 1: one zstd frame.
    Zstd,
}

impl Codec {
    pub(crate) fn number(self) -> u8 {
        match self {
            Codec::Raw => 0,
            Codec::Zstd => 1,
        }
    }

    pub(crate) fn from_number(number: u8) -> Option<Codec> {
        [Codec::Raw, Codec::Zstd]
            .into_iter()
            .find(|codec| codec.number() == number)
    }
}

/// A chunk longer than [`CHUNK_LEN_MAX`] was offered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a chunk has {len} bytes, the format allows {CHUNK_LEN_MAX}: divide the domain it belongs to")]
pub struct ChunkTooLong {
    /// Its length in bytes.
    pub len: usize,
}

/// Gathers chunks until a frame is full.
#[derive(Debug)]
pub struct FrameBuilder {
    pool: BufferPool,
    bytes: Buffer,
    chunks: Vec<(ChunkId, u32)>,
}

impl FrameBuilder {
    /// An empty frame.
    pub fn new() -> FrameBuilder {
        let pool = BufferPool::default();
        let bytes = pool.take(FRAME_CAPACITY);
        FrameBuilder {
            pool,
            bytes,
            chunks: Vec::new(),
        }
    }

    /// Appends a chunk. The id is believed: naming the bytes is the caller's part.
    ///
    /// # Panics
    /// If the frame is already full: it has to be taken first.
    pub fn push(&mut self, id: ChunkId, chunk: &[u8]) -> Result<(), ChunkTooLong> {
        assert!(
            !self.is_full(),
            "a full frame is taken before the next chunk is pushed"
        );
        let too_long = ChunkTooLong { len: chunk.len() };
        let len = u32::try_from(chunk.len()).map_err(|_| too_long.clone())?;
        if chunk.len() > CHUNK_LEN_MAX {
            return Err(too_long);
        }
        self.bytes.extend_from_slice(chunk);
        self.chunks.push((id, len));
        Ok(())
    }

    /// Whether the frame should be taken before the next chunk is pushed.
    pub fn is_full(&self) -> bool {
        self.bytes.len() >= FRAME_PLAIN_TARGET || self.chunks.len() >= FRAME_CHUNKS_MAX
    }

    /// Whether nothing has been pushed since the last `take`.
    pub fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }

    /// The gathered chunks; the builder is empty again.
    pub fn take(&mut self) -> PlainFrame {
        let bytes = std::mem::replace(&mut self.bytes, self.pool.take(FRAME_CAPACITY));
        PlainFrame {
            bytes,
            chunks: std::mem::take(&mut self.chunks),
        }
    }
}

impl Default for FrameBuilder {
    fn default() -> FrameBuilder {
        FrameBuilder::new()
    }
}

/// A full frame on its way to a [`FrameCodec`], which may run on another thread. Its memory returns to the builder.
#[derive(Debug)]
pub struct PlainFrame {
    bytes: Buffer,
    chunks: Vec<(ChunkId, u32)>,
}

impl PlainFrame {
    /// The chunks behind each other.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Id and length of each chunk, in the order of the bytes.
    pub fn chunks(&self) -> &[(ChunkId, u32)] {
        &self.chunks
    }
}

/// A frame as it will be stored.
#[derive(Debug)]
pub struct Frame {
    pub(crate) stored: Buffer,
    pub(crate) codec: Codec,
    pub(crate) plain_len: u32,
    pub(crate) crc: u32,
    pub(crate) chunks: Vec<(ChunkId, u32)>,
}

impl Frame {
    /// The bytes as they will be stored.
    pub fn stored(&self) -> &[u8] {
        &self.stored
    }

    /// How they are stored.
    pub fn codec(&self) -> Codec {
        self.codec
    }

    /// Length after expansion, in bytes.
    pub fn plain_len(&self) -> u32 {
        self.plain_len
    }

    /// Id and plain length of each chunk, in order.
    pub fn chunks(&self) -> &[(ChunkId, u32)] {
        &self.chunks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_builder_is_full_at_its_target_and_empty_after_take() {
        let mut builder = FrameBuilder::new();
        let chunk = vec![1; 50_000];
        let mut pushed = 0;
        while !builder.is_full() {
            builder.push(ChunkId::of(&chunk), &chunk).unwrap();
            pushed += 1;
        }
        assert_eq!(pushed, FRAME_PLAIN_TARGET.div_ceil(chunk.len()));
        let frame = builder.take();
        assert_eq!(
            (frame.chunks().len(), frame.bytes().len()),
            (pushed, pushed * chunk.len())
        );
        assert!(builder.is_empty() && !builder.is_full());
        assert_eq!(
            builder.push(ChunkId::of(b""), &vec![0; CHUNK_LEN_MAX + 1]),
            Err(ChunkTooLong {
                len: CHUNK_LEN_MAX + 1
            })
        );
    }

    #[test]
    fn efforts_are_levels_that_zstd_knows() {
        assert_eq!(Effort::default().level(), 1);
        assert!(
            [-8, 0, 20, i32::MAX, i32::MIN]
                .iter()
                .all(|level| Effort::new(*level).is_none())
        );
    }
}
