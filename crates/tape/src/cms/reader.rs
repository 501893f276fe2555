//! Reading a tape of CMS files.

use super::fst::{CmsFile, Dialect, UNIT, parse_dump, parse_plc};
use super::records::{Cut, Cutter};
use crate::bytes::TapeBytes;
use crate::drive::{Drive, Item, Position};
use crate::{Place, ReadError};

/// Bytes before the payload of every block.
const PREFIX: usize = 5;

/// No entry is longer; what follows it in its block is padding.
const ENTRY_MAX: usize = 128;

/// What a block of a CMS tape is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BlockKind {
    PlcHeader,
    PlcData,
    DumpData,
    DumpTrailer,
}

/// What this block is; none when CMS did not write it.
pub(super) fn kind(block: &[u8]) -> Option<BlockKind> {
    match block.get(..PREFIX)? {
        [0x02, 0xD7, 0xD3, 0xC3, 0xC8] => Some(BlockKind::PlcHeader), // PLCH
        [0x02, 0xD7, 0xD3, 0xC3, 0xC4] => Some(BlockKind::PlcData),   // PLCD
        [0x02, 0xC3, 0xD4, 0xE2, 0x40] => Some(BlockKind::DumpData),  // CMS and a blank
        [0x02, 0xC3, 0xD4, 0xE2, 0xD5] => Some(BlockKind::DumpTrailer), // CMSN
        _ => None,
    }
}

/// A tape of CMS files could not be read.
#[derive(Debug, thiserror::Error)]
pub enum CmsError {
    /// The image.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A block that neither VMFPLC2 nor TAPE DUMP wrote.
    #[error(
        "tape {tape}, {place}: this is no block of VMFPLC2 or TAPE DUMP; read the tape file by its number"
    )]
    NotCms {
        /// The tape.
        tape: String,
        /// Where.
        place: Place,
    },
    /// Data without a file.
    #[error("tape {tape}, {place}: data that belong to no file; the block with the file's name is missing")]
    NoFile {
        /// The tape.
        tape: String,
        /// Where.
        place: Place,
    },
    /// The entry of a file makes no sense.
    #[error("tape {tape}, {place}: the file status entry is too short or has no record format F or V")]
    BadEntry {
        /// The tape.
        tape: String,
        /// Where.
        place: Place,
    },
    /// A record has an impossible length.
    #[error("tape {tape}, {place}: {file} has a record of {length} bytes; its data are damaged")]
    RecordLength {
        /// The tape.
        tape: String,
        /// Where the file's data begin.
        place: Place,
        /// The file.
        file: String,
        /// The length.
        length: u64,
    },
    /// There are fewer records than the entry says.
    #[error("tape {tape}, {place}: {file} should have {says} records, {missing} of them are missing")]
    RecordsMissing {
        /// The tape.
        tape: String,
        /// Where the file's data begin.
        place: Place,
        /// The file.
        file: String,
        /// Announced records.
        says: u32,
        /// How many are missing.
        missing: u32,
    },
    /// There is less data than the entry says.
    #[error("tape {tape}, {place}: {file} should have {says} bytes of data on the tape, it has only {is}")]
    Payload {
        /// The tape.
        tape: String,
        /// Where the file's data begin.
        place: Place,
        /// The file.
        file: String,
        /// Announced bytes.
        says: u64,
        /// What there is.
        is: u64,
    },
    /// Too much follows the last record.
    #[error(
        "tape {tape}, {place}: {bytes} bytes follow the last record of {file}; its record count is wrong"
    )]
    Leftover {
        /// The tape.
        tape: String,
        /// Where the file's data begin.
        place: Place,
        /// The file.
        file: String,
        /// How many bytes.
        bytes: u64,
    },
}

/// What an extraction found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extracted {
    /// Records that were delivered: as many as the entry says.
    pub records: u32,
    /// Bytes of data behind those that the entry announces. A real VMFPLC2 tape has a data block twice; programs
    /// that load files count blocks and never see the second one.
    pub surplus: u64,
}

/// A tape of CMS files.
#[derive(Debug)]
pub struct CmsTape<B> {
    drive: Drive<B>,
    /// Whether VMFPLC2 data may come: a header was read.
    in_file: bool,
    /// Whether a tapemark ends the listing.
    one_tape_file: bool,
}

impl<B: TapeBytes> CmsTape<B> {
    /// Reads CMS files from the drive's position on.
    pub fn new(drive: Drive<B>) -> CmsTape<B> {
        CmsTape {
            drive,
            in_file: false,
            one_tape_file: false,
        }
    }

    /// Reads CMS files from the drive's position to the next tapemark, for tapes that hold other data too.
    pub fn of_tape_file(drive: Drive<B>) -> CmsTape<B> {
        CmsTape {
            one_tape_file: true,
            ..CmsTape::new(drive)
        }
    }

    /// Gives the drive back.
    pub fn into_drive(self) -> Drive<B> {
        self.drive
    }

