//! Formats volumes for CP, as CPFMTXA and its ancestors do.
//!
//! Cylinder 0 track 0 of a CKD volume, record 0 with data `F0 00 00 00 00 00 00 00`:
//!
//! | R | key | data | content |
//! |---|---:|---:|---|
//! | 1 | 0 | 24 | a wait state for whoever IPLs the volume |
//! | 2 | 0 | 4096 | checkpoint and warm start, zero |
//! | 3 | 4 | 80 | volume label with CP's marker, its VTOC pointer is record 5 of this track |
//! | 4 | 0 | 1024 or 4096 | allocation map, one byte per cylinder, FF behind the last |
//! | 5 | 44 | 96 | format-4 DSCB: the VTOC is this track |
//! | 6 | 44 | 96 | format-5 DSCB: no free space, so that other systems keep off |
//!
//! All other tracks have 4096-byte records, as many as the device has room for, numbered from 1. VM/370 lays out
//! its 3330 and 3350 tracks with filler records in between; these are not imitated.
//!
//! An FBA volume has its label in block 1 and two equal allocation maps in blocks 3 and 4. Public text says so, but
//! not what an entry of the map is; ours are 12 bytes from byte 16: first block and last block (u32), type byte,
//! three zero bytes. Where later systems keep the owning cluster is not public either, so it is not written.

mod track_zero;

use std::fmt;

use zerocopy::IntoBytes;
use zerocopy::byteorder::{BE, U32};

use crate::address::{BlockNo, TrackNo};
pub use crate::allocation::Purpose;
use crate::error::{BlockError, TrackError};
use crate::extent::Run;
use crate::geometry::{BLOCK_SIZE, CkdGeometry, Geometry};
use crate::label::CpMarker;
use crate::track::{BadTrack, TrackBuilder};
use crate::volser::Volser;
use crate::volume::Volume;

/// Bytes of a page, and of the records of CP's tracks.
pub(crate) const PAGE_LEN: usize = 4096;

/// How to format a volume.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CpFormat {
    /// The serial.
    pub volser: Volser,
    /// The marker by which CP knows that the volume is its own.
    pub marker: CpMarker,
    /// What the cylinders or blocks are for; later runs overlay earlier ones. The rest is PERM with
    /// [`CpMarker::CpVol`], and TEMP with [`CpMarker::Cp370`].
    pub allocation: Vec<(Run, Purpose)>,
    /// Whether all other tracks get zero page records, and all other blocks zeros. Otherwise they stay as they are.
    pub fill: bool,
}

