//! Makes volumes that are split over several files.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::files::{FileParts, first_part};
use super::{Access, Volume};
use crate::bytes::{FileBytes, RandomBytes};
use crate::error::CreateError;
use crate::format::{Creation, create_split};
use crate::geometry::Geometry;

/// Programs without large files end one byte before 2 GiB.
pub const PART_BYTES_MAX: u64 = (1 << 31) - 1;

impl Volume {
    /// Makes a new plain CKD image in files of whole cylinders and of at most `part_bytes` each, usually
    /// [`PART_BYTES_MAX`]. They are named after `path` with `_1`, `_2` to `_9`, `_A` and on before the first point of
    /// its file name; the volume is mounted by the first. A volume that fits into one file, and every block volume,
    /// is that one file with the name `path`. Tells which files were made; none is left behind by a failure.
    ///
    /// # Errors
    /// A file exists or cannot be written, there is no such volume, or it would take more than 27 files.
    pub fn create_split_file(
        path: &Path,
        geometry: Geometry,
        creation: Creation,
        part_bytes: u64,
    ) -> Result<(Volume, Vec<PathBuf>), CreateError> {
        let Geometry::Ckd(ckd) = &geometry else {
            let volume = Volume::create_file_with(path, geometry, creation)?;
            return Ok((volume, vec![path.to_owned()]));
        };
        if geometry.size().saturating_add(512) <= part_bytes || ckd.cylinders.get() <= 1 {
            let volume = Volume::create_file_with(path, geometry, creation)?;
            return Ok((volume, vec![path.to_owned()]));
        }
        let first = first_part(path);
        let names = FileParts::new(&first, Access::Write);
        let mut files = Vec::new();
        let image = create_split(
            &first.display().to_string(),
            ckd,
            creation,
            part_bytes,
            &mut |part| {
                let path = names.path(part).ok_or(std::io::ErrorKind::InvalidFilename)?;
                let bytes: Arc<dyn RandomBytes> = Arc::new(FileBytes::create_new(&path)?);
                files.push(path);
                Ok(bytes)
            },
        );
        match image {
            Ok(image) => {
                let name = first.display().to_string();
                Ok((Volume::new(&name, "plain CKD", Access::Write, image), files))
            }
            Err(error) => {
                files.iter().for_each(|path| drop(std::fs::remove_file(path)));
                Err(error)
            }
        }
    }
}
