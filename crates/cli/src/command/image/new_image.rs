//! Images that appear under their name only when they are complete.
//!
//! They are written in a folder of their own beside their place, because a split volume is several files whose names
//! follow from the first.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use dasd::bytes::FileBytes;
use dasd::convert::{self, ImageKind};
use dasd::{ConvertError, CreateError, Creation, PART_BYTES_MAX, Volume};

use super::meter::Meter;
use crate::exit::Usage;

/// An image on its way. What was not kept is gone when this is dropped.
pub(super) struct NewImage {
    target: PathBuf,
    folder: PathBuf,
    force: bool,
}

impl NewImage {
    /// Begins the image `target`. With `force` it will replace one that exists; `inputs` are never replaced.
    pub(super) fn begin(target: &Path, force: bool, inputs: &[&Path]) -> Result<Self> {
        let Some(name) = target.file_name() else {
            return Err(Usage(format!("{} is no file name", target.display())).into());
        };
        let mut partial = std::ffi::OsString::from(".");
        partial.push(name);
        partial.push(".partial");
        let image = Self {
            target: target.to_owned(),
            folder: target.with_file_name(partial),
            force,
        };
        image.refuse(target, inputs)?;
        // A left-over of a run that was killed.
        image.clear();
        fs::create_dir(&image.folder).with_context(|| {
            format!(
                "cannot write {}; check the folder and permissions",
                target.display()
            )
        })?;
        Ok(image)
    }

    /// Refuses a place that is taken, and with `--force` one that is being read.
    fn refuse(&self, place: &Path, inputs: &[&Path]) -> Result<()> {
        let Ok(metadata) = place.symlink_metadata() else {
            return Ok(());
        };
        let name = place.display();
        let itself = place.canonicalize().ok();
        let same = |input: &&Path| itself.is_some() && input.canonicalize().ok() == itself;
        if inputs.iter().any(same) {
            return Err(Usage(format!(
                "{name} is being read; choose another place for the result"
            ))
            .into());
        }
        if metadata.is_dir() {
            bail!("{name} is a folder; name a file");
        }
        if !self.force {
            bail!(
                "{name} exists, and images are not overwritten; choose another name, or --force where there is one"
            );
        }
        Ok(())
    }

    /// The name it will have.
    pub(super) fn target(&self) -> &Path {
        &self.target
    }

    /// Where to write an image of one file.
    pub(super) fn file(&self) -> PathBuf {
        self.folder.join(self.target.file_name().unwrap_or_default())
    }

    /// Where to write what is needed on the way only.
    pub(super) fn scratch(&self) -> PathBuf {
        self.folder.join("scratch")
    }

    /// Copies a volume into the image.
    pub(super) fn write(&self, source: &Volume, kind: ImageKind, meter: &mut Meter<'_>) -> Result<()> {
        let progress = &mut |done| meter.reached(done);
        let name = self.target.display().to_string();
        let geometry = source.geometry().clone();
        match kind {
            ImageKind::Plain => {
                let target = Volume::create_unformatted(&name, self.bytes(&name)?, geometry)?;
                convert::copy(source, &target, progress)?;
            }
            ImageKind::Packed(format) => {
                convert::pack(source, &name, self.bytes(&name)?, format, progress)?;
            }
            ImageKind::Split => {
                let path = self.file();
                let (target, _) =
                    Volume::create_split_file(&path, geometry, Creation::Unformatted, PART_BYTES_MAX)?;
                convert::copy(source, &target, progress)?;
            }
        }
        Ok(())
    }

    fn bytes(&self, name: &str) -> Result<Arc<FileBytes>, ConvertError> {
        let bytes = FileBytes::create_new(&self.file()).map_err(|source| CreateError::Io {
            image: name.to_owned(),
            source,
        })?;
        Ok(Arc::new(bytes))
    }

    /// Gives the complete files their names, and tells them in their order.
    pub(super) fn keep(self, inputs: &[&Path]) -> Result<Vec<PathBuf>> {
        let place = |error: io::Error| {
            anyhow::Error::new(error).context(format!("cannot write {}", self.target.display()))
        };
        drop(fs::remove_file(self.scratch()));
        let mut moves = Vec::new();
        for entry in fs::read_dir(&self.folder).map_err(place)? {
            let entry = entry.map_err(place)?;
            moves.push((entry.path(), self.target.with_file_name(entry.file_name())));
        }
        moves.sort();
        for (_, to) in &moves {
            self.refuse(to, inputs)?;
        }
        let mut kept = Vec::new();
        for (from, to) in moves {
            if let Err(error) = self.give_name(&from, &to) {
                // Part of a volume is none.
                if !self.force {
                    kept.iter().for_each(|path| drop(fs::remove_file(path)));
                }
                return Err(anyhow::Error::new(error).context(format!("cannot write {}", to.display())));
            }
            kept.push(to);
        }
        Ok(kept)
    }

    /// A link fails where a rename would replace what appeared there meanwhile. Some file systems have no links.
    fn give_name(&self, from: &Path, to: &Path) -> io::Result<()> {
        if self.force {
            return fs::rename(from, to);
        }
        match fs::hard_link(from, to) {
            Ok(()) => fs::remove_file(from),
            Err(error) if to.symlink_metadata().is_ok() => Err(error),
            Err(_) => fs::rename(from, to),
        }
    }

    /// Removes the folder and the files in it; a link in its place is not followed.
    fn clear(&self) {
        let is_folder = self.folder.symlink_metadata().is_ok_and(|found| found.is_dir());
        if is_folder {
            drop(fs::remove_dir_all(&self.folder));
        }
    }
}

impl Drop for NewImage {
    fn drop(&mut self) {
        self.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_complete_images_get_a_name() {
        let place = tempfile::tempdir().unwrap();
        let target = place.path().join("v.ckd");
        let image = NewImage::begin(&target, false, &[]).unwrap();
        fs::copy("Cargo.toml", image.file()).unwrap();
        drop(image);
        assert_eq!(
            fs::read_dir(place.path()).unwrap().count(),
            0,
            "nothing is left behind"
        );
        let image = NewImage::begin(&target, false, &[]).unwrap();
        fs::copy("Cargo.toml", image.file()).unwrap();
        fs::copy("Cargo.toml", image.scratch()).unwrap();
        assert_eq!(image.keep(&[]).unwrap(), std::slice::from_ref(&target));
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
        assert!(NewImage::begin(&target, false, &[]).is_err());
        let input = NewImage::begin(&target, true, &[&target]);
        assert!(
            input.is_err_and(|error| error.is::<Usage>()),
            "what is read is not replaced"
        );
        assert!(NewImage::begin(&target, true, &[]).is_ok());
    }

    #[test]
    fn what_appears_meanwhile_stays() {
        let place = tempfile::tempdir().unwrap();
        let target = place.path().join("v.ckd");
        let late = NewImage::begin(&target, false, &[]).unwrap();
        fs::copy("Cargo.toml", late.file()).unwrap();
        fs::copy("Cargo.toml", &target).unwrap();
        assert!(late.keep(&[]).is_err());
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
    }
}
