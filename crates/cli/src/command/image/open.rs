//! Mounts images, and says which command helps with those that cannot be mounted as they are.

use std::path::{Path, PathBuf};

use anyhow::{Error, Result, anyhow};
use dasd::{Access, MountError, Volume};

use crate::output::warn;

/// Mounts an image for reading. What an operator should know about it goes to standard error: notes of the format,
/// and shadow files beside it that are not read.
pub(crate) fn open(path: &Path) -> Result<Volume> {
    let volume = Volume::mount_file(path, Access::Read).map_err(advise)?;
    // Only compressed images can have shadow files; `vol_1.3390` beside a plain `vol.3390` is part of a split volume.
    if volume.format_name().starts_with('C')
        && let Some(shadow) = Volume::shadows_of(path).first()
    {
        warn(&format!(
            "{}: the changes in {} are left out; --shadows or `ssibackup image merge` adds them",
            path.display(),
            shadow.display()
        ));
    }
    Ok(noted(volume))
}

/// Mounts an image with shadow files over it, the first shadow first.
pub(crate) fn open_chain(base: &Path, shadows: &[PathBuf]) -> Result<Volume> {
    Ok(noted(Volume::mount_chain(base, shadows)?))
}

fn noted(volume: Volume) -> Volume {
    for note in volume.notes() {
        warn(&format!("{}: {note}", volume.name()));
    }
    volume
}

fn advise(error: MountError) -> Error {
    match error {
        MountError::Shadow { .. } => {
            anyhow!("{error}: `ssibackup image merge BASE SHADOW... --to NEW`")
        }
        other => other.into(),
    }
}
