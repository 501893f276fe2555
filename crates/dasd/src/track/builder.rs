//! Lays out a track in a slot.

use zerocopy::IntoBytes;

use super::walk::home_address;
use crate::address::TrackAddr;
use crate::layout::ckd::{COUNT_LEN, CountArea, END_MARK, HOME_LEN, R0_DATA_LEN, R1_OFFSET, TRACK_LEN_MIN};
use crate::record::Count;

/// Why a track cannot be laid out as asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadTrack {
    /// The slot cannot even hold an empty track.
    #[error("a slot of {0} bytes is too short for a track, which needs at least 29")]
    SlotTooShort(usize),
    /// Count fields have two bytes for the cylinder.
    #[error("{0} has no home address: cylinders end at 65535")]
    Address(TrackAddr),
    /// The records are longer than the slot.
    #[error("record {record} needs {needed} bytes, {left} are left in the slot before the end mark")]
    NoRoom {
        /// The record that does not fit.
        record: u8,
        /// Bytes of count, key and data.
        needed: usize,
        /// Bytes left for records.
        left: usize,
    },
    /// Number 0 belongs to the first record, which every track has already.
    #[error("a track has only one record 0")]
    RecordZero,
    /// A key or data length has no room in the count field.
    #[error(
        "record {record}: a key of {key} and data of {data} bytes do not fit a count field (255 and 65535)"
    )]
    Length {
        /// Number of the record.
        record: u8,
        /// Bytes of key.
        key: usize,
        /// Bytes of data.
        data: usize,
    },
}

/// Writes home address, record 0, records and end mark into a slot, and zeros behind them.
#[derive(Debug)]
pub struct TrackBuilder<'a> {
    slot: &'a mut [u8],
    at: TrackAddr,
    /// The address for count fields; a track that has a home address has one.
    cylinder: u16,
    offset: usize,
}

impl<'a> TrackBuilder<'a> {
    /// Begins a track: home address, and a record 0 with the track's address and zero data.
    ///
    /// # Errors
    /// The slot is too short, or the address has no two-byte cylinder.
    pub fn new(slot: &'a mut [u8], at: TrackAddr) -> Result<TrackBuilder<'a>, BadTrack> {
        if slot.len() < TRACK_LEN_MIN {
            return Err(BadTrack::SlotTooShort(slot.len()));
        }
        let home = home_address(at).ok_or(BadTrack::Address(at))?;
        slot[..HOME_LEN].copy_from_slice(home.as_bytes());
        let cylinder = home.cylinder.get();
        let mut builder = TrackBuilder {
            slot,
            at,
            cylinder,
            offset: R1_OFFSET,
        };
        builder.record_zero(cylinder, at.head.get(), [0; R0_DATA_LEN]);
        Ok(builder)
    }

    /// Gives record 0 another address and other data.
    pub fn record_zero(&mut self, cylinder: u16, head: u16, data: [u8; 8]) {
        let count = Count {
            cylinder,
            head,
            record: 0,
            key_len: 0,
            data_len: 8,
        };
        self.slot[HOME_LEN..HOME_LEN + COUNT_LEN].copy_from_slice(CountArea::from(count).as_bytes());
        self.slot[HOME_LEN + COUNT_LEN..R1_OFFSET].copy_from_slice(&data);
    }

    /// Appends a record with the address of the track.
    ///
    /// # Errors
    /// See [`BadTrack`]; the track is then as it was before.
    pub fn record(&mut self, record: u8, key: &[u8], data: &[u8]) -> Result<(), BadTrack> {
        self.record_addressed(self.cylinder, self.at.head.get(), record, key, data)
    }

    /// Appends a record whose count field has another address: relative to a minidisk, or with the overflow bit.
    ///
    /// # Errors
    /// See [`BadTrack`]; the track is then as it was before.
    pub fn record_addressed(
        &mut self,
        cylinder: u16,
        head: u16,
        record: u8,
        key: &[u8],
        data: &[u8],
    ) -> Result<(), BadTrack> {
        if record == 0 {
            return Err(BadTrack::RecordZero);
        }
        let (Ok(key_len), Ok(data_len)) = (u8::try_from(key.len()), u16::try_from(data.len())) else {
            return Err(BadTrack::Length {
                record,
                key: key.len(),
                data: data.len(),
            });
        };
        let needed = COUNT_LEN + key.len() + data.len();
        let left = self.slot.len() - self.offset - COUNT_LEN;
        if needed > left {
            return Err(BadTrack::NoRoom { record, needed, left });
        }
        let count = Count {
            cylinder,
            head,
            record,
            key_len,
            data_len,
        };
        self.append(CountArea::from(count).as_bytes());
        self.append(key);
        self.append(data);
        Ok(())
    }

    /// Writes the end mark, clears the rest of the slot, and tells the length of the track with its end mark.
    pub fn finish(mut self) -> usize {
        self.append(&END_MARK);
        self.slot[self.offset..].fill(0);
        self.offset
    }

    fn append(&mut self, bytes: &[u8]) {
        let end = self.offset + bytes.len();
        self.slot[self.offset..end].copy_from_slice(bytes);
        self.offset = end;
    }
}
