//! Writing. As on a drive, whatever is written becomes the last thing on the tape.

use super::{Drive, Position};
use crate::BLOCK_MAX;
use crate::bytes::TapeBytes;
use crate::chunk::{HEADER_SPAN, Header, Kind, Method};
use crate::codec;
use crate::error::WriteError;

impl<B: TapeBytes> Drive<B> {
    /// Writes a block where the tape stands; everything behind it is gone.
    ///
    /// # Errors
    /// The block is empty or longer than [`BLOCK_MAX`], or the image cannot be written.
    pub fn write_block(&mut self, block: &[u8]) -> Result<(), WriteError> {
        if block.is_empty() || block.len() > BLOCK_MAX {
            return Err(WriteError::Length {
                tape: self.name.clone(),
                place: self.head.place(),
                length: block.len(),
                limit: BLOCK_MAX,
            });
        }
        let mut stored = std::mem::take(&mut self.stored);
        let result = codec::compress(block, self.format.compression, &mut stored)
            .map_err(|source| self.write_failed(source))
            .and_then(|method| {
                let data = if method == Method::Raw { block } else { &stored };
                self.write_chunks(data, method)
            });
        self.stored = stored;
        result
    }

    /// Writes a tapemark where the tape stands; everything behind it is gone.
    ///
    /// # Errors
    /// The image cannot be written.
    pub fn write_mark(&mut self) -> Result<(), WriteError> {
        let previous = self.head.before.unwrap_or(0);
        let mark = Header {
            length: 0,
            previous,
            kind: Kind::Mark,
            stray: 0,
        };
        let after = Position {
            offset: self.head.offset + HEADER_SPAN,
            before: Some(0),
            file: self.head.file.saturating_add(1),
            block: Some(1),
        };
        self.put(&mark.encode(), after)
    }

    /// Cuts the tape off where it stands.
    ///
    /// # Errors
    /// The image cannot be cut.
    pub fn truncate(&mut self) -> Result<(), WriteError> {
        if self.end != self.head.offset {
            self.bytes
                .set_length(self.head.offset)
                .map_err(|source| self.write_failed(source))?;
            self.end = self.head.offset;
        }
        Ok(())
    }

    fn write_chunks(&mut self, data: &[u8], method: Method) -> Result<(), WriteError> {
        let mut out = std::mem::take(&mut self.plain);
        out.clear();
        let mut previous = self.head.before.unwrap_or(0);
        let mut rest = data;
        while !rest.is_empty() {
            let length =
                u16::try_from(rest.len()).map_or(self.format.chunk, |left| left.min(self.format.chunk));
            let (chunk, behind) = rest.split_at(usize::from(length));
            let kind = Kind::Data {
                first: out.is_empty(),
                last: behind.is_empty(),
                method,
            };
            out.extend_from_slice(
                &Header {
                    length,
                    previous,
                    kind,
                    stray: 0,
                }
                .encode(),
            );
            out.extend_from_slice(chunk);
            (previous, rest) = (length, behind);
        }
        let span = u64::try_from(out.len()).expect("a block with its headers is a few megabytes at most");
        let after = Position {
            offset: self.head.offset + span,
            before: Some(previous),
            file: self.head.file,
            block: self.head.block.map(|block| block.saturating_add(1)),
        };
        let result = self.put(&out, after);
        self.plain = out;
        result
    }

    /// Cuts the tape, puts the bytes at its new end and moves behind them.
    fn put(&mut self, bytes: &[u8], after: Position) -> Result<(), WriteError> {
        self.truncate()?;
        let written = self.bytes.write_at(self.head.offset, bytes);
        if let Err(source) = written {
            // Part of it may be there: what the image has now is what later movements must see.
            self.end = self.bytes.length().unwrap_or(self.end);
            return Err(self.write_failed(source));
        }
        self.end = after.offset;
        self.head = after;
        Ok(())
    }
}
