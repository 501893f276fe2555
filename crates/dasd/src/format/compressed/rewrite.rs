//! Writing to a compressed image that exists. New images go to places that nobody uses, and the tables in the file follow
//! only when these are safe on disk: whenever the machine stops, each track is there as it was or as it is now.
//!
//! From the first change until [`Rewrite::settle`] the header marks the file as open and lists no free space, so that no
//! other program takes a place that is in use. Entries that are not in the file yet are kept here; 20 bytes for each
//! track that was changed since.

use std::collections::{BTreeMap, BTreeSet};

use super::encode::{Compression, Compressor, PackedImage};
use super::free::Free;
use super::header::{HEADER_AT, Header, L2_ENTRIES};
use super::room::Room;
use super::tables::{Entry, Found, IMAGE_HEADER_LEN, ImageFault, Place, Tables, encode, encode_offset};
use super::{Role, Width};
use crate::layout::cckd::{OPTION_MODIFIED, OPTION_OPENED};

/// Where nobody can tell what is free.
const SHARED: &str =
    "two tracks or tables share bytes here: check and repair the image before it is written to";

/// The changes to one file.
pub(super) struct Rewrite {
    pub(super) compressor: Compressor,
    /// What is stored next.
    pub(super) image: PackedImage,
    /// Goes up with every change, so that whoever keeps an expanded group knows that it may be old.
    pub(super) generation: u64,
    header: Header,
    /// Known from the first change on.
    room: Option<Room>,
    /// What the file's tables do not say yet.
    pending: BTreeMap<u32, Entry>,
    /// Places that its tables still point to.
    freed: Vec<Free>,
}

impl Rewrite {
    pub(super) fn new(tables: &Tables) -> Rewrite {
        let header = tables.header.clone();
        let level = |default: u8| {
            u8::try_from(header.parameter)
                .ok()
                .filter(|level| (1..=9).contains(level))
                .unwrap_or(default)
        };
        let compression = match header.compression {
            0 => Compression::None,
            2 => Compression::Bzip2(level(5)),
            _ => Compression::Zlib(level(6)),
        };
        Rewrite {
            compressor: Compressor::new(compression),
            image: PackedImage::default(),
            generation: 0,
            header,
            room: None,
            pending: BTreeMap::new(),
            freed: Vec::new(),
        }
    }

    /// Where a track or group lies that was changed and is not in the tables yet.
    pub(super) fn place(&self, number: u32) -> Option<Place> {
        self.pending.get(&number).map(|entry| match entry.offset {
            0 => Place::Null(Some(entry.length)),
            offset => Place::At {
                offset,
                length: entry.length,
            },
        })
    }

    /// Makes [`Rewrite::image`] the image of that number.
    pub(super) fn put(&mut self, tables: &Tables, number: u32) -> Result<(), ImageFault> {
        self.begin(tables)?;
        let before = match self.pending.get(&number) {
            Some(entry) => *entry,
            None => tables.entry(number)?,
        };
        let entry = if self.image.bytes.is_empty() {
            self.null_entry()?
        } else {
            self.store(tables)?
        };
        let known = self.pending.insert(number, entry).is_some();
        self.generation += 1;
        if before.offset != 0 && before.offset != tables.width.absent() {
            self.count(before, false);
            let free = Free::new(before.offset, u64::from(before.size));
            // Nothing in the file points to what was never settled.
            if known {
                self.room().give(free);
            } else {
                self.freed.push(free);
            }
        }
        Ok(())
    }

