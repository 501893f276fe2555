//! A track: home address, record 0, records 1 to n, end mark.
//!
//! | part | bytes | content, big-endian |
//! |---|---:|---|
//! | home address | 5 | `00`, cylinder, head |
//! | record 0 | 8 + 8 | count field, eight data bytes |
//! | record n | 8 + key + data | count field, key, data |
//! | end mark | 8 | `FF` in place of a count field |
//!
//! The walk over the records is bounded by the slot; bytes after the end mark are not content. Real volumes have
//! records out of order, duplicate numbers, addresses that are relative to a minidisk, and records that overflow
//! to the next track: all of that is legal here. A record 0 after the first is not.

mod builder;
mod walk;

pub use builder::{BadTrack, TrackBuilder};
pub(crate) use walk::{Walk, home_address};

use crate::address::TrackAddr;
use crate::geometry::CkdDevice;
use crate::layout::ckd::{COUNT_LEN, HOME_LEN, R1_OFFSET};
use crate::record::{Count, Record};

/// What is wrong with a track, or what kept it from being read. The volume adds the place: [`crate::TrackError`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrackFault {
    /// Not even an empty track fits into the bytes.
    #[error("{length} bytes are too short for a track, which needs at least 29")]
    TooShort {
        /// How many bytes there are.
        length: usize,
    },
    /// The home address is that of another track, or none.
    #[error("the home address is {found:02X?}, which is not the address of this track")]
    HomeAddress {
        /// The five bytes as they are.
        found: [u8; 5],
    },
    /// Record 0 does not have the one form it can have.
    #[error(
        "record 0 has number {record}, key length {key_len} and data length {data_len} instead of 0, 0 and 8"
    )]
    RecordZero {
        /// The number in its count field.
        record: u8,
        /// The key length in its count field.
        key_len: u8,
        /// The data length in its count field.
        data_len: u16,
    },
    /// A record 0 that is not the first.
    #[error("there is a second record 0 at byte {offset} of the track")]
    SecondRecordZero {
        /// Where its count field begins.
        offset: usize,
    },
    /// Key and data of a record reach beyond the slot.
    #[error(
        "record {record} at byte {offset} of the track needs {needed} bytes, only {left} are left in the slot"
    )]
    Overrun {
        /// Number of the record.
        record: u8,
        /// Where its count field begins.
        offset: usize,
        /// Bytes of count, key and data.
        needed: usize,
        /// Bytes up to the end of the slot.
        left: usize,
    },
    /// The slot ends without an end mark.
    #[error("no end-of-track mark before byte {offset}, where the slot ends")]
    NoEndMark {
        /// Where the next count field or the mark would begin.
        offset: usize,
    },
    /// The volume has no such track.
    #[error("the volume has only {tracks} tracks")]
    BeyondVolume {
        /// How many there are.
        tracks: u32,
    },
    /// A block volume has no tracks.
    #[error("the volume has 512-byte blocks and no tracks")]
    NoTracks,
    /// The volume was not mounted for writing.
    #[error("the volume is mounted for reading only; mount it for writing")]
    ReadOnly,
    /// The image file could not be read or written there.
    #[error("input/output error: {0}")]
    Io(String),
    /// The compressed image of the track is damaged.
    #[error("the image file is damaged at byte {offset}: {what}")]
    Image {
        /// Where in the image file.
        offset: u64,
        /// What is wrong there.
        what: String,
    },
}

/// A track that was found to be well formed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Track<'a> {
    at: TrackAddr,
    /// From the home address to the end mark, which is left out.
    content: &'a [u8],
}

impl<'a> Track<'a> {
    /// Walks over the track that begins with `bytes` and must be the one at `at`.
    ///
    /// # Errors
    /// The home address is another one, record 0 is missing, a record crosses the end of `bytes`, or there is no
    /// end mark.
    pub fn parse(bytes: &'a [u8], at: TrackAddr) -> Result<Track<'a>, TrackFault> {
        let (_, mut walk) = Walk::begin(bytes, at)?;
        while walk.next_record()?.is_some() {}
        Ok(Track {
            at,
            content: &bytes[..walk.offset()],
        })
    }

    /// Where the track is.
    pub const fn at(&self) -> TrackAddr {
        self.at
    }

    /// Bytes from the home address up to and with the end mark.
    pub const fn length(&self) -> usize {
        self.content.len() + COUNT_LEN
    }

    /// The bytes from the home address up to and without the end mark.
    pub const fn content(&self) -> &'a [u8] {
        self.content
    }

    /// Record 0, whose eight data bytes belong to the system.
    pub fn record_zero(&self) -> Record<'a> {
        let mut records = Records {
            rest: &self.content[HOME_LEN..R1_OFFSET],
        };
        records.next().expect("a parsed track has a record 0")
    }

    /// Records 1 to n in the order of the track.
    pub const fn records(&self) -> Records<'a> {
        let (_, rest) = self.content.split_at(R1_OFFSET);
        Records { rest }
    }

    /// Whether the records fit on a real track of this device. Image slots hold more than the real thing did, so
    /// a track that was read may not fit; whoever lays out new records asks this first.
    pub fn fits(&self, device: &CkdDevice) -> bool {
        device.holds(
            self.records()
                .map(|record| (record.count.key_len, record.count.data_len)),
        )
    }
}

/// The records of a track.
#[derive(Clone, Debug)]
pub struct Records<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        let (area, rest) = walk::split_count(self.rest).expect("the track was walked over");
        let count = Count::from(area);
        let (key, rest) = rest.split_at(usize::from(count.key_len));
        let (data, rest) = rest.split_at(usize::from(count.data_len));
        self.rest = rest;
        Some(Record { count, key, data })
    }
}

#[cfg(test)]
mod tests;
