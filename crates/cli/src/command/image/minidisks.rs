//! The minidisks that a source directory has on a volume, what lies between them, and where they overlap.

use std::path::Path;

use anyhow::{Context, Result};
use dasd::Volser;
use serde::Serialize;
use zvm::entry::{Entry, EntryKind, Length, Mdisk, MdiskSpace, MdiskVolume, Statement};
use zvm::{Directory, Parsed, Severity, Source, parse_directory};

/// Reads a source directory; what it cannot make out it says.
pub(super) fn load(path: &Path) -> Result<Parsed<Directory>> {
    let name = path.display().to_string();
    let bytes = {
        use std::io::Read;
        let mut bytes = Vec::new();
        let mut file = std::fs::File::options()
            .read(true)
            .open(path)
            .with_context(|| format!("cannot open the directory {name}"))?;
        file.read_to_end(&mut bytes)
            .with_context(|| format!("cannot read the directory {name}"))?;
        bytes
    };
    let parsed = parse_directory(&Source::new(name, bytes));
    let errors = parsed
        .complaints
        .iter()
        .filter(|complaint| complaint.severity == Severity::Error);
    for complaint in errors {
        crate::output::warn(&complaint.to_string());
    }
    Ok(parsed)
}

/// Cylinders or blocks of a volume. The field names are those of the JSON document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Stretch {
    pub(super) first: u32,
    pub(super) count: u32,
}

impl Stretch {
    pub(super) fn end(self) -> u32 {
        self.first.saturating_add(self.count)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct DiskView {
    pub(super) user: String,
    pub(super) vdev: String,
    pub(super) first: u32,
    pub(super) count: u32,
    pub(super) mode: String,
    pub(super) line: u32,
    /// It covers the whole pack on which there are others.
    pub(super) whole_pack: bool,
    /// It begins or ends behind the end of the volume.
    pub(super) beyond_volume: bool,
    /// It belongs to a SUBCONFIG, so to one member only.
    #[serde(skip)]
    local: bool,
}

impl DiskView {
    pub(super) fn stretch(&self) -> Stretch {
        Stretch {
            first: self.first,
            count: self.count,
        }
    }

    pub(super) fn name(&self) -> String {
        format!("{} {}", self.user, self.vdev)
    }
}

#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct OverlapView {
    pub(super) first: u32,
    pub(super) count: u32,
    pub(super) disks: [String; 2],
    /// Both belong to SUBCONFIGs: on different members these may be different packs of one serial.
    pub(super) of_subconfigs: bool,
}

/// How a directory uses a volume.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct UseView {
    /// In the order of their first cylinder or block.
    pub(super) disks: Vec<DiskView>,
    pub(super) gaps: Vec<Stretch>,
    pub(super) overlaps: Vec<OverlapView>,
    /// Cylinders or blocks in no minidisk.
    pub(super) free: u32,
}

/// The use of the volume of that serial and size.
pub(super) fn usage(directory: &Directory, volser: Volser, size: u32) -> UseView {
    let mut disks: Vec<_> = directory
        .entries
        .iter()
        .flat_map(|entry| entry.statements.iter().map(move |statement| (entry, statement)))
        .filter_map(|(entry, statement)| match statement {
            Statement::Mdisk(mdisk) => disk(entry, mdisk, volser, size),
            _ => None,
        })
        .collect();
    disks.sort_by_key(|disk| (disk.first, std::cmp::Reverse(disk.count), disk.line));
    let pack = |disk: &DiskView| disk.first <= 1 && disk.stretch().end() >= size;
    if disks.iter().any(|disk| !pack(disk)) {
        for disk in disks.iter_mut().filter(|disk| pack(disk)) {
            disk.whole_pack = true;
        }
    }
    let mut view = UseView {
        disks,
        gaps: Vec::new(),
        overlaps: Vec::new(),
        free: 0,
    };
    view.walk(size);
    view
}

