//! Image files, and the other files of a split volume.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::Access;
use crate::bytes::{FileBytes, RandomBytes};
use crate::format::Parts;

pub(super) fn open_with(access: Access) -> impl Fn(&Path) -> io::Result<Arc<dyn RandomBytes>> {
    move |path| {
        let bytes = match access {
            Access::Read => FileBytes::open_read(path)?,
            Access::Write => FileBytes::open_write(path)?,
        };
        Ok(Arc::new(bytes))
    }
}

/// The files of a split volume: the character before the first point of the file name counts 1 to 9, A, B and on.
pub(crate) struct FileParts<'a> {
    first: &'a Path,
    access: Access,
    /// Those that were opened so far, in that order.
    opened: Mutex<Vec<Arc<dyn RandomBytes>>>,
}

/// The name of the first file of a split volume: `_1` comes before the first point of the file name.
pub(super) fn first_part(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let stem = name.find('.').unwrap_or(name.len());
    path.with_file_name(format!("{}_1{}", &name[..stem], &name[stem..]))
}

impl<'a> FileParts<'a> {
    pub(crate) fn new(first: &'a Path, access: Access) -> FileParts<'a> {
        FileParts {
            first,
            access,
            opened: Mutex::default(),
        }
    }

    /// The first file, and all others that were opened.
    pub(super) fn with_first(self, first: Arc<dyn RandomBytes>) -> Vec<Arc<dyn RandomBytes>> {
        let others = self.opened.into_inner().unwrap_or_else(PoisonError::into_inner);
        std::iter::once(first).chain(others).collect()
    }

    pub(super) fn path(&self, part: u32) -> Option<PathBuf> {
        let digit = char::from_digit(part, 36)?.to_ascii_uppercase();
        let name = self.first.file_name()?.to_str()?;
        let stem = name.find('.').unwrap_or(name.len());
        let (before, _) = name[..stem].char_indices().next_back()?;
        Some(
            self.first
                .with_file_name(format!("{}{digit}{}", &name[..before], &name[stem..])),
        )
    }
}

impl Parts for FileParts<'_> {
    fn open(&self, part: u32) -> io::Result<Arc<dyn RandomBytes>> {
        let path = self.path(part).ok_or(io::ErrorKind::InvalidFilename)?;
        let bytes = open_with(self.access)(&path)
            .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))?;
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        opened.push(Arc::clone(&bytes));
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_first_parts() {
        for (path, expected) in [
            ("/v/vol.3390", "/v/vol_1.3390"),
            ("/v.d/a.b.c", "/v.d/a_1.b.c"),
            ("vol", "vol_1"),
        ] {
            assert_eq!(first_part(Path::new(path)), PathBuf::from(expected));
        }
    }

    #[test]
    fn names_of_parts() {
        for (first, part, expected) in [
            ("/v/vol_1.3390", 2, Some("/v/vol_2.3390")),
            ("/v.d/vol_1.a.b", 10, Some("/v.d/vol_A.a.b")),
            ("vol_1", 3, Some("vol_3")),
            (".ckd", 2, None),
        ] {
            let parts = FileParts::new(Path::new(first), Access::Read);
            assert_eq!(parts.path(part), expected.map(PathBuf::from), "{first}");
        }
    }
}
