//! The change map beside an image file, and the stamp by which it is seen that somebody else wrote the image.
//!
//! A map sees only writes that go past it. So its file says, in place of the length of the image, what the image file
//! looked like when the map was last saved: length, times of change, inode and device. If the image looks different
//! when the map is opened, it was written or exchanged meanwhile, and everything counts as changed. Times of change come
//! in ticks, so the map is saved until its own file is younger than the image: a write after that has a later time. What
//! is not seen is a write of another program while this one has the map open.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::file::{Found, MapFile};
use super::{ChangeMap, Identity};
use crate::bytes::FileBytes;
use crate::device::units;
use crate::geometry::Geometry;
use crate::stamp::Stamp;

/// What follows the whole name of the image.
const EXTENSION: &str = ".changes";

/// What lies beside an image.
#[derive(Debug)]
pub enum Beside {
    /// No map: its changes are not tracked.
    Nothing,
    /// A map that has seen all changes since it began.
    Complete(Box<ChangeMap>),
    /// A map that missed some, and why. It begins anew when it is opened.
    Outdated(String),
}

impl ChangeMap {
    /// The file of the map beside an image: `vm.ckd.changes` for `vm.ckd`.
    pub fn path_beside(image: &Path) -> PathBuf {
        let mut name = OsString::from(image);
        name.push(EXTENSION);
        PathBuf::from(name)
    }

    /// Opens the map beside an image, if there is one. While it is open no other program opens it.
    ///
    /// # Errors
    /// Its file or the image cannot be read, or is in use by another program.
    pub fn open_beside(image: &Path, geometry: &Geometry, epoch: u64) -> io::Result<Option<ChangeMap>> {
        let path = ChangeMap::path_beside(image);
        let bytes = match FileBytes::open_write(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            other => other?,
        };
        let lock = locked(&path)?;
        let mut map = ChangeMap::open(Arc::new(bytes), identity(image, geometry)?, epoch)?;
        map.lock = Some(lock);
        Ok(Some(map))
    }

    /// Begins a map beside an image, in place of one that may be there.
    ///
    /// # Errors
    /// Its file cannot be made, or is in use by another program.
    pub fn begin_beside(image: &Path, geometry: &Geometry, epoch: u64) -> io::Result<ChangeMap> {
        let path = ChangeMap::path_beside(image);
        if let Some(old) = ChangeMap::open_beside(image, geometry, epoch)? {
            drop(old);
            std::fs::remove_file(&path)?;
        }
        drop(FileBytes::create_new(&path)?);
        let map = ChangeMap::open_beside(image, geometry, epoch)?;
        map.ok_or_else(|| io::Error::other("the change map is gone again"))
    }

    /// Looks at the map beside an image without changing it.
    ///
    /// # Errors
    /// Its file or the image cannot be read, or is in use by another program.
    pub fn look_beside(image: &Path, geometry: &Geometry) -> io::Result<Beside> {
        let path = ChangeMap::path_beside(image);
        let bytes = match FileBytes::open_read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Beside::Nothing),
            other => other?,
        };
        let lock = locked(&path)?;
        let identity = identity(image, geometry)?;
        Ok(match MapFile::read(Arc::new(bytes), identity)? {
            Found::Complete(file, layers) => Beside::Complete(Box::new(ChangeMap {
                lock: Some(lock),
                ..ChangeMap::complete(file, identity, layers)
            })),
            Found::Nothing => Beside::Outdated("it is empty".to_owned()),
            Found::Unusable { why, .. } => Beside::Outdated(why),
        })
    }

    /// Saves and closes the map after the last write to its image was made durable, with the image's new stamp. May take
    /// as long as a tick of the file system's clock.
    ///
    /// # Errors
    /// As [`ChangeMap::save`]; or the image cannot be looked at.
    pub fn close_beside(mut self, image: &Path) -> io::Result<()> {
        for _ in 0..SAVES_MAX {
            self.file.set_image(stamp(image)?);
            self.save()?;
            if written(&ChangeMap::path_beside(image))? > written(image)? {
                break;
            }
        }
        Ok(())
    }
}

/// How often a map is saved until its file is younger than the image. File systems whose clock ticks every two seconds
/// need thousands of saves; on others it is the first or the second.
const SAVES_MAX: u32 = 10_000;

/// When a file was written last.
fn written(path: &Path) -> io::Result<std::time::SystemTime> {
    std::fs::metadata(path)?.modified()
}

fn identity(image: &Path, geometry: &Geometry) -> io::Result<Identity> {
    Ok(Identity {
        units: units(geometry),
        image_length: stamp(image)?,
    })
}