    /// Makes all changes durable and the file a sound one that is not open.
    pub(super) fn settle(&mut self, tables: &Tables) -> Result<(), ImageFault> {
        if self.room.is_none() {
            return tables.bytes.sync().map_err(ImageFault::from);
        }
        tables.bytes.sync()?;
        self.write_tables(tables)?;
        let freed = std::mem::take(&mut self.freed);
        let room = self.room();
        freed.into_iter().for_each(|free| room.give(free));
        let end = room.end();
        let gaps: Vec<Free> = room.gaps().collect();
        self.write_gaps(tables, &gaps)?;
        let header = &mut self.header;
        header.file_size = end;
        header.free_offset = gaps.first().map_or(0, |gap| gap.offset);
        header.free_count = u64::try_from(gaps.len()).unwrap_or(u64::MAX);
        header.free_largest = gaps.iter().map(|gap| gap.length).max().unwrap_or(0);
        header.free_total = header.free_embedded + gaps.iter().map(|gap| gap.length).sum::<u64>();
        header.options = (header.options | OPTION_MODIFIED) & !OPTION_OPENED;
        tables.bytes.set_len(end)?;
        tables.bytes.sync()?;
        self.write_header(tables)?;
        tables.bytes.sync()?;
        tables.changed(end);
        self.room = None;
        Ok(())
    }

    /// Before the first change: finds the gaps, and marks the file.
    fn begin(&mut self, tables: &Tables) -> Result<(), ImageFault> {
        if self.room.is_some() {
            return Ok(());
        }
        let (spaces, used, embedded) = spaces(tables)?;
        let room = Room::between(tables.spaces_begin(), tables.width.entry_len(), &spaces)
            .map_err(|at| ImageFault::damaged(at, SHARED))?;
        self.room = Some(room);
        self.header.used = used;
        self.header.free_embedded = embedded;
        (self.header.free_offset, self.header.free_count) = (0, 0);
        (self.header.free_total, self.header.free_largest) = (0, 0);
        self.header.options |= OPTION_OPENED;
        self.write_header(tables)?;
        tables.bytes.sync().map_err(ImageFault::from)
    }

    /// The entry of an unformatted track or of zero blocks.
    fn null_entry(&self) -> Result<Entry, ImageFault> {
        // There an entry of 0 is read as 2.
        if self.header.null_format == 2 && self.image.null_format == 0 {
            let what = "an unformatted track with an end-of-file record cannot be told in an image whose header says null \
                        format 2: convert it to a new image first";
            return Err(ImageFault::damaged(HEADER_AT, what));
        }
        Ok(Entry::null(self.image.null_format))
    }

    /// Writes the image to a place of its own.
    fn store(&mut self, tables: &Tables) -> Result<Entry, ImageFault> {
        let length = u16::try_from(self.image.bytes.len()).expect("no image is longer than 65535 bytes");
        let place = self.take(tables, u64::from(length), u64::from(u16::MAX))?;
        tables.bytes.write_at(place.offset, &self.image.bytes)?;
        let size = u16::try_from(place.length).expect("no more than this was asked for");
        let entry = Entry {
            offset: place.offset,
            length,
            size,
        };
        self.count(entry, true);
        Ok(entry)
    }

    fn take(&mut self, tables: &Tables, length: u64, most: u64) -> Result<Free, ImageFault> {
        let place = self.room().take(length, most);
        let end = place.offset + place.length;
        if tables.width == Width::Four && end >= tables.width.absent() {
            self.room().give(place);
            return Err(ImageFault::Io(
                "the image would be longer than 4 GiB, which its format cannot say: convert it to one with 64-bit \
                 offsets"
                    .to_owned(),
            ));
        }
        Ok(place)
    }

    /// Counts an image in or out.
    fn count(&mut self, entry: Entry, is_new: bool) {
        let (length, slack) = (u64::from(entry.length), u64::from(entry.size - entry.length));
        let header = &mut self.header;
        if is_new {
            header.used += length;
            header.free_embedded += slack;
        } else {
            header.used = header.used.saturating_sub(length);
            header.free_embedded = header.free_embedded.saturating_sub(slack);
        }
    }

