//! Point-in-time copies: a frozen view shows a run as it was, while writes to it go on.
//!
//! The first write to a track copies the track aside, for every view that has not yet kept it; a view reads what was
//! kept, and everything else from the volume. Nothing is copied for tracks that nobody writes.

mod kept;

use std::sync::Arc;

pub use kept::FreezeSpace;
pub(super) use kept::Kept;

use super::Spindle;
use super::spindle::ChangesError;
use super::units::{UnitError, bytes_of, group_start, groups};
use crate::address::{BlockCount, BlockNo, TrackNo};
use crate::error::TrackError;
use crate::extent::Run;
use crate::geometry::{BLOCK_SIZE, Geometry};
use crate::track::TrackFault;

/// Why nothing was frozen.
#[derive(Debug, thiserror::Error)]
pub enum FreezeError {
    /// Cylinders of a block volume, blocks of a CKD volume, or beyond its end.
    #[error("volume {volume} ({geometry}) has no {run}")]
    NotOnVolume {
        /// The volume.
        volume: String,
        /// What was to be frozen.
        run: Run,
        /// What the volume has.
        geometry: Geometry,
    },
    /// The change map could not be cut at the same moment.
    #[error(transparent)]
    Changes(#[from] ChangesError),
}

/// Why a frozen track or block cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrozenError {
    /// The view does not have it.
    #[error("the frozen view has only {0}")]
    Outside(Run),
    /// There was no room for an old track that a write replaced. The whole view is lost; the write was done.
    #[error("the frozen view of {run} is lost: {why}; freeze it again with more space for replaced tracks")]
    Lost {
        /// What was frozen.
        run: Run,
        /// What happened.
        why: String,
    },
    /// It could not be read, then or now.
    #[error(transparent)]
    Unit(#[from] UnitError),
}

/// A run of a volume as it was at one moment. Many threads can read one view. Dropping it frees what it kept.
pub struct FrozenView {
    spindle: Arc<Spindle>,
    run: Run,
    kept: Arc<Kept>,
}

impl FrozenView {
    pub(super) const fn new(spindle: Arc<Spindle>, run: Run, kept: Arc<Kept>) -> FrozenView {
        FrozenView { spindle, run, kept }
    }

    /// What was frozen.
    pub const fn run(&self) -> Run {
        self.run
    }

    /// Bytes of old tracks or groups kept so far, in memory and in the spill space together.
    pub fn kept_bytes(&self) -> u64 {
        self.kept.bytes()
    }

    /// Fails when the view is lost: what was read from it before is still right, nothing more can be read.
    ///
    /// # Errors
    /// [`FrozenError::Lost`].
    pub fn check(&self) -> Result<(), FrozenError> {
        self.kept.check().map_err(|why| self.lost(why))
    }

    /// Reads a track as it was; what lies behind its end mark is no content and need not be what was there.
    ///
    /// # Errors
    /// The track is not in the view, could not be read, or the view is lost.
    ///
    /// # Panics
    /// `slot` is not one slot of this volume.
    pub fn read_track(&self, track: TrackNo, slot: &mut [u8]) -> Result<(), FrozenError> {
        if !self.kept.has(track.get()) || self.spindle.volume().geometry().as_ckd().is_none() {
            return Err(FrozenError::Outside(self.run));
        }
        // Held until the track is read: no write can replace it between the question and the reading.
        let _busy = self.spindle.hold_for_reading();
        match self.kept.get(track.get()).map_err(|why| self.lost(why))? {
            Some(old) => {
                let old = old?;
                slot[..old.len()].copy_from_slice(&old);
                slot[old.len()..].fill(0);
                Ok(())
            }
            None => Ok(self
                .spindle
                .volume()
                .read_track(track, slot)
                .map_err(UnitError::from)?),
        }
    }

