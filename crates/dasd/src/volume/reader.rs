//! Looking at tracks one at a time.

use super::Volume;
use crate::address::{TrackAddr, TrackNo};
use crate::error::TrackError;
use crate::geometry::CkdGeometry;
use crate::track::Track;

/// Reads tracks one after the other into a slot of its own, and walks over each.
pub struct TrackReader<'a> {
    volume: &'a Volume,
    geometry: &'a CkdGeometry,
    slot: Vec<u8>,
}

impl<'a> TrackReader<'a> {
    /// A reader of that volume; none for a block volume.
    pub fn new(volume: &'a Volume) -> Option<TrackReader<'a>> {
        let geometry = volume.geometry().as_ckd()?;
        Some(TrackReader {
            volume,
            geometry,
            slot: vec![0; geometry.slot_len()],
        })
    }

    /// The track with its records, well formed.
    ///
    /// # Errors
    /// The track cannot be read or is malformed.
    pub fn read(&mut self, track: TrackNo) -> Result<Track<'_>, TrackError> {
        self.volume.read_track(track, &mut self.slot)?;
        let at = self.geometry.address(track);
        Track::parse(&self.slot, at).map_err(|fault| self.volume.track_error(track, fault))
    }

    /// As [`TrackReader::read`], by address.
    ///
    /// # Errors
    /// As there; an address whose head the device does not have is beyond the volume.
    pub fn read_at(&mut self, at: TrackAddr) -> Result<Track<'_>, TrackError> {
        let track = if at.head.get() < self.geometry.heads {
            self.geometry.number(at)
        } else {
            TrackNo::new(u32::MAX)
        };
        self.read(track)
    }
}
