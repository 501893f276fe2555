//! The footer in memory, and its way to bytes and back.

use std::ops::Range;

use zerocopy::{FromBytes, IntoBytes};

use super::layout::{ChunkRow, FOOTER_MAGIC, FooterHeader, FrameRow, HEADER_LEN, PACK_VERSION};
use super::{PackFault, PackName};
use crate::chunk::{ChunkId, ChunkPlace};
use crate::frame::{Codec, FRAME_PLAIN_MAX};

/// What the footer says about one frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrameEntry {
    /// Byte offset of the stored frame in the pack.
    pub offset: u64,
    /// Stored length in bytes.
    pub stored_len: u32,
    /// Length after expansion, in bytes.
    pub plain_len: u32,
    /// CRC-32 (zlib's) of the stored bytes.
    pub crc: u32,
    /// How it is stored.
    pub codec: Codec,
    /// Its chunks: indices into [`Footer::chunks`].
    pub chunks: Range<usize>,
}

/// What the footer says about one chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FooterChunk {
    /// Its name.
    pub id: ChunkId,
    /// The number of its frame.
    pub frame: u32,
    /// Byte offset in the expanded frame.
    pub offset: u32,
    /// Length in bytes.
    pub len: u32,
}

impl FooterChunk {
    /// The place of this chunk, given the name of the pack whose footer this is.
    pub fn place(&self, pack: PackName) -> ChunkPlace {
        ChunkPlace {
            pack,
            frame: self.frame,
            offset: self.offset,
            len: self.len,
        }
    }
}

/// The table of contents of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Footer {
    frames: Vec<FrameEntry>,
    chunks: Vec<FooterChunk>,
}

impl Footer {
    /// All frames, in the order they lie in the pack.
    pub fn frames(&self) -> &[FrameEntry] {
        &self.frames
    }

    /// All chunks, frame by frame, in the order of their bytes.
    pub fn chunks(&self) -> &[FooterChunk] {
        &self.chunks
    }

    /// The chunks of frame `number`; none if there is no such frame.
    pub fn chunks_of(&self, number: u32) -> &[FooterChunk] {
        let entry = usize::try_from(number)
            .ok()
            .and_then(|number| self.frames.get(number));
        entry
            .and_then(|entry| self.chunks.get(entry.chunks.clone()))
            .unwrap_or_default()
    }

    /// Appends a frame behind the ones there are. `None` if the pack would outgrow the fields of its footer.
    pub(crate) fn push(
        &mut self,
        stored: &[u8],
        plain_len: u32,
        crc: u32,
        codec: Codec,
        chunks: &[(ChunkId, u32)],
    ) -> Option<()> {
        let stored_len = u32::try_from(stored.len()).ok()?;
        let frame = u32::try_from(self.frames.len()).ok()?;
        let first = self.chunks.len();
        let mut offset = 0u32;
        for (id, len) in chunks {
            self.chunks.push(FooterChunk {
                id: *id,
                frame,
                offset,
                len: *len,
            });
            offset = offset.checked_add(*len)?;
        }
        let chunks = first..self.chunks.len();
        self.frames.push(FrameEntry {
            offset: self.end(),
            stored_len,
            plain_len,
            crc,
            codec,
            chunks,
        });
        Some(())
    }

    /// Where the next frame, or after the last one the footer, begins.
    pub(crate) fn end(&self) -> u64 {
        self.frames
            .last()
            .map_or(HEADER_LEN, |last| last.offset + u64::from(last.stored_len))
    }

    /// How many bytes [`Self::encode`] gives.
    pub(crate) fn encoded_len(&self) -> usize {
        size_of::<FooterHeader>()
            + self.frames.len() * size_of::<FrameRow>()
            + self.chunks.len() * size_of::<ChunkRow>()
    }

