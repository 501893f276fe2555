//! Walks a whole image and reports every damage, also those that readers do not notice.
//!
//! Unlike a drive the walk goes on behind damage: it follows the chain of chunks as long as there is one, and
//! looks for the next sound chunk when there is none.

mod resync;

use crate::BLOCK_MAX;
use crate::bytes::TapeBytes;
use crate::chunk::{HEADER_LEN, HEADER_SPAN, Header, Kind, Method, lengths};
use crate::codec;
use crate::error::ReadError;
use crate::fault::{Fault, Place};

/// How many damages are listed; an image with more of them is no tape, and the list would only fill memory.
pub const DAMAGE_MAX: usize = 10_000;

/// Something that is wrong, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damage {
    /// Where.
    pub place: Place,
    /// What.
    pub fault: Fault,
}

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckReport {
    /// The damages in the order of the tape, at most [`DAMAGE_MAX`].
    pub damages: Vec<Damage>,
    /// How many more there were.
    pub unlisted: u64,
    /// Chunks with data that were looked at.
    pub chunks: u64,
    /// Sound blocks.
    pub blocks: u64,
    /// Tapemarks.
    pub marks: u64,
    /// Tapemarks at the very end: two by convention, one is common, none is accepted by every reader.
    pub marks_at_end: u64,
    /// Bytes of the sound blocks as they are read.
    pub block_bytes: u64,
    /// How many of the sound blocks are compressed by zlib.
    pub zlib_blocks: u64,
    /// How many of the sound blocks are compressed by bzip2.
    pub bzip2_blocks: u64,
}

impl CheckReport {
    /// Whether nothing at all is wrong.
    pub fn is_sound(&self) -> bool {
        self.damages.is_empty()
    }

    /// The name of the image format, as its blocks tell: compressed ones make it a HET.
    pub fn format_name(&self) -> &'static str {
        match (self.zlib_blocks, self.bzip2_blocks) {
            (0, 0) => "AWSTAPE",
            (_, 0) => "HET, zlib",
            (0, _) => "HET, bzip2",
            (_, _) => "HET, zlib and bzip2",
        }
    }

    /// Whether all that is wrong leaves forward readers with the right data.
    pub fn is_readable(&self) -> bool {
        self.damages.iter().all(|damage| damage.fault.is_harmless())
    }
}

/// Checks a whole image. `name` is what errors call the tape.
///
/// # Errors
/// Only when the system cannot read the image; damage is what the report is for.
pub fn check(name: &str, bytes: &impl TapeBytes) -> Result<CheckReport, ReadError> {
    let mut walk = Walk::new(bytes);
    match walk.run() {
        Ok(()) => Ok(walk.report),
        Err(source) => Err(ReadError::Io {
            tape: name.to_owned(),
            place: walk.place(),
            source,
        }),
    }
}

/// The block that is being put together.
struct Open {
    method: Method,
    place: Place,
    /// Whether something is already known to be wrong with it.
    spoiled: bool,
}

struct Walk<'a, B> {
    bytes: &'a B,
    end: u64,
    at: u64,
    file: u32,
    block: u32,
    /// Length of the chunk before and where its header is; none when the chain was lost.
    before: Option<(u16, u64)>,
    open: Option<Open>,
    stored: Vec<u8>,
    plain: Vec<u8>,
    report: CheckReport,
}

