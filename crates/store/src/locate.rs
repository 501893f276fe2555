//! From what a person writes to the store that is meant.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use object_store::ObjectStore;
use object_store::memory::InMemory;
use url::Url;

use crate::folder::{Folder, FolderError};

/// Why a place could not be used.
#[derive(Debug, thiserror::Error)]
pub enum LocateError {
    /// No store for this scheme.
    #[error(
        "{place}: repositories in {scheme}: are not supported; give a folder, a file:// URL, or memory: for a trial"
    )]
    Scheme {
        /// The place as given.
        place: String,
        /// Its scheme.
        scheme: String,
    },
    /// A URL that names no local folder.
    #[error("{place}: not the URL of a local folder; file:///path/to/folder is expected")]
    NotAFolder {
        /// The place as given.
        place: String,
    },
    /// The folder cannot be used.
    #[error(transparent)]
    Folder(#[from] FolderError),
}

enum Place {
    Folder(PathBuf),
    Memory,
}

/// The store at an existing place: a folder, a `file://` URL, or `memory:`, which is new and empty each time.
pub fn locate(place: &str) -> Result<Arc<dyn ObjectStore>, LocateError> {
    match parse(place)? {
        Place::Folder(path) => Ok(Arc::new(Folder::open(&path)?)),
        Place::Memory => Ok(Arc::new(InMemory::new())),
    }
}

/// Like [`locate`], but makes the folder if there is none.
pub fn create_at(place: &str) -> Result<Arc<dyn ObjectStore>, LocateError> {
    match parse(place)? {
        Place::Folder(path) => Ok(Arc::new(Folder::create(&path)?)),
        Place::Memory => Ok(Arc::new(InMemory::new())),
    }
}

/// The folder at an existing place, for its upkeep ([`Folder::sweep`]); `None` if the place is no folder.
pub fn folder_of(place: &str) -> Result<Option<Folder>, LocateError> {
    match parse(place)? {
        Place::Folder(path) => Ok(Some(Folder::open(&path)?)),
        Place::Memory => Ok(None),
    }
}

/// A place is a URL only if it looks like one: a folder may have a colon in its name.
fn parse(place: &str) -> Result<Place, LocateError> {
    if place == "memory:" || place == "memory://" || place == "memory:///" {
        return Ok(Place::Memory);
    }
    let scheme = place
        .split_once("://")
        .map(|(scheme, _)| scheme)
        .filter(|scheme| is_scheme(scheme));
    match scheme {
        None => Ok(Place::Folder(Path::new(place).to_path_buf())),
        Some(scheme) if scheme.eq_ignore_ascii_case("file") => {
            let path = Url::parse(place).ok().and_then(|url| url.to_file_path().ok());
            path.map(Place::Folder).ok_or_else(|| LocateError::NotAFolder {
                place: place.to_owned(),
            })
        }
        Some(scheme) => Err(LocateError::Scheme {
            place: place.to_owned(),
            scheme: scheme.to_owned(),
        }),
    }
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+.-".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_and_file_urls_mean_the_same() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("my repo");
        let text = path.to_str().unwrap();
        assert!(
            matches!(locate(text), Err(LocateError::Folder(_))),
            "a folder that is not there was opened"
        );
        create_at(text).unwrap();
        let url = Url::from_file_path(&path).unwrap();
        assert_eq!(
            locate(url.as_str()).unwrap().to_string(),
            locate(text).unwrap().to_string()
        );
    }

    #[test]
    fn other_places_are_refused_with_the_ones_that_work() {
        for place in ["s3://bucket/x", "https://example.org/repo", "memory://x"] {
            let refusal = locate(place).map(|_| ()).unwrap_err().to_string();
            assert!(
                refusal.contains("file://") && refusal.contains(place),
                "{refusal}"
            );
        }
        assert!(matches!(
            locate("file://host/x"),
            Err(LocateError::NotAFolder { .. })
        ));
        assert!(locate("memory:").is_ok());
    }
}
