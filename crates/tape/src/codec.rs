//! Compression of whole blocks, and expansion that never produces more than a tape block may have.

use std::io::{self, Write};

use bzip2::write::BzEncoder;
use flate2::write::ZlibEncoder;

use crate::BLOCK_MAX;
use crate::chunk::Method;
use crate::fault::Fault;

/// How blocks are compressed when they are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compression {
    /// Not at all: the image is an AWSTAPE that every tool reads.
    #[default]
    None,
    /// HET with zlib, effort 0..=9.
    Zlib {
        /// 0..=9; larger is smaller and slower.
        level: u8,
    },
    /// HET with bzip2, block size 1..=9 hundred thousand bytes.
    Bzip2 {
        /// 1..=9.
        level: u8,
    },
}

/// How much an expansion may produce in one step before its output is looked at again.
const STEP: usize = 64 * 1024;

/// Compresses a block into `into`, and says how it is to be stored: raw when compression does not shrink it.
pub(crate) fn compress(block: &[u8], how: Compression, into: &mut Vec<u8>) -> io::Result<Method> {
    into.clear();
    let method = match how {
        Compression::None => return Ok(Method::Raw),
        Compression::Zlib { level } => {
            let level = flate2::Compression::new(u32::from(level.min(9)));
            let mut encoder = ZlibEncoder::new(std::mem::take(into), level);
            encoder.write_all(block)?;
            *into = encoder.finish()?;
            Method::Zlib
        }
        Compression::Bzip2 { level } => {
            let level = bzip2::Compression::new(u32::from(level.clamp(1, 9)));
            let mut encoder = BzEncoder::new(std::mem::take(into), level);
            encoder.write_all(block)?;
            *into = encoder.finish()?;
            Method::Bzip2
        }
    };
    Ok(if into.len() < block.len() {
        method
    } else {
        Method::Raw
    })
}

/// Expands what is stored into `into`, and returns how many stored bytes were left over.
pub(crate) fn expand(stored: &[u8], method: Method, into: &mut Vec<u8>) -> Result<usize, Fault> {
    into.clear();
    let consumed = match method {
        Method::Raw => {
            into.extend_from_slice(stored);
            stored.len()
        }
        Method::Zlib => expand_zlib(stored, into)?,
        Method::Bzip2 => expand_bzip2(stored, into)?,
    };
    if into.is_empty() {
        return Err(Fault::Empty);
    }
    Ok(stored.len().saturating_sub(consumed))
}

fn expand_zlib(stored: &[u8], into: &mut Vec<u8>) -> Result<usize, Fault> {
    let damaged = Fault::Expand { method: Method::Zlib };
    let mut stream = flate2::Decompress::new(true);
    loop {
        make_room(into)?;
        let consumed = usize::try_from(stream.total_in()).map_err(|_| damaged)?;
        let before = (consumed, into.len());
        let rest = stored.get(consumed..).ok_or(damaged)?;
        let status = stream
            .decompress_vec(rest, into, flate2::FlushDecompress::None)
            .map_err(|_| damaged)?;
        let consumed = usize::try_from(stream.total_in()).map_err(|_| damaged)?;
        if status == flate2::Status::StreamEnd {
            return within_limit(into, consumed);
        }
        if (consumed, into.len()) == before {
            return Err(damaged);
        }
    }
}

fn expand_bzip2(stored: &[u8], into: &mut Vec<u8>) -> Result<usize, Fault> {
    let damaged = Fault::Expand {
        method: Method::Bzip2,
    };
    let mut stream = bzip2::Decompress::new(false);
    loop {
        make_room(into)?;
        let consumed = usize::try_from(stream.total_in()).map_err(|_| damaged)?;
        let before = (consumed, into.len());
        let rest = stored.get(consumed..).ok_or(damaged)?;
        let status = stream.decompress_vec(rest, into).map_err(|_| damaged)?;
        let consumed = usize::try_from(stream.total_in()).map_err(|_| damaged)?;
        if status == bzip2::Status::StreamEnd {
            return within_limit(into, consumed);
        }
        if (consumed, into.len()) == before {
            return Err(damaged);
        }
    }
}

/// Gives the output room for one more step; the stored bytes alone never decide how much is allocated.
fn make_room(into: &mut Vec<u8>) -> Result<(), Fault> {
    if into.len() > BLOCK_MAX {
        return Err(Fault::TooLong { limit: BLOCK_MAX });
    }
    if into.len() == into.capacity() {
        into.reserve_exact(into.len().clamp(STEP, BLOCK_MAX + STEP - into.len()));
    }
    Ok(())
}

fn within_limit(expanded: &[u8], consumed: usize) -> Result<usize, Fault> {
    if expanded.len() > BLOCK_MAX {
        return Err(Fault::TooLong { limit: BLOCK_MAX });
    }
    Ok(consumed)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Compression; 3] = [
        Compression::None,
        Compression::Zlib { level: 6 },
        Compression::Bzip2 { level: 9 },
    ];

    #[test]
    fn blocks_come_back_whole() {
        for length in [1, 100, 70_000, BLOCK_MAX] {
            let block = vec![0x40; length];
            for how in ALL {
                let (mut stored, mut plain) = (Vec::new(), Vec::new());
                let method = compress(&block, how, &mut stored).unwrap();
                let stored = if method == Method::Raw { &block } else { &stored };
                assert_eq!(expand(stored, method, &mut plain), Ok(0), "{how:?} {length}");
                assert_eq!(plain, block);
            }
        }
    }

    #[test]
    fn one_byte_more_than_a_block_is_refused_and_memory_stays_bounded() {
        let block = vec![0; BLOCK_MAX + 1];
        for how in &ALL[1..] {
            let (mut stored, mut plain) = (Vec::new(), Vec::new());
            let method = compress(&block, *how, &mut stored).unwrap();
            assert_eq!(
                expand(&stored, method, &mut plain),
                Err(Fault::TooLong { limit: BLOCK_MAX })
            );
            assert!(plain.capacity() <= BLOCK_MAX + STEP, "{}", plain.capacity());
        }
    }

    #[test]
    fn a_cut_or_lengthened_stream_is_noticed() {
        let block: Vec<u8> = (0..200u8).cycle().take(5000).collect();
        for how in &ALL[1..] {
            let (mut stored, mut plain) = (Vec::new(), Vec::new());
            let method = compress(&block, *how, &mut stored).unwrap();
            let cut = &stored[..stored.len() - 1];
            assert_eq!(expand(cut, method, &mut plain), Err(Fault::Expand { method }));
            stored.extend_from_slice(b"tail");
            assert_eq!(expand(&stored, method, &mut plain), Ok(4));
            assert_eq!(plain, block);
        }
        assert_eq!(expand(&[], Method::Raw, &mut Vec::new()), Err(Fault::Empty));
    }
}
