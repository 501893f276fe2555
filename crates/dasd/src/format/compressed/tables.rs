//! The way from a track or group to its image. Tables are read when they are needed: a damaged one costs its own
//! tracks and no others, and a large volume takes no memory but for the few tables that were used last.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use zerocopy::byteorder::{LE, U16, U32, U64};
use zerocopy::{FromBytes, FromZeros, IntoBytes};

use super::header::{Header, L1_AT, L2_ENTRIES};
use super::{Role, Width};
use crate::bytes::RandomBytes;
use crate::layout::cckd::{L2Entry, L2Entry64};

/// The tables of an image file.
pub(super) struct Tables {
    /// For messages.
    pub(super) name: String,
    pub(super) bytes: Arc<dyn RandomBytes>,
    /// Length of the file as it is; it changes while the file is written to.
    length: AtomicU64,
    pub(super) header: Header,
    pub(super) width: Width,
    pub(super) role: Role,
    recent: Mutex<Vec<(u32, Found)>>,
}

/// Tables kept in memory: eight threads that read at different places do not take them from one another, and
/// each has 4 KiB.
const RECENT_MAX: usize = 8;

/// What an L1 entry leads to.
#[derive(Clone)]
pub(super) enum Found {
    /// All 256 are unformatted.
    Null,
    /// All 256 are in the parent.
    Absent,
    /// The table, and where it begins.
    Table { at: u64, entries: Arc<[Entry]> },
}

/// An entry of an L2 table, in one form for both widths and orders.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) offset: u64,
    /// With the 5-byte header.
    pub(super) length: u16,
    /// Bytes reserved for it.
    pub(super) size: u16,
}

/// Where an image lies.
pub(super) enum Place {
    /// Nobody has written it; the number is the null format, none where not even its table exists.
    Null(Option<u16>),
    /// Not in this file, but in its parent.
    Absent,
    /// `length` bytes with the 5-byte header, at `offset`.
    At { offset: u64, length: u16 },
}

/// What is wrong with the image of a track or group, and where in the file.
#[derive(Debug)]
pub(super) enum ImageFault {
    Io(String),
    Damaged { offset: u64, what: String },
}

impl ImageFault {
    pub(super) fn damaged(offset: u64, what: impl Into<String>) -> ImageFault {
        ImageFault::Damaged {
            offset,
            what: what.into(),
        }
    }

    /// Says in which file of a chain it is.
    pub(super) fn within(self, file: &str) -> ImageFault {
        match self {
            ImageFault::Io(what) => ImageFault::Io(format!("{file}: {what}")),
            ImageFault::Damaged { offset, what } => ImageFault::Damaged {
                offset,
                what: format!("{what} (in {file})"),
            },
        }
    }
}

impl From<std::io::Error> for ImageFault {
    fn from(error: std::io::Error) -> ImageFault {
        ImageFault::Io(error.to_string())
    }
}

/// Bytes of the header of every image.
pub(super) const IMAGE_HEADER_LEN: u16 = 5;

impl Tables {
    pub(super) fn new(
        name: &str,
        bytes: Arc<dyn RandomBytes>,
        length: u64,
        header: Header,
        width: Width,
        role: Role,
    ) -> Tables {
        Tables {
            name: name.to_owned(),
            bytes,
            length: AtomicU64::new(length),
            header,
            width,
            role,
            recent: Mutex::default(),
        }
    }

    /// Length of the file as it is.
    pub(super) fn length(&self) -> u64 {
        self.length.load(Ordering::Relaxed)
    }

