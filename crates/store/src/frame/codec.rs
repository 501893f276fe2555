//! Compressing frames and expanding them again, within bounds.

use super::{Codec, Effort, FRAME_PLAIN_MAX, Frame, PlainFrame};
use crate::buffer::BufferPool;

/// Why stored bytes are not the frame they should be.
#[derive(Debug, thiserror::Error)]
pub enum FrameFault {
    /// The checksum differs.
    #[error("its {len} stored bytes have CRC-32 {found:08x}, the footer says {expected:08x}")]
    Checksum {
        /// Stored length in bytes.
        len: usize,
        /// What the footer says.
        expected: u32,
        /// What the bytes have.
        found: u32,
    },
    /// It would expand to more than any frame has.
    #[error("it claims to expand to {claimed} bytes, no frame has more than {FRAME_PLAIN_MAX}")]
    TooLong {
        /// The claimed length.
        claimed: u32,
    },
    /// It expands to another length.
    #[error("it expands to {found} bytes, the footer says {expected}")]
    OtherLength {
        /// What the footer says.
        expected: u32,
        /// What came out.
        found: usize,
    },
    /// It is no zstd frame, or one of more bytes than announced.
    #[error("zstd cannot expand it")]
    Zstd(#[source] std::io::Error),
}

/// Compresses and expands frames with contexts and buffers that are used again and again: keep one per thread.
pub struct FrameCodec {
    effort: Effort,
    pool: BufferPool,
    compressor: zstd::bulk::Compressor<'static>,
    decompressor: zstd::bulk::Decompressor<'static>,
}

impl FrameCodec {
    /// A codec that compresses with `effort`; every codec expands what any other made.
    pub fn new(effort: Effort) -> FrameCodec {
        FrameCodec {
            effort,
            pool: BufferPool::default(),
            compressor: zstd::bulk::Compressor::new(effort.level())
                .expect("zstd knows every level that an Effort can be"),
            decompressor: zstd::bulk::Decompressor::new().expect("zstd needs nothing but memory to begin"),
        }
    }

    /// The stored form of a frame: compressed, or plain if that is not longer.
    pub fn compress(&mut self, plain: PlainFrame) -> Frame {
        let PlainFrame { bytes, chunks } = plain;
        let plain_len = u32::try_from(bytes.len()).expect("a builder never exceeds FRAME_PLAIN_MAX");
        let mut packed = self.pool.take(zstd::zstd_safe::compress_bound(bytes.len()));
        // With room for the worst case zstd cannot fail on any content; if it ever does, the plain bytes are right too.
        let shrunk = self
            .compressor
            .compress_to_buffer(&bytes, &mut *packed)
            .is_ok_and(|len| len < bytes.len());
        let (stored, codec) = if shrunk {
            (packed, Codec::Zstd)
        } else {
            (bytes, Codec::Raw)
        };
        let crc = crc32fast::hash(&stored);
        Frame {
            stored,
            codec,
            plain_len,
            crc,
            chunks,
        }
    }

    /// Expands stored bytes into `out`, whose former content is lost. Never writes more than `plain_len` bytes, and
    /// refuses whatever expands to another length; after an error `out` holds nothing of use.
    pub fn decompress(
        &mut self,
        stored: &[u8],
        codec: Codec,
        plain_len: u32,
        out: &mut Vec<u8>,
    ) -> Result<(), FrameFault> {
        out.clear();
        let too_long = FrameFault::TooLong { claimed: plain_len };
        let Some(expected) = usize::try_from(plain_len)
            .ok()
            .filter(|len| *len <= FRAME_PLAIN_MAX)
        else {
            return Err(too_long);
        };
        match codec {
            Codec::Raw if stored.len() == expected => out.extend_from_slice(stored),
            Codec::Raw => {
                return Err(FrameFault::OtherLength {
                    expected: plain_len,
                    found: stored.len(),
                });
            }
            Codec::Zstd => self.expand(stored, expected, out)?,
        }
        match out.len() {
            found if found == expected => Ok(()),
            found => Err(FrameFault::OtherLength {
                expected: plain_len,
                found,
            }),
        }
    }