/// Why a volume cannot be formatted.
#[derive(Debug, thiserror::Error)]
pub enum CpFormatError {
    /// A run to be allotted is not on the volume, or is of the wrong kind.
    #[error("volume {volume} ({geometry}): {run} cannot be allotted as {purpose}, {why}")]
    Allocation {
        /// The volume.
        volume: String,
        /// Its shape.
        geometry: String,
        /// The run.
        run: Run,
        /// What for.
        purpose: Purpose,
        /// Why not.
        why: &'static str,
    },
    /// The device has no room for CP's records.
    #[error("volume {volume} ({geometry}): the device has no room for CP's records: {source}")]
    Device {
        /// The volume.
        volume: String,
        /// Its shape.
        geometry: String,
        /// The record that does not fit.
        source: BadTrack,
    },
    /// A track cannot be written.
    #[error(transparent)]
    Track(#[from] TrackError),
    /// A block cannot be written.
    #[error(transparent)]
    Block(#[from] BlockError),
}

/// Formats a volume that is mounted for writing. Its label is read again when it is mounted again.
///
/// # Errors
/// The allocation does not fit the volume, the device is too small for CP, or the volume cannot be written.
pub fn format_volume(volume: &Volume, format: &CpFormat) -> Result<(), CpFormatError> {
    match volume.geometry() {
        Geometry::Ckd(geometry) => format_tracks(volume, geometry, format),
        Geometry::Fba(geometry) => format_blocks(volume, geometry.blocks.get(), format),
    }
}

fn format_tracks(volume: &Volume, geometry: &CkdGeometry, format: &CpFormat) -> Result<(), CpFormatError> {
    let map = track_zero::byte_map(geometry, format).map_err(|refused| refused.at(volume))?;
    let bad_track = |source| CpFormatError::Device {
        volume: volume.name().to_owned(),
        geometry: geometry.to_string(),
        source,
    };
    let slot_len = geometry.slot_len();
    let mut slot = vec![0; slot_len];
    track_zero::build(&mut slot, geometry, format, &map).map_err(bad_track)?;
    volume.write_tracks(TrackNo::new(0), &slot)?;
    if !format.fill {
        return Ok(());
    }
    let mut slots = vec![0; slot_len * usize::from(geometry.heads)];
    for cylinder in 0..geometry.cylinders.get() {
        let first = cylinder * u32::from(geometry.heads);
        for (number, slot) in (first..).zip(slots.chunks_exact_mut(slot_len)) {
            page_track(slot, geometry, TrackNo::new(number)).map_err(bad_track)?;
        }
        // Track 0 is there already.
        let skip = usize::from(cylinder == 0);
        let from = TrackNo::new(first + u32::from(cylinder == 0));
        volume.write_tracks(from, &slots[skip * slot_len..])?;
    }
    Ok(())
}

/// A track of zero pages. A device whose tracks are shorter than a page gets empty tracks.
fn page_track(slot: &mut [u8], geometry: &CkdGeometry, track: TrackNo) -> Result<(), BadTrack> {
    let pages = geometry.device.records_per_track(0, 4096);
    let mut builder = TrackBuilder::new(slot, geometry.address(track))?;
    for record in (1..=u8::MAX).take(usize::try_from(pages).unwrap_or(usize::MAX)) {
        builder.record(record, b"", &[0; PAGE_LEN])?;
    }
    builder.finish();
    Ok(())
}

/// A run that cannot be allotted, and why.
struct Refused {
    run: Run,
    purpose: Purpose,
    why: &'static str,
}

impl Refused {
    fn at(self, volume: &Volume) -> CpFormatError {
        let Refused { run, purpose, why } = self;
        let geometry = volume.geometry().to_string();
        CpFormatError::Allocation {
            volume: volume.name().to_owned(),
            geometry,
            run,
            purpose,
            why,
        }
    }
}

/// Blocks of zeros written at a time.
const ZERO_BLOCKS: u32 = 2048;

fn format_blocks(volume: &Volume, blocks: u32, format: &CpFormat) -> Result<(), CpFormatError> {
    let map = block_map(blocks, format).map_err(|refused| refused.at(volume))?;
    let mut label = [0; BLOCK_SIZE];
    let text = track_zero::label(format);
    label[..text.len()].copy_from_slice(&text);
    volume.write_blocks(BlockNo::new(1), &label)?;
    volume.write_blocks(BlockNo::new(3), &map)?;
    volume.write_blocks(BlockNo::new(4), &map)?;
    if format.fill {
        let zeros = vec![0; usize::try_from(ZERO_BLOCKS).expect("a small number") * BLOCK_SIZE];
        let mut next = 5;
        while next < blocks {
            let count = ZERO_BLOCKS.min(blocks - next);
            let length = usize::try_from(count).expect("a small number") * BLOCK_SIZE;
            volume.write_blocks(BlockNo::new(next), &zeros[..length])?;
            next += count;
        }
    }
    Ok(())
}

/// The map of blocks 3 and 4; see the module.
fn block_map(blocks: u32, format: &CpFormat) -> Result<[u8; BLOCK_SIZE], Refused> {
    let mut map = [0; BLOCK_SIZE];
    map[2] = 0x80;
    let mut at = 16;
    for &(run, purpose) in &format.allocation {
        let refused = |why| Refused { run, purpose, why };
        let Run::Blocks { first, count } = run else {
            return Err(refused("the volume has blocks"));
        };
        let end = first
            .checked_add(count)
            .filter(|end| end.get() <= blocks && count.get() > 0);
        let end = end.ok_or_else(|| refused("there are no such blocks"))?;
        let place = map
            .get_mut(at..at + 12)
            .ok_or_else(|| refused("the map has room for 41 runs"))?;
        place[..4].copy_from_slice(U32::<BE>::new(first.get()).as_bytes());
        place[4..8].copy_from_slice(U32::<BE>::new(end.get() - 1).as_bytes());
        place[8] = purpose.to_byte();
        map[0] |= purpose.to_byte();
        at += 12;
    }
    Ok(map)
}

impl fmt::Display for CpFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.marker.as_str(), self.volser)
    }
}

#[cfg(test)]
mod tests;
