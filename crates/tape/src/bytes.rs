//! The bytes of a tape image by position: the one seam through which this crate reads and writes.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::os::unix::fs::FileExt;

/// Positional access to the bytes of a tape image. Whoever opens the file hands it in: this crate opens none.
pub trait TapeBytes {
    /// How many bytes there are now.
    ///
    /// # Errors
    /// Whatever the system says.
    fn length(&self) -> io::Result<u64>;

    /// Fills all of `into` from the bytes that begin at `at`.
    ///
    /// # Errors
    /// [`ErrorKind::UnexpectedEof`] when the bytes end before `into` is full; otherwise whatever the system says.
    fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<()>;

    /// Writes all of `from` at `at`, and lengthens the image where needed.
    ///
    /// # Errors
    /// Whatever the system says.
    fn write_at(&mut self, at: u64, from: &[u8]) -> io::Result<()>;

    /// Cuts or lengthens the image to this many bytes.
    ///
    /// # Errors
    /// Whatever the system says.
    fn set_length(&mut self, length: u64) -> io::Result<()>;

    /// Returns when everything written would survive a crash.
    ///
    /// # Errors
    /// Whatever the system says.
    fn sync(&mut self) -> io::Result<()>;
}

impl TapeBytes for File {
    fn length(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }

    fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<()> {
        self.read_exact_at(into, at)
    }

    fn write_at(&mut self, at: u64, from: &[u8]) -> io::Result<()> {
        self.write_all_at(from, at)
    }

    fn set_length(&mut self, length: u64) -> io::Result<()> {
        self.set_len(length)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }
}

/// A tape image in memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemoryTape(Vec<u8>);

impl MemoryTape {
    /// An image with this content; `MemoryTape::default()` is a blank one.
    pub fn new(content: Vec<u8>) -> MemoryTape {
        MemoryTape(content)
    }

    /// All bytes that are there now.
    pub fn as_slice(&self) -> &[u8] {
        &self.0
    }

    /// The bytes themselves, when the tape is no longer needed.
    pub fn into_vec(self) -> Vec<u8> {
        self.0
    }
}

/// `at..at + length` as indices, if this machine can address them.
fn span(at: u64, length: usize) -> io::Result<std::ops::Range<usize>> {
    let first = usize::try_from(at).ok();
    let end = first.and_then(|first| first.checked_add(length));
    first.zip(end).map(|(first, end)| first..end).ok_or_else(|| {
        io::Error::new(
            ErrorKind::InvalidInput,
            "the position is beyond what memory can hold",
        )
    })
}

impl TapeBytes for MemoryTape {
    fn length(&self) -> io::Result<u64> {
        u64::try_from(self.0.len()).map_err(io::Error::other)
    }

    fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<()> {
        let bytes = self
            .0
            .get(span(at, into.len())?)
            .ok_or(ErrorKind::UnexpectedEof)?;
        into.copy_from_slice(bytes);
        Ok(())
    }

    fn write_at(&mut self, at: u64, from: &[u8]) -> io::Result<()> {
        let span = span(at, from.len())?;
        if span.end > self.0.len() {
            self.0.resize(span.end, 0);
        }
        self.0[span].copy_from_slice(from);
        Ok(())
    }

    fn set_length(&mut self, length: u64) -> io::Result<()> {
        let end = span(length, 0)?.end;
        self.0.resize(end, 0);
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What every implementation must do: the drive relies on nothing else.
    fn conforms(mut bytes: impl TapeBytes) {
        assert_eq!(bytes.length().unwrap(), 0);
        bytes.write_at(3, b"abc").unwrap();
        let mut whole = [9; 6];
        bytes.read_at(0, &mut whole).unwrap();
        assert_eq!(&whole, b"\0\0\0abc");
        let mut beyond = [0; 2];
        assert_eq!(
            bytes.read_at(5, &mut beyond).unwrap_err().kind(),
            ErrorKind::UnexpectedEof
        );
        bytes.set_length(4).unwrap();
        assert_eq!(bytes.length().unwrap(), 4);
        bytes.set_length(5).unwrap();
        bytes.read_at(3, &mut beyond).unwrap();
        assert_eq!(&beyond, b"a\0");
        bytes.sync().unwrap();
    }

    #[test]
    fn memory_conforms() {
        conforms(MemoryTape::default());
    }

    #[test]
    fn a_file_conforms() {
        conforms(tempfile::tempfile().unwrap());
    }
}
