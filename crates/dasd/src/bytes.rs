//! Random access to the bytes of an image: the one seam through which this crate reads and writes.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use crate::stamp::Stamp;

/// Random access to the bytes of an image. All calls take `&self`, so that many threads can read one volume.
pub trait RandomBytes: Send + Sync {
    /// How many bytes there are.
    ///
    /// # Errors
    /// Whatever the system says.
    fn len(&self) -> io::Result<u64>;

    /// Whether there is nothing in it yet.
    ///
    /// # Errors
    /// As [`RandomBytes::len`].
    fn is_empty(&self) -> io::Result<bool> {
        Ok(self.len()? == 0)
    }

    /// Fills all of `into` from the bytes that begin at `at`.
    ///
    /// # Errors
    /// [`ErrorKind::UnexpectedEof`] when the bytes end before `into` is full; otherwise whatever the system says.
    fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<()>;

    /// Writes all of `from` at `at`; what lies beyond the end so far becomes longer, with zeros in between.
    ///
    /// # Errors
    /// Whatever the system says.
    fn write_at(&self, at: u64, from: &[u8]) -> io::Result<()>;

    /// Cuts the bytes to this length, or lengthens them with zeros.
    ///
    /// # Errors
    /// Whatever the system says.
    fn set_len(&self, length: u64) -> io::Result<()>;

    /// Returns when everything written would survive a crash.
    ///
    /// # Errors
    /// Whatever the system says.
    fn sync(&self) -> io::Result<()>;

    /// What the file looks like from outside, if this is one.
    fn stamp(&self) -> Option<Stamp> {
        None
    }
}

/// Writes past the page cache must begin and end at a multiple of this, in the file and in memory. Tracks and blocks
/// do, because slots and headers are multiples of 512 bytes; a file system that wants more refuses, and is obeyed.
pub const DIRECT_ALIGNMENT: usize = 512;

/// Shorter writes gain nothing from going past the page cache.
const DIRECT_MIN: usize = 128 << 10;

/// The bytes of a file, read and written by position.
///
/// Long aligned writes to a new file go past the page cache: an image that is restored is larger than what the cache
/// should hold, and filling it costs more than the write.
#[derive(Debug)]
pub struct FileBytes {
    file: File,
    /// The same file, opened for direct writes.
    direct: Option<File>,
    /// Set when the file system has refused one.
    refused: AtomicBool,
}

impl FileBytes {
    /// Opens an existing file for reading only.
    ///
    /// # Errors
    /// The file cannot be opened, or is not a regular file.
    pub fn open_read(path: &Path) -> io::Result<FileBytes> {
        Self::open(path, OpenOptions::new().read(true))
    }

    /// Opens an existing file for reading and writing.
    ///
    /// # Errors
    /// The file cannot be opened, or is not a regular file.
    pub fn open_write(path: &Path) -> io::Result<FileBytes> {
        Self::open(path, OpenOptions::new().read(true).write(true))
    }

    /// Makes a new, empty file.
    ///
    /// # Errors
    /// The file exists already ([`ErrorKind::AlreadyExists`]) or cannot be made.
    pub fn create_new(path: &Path) -> io::Result<FileBytes> {
        let mut bytes = Self::open(path, OpenOptions::new().read(true).write(true).create_new(true))?;
        let direct = i32::try_from(rustix::fs::OFlags::DIRECT.bits()).unwrap_or(0);
        // A file system without direct writes says so here or at the first of them.
        bytes.direct = OpenOptions::new()
            .write(true)
            .custom_flags(direct)
            .open(path)
            .ok();
        Ok(bytes)
    }

    fn open(path: &Path, options: &OpenOptions) -> io::Result<FileBytes> {
        let file = options.open(path)?;
        // A directory opens for reading and a pipe has no positions: both would fail later and less clearly.
        if !file.metadata()?.is_file() {
            return Err(io::Error::new(ErrorKind::InvalidInput, "is not a regular file"));
        }
        Ok(FileBytes {
            file,
            direct: None,
            refused: AtomicBool::new(false),
        })
    }

