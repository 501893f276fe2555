//! The chunk form of tracks and block groups: what is hashed, stored and found again.
//!
//! Count fields carry addresses, so equal content at two places is not equal byte for byte. The canonical form
//! leaves out whatever position and [`Origin`] predict, and the content of records that are all zero. It is an
//! on-disk format; version 1 is this:
//!
//! ```text
//! canonical track  = payload, runs, r0 address?, r0 data?, flags, descriptor length
//!   payload          key and data of every record of a stored run, in the order of the track, without gaps
//!   runs             0..=340 times 6 bytes:
//!     0   u8         bit 0: key and data of all records of the run are zero and not stored
//!                    bit 1: the overflow bit of the cylinder is turned around
//!                    bits 2-7: zero
//!     1   u8         key length
//!     2   u16 LE     data length
//!     4   u8         number of the first record, not 0
//!     5   u8         how many records, not 0; their numbers follow one another and end at 255
//!   r0 address       4 bytes, CC HH as stored, if flag bit 1
//!   r0 data          8 bytes, if flag bit 2; otherwise the data of record 0 is zero
//!   flags  u8        bits 4-7: version, 1
//!                    bit 0: verbatim; bit 1: r0 address present; bit 2: r0 data present; bit 3: zero
//!   descriptor length  u16 LE: bytes of runs, r0 address and r0 data
//!
//! verbatim track   = everything between home address and end mark, flags = 0x11, descriptor length = 0
//!
//! canonical group  = blocks that are not zero, bitmap u32 LE, count u8, version u8 = 1
//!   bitmap           bit n: block n is not zero and stored
//!   count            blocks of the group, 1..=32
//! ```
//!
//! A record has the address of its track minus the origin: cylinder CC - origin, head HH. Record 0 may do the
//! same or have the real address. Which of them follows the origin is part of the origin, not of the bytes, so that
//! a minidisk formatted by CMS and its copy with real addresses have the same chunks. Whatever does not fit these
//! rules is kept verbatim. The form is never longer than the slot the track came from.

mod blocks;
mod origin;
mod reconstruct;
mod survey;

pub use blocks::{BLOCK_TRAILER, GROUP_BLOCKS, canonicalise_blocks, reconstruct_blocks};
pub use origin::Origin;
pub use reconstruct::reconstruct;

use zerocopy::IntoBytes;
use zerocopy::byteorder::{LE, U16};
use zerocopy::{FromBytes, Immutable, KnownLayout, Unaligned};

use crate::address::TrackAddr;
use crate::layout::ckd::{COUNT_LEN, HOME_LEN, R1_OFFSET};
use crate::track::TrackFault;
use survey::{Finding, Shape};

const VERSION: u8 = 1;
const FLAG_VERBATIM: u8 = 0x01;
const FLAG_R0_ADDRESS: u8 = 0x02;
const FLAG_R0_DATA: u8 = 0x04;

const RUN_ZERO: u8 = 0x01;
const RUN_OVERFLOW: u8 = 0x02;

/// A run of records that differ in their numbers only, which follow one another.
#[derive(Clone, Copy, Default, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
struct Run {
    flags: u8,
    key_len: u8,
    data_len: U16<LE>,
    first: u8,
    count: u8,
}

const RUN_LEN: usize = size_of::<Run>();
const _: () = assert!(RUN_LEN == 6);

/// Ends every canonical track.
#[derive(Clone, Copy, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
struct Trailer {
    flags: u8,
    descriptor_len: U16<LE>,
}

const TRAILER_LEN: usize = size_of::<Trailer>();

/// More runs than this are kept verbatim. 255 numbers leave room for every real track to change its shape with
/// each record; the list stays small enough (2 KB) to be cleared for every track.
const RUNS_MAX: usize = 340;

