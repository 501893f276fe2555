//! Everything that can be wrong with a tape image, in an operator's words, and where it is.

use std::fmt;

use crate::chunk::Method;

/// Where on a tape something is. Files and blocks count from 1, as operators do; a tapemark ends a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Offset of the chunk header in the image.
    pub offset: u64,
    /// The file: one more than the tapemarks before it.
    pub file: u32,
    /// The block within the file; not known after backing over a tapemark into the middle of the tape.
    pub block: Option<u32>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "file {}", self.file)?;
        if let Some(block) = self.block {
            write!(f, ", block {block}")?;
        }
        write!(f, " (offset {})", self.offset)
    }
}

/// One thing that is wrong with a tape image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The flag bytes hold bits that mean nothing, or a combination that cannot be.
    #[error("the chunk flags X'{flags1:02X}{flags2:02X}' are not those of a block or a tapemark")]
    BadFlags {
        /// The first flag byte.
        flags1: u8,
        /// The second flag byte.
        flags2: u8,
    },
    /// The second flag byte holds unknown bits; readers ignore them.
    #[error("the second flag byte is X'{flags2:02X}', which has no meaning; it was ignored")]
    StrayFlags {
        /// The second flag byte.
        flags2: u8,
    },
    /// The flags name a compression method that does not exist (3, or two methods at once).
    #[error("the chunk flags X'{flags1:02X}{flags2:02X}' name no compression method")]
    UnknownMethod {
        /// The first flag byte.
        flags1: u8,
        /// The second flag byte.
        flags2: u8,
    },
    /// A tapemark announces data.
    #[error("a tapemark announces {length} bytes of data; tapemarks have none")]
    MarkWithData {
        /// What the header says.
        length: u16,
    },
    /// A tapemark stands where the rest of a block should be.
    #[error("a tapemark stands inside a block: the end of the block is missing")]
    MarkInsideBlock,
    /// A chunk continues a block that never began.
    #[error("a chunk continues a block that has no beginning")]
    BeginMissing,
    /// A new block begins, or the tape ends, before the block's last chunk.
    #[error("the block has no end: another one begins or the tape ends first")]
    EndMissing,
    /// The backward link is not the length of the chunk before. Forward readers do not notice.
    #[error("the backward link says {says}, the chunk before has {is} bytes: reading backward fails here")]
    WrongLink {
        /// The link in the header.
        says: u16,
        /// The length of the chunk before.
        is: u16,
    },
    /// Moving backward, the link leads to no chunk.
    #[error(
        "no chunk of {says} bytes lies before: the backward link is wrong; read the tape forward instead"
    )]
    BadLink {
        /// The link that was followed.
        says: u16,
    },
    /// The chunk is longer than what is left of the image.
    #[error("the chunk should have {length} bytes, {left} are left: the image was cut short; copy it again")]
    Truncated {
        /// What the header says.
        length: u16,
        /// What there is.
        left: u64,
    },
    /// The image ends inside a chunk header.
    #[error("the image ends with {left} bytes that are too few for a chunk header; copy it again")]
    TruncatedHeader {
        /// What there is.
        left: u64,
    },
    /// A chunk or block without data.
    #[error("the chunk holds no data; no drive writes a block of zero bytes")]
    Empty,
    /// The chunks of one block name different compression methods.
    #[error("the chunks of the block name different compression methods")]
    MixedMethods,
    /// The block is longer than any drive writes.
    #[error("the block is longer than {limit} bytes, the most that a tape block may have")]
    TooLong {
        /// [`crate::BLOCK_MAX`].
        limit: usize,
    },
    /// The compressed data of a block do not expand.
    #[error("the {method} data of the block are damaged and do not expand")]
    Expand {
        /// How the block was compressed.
        method: Method,
    },
    /// The compressed data end before the block's stored bytes do; readers ignore the rest.
    #[error("{bytes} bytes follow the compressed data of the block; they were ignored")]
    CompressedTail {
        /// How many bytes.
        bytes: usize,
    },
    /// The chain of chunks was lost and found again.
    #[error("the chain of chunks is lost here; {bytes} bytes were skipped to the next sound chunk")]
    ChainLost {
        /// How many bytes belong to no chunk.
        bytes: u64,
    },
    /// What follows is no tape.
    #[error("the last {bytes} bytes belong to no chunk: garbage after the tape, or its end is destroyed")]
    Garbage {
        /// How many bytes.
        bytes: u64,
    },
}

impl Fault {
    /// Whether forward readers get the right data in spite of it.
    pub fn is_harmless(self) -> bool {
        matches!(
            self,
            Fault::StrayFlags { .. } | Fault::WrongLink { .. } | Fault::CompressedTail { .. }
        )
    }
}
