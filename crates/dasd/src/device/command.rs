//! The commands of a channel program.

use super::limits::{DefineExtent, FileMask};
use crate::address::{BlockCount, BlockNo, Head, TrackAddr, TrackCount};
use crate::record::Count;

/// Where an operation goes when the track ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// To the index point of the same track.
    SingleTrack,
    /// To the next track of the cylinder; past the last one it is an end of cylinder.
    MultiTrack,
}

/// How a field on the track compares with the argument of a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// The field is the argument.
    Equal,
    /// The field is greater.
    High,
    /// The field is the argument or greater.
    EqualOrHigh,
}

/// Cylinder, head and record number of a count field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RecordId {
    /// Cylinder as the count field has it, without the overflow bit.
    pub cylinder: u16,
    /// Head as the count field has it.
    pub head: u16,
    /// Record number.
    pub record: u8,
}

impl RecordId {
    /// The record of that number on a track whose count fields say where they are. Cylinders end at 65535.
    pub fn on(at: TrackAddr, record: u8) -> RecordId {
        RecordId {
            cylinder: u16::try_from(at.cylinder.get()).unwrap_or(u16::MAX),
            head: at.head.get(),
            record,
        }
    }
}

/// What a search compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argument<'a> {
    /// The address in the home address.
    HomeAddress(TrackAddr),
    /// The first five bytes of the count field, record 0 included.
    Id(RecordId),
    /// The key, over the length of the shorter of both. Records without a key are passed over.
    Key(&'a [u8]),
}

/// What an FBA locate announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Blocks will be read.
    Read,
    /// Blocks will be written.
    Write,
}

/// One command. A search stands for the search and the transfer in channel back to it: it goes on from record to
/// record until it is satisfied. Whatever reads adds one entry to [`super::Ended::reads`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command<'a> {
    /// Limits the program to an extent and says what it may write. Once, before everything else.
    DefineExtent(DefineExtent),
    /// Says what the program may write. Once, and not after an extent.
    SetFileMask(FileMask),
    /// Moves to a track; the next thing under the heads is its index point.
    Seek(TrackAddr),
    /// The same within what a file mask calls cylinder and head seeks.
    SeekCylinder(TrackAddr),
    /// Moves to another track of the cylinder.
    SeekHead(Head),
    /// Goes on until a field compares as asked.
    Search(Argument<'a>, Relation, Mode),
    /// Five bytes: flag, cylinder, head.
    ReadHomeAddress,
    /// Count and data of record 0.
    ReadRecordZero,
    /// The eight bytes of the next count field.
    ReadCount(Mode),
    /// The data of the record that was searched for, or of the next one. All segments of an overflow record.
    ReadData(Mode),
    /// Key and data of the record that was searched for, or of the next one.
    ReadKeyData(Mode),
    /// Count, key and data of the next record.
    ReadCkd(Mode),
    /// Count, key and data of all records up to the end of the track.
    ReadMultipleCkd,
    /// Count, key and data of all records, record 0 first.
    ReadTrack,
    /// The same for that many tracks, one entry each, across cylinders: a locate record for whole tracks.
    ReadTracks(TrackCount),
    /// Replaces the data of the record that was searched for. Fewer bytes are followed by zeros.
    WriteData(&'a [u8]),
    /// Replaces key and data of the record that was searched for. Fewer bytes are followed by zeros.
    WriteKeyData(&'a [u8]),
    /// Writes a new record behind the one that was searched for, or behind the one just written; whatever came
    /// after it is erased.
    WriteCkd(Count, &'a [u8]),
    /// The same for a segment of a record that goes on in the next track.
    WriteSpecialCkd(Count, &'a [u8]),
    /// Writes record 0 behind the home address that was searched for; all records are erased.
    WriteRecordZero(Count, [u8; 8]),
    /// Erases everything behind the record that was searched for or written.
    Erase,
    /// Says which blocks the next command reads or writes.
    Locate(Operation, BlockNo, BlockCount),
    /// The blocks located.
    ReadBlocks,
    /// Writes the blocks located. Fewer bytes are followed by zeros.
    WriteBlocks(&'a [u8]),
}

impl Command<'_> {
    /// What people call it.
    pub const fn name(&self) -> &'static str {
        match self {
            Command::DefineExtent(_) => "define extent",
            Command::SetFileMask(_) => "set file mask",
            Command::Seek(_) => "seek",
            Command::SeekCylinder(_) => "seek cylinder",
            Command::SeekHead(_) => "seek head",
            Command::Search(Argument::HomeAddress(_), ..) => "search home address",
            Command::Search(Argument::Id(_), ..) => "search ID",
            Command::Search(Argument::Key(_), ..) => "search key",
            Command::ReadHomeAddress => "read home address",
            Command::ReadRecordZero => "read record 0",
            Command::ReadCount(_) => "read count",
            Command::ReadData(_) => "read data",
            Command::ReadKeyData(_) => "read key and data",
            Command::ReadCkd(_) => "read count, key and data",
            Command::ReadMultipleCkd => "read multiple count, key and data",
            Command::ReadTrack => "read track",
            Command::ReadTracks(_) => "read tracks",
            Command::WriteData(_) => "write data",
            Command::WriteKeyData(_) => "write key and data",
            Command::WriteCkd(..) => "write count, key and data",
            Command::WriteSpecialCkd(..) => "write special count, key and data",
            Command::WriteRecordZero(..) => "write record 0",
            Command::Erase => "erase",
            Command::Locate(..) => "locate",
            Command::ReadBlocks => "read blocks",
            Command::WriteBlocks(_) => "write blocks",
        }
    }

    /// Whether the command changes the volume.
    pub const fn writes(&self) -> bool {
        matches!(
            self,
            Command::WriteData(_)
                | Command::WriteKeyData(_)
                | Command::WriteCkd(..)
                | Command::WriteSpecialCkd(..)
                | Command::WriteRecordZero(..)
                | Command::Erase
                | Command::WriteBlocks(_)
        )
    }
}
