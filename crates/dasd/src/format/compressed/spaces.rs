//! Who claims which bytes of a compressed file: overlaps, gaps, and whether header and free space list say the same.

use std::collections::BTreeSet;

use super::Width;
use super::free::{self, Free};
use super::header::HEADER_AT;
use super::tables::Tables;
use crate::check::{FaultPlace, Findings};

/// What claims a space.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Thing {
    /// The second table for these 256.
    Table(u32),
    /// The image of a track or group.
    Image(u32),
}

/// Bytes of the file that something claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Space {
    pub(super) offset: u64,
    /// Bytes reserved, and of these in use.
    pub(super) size: u64,
    pub(super) length: u64,
    pub(super) thing: Thing,
}

impl Space {
    pub(super) const fn new(offset: u64, size: u64, thing: Thing) -> Space {
        Space {
            offset,
            size,
            length: size,
            thing,
        }
    }

    const fn end(&self) -> u64 {
        self.offset.saturating_add(self.size)
    }
}

/// All spaces of a file. Tables never share bytes with tables, so that there are no more spaces than the file has
/// room for entries, however large the volume claims to be.
pub(super) struct Spaces {
    width: Width,
    begin: u64,
    tables: BTreeSet<u64>,
    all: Vec<Space>,
    /// Some spaces are unknown: the rest does not add up.
    incomplete: bool,
}

impl Spaces {
    pub(super) fn new(width: Width, tables: &Tables) -> Spaces {
        Spaces {
            width,
            begin: tables.spaces_begin(),
            tables: BTreeSet::new(),
            all: Vec::new(),
            incomplete: false,
        }
    }

    /// Adds a table unless it shares bytes with another.
    pub(super) fn add_table(&mut self, space: Space) -> bool {
        let near = space.offset.saturating_sub(space.size - 1)..space.end();
        if self.tables.range(near).next().is_some() {
            self.incomplete = true;
            return false;
        }
        self.tables.insert(space.offset);
        self.all.push(space);
        true
    }

    pub(super) fn add(&mut self, space: Space) {
        self.all.push(space);
    }

    pub(super) const fn incomplete(&mut self) {
        self.incomplete = true;
    }

    /// Looks for overlaps, compares header and free space list with what is there.
    pub(super) fn check(
        &mut self,
        tables: &Tables,
        findings: &mut Findings,
        place: &dyn Fn(Thing, u64) -> FaultPlace,
    ) {
        self.all.sort_unstable();
        let (mut end, mut owner) = (self.begin, None);
        let mut gaps = Vec::new();
        for space in &self.all {
            if space.offset > end {
                gaps.push(Free::new(end, space.offset - end));
            } else if let Some(owner) = owner.filter(|_| space.offset < end) {
                self.incomplete = true;
                let text = format!(
                    "its {} bytes overlap with those of {}, which end at byte {end}",
                    space.size,
                    place(owner, space.offset)
                );
                findings.error(place(space.thing, space.offset), text);
            }
            if space.end() > end {
                (end, owner) = (space.end(), Some(space.thing));
            }
        }
        let file_size = tables.header.file_size;
        if end > file_size.max(tables.length()) {
            let text = format!("space is reserved up to byte {end}, behind the end of the file");
            findings.warning(FaultPlace::FreeSpace { offset: end }, text);
        } else if end < file_size {
            gaps.push(Free::new(end, file_size - end));
        }
        if !self.incomplete && file_size <= tables.length() {
            self.check_header(tables, &gaps, findings);
            free::check(self.width, tables, &gaps, findings);
        }
    }

    /// Compares the sums in the header with what was found.
    fn check_header(&self, tables: &Tables, gaps: &[Free], findings: &mut Findings) {
        let header = &tables.header;
        let embedded: u64 = self.all.iter().map(|space| space.size - space.length).sum();
        let used: u64 = self.begin + self.all.iter().map(|space| space.length).sum::<u64>();
        let free: u64 = gaps.iter().map(|gap| gap.length).sum();
        let count = u64::try_from(gaps.len()).unwrap_or(u64::MAX);
        let largest = gaps.iter().map(|gap| gap.length).max().unwrap_or(0);
        for (field, said, found) in [
            ("bytes in use", header.used, used),
            ("bytes of free space", header.free_total, free + embedded),
            ("bytes of the largest gap", header.free_largest, largest),
            ("gaps", header.free_count, count),
            ("bytes of slack behind images", header.free_embedded, embedded),
        ] {
            if said != found {
                let text = format!("the header says {said} {field}, there are {found}");
                findings.warning(FaultPlace::Header { offset: HEADER_AT }, text);
            }
        }
    }
}
