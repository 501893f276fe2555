//! Backward movements. They rely on the backward links, which forward readers never look at.

use super::{Cause, Drive, Item, Passed, Position};
use crate::BLOCK_MAX;
use crate::bytes::TapeBytes;
use crate::chunk::{HEADER_SPAN, Header, Kind};
use crate::error::ReadError;
use crate::fault::Fault;

impl<B: TapeBytes> Drive<B> {
    /// Reads backward: the block before, a tapemark that was passed, or the load point.
    ///
    /// # Errors
    /// The image is damaged here (a wrong backward link, mostly) or cannot be read; the tape stays where it was.
    pub fn read_backward(&mut self) -> Result<Item<'_>, ReadError> {
        let from = self.head;
        match self.backward_block()? {
            Passed::End => Ok(Item::End),
            Passed::Mark => Ok(Item::Mark),
            Passed::Block => {
                let before = self.head;
                let fetched = self.fetch();
                let after = std::mem::replace(&mut self.head, from);
                let fetched = fetched?;
                if after.offset != from.offset {
                    return Err(self.read_failed(before, Fault::EndMissing.into()));
                }
                self.head = before;
                Ok(self.item(fetched))
            }
        }
    }

    /// Passes the block or tapemark before the tape's position.
    ///
    /// # Errors
    /// The chain of chunks is damaged here, or the image cannot be read; the tape stays where it was.
    pub fn backward_block(&mut self) -> Result<Passed, ReadError> {
        let mut at = self.head;
        let (passed, before) = self
            .behind(&mut at)
            .map_err(|cause| self.read_failed(at, cause))?;
        self.head = before;
        Ok(passed)
    }

    /// Moves before the tapemark before the tape's position, or to the load point when there is none.
    ///
    /// # Errors
    /// As [`Drive::backward_block`]; the tape stands behind the damage.
    pub fn backward_file(&mut self) -> Result<Passed, ReadError> {
        loop {
            match self.backward_block()? {
                Passed::Block => {}
                passed => return Ok(passed),
            }
        }
    }

    /// Follows the links over one block or tapemark. `at` keeps up with it, so that errors name the place.
    fn behind(&self, at: &mut Position) -> Result<(Passed, Position), Cause> {
        let mut length = 0;
        let mut inside = false;
        loop {
            let Some(header) = self.header_behind(at)? else {
                return if inside {
                    Err(Fault::BeginMissing.into())
                } else {
                    Ok((Passed::End, *at))
                };
            };
            let Kind::Data { first, last, .. } = header.kind else {
                if inside {
                    return Err(Fault::BeginMissing.into());
                }
                at.file = at.file.saturating_sub(1).max(1);
                at.block = if at.offset == 0 { Some(1) } else { None };
                return Ok((Passed::Mark, *at));
            };
            if header.length == 0 {
                return Err(Fault::Empty.into());
            }
            if last == inside {
                // The last chunk comes first when moving backward; another one belongs to an earlier block.
                return Err(if inside {
                    Fault::BeginMissing
                } else {
                    Fault::EndMissing
                }
                .into());
            }
            inside = true;
            length += usize::from(header.length);
            if length > BLOCK_MAX {
                return Err(Fault::TooLong { limit: BLOCK_MAX }.into());
            }
            if first {
                at.block = at.block.map(|block| block.saturating_sub(1).max(1));
                if at.offset == 0 {
                    at.block = Some(1);
                }
                return Ok((Passed::Block, *at));
            }
        }
    }

    /// The header of the chunk before `at`, which moves there; none at the load point.
    fn header_behind(&self, at: &mut Position) -> Result<Option<Header>, Cause> {
        let Some(before) = at.before else {
            return Ok(None);
        };
        let bad_link = || Cause::Fault(Fault::BadLink { says: before });
        let span = HEADER_SPAN + u64::from(before);
        let offset = at.offset.checked_sub(span).ok_or_else(bad_link)?;
        let header = match self.header(offset) {
            Ok(Some(header)) if header.length == before => header,
            Err(Cause::Io(error)) => return Err(error.into()),
            // Whatever else is there, it is not the header that the link promised.
            Ok(_) | Err(Cause::Fault(_)) => return Err(bad_link()),
        };
        at.offset = offset;
        at.before = if offset == 0 { None } else { Some(header.previous) };
        Ok(Some(header))
    }
}
