//! Restoring onto a device that keeps nothing: proves that a copy is whole before anything is overwritten.

use std::sync::Arc;

use catalog::DomainRecord;
use dasd::{BlockError, BlockNo, Geometry, TrackError, TrackNo};
use futures_util::future::BoxFuture;
use zvm::VolumeKey;

use crate::domain::extent_geometry;
use crate::env::{Device, Env};
use crate::progress::Silent;
use crate::restore::{RestoreError, RestoreSummary, Target, restore};

/// Reads all of a copy, checks every hash and puts every track together, and writes nothing.
///
/// # Errors
/// The same as [`restore`] gives.
pub async fn rehearse(env: &Env, record: &DomainRecord) -> Result<RestoreSummary, RestoreError> {
    let Some(geometry) = extent_geometry(record) else {
        let reason = "the catalog names a device that this program does not know".to_owned();
        return Err(RestoreError::WrongTarget {
            domain: record.name,
            reason,
        });
    };
    let key = VolumeKey {
        volser: record.volser,
        member: record.volume_member,
    };
    restore(
        env,
        record,
        &Target {
            device: Arc::new(Sink { key, geometry }),
            first: 0,
        },
        &Silent,
    )
    .await
}

/// Takes every write and forgets it.
struct Sink {
    key: VolumeKey,
    geometry: Geometry,
}

impl Device for Sink {
    fn key(&self) -> &VolumeKey {
        &self.key
    }
    fn geometry(&self) -> &Geometry {
        &self.geometry
    }
    fn read_tracks(&self, _first: TrackNo, slots: &mut [u8], _faults: &mut Vec<TrackError>) {
        slots.fill(0);
    }
    fn read_blocks(&self, _first: BlockNo, into: &mut [u8]) -> Result<(), BlockError> {
        into.fill(0);
        Ok(())
    }
    fn write_tracks(&self, _first: TrackNo, _slots: &[u8]) -> Result<(), TrackError> {
        Ok(())
    }
    fn write_blocks(&self, _first: BlockNo, _from: &[u8]) -> Result<(), BlockError> {
        Ok(())
    }
    fn sync(&self) -> std::io::Result<()> {
        Ok(())
    }
    fn pace(&self, _bytes: u64) -> BoxFuture<'_, ()> {
        Box::pin(std::future::ready(()))
    }
}
