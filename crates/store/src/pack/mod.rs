//! Packs: immutable objects of frames with a footer that names every chunk.
//!
//! ```text
//! header (16)   frame 0   frame 1   ...   footer   trailer (20)
//! ```
//!
//! The footer says of each frame where it lies, how it is stored and what chunks are in it. The name of a pack is the
//! SHA-256 of its footer, which holds the checksums of all frames: the same frames always make the same pack under the
//! same name. Everything is little-endian; `docs/formats/repository.md` has the bytes.

mod footer;
mod layout;
mod reader;
mod writer;

pub use footer::{Footer, FooterChunk, FrameEntry};
pub use reader::PackFault;
pub(crate) use reader::{Tail, check_header, locate_footer};
pub use writer::{Fit, PACK_TARGET, PackWriter, SealError, SealedPack};

pub(crate) use layout::HEADER_LEN;

use crate::digest::digest_name;

digest_name! {
    /// The name of a pack: the SHA-256 of its footer.
    PackName
}

impl PackName {
    pub(crate) fn of_footer(footer: &[u8]) -> PackName {
        PackName::from_bytes(crate::chunk::sha256(footer))
    }
}
