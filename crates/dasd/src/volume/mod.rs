//! Volumes: the only thing other crates open.

mod chain;
mod create;
mod draft;
mod files;
mod reader;
mod split;

use std::io;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use crate::address::{BlockNo, TrackAddr, TrackNo};
use crate::bytes::RandomBytes;
use crate::canonical::is_zero;
use crate::error::{BlockError, BlockFault, MountError, TrackError};
use crate::format::{Beginning, FORMATS, Image, ImageFormat, NoParts, Source};
use crate::geometry::{BLOCK_SIZE, CkdGeometry, Geometry};
use crate::label::VolumeLabel;
use crate::stamp::Stamp;
use crate::track::{Track, TrackFault};

pub(crate) use files::FileParts;
use files::open_with;
pub use reader::TrackReader;
pub use split::PART_BYTES_MAX;

/// What a volume is mounted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Reading only; the image is not touched.
    Read,
    /// Reading and writing.
    Write,
}

/// A volume of any image format. All calls take `&self`: many threads can read one volume.
pub struct Volume {
    name: String,
    format: &'static str,
    access: Access,
    image: Box<dyn Image>,
    /// The files that it lies in, if it does.
    files: Vec<Arc<dyn RandomBytes>>,
    label: OnceLock<Option<VolumeLabel>>,
}

impl Volume {
    /// Mounts an image file, and the other files of a split volume whose first part this is.
    ///
    /// # Errors
    /// The file cannot be opened, is no image, is damaged, or is a shadow file.
    pub fn mount_file(path: &Path, access: Access) -> Result<Volume, MountError> {
        let name = path.display().to_string();
        let open = open_with(access);
        let bytes = open(path).map_err(|source| MountError::Io {
            image: name.clone(),
            source,
        })?;
        let parts = FileParts::new(path, access);
        let mut volume = mount(Source {
            name: &name,
            bytes: Arc::clone(&bytes),
            access,
            parts: &parts,
        })?;
        volume.files = parts.with_first(bytes);
        Ok(volume)
    }

    /// Mounts an image from any bytes; `name` is for messages.
    ///
    /// # Errors
    /// As [`Volume::mount_file`]; split volumes are refused.
    pub fn mount(name: &str, bytes: Arc<dyn RandomBytes>, access: Access) -> Result<Volume, MountError> {
        mount(Source {
            name,
            bytes,
            access,
            parts: &NoParts,
        })
    }

    fn new(name: &str, format: &'static str, access: Access, image: Box<dyn Image>) -> Volume {
        Volume {
            name: name.to_owned(),
            format,
            access,
            image,
            files: Vec::new(),
            label: OnceLock::new(),
        }
    }

    /// The name it was mounted by.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What its files look like just now, those of a split volume and shadow files included. None if it lies in no file.
    pub fn stamp(&self) -> Option<Stamp> {
        let mut stamps = self.files.iter().map(|file| file.stamp());
        let first = stamps.next()??;
        stamps.try_fold(first, |stamp, next| Some(stamp.and(next?)))
    }