    /// Notes that the file was written to: what it says has to be read again.
    pub(super) fn changed(&self, length: u64) {
        self.length.store(length, Ordering::Relaxed);
        self.recent.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The entry of that number as the file has it; one without an offset where the file has none.
    pub(super) fn entry(&self, number: u32) -> Result<Entry, ImageFault> {
        Ok(match self.table(number / L2_ENTRIES)? {
            Found::Null | Found::Absent => Entry::default(),
            Found::Table { entries, .. } => entries
                .get(usize::try_from(number % L2_ENTRIES).unwrap_or(usize::MAX))
                .copied()
                .expect("a table has 256 entries"),
        })
    }

    /// Looks up the image of that number; an image that is there lies within the file and has 5 bytes to
    /// `longest`.
    pub(super) fn locate(&self, number: u32, longest: usize) -> Result<Place, ImageFault> {
        let (at, entries) = match self.table(number / L2_ENTRIES)? {
            Found::Null => return Ok(Place::Null(None)),
            Found::Absent => return Ok(Place::Absent),
            Found::Table { at, entries } => (at, entries),
        };
        let index = number % L2_ENTRIES;
        let entry = usize::try_from(index)
            .ok()
            .and_then(|index| entries.get(index).copied())
            .expect("a table has 256 entries");
        self.judge(at + u64::from(index) * self.width.entry_len(), entry, longest)
    }

    /// What an entry that stands at `entry_at` leads to.
    pub(super) fn judge(&self, entry_at: u64, entry: Entry, longest: usize) -> Result<Place, ImageFault> {
        let Entry { offset, length, size } = entry;
        if offset == 0 {
            return Ok(Place::Null(Some(length)));
        }
        if offset == self.width.absent() {
            return match self.role {
                Role::Shadow => Ok(Place::Absent),
                Role::Base => Err(ImageFault::damaged(
                    entry_at,
                    "the table points to a parent, but this is a base image",
                )),
            };
        }
        if !(IMAGE_HEADER_LEN..=size).contains(&length) || usize::from(length) > longest {
            let what =
                format!("an image of {length} bytes in a space of {size}, at most {longest} are possible");
            return Err(ImageFault::damaged(entry_at, what));
        }
        self.check_span(entry_at, "the image", offset, u64::from(length))?;
        Ok(Place::At { offset, length })
    }

    /// Reads the bytes of an image into the front of `into` and returns them.
    pub(super) fn read<'a>(
        &self,
        offset: u64,
        length: u16,
        into: &'a mut [u8],
    ) -> Result<&'a [u8], ImageFault> {
        let image = &mut into[..usize::from(length)];
        self.bytes.read_at(offset, image)?;
        Ok(image)
    }

    fn table(&self, group: u32) -> Result<Found, ImageFault> {
        let recent = || self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, found)) = recent().iter().find(|(number, _)| *number == group) {
            return Ok(found.clone());
        }
        let found = self.read_table(group)?;
        let mut recent = recent();
        recent.truncate(RECENT_MAX - 1);
        recent.insert(0, (group, found.clone()));
        Ok(found)
    }

    /// Where the L1 entry of a group of 256 stands.
    pub(super) fn l1_at(&self, group: u32) -> u64 {
        L1_AT + u64::from(group) * self.width.offset_len()
    }

    /// Reads an L2 table by way of its L1 entry.
    pub(super) fn read_table(&self, group: u32) -> Result<Found, ImageFault> {
        let l1_at = self.l1_at(group);
        let at = match (self.l1_entry(l1_at)?, self.role) {
            (0, _) => return Ok(Found::Null),
            (at, Role::Shadow) if at == self.width.absent() => return Ok(Found::Absent),
            (at, Role::Base) if at == self.width.absent() => {
                return Err(ImageFault::damaged(
                    l1_at,
                    "the first table points to a parent, but this is a base image",
                ));
            }
            (at, _) => at,
        };
        self.check_span(l1_at, "the second table", at, self.width.table_len())?;
        let mut raw = [0; 4096];
        let length = usize::try_from(self.width.table_len()).expect("a table has 4096 bytes at most");
        let raw = &mut raw[..length];
        self.bytes.read_at(at, raw)?;
        Ok(Found::Table {
            at,
            entries: self.entries(raw),
        })
    }

    fn entries(&self, raw: &[u8]) -> Arc<[Entry]> {
        let order = self.header.order;
        match self.width {
            Width::Four => <[L2Entry]>::ref_from_bytes(raw)
                .expect("a table has whole entries")
                .iter()
                .map(|entry| Entry {
                    offset: u64::from(order.u32(entry.offset.get())),
                    length: order.u16(entry.length.get()),
                    size: order.u16(entry.size.get()),
                })
                .collect(),
            Width::Eight => <[L2Entry64]>::ref_from_bytes(raw)
                .expect("a table has whole entries")
                .iter()
                .map(|entry| Entry {
                    offset: order.u64(entry.offset.get()),
                    length: order.u16(entry.length.get()),
                    size: order.u16(entry.size.get()),
                })
                .collect(),
        }
    }

    fn l1_entry(&self, at: u64) -> Result<u64, ImageFault> {
        let order = self.header.order;
        Ok(match self.width {
            Width::Four => {
                let mut entry = U32::<LE>::new_zeroed();
                self.bytes.read_at(at, entry.as_mut_bytes())?;
                u64::from(order.u32(entry.get()))
            }
            Width::Eight => {
                let mut entry = U64::<LE>::new_zeroed();
                self.bytes.read_at(at, entry.as_mut_bytes())?;
                order.u64(entry.get())
            }
        })
    }

    /// Where what is pointed to may begin.
    pub(super) fn spaces_begin(&self) -> u64 {
        L1_AT + u64::from(self.header.l1_entries) * self.width.offset_len()
    }

    /// Whatever is pointed to lies behind the first table and before the end of the file.
    fn check_span(&self, from: u64, thing: &str, offset: u64, length: u64) -> Result<(), ImageFault> {
        let begin = self.spaces_begin();
        let end = offset.checked_add(length);
        if offset >= begin && end.is_some_and(|end| end <= self.length()) {
            return Ok(());
        }
        let what = format!(
            "{thing} is said to be {length} bytes at byte {offset}, outside of {begin} to {}",
            self.length()
        );
        Err(ImageFault::damaged(from, what))
    }
}

/// Entries as a little-endian file of that width has them; none where an offset does not fit.
pub(super) fn encode(width: Width, entries: &[Entry]) -> Option<Vec<u8>> {
    match width {
        Width::Four => {
            let narrow = |entry: &Entry| {
                Some(L2Entry {
                    offset: U32::new(u32::try_from(entry.offset).ok()?),
                    length: U16::new(entry.length),
                    size: U16::new(entry.size),
                })
            };
            let entries: Vec<L2Entry> = entries.iter().map(narrow).collect::<Option<_>>()?;
            Some(entries.as_bytes().to_vec())
        }
        Width::Eight => {
            let wide = |entry: &Entry| L2Entry64 {
                offset: U64::new(entry.offset),
                length: U16::new(entry.length),
                size: U16::new(entry.size),
                reserved: U32::new(0),
            };
            let entries: Vec<L2Entry64> = entries.iter().map(wide).collect();
            Some(entries.as_bytes().to_vec())
        }
    }
}

/// An offset as a little-endian file of that width has it; none where it does not fit.
pub(super) fn encode_offset(width: Width, offset: u64) -> Option<Vec<u8>> {
    Some(match width {
        Width::Four => U32::<LE>::new(u32::try_from(offset).ok()?).as_bytes().to_vec(),
        Width::Eight => U64::<LE>::new(offset).as_bytes().to_vec(),
    })
}
