//! A base image with its shadow files. A track is read from the last file that has it.

use super::decode::Decoder;
use super::open::Opened;
use super::tables::{Entry, ImageFault, Place, Tables};
use crate::error::MountError;
use crate::geometry::Geometry;
use crate::pool::Pool;

/// No more shadow files lie over a base.
pub(super) const SHADOWS_MAX: usize = 8;

/// The files of a volume, base first.
pub(super) struct Chain {
    files: Vec<Tables>,
    pub(super) notes: Vec<String>,
    pub(super) decoders: Pool<Decoder>,
}

impl Chain {
    /// Lays shadows over a base; all must be of one volume.
    pub(super) fn new(base: Opened, shadows: Vec<Opened>) -> Result<(Geometry, Chain), MountError> {
        let Opened {
            geometry,
            tables,
            mut notes,
        } = base;
        let mut files = vec![tables];
        let wrong = |image: &str, what: String| MountError::Chain {
            image: image.to_owned(),
            what,
        };
        if shadows.len() > SHADOWS_MAX {
            let what = format!(
                "{} shadow files, at most {SHADOWS_MAX} are possible",
                shadows.len()
            );
            return Err(wrong(&files[0].name, what));
        }
        for shadow in shadows {
            if shadow.geometry != geometry {
                let what = format!(
                    "it is a shadow of a volume of {}, but the base is one of {geometry}",
                    shadow.geometry
                );
                return Err(wrong(&shadow.tables.name, what));
            }
            let name = &shadow.tables.name;
            notes.extend(shadow.notes.iter().map(|note| format!("{name}: {note}")));
            files.push(shadow.tables);
        }
        let decoders = Pool::default();
        Ok((
            geometry,
            Chain {
                files,
                notes,
                decoders,
            },
        ))
    }

    /// The file that has the image of that number, and where.
    pub(super) fn locate(&self, number: u32, longest: usize) -> Result<(&Tables, Place), ImageFault> {
        for file in self.files.iter().rev() {
            match file
                .locate(number, longest)
                .map_err(|fault| self.named(file, fault))?
            {
                Place::Absent => {}
                place => return Ok((file, place)),
            }
        }
        // A base whose table points to a parent has been refused by `Tables::judge`.
        Ok((&self.files[0], Place::Null(None)))
    }

    /// Names the file where there are several.
    pub(super) fn named(&self, file: &Tables, fault: ImageFault) -> ImageFault {
        if self.files.len() > 1 {
            fault.within(&file.name)
        } else {
            fault
        }
    }
}

impl Entry {
    /// An image that nobody has written.
    pub(super) const fn null(format: u16) -> Entry {
        Entry {
            offset: 0,
            length: format,
            size: format,
        }
    }
}
