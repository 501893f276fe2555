//! The second stage of a restore: the chunks of a stretch are proven and put together as the device wants them.

use std::collections::BTreeMap;
use std::ops::Range;

use catalog::DomainName;
use dasd::TrackNo;
use dasd::canonical::{CanonicalFault, reconstruct, reconstruct_blocks};
use store::{ChunkFault, ChunkId, ChunkPlace, Wanted, chunks_in};

use super::RestoreError;
use super::windows::Piece;
use crate::domain::{Stretch, UnitKind, blocks_before, origin_of};
use crate::reader::{ChunkReadError, FrameKey, Plain};

/// Bytes of a page of memory and of the page cache.
const PAGE: usize = 4096;

/// A stretch as it is written.
pub(super) struct Assembled {
    pub(super) stretch: Stretch,
    pub(super) buffer: Vec<u8>,
    /// Where in the buffer it lies.
    pub(super) at: Range<usize>,
}

/// Puts the units of one stretch together in `buffer`, whose old content does not matter.
pub(super) fn assemble(
    domain: DomainName,
    units: &UnitKind,
    stretch: Stretch,
    pieces: &[Piece],
    frames: &BTreeMap<FrameKey, Plain>,
    mut buffer: Vec<u8>,
) -> Result<Assembled, RestoreError> {
    let at = aligned(
        &mut buffer,
        units.stretch_bytes(stretch),
        units.plain_offset(stretch),
    );
    let image = &mut buffer[at.clone()];
    let chunks = proven(pieces, frames);
    for ((unit, (entry, place)), slot) in (stretch.first..)
        .zip(pieces)
        .zip(image.chunks_mut(units.unit_bytes()))
    {
        let chunk = chunks[&entry.id].clone().map_err(|source| RestoreError::Chunk {
            domain,
            place: place_of(units, unit),
            source: ChunkReadError::Chunk {
                place: *place,
                source,
            },
        })?;
        let built = put_together(chunk, units, unit, entry.tag, slot);
        built.map_err(|source| RestoreError::Unit {
            domain,
            place: place_of(units, unit),
            source,
        })?;
    }
    Ok(Assembled { stretch, buffer, at })
}

/// Puts one unit together from its canonical form.
pub(crate) fn put_together(
    chunk: &[u8],
    units: &UnitKind,
    unit: u32,
    tag: u32,
    slot: &mut [u8],
) -> Result<(), CanonicalFault> {
    match units {
        UnitKind::Tracks {
            geometry,
            first,
            cylinder,
            ..
        } => {
            let at = geometry.address(TrackNo::new(first.get() + unit));
            reconstruct(chunk, at, origin_of(tag, *cylinder), slot)
        }
        UnitKind::Groups { .. } => reconstruct_blocks(chunk, slot),
    }
}

/// The chunks of a stretch, each hashed once, all side by side.
fn proven<'a>(
    pieces: &[Piece],
    frames: &'a BTreeMap<FrameKey, Plain>,
) -> BTreeMap<ChunkId, Result<&'a [u8], ChunkFault>> {
    let distinct: BTreeMap<ChunkId, ChunkPlace> =
        pieces.iter().map(|(entry, place)| (entry.id, *place)).collect();
    let wanted: Vec<Wanted<'_>> = distinct
        .iter()
        .map(|(id, place)| Wanted {
            plain: &frames[&(place.pack, place.frame)],
            offset: place.offset,
            len: place.len,
            id: *id,
        })
        .collect();
    distinct.into_keys().zip(chunks_in(&wanted)).collect()
}

/// Makes room for `bytes` bytes that will be written at `offset` of a plain image, and says where. A write past the
/// page cache goes fastest when a page of the file is a page of memory.
pub(crate) fn aligned(buffer: &mut Vec<u8>, bytes: usize, offset: u64) -> Range<usize> {
    buffer.resize(bytes + 2 * PAGE, 0);
    let within = usize::try_from(offset % PAGE as u64).expect("a page is small");
    let begin = buffer.as_ptr().align_offset(PAGE) + within;
    begin..begin + bytes
}

/// A unit in an operator's words, counted from the begin of the domain.
pub(super) fn place_of(units: &UnitKind, unit: u32) -> String {
    match units {
        UnitKind::Tracks { geometry, .. } => {
            let at = geometry.address(TrackNo::new(unit));
            format!("{at} of the extent")
        }
        UnitKind::Groups { .. } => format!("block {} of the extent", blocks_before(unit)),
    }
}