impl<'a, B: TapeBytes> Walk<'a, B> {
    fn new(bytes: &'a B) -> Walk<'a, B> {
        Walk {
            bytes,
            end: 0,
            at: 0,
            file: 1,
            block: 1,
            before: Some((0, 0)),
            open: None,
            stored: Vec::new(),
            plain: Vec::new(),
            report: CheckReport::default(),
        }
    }

    fn run(&mut self) -> std::io::Result<()> {
        self.end = self.bytes.length()?;
        while self.at < self.end {
            let left = self.end - self.at;
            if left < HEADER_SPAN {
                self.blame(Fault::TruncatedHeader { left });
                break;
            }
            let mut bytes = [0; HEADER_LEN];
            self.bytes.read_at(self.at, &mut bytes)?;
            let fits = u64::from(lengths(bytes).0) <= left - HEADER_SPAN;
            match Header::parse(bytes) {
                Ok(header) if fits => self.chunk(header)?,
                Ok(header) => {
                    self.lost(Fault::Truncated {
                        length: header.length,
                        left: left - HEADER_SPAN,
                    })?;
                }
                Err(fault) => self.bad_header(fault, lengths(bytes))?,
            }
        }
        self.abandon(Fault::EndMissing);
        Ok(())
    }

    /// A header that makes sense, with all its data there.
    fn chunk(&mut self, header: Header) -> std::io::Result<()> {
        if let Some(fault) = self.by_chance(header)? {
            return self.lost(fault);
        }
        if header.stray != 0 {
            self.blame(Fault::StrayFlags { flags2: header.stray });
        }
        self.link(header.previous);
        match header.kind {
            Kind::Mark => self.mark(),
            Kind::Data { first, last, method } => self.data(header.length, first, last, method)?,
        }
        self.before = Some((header.length, self.at));
        self.at += HEADER_SPAN + u64::from(header.length);
        Ok(())
    }

    /// Whether these bytes only look like a header, because the length of the chunk before is wrong: neither
    /// link agrees, and it does not fit what came before either.
    fn by_chance(&self, header: Header) -> std::io::Result<Option<Fault>> {
        // Zeros are a header too: of a chunk without data in the middle of a block. Outside one they are a hole.
        let zeros = Kind::Data {
            first: false,
            last: false,
            method: Method::Raw,
        };
        if self.open.is_none() && header.length == 0 && header.kind == zeros {
            return Ok(Some(Fault::BeginMissing));
        }
        let Some((is, _)) = self.before.filter(|&(length, _)| length != header.previous) else {
            return Ok(None);
        };
        let fits = match header.kind {
            Kind::Mark => true,
            Kind::Data { first, .. } => first != self.open.is_some(),
        };
        let next = self.at + HEADER_SPAN + u64::from(header.length);
        let chance =
            (!fits || header.stray != 0) && !resync::goes_on(self.bytes, self.end, next, header.length)?;
        Ok(chance.then_some(Fault::WrongLink {
            says: header.previous,
            is,
        }))
    }

    fn link(&mut self, says: u16) {
        if let Some((is, _)) = self.before
            && says != is
        {
            self.blame(Fault::WrongLink { says, is });
        }
    }

    fn mark(&mut self) {
        self.abandon(Fault::MarkInsideBlock);
        self.report.marks += 1;
        self.report.marks_at_end += 1;
        self.file = self.file.saturating_add(1);
        self.block = 1;
    }

    fn data(&mut self, length: u16, first: bool, last: bool, method: Method) -> std::io::Result<()> {
        self.report.chunks += 1;
        self.report.marks_at_end = 0;
        if first {
            self.abandon(Fault::EndMissing);
        }
        let began = self.open.is_some() || first;
        let mut open = self.open.take().unwrap_or_else(|| {
            self.stored.clear();
            Open {
                method,
                place: self.place(),
                spoiled: false,
            }
        });
        let length = usize::from(length);
        let wrong = if !began {
            Some(Fault::BeginMissing)
        } else if length == 0 {
            Some(Fault::Empty)
        } else if open.method != method {
            Some(Fault::MixedMethods)
        } else if self.stored.len() + length > BLOCK_MAX {
            Some(Fault::TooLong { limit: BLOCK_MAX })
        } else {
            None
        };
        if let Some(fault) = wrong {
            // One complaint per block is enough: what follows from the first one is not worth a line.
            if !open.spoiled {
                self.blame(fault);
            }
            open.spoiled = true;
        } else if !open.spoiled {
            let from = self.stored.len();
            self.stored.resize(from + length, 0);
            self.bytes
                .read_at(self.at + HEADER_SPAN, &mut self.stored[from..])?;
        }
        if last {
            self.finish(&open)
        } else {
            self.open = Some(open)
        }
        Ok(())
    }

    fn finish(&mut self, open: &Open) {
        if !open.spoiled {
            let expanded = codec::expand(&self.stored, open.method, &mut self.plain);
            match expanded {
                Ok(tail) => {
                    self.report.blocks += 1;
                    match open.method {
                        Method::Raw => {}
                        Method::Zlib => self.report.zlib_blocks += 1,
                        Method::Bzip2 => self.report.bzip2_blocks += 1,
                    }
                    self.report.block_bytes += u64::try_from(self.plain.len()).unwrap_or(u64::MAX);
                    if tail != 0 {
                        self.blame_at(open.place, Fault::CompressedTail { bytes: tail });
                    }
                }
                Err(fault) => self.blame_at(open.place, fault),
            }
        }
        self.block = self.block.saturating_add(1);
    }

    /// Gives up the block that is being put together, because something else comes.
    fn abandon(&mut self, fault: Fault) {
        if let Some(open) = self.open.take() {
            if !open.spoiled {
                self.blame_at(open.place, fault);
            }
            self.block = self.block.saturating_add(1);
        }
    }

    /// A header that makes no sense. When only its flags are wrong, the chain goes on behind it.
    fn bad_header(&mut self, fault: Fault, (length, previous): (u16, u16)) -> std::io::Result<()> {
        let next = self.at + HEADER_SPAN + u64::from(length);
        if !resync::goes_on(self.bytes, self.end, next, length)? {
            return self.lost(fault);
        }
        self.report.marks_at_end = 0;
        self.blame(fault);
        self.link(previous);
        match &mut self.open {
            Some(open) => open.spoiled = true,
            None => {
                self.open = Some(Open {
                    method: Method::Raw,
                    place: self.place(),
                    spoiled: true,
                })
            }
        }
        // Nobody knows whether this chunk was the last of its block; the next one tells.
        if resync::begins_something(self.bytes, self.end, next)? {
            self.abandon(Fault::EndMissing);
        }
        self.before = Some((length, self.at));
        self.at = next;
        Ok(())
    }

    /// The chain ends here: finds the place where it goes on. The length of the chunk before may be what is
    /// wrong, so the search begins with its data.
    fn lost(&mut self, fault: Fault) -> std::io::Result<()> {
        self.blame(fault);
        if let Some(open) = &mut self.open {
            open.spoiled = true;
        }
        let from = match self.before {
            Some((length, header)) if length != 0 => header + HEADER_SPAN,
            _ => self.at,
        };
        self.report.marks_at_end = 0;
        self.before = None;
        if let Some(found) = resync::find(self.bytes, self.end, from, self.at)? {
            let bytes = found.saturating_sub(self.at);
            self.blame(Fault::ChainLost { bytes });
            self.abandon(Fault::EndMissing);
            self.at = found;
        } else {
            if !matches!(fault, Fault::Truncated { .. }) {
                self.blame(Fault::Garbage {
                    bytes: self.end - self.at,
                });
            }
            self.abandon(Fault::EndMissing);
            self.at = self.end;
        }
        Ok(())
    }

    fn place(&self) -> Place {
        Place {
            offset: self.at,
            file: self.file,
            block: Some(self.block),
        }
    }

    fn blame(&mut self, fault: Fault) {
        self.blame_at(self.place(), fault);
    }

    fn blame_at(&mut self, place: Place, fault: Fault) {
        if self.report.damages.len() < DAMAGE_MAX {
            self.report.damages.push(Damage { place, fault });
        } else {
            self.report.unlisted += 1;
        }
    }
}

#[cfg(test)]
mod tests;
