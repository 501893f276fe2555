//! What changes as a whole: a track, or a group of blocks.

use std::ops::Range;

use crate::address::{BlockNo, TrackNo};
use crate::canonical::GROUP_BLOCKS;
use crate::error::{BlockError, TrackError};
use crate::extent::Run;
use crate::geometry::{BLOCK_SIZE, Geometry};
use crate::track::Track;
use crate::volume::Volume;

/// Why a unit cannot be read: as the volume says it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnitError {
    /// A track.
    #[error(transparent)]
    Track(#[from] TrackError),
    /// A group of blocks.
    #[error(transparent)]
    Blocks(#[from] BlockError),
}

/// How many units a volume has: its tracks, or its groups of 32 blocks, of which the last may be shorter.
pub fn units(geometry: &Geometry) -> u32 {
    match geometry {
        Geometry::Ckd(geometry) => geometry.tracks().get(),
        Geometry::Fba(geometry) => geometry.blocks.get().div_ceil(group_blocks()),
    }
}

/// The units that have something of the run; none when it is of the wrong kind or not on the volume.
pub(super) fn units_of(geometry: &Geometry, run: Run) -> Option<Range<u32>> {
    match (geometry, run) {
        (Geometry::Ckd(geometry), Run::Cylinders { first, count }) => {
            let end = first.checked_add(count)?;
            let heads = u32::from(geometry.heads);
            (end.get() <= geometry.cylinders.get()).then(|| first.get() * heads..end.get() * heads)
        }
        (Geometry::Fba(geometry), Run::Blocks { first, count }) => {
            let end = first.checked_add(count)?;
            (end.get() <= geometry.blocks.get()).then(|| groups(first, end))
        }
        _ => None,
    }
}

/// The groups that have one of these blocks.
pub(super) fn groups(first: BlockNo, end: BlockNo) -> Range<u32> {
    first.get() / group_blocks()..end.get().div_ceil(group_blocks())
}

/// Reads a unit; a track comes without what lies behind its end mark, the last group may be shorter.
pub(super) fn read_unit(volume: &Volume, unit: u32) -> Result<Vec<u8>, UnitError> {
    match volume.geometry() {
        Geometry::Ckd(geometry) => {
            let track = TrackNo::new(unit);
            let mut slot = vec![0; geometry.slot_len()];
            volume.read_track(track, &mut slot)?;
            // A malformed track is kept as it is: whoever reads it shall see what was there.
            if let Ok(parsed) = Track::parse(&slot, geometry.address(track)) {
                let length = parsed.length();
                slot.truncate(length);
            }
            Ok(slot)
        }
        Geometry::Fba(geometry) => {
            let first = group_start(unit);
            let count = geometry.blocks.get().saturating_sub(first).min(group_blocks());
            let mut group = vec![0; bytes_of(count)];
            volume.read_blocks(BlockNo::new(first), &mut group)?;
            Ok(group)
        }
    }
}

/// The first block of a group.
pub(super) fn group_start(unit: u32) -> u32 {
    unit.saturating_mul(group_blocks())
}

/// Bytes of that many blocks.
pub(super) fn bytes_of(blocks: u32) -> usize {
    usize::try_from(blocks).expect("a number of blocks fits into memory addresses") * BLOCK_SIZE
}

fn group_blocks() -> u32 {
    u32::try_from(GROUP_BLOCKS).expect("a group is small")
}