    /// Brings the tables in the file up to date: those that are new first, then what points to them.
    fn write_tables(&mut self, tables: &Tables) -> Result<(), ImageFault> {
        let width = tables.width;
        let mut groups: BTreeMap<u32, Vec<(u32, Entry)>> = BTreeMap::new();
        for (number, entry) in &self.pending {
            let (group, index) = (number / L2_ENTRIES, number % L2_ENTRIES);
            groups.entry(group).or_default().push((index, *entry));
        }
        let mut new_tables = Vec::new();
        for (group, changes) in groups {
            let mut all = match tables.read_table(group)? {
                Found::Table { at, .. } => {
                    for (index, entry) in changes {
                        let raw = encode(width, &[entry]).expect("an image was placed within the width");
                        tables
                            .bytes
                            .write_at(at + u64::from(index) * width.entry_len(), &raw)?;
                    }
                    continue;
                }
                Found::Null => vec![Entry::null(u16::from(self.header.null_format)); 256],
                Found::Absent => vec![absent(width); 256],
            };
            for (index, entry) in changes {
                all[usize::try_from(index).expect("less than 256")] = entry;
            }
            let place = self.take(tables, width.table_len(), width.table_len())?;
            self.header.used += place.length;
            let raw = encode(width, &all).expect("images were placed within the width");
            tables.bytes.write_at(place.offset, &raw)?;
            new_tables.push((tables.l1_at(group), place.offset));
        }
        tables.bytes.sync()?;
        for (l1_at, offset) in new_tables {
            let raw = encode_offset(width, offset).expect("a table was placed within the width");
            tables.bytes.write_at(l1_at, &raw)?;
        }
        tables.changed(self.room().end().max(tables.length()));
        self.pending.clear();
        Ok(())
    }

    /// Chains the gaps: each says where the next one is, and how long it is itself.
    fn write_gaps(&self, tables: &Tables, gaps: &[Free]) -> Result<(), ImageFault> {
        let next = gaps.iter().skip(1).map(|gap| gap.offset).chain([0]);
        for (gap, next) in gaps.iter().zip(next) {
            for (at, number) in [(0, next), (tables.width.offset_len(), gap.length)] {
                let raw = encode_offset(tables.width, number).expect("gaps lie within the width");
                tables.bytes.write_at(gap.offset + at, &raw)?;
            }
        }
        Ok(())
    }

    fn write_header(&self, tables: &Tables) -> Result<(), ImageFault> {
        let raw = self.header.encode(tables.width);
        let raw = raw.expect("everything was placed within the width");
        tables.bytes.write_at(HEADER_AT, &raw).map_err(ImageFault::from)
    }

    /// # Panics
    /// The changes have not begun.
    fn room(&mut self) -> &mut Room {
        self.room.as_mut().expect("the first change made it known")
    }
}

/// What a shadow file says of a track that is in its parent.
fn absent(width: Width) -> Entry {
    Entry {
        offset: width.absent(),
        length: u16::MAX,
        size: u16::MAX,
    }
}

/// All spaces of the file by offset, the bytes in use, and the bytes of slack behind images.
fn spaces(tables: &Tables) -> Result<(Vec<Free>, u64, u64), ImageFault> {
    let mut spaces = Vec::new();
    // Tables that share bytes could claim more spaces than the file has room for.
    let mut starts = BTreeSet::new();
    let (mut used, mut embedded) = (tables.spaces_begin(), 0);
    for group in 0..tables.header.l1_entries {
        let Found::Table { at, entries } = tables.read_table(group)? else {
            continue;
        };
        let near = at.saturating_sub(tables.width.table_len() - 1)..at + tables.width.table_len();
        if starts.range(near).next().is_some() {
            return Err(ImageFault::damaged(at, SHARED));
        }
        starts.insert(at);
        spaces.push(Free::new(at, tables.width.table_len()));
        used += tables.width.table_len();
        for (index, entry) in (0_u64..).zip(entries.iter()) {
            if entry.offset == 0 || (entry.offset == tables.width.absent() && tables.role == Role::Shadow) {
                continue;
            }
            let sound =
                (IMAGE_HEADER_LEN..=entry.size).contains(&entry.length) && entry.offset < tables.length();
            if !sound {
                let what =
                    "the table points to no image here: check and repair the image before it is written to";
                return Err(ImageFault::damaged(at + index * tables.width.entry_len(), what));
            }
            spaces.push(Free::new(entry.offset, u64::from(entry.size)));
            used += u64::from(entry.length);
            embedded += u64::from(entry.size - entry.length);
        }
    }
    spaces.sort_unstable_by_key(|space| space.offset);
    Ok((spaces, used, embedded))
}
