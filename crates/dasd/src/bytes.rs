//! Random access to the bytes of an image: the one seam through which this crate reads and writes.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

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
}

/// The bytes of a file, read and written by position.
#[derive(Debug)]
pub struct FileBytes(File);

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
        Self::open(path, OpenOptions::new().read(true).write(true).create_new(true))
    }

    fn open(path: &Path, options: &OpenOptions) -> io::Result<FileBytes> {
        let file = options.open(path)?;
        // A directory opens for reading and a pipe has no positions: both would fail later and less clearly.
        if !file.metadata()?.is_file() {
            return Err(io::Error::new(ErrorKind::InvalidInput, "is not a regular file"));
        }
        Ok(FileBytes(file))
    }
}

impl RandomBytes for FileBytes {
    fn len(&self) -> io::Result<u64> {
        Ok(self.0.metadata()?.len())
    }

    fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<()> {
        self.0.read_exact_at(into, at)
    }

    fn write_at(&self, at: u64, from: &[u8]) -> io::Result<()> {
        self.0.write_all_at(from, at)
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        self.0.set_len(length)
    }

    fn sync(&self) -> io::Result<()> {
        self.0.sync_data()
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
