//! A base image with its shadow files. A track is read from the last file that has it.

use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::decode::Decoder;
use super::open::Opened;
use super::rewrite::Rewrite;
use super::tables::{Entry, ImageFault, Place, Tables};
use crate::error::MountError;
use crate::geometry::Geometry;
use crate::pool::Pool;

/// No more shadow files lie over a base.
pub(super) const SHADOWS_MAX: usize = 8;

/// The files of a volume, base first.
pub(super) struct Chain {
    files: Vec<Tables>,
    /// Changes to the last file, if it is written to. Whoever reads holds it until the image is in memory: its place
    /// may be used for another one afterwards.
    rewrite: Option<RwLock<Rewrite>>,
    pub(super) notes: Vec<String>,
    pub(super) decoders: Pool<Decoder>,
}

impl Chain {
    /// Lays shadows over a base; all must be of one volume.
    pub(super) fn new(
        base: Opened,
        shadows: Vec<Opened>,
        written: bool,
    ) -> Result<(Geometry, Chain), MountError> {
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
        let top = files.last().filter(|_| written);
        let rewrite = top.map(|top| RwLock::new(Rewrite::new(top)));
        Ok((
            geometry,
            Chain {
                files,
                rewrite,
                notes,
                decoders,
            },
        ))
    }

    /// The changes, for reading. Hold them while an image is located and read.
    pub(super) fn hold(&self) -> Option<RwLockReadGuard<'_, Rewrite>> {
        let rewrite = self.rewrite.as_ref()?;
        Some(rewrite.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The changes, for making one, and the file that they are made to; none when it is mounted for reading.
    pub(super) fn change(&self) -> Option<(RwLockWriteGuard<'_, Rewrite>, &Tables)> {
        let rewrite = self.rewrite.as_ref()?.write();
        let top = self.files.last()?;
        Some((rewrite.unwrap_or_else(PoisonError::into_inner), top))
    }

    /// Makes all changes durable.
    pub(super) fn settle(&self) -> std::io::Result<()> {
        let Some((mut rewrite, top)) = self.change() else {
            return Ok(());
        };
        rewrite.settle(top).map_err(|fault| match self.named(top, fault) {
            ImageFault::Io(what) => std::io::Error::other(what),
            ImageFault::Damaged { offset, what } => std::io::Error::other(format!("byte {offset}: {what}")),
        })
    }

    /// The file that has the image of that number, and where.
    pub(super) fn locate(
        &self,
        changes: Option<&Rewrite>,
        number: u32,
        longest: usize,
    ) -> Result<(&Tables, Place), ImageFault> {
        let changed = changes.and_then(|changes| changes.place(number));
        if let Some((place, top)) = changed.zip(self.files.last()) {
            return Ok((top, place));
        }
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

impl Drop for Chain {
    /// Whoever wants to know whether it worked calls [`Chain::settle`] before; a file that could not be settled stays
    /// marked as open.
    fn drop(&mut self) {
        drop(self.settle());
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
