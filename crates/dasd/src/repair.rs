//! Makes a sound copy of a damaged image. The original is only read.

use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::Arc;

use crate::address::TrackNo;
use crate::bytes::{FileBytes, RandomBytes};
use crate::convert::{Lost, pack_lossy, read_pieces};
use crate::error::{ConvertError, CreateError, MountError};
use crate::format::{Beginning, mend, packed_kind};
use crate::geometry::{CkdGeometry, Geometry};
use crate::null_track::NullFormat;
use crate::track::Track;
use crate::volume::{Access, Volume};

/// Why an image cannot be repaired.
#[derive(Debug, thiserror::Error)]
pub enum RepairError {
    /// Its headers are damaged beyond what can be guessed.
    #[error("cannot be repaired: {0}")]
    Mount(#[from] MountError),
    /// The copy cannot be made.
    #[error(transparent)]
    Convert(#[from] ConvertError),
}

/// More losses are counted and not kept.
pub const LOSSES_MAX: usize = 5_000;

/// What a repair did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repaired {
    /// What had to be changed in the headers to read the image at all.
    pub mended: Vec<String>,
    /// Tracks that are unformatted in the copy and blocks that are zero, because they could not be read.
    pub lost: Vec<Lost>,
    /// How many more there are.
    pub omitted: u64,
}

impl Repaired {
    fn lose(&mut self, lost: Lost) {
        if self.lost.len() < LOSSES_MAX {
            self.lost.push(lost);
        } else {
            self.omitted += 1;
        }
    }
}

/// Writes a sound copy of an image to a new file of the same format: compressed images without free space, plain
/// ones in one file. What can be read is kept as it is, what cannot becomes unformatted tracks or zero blocks and is
/// listed. Headers are mended where the rest of the file tells what they should say. `progress` is told the number
/// of tracks or blocks that are done.
///
/// # Errors
/// The headers cannot be mended, the image is a shadow file, or the copy cannot be written; then there is none.
pub fn repair(source: &Path, target: &Path, progress: &mut dyn FnMut(u64)) -> Result<Repaired, RepairError> {
    let mut repaired = Repaired::default();
    let volume = mount_mended(source, &mut repaired.mended)?;
    let name = target.display().to_string();
    let io_error = |source| CreateError::Io {
        image: name.clone(),
        source,
    };
    let bytes = FileBytes::create_new(target)
        .map_err(io_error)
        .map_err(ConvertError::from)?;
    let bytes: Arc<dyn RandomBytes> = Arc::new(bytes);
    let head = FileBytes::open_read(source).and_then(|bytes| Beginning::read(&bytes));
    let kind = head.ok().and_then(|head| packed_kind(&head));
    let copied = match kind {
        Some(format) => {
            let lose = &mut |lost| {
                repaired.lose(lost);
                Ok(())
            };
            pack_lossy(&volume, &name, bytes, format, progress, lose).map(drop)
        }
        None => copy_plain(&volume, &name, bytes, progress, &mut repaired),
    };
    copied.inspect_err(|_| drop(std::fs::remove_file(target)))?;
    Ok(repaired)
}

/// Mounts the image as it is, or with mended headers.
fn mount_mended(path: &Path, mended: &mut Vec<String>) -> Result<Volume, MountError> {
    let refused = match Volume::mount_file(path, Access::Read) {
        Ok(volume) => return Ok(volume),
        Err(refused @ (MountError::Shadow { .. } | MountError::Split { .. } | MountError::Io { .. })) => {
            return Err(refused);
        }
        Err(refused) => refused,
    };
    let name = path.display().to_string();
    let bytes = FileBytes::open_read(path).map_err(|source| MountError::Io {
        image: name.clone(),
        source,
    })?;
    let Some(mending) = mend(&bytes) else {
        return Err(refused);
    };
    let bytes = Mended {
        inner: bytes,
        front: mending.front,
        length: mending.length,
    };
    let volume = Volume::mount(&name, Arc::new(bytes), Access::Read)?;
    mended.push(refused.to_string());
    mended.extend(mending.changes);
    Ok(volume)
}

/// Bytes with another beginning, and of another length: what is not there cannot be read.
struct Mended {
    inner: FileBytes,
    front: Vec<u8>,
    length: u64,
}

impl RandomBytes for Mended {
    fn len(&self) -> io::Result<u64> {
        Ok(self.length)
    }

    fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<()> {
        let begin = usize::try_from(at).unwrap_or(usize::MAX).min(self.front.len());
        let from_front = into.len().min(self.front.len() - begin);
        let (front, rest) = into.split_at_mut(from_front);
        front.copy_from_slice(&self.front[begin..begin + from_front]);
        if rest.is_empty() {
            return Ok(());
        }
        let skipped = u64::try_from(from_front).map_err(io::Error::other)?;
        self.inner.read_at(at.saturating_add(skipped), rest)
    }

    fn write_at(&self, _: u64, _: &[u8]) -> io::Result<()> {
        Err(ErrorKind::ReadOnlyFilesystem.into())
    }

    fn set_len(&self, _: u64) -> io::Result<()> {
        Err(ErrorKind::ReadOnlyFilesystem.into())
    }

    fn sync(&self) -> io::Result<()> {
        Ok(())
    }
}

fn copy_plain(
    source: &Volume,
    name: &str,
    bytes: Arc<dyn RandomBytes>,
    progress: &mut dyn FnMut(u64),
    repaired: &mut Repaired,
) -> Result<(), ConvertError> {
    let target = Volume::create_unformatted(name, bytes, source.geometry().clone())?;
    match source.geometry() {
        Geometry::Ckd(geometry) => copy_tracks(source, &target, geometry, progress, repaired)?,
        // A plain block image has no header to be damaged; all that can be lost is what the medium does not give.
        Geometry::Fba(_) => crate::convert::copy(source, &target, progress)?,
    }
    target.sync().map_err(|source| ConvertError::Io {
        image: name.to_owned(),
        source,
    })
}

fn copy_tracks(
    source: &Volume,
    target: &Volume,
    geometry: &CkdGeometry,
    progress: &mut dyn FnMut(u64),
    repaired: &mut Repaired,
) -> Result<(), ConvertError> {
    let mut null = vec![0; geometry.slot_len()];
    read_pieces(source, geometry, &mut |first, slots, faults| {
        for (number, slot) in (first.get()..).zip(slots.chunks_exact(geometry.slot_len())) {
            let track = TrackNo::new(number);
            let at = geometry.address(track);
            let unread = faults.iter().position(|fault| fault.track == track);
            let fault = match unread {
                Some(index) => Some(faults.swap_remove(index)),
                None => Track::parse(slot, at)
                    .err()
                    .map(|fault| source.track_error(track, fault)),
            };
            let Some(fault) = fault else {
                target.write_tracks(track, slot).map_err(ConvertError::Track)?;
                continue;
            };
            repaired.lose(Lost::Track(fault));
            NullFormat::Empty
                .fill(&mut null, at)
                .expect("every track of a mounted volume has an address and room for an empty track");
            target.write_tracks(track, &null).map_err(ConvertError::Track)?;
        }
        progress(u64::from(first.get()) + u64::try_from(slots.len() / geometry.slot_len()).unwrap_or(0));
        Ok(())
    })
}
