//! Makes new volumes. Only plain images are made; nothing is ever overwritten.

use std::path::Path;
use std::sync::Arc;

use super::{Access, Volume};
use crate::bytes::{FileBytes, RandomBytes};
use crate::error::CreateError;
use crate::format::{Creation, FORMATS, Target};
use crate::geometry::Geometry;

impl Volume {
    /// Makes a new plain image file, with unformatted tracks as `dasdinit` writes them or with zero blocks. It is
    /// one file, however large. Nothing is ever overwritten.
    ///
    /// # Errors
    /// The file exists or cannot be written, or there is no such volume.
    pub fn create_file(path: &Path, geometry: Geometry) -> Result<Volume, CreateError> {
        Volume::create_file_with(path, geometry, Creation::default())
    }

    /// Makes a new plain image file of which the caller writes every track before it is used.
    ///
    /// # Errors
    /// As [`Volume::create_file`].
    pub fn create_unformatted_file(path: &Path, geometry: Geometry) -> Result<Volume, CreateError> {
        Volume::create_file_with(path, geometry, Creation::Unformatted)
    }

    /// Makes a new plain image file with tracks of that kind.
    ///
    /// # Errors
    /// As [`Volume::create_file`].
    pub fn create_file_with(
        path: &Path,
        geometry: Geometry,
        creation: Creation,
    ) -> Result<Volume, CreateError> {
        let name = path.display().to_string();
        geometry.check(&name)?;
        let bytes = FileBytes::create_new(path).map_err(|source| CreateError::Io {
            image: name.clone(),
            source,
        })?;
        // What was begun and cannot be finished is no volume, and would be in the way of the next attempt.
        Volume::create_with(&name, Arc::new(bytes), geometry, creation)
            .inspect_err(|_| drop(std::fs::remove_file(path)))
    }

    /// Makes a new plain image in empty bytes; otherwise as [`Volume::create_file`].
    ///
    /// # Errors
    /// As [`Volume::create_file`].
    pub fn create(
        name: &str,
        bytes: Arc<dyn RandomBytes>,
        geometry: Geometry,
    ) -> Result<Volume, CreateError> {
        Volume::create_with(name, bytes, geometry, Creation::default())
    }

    /// Makes a new plain image in empty bytes, of which the caller writes every track before it is used.
    ///
    /// # Errors
    /// As [`Volume::create_file`].
    pub fn create_unformatted(
        name: &str,
        bytes: Arc<dyn RandomBytes>,
        geometry: Geometry,
    ) -> Result<Volume, CreateError> {
        Volume::create_with(name, bytes, geometry, Creation::Unformatted)
    }

    /// Makes a new plain image in empty bytes with tracks of that kind.
    ///
    /// # Errors
    /// As [`Volume::create_file`].
    pub fn create_with(
        name: &str,
        bytes: Arc<dyn RandomBytes>,
        geometry: Geometry,
        creation: Creation,
    ) -> Result<Volume, CreateError> {
        let io_error = |source| CreateError::Io {
            image: name.to_owned(),
            source,
        };
        if !bytes.is_empty().map_err(io_error)? {
            return Err(CreateError::NotEmpty {
                image: name.to_owned(),
            });
        }
        let target = Target {
            name,
            bytes,
            geometry: &geometry,
            creation,
        };
        let mut formats = FORMATS.iter();
        let (format, made) = formats
            .find_map(|format| Some((format.name(), format.create(&target)?)))
            .expect("plain CKD and plain FBA make every geometry");
        Ok(Volume::new(name, format, Access::Write, made?))
    }
}
