//! The disks, as one member sees them.

use std::sync::{Arc, Mutex};

use dasd::device::ChangeMap;
use dasd::{BlockError, BlockNo, Geometry, MountError, Stamp, TrackError, TrackNo, Volser};
use futures_util::future::BoxFuture;
use thiserror::Error;
use zvm::{MemberName, VolumeKey};

/// Attaches packs for members. The member is an argument and the pack is found through it, so that nobody can
/// reach another member's private pack by accident.
pub trait Disks: Send + Sync {
    /// The pack that `who` sees under the name `volser`.
    fn attach<'a>(
        &'a self,
        who: &'a MemberName,
        volser: &'a Volser,
    ) -> BoxFuture<'a, Result<Arc<dyn Device>, AttachError>>;
}

/// One attached pack. Reads and writes are positional, so many threads may use one device.
pub trait Device: Send + Sync {
    /// Which pack this is: a private one carries its member's name.
    fn key(&self) -> &VolumeKey;

    /// Its device type and size.
    fn geometry(&self) -> &Geometry;

    /// See [`dasd::Volume::read_tracks`].
    fn read_tracks(&self, first: TrackNo, slots: &mut [u8], faults: &mut Vec<TrackError>);

    /// See [`dasd::Volume::read_blocks`].
    ///
    /// # Errors
    /// When a block cannot be read.
    fn read_blocks(&self, first: BlockNo, into: &mut [u8]) -> Result<(), BlockError>;

    /// See [`dasd::Volume::write_tracks`].
    ///
    /// # Errors
    /// When a track cannot be written, or the pack was attached for reading.
    fn write_tracks(&self, first: TrackNo, slots: &[u8]) -> Result<(), TrackError>;

    /// See [`dasd::Volume::write_blocks`].
    ///
    /// # Errors
    /// When a block cannot be written, or the pack was attached for reading.
    fn write_blocks(&self, first: BlockNo, from: &[u8]) -> Result<(), BlockError>;

    /// Returns once what was written would survive a crash.
    ///
    /// # Errors
    /// When the system cannot promise that.
    fn sync(&self) -> std::io::Result<()>;

    /// The map of its changes, if one is kept.
    fn changes(&self) -> Option<&Mutex<ChangeMap>> {
        None
    }

    /// What its image files look like just now, if it lies in files.
    fn stamp(&self) -> Option<Stamp> {
        None
    }

    /// Waits as long as a channel program over `bytes` bytes would take. Real files take their own time.
    fn pace(&self, bytes: u64) -> BoxFuture<'_, ()>;
}

/// Why a member did not get a pack.
#[derive(Debug, Error)]
pub enum AttachError {
    /// The member's configuration does not reach such a pack.
    #[error("member {member} does not reach volume {volser}: {reason}")]
    Unreachable {
        /// Who asked.
        member: MemberName,
        /// For what.
        volser: Volser,
        /// Why not, in the words of the configuration.
        reason: String,
    },
    /// The pack is known, but its image cannot be opened.
    #[error("volume {volser} of member {member} cannot be mounted")]
    Mount {
        /// Who asked.
        member: MemberName,
        /// For what.
        volser: Volser,
        /// What is wrong with the image.
        source: MountError,
    },
}
