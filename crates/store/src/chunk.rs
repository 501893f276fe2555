//! Chunks: the unit of deduplication, named by the SHA-256 of their plain bytes.

use sha2::{Digest, Sha256};

use crate::digest::digest_name;
use crate::pack::PackName;
use crate::sha256::HashPath;

/// No chunk is longer. A canonical track has at most 64 KiB; the longest chunk is the manifest of the largest volume
/// there can be: 2^32 blocks are 139,811 pages of 32 bytes, 4.3 MiB.
pub const CHUNK_LEN_MAX: usize = 8 << 20;

digest_name! {
    /// The name of a chunk: the SHA-256 of its plain bytes.
    ChunkId
}

impl ChunkId {
    /// Names `bytes`. Many chunks at once are named faster by [`hash_many`].
    pub fn of(bytes: &[u8]) -> ChunkId {
        ChunkId::from_bytes(sha256(bytes))
    }
}

/// Names every chunk of `chunks`, in order; `ids` is cleared first.
///
/// Independent chunks are hashed side by side in the lanes of one core, as this machine can do it fastest. It is worth
/// most with 32 chunks or more in hand, and needs no memory for their number or length beyond `ids`.
pub fn hash_many(chunks: &[&[u8]], ids: &mut Vec<ChunkId>) {
    HashPath::fastest().hash_many(chunks, ids);
}

/// Where a chunk lies: a range of one expanded frame of one pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct ChunkPlace {
    /// The pack.
    pub pack: PackName,
    /// The number of the frame in the pack, from 0.
    pub frame: u32,
    /// Byte offset in the expanded frame.
    pub offset: u32,
    /// Length in bytes.
    pub len: u32,
}

/// Why a chunk is not handed out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChunkFault {
    /// The frame has fewer bytes than the place needs.
    #[error("chunk {id} should be bytes {offset}..{end} of its frame, which has {frame_len}")]
    OutsideFrame {
        /// The chunk that was asked for.
        id: ChunkId,
        /// First byte in the frame.
        offset: u64,
        /// First byte after the chunk.
        end: u64,
        /// Length of the expanded frame.
        frame_len: usize,
    },
    /// The bytes are not those of the chunk.
    #[error("expected chunk {expected}, found bytes whose SHA-256 is {found}")]
    OtherBytes {
        /// The chunk that was asked for.
        expected: ChunkId,
        /// The name of the bytes that are there.
        found: ChunkId,
    },
}

/// The chunk `id` out of the expanded frame `plain`, handed out only if its SHA-256 is `id`.
pub fn chunk_in<'a>(plain: &'a [u8], offset: u32, len: u32, id: &ChunkId) -> Result<&'a [u8], ChunkFault> {
    let chunk = slice_of(plain, offset, len, id)?;
    match ChunkId::of(chunk) {
        found if found == *id => Ok(chunk),
        found => Err(ChunkFault::OtherBytes { expected: *id, found }),
    }
}

/// A chunk that is wanted out of an expanded frame.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The expanded frame.
    pub plain: &'a [u8],
    /// Byte offset in it.
    pub offset: u32,
    /// Length in bytes.
    pub len: u32,
    /// The name that the bytes must have.
    pub id: ChunkId,
}

/// What [`chunk_in`] does, for many chunks side by side and in the order asked for: several times as fast.
pub fn chunks_in<'a>(wanted: &[Wanted<'a>]) -> Vec<Result<&'a [u8], ChunkFault>> {
    let found: Vec<_> = wanted
        .iter()
        .map(|chunk| slice_of(chunk.plain, chunk.offset, chunk.len, &chunk.id))
        .collect();
    let slices: Vec<&[u8]> = found
        .iter()
        .map(|slice| slice.as_ref().map_or(&[][..], |bytes| *bytes))
        .collect();
    let mut names = Vec::with_capacity(slices.len());
    hash_many(&slices, &mut names);
    found
        .into_iter()
        .zip(names)
        .zip(wanted)
        .map(|((slice, found), chunk)| match slice {
            Ok(_) if found != chunk.id => Err(ChunkFault::OtherBytes {
                expected: chunk.id,
                found,
            }),
            slice => slice,
        })
        .collect()
}

fn slice_of<'a>(plain: &'a [u8], offset: u32, len: u32, id: &ChunkId) -> Result<&'a [u8], ChunkFault> {
    let end = u64::from(offset) + u64::from(len);
    let range = usize::try_from(offset).ok().zip(usize::try_from(end).ok());
    range
        .and_then(|(from, to)| plain.get(from..to))
        .ok_or(ChunkFault::OutsideFrame {
            id: *id,
            offset: u64::from(offset),
            end,
            frame_len: plain.len(),
        })
}

/// The SHA-256 of one message: nothing is faster for one than the `sha2` crate.
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sha256() {
        // FIPS 180-4, example "abc".
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(ChunkId::of(b"abc").to_string(), abc);
    }

    #[test]
    fn many_are_handed_out_like_one() {
        let plain: Vec<u8> = (0..=255_u8).cycle().take(5000).collect();
        let id = |from: usize, to: usize| ChunkId::of(&plain[from..to]);
        let (good, empty) = (id(10, 3010), ChunkId::of(b""));
        let asked = [
            (10, 3000, good),
            (11, 3000, good),
            (4000, 3000, good),
            (u32::MAX, u32::MAX, good),
            (0, 0, empty),
            (9000, 0, empty),
        ];
        let wanted = asked.map(|(offset, len, id)| Wanted {
            plain: &plain,
            offset,
            len,
            id,
        });
        let one_by_one = asked.map(|(offset, len, id)| chunk_in(&plain, offset, len, &id));
        assert_eq!(chunks_in(&wanted), one_by_one);
        assert_eq!(
            one_by_one.map(|chunk| chunk.is_ok()),
            [true, false, false, false, true, false]
        );
    }

    #[test]
    fn many_are_named_like_one() {
        let chunks: Vec<Vec<u8>> = (0..40u8).map(|n| vec![n; usize::from(n) * 7]).collect();
        let slices: Vec<&[u8]> = chunks.iter().map(Vec::as_slice).collect();
        let mut ids = vec![ChunkId::of(b"left over")];
        hash_many(&slices, &mut ids);
        let one_by_one: Vec<_> = chunks.iter().map(|chunk| ChunkId::of(chunk)).collect();
        assert_eq!(ids, one_by_one);
    }

    #[test]
    fn only_matching_bytes_are_handed_out() {
        let frame = b"....track....";
        let id = ChunkId::of(b"track");
        assert_eq!(chunk_in(frame, 4, 5, &id), Ok(&b"track"[..]));
        assert!(matches!(
            chunk_in(frame, 3, 5, &id),
            Err(ChunkFault::OtherBytes { .. })
        ));
        assert!(matches!(
            chunk_in(frame, 10, 5, &id),
            Err(ChunkFault::OutsideFrame { .. })
        ));
        assert!(matches!(
            chunk_in(frame, u32::MAX, u32::MAX, &id),
            Err(ChunkFault::OutsideFrame { .. })
        ));
    }
}
