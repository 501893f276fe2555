//! The file status table entry (FST) of a CMS file, in the two forms in which it travels on tape.

use std::fmt;

use zerocopy::big_endian::{U16, U32};
use zerocopy::{FromBytes, Immutable, KnownLayout, Unaligned};

use crate::drive::Position;
use crate::ebcdic::{self, from_ebcdic};
use crate::recfm::Form;

/// Bytes of a payload unit: the block of the file system for which VMFPLC2 was written.
pub(super) const UNIT: u64 = 800;

/// Units in a full VMFPLC2 data block.
const UNITS_PER_BLOCK: u64 = 5;

/// The year is one of 2000 to 2099.
const CENTURY: u8 = 0x08;

/// Two-digit years below this one are of the 21st century even without the century flag, which VM/370 never
/// sets: CMS is not older.
const FIRST_YEAR: u16 = 64;

/// Which program wrote the file to tape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// VMFPLC2 DUMP: the entry comes before the data.
    Vmfplc2,
    /// TAPE DUMP: the entry comes behind the data.
    TapeDump,
}

/// When a CMS file was last written, in the local time of the system that wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CmsTime {
    /// Year, all four digits.
    pub year: u16,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day, 1 to 31.
    pub day: u8,
    /// Hour.
    pub hour: u8,
    /// Minute.
    pub minute: u8,
    /// Second; 0 when the entry has none.
    pub second: u8,
}

impl fmt::Display for CmsTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let CmsTime {
            year,
            month,
            day,
            hour,
            minute,
            second,
        } = self;
        write!(f, "{year}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
    }
}

/// A CMS file on a tape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CmsFile {
    /// File name.
    pub name: String,
    /// File type.
    pub filetype: String,
    /// File mode, such as `A1`.
    pub mode: String,
    /// Fixed or variable.
    pub form: Form,
    /// The record length; for variable files that of the longest record.
    pub record_length: u32,
    /// How many records it has.
    pub records: u32,
    /// When it was last written; none when the entry does not say or says nonsense.
    pub written: Option<CmsTime>,
    /// Who wrote it to tape.
    pub dialect: Dialect,
    /// Bytes of data on the tape, padding included, as the entry announces them; none when it does not.
    pub payload: Option<u64>,
    /// The tape file that it is in.
    pub tape_file: u32,
    /// Where its data begin.
    pub(super) data: Position,
}

impl CmsFile {
    /// RECFM, `F` or `V`.
    pub fn recfm(&self) -> &'static str {
        self.form.letter()
    }
}

/// What both forms share: date and time in packed digits, `MMDDHHMM`.
type ShortDate = [u8; 4];

/// The entry in a VMFPLC2 header block: a 40-byte entry, two counts of VMFPLC2's own, and the part that the
/// extended file system added.
#[derive(FromBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
struct PlcEntry {
    name: [u8; 8],
    filetype: [u8; 8],
    date: ShortDate,
    write_pointer: U16,
    read_pointer: U16,
    mode: [u8; 2],
    records: U16,
    first_chain: U16,
    form: u8,
    flags: u8,
    record_length: U32,
    data_blocks: U16,
    year: [u8; 2],
    /// Units in the last data block when it is not full.
    last_units: U32,
    /// Full data blocks of five units.
    full_blocks: U32,
    extended: Extended,
}

/// The part that the extended file system added.
#[derive(FromBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
struct Extended {
    origin: U32,
    data_blocks: U32,
    records: U32,
    levels: u8,
    pointer_size: u8,
    date: [u8; 6],
    reserved: [u8; 4],
}

/// The entry in a TAPE DUMP trailer block: the same fields, with the names at the end.
#[derive(FromBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
struct DumpEntry {
    write_pointer: U16,
    read_pointer: U16,
    stored_mode: [u8; 2],
    records: U16,
    first_chain: U16,
    form: u8,
    flags: u8,
    record_length: U32,
    data_blocks: U16,
    year: [u8; 2],
    date: ShortDate,
    extended: Extended,
    reserved: [u8; 16],
    name: [u8; 8],
    filetype: [u8; 8],
    mode: [u8; 2],
}

const _: () = assert!(size_of::<PlcEntry>() == 72 && size_of::<DumpEntry>() == 82);

/// The entry of a VMFPLC2 header block, whose first five bytes are already off; none when it is too short or
/// its record format is neither F nor V.
pub(super) fn parse_plc(bytes: &[u8], tape_file: u32, data: Position) -> Option<CmsFile> {
    let (entry, _) = PlcEntry::ref_from_prefix(bytes).ok()?;
    let payload =
        (u64::from(entry.full_blocks.get()) * UNITS_PER_BLOCK + u64::from(entry.last_units.get())) * UNIT;
    Some(CmsFile {
        name: ebcdic::field(&entry.name),
        filetype: ebcdic::field(&entry.filetype),
        mode: ebcdic::field(&entry.mode),
        form: form(entry.form)?,
        record_length: entry.record_length.get(),
        records: records(entry.records, &entry.extended),
        written: written(&entry.extended, entry.date, entry.year, entry.flags),
        dialect: Dialect::Vmfplc2,
        payload: (payload != 0).then_some(payload),
        tape_file,
        data,
    })
}

/// The entry of a TAPE DUMP trailer block, likewise.
pub(super) fn parse_dump(bytes: &[u8], tape_file: u32, data: Position) -> Option<CmsFile> {
    let (entry, _) = DumpEntry::ref_from_prefix(bytes).ok()?;
    Some(CmsFile {
        name: ebcdic::field(&entry.name),
        filetype: ebcdic::field(&entry.filetype),
        mode: ebcdic::field(&entry.mode),
        form: form(entry.form)?,
        record_length: entry.record_length.get(),
        records: records(entry.records, &entry.extended),
        written: written(&entry.extended, entry.date, entry.year, entry.flags),
        dialect: Dialect::TapeDump,
        payload: None,
        tape_file,
        data,
    })
}

fn form(byte: u8) -> Option<Form> {
    match byte {
        0xC6 => Some(Form::Fixed),
        0xE5 => Some(Form::Variable),
        _ => None,
    }
}

/// The extended count has no limit of 65,535; entries of old systems leave it zero.
fn records(short: U16, extended: &Extended) -> u32 {
    match extended.records.get() {
        0 => u32::from(short.get()),
        records => records,
    }
}

fn written(extended: &Extended, short: ShortDate, year: [u8; 2], flags: u8) -> Option<CmsTime> {
    let [yy, mm, dd, hh, mi, ss] = extended.date;
    let (yy, [mm, dd, hh, mi], ss) = if extended.date == [0; 6] {
        (from_ebcdic(&year).trim().parse().ok()?, short, 0)
    } else {
        (u16::from(packed(yy)?), [mm, dd, hh, mi], ss)
    };
    let century = if flags & CENTURY != 0 || yy < FIRST_YEAR {
        2000
    } else {
        1900
    };
    let time = CmsTime {
        year: century + yy,
        month: packed(mm)?,
        day: packed(dd)?,
        hour: packed(hh)?,
        minute: packed(mi)?,
        second: packed(ss)?,
    };
    let sensible = (1..=12).contains(&time.month) && (1..=31).contains(&time.day) && time.hour < 24;
    (sensible && yy < 100 && time.minute < 60 && time.second < 60).then_some(time)
}

/// Two packed digits.
fn packed(byte: u8) -> Option<u8> {
    let (tens, ones) = (byte >> 4, byte & 15);
    (tens < 10 && ones < 10).then_some(tens * 10 + ones)
}
