//! Base images with their shadow files.

use std::path::{Path, PathBuf};

use super::files::{FileParts, open_with};
use super::{Access, Volume};
use crate::error::MountError;
use crate::format::{Beginning, NoParts, Source};

impl Volume {
    /// Mounts a base image with the shadow files over it, the first shadow first, for reading: a track is that of
    /// the last file that has it. Without shadows this is [`Volume::mount_file`].
    ///
    /// # Errors
    /// A file cannot be opened or is damaged, the base has no shadow files, or a shadow is not one of this base.
    pub fn mount_chain(base: &Path, shadows: &[PathBuf]) -> Result<Volume, MountError> {
        Volume::mount_chain_with(base, shadows, Access::Read)
    }

    /// As [`Volume::mount_chain`]; what is written goes to the last shadow file, and those below stay as they are.
    ///
    /// # Errors
    /// As [`Volume::mount_chain`]; the last file cannot be written to.
    pub fn mount_chain_with(base: &Path, shadows: &[PathBuf], access: Access) -> Result<Volume, MountError> {
        let names: Vec<String> = shadows.iter().map(|path| path.display().to_string()).collect();
        let mut sources = Vec::with_capacity(shadows.len());
        // Only the file on top is written to.
        let of = |number: usize| {
            if number == shadows.len() {
                access
            } else {
                Access::Read
            }
        };
        for (number, (path, name)) in (1..).zip(shadows.iter().zip(&names)) {
            sources.push(source(path, name, of(number))?);
        }
        let name = base.display().to_string();
        let parts = FileParts::new(base, of(0));
        let base = Source {
            parts: &parts,
            ..source(base, &name, of(0))?
        };
        let head = Beginning::read(&*base.bytes).map_err(|error| base.io_error(error))?;
        let format = super::format_of(&base, &head)?;
        let image = format.open_chain(&base, &sources)?;
        let mut volume = Volume::new(&name, format.name(), access, image);
        let bytes = base.bytes;
        volume.files = parts.with_first(bytes);
        volume
            .files
            .extend(sources.into_iter().map(|shadow| shadow.bytes));
        Ok(volume)
    }

    /// The shadow files of a base image that are there, from the first up to the first that is missing: `vm_1.cckd`,
    /// `vm_2.cckd` and so on over `vm.cckd`.
    pub fn shadows_of(base: &Path) -> Vec<PathBuf> {
        let name = base.file_name().unwrap_or_default().to_string_lossy();
        let stem = name.rfind('.').unwrap_or(name.len());
        let pattern = base.with_file_name(format!("{}_*{}", &name[..stem], &name[stem..]));
        Volume::shadows_like(&pattern)
    }

    /// The shadow files of that pattern that are there, from the first up to the first that is missing. Their number
    /// is the last character of the name before its last point; what stands there in the pattern does not matter.
    pub fn shadows_like(pattern: &Path) -> Vec<PathBuf> {
        let name = pattern.file_name().unwrap_or_default().to_string_lossy();
        let stem = name.rfind('.').unwrap_or(name.len());
        let Some((before, _)) = name[..stem].char_indices().next_back() else {
            return Vec::new();
        };
        let numbered =
            |number| pattern.with_file_name(format!("{}{number}{}", &name[..before], &name[stem..]));
        (1..=8).map(numbered).take_while(|path| path.is_file()).collect()
    }
}

fn source<'a>(path: &Path, name: &'a str, access: Access) -> Result<Source<'a>, MountError> {
    let bytes = open_with(access)(path).map_err(|source| MountError::Io {
        image: name.to_owned(),
        source,
    })?;
    Ok(Source {
        name,
        bytes,
        access,
        parts: &NoParts,
    })
}
