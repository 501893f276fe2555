//! Copies whole volumes from one image format to another.

use std::path::Path;
use std::sync::Arc;

use crate::address::{BlockNo, TrackNo};
use crate::bytes::{FileBytes, RandomBytes};
use crate::error::{BlockError, ConvertError, CreateError, TrackError};
use crate::format::Creation;
pub use crate::format::{Compression, Compressor, Packed, PackedFormat, PackedImage, Packer};
use crate::geometry::{BLOCK_SIZE, CkdGeometry, FbaGeometry, Geometry};
use crate::volume::{PART_BYTES_MAX, Volume};

/// What an image is converted to. Whether it has tracks or blocks follows from the volume.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImageKind {
    /// Plain CKD or plain FBA, one file however large.
    Plain,
    /// Plain CKD in files below 2 GiB, as programs without large files need them; plain FBA is one file.
    Split,
    /// Compressed.
    Packed(PackedFormat),
}

/// Blocks of a group in compressed images; plain ones are copied in the same pieces.
const GROUP_BLOCKS: u32 = 120;
/// Tracks that are read at once: at most 1 MiB.
const TRACKS_AT_ONCE: u32 = 16;

/// Writes the volume to a new image file. `progress` is told the number of tracks or blocks that are done. A file
/// that was begun and could not be finished is removed again.
///
/// # Errors
/// The file exists or cannot be written, a track or block cannot be read, or the format has no such volumes.
pub fn to_file(
    source: &Volume,
    path: &Path,
    kind: ImageKind,
    progress: &mut dyn FnMut(u64),
) -> Result<(), ConvertError> {
    let geometry = source.geometry().clone();
    match kind {
        ImageKind::Plain => {
            let target = Volume::create_unformatted_file(path, geometry)?;
            let copied = copy(source, &target, progress);
            copied.inspect_err(|_| drop(std::fs::remove_file(path)))
        }
        ImageKind::Split => {
            let (target, files) =
                Volume::create_split_file(path, geometry, Creation::Unformatted, PART_BYTES_MAX)?;
            let copied = copy(source, &target, progress);
            copied.inspect_err(|_| files.iter().for_each(|path| drop(std::fs::remove_file(path))))
        }
        ImageKind::Packed(format) => {
            let name = path.display().to_string();
            let bytes = FileBytes::create_new(path).map_err(|source| CreateError::Io {
                image: name.clone(),
                source,
            })?;
            let packed = pack(source, &name, Arc::new(bytes), format, progress);
            packed.map(drop).inspect_err(|_| drop(std::fs::remove_file(path)))
        }
    }
}

/// Copies all tracks or blocks to a plain volume of the same shape, and syncs it.
///
/// # Errors
/// The shapes differ, something cannot be read, or cannot be written.
pub fn copy(source: &Volume, target: &Volume, progress: &mut dyn FnMut(u64)) -> Result<(), ConvertError> {
    if source.geometry() != target.geometry() {
        return Err(ConvertError::Shape {
            source_volume: source.name().to_owned(),
            target_volume: target.name().to_owned(),
        });
    }
    match source.geometry() {
        Geometry::Ckd(geometry) => {
            let mut done = 0;
            read_pieces(source, geometry, &mut |first, slots, faults| {
                faults
                    .drain(..)
                    .next()
                    .map_or(Ok(()), |fault| Err(ConvertError::Track(fault)))?;
                target.write_tracks(first, slots).map_err(ConvertError::Track)?;
                done += u64::try_from(slots.len() / geometry.slot_len()).unwrap_or(0);
                progress(done);
                Ok(())
            })?;
        }
        Geometry::Fba(geometry) => read_groups(source, geometry, &mut |first, blocks, read| {
            read.map_err(ConvertError::Block)?;
            target.write_blocks(first, blocks).map_err(ConvertError::Block)?;
            progress(u64::from(first.get()) + u64::try_from(blocks.len() / BLOCK_SIZE).unwrap_or(0));
            Ok(())
        })?,
    }
    target.sync().map_err(|source| ConvertError::Io {
        image: target.name().to_owned(),
        source,
    })
}

/// Writes the volume as a compressed image without free space into empty bytes; `name` is for messages.
///
/// # Errors
/// There is something in the bytes, something cannot be read or written, or the image is too long for the format.
pub fn pack(
    source: &Volume,
    name: &str,
    target: Arc<dyn RandomBytes>,
    kind: PackedFormat,
    progress: &mut dyn FnMut(u64),
) -> Result<Packed, ConvertError> {
    pack_lossy(source, name, target, kind, progress, &mut |lost| {
        Err(match lost {
            Lost::Track(error) => ConvertError::Track(error),
            Lost::Blocks(error) => ConvertError::Block(error),
        })
    })
}