/// What the image file looks like, as one number.
fn stamp(image: &Path) -> io::Result<u64> {
    Ok(Stamp::of(&std::fs::metadata(image)?).look())
}

/// Keeps other programs out for as long as it lives.
fn locked(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new().read(true).open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(io::Error::new(
            io::ErrorKind::ResourceBusy,
            format!("{} is in use by another program", path.display()),
        )),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::change_map::{Changed, Opening};

    fn image(folder: &Path) -> (PathBuf, Geometry) {
        let path = folder.join("vm.ckd");
        let geometry = Geometry::named("3390", Some(2)).unwrap();
        crate::Volume::create_unformatted_file(&path, geometry.clone()).unwrap();
        (path, geometry)
    }

    fn append(path: &Path, bytes: &[u8]) {
        use io::Write;
        OpenOptions::new()
            .append(true)
            .open(path)
            .unwrap()
            .write_all(bytes)
            .unwrap();
    }

    #[test]
    fn what_was_marked_is_there_again_and_what_was_not_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let (image, geometry) = image(folder.path());
        assert!(ChangeMap::open_beside(&image, &geometry, 1).unwrap().is_none());
        assert!(matches!(
            ChangeMap::look_beside(&image, &geometry).unwrap(),
            Beside::Nothing
        ));
        let map = ChangeMap::begin_beside(&image, &geometry, 1).unwrap();
        let begun = map.current();
        map.close_beside(&image).unwrap();

        let mut map = ChangeMap::open_beside(&image, &geometry, 2).unwrap().unwrap();
        assert_eq!(map.opening(), &Opening::Complete);
        let cut = map.cut().unwrap();
        map.mark(7).unwrap();
        append(&image, b"x");
        map.close_beside(&image).unwrap();

        let Beside::Complete(map) = ChangeMap::look_beside(&image, &geometry).unwrap() else {
            panic!("the image was written past nobody")
        };
        for generation in [begun, cut] {
            let changed = map.changed_since(generation);
            assert!(changed.has(7) && !changed.has(6), "{changed:?}");
        }
    }

    #[test]
    fn a_write_past_the_map_makes_everything_changed() {
        let folder = tempfile::tempdir().unwrap();
        let (image, geometry) = image(folder.path());
        let map = ChangeMap::begin_beside(&image, &geometry, 1).unwrap();
        let begun = map.current();
        map.close_beside(&image).unwrap();
        append(&image, b"x");
        assert!(matches!(
            ChangeMap::look_beside(&image, &geometry).unwrap(),
            Beside::Outdated(_)
        ));
        let map = ChangeMap::open_beside(&image, &geometry, 2).unwrap().unwrap();
        assert!(
            matches!(map.opening(), Opening::Restarted(_)),
            "{:?}",
            map.opening()
        );
        assert_eq!(map.changed_since(begun), Changed::Everything);
    }

    /// A snapshot takes image and map back together; the backups that were made since know generations of the time after.
    #[test]
    fn a_map_that_was_put_back_knows_no_later_generation() {
        let folder = tempfile::tempdir().unwrap();
        let (image, geometry) = image(folder.path());
        ChangeMap::begin_beside(&image, &geometry, 1)
            .unwrap()
            .close_beside(&image)
            .unwrap();
        let open = || ChangeMap::open_beside(&image, &geometry, 2).unwrap().unwrap();
        let first = open().cut_at(1000).unwrap();
        let map = ChangeMap::path_beside(&image);
        let snapshot = folder.path().join("snapshot");
        std::fs::copy(&map, &snapshot).unwrap();
        let later = open().cut_at(2000).unwrap();
        std::fs::copy(&snapshot, &map).unwrap();
        let mut back = open();
        back.mark(3).unwrap();
        let next = back.cut_at(3000).unwrap();
        assert_eq!(back.changed_since(later), Changed::Everything);
        assert!(back.changed_since(first).has(3) && !back.changed_since(first).has(4));
        assert!(!back.changed_since(next).has(3));
    }

    #[test]
    fn two_do_not_keep_one_map() {
        let folder = tempfile::tempdir().unwrap();
        let (image, geometry) = image(folder.path());
        let map = ChangeMap::begin_beside(&image, &geometry, 1).unwrap();
        let second = ChangeMap::open_beside(&image, &geometry, 2).unwrap_err();
        assert!(
            second.to_string().contains("vm.ckd.changes is in use"),
            "{second}"
        );
        drop(map);
        assert!(ChangeMap::open_beside(&image, &geometry, 2).unwrap().is_some());
    }
}