    /// zstd writes up to the capacity of a vector, which may be more than was asked for; the length check that follows
    /// notices, and the capacity itself was never decided by the stored bytes.
    fn expand(&mut self, stored: &[u8], expected: usize, out: &mut Vec<u8>) -> Result<(), FrameFault> {
        out.reserve_exact(expected);
        self.decompressor
            .decompress_to_buffer(stored, out)
            .map(|_| ())
            .map_err(FrameFault::Zstd)
    }
}

impl std::fmt::Debug for FrameCodec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FrameCodec")
            .field("effort", &self.effort)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::chunk::ChunkId;
    use crate::frame::FrameBuilder;

    fn frame_of(chunks: &[Vec<u8>]) -> PlainFrame {
        let mut builder = FrameBuilder::new();
        for chunk in chunks {
            builder.push(ChunkId::of(chunk), chunk).unwrap();
        }
        builder.take()
    }

    /// Bytes that no compressor shortens.
    fn noise(len: usize) -> Vec<u8> {
        let mut state = 1u32;
        let step = |state: &mut u32| {
            *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            u8::try_from(*state >> 24).unwrap()
        };
        (0..len).map(|_| step(&mut state)).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_frame_expands_to_what_it_was(
            chunks in prop::collection::vec(
                prop_oneof![prop::collection::vec(any::<u8>(), 0..300), (any::<u8>(), 0..5000usize).prop_map(|(b, n)| vec![b; n])],
                0..20,
            ),
            level in -7..=19i32,
        ) {
            let mut codec = FrameCodec::new(Effort::new(level).unwrap_or_default());
            let frame = codec.compress(frame_of(&chunks));
            let mut plain = b"left over".to_vec();
            codec.decompress(frame.stored(), frame.codec(), frame.plain_len(), &mut plain).unwrap();
            prop_assert_eq!(plain, chunks.concat());
        }

        #[test]
        fn hostile_bytes_expand_to_the_promised_length_or_not_at_all(
            stored in prop::collection::vec(any::<u8>(), 0..200), plain_len in any::<u32>(), zstd in any::<bool>(),
        ) {
            let codec = if zstd { Codec::Zstd } else { Codec::Raw };
            let mut plain = Vec::new();
            let expanded = FrameCodec::new(Effort::DEFAULT).decompress(&stored, codec, plain_len, &mut plain);
            prop_assert!(expanded.is_err() || u32::try_from(plain.len()) == Ok(plain_len));
        }
    }

    #[test]
    fn what_does_not_shrink_is_stored_as_it_is() {
        let mut codec = FrameCodec::new(Effort::DEFAULT);
        let plain = noise(10_000);
        let frame = codec.compress(frame_of(std::slice::from_ref(&plain)));
        assert_eq!((frame.codec(), frame.stored()), (Codec::Raw, &plain[..]));
        let frame = codec.compress(frame_of(&[vec![64; 10_000]]));
        assert_eq!(frame.codec(), Codec::Zstd);
        assert!(frame.stored().len() < 100);
    }

    /// A bomb: a few bytes that expand to far more than they say.
    #[test]
    fn a_frame_never_expands_beyond_its_length() {
        let bomb = zstd::bulk::compress(&vec![0; 64 << 20], 1).unwrap();
        let mut codec = FrameCodec::new(Effort::DEFAULT);
        let mut plain = Vec::new();
        for claimed in [0, 100, 1 << 20] {
            assert!(codec.decompress(&bomb, Codec::Zstd, claimed, &mut plain).is_err());
            assert!(
                plain.capacity() <= 1 << 20,
                "{} bytes were allocated",
                plain.capacity()
            );
        }
        let refused = codec.decompress(&bomb, Codec::Zstd, 64 << 20, &mut plain);
        assert!(matches!(refused, Err(FrameFault::TooLong { .. })));
    }

    /// In the steady state neither building nor compressing allocates for the bytes of a frame.
    #[test]
    fn buffers_return_to_where_they_came_from() {
        let (mut builder, mut codec) = (FrameBuilder::new(), FrameCodec::new(Effort::DEFAULT));
        let mut addresses = std::collections::BTreeSet::new();
        for round in 0..20u8 {
            builder.push(ChunkId::of(&[round]), &vec![round; 70_000]).unwrap();
            let plain = builder.take();
            addresses.insert(plain.bytes().as_ptr());
            let frame = codec.compress(plain);
            addresses.insert(frame.stored().as_ptr());
        }
        assert!(addresses.len() <= 4, "{} buffers were used", addresses.len());
    }
}
