//! What can go wrong with a repository, in words that name the object and say what to do.

use crate::chunk::ChunkFault;
use crate::frame::FrameFault;
use crate::pack::PackFault;

/// What a store says when it fails.
pub(super) type StoreError = Box<dyn std::error::Error + Send + Sync>;

/// The trouble itself: `object_store` wraps what an implementation reports and prints it a second time.
pub(super) fn trouble(err: object_store::Error) -> StoreError {
    match err {
        object_store::Error::Generic { source, .. } => source,
        err => Box::new(err),
    }
}

/// Why no repository could be made.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// There is one already.
    #[error("{place} already holds a repository; use it, or choose an empty place for the new one")]
    Exists {
        /// Where.
        place: String,
    },
    /// The place cannot be written.
    #[error("cannot make a repository in {place}")]
    Unwritable {
        /// Where.
        place: String,
        /// What the store says.
        #[source]
        source: StoreError,
    },
}

/// Why a repository could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Nothing there says that it is one.
    #[error(
        "{place} holds no repository: its object `ssibackup.repo` is missing. Check the place, or make a repository there first"
    )]
    NoRepository {
        /// Where.
        place: String,
    },
    /// The object that describes the repository is damaged.
    #[error(
        "`ssibackup.repo` in {place} is damaged: {what}. Copy it from another copy of the repository; the packs are not affected"
    )]
    Damaged {
        /// Where.
        place: String,
        /// What is wrong with it.
        what: &'static str,
    },
    /// A format of the future.
    #[error(
        "the repository in {place} has format version {found}, this program reads version {known}: use a newer program"
    )]
    Version {
        /// Where.
        place: String,
        /// The version found.
        found: u16,
        /// The version this program knows.
        known: u16,
    },
    /// The place cannot be read.
    #[error("cannot read `ssibackup.repo` in {place}")]
    Unreadable {
        /// Where.
        place: String,
        /// What the store says.
        #[source]
        source: StoreError,
    },
}

/// Why an object was not stored. Nothing under its name has changed.
#[derive(Debug, thiserror::Error)]
pub enum PutError {
    /// The store refused or failed.
    #[error("cannot store {object} in {place}: check space and permissions, then run again")]
    Failed {
        /// Where.
        place: String,
        /// The object.
        object: String,
        /// What the store says.
        #[source]
        source: StoreError,
    },
    /// The name is taken by something else; objects are never rewritten.
    #[error(
        "{object} in {place} exists with other bytes (first difference at byte {offset}) and is not overwritten: run verify; if it is damaged, move it away and run again"
    )]
    OtherBytes {
        /// Where.
        place: String,
        /// The object.
        object: String,
        /// Offset of the first byte that differs.
        offset: u64,
    },
    /// The name cannot be one of a record.
    #[error(
        "{name:?} cannot name a record: parts of 1 to 64 letters, digits and . _ - @ $ # divided by / are expected"
    )]
    BadName {
        /// The name as given.
        name: String,
    },
}

/// What is wrong with an object that is there.
#[derive(Debug, thiserror::Error)]
pub enum Damage {
    /// It is not the pack it should be.
    #[error(transparent)]
    Pack(#[from] PackFault),
    /// A frame is not what the footer says.
    #[error("frame: {0}")]
    Frame(#[from] FrameFault),
    /// A chunk is not what its name says.
    #[error(transparent)]
    Chunk(#[from] ChunkFault),
    /// The object ends too early.
    #[error("{expected} bytes are expected there, {found} are left")]
    Cut {
        /// Bytes asked for.
        expected: u64,
        /// Bytes there.
        found: u64,
    },
    /// The pack has fewer frames.
    #[error("frame {frame} is asked for, the pack has {frames}")]
    NoSuchFrame {
        /// The number asked for, from 0.
        frame: u32,
        /// How many there are.
        frames: usize,
    },
}

/// Why an object, or a part of it, could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It is not there.
    #[error(
        "{object} is missing from {place}: what needs it cannot be restored. Copy it from another copy of the repository, or back up again; verify lists what is affected"
    )]
    Missing {
        /// Where.
        place: String,
        /// The object.
        object: String,
    },
    /// It is there and wrong.
    #[error(
        "{object} in {place} is damaged at byte {offset}: {damage}. Copy it from another copy of the repository, or back up again; verify lists what is affected"
    )]
    Damaged {
        /// Where.
        place: String,
        /// The object.
        object: String,
        /// Where in the object what was asked for begins.
        offset: u64,
        /// What is wrong.
        damage: Box<Damage>,
    },
    /// The store failed.
    #[error("cannot read {object} in {place}")]
    Unreadable {
        /// Where.
        place: String,
        /// The object.
        object: String,
        /// What the store says.
        #[source]
        source: StoreError,
    },
    /// The name cannot be one of a record.
    #[error("{name:?} cannot name a record")]
    BadName {
        /// The name as given.
        name: String,
    },
}

/// Why the objects of a repository could not be listed.
#[derive(Debug, thiserror::Error)]
#[error("cannot list {folder} in {place}")]
pub struct ListError {
    pub(super) place: String,
    pub(super) folder: String,
    #[source]
    pub(super) source: StoreError,
}
