//! What a channel program may touch: file mask and extent.

use crate::address::{BlockCount, BlockNo, TrackAddr};

/// Which writes a program allows itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Writes {
    /// All but home addresses and record 0.
    #[default]
    Records,
    /// None.
    None,
    /// Data and keys of records that are there; no format writes.
    Update,
    /// All.
    All,
}

/// Which seeks a program allows itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Seeks {
    /// All.
    #[default]
    All,
    /// Seek cylinder and seek head.
    CylinderAndHead,
    /// Seek head.
    Head,
    /// None, and no multi-track operations.
    None,
}

/// The file mask of a program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FileMask {
    /// Which writes.
    pub writes: Writes,
    /// Which seeks.
    pub seeks: Seeks,
}

/// The places a program may use; everything else is file protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limits {
    /// From this track to that one, both included, in the order of the volume.
    Tracks {
        /// The first.
        first: TrackAddr,
        /// The last.
        last: TrackAddr,
    },
    /// Blocks.
    Blocks {
        /// The first.
        first: BlockNo,
        /// How many.
        count: BlockCount,
    },
}

/// The parameters of a define extent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DefineExtent {
    /// The file mask.
    pub mask: FileMask,
    /// The extent.
    pub limits: Limits,
}

/// Kinds of writes that a mask tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WriteKind {
    Update,
    Format,
    RecordZero,
}

impl FileMask {
    pub(super) const fn allows(self, kind: WriteKind) -> bool {
        match self.writes {
            Writes::All => true,
            Writes::None => false,
            Writes::Update => matches!(kind, WriteKind::Update),
            Writes::Records => !matches!(kind, WriteKind::RecordZero),
        }
    }
}

impl Limits {
    /// Whether the track lies inside.
    pub(super) fn has_track(&self, at: TrackAddr) -> bool {
        match self {
            Limits::Tracks { first, last } => *first <= at && at <= *last,
            Limits::Blocks { .. } => false,
        }
    }

    /// Whether all these blocks lie inside.
    pub(super) fn has_blocks(&self, from: BlockNo, length: BlockCount) -> bool {
        match self {
            Limits::Tracks { .. } => false,
            Limits::Blocks { first, count } => {
                let end = |first: BlockNo, count: BlockCount| u64::from(first.get()) + u64::from(count.get());
                *first <= from && end(from, length) <= end(*first, *count)
            }
        }
    }
}