    /// The image format, for people.
    pub fn format_name(&self) -> &'static str {
        self.format
    }

    /// The shape of the volume.
    pub fn geometry(&self) -> &Geometry {
        self.image.geometry()
    }

    /// What an operator should know about the image although it can be used.
    pub fn notes(&self) -> &[String] {
        self.image.notes()
    }

    /// The label as it was when first asked for; none when there is none or it cannot be read.
    pub fn label(&self) -> Option<&VolumeLabel> {
        self.label.get_or_init(|| self.read_label()).as_ref()
    }

    fn read_label(&self) -> Option<VolumeLabel> {
        match self.geometry() {
            Geometry::Ckd(geometry) => {
                let mut slot = vec![0; geometry.slot_len()];
                self.read_track(TrackNo::new(0), &mut slot).ok()?;
                VolumeLabel::from_track(&Track::parse(&slot, TrackAddr::new(0, 0)).ok()?)
            }
            Geometry::Fba(_) => {
                let mut block = [0; BLOCK_SIZE];
                self.read_blocks(BlockNo::new(1), &mut block).ok()?;
                VolumeLabel::from_block(&block)
            }
        }
    }

    /// Reads tracks into `slots`, one slot each. A track that cannot be read is added to `faults`, its slot is then
    /// unspecified; all others are delivered. Tracks of plain images come as they lie there, unchecked: whoever uses
    /// one walks over it. Tracks of compressed images are checked, with zeros after their end mark.
    ///
    /// # Panics
    /// `slots` is not a whole number of slots of this volume.
    pub fn read_tracks(&self, first: TrackNo, slots: &mut [u8], faults: &mut Vec<TrackError>) {
        let Geometry::Ckd(geometry) = self.geometry() else {
            faults.push(self.track_error(first, TrackFault::NoTracks));
            return;
        };
        let (present, asked) = present_tracks(geometry, first, slots.len());
        let (inside, _) = slots.split_at_mut(present * geometry.slot_len());
        if !inside.is_empty() {
            self.image.read_tracks(first, inside, &mut |track, fault| {
                faults.push(self.track_error(track, fault))
            });
        }
        let tracks = geometry.tracks().get();
        let beyond = u64::from(first.get());
        for missing in present..asked {
            // A track number beyond 32 bits is reported as the last there is.
            let number = u64::try_from(missing)
                .ok()
                .and_then(|missing| u32::try_from(beyond + missing).ok());
            let track = TrackNo::new(number.unwrap_or(u32::MAX));
            faults.push(self.track_error(track, TrackFault::BeyondVolume { tracks }));
        }
    }

    /// Reads one track; see [`Volume::read_tracks`].
    ///
    /// # Errors
    /// The track cannot be read.
    pub fn read_track(&self, at: TrackNo, slot: &mut [u8]) -> Result<(), TrackError> {
        let mut faults = Vec::new();
        self.read_tracks(at, slot, &mut faults);
        faults.into_iter().next().map_or(Ok(()), Err)
    }

    /// Writes tracks, one slot each, with zeros after their end marks. All are checked before the first is written.
    /// More records than the real device has room for are accepted, because restored tracks must be exact;
    /// [`Track::fits`] tells.
    ///
    /// # Errors
    /// The volume is mounted for reading, a track is malformed or not on the volume, or the image cannot be written.
    ///
    /// # Panics
    /// `slots` is not a whole number of slots of this volume.
    pub fn write_tracks(&self, first: TrackNo, slots: &[u8]) -> Result<(), TrackError> {
        let Geometry::Ckd(geometry) = self.geometry() else {
            return Err(self.track_error(first, TrackFault::NoTracks));
        };
        if self.access == Access::Read {
            return Err(self.track_error(first, TrackFault::ReadOnly));
        }
        let (present, asked) = present_tracks(geometry, first, slots.len());
        if present < asked {
            let tracks = geometry.tracks().get();
            return Err(self.track_error(first, TrackFault::BeyondVolume { tracks }));
        }
        let mut clean = true;
        for (number, slot) in (first.get()..).zip(slots.chunks_exact(geometry.slot_len())) {
            let track = TrackNo::new(number);
            let parsed = Track::parse(slot, geometry.address(track))
                .map_err(|fault| self.track_error(track, fault))?;
            clean &= is_zero(&slot[parsed.length()..]);
        }
        let written = if clean {
            self.image.write_tracks(first, slots)
        } else {
            self.image
                .write_tracks(first, &without_tails(geometry, first, slots))
        };
        written.map_err(|(track, fault)| self.track_error(track, fault))
    }

    /// Reads whole blocks.
    ///
    /// # Errors
    /// A block is not on the volume or cannot be read.
    pub fn read_blocks(&self, first: BlockNo, into: &mut [u8]) -> Result<(), BlockError> {
        self.check_blocks(first, into.len())
            .and_then(|()| self.image.read_blocks(first, into))
            .map_err(|fault| self.block_error(first, fault))
    }

    /// Writes whole blocks.
    ///
    /// # Errors
    /// The volume is mounted for reading, or a block is not on it or cannot be written.
    pub fn write_blocks(&self, first: BlockNo, from: &[u8]) -> Result<(), BlockError> {
        let may = if self.access == Access::Read {
            Err(BlockFault::ReadOnly)
        } else {
            Ok(())
        };
        may.and_then(|()| self.check_blocks(first, from.len()))
            .and_then(|()| self.image.write_blocks(first, from))
            .map_err(|fault| self.block_error(first, fault))
    }

    /// Returns when everything written would survive a crash.
    ///
    /// # Errors
    /// Whatever the system says.
    pub fn sync(&self) -> io::Result<()> {
        self.image.sync()
    }

    fn check_blocks(&self, first: BlockNo, length: usize) -> Result<(), BlockFault> {
        let Geometry::Fba(geometry) = self.geometry() else {
            return Err(BlockFault::NoBlocks);
        };
        if !length.is_multiple_of(BLOCK_SIZE) {
            return Err(BlockFault::Length(length));
        }
        let blocks = geometry.blocks.get();
        let count = u64::try_from(length / BLOCK_SIZE).unwrap_or(u64::MAX);
        let fits = u64::from(first.get()).saturating_add(count) <= u64::from(blocks);
        if fits {
            Ok(())
        } else {
            Err(BlockFault::BeyondVolume { blocks })
        }
    }

    pub(crate) fn track_error(&self, track: TrackNo, fault: TrackFault) -> TrackError {
        let at = self
            .geometry()
            .as_ckd()
            .map_or(TrackAddr::new(0, 0), |geometry| geometry.address(track));
        TrackError {
            volume: self.name.clone(),
            track,
            at,
            fault,
        }
    }

    fn block_error(&self, block: BlockNo, fault: BlockFault) -> BlockError {
        BlockError {
            volume: self.name.clone(),
            block,
            fault,
        }
    }
}