    /// The next file on the tape; none at its end. Tapemarks between files are passed,
    /// unless [`CmsTape::of_tape_file`] forbids it.
    ///
    /// # Errors
    /// The image is damaged or no CMS tape.
    pub fn next_file(&mut self) -> Result<Option<CmsFile>, CmsError> {
        // Where the data of a TAPE DUMP file begin, once there are some.
        let mut dumped: Option<Position> = None;
        loop {
            let at = self.drive.position();
            let block = match self.drive.read()? {
                Item::Block(block) => block,
                Item::Mark | Item::End if dumped.is_some() => return Err(self.no_file(dumped.unwrap_or(at))),
                Item::Mark if self.one_tape_file => {
                    self.drive.locate(at);
                    return Ok(None);
                }
                Item::Mark => {
                    self.in_file = false;
                    continue;
                }
                Item::End => return Ok(None),
            };
            let kind = kind(block);
            let entry = block.get(PREFIX..).unwrap_or(&[]);
            let entry = entry[..entry.len().min(ENTRY_MAX)].to_vec();
            match (kind, dumped) {
                (Some(BlockKind::PlcHeader), None) => {
                    self.in_file = true;
                    let file = parse_plc(&entry, at.place().file, self.drive.position());
                    return file.map(Some).ok_or_else(|| self.bad_entry(at));
                }
                (Some(BlockKind::PlcData), None) if self.in_file => {}
                (Some(BlockKind::DumpData), _) => {
                    self.in_file = false;
                    dumped = dumped.or(Some(at));
                }
                (Some(BlockKind::DumpTrailer), _) => {
                    let data = dumped.unwrap_or(at);
                    let file = parse_dump(&entry, at.place().file, data);
                    return file.map(Some).ok_or_else(|| self.bad_entry(at));
                }
                (Some(BlockKind::PlcHeader | BlockKind::PlcData), _) => {
                    return Err(self.no_file(dumped.unwrap_or(at)));
                }
                (None, _) => {
                    return Err(CmsError::NotCms {
                        tape: self.tape(),
                        place: at.place(),
                    });
                }
            }
        }
    }

    /// Calls `deliver` with every record of a file that [`CmsTape::next_file`] returned. The listing goes on
    /// afterwards where it was.
    ///
    /// # Errors
    /// The image is damaged, or records and data do not agree with the file's entry. Records before the damage
    /// were delivered.
    pub fn records(&mut self, file: &CmsFile, mut deliver: impl FnMut(&[u8])) -> Result<Extracted, CmsError> {
        let before = self.drive.position();
        self.drive.locate(file.data);
        let result = self.cut(file, &mut deliver);
        self.drive.locate(before);
        result
    }

    fn cut(&mut self, file: &CmsFile, deliver: &mut impl FnMut(&[u8])) -> Result<Extracted, CmsError> {
        let wanted = match file.dialect {
            Dialect::Vmfplc2 => BlockKind::PlcData,
            Dialect::TapeDump => BlockKind::DumpData,
        };
        let place = file.data.place();
        let named = |tape: String| (tape, format!("{} {} {}", file.name, file.filetype, file.mode));
        let mut cutter = Cutter::new(file);
        let says = file.payload.unwrap_or(u64::MAX);
        let (mut is, mut surplus) = (0, 0);
        while let Item::Block(block) = self.drive.read()? {
            let Some(payload) = block.get(PREFIX..).filter(|_| kind(block) == Some(wanted)) else {
                break;
            };
            let length = u64::try_from(payload.len()).unwrap_or(u64::MAX);
            if is >= says {
                surplus += length;
            } else if let Err(Cut::Length(length)) = cutter.feed(payload, deliver) {
                let (tape, file) = named(self.tape());
                return Err(CmsError::RecordLength {
                    tape,
                    place,
                    file,
                    length,
                });
            } else {
                is += length;
            }
        }
        let (tape, name) = named(self.tape());
        if file.payload.is_some() && is < says {
            return Err(CmsError::Payload {
                tape,
                place,
                file: name,
                says,
                is,
            });
        }
        if cutter.missing() != 0 {
            let (says, missing) = (file.records, cutter.missing());
            return Err(CmsError::RecordsMissing {
                tape,
                place,
                file: name,
                says,
                missing,
            });
        }
        // VM/370 writes as many units as all records would need if they had the record length, also for variable
        // files; what lies behind the last record is padding then.
        let reserved = u64::from(file.records).saturating_mul(u64::from(file.record_length));
        let padded = cutter.padding() < UNIT || is <= reserved.div_ceil(UNIT).saturating_mul(UNIT);
        if file.dialect == Dialect::Vmfplc2 && !padded {
            return Err(CmsError::Leftover {
                tape,
                place,
                file: name,
                bytes: cutter.padding(),
            });
        }
        Ok(Extracted {
            records: file.records,
            surplus,
        })
    }

    fn tape(&self) -> String {
        self.drive.name().to_owned()
    }

    fn no_file(&self, at: Position) -> CmsError {
        CmsError::NoFile {
            tape: self.tape(),
            place: at.place(),
        }
    }

    fn bad_entry(&self, at: Position) -> CmsError {
        CmsError::BadEntry {
            tape: self.tape(),
            place: at.place(),
        }
    }
}
