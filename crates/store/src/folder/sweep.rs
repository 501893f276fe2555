//! Removing what crashed writers left behind.

use std::fs::DirEntry;
use std::io;
use std::path::Path;
use std::time::SystemTime;

use super::publish::is_temporary;

/// Folders below the root that objects can lie in: `records/instances/JOB` is the deepest.
const DEPTH_MAX: u32 = 4;

/// Removes our temporary files that were last written before `before`; returns how many.
pub(super) fn sweep(root: &Path, before: SystemTime) -> io::Result<usize> {
    sweep_folder(root, before, DEPTH_MAX)
}

fn sweep_folder(folder: &Path, before: SystemTime, depth: u32) -> io::Result<usize> {
    let mut removed = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        // The type of the entry itself: links are not followed out of the repository.
        let kind = entry.file_type()?;
        if kind.is_dir() && depth > 0 {
            removed += sweep_folder(&entry.path(), before, depth - 1)?;
        } else if kind.is_file() && entry.file_name().to_str().is_some_and(is_temporary) {
            removed += usize::from(remove_if_old(&entry, before)?);
        }
    }
    Ok(removed)
}

/// A file that is gone meanwhile was published or removed by its own writer.
fn remove_if_old(entry: &DirEntry, before: SystemTime) -> io::Result<bool> {
    let removed = entry
        .metadata()
        .and_then(|meta| meta.modified())
        .and_then(|written| match written < before {
            true => std::fs::remove_file(entry.path()).map(|()| true),
            false => Ok(false),
        });
    match removed {
        Err(err) if err.kind() == io::ErrorKind::NotFound => Ok(false),
        other => other,
    }
}