/// A track or a group of 120 blocks that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lost {
    /// A track.
    Track(TrackError),
    /// Blocks.
    Blocks(BlockError),
}

/// As [`pack`]; what cannot be read becomes an unformatted track or zero blocks if `lost` says so.
pub(crate) fn pack_lossy(
    source: &Volume,
    name: &str,
    target: Arc<dyn RandomBytes>,
    kind: PackedFormat,
    progress: &mut dyn FnMut(u64),
    lost: &mut dyn FnMut(Lost) -> Result<(), ConvertError>,
) -> Result<Packed, ConvertError> {
    let mut packer = Packer::create(name, target, source.geometry(), kind)?;
    let mut compressor = Compressor::new(kind.compression);
    let mut image = PackedImage::default();
    match source.geometry() {
        Geometry::Ckd(geometry) => {
            let mut pack_piece = |first: TrackNo, slots: &[u8], faults: &mut Vec<TrackError>| {
                for (number, slot) in (first.get()..).zip(slots.chunks_exact(geometry.slot_len())) {
                    let (track, at) = (TrackNo::new(number), geometry.address(TrackNo::new(number)));
                    let unread = faults.iter().position(|fault| fault.track == track);
                    let made = match unread {
                        Some(index) => Err(faults.swap_remove(index)),
                        None => compressor
                            .track(slot, at, &mut image)
                            .map_err(|fault| source.track_error(track, fault)),
                    };
                    if let Err(error) = made {
                        lost(Lost::Track(error))?;
                        image = PackedImage::unformatted();
                    }
                    packer.add(&image)?;
                }
                progress(
                    u64::from(first.get()) + u64::try_from(slots.len() / geometry.slot_len()).unwrap_or(0),
                );
                Ok(())
            };
            read_pieces(source, geometry, &mut pack_piece)?;
        }
        Geometry::Fba(geometry) => {
            read_groups(source, geometry, &mut |first, blocks, read| {
                if let Err(error) = read {
                    lost(Lost::Blocks(error))?;
                    blocks.fill(0);
                }
                compressor.group(blocks, first.get() / GROUP_BLOCKS, &mut image);
                packer.add(&image)?;
                progress(u64::from(first.get()) + u64::try_from(blocks.len() / BLOCK_SIZE).unwrap_or(0));
                Ok(())
            })?;
        }
    }
    packer.finish()
}

pub(crate) type TrackPiece<'a> =
    dyn FnMut(TrackNo, &[u8], &mut Vec<TrackError>) -> Result<(), ConvertError> + 'a;

/// Reads a volume in pieces of some tracks.
pub(crate) fn read_pieces(
    source: &Volume,
    geometry: &CkdGeometry,
    each: &mut TrackPiece<'_>,
) -> Result<(), ConvertError> {
    let slot = geometry.slot_len();
    let piece = usize::try_from(TRACKS_AT_ONCE).expect("a small number");
    let mut slots = vec![0; piece * slot];
    let mut faults = Vec::new();
    let tracks = geometry.tracks().get();
    let mut first = 0;
    while first < tracks {
        let count = TRACKS_AT_ONCE.min(tracks - first);
        let span = &mut slots[..usize::try_from(count).expect("at most a piece") * slot];
        faults.clear();
        source.read_tracks(TrackNo::new(first), span, &mut faults);
        each(TrackNo::new(first), span, &mut faults)?;
        first += count;
    }
    Ok(())
}

type GroupPiece<'a> = dyn FnMut(BlockNo, &mut [u8], Result<(), BlockError>) -> Result<(), ConvertError> + 'a;

/// Reads a volume in groups of 120 blocks. Of the last group only the blocks on the volume are given; where the
/// volume ends with a group, an empty one follows, because compressed images have it.
fn read_groups(
    source: &Volume,
    geometry: &FbaGeometry,
    each: &mut GroupPiece<'_>,
) -> Result<(), ConvertError> {
    let blocks = geometry.blocks.get();
    let mut group = vec![0; usize::try_from(GROUP_BLOCKS).expect("a small number") * BLOCK_SIZE];
    for number in 0..=blocks / GROUP_BLOCKS {
        let first = number * GROUP_BLOCKS;
        let count = GROUP_BLOCKS.min(blocks - first);
        let span = &mut group[..usize::try_from(count).expect("at most a group") * BLOCK_SIZE];
        let read = source.read_blocks(BlockNo::new(first), span);
        each(BlockNo::new(first), span, read)?;
    }
    Ok(())
}
