//! Chunks, frames, packs, manifests and the repositories they lie in.
//!
//! The way of a chunk into a repository, in the order of the calls:
//!
//! ```text
//! ChunkId::of / hash_many      names the bytes
//! FrameBuilder::push           gathers about 1 MiB of new chunks          (one copy)
//! FrameCodec::compress         makes a Frame of them
//! PackWriter::add, finish      lays frames behind each other, seals       (one copy, into aligned slabs)
//! Repository::put_pack         durable and atomic, straight from the slabs
//! ```
//!
//! and back: [`Repository::footer`] knows the frames of a pack, [`Repository::read_frame_into`] fetches, checks and expands one,
//! [`chunk_in`] hands out a chunk only if its SHA-256 is its name.
//!
//! This crate has never heard of a cylinder: a chunk is bytes, a [`manifest`] an ordered list of chunks with a tag that
//! only its owner understands, a record a named byte string. The formats are described byte by byte in
//! `docs/formats/repository.md`.

pub mod folder;
pub mod manifest;
pub mod wire;

mod buffer;
mod chunk;
mod digest;
mod frame;
mod locate;
mod pack;
mod repository;
mod runs;
mod sha256;
mod slab;
mod witness;

pub use chunk::{CHUNK_LEN_MAX, ChunkFault, ChunkId, ChunkPlace, Wanted, chunk_in, chunks_in, hash_many};
pub use digest::BadDigest;
pub use frame::{
    ChunkTooLong, Codec, Effort, FRAME_PLAIN_MAX, FRAME_PLAIN_TARGET, Frame, FrameBuilder, FrameCodec,
    FrameFault, PlainFrame,
};
pub use locate::{LocateError, create_at, folder_of, locate};
pub use manifest::{Entry, Manifest, PAGE_ENTRIES, Page, PageBuilder};
pub use pack::{
    Fit, Footer, FooterChunk, FrameEntry, PACK_TARGET, PackFault, PackName, PackWriter, SealError, SealedPack,
};
pub use repository::{
    CreateError, Damage, FORMAT_VERSION, ListError, OpenError, PutError, ReadError, RecordKind, Repository,
    RepositoryId, Stored,
};
pub use sha256::HashPath;
pub use slab::SlabPool;
pub use witness::{Witness, WitnessFault, WitnessKey, WitnessPage, WitnessScratch};