    /// Writes past the page cache if that is possible; false when it is not and nothing was written.
    fn write_direct(&self, at: u64, from: &[u8]) -> io::Result<bool> {
        let alignment = DIRECT_ALIGNMENT as u64;
        let fits = from.len() >= DIRECT_MIN
            && at.is_multiple_of(alignment)
            && from.len().is_multiple_of(DIRECT_ALIGNMENT)
            && from.as_ptr().align_offset(DIRECT_ALIGNMENT) == 0;
        let Some(direct) = self
            .direct
            .as_ref()
            .filter(|_| fits && !self.refused.load(Ordering::Relaxed))
        else {
            return Ok(false);
        };
        match direct.write_all_at(from, at) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::InvalidInput => {
                self.refused.store(true, Ordering::Relaxed);
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }
}

impl RandomBytes for FileBytes {
    fn len(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<()> {
        self.file.read_exact_at(into, at)
    }

    fn write_at(&self, at: u64, from: &[u8]) -> io::Result<()> {
        if self.write_direct(at, from)? {
            Ok(())
        } else {
            self.file.write_all_at(from, at)
        }
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        self.file.set_len(length)
    }

    fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    fn stamp(&self) -> Option<Stamp> {
        self.file.metadata().ok().map(|file| Stamp::of(&file))
    }
}

/// Bytes in memory; a clone shares them. For tests and for the simulator.
#[derive(Clone, Debug, Default)]
pub struct MemoryBytes(Arc<RwLock<Vec<u8>>>);

impl MemoryBytes {
    /// Bytes with this content.
    pub fn new(content: Vec<u8>) -> MemoryBytes {
        MemoryBytes(Arc::new(RwLock::new(content)))
    }

    /// A copy of all that is there now.
    pub fn to_vec(&self) -> Vec<u8> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The span `at..at + length` as indices, if this machine can address it.
fn span(at: u64, length: usize) -> io::Result<(usize, usize)> {
    let first = usize::try_from(at).ok();
    let end = first.and_then(|first| first.checked_add(length));
    first.zip(end).ok_or_else(|| {
        io::Error::new(
            ErrorKind::InvalidInput,
            "the position is beyond what memory can hold",
        )
    })
}

impl RandomBytes for MemoryBytes {
    fn len(&self) -> io::Result<u64> {
        let content = self.0.read().unwrap_or_else(PoisonError::into_inner);
        u64::try_from(content.len()).map_err(io::Error::other)
    }

    fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<()> {
        let (first, end) = span(at, into.len())?;
        let content = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let bytes = content.get(first..end).ok_or(ErrorKind::UnexpectedEof)?;
        into.copy_from_slice(bytes);
        Ok(())
    }

    fn write_at(&self, at: u64, from: &[u8]) -> io::Result<()> {
        let (first, end) = span(at, from.len())?;
        let mut content = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if content.len() < end {
            content.resize(end, 0);
        }
        content[first..end].copy_from_slice(from);
        Ok(())
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        let (_, end) = span(length, 0)?;
        self.0
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .resize(end, 0);
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn behaves_like_bytes(bytes: &dyn RandomBytes) {
        assert!(bytes.is_empty().unwrap());
        bytes.write_at(3, b"abc").unwrap();
        assert_eq!(bytes.len().unwrap(), 6);
        let mut all = [9; 6];
        bytes.read_at(0, &mut all).unwrap();
        assert_eq!(&all, b"\0\0\0abc");
        assert_eq!(
            bytes.read_at(4, &mut [0; 3]).unwrap_err().kind(),
            ErrorKind::UnexpectedEof
        );
        assert!(bytes.read_at(u64::MAX, &mut [0; 3]).is_err());
        bytes.set_len(4).unwrap();
        bytes.set_len(5).unwrap();
        let mut tail = [9; 2];
        bytes.read_at(3, &mut tail).unwrap();
        assert_eq!(&tail, b"a\0");
        bytes.sync().unwrap();
    }

    #[test]
    fn what_went_past_the_cache_is_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let bytes = FileBytes::create_new(&folder.path().join("new")).unwrap();
        let content: Vec<u8> = (0..DIRECT_MIN + 3 * DIRECT_ALIGNMENT)
            .map(|n| u8::try_from(n % 251).unwrap())
            .collect();
        let begin = content.as_ptr().align_offset(DIRECT_ALIGNMENT);
        let aligned = &content[begin..begin + DIRECT_MIN];
        bytes.write_at(512, aligned).unwrap();
        bytes
            .write_at(512 + u64::try_from(DIRECT_MIN).unwrap(), b"short")
            .unwrap();
        let mut back = vec![0; DIRECT_MIN];
        bytes.read_at(512, &mut back).unwrap();
        assert_eq!(back, aligned);
    }

    #[test]
    fn files_and_memory_behave_alike() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("image");
        behaves_like_bytes(&FileBytes::create_new(&path).unwrap());
        assert_eq!(
            FileBytes::create_new(&path).unwrap_err().kind(),
            ErrorKind::AlreadyExists
        );
        assert!(FileBytes::open_read(&path).unwrap().write_at(0, b"x").is_err());
        assert!(FileBytes::open_read(folder.path()).is_err());
        FileBytes::open_write(&path).unwrap().write_at(0, b"x").unwrap();

        let memory = MemoryBytes::default();
        behaves_like_bytes(&memory);
        memory.clone().write_at(0, b"x").unwrap();
        assert_eq!(memory.to_vec(), b"x\0\0a\0");
    }
}
