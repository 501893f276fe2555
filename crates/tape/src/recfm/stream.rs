//! A stream of bytes cut into blocks.

use std::io::{self, ErrorKind, Read};

use crate::BLOCK_MAX;

/// Calls `deliver` with the stream in blocks of `length` bytes (at most [`BLOCK_MAX`]), the last one shorter, and
/// returns how many there were.
///
/// # Errors
/// The stream cannot be read, or what `deliver` said.
pub fn blocks_of<E: From<io::Error>>(
    mut stream: impl Read,
    length: usize,
    mut deliver: impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<u64, E> {
    let mut block = vec![0; length.clamp(1, BLOCK_MAX)];
    let mut blocks = 0;
    loop {
        let mut filled = 0;
        while filled < block.len() {
            match stream.read(&mut block[filled..]) {
                Ok(0) => break,
                Ok(more) => filled += more,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        if filled == 0 {
            return Ok(blocks);
        }
        deliver(&block[..filled])?;
        blocks += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte at a time, as a pipe may.
    struct Slow<'a>(&'a [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let one = into.len().min(1);
            self.0.read(&mut into[..one])
        }
    }

    #[test]
    fn blocks_are_full_whatever_the_stream_gives() {
        for (length, expected) in [(3, 3), (7, 1), (8, 1), (1, 7)] {
            let mut found = Vec::new();
            let blocks = blocks_of::<io::Error>(Slow(b"abcdefg"), length, |block| {
                found.push(block.to_vec());
                Ok(())
            });
            assert_eq!((blocks.unwrap(), found.concat()), (expected, b"abcdefg".to_vec()));
            assert!(found.iter().rev().skip(1).all(|block| block.len() == length));
        }
        assert_eq!(blocks_of::<io::Error>(Slow(b""), 5, |_| Ok(())).unwrap(), 0);
    }
}
