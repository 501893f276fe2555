//! Disks over image files: the packs of a site, or a shelf of images without a site.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use dasd::device::ChangeMap;
use dasd::{Access, BlockError, BlockNo, Geometry, Stamp, TrackError, TrackNo, Volser, Volume};
use futures_util::future::BoxFuture;
use thiserror::Error;
use zvm::{MemberName, Site, VolumeKey};

use super::{AttachError, Device, Disks};

/// A mounted volume as a device.
pub struct VolumeDevice {
    key: VolumeKey,
    volume: Volume,
    changes: Option<Mutex<ChangeMap>>,
}

impl VolumeDevice {
    /// The volume under the name that its member knows it by; a shared pack has no member.
    pub fn new(volser: Volser, member: Option<MemberName>, volume: Volume) -> Self {
        Self {
            key: VolumeKey { volser, member },
            volume,
            changes: None,
        }
    }

    /// The same volume, whose changes are in this map.
    #[must_use]
    pub fn with_changes(mut self, changes: Option<ChangeMap>) -> Self {
        self.changes = changes.map(Mutex::new);
        self
    }
}

impl Device for VolumeDevice {
    fn key(&self) -> &VolumeKey {
        &self.key
    }
    fn geometry(&self) -> &Geometry {
        self.volume.geometry()
    }
    fn read_tracks(&self, first: TrackNo, slots: &mut [u8], faults: &mut Vec<TrackError>) {
        self.volume.read_tracks(first, slots, faults);
    }
    fn read_blocks(&self, first: BlockNo, into: &mut [u8]) -> Result<(), BlockError> {
        self.volume.read_blocks(first, into)
    }
    fn write_tracks(&self, first: TrackNo, slots: &[u8]) -> Result<(), TrackError> {
        self.volume.write_tracks(first, slots)
    }
    fn write_blocks(&self, first: BlockNo, from: &[u8]) -> Result<(), BlockError> {
        self.volume.write_blocks(first, from)
    }
    fn sync(&self) -> std::io::Result<()> {
        self.volume.sync()
    }
    fn changes(&self) -> Option<&Mutex<ChangeMap>> {
        self.changes.as_ref()
    }
    fn stamp(&self) -> Option<Stamp> {
        self.volume.stamp()
    }
    fn pace(&self, _bytes: u64) -> BoxFuture<'_, ()> {
        Box::pin(std::future::ready(()))
    }
}

/// The packs of a site, mounted when a member first asks for them.
pub struct MountedVolumes {
    site: Arc<Site>,
    folder: PathBuf,
    access: Access,
    /// The epoch of maps of changes that begin anew, if maps are looked for.
    epoch: Option<u64>,
    mounted: Mutex<BTreeMap<VolumeKey, Arc<VolumeDevice>>>,
}

impl MountedVolumes {
    /// The packs of `site`, whose image paths are relative to `folder`.
    pub fn new(site: Arc<Site>, folder: PathBuf, access: Access) -> Self {
        Self {
            site,
            folder,
            access,
            epoch: None,
            mounted: Mutex::default(),
        }
    }

    /// The same packs, with the maps of changes that lie beside their images. `epoch` is for maps that have to begin
    /// anew; see [`ChangeMap::open`].
    #[must_use]
    pub fn with_changes(mut self, epoch: u64) -> Self {
        self.epoch = Some(epoch);
        self
    }

    /// The map beside an image. One that cannot be used is no reason not to read the volume.
    fn changes(&self, image: &Path, volume: &Volume) -> Option<ChangeMap> {
        let opened = ChangeMap::open_beside(image, volume.geometry(), self.epoch?);
        opened.unwrap_or_else(|error| {
            tracing::warn!("the change map of {} is not used: {error}", image.display());
            None
        })
    }

    fn find(&self, who: &MemberName, volser: &Volser) -> Result<Arc<dyn Device>, AttachError> {
        let pack = self
            .site
            .volume_at(who, volser)
            .ok_or_else(|| AttachError::Unreachable {
                member: *who,
                volser: *volser,
                reason: "SYSTEM CONFIG does not attach it there, or site.toml lists no image for it"
                    .to_owned(),
            })?;
        let mut mounted = self.mounted.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(device) = mounted.get(&pack.key) {
            return Ok(Arc::clone(device) as Arc<dyn Device>);
        }
        let image = self.folder.join(&pack.image);
        let volume = Volume::mount_file(&image, self.access).map_err(|source| AttachError::Mount {
            member: *who,
            volser: *volser,
            source,
        })?;
        let changes = self.changes(&image, &volume).map(Mutex::new);
        let device = Arc::new(VolumeDevice {
            key: pack.key,
            volume,
            changes,
        });
        mounted.insert(pack.key, Arc::clone(&device));
        Ok(device)
    }
}

impl Disks for MountedVolumes {
    fn attach<'a>(
        &'a self,
        who: &'a MemberName,
        volser: &'a Volser,
    ) -> BoxFuture<'a, Result<Arc<dyn Device>, AttachError>> {
        Box::pin(std::future::ready(self.find(who, volser)))
    }
}

/// Mounted images without a site: whoever asks sees them all.
#[derive(Default)]
pub struct ImageShelf {
    images: BTreeMap<Volser, Arc<VolumeDevice>>,
}

/// Why an image did not get a place on the shelf.
#[derive(Debug, Error)]
pub enum ShelfError {
    /// Two images go by one name.
    #[error("{second} and {first} are both named {volser}; tell them apart with --image NAME={second}")]
    SameName {
        /// The name.
        volser: Volser,
        /// The image that has it.
        first: String,
        /// The image that wanted it.
        second: String,
    },
}

impl ImageShelf {
    /// Puts a mounted volume on the shelf, with the map of its changes if there is one.
    ///
    /// # Errors
    /// When another image has that name.
    pub fn add(
        &mut self,
        volser: Volser,
        volume: Volume,
        changes: Option<ChangeMap>,
    ) -> Result<(), ShelfError> {
        if let Some(first) = self.images.get(&volser) {
            return Err(ShelfError::SameName {
                volser,
                first: first.volume.name().to_owned(),
                second: volume.name().to_owned(),
            });
        }
        let device = VolumeDevice::new(volser, None, volume).with_changes(changes);
        self.images.insert(volser, Arc::new(device));
        Ok(())
    }

    /// The names and sizes of what stands on the shelf, by name.
    pub fn volumes(&self) -> impl Iterator<Item = (Volser, &Geometry)> {
        self.images
            .iter()
            .map(|(volser, image)| (*volser, image.volume.geometry()))
    }
}

impl Disks for ImageShelf {
    fn attach<'a>(
        &'a self,
        who: &'a MemberName,
        volser: &'a Volser,
    ) -> BoxFuture<'a, Result<Arc<dyn Device>, AttachError>> {
        let device = self
            .images
            .get(volser)
            .map(|image| Arc::clone(image) as Arc<dyn Device>);
        Box::pin(std::future::ready(device.ok_or_else(|| {
            AttachError::Unreachable {
                member: *who,
                volser: *volser,
                reason: "no image of that name was given".to_owned(),
            }
        })))
    }
}