    /// The bytes of the footer. `None` if there are more frames or chunks than its fields can count.
    pub(crate) fn encode(&self) -> Option<Vec<u8>> {
        let header = FooterHeader {
            magic: FOOTER_MAGIC,
            version: PACK_VERSION.into(),
            zero: [0; 2],
            frames: u32::try_from(self.frames.len()).ok()?.into(),
            chunks: u32::try_from(self.chunks.len()).ok()?.into(),
        };
        let mut bytes = Vec::with_capacity(self.encoded_len());
        bytes.extend_from_slice(header.as_bytes());
        for entry in &self.frames {
            let row = FrameRow {
                offset: entry.offset.into(),
                stored_len: entry.stored_len.into(),
                plain_len: entry.plain_len.into(),
                crc: entry.crc.into(),
                chunks: u32::try_from(entry.chunks.len()).ok()?.into(),
                codec: entry.codec.number(),
                zero: [0; 7],
            };
            bytes.extend_from_slice(row.as_bytes());
        }
        for chunk in &self.chunks {
            bytes.extend_from_slice(
                ChunkRow {
                    id: chunk.id,
                    len: chunk.len.into(),
                }
                .as_bytes(),
            );
        }
        Some(bytes)
    }

    /// Reads a footer back. `footer_at` is its offset in the pack: the frames have to fill exactly the bytes before it.
    /// The tables are as long as `bytes`, so what is allocated is bounded by the size of the object.
    pub(crate) fn decode(bytes: &[u8], footer_at: u64) -> Result<Footer, PackFault> {
        let (header, rest) = FooterHeader::read_from_prefix(bytes).map_err(|_| PackFault::FooterTorn)?;
        if header.magic != FOOTER_MAGIC || header.zero != [0; 2] {
            return Err(PackFault::FooterTorn);
        }
        if header.version.get() != PACK_VERSION {
            return Err(PackFault::Version {
                found: header.version.get(),
            });
        }
        let frames = usize::try_from(header.frames.get()).map_err(|_| PackFault::FooterTorn)?;
        let chunks = usize::try_from(header.chunks.get()).map_err(|_| PackFault::FooterTorn)?;
        let (frames, rest) =
            <[FrameRow]>::ref_from_prefix_with_elems(rest, frames).map_err(|_| PackFault::FooterTorn)?;
        let chunks =
            <[ChunkRow]>::ref_from_bytes_with_elems(rest, chunks).map_err(|_| PackFault::FooterTorn)?;
        let mut footer = Footer {
            frames: Vec::with_capacity(frames.len()),
            chunks: Vec::with_capacity(chunks.len()),
        };
        let mut left = chunks;
        for (number, row) in (0u32..).zip(frames) {
            left = footer
                .take_frame(number, row, left)
                .ok_or(PackFault::FrameRow { frame: number })?;
        }
        if !left.is_empty() || footer.end() != footer_at {
            return Err(PackFault::FooterTorn);
        }
        Ok(footer)
    }

