//! What can go wrong with a whole image, and the faults of tracks and blocks together with their place.

use std::io;

use crate::address::{BlockNo, TrackAddr, TrackNo};
use crate::geometry::Geometry;
use crate::track::TrackFault;

/// Why an image cannot be mounted.
#[derive(Debug, thiserror::Error)]
pub enum MountError {
    /// The file cannot be opened or read.
    #[error("cannot read {image}: {source}")]
    Io {
        /// The image or the part of it.
        image: String,
        /// What the system says.
        source: io::Error,
    },
    /// No format of ours.
    #[error(
        "{image}: not a DASD image: it has no known header, and {length} bytes are not a whole number of 512-byte \
         blocks of an FBA volume"
    )]
    UnknownFormat {
        /// The image.
        image: String,
        /// Its length in bytes.
        length: u64,
    },
    /// A header or table of the file says something that cannot be.
    #[error("{image}: damaged {format} image: {what} (byte {offset} of the file)")]
    Damaged {
        /// The image or the part of it.
        image: String,
        /// Name of the format.
        format: &'static str,
        /// Where in the file.
        offset: u64,
        /// What is wrong.
        what: String,
    },
    /// A shadow file holds changes only.
    #[error(
        "{image} is a shadow file ({id}): it holds only the tracks that changed since its base image. Give the base \
         image; to have the changes too, merge base and shadows into one image first"
    )]
    Shadow {
        /// The image.
        image: String,
        /// Its eye-catcher.
        id: String,
    },
    /// A shadow file does not belong to its base.
    #[error("{image}: cannot be mounted with these shadow files: {what}")]
    Chain {
        /// The base, or the shadow file that does not fit.
        image: String,
        /// What is wrong.
        what: String,
    },
    /// A part of a split volume is missing, or is not the part that belongs there.
    #[error("{image}: split volume, part {part}: {what}")]
    Split {
        /// The first part.
        image: String,
        /// Which part, from 1.
        part: u32,
        /// What is wrong with it.
        what: String,
    },
    /// An old compressed image whose numbers are big-endian; such are only read.
    #[error(
        "{image}: the numbers of this {format} image are big-endian; convert it to write to it, or mount it for reading"
    )]
    BigEndian {
        /// The image.
        image: String,
        /// Name of the format.
        format: &'static str,
    },
}

/// Why an image cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// The file exists, or cannot be written.
    #[error("cannot create {image}: {source}")]
    Io {
        /// The image.
        image: String,
        /// What the system says.
        source: io::Error,
    },
    /// There is something in it already.
    #[error("cannot create {image}: it is not empty, and images are never overwritten")]
    NotEmpty {
        /// The image.
        image: String,
    },
    /// No such volume can exist.
    #[error("cannot create {image} as {geometry}: {why}")]
    Geometry {
        /// The image.
        image: String,
        /// What was asked for.
        geometry: Geometry,
        /// Why not.
        why: &'static str,
    },
}

/// Why a volume cannot be copied to another image.
#[derive(Debug, thiserror::Error)]
pub enum ConvertError {
    /// The new image cannot be made.
    #[error(transparent)]
    Create(#[from] CreateError),
    /// A track cannot be read or written.
    #[error(transparent)]
    Track(TrackError),
    /// Blocks cannot be read or written.
    #[error(transparent)]
    Block(BlockError),
    /// The new image cannot be written.
    #[error("cannot write {image}: {source}")]
    Io {
        /// The new image.
        image: String,
        /// What the system says.
        source: io::Error,
    },
    /// Offsets in the file have no more than 32 bits.
    #[error("{image}: {format} images end at 4 GiB; take the format with 64-bit offsets, or a plain image")]
    TooLong {
        /// The new image.
        image: String,
        /// Name of the format.
        format: &'static str,
    },
    /// A volume goes only onto one of the same shape.
    #[error("{source_volume} and {target_volume} have different device types or sizes")]
    Shape {
        /// The volume that is read.
        source_volume: String,
        /// The volume that is written.
        target_volume: String,
    },
}

/// A track that could not be read or written, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("volume {volume}, {at} (track {track}): {fault}")]
pub struct TrackError {
    /// The volume by its name.
    pub volume: String,
    /// The number of the track.
    pub track: TrackNo,
    /// The address of the track.
    pub at: TrackAddr,
    /// What is wrong.
    pub fault: TrackFault,
}

/// Blocks that could not be read or written, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("volume {volume}, block {block}: {fault}")]
pub struct BlockError {
    /// The volume by its name.
    pub volume: String,
    /// The first block that failed, or the first of the request.
    pub block: BlockNo,
    /// What is wrong.
    pub fault: BlockFault,
}

/// What is wrong with a block, without the place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BlockFault {
    /// The volume ends before.
    #[error("the volume has only {blocks} blocks")]
    BeyondVolume {
        /// How many there are.
        blocks: u32,
    },
    /// Not a whole number of blocks was asked for.
    #[error("{0} bytes are not a whole number of 512-byte blocks")]
    Length(usize),
    /// A CKD volume has no blocks.
    #[error("the volume has tracks and no blocks")]
    NoBlocks,
    /// The volume was not mounted for writing.
    #[error("the volume is mounted for reading only; mount it for writing")]
    ReadOnly,
    /// The image file could not be read or written there.
    #[error("input/output error: {0}")]
    Io(String),
    /// The compressed image of the blocks is damaged.
    #[error("the image file is damaged at byte {offset}: {what}")]
    Image {
        /// Where in the image file.
        offset: u64,
        /// What is wrong there.
        what: String,
    },
}
