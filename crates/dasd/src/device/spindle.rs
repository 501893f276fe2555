//! A volume as its drive has it: shared by all systems that are attached to it, one channel program at a time.

use std::io;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, Weak};

use super::change_map::{ChangeMap, Changed, Generation};
use super::freeze::{FreezeError, FreezeSpace, FrozenView, Kept};
use super::units::{UnitError, groups, read_unit, units_of};
use crate::address::{BlockNo, TrackNo};
use crate::error::{BlockError, BlockFault, TrackError};
use crate::extent::Run;
use crate::geometry::{BLOCK_SIZE, Geometry};
use crate::track::TrackFault;
use crate::volume::Volume;

/// A volume with what has to happen beside every write to it: its changes are marked, and frozen views keep what
/// they still need. All writes have to go through here or through a [`super::Device`] attached to it.
pub struct Spindle {
    volume: Volume,
    busy: RwLock<Busy>,
}

/// What a write has to look after. Held for reading while tracks are read and for writing during a channel program
/// that writes, so that programs and views never see half a write.
#[derive(Default)]
pub(super) struct Busy {
    changes: Option<ChangeMap>,
    views: Vec<Weak<Kept>>,
    /// Why no device reaches the volume at the moment.
    offline: Option<String>,
}

impl Busy {
    pub(super) fn offline(&self) -> Option<&str> {
        self.offline.as_deref()
    }
}

/// The spindle's changes are not tracked, or the map of its changes could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum ChangesError {
    /// No change map was given to the spindle.
    #[error("volume {0}: changes are not tracked; attach a change map to it")]
    Untracked(String),
    /// The change map belongs to a volume of another size.
    #[error(
        "volume {volume} has {units} tracks or block groups, its change map is for {mapped}; delete the map"
    )]
    OtherVolume {
        /// The volume.
        volume: String,
        /// How many it has.
        units: u32,
        /// How many the map has.
        mapped: u32,
    },
    /// The map could not be written.
    #[error("volume {volume}: its change map cannot be written: {source}")]
    Io {
        /// The volume.
        volume: String,
        /// What the system says.
        source: io::Error,
    },
}

impl Spindle {
    /// A spindle whose changes nobody tracks.
    pub fn new(volume: Volume) -> Arc<Spindle> {
        Arc::new(Spindle {
            volume,
            busy: RwLock::default(),
        })
    }

    /// A spindle that marks every change in this map.
    ///
    /// # Errors
    /// The map is for a volume of another size.
    pub fn with_changes(volume: Volume, changes: ChangeMap) -> Result<Arc<Spindle>, ChangesError> {
        let units = super::units(volume.geometry());
        let mapped = changes.units();
        if units != mapped {
            let volume = volume.name().to_owned();
            return Err(ChangesError::OtherVolume {
                volume,
                units,
                mapped,
            });
        }
        let busy = Busy {
            changes: Some(changes),
            ..Busy::default()
        };
        Ok(Arc::new(Spindle {
            volume,
            busy: RwLock::new(busy),
        }))
    }

    /// The volume. Reading it directly is fine; writing it directly is seen by no map and no view.
    pub const fn volume(&self) -> &Volume {
        &self.volume
    }

    /// Reads tracks as [`Volume::read_tracks`] does, never half written ones.
    ///
    /// # Panics
    /// `slots` is not a whole number of slots of this volume.
    pub fn read_tracks(&self, first: TrackNo, slots: &mut [u8], faults: &mut Vec<TrackError>) {
        let _busy = self.hold_for_reading();
        self.volume.read_tracks(first, slots, faults);
    }

    /// Writes tracks as [`Volume::write_tracks`] does; what a restore uses.
    ///
    /// # Errors
    /// As [`Volume::write_tracks`], or the change map cannot be written.
    ///
    /// # Panics
    /// `slots` is not a whole number of slots of this volume.
    pub fn write_tracks(&self, first: TrackNo, slots: &[u8]) -> Result<(), TrackError> {
        self.write_tracks_held(&mut self.hold_for_writing(), first, slots)
    }

    /// Writes blocks as [`Volume::write_blocks`] does; what a restore uses.
    ///
    /// # Errors
    /// As [`Volume::write_blocks`], or the change map cannot be written.
    pub fn write_blocks(&self, first: BlockNo, from: &[u8]) -> Result<(), BlockError> {
        self.write_blocks_held(&mut self.hold_for_writing(), first, from)
    }

    /// Freezes the state that a run has now; see [`FrozenView`].
    ///
    /// # Errors
    /// The run is not on the volume.
    pub fn freeze(self: &Arc<Self>, run: Run, space: FreezeSpace) -> Result<FrozenView, FreezeError> {
        self.freeze_held(&mut self.hold_for_writing(), run, space)
    }

    /// Freezes a run and cuts the change map at the same moment: what changes from here on is not in the view and
    /// belongs to the next backup.
    ///
    /// # Errors
    /// The run is not on the volume, changes are not tracked, or the cut cannot be made durable.
    pub fn cut_and_freeze(
        self: &Arc<Self>,
        run: Run,
        space: FreezeSpace,
    ) -> Result<(Generation, FrozenView), FreezeError> {
        let mut busy = self.hold_for_writing();
        let view = self.freeze_held(&mut busy, run, space)?;
        let generation = self.in_changes(&mut busy, ChangeMap::cut)?;
        Ok((generation, view))
    }

    /// Cuts the change map; see [`ChangeMap::cut`].
    ///
    /// # Errors
    /// Changes are not tracked, or the cut cannot be made durable.
    pub fn cut_changes(&self) -> Result<Generation, ChangesError> {
        self.in_changes(&mut self.hold_for_writing(), ChangeMap::cut)
    }