/// What can be wrong with a canonical form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CanonicalFault {
    /// Not even the trailer is there.
    #[error("{0} bytes are too short for a canonical form")]
    TooShort(usize),
    /// Made by another version of the format, or not made by this program.
    #[error("flags {0:#04X} are not those of canonical form version 1; a newer ssibackup may read it")]
    Flags(u8),
    /// The descriptor has no whole number of runs, or does not fit.
    #[error("a descriptor of {descriptor} bytes does not fit into {canonical} bytes")]
    Descriptor {
        /// Its length as stated.
        descriptor: usize,
        /// Length of the whole form.
        canonical: usize,
    },
    /// A run says something no run can say.
    #[error("run {0} of the descriptor is not valid")]
    Run(usize),
    /// Stored bytes and the described lengths differ.
    #[error("{stored} bytes of payload are stored, the descriptor asks for {described}")]
    Payload {
        /// Bytes before the descriptor.
        stored: usize,
        /// Bytes the runs need, as far as they were followed.
        described: usize,
    },
    /// What is described is longer than a slot of the target.
    #[error("the track does not fit into a slot of {0} bytes; restore it to the device type it came from")]
    SlotTooShort(usize),
    /// Count fields have two bytes for the cylinder.
    #[error("{at} with origin {origin} has no two-byte cylinder")]
    Address {
        /// The target.
        at: TrackAddr,
        /// The origin asked for.
        origin: Origin,
    },
    /// The verbatim bytes are no track.
    #[error("the verbatim form is not a track: {0}")]
    Verbatim(#[source] TrackFault),
    /// A block group for another number of blocks.
    #[error("the group has {stored} blocks, {wanted} bytes are wanted")]
    Blocks {
        /// Blocks it has.
        stored: u8,
        /// Bytes wanted.
        wanted: usize,
    },
}

/// Turns the track in `slot` into its canonical form at the front of the same buffer, and tells its length and
/// origin. `at` is the address on the volume, which the home address must repeat. Bytes after the form are
/// unspecified.
///
/// # Errors
/// The track is damaged; the slot is then as it was.
pub fn canonicalise(slot: &mut [u8], at: TrackAddr) -> Result<(usize, Origin), TrackFault> {
    let mut shape = Shape::new();
    match survey::survey(slot, at, &mut shape)? {
        Finding::Regular => Ok((pack(slot, &shape), shape.origin)),
        Finding::Odd { end } => Ok((keep_verbatim(slot, end), Origin::REAL)),
    }
}

/// The form cannot outgrow the slot: a run takes 6 bytes where its records had 8 each in count fields, and the
/// other 15 at most where home address, record 0 and end mark had 29.
fn pack(slot: &mut [u8], shape: &Shape) -> usize {
    let mut from = R1_OFFSET;
    let mut length = 0;
    for run in shape.runs() {
        let payload = usize::from(run.key_len) + usize::from(run.data_len.get());
        if run.flags & RUN_ZERO != 0 {
            from += usize::from(run.count) * (COUNT_LEN + payload);
            continue;
        }
        for _ in 0..run.count {
            from += COUNT_LEN;
            slot.copy_within(from..from + payload, length);
            from += payload;
            length += payload;
        }
    }
    let mut flags = VERSION << 4;
    let begin = length;
    append(slot, &mut length, shape.runs().as_bytes());
    if let Some(address) = shape.r0_address {
        flags |= FLAG_R0_ADDRESS;
        append(slot, &mut length, &address);
    }
    if shape.r0_data != [0; 8] {
        flags |= FLAG_R0_DATA;
        append(slot, &mut length, &shape.r0_data);
    }
    let descriptor = u16::try_from(length - begin).expect("340 runs and record 0 are about 2 KB");
    let trailer = Trailer {
        flags,
        descriptor_len: U16::new(descriptor),
    };
    append(slot, &mut length, trailer.as_bytes());
    length
}

fn keep_verbatim(slot: &mut [u8], end: usize) -> usize {
    slot.copy_within(HOME_LEN..end, 0);
    let mut length = end - HOME_LEN;
    let trailer = Trailer {
        flags: VERSION << 4 | FLAG_VERBATIM,
        descriptor_len: U16::new(0),
    };
    append(slot, &mut length, trailer.as_bytes());
    length
}

fn append(slot: &mut [u8], length: &mut usize, bytes: &[u8]) {
    slot[*length..*length + bytes.len()].copy_from_slice(bytes);
    *length += bytes.len();
}

/// Whether all bytes are zero. Data mostly shows itself in the first piece; a piece is folded without branches,
/// which the compiler turns into wide instructions.
#[inline]
pub(crate) fn is_zero(bytes: &[u8]) -> bool {
    let (pieces, rest) = bytes.as_chunks::<128>();
    pieces
        .iter()
        .all(|piece| piece.iter().fold(0, |all, byte| all | byte) == 0)
        && rest.iter().all(|&byte| byte == 0)
}

#[cfg(test)]
mod tests;
