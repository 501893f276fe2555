//! What lies in a compressed image file. Numbers are little-endian; a file that says it is big-endian has every
//! number of the compressed header but the volume size, and all tables, the other way around.

use zerocopy::byteorder::{BE, LE, U16, U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

/// Length of the header that follows the device header.
pub(crate) const COMPRESSED_HEADER_LEN: usize = 512;

/// Options: the numbers are big-endian.
pub(crate) const OPTION_BIG_ENDIAN: u8 = 0x02;
/// Options: a program found errors in the free space.
pub(crate) const OPTION_SPACE_ERRORS: u8 = 0x20;
/// Options: the file was written to after it was made.
pub(crate) const OPTION_MODIFIED: u8 = 0x40;
/// Options: somebody has, or had when the machine stopped, the file open for writing.
pub(crate) const OPTION_OPENED: u8 = 0x80;

/// The header of a file with 32-bit offsets, at byte 512.
#[derive(Clone, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub(crate) struct CompressedHeader {
    pub(crate) version: [u8; 3],
    pub(crate) options: u8,
    pub(crate) l1_entries: U32<LE>,
    pub(crate) l2_entries: U32<LE>,
    pub(crate) file_size: U32<LE>,
    pub(crate) used: U32<LE>,
    pub(crate) free_offset: U32<LE>,
    pub(crate) free_total: U32<LE>,
    pub(crate) free_largest: U32<LE>,
    pub(crate) free_count: U32<LE>,
    pub(crate) free_embedded: U32<LE>,
    /// Cylinders or sectors; little-endian always.
    pub(crate) volume_size: U32<LE>,
    pub(crate) null_format: u8,
    pub(crate) compression: u8,
    pub(crate) compression_parameter: U16<LE>,
    pub(crate) reserved: [u8; 464],
}

const _: () = assert!(size_of::<CompressedHeader>() == COMPRESSED_HEADER_LEN);

/// The header of a file with 64-bit offsets, at byte 512.
#[derive(Clone, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub(crate) struct CompressedHeader64 {
    pub(crate) version: [u8; 3],
    pub(crate) options: u8,
    pub(crate) l1_entries: U32<LE>,
    pub(crate) l2_entries: U32<LE>,
    /// Cylinders or sectors; little-endian always.
    pub(crate) volume_size: U32<LE>,
    pub(crate) file_size: U64<LE>,
    pub(crate) used: U64<LE>,
    pub(crate) free_offset: U64<LE>,
    pub(crate) free_total: U64<LE>,
    pub(crate) free_largest: U64<LE>,
    pub(crate) free_count: U64<LE>,
    pub(crate) free_embedded: U64<LE>,
    pub(crate) null_format: u8,
    pub(crate) compression: u8,
    pub(crate) compression_parameter: U16<LE>,
    pub(crate) reserved: [u8; 436],
}

const _: () = assert!(size_of::<CompressedHeader64>() == COMPRESSED_HEADER_LEN);

/// An entry of an L2 table with 32-bit offsets.
#[derive(Clone, Copy, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub(crate) struct L2Entry {
    pub(crate) offset: U32<LE>,
    pub(crate) length: U16<LE>,
    pub(crate) size: U16<LE>,
}

const _: () = assert!(size_of::<L2Entry>() == 8);

/// An entry of an L2 table with 64-bit offsets.
#[derive(Clone, Copy, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub(crate) struct L2Entry64 {
    pub(crate) offset: U64<LE>,
    pub(crate) length: U16<LE>,
    pub(crate) size: U16<LE>,
    pub(crate) reserved: U32<LE>,
}

const _: () = assert!(size_of::<L2Entry64>() == 16);

/// Begins the image of a block group. Big-endian: it stands in the place of a home address.
#[derive(Clone, Copy, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub(crate) struct GroupHeader {
    pub(crate) code: u8,
    pub(crate) group: U32<BE>,
}

const _: () = assert!(size_of::<GroupHeader>() == 5);
