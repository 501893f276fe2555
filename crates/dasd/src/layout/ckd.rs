//! What lies in a plain CKD file: the device header of the file and the areas of a track.

use zerocopy::byteorder::{BE, LE, U16, U32};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

/// Length of the header of every image file that has one.
pub(crate) const DEVICE_HEADER_LEN: usize = 512;

/// The first 512 bytes of every image but plain FBA.
#[derive(Clone, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub(crate) struct DeviceHeader {
    /// Eye-catcher, ASCII.
    pub(crate) id: [u8; 8],
    pub(crate) heads: U32<LE>,
    pub(crate) slot: U32<LE>,
    pub(crate) device_code: u8,
    /// 0: the only file; 1 and up: part of a split volume.
    pub(crate) sequence: u8,
    /// Last cylinder of this part, 0 in the last or only one.
    pub(crate) high_cylinder: U16<LE>,
    /// Twelve zero bytes, or twelve ASCII digits in files of later Hercules versions.
    pub(crate) serial: [u8; 12],
    pub(crate) reserved: [u8; 480],
}

const _: () = assert!(size_of::<DeviceHeader>() == DEVICE_HEADER_LEN);

/// Home address: a zero byte (the compression code in compressed files), cylinder, head.
#[derive(Clone, Copy, PartialEq, Eq, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub(crate) struct HomeAddress {
    pub(crate) flag: u8,
    pub(crate) cylinder: U16<BE>,
    pub(crate) head: U16<BE>,
}

/// Length of a home address.
pub(crate) const HOME_LEN: usize = size_of::<HomeAddress>();
const _: () = assert!(HOME_LEN == 5);

/// The count area that begins every record.
#[derive(Clone, Copy, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub(crate) struct CountArea {
    pub(crate) cylinder: U16<BE>,
    pub(crate) head: U16<BE>,
    pub(crate) record: u8,
    pub(crate) key_len: u8,
    pub(crate) data_len: U16<BE>,
}

/// Length of a count area, and of the mark that ends a track in its place.
pub(crate) const COUNT_LEN: usize = size_of::<CountArea>();
const _: () = assert!(COUNT_LEN == 8);

/// Ends a track in place of a count area.
pub(crate) const END_MARK: [u8; COUNT_LEN] = [0xFF; COUNT_LEN];

/// Data of record 0.
pub(crate) const R0_DATA_LEN: usize = 8;

/// Where record 1 begins.
pub(crate) const R1_OFFSET: usize = HOME_LEN + COUNT_LEN + R0_DATA_LEN;

/// The shortest track: home address, record 0, end mark.
pub(crate) const TRACK_LEN_MIN: usize = R1_OFFSET + COUNT_LEN;
