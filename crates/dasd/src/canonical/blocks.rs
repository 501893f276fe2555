//! Groups of FBA blocks: zero blocks are left out, a bitmap says which.

use zerocopy::byteorder::{LE, U32};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use super::{CanonicalFault, VERSION, is_zero};
use crate::geometry::BLOCK_SIZE;

/// Blocks of a full group: 16 KB, about what deduplicates well between file systems.
pub const GROUP_BLOCKS: usize = 32;

/// Bytes [`canonicalise_blocks`] needs behind the blocks.
pub const BLOCK_TRAILER: usize = 8;

#[derive(FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
struct Trailer {
    bitmap: U32<LE>,
    count: u8,
    version: u8,
}

const TRAILER_LEN: usize = size_of::<Trailer>();
const _: () = assert!(TRAILER_LEN <= BLOCK_TRAILER && GROUP_BLOCKS == 32);

/// Turns the first `len` bytes of `group`, 1 to 32 blocks, into their canonical form in the same buffer and tells
/// its length.
///
/// # Panics
/// `len` is not 1 to 32 blocks, or `group` has no [`BLOCK_TRAILER`] bytes behind them: both are the caller's own.
pub fn canonicalise_blocks(group: &mut [u8], len: usize) -> usize {
    let count = len / BLOCK_SIZE;
    assert!(
        len.is_multiple_of(BLOCK_SIZE)
            && (1..=GROUP_BLOCKS).contains(&count)
            && group.len() >= len + BLOCK_TRAILER,
        "a group of {len} bytes in a buffer of {}",
        group.len()
    );
    let mut bitmap = 0_u32;
    let mut length = 0;
    for block in 0..count {
        let from = block * BLOCK_SIZE;
        if is_zero(&group[from..from + BLOCK_SIZE]) {
            continue;
        }
        bitmap |= 1 << block;
        if length != from {
            group.copy_within(from..from + BLOCK_SIZE, length);
        }
        length += BLOCK_SIZE;
    }
    let count = u8::try_from(count).expect("a group has at most 32 blocks");
    let trailer = Trailer {
        bitmap: U32::new(bitmap),
        count,
        version: VERSION,
    };
    group[length..length + TRAILER_LEN].copy_from_slice(trailer.as_bytes());
    length + TRAILER_LEN
}

/// Writes the blocks of a canonical group into `into`, which must have the length of the group.
///
/// # Errors
/// The form is not one of this version, or is for another number of blocks; `into` is then unspecified.
pub fn reconstruct_blocks(canonical: &[u8], into: &mut [u8]) -> Result<(), CanonicalFault> {
    let Ok((payload, trailer)) = Trailer::read_from_suffix(canonical) else {
        return Err(CanonicalFault::TooShort(canonical.len()));
    };
    if trailer.version != VERSION {
        return Err(CanonicalFault::Flags(trailer.version));
    }
    let count = usize::from(trailer.count);
    let bitmap = trailer.bitmap.get();
    let stray = u64::from(bitmap) >> trailer.count.min(63) != 0;
    if into.len() != count * BLOCK_SIZE || !(1..=GROUP_BLOCKS).contains(&count) || stray {
        return Err(CanonicalFault::Blocks {
            stored: trailer.count,
            wanted: into.len(),
        });
    }
    let described: usize = (0..count).filter(|block| bitmap >> block & 1 == 1).count() * BLOCK_SIZE;
    if payload.len() != described {
        return Err(CanonicalFault::Payload {
            stored: payload.len(),
            described,
        });
    }
    let (mut stored, _) = payload.as_chunks::<BLOCK_SIZE>();
    let (blocks, _) = into.as_chunks_mut::<BLOCK_SIZE>();
    for (number, block) in blocks.iter_mut().enumerate() {
        match stored.split_first() {
            Some((first, rest)) if bitmap >> number & 1 == 1 => {
                *block = *first;
                stored = rest;
            }
            _ => block.fill(0),
        }
    }
    Ok(())
}
