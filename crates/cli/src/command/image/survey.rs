//! Reads a whole volume and tells what is on it, for counts and for the picture.

use dasd::{BLOCK_SIZE, BlockNo, CkdGeometry, Geometry, Track, TrackNo, Volume};
use serde::Serialize;

use super::meter::Meter;

/// What a cell of the picture holds: a cylinder or block, or several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Cell {
    /// Something is written there.
    pub(super) used: bool,
    /// Something there cannot be read.
    pub(super) unreadable: bool,
}

/// What is on a volume. The field names are those of the JSON document.
#[derive(Debug, Default, Serialize)]
pub(super) struct Survey {
    /// Tracks with records, or blocks that are not zero.
    pub(super) formatted: u64,
    /// Tracks with no record, or nothing but one end-of-file record; blocks of zeros.
    pub(super) unformatted: u64,
    pub(super) unreadable: u64,
    /// Records behind record 0; none on a volume of blocks.
    pub(super) records: Option<u64>,
    #[serde(skip)]
    pub(super) cells: Vec<Cell>,
}

/// Cylinders or blocks of a volume.
pub(super) fn units(geometry: &Geometry) -> u32 {
    match geometry {
        Geometry::Ckd(ckd) => ckd.cylinders.get(),
        Geometry::Fba(fba) => fba.blocks.get(),
    }
}

/// Reads everything; a cell is so many cylinders or blocks.
pub(super) fn survey(volume: &Volume, units_per_cell: u32, meter: &mut Meter<'_>) -> Survey {
    match volume.geometry() {
        Geometry::Ckd(ckd) => tracks(volume, ckd, units_per_cell, meter),
        Geometry::Fba(fba) => blocks(volume, fba.blocks.get(), units_per_cell, meter),
    }
}

fn tracks(volume: &Volume, ckd: &CkdGeometry, units_per_cell: u32, meter: &mut Meter<'_>) -> Survey {
    let mut survey = Survey {
        records: Some(0),
        ..Survey::default()
    };
    let heads = u32::from(ckd.heads);
    let mut slots = vec![0; ckd.slot_len() * usize::from(ckd.heads)];
    let mut faults = Vec::new();
    for cylinder in 0..ckd.cylinders.get() {
        if cylinder % units_per_cell == 0 {
            survey.cells.push(Cell::default());
        }
        let first = cylinder * heads;
        faults.clear();
        volume.read_tracks(TrackNo::new(first), &mut slots, &mut faults);
        for (number, slot) in (first..).zip(slots.chunks_exact(ckd.slot_len())) {
            let track = TrackNo::new(number);
            let read = !faults.iter().any(|fault| fault.track == track);
            let parsed = Track::parse(slot, ckd.address(track)).ok().filter(|_| read);
            survey.add_track(parsed.as_ref());
        }
        meter.reached(u64::from(first + heads));
    }
    survey
}

/// Blocks that are read at once.
const BLOCKS_AT_ONCE: u32 = 120;

fn blocks(volume: &Volume, count: u32, units_per_cell: u32, meter: &mut Meter<'_>) -> Survey {
    let mut survey = Survey::default();
    let mut group = vec![0; BLOCK_SIZE * usize::try_from(BLOCKS_AT_ONCE).expect("a small number")];
    for first in (0..count).step_by(120) {
        let wanted = BLOCKS_AT_ONCE.min(count - first);
        let span = &mut group[..usize::try_from(wanted).expect("at most a group") * BLOCK_SIZE];
        let whole = volume.read_blocks(BlockNo::new(first), span).is_ok();
        for (number, block) in (first..).zip(span.chunks_exact_mut(BLOCK_SIZE)) {
            if number % units_per_cell == 0 {
                survey.cells.push(Cell::default());
            }
            let read = whole || volume.read_blocks(BlockNo::new(number), block).is_ok();
            survey.add(read, block.iter().any(|&byte| byte != 0));
        }
        meter.reached(u64::from(first) + u64::from(wanted));
    }
    survey
}

impl Survey {
    fn add_track(&mut self, track: Option<&Track<'_>>) {
        let Some(track) = track else {
            self.add(false, false);
            return;
        };
        let mut count = 0;
        let mut used = false;
        for record in track.records() {
            count += 1;
            used |= count > 1 || !record.count.is_end_of_file() || !record.key.is_empty();
        }
        if let Some(records) = &mut self.records {
            *records += count;
        }
        self.add(true, used);
    }

    fn add(&mut self, read: bool, used: bool) {
        if let Some(cell) = self.cells.last_mut() {
            cell.unreadable |= !read;
            cell.used |= read && used;
        }
        match (read, used) {
            (false, _) => self.unreadable += 1,
            (true, true) => self.formatted += 1,
            (true, false) => self.unformatted += 1,
        }
    }
}
