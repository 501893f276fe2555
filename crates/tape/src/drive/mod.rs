//! A drive with a tape in it: reads and writes blocks and tapemarks, forward and backward.

mod backward;
mod forward;
mod write;

use std::io;

pub(crate) use forward::Fetched;

use crate::bytes::TapeBytes;
use crate::chunk::{HEADER_LEN, HEADER_SPAN, Header};
use crate::codec::Compression;
use crate::error::{ReadError, WriteError};
use crate::fault::{Fault, Place};

/// What a read delivers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item<'a> {
    /// A block, its bytes in the order in which they were written, whichever way the tape moved.
    Block(&'a [u8]),
    /// A tapemark was passed.
    Mark,
    /// Nothing is there: the end of what is recorded, or the load point when moving backward.
    End,
}

/// What a movement passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passed {
    /// A block.
    Block,
    /// A tapemark.
    Mark,
    /// Nothing: the tape stands at the end of what is recorded, or at the load point.
    End,
}

/// Where the tape stands; [`Drive::locate`] returns to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    offset: u64,
    /// Length of the chunk before; none at the load point.
    before: Option<u16>,
    file: u32,
    block: Option<u32>,
}

impl Position {
    const LOAD_POINT: Position = Position {
        offset: 0,
        before: None,
        file: 1,
        block: Some(1),
    };

    /// The place of the block that a forward read would deliver.
    pub fn place(self) -> Place {
        Place {
            offset: self.offset,
            file: self.file,
            block: self.block,
        }
    }
}

/// How blocks are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WriteFormat {
    /// Compression of each block; [`Compression::None`] makes an AWSTAPE.
    pub compression: Compression,
    /// The most bytes that a chunk holds, 1..=65535. Strict AWSTAPE readers want 4096.
    pub chunk: u16,
}

impl WriteFormat {
    /// Uncompressed, in the longest chunks: what all Hercules tools read.
    pub const AWS: WriteFormat = WriteFormat {
        compression: Compression::None,
        chunk: u16::MAX,
    };
    /// Uncompressed in chunks of 4096 bytes, as the P/390 wrote it.
    pub const STRICT_AWS: WriteFormat = WriteFormat {
        compression: Compression::None,
        chunk: 4096,
    };
    /// HET with zlib.
    pub const HET_ZLIB: WriteFormat = WriteFormat {
        compression: Compression::Zlib { level: 6 },
        chunk: u16::MAX,
    };
    /// HET with bzip2.
    pub const HET_BZIP2: WriteFormat = WriteFormat {
        compression: Compression::Bzip2 { level: 9 },
        chunk: u16::MAX,
    };
}

/// A tape drive. Movements that fail leave the tape where it was.
#[derive(Debug)]
pub struct Drive<B> {
    /// What errors call the tape.
    name: String,
    bytes: B,
    /// Length of the image.
    end: u64,
    head: Position,
    format: WriteFormat,
    stored: Vec<u8>,
    plain: Vec<u8>,
}

impl<B: TapeBytes> Drive<B> {
    /// Loads a tape; it stands at the load point. `name` is what errors call it: its file name, mostly.
    ///
    /// # Errors
    /// The length of the image cannot be found out.
    pub fn load(name: &str, bytes: B) -> Result<Drive<B>, ReadError> {
        let end = bytes.length().map_err(|source| ReadError::Io {
            tape: name.to_owned(),
            place: Position::LOAD_POINT.place(),
            source,
        })?;
        Ok(Drive {
            name: name.to_owned(),
            bytes,
            end,
            head: Position::LOAD_POINT,
            format: WriteFormat::AWS,
            stored: Vec::new(),
            plain: Vec::new(),
        })
    }

    /// Says how blocks are written from now on; reading finds it out by itself.
    #[must_use]
    pub fn with_format(mut self, format: WriteFormat) -> Drive<B> {
        self.format = WriteFormat {
            chunk: format.chunk.max(1),
            ..format
        };
        self
    }

    /// What errors call the tape.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where the tape stands.
    pub fn position(&self) -> Position {
        self.head
    }

    /// Bytes of the image, which is what the capacity of a virtual tape is counted in.
    pub fn length(&self) -> u64 {
        self.end
    }

    /// Returns to the load point.
    pub fn rewind(&mut self) {
        self.head = Position::LOAD_POINT;
    }

    /// Returns to a position that this tape had. Writing before it makes it meaningless.
    pub fn locate(&mut self, position: Position) {
        self.head = position;
    }

    /// The image, for [`crate::check()`].
    pub fn bytes(&self) -> &B {
        &self.bytes
    }

    /// Unloads the tape.
    pub fn unload(self) -> B {
        self.bytes
    }

    /// Returns when everything written would survive a crash.
    ///
    /// # Errors
    /// The system could not make it durable.
    pub fn sync(&mut self) -> Result<(), WriteError> {
        self.bytes.sync().map_err(|source| self.write_failed(source))
    }

    /// The six bytes at `offset`; none at the end of the image.
    fn header_bytes(&self, offset: u64) -> Result<Option<[u8; HEADER_LEN]>, Cause> {
        let left = self.end.saturating_sub(offset);
        if left == 0 {
            return Ok(None);
        }
        if left < HEADER_SPAN {
            return Err(Fault::TruncatedHeader { left }.into());
        }
        let mut bytes = [0; HEADER_LEN];
        self.bytes.read_at(offset, &mut bytes)?;
        Ok(Some(bytes))
    }

    /// The header at `offset`, whose data lie within the image; none at the end of the image.
    fn header(&self, offset: u64) -> Result<Option<Header>, Cause> {
        let Some(bytes) = self.header_bytes(offset)? else {
            return Ok(None);
        };
        let header = Header::parse(bytes)?;
        let left = self.end.saturating_sub(offset).saturating_sub(HEADER_SPAN);
        if u64::from(header.length) > left {
            return Err(Fault::Truncated {
                length: header.length,
                left,
            }
            .into());
        }
        Ok(Some(header))
    }

    fn read_failed(&self, at: Position, cause: Cause) -> ReadError {
        let (tape, place) = (self.name.clone(), at.place());
        match cause {
            Cause::Io(source) => ReadError::Io { tape, place, source },
            Cause::Fault(fault) => ReadError::Damaged { tape, place, fault },
        }
    }

    fn write_failed(&self, source: io::Error) -> WriteError {
        WriteError::Io {
            tape: self.name.clone(),
            place: self.head.place(),
            source,
        }
    }
}

/// Why a movement failed, before it is known which tape and place to name.
enum Cause {
    Io(io::Error),
    Fault(Fault),
}

impl From<io::Error> for Cause {
    fn from(error: io::Error) -> Cause {
        Cause::Io(error)
    }
}

impl From<Fault> for Cause {
    fn from(fault: Fault) -> Cause {
        Cause::Fault(fault)
    }
}

#[cfg(test)]
mod tests;
