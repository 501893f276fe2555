//! Why a tape could not be read or written.

use std::io;

use crate::fault::{Fault, Place};

/// A read or a movement failed.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The image is damaged.
    #[error("tape {tape}, {place}: {fault}")]
    Damaged {
        /// The tape.
        tape: String,
        /// Where.
        place: Place,
        /// What is wrong.
        fault: Fault,
    },
    /// The system refused.
    #[error("tape {tape}, {place}: the image cannot be read; check the file and its disk")]
    Io {
        /// The tape.
        tape: String,
        /// Where.
        place: Place,
        /// What the system said.
        source: io::Error,
    },
}

/// A write failed.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// Blocks have at least one byte and at most [`crate::BLOCK_MAX`].
    #[error(
        "tape {tape}, {place}: a block of {length} bytes cannot be written; blocks have 1 to {limit} bytes"
    )]
    Length {
        /// The tape.
        tape: String,
        /// Where.
        place: Place,
        /// The length asked for.
        length: usize,
        /// The longest block.
        limit: usize,
    },
    /// The system refused.
    #[error("tape {tape}, {place}: the image cannot be written; check free space and permissions")]
    Io {
        /// The tape.
        tape: String,
        /// Where.
        place: Place,
        /// What the system said.
        source: io::Error,
    },
}
