//! The fixed-size parts of a pack as they lie in the object.

use zerocopy::little_endian::{U16, U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::chunk::ChunkId;

/// The version this program writes.
pub(crate) const PACK_VERSION: u16 = 1;

pub(crate) const HEADER_MAGIC: [u8; 8] = *b"SSIBPACK";
pub(crate) const FOOTER_MAGIC: [u8; 4] = *b"SSBF";
pub(crate) const TRAILER_MAGIC: [u8; 8] = *b"SSIBPEND";

pub(crate) const HEADER_LEN: u64 = size_of::<PackHeader>() as u64;
pub(crate) const TRAILER_LEN: usize = size_of::<PackTrailer>();

/// The first bytes of a pack.
#[derive(Clone, Copy, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub(crate) struct PackHeader {
    pub(crate) magic: [u8; 8],
    pub(crate) version: U16,
    pub(crate) zero: [u8; 6],
}

/// The first bytes of the footer; the two tables follow.
#[derive(Clone, Copy, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub(crate) struct FooterHeader {
    pub(crate) magic: [u8; 4],
    pub(crate) version: U16,
    pub(crate) zero: [u8; 2],
    pub(crate) frames: U32,
    pub(crate) chunks: U32,
}

/// One row of the frame table.
#[derive(Clone, Copy, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub(crate) struct FrameRow {
    pub(crate) offset: U64,
    pub(crate) stored_len: U32,
    pub(crate) plain_len: U32,
    pub(crate) crc: U32,
    pub(crate) chunks: U32,
    pub(crate) codec: u8,
    pub(crate) zero: [u8; 7],
}

/// One row of the chunk table; the rows of a frame's chunks follow those of the frame before.
#[derive(Clone, Copy, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub(crate) struct ChunkRow {
    pub(crate) id: ChunkId,
    pub(crate) len: U32,
}

/// The last bytes of a pack.
#[derive(Clone, Copy, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub(crate) struct PackTrailer {
    pub(crate) footer_len: U32,
    pub(crate) footer_crc: U32,
    pub(crate) version: U16,
    pub(crate) zero: [u8; 2],
    pub(crate) magic: [u8; 8],
}

const _: () = assert!(size_of::<PackHeader>() == 16);
const _: () = assert!(size_of::<FooterHeader>() == 16);
const _: () = assert!(size_of::<FrameRow>() == 32);
const _: () = assert!(size_of::<ChunkRow>() == 36);
const _: () = assert!(size_of::<PackTrailer>() == 20);