    /// What has changed since a cut; see [`ChangeMap::changed_since`].
    ///
    /// # Errors
    /// Changes are not tracked.
    pub fn changed_since(&self, generation: Generation) -> Result<Changed, ChangesError> {
        let busy = self.hold_for_reading();
        let changes = busy.changes.as_ref();
        changes
            .map(|changes| changes.changed_since(generation))
            .ok_or_else(|| ChangesError::Untracked(self.volume.name().to_owned()))
    }

    /// Drops what came before a cut that a backup has confirmed; see [`ChangeMap::confirm`].
    ///
    /// # Errors
    /// Changes are not tracked, or the map cannot be written.
    pub fn confirm_changes(&self, generation: Generation) -> Result<(), ChangesError> {
        self.in_changes(&mut self.hold_for_writing(), |changes| {
            changes.confirm(generation)
        })
    }

    /// Makes volume and change map durable; without it everything counts as changed the next time.
    ///
    /// # Errors
    /// One of them cannot be written.
    pub fn sync(&self) -> Result<(), ChangesError> {
        let mut busy = self.hold_for_writing();
        self.volume.sync().map_err(|source| self.io_error(source))?;
        match &mut busy.changes {
            Some(changes) => changes.save().map_err(|source| self.io_error(source)),
            None => Ok(()),
        }
    }

    /// From now on every channel program ends with intervention required, for this reason.
    pub fn take_offline(&self, why: &str) {
        self.hold_for_writing().offline = Some(why.to_owned());
    }

    /// The volume can be reached again.
    pub fn bring_online(&self) {
        self.hold_for_writing().offline = None;
    }

    pub(super) fn hold_for_reading(&self) -> RwLockReadGuard<'_, Busy> {
        // A panic elsewhere left no half-made state: every write below is complete or was not begun.
        self.busy.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn hold_for_writing(&self) -> RwLockWriteGuard<'_, Busy> {
        self.busy.write().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn write_tracks_held(
        &self,
        busy: &mut Busy,
        first: TrackNo,
        slots: &[u8],
    ) -> Result<(), TrackError> {
        if let Geometry::Ckd(geometry) = self.volume.geometry() {
            let count = u32::try_from(slots.len() / geometry.slot_len()).unwrap_or(u32::MAX);
            let end = first.get().saturating_add(count).min(geometry.tracks().get());
            self.before_write(busy, first.get()..end)
                .map_err(|error| TrackError {
                    volume: self.volume.name().to_owned(),
                    track: first,
                    at: geometry.address(first),
                    fault: TrackFault::Io(unmarked(&error)),
                })?;
        }
        self.volume.write_tracks(first, slots)
    }

    pub(super) fn write_blocks_held(
        &self,
        busy: &mut Busy,
        first: BlockNo,
        from: &[u8],
    ) -> Result<(), BlockError> {
        if let Geometry::Fba(geometry) = self.volume.geometry() {
            let count = u32::try_from(from.len().div_ceil(BLOCK_SIZE)).unwrap_or(u32::MAX);
            let end = first.get().saturating_add(count).min(geometry.blocks.get());
            self.before_write(busy, groups(first, BlockNo::new(end)))
                .map_err(|error| BlockError {
                    volume: self.volume.name().to_owned(),
                    block: first,
                    fault: BlockFault::Io(unmarked(&error)),
                })?;
        }
        self.volume.write_blocks(first, from)
    }

    /// What must be done before units change: views keep the old state, and the change is marked durably.
    fn before_write(&self, busy: &mut Busy, units: std::ops::Range<u32>) -> io::Result<()> {
        busy.views.retain(|view| view.strong_count() > 0);
        for unit in units {
            let mut old: Option<Result<Vec<u8>, UnitError>> = None;
            for view in busy.views.iter().filter_map(Weak::upgrade) {
                if view.wants(unit) {
                    let old = old.get_or_insert_with(|| read_unit(&self.volume, unit));
                    view.keep(unit, old.clone());
                }
            }
            if let Some(changes) = &mut busy.changes {
                changes.mark(unit)?;
            }
        }
        Ok(())
    }

    fn freeze_held(
        self: &Arc<Self>,
        busy: &mut Busy,
        run: Run,
        space: FreezeSpace,
    ) -> Result<FrozenView, FreezeError> {
        let Some(units) = units_of(self.volume.geometry(), run) else {
            return Err(FreezeError::NotOnVolume {
                volume: self.volume.name().to_owned(),
                run,
                geometry: self.volume.geometry().clone(),
            });
        };
        let kept = Arc::new(Kept::new(units, space));
        busy.views.push(Arc::downgrade(&kept));
        Ok(FrozenView::new(Arc::clone(self), run, kept))
    }

    fn in_changes<T>(
        &self,
        busy: &mut Busy,
        act: impl FnOnce(&mut ChangeMap) -> io::Result<T>,
    ) -> Result<T, ChangesError> {
        match &mut busy.changes {
            Some(changes) => act(changes).map_err(|source| self.io_error(source)),
            None => Err(ChangesError::Untracked(self.volume.name().to_owned())),
        }
    }

    fn io_error(&self, source: io::Error) -> ChangesError {
        ChangesError::Io {
            volume: self.volume.name().to_owned(),
            source,
        }
    }
}

fn unmarked(error: &io::Error) -> String {
    format!("nothing was written, because the change could not be marked in the change map: {error}")
}

impl std::fmt::Debug for Spindle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Spindle")
            .field("volume", &self.volume)
            .finish_non_exhaustive()
    }
}