impl std::fmt::Debug for Volume {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Volume({}, {}, {}, {:?})",
            self.name,
            self.format,
            self.geometry(),
            self.access
        )
    }
}

fn mount(source: Source<'_>) -> Result<Volume, MountError> {
    let head = Beginning::read(&*source.bytes).map_err(|error| source.io_error(error))?;
    let format = format_of(&source, &head)?;
    let image = format.open(&source)?;
    Ok(Volume::new(source.name, format.name(), source.access, image))
}

/// The format of an image that begins like this.
fn format_of(source: &Source<'_>, head: &Beginning) -> Result<&'static dyn ImageFormat, MountError> {
    let mut formats = FORMATS.iter().copied();
    formats
        .find(|format| format.claims(head))
        .ok_or_else(|| MountError::UnknownFormat {
            image: source.name.to_owned(),
            length: head.length(),
        })
}

/// How many of the tracks asked for are on the volume, and how many are asked for.
fn present_tracks(geometry: &CkdGeometry, first: TrackNo, length: usize) -> (usize, usize) {
    let slot = geometry.slot_len();
    assert!(
        length.is_multiple_of(slot),
        "a buffer of {length} bytes for slots of {slot}"
    );
    let asked = length / slot;
    let left = geometry.tracks().get().saturating_sub(first.get());
    (usize::try_from(left).map_or(asked, |left| left.min(asked)), asked)
}

/// A copy with zeros after every end mark. The tracks have been walked over already.
fn without_tails(geometry: &CkdGeometry, first: TrackNo, slots: &[u8]) -> Vec<u8> {
    let mut copy = slots.to_vec();
    for (number, slot) in (first.get()..).zip(copy.chunks_exact_mut(geometry.slot_len())) {
        let at = geometry.address(TrackNo::new(number));
        let length = Track::parse(slot, at).map_or(slot.len(), |track| track.length());
        slot[length..].fill(0);
    }
    copy
}

#[cfg(test)]
mod tests;