    /// Takes over one row of the frame table and its chunks; returns the chunk rows that are left, `None` if the row
    /// contradicts the rules of the format.
    fn take_frame<'a>(
        &mut self,
        number: u32,
        row: &FrameRow,
        rows: &'a [ChunkRow],
    ) -> Option<&'a [ChunkRow]> {
        let (stored_len, plain_len) = (row.stored_len.get(), row.plain_len.get());
        let codec = Codec::from_number(row.codec)?;
        let lengths_fit = match codec {
            Codec::Raw => stored_len == plain_len,
            Codec::Zstd => stored_len < plain_len,
        };
        let plain_fits = usize::try_from(plain_len).is_ok_and(|len| len <= FRAME_PLAIN_MAX);
        let offset = row.offset.get();
        if !lengths_fit || !plain_fits || row.zero != [0; 7] || offset != self.end() {
            return None;
        }
        offset.checked_add(u64::from(stored_len))?;
        let (own, left) = rows.split_at_checked(usize::try_from(row.chunks.get()).ok()?)?;
        let first = self.chunks.len();
        let mut at = 0u32;
        for chunk in own {
            self.chunks.push(FooterChunk {
                id: chunk.id,
                frame: number,
                offset: at,
                len: chunk.len.get(),
            });
            at = at.checked_add(chunk.len.get())?;
        }
        let chunks = first..self.chunks.len();
        self.frames.push(FrameEntry {
            offset,
            stored_len,
            plain_len,
            crc: row.crc.get(),
            codec,
            chunks,
        });
        (at == plain_len).then_some(left)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Two frames of 100 and 20 stored bytes with two and one chunks.
    fn footer() -> Footer {
        let id = |n: u8| ChunkId::from_bytes([n; 32]);
        let mut footer = Footer::default();
        footer
            .push(&[0; 100], 300, 7, Codec::Zstd, &[(id(1), 100), (id(2), 200)])
            .unwrap();
        footer.push(&[0; 20], 20, 8, Codec::Raw, &[(id(3), 20)]).unwrap();
        footer
    }

    #[test]
    fn footers_read_back() {
        let bytes = footer().encode().unwrap();
        assert_eq!(bytes.len(), 16 + 2 * 32 + 3 * 36);
        assert_eq!(Footer::decode(&bytes, 16 + 120), Ok(footer()));
        assert_eq!(footer().chunks_of(0).len(), 2);
        assert_eq!(footer().chunks_of(1)[0].offset, 0);
        assert!(footer().chunks_of(2).is_empty());
    }

    #[test]
    fn the_frames_fill_the_pack() {
        let bytes = footer().encode().unwrap();
        for footer_at in [0, 16, 135, 137, u64::MAX] {
            assert_eq!(Footer::decode(&bytes, footer_at), Err(PackFault::FooterTorn));
        }
    }

    /// Whoever makes up a pack makes up its checksum and name as well: only this code is left to judge the footer.
    #[test]
    fn rows_that_break_the_rules_are_refused() {
        let good = footer().encode().unwrap();
        let row = 16;
        let breaks: [(usize, u8, &str); 9] = [
            (row, 17, "a frame over the header"),
            (row + 8, 101, "a frame that overlaps the next"),
            (row + 9, 2, "a zstd frame longer than its content"),
            (row + 12, 1, "chunks that do not fill the frame"),
            (row + 15, 0xff, "a frame that expands to gigabytes"),
            (row + 20, 3, "the chunks of another frame"),
            (row + 24, 9, "a codec that nobody knows"),
            (row + 25, 1, "reserved bytes"),
            (row + 32 + 12, 21, "a raw frame of another length"),
        ];
        for (at, value, what) in breaks {
            let mut bytes = good.clone();
            bytes[at] = value;
            assert!(
                matches!(Footer::decode(&bytes, 136), Err(PackFault::FrameRow { .. })),
                "{what} was accepted"
            );
        }
    }

    #[test]
    fn counts_that_the_bytes_do_not_bear_are_refused() {
        let good = footer().encode().unwrap();
        for at in 8..16 {
            for value in [0, 1, 4, 0x80, 0xff] {
                let mut bytes = good.clone();
                bytes[at] ^= value;
                let read = Footer::decode(&bytes, 136);
                assert!(read.is_err() || bytes == good, "byte {at} ^ {value}");
            }
        }
        for len in 0..good.len() {
            assert!(Footer::decode(&good[..len], 136).is_err(), "cut at {len}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn whatever_is_read_is_consistent(at in 0..188usize, value in any::<u8>(), tail in 0..400u64) {
            let mut bytes = footer().encode().unwrap();
            bytes[at] = value;
            if let Ok(read) = Footer::decode(&bytes, tail) {
                prop_assert_eq!(read.end(), tail);
                prop_assert_eq!(read.frames().iter().map(|frame| frame.chunks.len()).sum::<usize>(), read.chunks().len());
                for (number, frame) in (0u32..).zip(read.frames()) {
                    let plain: u64 = read.chunks_of(number).iter().map(|chunk| u64::from(chunk.len)).sum();
                    prop_assert_eq!(plain, u64::from(frame.plain_len));
                }
            }
        }
    }
}
