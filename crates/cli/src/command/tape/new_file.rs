//! Files that appear under their name only when they are complete, and never in place of another by accident.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// A file could not be written. Unlike a damage on a tape this ends the whole command.
#[derive(Debug, thiserror::Error)]
pub(super) enum CannotWrite {
    /// There is one already.
    #[error("{} exists; choose another place, or replace it with --force", .0.display())]
    Exists(PathBuf),
    /// The system refused.
    #[error("cannot write {}; check free space and permissions", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// A file that is being written under a passing name, and is gone again unless it is kept.
pub(super) struct NewFile {
    file: File,
    partial: PathBuf,
    target: PathBuf,
    force: bool,
    kept: bool,
}

impl NewFile {
    /// Begins the file `target`; with `force` it will replace one that exists.
    pub(super) fn begin(target: &Path, force: bool) -> Result<Self, CannotWrite> {
        if !force && target.symlink_metadata().is_ok() {
            return Err(CannotWrite::Exists(target.to_owned()));
        }
        let mut name = std::ffi::OsString::from(".");
        name.push(target.file_name().unwrap_or_default());
        name.push(".partial");
        let partial = target.with_file_name(name);
        // A left-over of a run that was killed; a link is removed, not followed.
        drop(fs::remove_file(&partial));
        let file = File::options()
            .read(true)
            .write(true)
            .create_new(true)
            .open(&partial)
            .map_err(|source| CannotWrite::Io {
                path: target.to_owned(),
                source,
            })?;
        Ok(Self {
            file,
            partial,
            target: target.to_owned(),
            force,
            kept: false,
        })
    }

    /// Another handle to write through.
    pub(super) fn handle(&self) -> Result<File, CannotWrite> {
        self.file.try_clone().map_err(|source| self.failed(source))
    }

    /// Says that writing failed.
    pub(super) fn failed(&self, source: io::Error) -> CannotWrite {
        CannotWrite::Io {
            path: self.target.clone(),
            source,
        }
    }

    /// Gives the complete file its name.
    pub(super) fn keep(mut self) -> Result<PathBuf, CannotWrite> {
        self.file.sync_data().map_err(|source| self.failed(source))?;
        let linked = !self.force && self.link()?;
        if !linked {
            fs::rename(&self.partial, &self.target).map_err(|source| self.failed(source))?;
            self.kept = true;
        }
        Ok(self.target.clone())
    }

    /// Links the file to its name, which fails where a rename would replace what appeared there meanwhile. False
    /// on file systems without links.
    fn link(&self) -> Result<bool, CannotWrite> {
        match fs::hard_link(&self.partial, &self.target) {
            Ok(()) => Ok(true),
            Err(_) if self.target.symlink_metadata().is_ok() => Err(CannotWrite::Exists(self.target.clone())),
            Err(_) => Ok(false),
        }
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if !self.kept {
            drop(fs::remove_file(&self.partial));
        }
    }
}

/// The folder that extracted files go to.
pub(super) struct Folder {
    path: PathBuf,
    force: bool,
    /// Names given so far, in lower case: some file systems know no other.
    taken: BTreeSet<String>,
}

impl Folder {
    pub(super) fn open(path: &Path, force: bool) -> Result<Self> {
        fs::create_dir_all(path).with_context(|| format!("cannot make the folder {}", path.display()))?;
        Ok(Self {
            path: path.to_owned(),
            force,
            taken: BTreeSet::new(),
        })
    }

    /// Begins a file for something that is called so on the tape. The name of the second of two gets a number.
    pub(super) fn begin(&mut self, name: &str) -> Result<NewFile, CannotWrite> {
        let name = safe_name(name);
        let mut unique = name.clone();
        let mut number = 2;
        while !self.taken.insert(unique.to_lowercase()) {
            unique = format!("{name}~{number}");
            number += 1;
        }
        NewFile::begin(&self.path.join(unique), self.force)
    }
}

/// The longest file name that is made from a name on a tape; those have 44 characters at most.
const NAME_MAX: usize = 64;

/// A file name for a name on a tape: whatever could lead out of the folder, hide the file or puzzle a shell becomes
/// an underscore.
fn safe_name(name: &str) -> String {
    let safe = |letter: char| {
        if letter.is_ascii_alphanumeric() || "@#$+-_.".contains(letter) {
            letter
        } else {
            '_'
        }
    };
    let mut name: String = name.chars().take(NAME_MAX).map(safe).collect();
    if name.is_empty() || name.starts_with(['.', '-']) {
        name.insert(0, '_');
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_in_their_folder() {
        for (name, safe) in [
            ("USER.DIRECT", "USER.DIRECT"),
            ("../../etc/passwd", "_.._.._etc_passwd"),
            ("..", "_.."),
            ("/etc/passwd", "_etc_passwd"),
            ("", "_"),
            ("-rf", "_-rf"),
            ("A\0B\nC D", "A_B_C_D"),
            ("\u{e9}", "_"),
        ] {
            assert_eq!(safe_name(name), safe);
        }
        assert_eq!(safe_name(&"X".repeat(500)).len(), NAME_MAX);
    }

    #[test]
    fn the_second_of_a_name_gets_a_number() {
        let place = tempfile::tempdir().unwrap();
        let mut folder = Folder::open(place.path(), false).unwrap();
        let names: Vec<_> = ["A", "a", "A~2", "A"]
            .iter()
            .map(|name| folder.begin(name).unwrap().keep().unwrap())
            .collect();
        let expected = ["A", "a~2", "A_2", "A~3"].map(|name| place.path().join(name));
        assert_eq!(names, expected);
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 4);
    }

    #[test]
    fn what_exists_stays_without_force() {
        let place = tempfile::tempdir().unwrap();
        let target = place.path().join("F");
        NewFile::begin(&target, false).unwrap().keep().unwrap();
        assert!(matches!(
            NewFile::begin(&target, false),
            Err(CannotWrite::Exists(_))
        ));
        let late = place.path().join("L");
        let file = NewFile::begin(&late, false).unwrap();
        NewFile::begin(&late, true).unwrap().keep().unwrap();
        assert!(matches!(
            file.keep(),
            Err(CannotWrite::Exists(_) | CannotWrite::Io { .. })
        ));
        NewFile::begin(&target, true).unwrap().keep().unwrap();
        drop(NewFile::begin(&place.path().join("G"), false).unwrap());
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 2);
    }
}
