//! Forward movements.

use super::{Cause, Drive, Item, Passed, Position};
use crate::BLOCK_MAX;
use crate::bytes::TapeBytes;
use crate::chunk::{HEADER_SPAN, Kind, Method};
use crate::codec;
use crate::error::ReadError;
use crate::fault::Fault;

/// What lies ahead.
enum Ahead {
    Block(Method, Position),
    Mark(Position),
    End,
}

/// What was fetched, and in which buffer it is.
pub(crate) enum Fetched {
    Stored,
    Plain,
    Mark,
    End,
}

impl<B: TapeBytes> Drive<B> {
    /// Reads forward: the next block, a tapemark that was passed, or the end of what is recorded.
    ///
    /// # Errors
    /// The image is damaged here or cannot be read; the tape stays before the damage. Compressed data that do
    /// not expand can be passed by [`Drive::forward_block`].
    pub fn read(&mut self) -> Result<Item<'_>, ReadError> {
        let fetched = self.fetch()?;
        Ok(self.item(fetched))
    }

    /// Reads forward and says where the data are.
    pub(crate) fn fetch(&mut self) -> Result<Fetched, ReadError> {
        let start = self.head;
        let (fetched, after) = match self.ahead(true).map_err(|cause| self.read_failed(start, cause))? {
            Ahead::End => (Fetched::End, start),
            Ahead::Mark(after) => (Fetched::Mark, after),
            Ahead::Block(Method::Raw, after) => (Fetched::Stored, after),
            Ahead::Block(method, after) => {
                codec::expand(&self.stored, method, &mut self.plain)
                    .map_err(|fault| self.read_failed(start, fault.into()))?;
                (Fetched::Plain, after)
            }
        };
        self.head = after;
        Ok(fetched)
    }

    /// What was fetched last.
    pub(crate) fn item(&self, fetched: Fetched) -> Item<'_> {
        match fetched {
            Fetched::Stored => Item::Block(&self.stored),
            Fetched::Plain => Item::Block(&self.plain),
            Fetched::Mark => Item::Mark,
            Fetched::End => Item::End,
        }
    }

    /// Passes the next block or tapemark without looking at its data.
    ///
    /// # Errors
    /// The chain of chunks is damaged here, or the image cannot be read; the tape stays where it was.
    pub fn forward_block(&mut self) -> Result<Passed, ReadError> {
        let start = self.head;
        let (passed, after) = match self
            .ahead(false)
            .map_err(|cause| self.read_failed(start, cause))?
        {
            Ahead::Block(_, after) => (Passed::Block, after),
            Ahead::Mark(after) => (Passed::Mark, after),
            Ahead::End => (Passed::End, start),
        };
        self.head = after;
        Ok(passed)
    }

    /// Moves behind the next tapemark, or to the end of what is recorded when there is none.
    ///
    /// # Errors
    /// As [`Drive::forward_block`]; the tape stands before the damage.
    pub fn forward_file(&mut self) -> Result<Passed, ReadError> {
        loop {
            match self.forward_block()? {
                Passed::Block => {}
                passed => return Ok(passed),
            }
        }
    }

    /// Moves to the first block of a file, counted from 1, and says whether the tape has that many files.
    ///
    /// # Errors
    /// As [`Drive::forward_block`]; the tape stands before the damage.
    pub fn forward_to_file(&mut self, file: u32) -> Result<bool, ReadError> {
        self.rewind();
        while self.head.file < file {
            if self.forward_file()? == Passed::End {
                return Ok(false);
            }
        }
        // Behind the last tapemark there is no file, only the end of the tape.
        Ok(self.head.offset < self.end)
    }

    /// Moves behind everything that is recorded.
    ///
    /// # Errors
    /// As [`Drive::forward_block`]; the tape stands before the damage.
    pub fn forward_end(&mut self) -> Result<(), ReadError> {
        while self.forward_block()? != Passed::End {}
        Ok(())
    }

    /// Looks at the chunks of what lies ahead; `keep` collects their data in `stored`.
    fn ahead(&mut self, keep: bool) -> Result<Ahead, Cause> {
        self.stored.clear();
        let mut at = self.head;
        let mut length = 0;
        let mut block_method = None;
        loop {
            let Some(header) = self.header(at.offset)? else {
                return if block_method.is_some() {
                    Err(Fault::EndMissing.into())
                } else {
                    Ok(Ahead::End)
                };
            };
            let data = at.offset.saturating_add(HEADER_SPAN);
            at.offset = data.saturating_add(u64::from(header.length));
            at.before = Some(header.length);
            let Kind::Data { first, last, method } = header.kind else {
                if block_method.is_some() {
                    return Err(Fault::MarkInsideBlock.into());
                }
                at.file = at.file.saturating_add(1);
                at.block = Some(1);
                return Ok(Ahead::Mark(at));
            };
            match block_method {
                None if !first => return Err(Fault::BeginMissing.into()),
                Some(_) if first => return Err(Fault::EndMissing.into()),
                Some(other) if other != method => return Err(Fault::MixedMethods.into()),
                _ => block_method = Some(method),
            }
            if header.length == 0 {
                return Err(Fault::Empty.into());
            }
            length += usize::from(header.length);
            if length > BLOCK_MAX {
                return Err(Fault::TooLong { limit: BLOCK_MAX }.into());
            }
            if keep {
                let from = self.stored.len();
                self.stored.resize(length, 0);
                self.bytes.read_at(data, &mut self.stored[from..])?;
            }
            if last {
                at.block = at.block.map(|block| block.saturating_add(1));
                return Ok(Ahead::Block(method, at));
            }
        }
    }
}
