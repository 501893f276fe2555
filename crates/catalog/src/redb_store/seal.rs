//! Whether a catalog file is still what its last owner left behind. If so, its pages need not all be read before it is
//! used.
//!
//! Beside `catalog.redb` an owner that ends in order leaves `catalog.seal` with length, inode and times of the file. Who
//! opens the catalog takes the seal away; a crash therefore leaves none. Disks rot without touching a file's times, so a
//! seal is good for a week from the last time that all pages were read.

use std::fs::{self, Metadata, OpenOptions};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Begins a seal.
const TITLE: &str = "ssibackup catalog seal 1";

/// Longest time, in seconds of the file's own times, between two checks of all pages.
const CHECK_EVERY: i64 = 7 * 86_400;

/// Up to here a catalog is made as short as it can be when it is closed.
const SMALL_BYTES: u64 = 32 << 20;

/// What a file looked like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Look {
    length: u64,
    inode: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Look {
    fn of(status: &Metadata) -> Look {
        Look {
            length: status.size(),
            inode: status.ino(),
            modified: (status.mtime(), status.mtime_nsec()),
            changed: (status.ctime(), status.ctime_nsec()),
        }
    }
}

/// A catalog file that is to be sealed when it is closed.
#[derive(Debug)]
pub(super) struct Sealable {
    path: PathBuf,
    /// When all its pages were read last: the time at which it had been modified last by then.
    checked: i64,
}

impl Sealable {
    /// Takes the seal of a file away. Tells whether it was a good one.
    pub(super) fn take(path: &Path) -> (Sealable, bool) {
        let modified = fs::metadata(path).map_or(0, |status| status.mtime());
        let checked = good_seal(path);
        // If it stays behind it is soon a wrong one: the file is about to change.
        drop(fs::remove_file(seal_of(path)));
        let sealable = Sealable {
            path: path.to_path_buf(),
            checked: checked.unwrap_or(modified),
        };
        (sealable, checked.is_some())
    }

    /// Whether the file is so small that the room it grows by matters, and so quick to go through.
    pub(super) fn is_small(&self) -> bool {
        fs::metadata(&self.path).is_ok_and(|status| status.size() <= SMALL_BYTES)
    }

    /// Seals the file, which nobody has open any more. Without a seal the next owner reads all pages, so it does not
    /// matter if this fails.
    pub(super) fn seal(&self) {
        drop(self.try_seal());
    }

    fn try_seal(&self) -> io::Result<()> {
        let file = OpenOptions::new().write(true).open(&self.path)?;
        // Kernels may give two writes within a few milliseconds one time. No other writer hits upon this one.
        let modified = file.metadata()?.modified()?;
        file.set_modified(modified + Duration::from_nanos(1))?;
        let Look {
            length,
            inode,
            modified,
            changed,
        } = Look::of(&file.metadata()?);
        let text = format!(
            "{TITLE}\n{length} {inode} {} {} {} {} {}\n",
            modified.0, modified.1, changed.0, changed.1, self.checked
        );
        let seal = seal_of(&self.path);
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .open(seal)?;
        io::Write::write_all(&mut file, text.as_bytes())
    }
}

fn seal_of(path: &Path) -> PathBuf {
    path.with_extension("seal")
}

/// When all pages were read last, if the seal is that of the file as it is, and not too old.
fn good_seal(path: &Path) -> Option<i64> {
    let mut text = String::new();
    let seal = OpenOptions::new().read(true).open(seal_of(path)).ok()?;
    io::Read::read_to_string(&mut io::Read::take(seal, 1000), &mut text).ok()?;
    let numbers = text.strip_prefix(TITLE)?.split_whitespace();
    let numbers: Vec<i128> = numbers.map(|number| number.parse().ok()).collect::<Option<_>>()?;
    let look = Look::of(&fs::metadata(path).ok()?);
    let (&checked, sealed) = numbers.split_last()?;
    let now = [
        i128::from(look.length),
        i128::from(look.inode),
        i128::from(look.modified.0),
        i128::from(look.modified.1),
        i128::from(look.changed.0),
        i128::from(look.changed.1),
    ];
    let checked = i64::try_from(checked).ok()?;
    let age = look.modified.0.checked_sub(checked)?;
    (sealed == now && (0..CHECK_EVERY).contains(&age)).then_some(checked)
}

#[cfg(test)]
#[allow(
    clippy::disallowed_methods,
    reason = "the tests change files behind everybody's back"
)]
mod tests {
    use super::*;

    fn sealed(folder: &Path) -> PathBuf {
        let path = folder.join("catalog.redb");
        fs::write(&path, b"pages").unwrap();
        let (sealable, good) = Sealable::take(&path);
        assert!(!good, "nobody has sealed it yet");
        sealable.seal();
        path
    }

    #[test]
    fn a_seal_is_good_once_and_only_for_the_file_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = sealed(folder.path());
        assert!(good_seal(&path).is_some());
        let (sealable, good) = Sealable::take(&path);
        assert!(good);
        assert!(!Sealable::take(&path).1, "it was taken away");
        sealable.seal();
        let times = fs::metadata(&path).unwrap().modified().unwrap();
        fs::write(&path, b"PAGES").unwrap();
        assert!(!Sealable::take(&path).1, "as long as before, and just written");
        let path = sealed(folder.path());
        fs::write(&path, b"PAGES").unwrap();
        let file = OpenOptions::new().write(true).open(&path).unwrap();
        file.set_modified(times).unwrap();
        assert!(
            !Sealable::take(&path).1,
            "whoever sets the time back is seen, too"
        );
    }

    #[test]
    fn a_seal_is_good_for_a_week() {
        let folder = tempfile::tempdir().unwrap();
        let path = sealed(folder.path());
        let text = fs::read_to_string(seal_of(&path)).unwrap();
        let (front, checked) = text.trim_end().rsplit_once(' ').unwrap();
        let checked: i64 = checked.parse().unwrap();
        for (days, good) in [(0, true), (6, true), (7, false), (-1, false)] {
            let older = checked - days * 86_400;
            fs::write(seal_of(&path), format!("{front} {older}\n")).unwrap();
            assert_eq!(good_seal(&path).is_some(), good, "{days} days");
        }
        for nonsense in [
            "",
            "seal",
            TITLE,
            &format!("{TITLE}\n1 2 x 4 5 6 7"),
            &text[..text.len() / 2],
        ] {
            fs::write(seal_of(&path), nonsense).unwrap();
            assert!(good_seal(&path).is_none(), "{nonsense:?}");
        }
    }
}
