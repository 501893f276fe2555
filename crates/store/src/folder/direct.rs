//! Writing a new file past the page cache.
//!
//! Fresh pages of the page cache cost about a second of CPU per gigabyte, more than compressing does per core; direct I/O
//! costs nearly nothing. It needs aligned memory, offsets and lengths: what already lies in aligned memory is written
//! from there, the rest passes through one recycled slab. A file system that refuses is written to plainly.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use bytes::Bytes;
use rustix::fs::OFlags;
use rustix::io::Errno;

use crate::slab::{ALIGNMENT, Slab, SlabPool};

/// Smaller files are written plainly: the page cache takes them without notice.
const DIRECT_MIN: usize = 64 << 10;

/// Writes the pieces behind each other into the empty `file` and flushes it.
pub(super) fn write_all(file: &File, pieces: &[Bytes], slabs: &SlabPool) -> io::Result<()> {
    let len: usize = pieces.iter().map(Bytes::len).sum();
    let direct = len >= DIRECT_MIN && set_direct(file, true)?;
    write_pieces(file, pieces, slabs, direct)?;
    file.sync_data()
}

fn write_pieces(file: &File, pieces: &[Bytes], slabs: &SlabPool, direct: bool) -> io::Result<()> {
    let mut writer = Writer { file, at: 0, direct };
    if !direct {
        return pieces.iter().try_for_each(|piece| writer.write(piece));
    }
    let mut stage = slabs.take();
    for piece in pieces {
        let mut rest = &piece[..];
        if stage.is_empty() && rest.as_ptr().align_offset(ALIGNMENT) == 0 {
            let (whole, tail) = rest.split_at(rest.len() - rest.len() % ALIGNMENT);
            writer.write(whole)?;
            rest = tail;
        }
        while !rest.is_empty() {
            rest = stage.fill(rest);
            if stage.is_full() {
                writer.write(stage.bytes())?;
                stage.clear();
            }
        }
    }
    writer.write_tail(&stage)
}

struct Writer<'a> {
    file: &'a File,
    at: u64,
    direct: bool,
}

impl Writer<'_> {
    fn write(&mut self, mut from: &[u8]) -> io::Result<()> {
        while !from.is_empty() {
            match self.file.write_at(from, self.at) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(done) => {
                    self.at += done as u64;
                    from = &from[done..];
                }
                Err(err) if err.kind() == io::ErrorKind::Interrupted => {}
                // The device wants a larger alignment, or a short write left an odd offset: go on without.
                Err(err) if self.direct && err.raw_os_error() == Some(Errno::INVAL.raw_os_error()) => {
                    self.give_up_direct()?;
                }
                Err(err) => return Err(err),
            }
        }
        Ok(())
    }

    /// The last block is rarely whole; only it goes through the page cache.
    fn write_tail(&mut self, stage: &Slab) -> io::Result<()> {
        let bytes = stage.bytes();
        let (whole, tail) = bytes.split_at(bytes.len() - bytes.len() % ALIGNMENT);
        self.write(whole)?;
        if self.direct && !tail.is_empty() {
            self.give_up_direct()?;
        }
        self.write(tail)
    }

    fn give_up_direct(&mut self) -> io::Result<()> {
        self.direct = false;
        set_direct(self.file, false).map(|_| ())
    }
}

/// Turns direct I/O on or off; whether it is on now. Asked for on the open file rather than in `open`, which on refusal
/// may have made the file or not.
fn set_direct(file: &File, on: bool) -> io::Result<bool> {
    let mut flags = rustix::fs::fcntl_getfl(file)?;
    flags.set(OFlags::DIRECT, on);
    match rustix::fs::fcntl_setfl(file, flags) {
        Ok(()) => Ok(on),
        Err(Errno::INVAL | Errno::OPNOTSUPP) if on => Ok(false),
        Err(err) => Err(err.into()),
    }
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "the tests look at the files themselves")]
mod tests {
    use super::*;
    use crate::slab::{SLAB_LEN, SlabWriter};

    fn pattern(len: usize) -> Vec<u8> {
        (0..len).map(|n| u8::try_from(n % 253).unwrap()).collect()
    }

    /// Cut into slabs as a pack is, into odd pieces, and plainly: the file is the same.
    #[test]
    fn every_way_of_writing_gives_the_same_file() {
        let slabs = SlabPool::new();
        for len in [0, 1, 4095, 4096, 4097, DIRECT_MIN, SLAB_LEN, SLAB_LEN + 5000] {
            let data = pattern(len);
            let mut aligned = SlabWriter::new(slabs.clone());
            aligned.write(&data);
            let odd = data.chunks(3001).map(Bytes::copy_from_slice).collect();
            let mixed = [
                Bytes::copy_from_slice(&data[..len.min(7)]),
                Bytes::copy_from_slice(&data[len.min(7)..]),
            ];
            for pieces in [aligned.finish(), odd, mixed.to_vec()] {
                for direct in [true, false] {
                    let file = tempfile::NamedTempFile::new().unwrap();
                    let direct = direct && set_direct(file.as_file(), true).unwrap();
                    write_pieces(file.as_file(), &pieces, &slabs, direct).unwrap();
                    assert!(
                        std::fs::read(file.path()).unwrap() == data,
                        "{len} bytes, direct {direct}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_refused_direct_write_goes_on_plainly() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let direct = set_direct(file.as_file(), true).unwrap();
        let mut writer = Writer {
            file: file.as_file(),
            at: 0,
            direct,
        };
        let data = pattern(5001);
        writer.write(&data[1..]).unwrap();
        assert!(!writer.direct, "an odd length cannot be written directly");
        assert!(std::fs::read(file.path()).unwrap() == data[1..]);
    }
}