impl UseView {
    /// Finds gaps and overlaps. Of more than two that overlap, each is held against the one that reaches farthest.
    fn walk(&mut self, size: u32) {
        let mut end = 0;
        let mut farthest: Option<&DiskView> = None;
        for disk in self.disks.iter().filter(|disk| !disk.whole_pack) {
            if disk.first > end && end < size {
                let upto = disk.first.min(size);
                self.gaps.push(Stretch {
                    first: end,
                    count: upto - end,
                });
            }
            if let Some(other) = farthest.filter(|_| disk.first < end) {
                self.overlaps.push(OverlapView {
                    first: disk.first,
                    count: end.min(disk.stretch().end()) - disk.first,
                    disks: [other.name(), disk.name()],
                    of_subconfigs: other.local && disk.local && other.user != disk.user,
                });
            }
            if disk.stretch().end() > end {
                end = disk.stretch().end();
                farthest = Some(disk);
            }
        }
        if end < size {
            self.gaps.push(Stretch {
                first: end,
                count: size - end,
            });
        }
        self.free = self.gaps.iter().map(|gap| gap.count).sum();
    }
}

fn disk(entry: &Entry, mdisk: &Mdisk, volser: Volser, size: u32) -> Option<DiskView> {
    let MdiskSpace::Extent {
        start,
        length,
        volume: MdiskVolume::Volume(named),
    } = &mdisk.space
    else {
        return None;
    };
    if named.value != volser {
        return None;
    }
    let count = match length {
        Length::Units(count) => *count,
        Length::ToEnd => size.saturating_sub(*start),
    };
    Some(DiskView {
        user: entry.id.value.to_string(),
        vdev: mdisk.vdev.value.to_string(),
        first: *start,
        count,
        mode: mdisk.mode.to_string(),
        line: mdisk.place.line,
        whole_pack: false,
        beyond_volume: *start >= size || start.checked_add(count).is_none_or(|end| end > size),
        local: entry.kind == EntryKind::Subconfig,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, size: u32) -> UseView {
        let parsed = parse_directory(&Source::new("USER.DIRECT", text));
        usage(&parsed.value, Volser::new("VOL001").unwrap(), size)
    }

    fn stretches(gaps: &[Stretch]) -> Vec<(u32, u32)> {
        gaps.iter().map(|gap| (gap.first, gap.count)).collect()
    }

    #[test]
    fn gaps_and_overlaps() {
        let used = of(
            "USER A NOLOG 1M 1M G\n MDISK 191 3390 1 10 VOL001 MR\n MDISK 192 3390 20 10 VOL001 MR\n\
             USER B NOLOG 1M 1M G\n MDISK 191 3390 25 10 VOL001 MR\n MDISK 192 3390 1 5 OTHER1 MR\n",
            100,
        );
        assert_eq!(stretches(&used.gaps), [(0, 1), (11, 9), (35, 65)]);
        assert_eq!((used.free, used.disks.len()), (75, 3));
        let overlap = &used.overlaps[0];
        assert_eq!((overlap.first, overlap.count), (25, 5));
        assert_eq!(overlap.disks, ["A 0192", "B 0191"]);
        assert_eq!(used.overlaps.len(), 1);
    }

    #[test]
    fn whole_packs_and_what_lies_behind_the_end() {
        let used = of(
            "USER M NOLOG 1M 1M G\n MDISK 123 3390 0 END VOL001 MR\n MDISK 191 3390 90 20 VOL001 MR\n",
            100,
        );
        assert!(used.disks[0].whole_pack && !used.disks[0].beyond_volume);
        assert!(used.disks[1].beyond_volume);
        assert_eq!(stretches(&used.gaps), [(0, 90)]);
        assert!(used.overlaps.is_empty());
        let alone = of("USER M NOLOG 1M 1M G\n MDISK 123 3390 0 END VOL001 MR\n", 100);
        assert!(!alone.disks[0].whole_pack && alone.gaps.is_empty());
        let empty = of("USER M NOLOG 1M 1M G\n", 100);
        assert_eq!(stretches(&empty.gaps), [(0, 100)]);
    }
}
