//! Records and their count fields.

use std::fmt;

use zerocopy::byteorder::{BE, U16};

use crate::address::TrackAddr;
use crate::layout::ckd::CountArea;

/// In the cylinder of a count field: the record goes on as the first record of the next track.
pub(crate) const OVERFLOW: u16 = 0x8000;

/// The count field of a record as it is stored. Its cylinder and head need not be those of the track: CMS numbers
/// the cylinders of a minidisk from 0. Numbers may be out of order and may repeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// Cylinder, with the overflow bit.
    pub cylinder: u16,
    /// Head.
    pub head: u16,
    /// Record number.
    pub record: u8,
    /// Length of the key, in bytes.
    pub key_len: u8,
    /// Length of the data, in bytes; 0 marks the end of a file.
    pub data_len: u16,
}

impl Count {
    /// Whether the record continues on the next track. Only devices below 32768 cylinders have this bit, so the
    /// track's own address decides what the bit means.
    pub fn overflows(&self, at: TrackAddr) -> bool {
        at.cylinder.get() < u32::from(OVERFLOW) && self.cylinder & OVERFLOW != 0
    }

    /// Whether the record is an end-of-file record.
    pub const fn is_end_of_file(&self) -> bool {
        self.data_len == 0
    }

    /// Length of key and data together.
    pub(crate) fn payload_len(&self) -> usize {
        usize::from(self.key_len) + usize::from(self.data_len)
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Count {
            cylinder,
            head,
            record,
            key_len,
            data_len,
        } = self;
        write!(
            f,
            "cylinder {cylinder} head {head} record {record}, key {key_len}, data {data_len}"
        )
    }
}

impl From<&CountArea> for Count {
    fn from(area: &CountArea) -> Count {
        Count {
            cylinder: area.cylinder.get(),
            head: area.head.get(),
            record: area.record,
            key_len: area.key_len,
            data_len: area.data_len.get(),
        }
    }
}

impl From<Count> for CountArea {
    fn from(count: Count) -> CountArea {
        CountArea {
            cylinder: U16::<BE>::new(count.cylinder),
            head: U16::<BE>::new(count.head),
            record: count.record,
            key_len: count.key_len,
            data_len: U16::<BE>::new(count.data_len),
        }
    }
}

/// A record of a track.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    /// Its count field.
    pub count: Count,
    /// Its key; empty when it has none.
    pub key: &'a [u8],
    /// Its data; empty in an end-of-file record.
    pub data: &'a [u8],
}