    /// Reads tracks as [`crate::Volume::read_tracks`] does. Tracks in a row that were not replaced are read together.
    ///
    /// # Panics
    /// `slots` is not a whole number of slots of this volume, or the volume has blocks.
    pub fn read_tracks(&self, first: TrackNo, slots: &mut [u8], faults: &mut Vec<TrackError>) {
        let geometry = self.spindle.volume().geometry().as_ckd();
        let slot_len = geometry.expect("tracks of a CKD volume").slot_len();
        assert!(slots.len().is_multiple_of(slot_len), "whole slots");
        let _busy = self.spindle.hold_for_reading();
        let mut track = first.get();
        let mut rest = slots;
        while !rest.is_empty() {
            let asked = rest.len() / slot_len;
            let together = self.kept.free_run(track, asked).unwrap_or(0);
            let (now, later) = rest.split_at_mut(together.max(1) * slot_len);
            if together > 0 {
                self.spindle
                    .volume()
                    .read_tracks(TrackNo::new(track), now, faults);
            } else if let Err(error) = self.read_replaced(TrackNo::new(track), now) {
                faults.push(error);
            }
            let done = u32::try_from(together.max(1)).unwrap_or(u32::MAX);
            track = track.saturating_add(done);
            rest = later;
        }
    }

    /// Reads blocks as they were.
    ///
    /// # Errors
    /// A block is not in the view, could not be read, or the view is lost.
    pub fn read_blocks(&self, first: BlockNo, into: &mut [u8]) -> Result<(), FrozenError> {
        let volume = self.spindle.volume();
        let count = u32::try_from(into.len() / BLOCK_SIZE).unwrap_or(u32::MAX);
        let asked = Run::Blocks {
            first,
            count: BlockCount::new(count),
        };
        if !into.len().is_multiple_of(BLOCK_SIZE) || !self.run.contains(asked) {
            return Err(FrozenError::Outside(self.run));
        }
        let _busy = self.spindle.hold_for_reading();
        self.check()?;
        volume.read_blocks(first, into).map_err(UnitError::from)?;
        // Groups that were replaced since lie over what the volume has now.
        let end = first.get() + count;
        for group in groups(first, BlockNo::new(end)) {
            if let Some(old) = self.kept.get(group).map_err(|why| self.lost(why))? {
                let old = old?;
                let group_first = group_start(group);
                let from = first.get().max(group_first);
                let skip = bytes_of(from - group_first);
                let target = bytes_of(from - first.get());
                let length = (old.len() - skip).min(into.len() - target);
                into[target..target + length].copy_from_slice(&old[skip..skip + length]);
            }
        }
        Ok(())
    }

    /// A track that was replaced, or that the view cannot give; as an error of the volume.
    fn read_replaced(&self, track: TrackNo, slot: &mut [u8]) -> Result<(), TrackError> {
        let volume = self.spindle.volume();
        let error = |fault| TrackError {
            volume: volume.name().to_owned(),
            track,
            at: volume
                .geometry()
                .as_ckd()
                .map_or_else(Default::default, |geometry| geometry.address(track)),
            fault,
        };
        if !self.kept.has(track.get()) {
            return Err(error(TrackFault::Io(FrozenError::Outside(self.run).to_string())));
        }
        match self.kept.get(track.get()) {
            Ok(Some(Ok(old))) => {
                slot[..old.len()].copy_from_slice(&old);
                slot[old.len()..].fill(0);
                Ok(())
            }
            Ok(Some(Err(UnitError::Track(old)))) => Err(old),
            Ok(Some(Err(UnitError::Blocks(old)))) => Err(error(TrackFault::Io(old.to_string()))),
            Ok(None) => volume.read_track(track, slot),
            Err(why) => Err(error(TrackFault::Io(self.lost(why).to_string()))),
        }
    }

    const fn lost(&self, why: String) -> FrozenError {
        FrozenError::Lost { run: self.run, why }
    }
}

impl std::fmt::Debug for FrozenView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FrozenView({}, {})", self.spindle.volume().name(), self.run)
    }
}
