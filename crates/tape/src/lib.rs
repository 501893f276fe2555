//! Tape images (AWSTAPE and HET), and what is on them: standard labels, record formats, CMS file tapes.
//!
//! A [`Drive`] is where everything begins: it turns the bytes of an image into blocks and tapemarks, and writes
//! them. [`check()`] finds damage, [`survey`] tells what a tape holds. [`labelled`] reads and writes standard
//! labels over one or several volumes, [`recfm`] takes blocks apart into records, [`cms`] lists and extracts
//! what VMFPLC2 and TAPE DUMP wrote.
//!
//! The crate opens no file: whoever has one hands it in as [`TapeBytes`]. It depends on no other crate of ours.
//! docs/formats/tape.md describes every byte.

mod bytes;
pub mod check;
mod chunk;
pub mod cms;
mod codec;
mod drive;
pub mod ebcdic;
mod error;
mod fault;
pub mod labelled;
pub mod recfm;
pub mod survey;

pub use bytes::{MemoryTape, TapeBytes};
pub use check::{CheckReport, Damage, check};
pub use chunk::Method;
pub use codec::Compression;
pub use drive::{Drive, Item, Passed, Position, WriteFormat};
pub use error::{ReadError, WriteError};
pub use fault::{Fault, Place};

/// The most bytes that a tape block may have: 2 MiB, the limit of Hercules 4 and of 3590 drives. Hercules 3 reads
/// no block above 65,535 bytes.
pub const BLOCK_MAX: usize = 2 * 1024 * 1024;
