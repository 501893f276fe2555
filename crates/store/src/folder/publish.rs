//! From a temporary name to the real one: all or nothing, and durable.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use rustix::fs::{CWD, RenameFlags};
use rustix::io::Errno;

use super::direct;
use crate::slab::SlabPool;

/// What a temporary name ends with, before the number. Names that end in `#` and digits are passed over by the listings
/// of `object_store`, and no object can be addressed by them.
const TEMPORARY: &str = ".ssibackup#";

/// Tries to find a free temporary name before giving up.
const TEMPORARY_TRIES: u32 = 1000;

/// Writes the pieces to `target`, whose folder exists. With `create_only` an existing file is left alone and the error
/// kind is `AlreadyExists`. When this returns the file is complete and would survive a crash.
pub(super) fn put(target: &Path, pieces: &[Bytes], create_only: bool, slabs: &SlabPool) -> io::Result<()> {
    if create_only && target.try_exists()? {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    let temporary = Temporary::beside(target)?;
    direct::write_all(&temporary.file, pieces, slabs)?;
    temporary.publish(target, create_only)?;
    target.parent().map_or(Ok(()), sync_folder)
}

/// Whether a file name is one of ours for unfinished files.
pub(super) fn is_temporary(name: &str) -> bool {
    let number = name
        .rsplit_once(TEMPORARY)
        .filter(|(target, _)| !target.is_empty())
        .map(|(_, number)| number);
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// An unfinished file; it disappears unless it is published.
struct Temporary {
    path: PathBuf,
    file: File,
    published: bool,
}

impl Temporary {
    fn beside(target: &Path) -> io::Result<Temporary> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let name = target.file_name().ok_or(io::ErrorKind::InvalidInput)?;
        for _ in 0..TEMPORARY_TRIES {
            let mut own = name.to_owned();
            own.push(format!(
                "{TEMPORARY}{}{:09}",
                std::process::id(),
                NEXT.fetch_add(1, Ordering::Relaxed)
            ));
            let path = target.with_file_name(own);
            // A process with our number may have left such a file behind: it is not ours to touch.
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(file) => {
                    return Ok(Temporary {
                        path,
                        file,
                        published: false,
                    });
                }
                Err(err) if err.kind() == io::ErrorKind::AlreadyExists => {}
                Err(err) => return Err(err),
            }
        }
        Err(io::Error::other("no temporary name is free"))
    }

    fn publish(mut self, target: &Path, create_only: bool) -> io::Result<()> {
        if create_only {
            self.published = rename_new(&self.path, target)?;
        } else {
            std::fs::rename(&self.path, target)?;
            self.published = true;
        }
        Ok(())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.published
            && let Err(err) = std::fs::remove_file(&self.path)
        {
            tracing::warn!(path = %self.path.display(), %err, "an unfinished file stays behind; the next sweep removes it");
        }
    }
}

/// Renames unless `to` exists. Where the file system cannot do that in one step, a second hard link does the same and the
/// old name remains; whether it is gone.
fn rename_new(from: &Path, to: &Path) -> io::Result<bool> {
    match rustix::fs::renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        Ok(()) => Ok(true),
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => std::fs::hard_link(from, to).map(|()| false),
        Err(err) => Err(err.into()),
    }
}

/// Makes a folder and those above it, each with its name flushed; one that exists is fine.
pub(super) fn make_folders(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    match folder.parent() {
        Some(parent) => {
            make_folders(parent)?;
            make_folder(folder)?;
            sync_folder(parent)
        }
        None => make_folder(folder),
    }
}

/// Makes a folder in an existing one; its name is not flushed yet. One that exists is fine.
pub(super) fn make_folder(folder: &Path) -> io::Result<()> {
    match std::fs::create_dir(folder) {
        Err(err) if err.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
        // `AlreadyExists` is what `put` says when the object itself is there; this is a file in the way of its folder.
        Err(err) if err.kind() == io::ErrorKind::AlreadyExists => Err(io::ErrorKind::NotADirectory.into()),
        made => made,
    }
}

/// Flushes the names in a folder.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    OpenOptions::new().read(true).open(folder)?.sync_all()
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "the tests look at the files themselves")]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_unfinished_names_are_temporary() {
        assert!(is_temporary("abcd.ssibackup#17000000001"));
        for other in [
            "abcd",
            "abcd#17",
            "abcd.ssibackup#",
            ".ssibackup#1",
            "abcd.ssibackup#1x",
            "ssibackup.repo",
        ] {
            assert!(!is_temporary(other), "{other}");
        }
    }

    #[test]
    fn what_was_not_published_disappears() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("object");
        std::fs::write(&target, b"first").unwrap();
        let slabs = SlabPool::new();
        let refused = put(&target, &[Bytes::from_static(b"second")], true, &slabs).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::AlreadyExists);
        let late = Temporary::beside(&target).unwrap();
        assert!(late.publish(&target, true).is_err());
        assert_eq!(std::fs::read(&target).unwrap(), b"first");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
        put(&target, &[Bytes::from_static(b"second")], false, &slabs).unwrap();
        assert_eq!(std::fs::read(&target).unwrap(), b"second");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}
