//! Volumes that exist in memory only, to be converted to an image of any format.

use std::collections::BTreeMap;
use std::io;
use std::sync::{PoisonError, RwLock};

use super::{Access, Volume};
use crate::address::{BlockNo, TrackNo};
use crate::error::{BlockFault, CreateError};
use crate::format::Image;
use crate::geometry::{BLOCK_SIZE, CkdGeometry, Geometry};
use crate::null_track::NullFormat;
use crate::track::{Track, TrackFault};

impl Volume {
    /// A new volume in memory, with unformatted tracks of that kind or with zero blocks. It takes memory only for
    /// what is written to it, so a labelled volume of any size can be prepared here and converted
    /// ([`crate::convert::to_file`]) to a format that cannot be written in place.
    ///
    /// # Errors
    /// There is no such volume, or its slots are too short for such tracks.
    pub fn draft(name: &str, geometry: Geometry, tracks: NullFormat) -> Result<Volume, CreateError> {
        geometry.check(name)?;
        if let Geometry::Ckd(ckd) = &geometry {
            let fits = tracks.fill(&mut vec![0; ckd.slot_len()], ckd.address(TrackNo::new(0)));
            fits.map_err(|_| CreateError::Geometry {
                image: name.to_owned(),
                geometry: geometry.clone(),
                why: "such unformatted tracks do not fit into its slots",
            })?;
        }
        let draft = Draft {
            geometry,
            tracks,
            written: RwLock::default(),
        };
        Ok(Volume::new(name, "draft", Access::Write, Box::new(draft)))
    }
}

struct Draft {
    geometry: Geometry,
    tracks: NullFormat,
    /// Tracks without what is behind their end mark, or blocks, by their number.
    written: RwLock<BTreeMap<u32, Box<[u8]>>>,
}

impl Draft {
    fn read_track(&self, geometry: &CkdGeometry, track: TrackNo, slot: &mut [u8]) {
        let written = self.written.read().unwrap_or_else(PoisonError::into_inner);
        match written.get(&track.get()) {
            Some(content) => {
                slot[..content.len()].copy_from_slice(content);
                slot[content.len()..].fill(0);
            }
            None => {
                self.tracks
                    .fill(slot, geometry.address(track))
                    .expect("such a track was made when the volume was");
            }
        }
    }
}

impl Image for Draft {
    fn geometry(&self) -> &Geometry {
        &self.geometry
    }

    fn read_tracks(&self, first: TrackNo, slots: &mut [u8], failed: &mut dyn FnMut(TrackNo, TrackFault)) {
        let Geometry::Ckd(geometry) = &self.geometry else {
            failed(first, TrackFault::NoTracks);
            return;
        };
        for (number, slot) in (first.get()..).zip(slots.chunks_exact_mut(geometry.slot_len())) {
            self.read_track(geometry, TrackNo::new(number), slot);
        }
    }

    fn write_tracks(&self, first: TrackNo, slots: &[u8]) -> Result<(), (TrackNo, TrackFault)> {
        let Geometry::Ckd(geometry) = &self.geometry else {
            return Err((first, TrackFault::NoTracks));
        };
        let mut written = self.written.write().unwrap_or_else(PoisonError::into_inner);
        for (number, slot) in (first.get()..).zip(slots.chunks_exact(geometry.slot_len())) {
            let track = TrackNo::new(number);
            let parsed = Track::parse(slot, geometry.address(track)).map_err(|fault| (track, fault))?;
            written.insert(number, slot[..parsed.length()].into());
        }
        Ok(())
    }

    fn read_blocks(&self, first: BlockNo, into: &mut [u8]) -> Result<(), BlockFault> {
        let written = self.written.read().unwrap_or_else(PoisonError::into_inner);
        for (number, block) in (first.get()..).zip(into.chunks_exact_mut(BLOCK_SIZE)) {
            match written.get(&number) {
                Some(content) => block.copy_from_slice(content),
                None => block.fill(0),
            }
        }
        Ok(())
    }

    fn write_blocks(&self, first: BlockNo, from: &[u8]) -> Result<(), BlockFault> {
        let mut written = self.written.write().unwrap_or_else(PoisonError::into_inner);
        for (number, block) in (first.get()..).zip(from.chunks_exact(BLOCK_SIZE)) {
            if block.iter().any(|&byte| byte != 0) {
                written.insert(number, block.into());
            } else {
                written.remove(&number);
            }
        }
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        Ok(())
    }
}
