//! CFBA: compressed groups of 120 blocks.

use std::io;
use std::ops::Range;

use zerocopy::FromBytes;

use super::chain::Chain;
use super::decode::{self, Decoder};
use super::rewrite::Rewrite;
use super::tables::{ImageFault, Place, Tables};
use super::{GROUP_BLOCKS, GROUP_LEN};
use crate::address::BlockNo;
use crate::error::BlockFault;
use crate::format::Image;
use crate::geometry::{BLOCK_SIZE, Geometry};
use crate::layout::cckd::GroupHeader;
use crate::pool::Pool;

pub(super) struct CfbaImage {
    geometry: Geometry,
    chain: Chain,
    readers: Pool<GroupReader>,
}

/// A group that was read, and what is needed to read another.
struct GroupReader {
    decoder: Decoder,
    group: Vec<u8>,
    /// Its number, and the changes it includes.
    loaded: Option<(u32, u64)>,
}

impl GroupReader {
    fn new() -> GroupReader {
        GroupReader {
            decoder: Decoder::default(),
            group: vec![0; GROUP_LEN],
            loaded: None,
        }
    }
}

impl CfbaImage {
    pub(super) fn new(geometry: Geometry, chain: Chain) -> CfbaImage {
        CfbaImage {
            geometry,
            chain,
            readers: Pool::default(),
        }
    }

    /// Makes `number` the loaded group; a group nobody wrote is zero.
    fn load(
        &self,
        changes: Option<&Rewrite>,
        number: u32,
        reader: &mut GroupReader,
    ) -> Result<(), ImageFault> {
        let wanted = Some((number, changes.map_or(0, |changes| changes.generation)));
        if reader.loaded == wanted {
            return Ok(());
        }
        reader.loaded = None;
        let (file, place) = self.chain.locate(changes, number, decode::LONGEST)?;
        match place {
            Place::At { offset, length } => {
                read_group(
                    file,
                    number,
                    (offset, length),
                    &mut reader.decoder,
                    &mut reader.group,
                )
                .map_err(|fault| self.chain.named(file, fault))?;
            }
            Place::Null(_) | Place::Absent => reader.group.fill(0),
        }
        reader.loaded = wanted;
        Ok(())
    }

    fn copy(&self, first: BlockNo, into: &mut [u8], reader: &mut GroupReader) -> Result<(), ImageFault> {
        let changes = self.chain.hold();
        let mut done = 0;
        for (number, span) in spans(first, into.len()) {
            self.load(changes.as_deref(), number, reader)?;
            let piece = &mut into[done..done + span.len()];
            piece.copy_from_slice(&reader.group[span.clone()]);
            done += span.len();
        }
        Ok(())
    }

    /// Changes the groups that the blocks lie in.
    fn change(&self, first: BlockNo, from: &[u8], reader: &mut GroupReader) -> Result<(), BlockFault> {
        let Some((mut changes, file)) = self.chain.change() else {
            return Err(BlockFault::ReadOnly);
        };
        let changes = &mut *changes;
        let mut done = 0;
        for (number, span) in spans(first, from.len()) {
            if span.len() < GROUP_LEN {
                self.load(Some(changes), number, reader).map_err(fault)?;
            }
            reader.loaded = None;
            reader.group[span.clone()].copy_from_slice(&from[done..done + span.len()]);
            done += span.len();
            changes
                .compressor
                .group(&reader.group, number, &mut changes.image);
            let put = changes.put(file, number);
            put.map_err(|failure| fault(self.chain.named(file, failure)))?;
        }
        Ok(())
    }
}

/// The groups that so many bytes from a block on lie in, and which bytes of each.
fn spans(first: BlockNo, length: usize) -> impl Iterator<Item = (u32, Range<usize>)> {
    let (mut block, mut left) = (first.get(), length);
    std::iter::from_fn(move || {
        let (number, within) = (block / GROUP_BLOCKS, block % GROUP_BLOCKS);
        let begin = usize::try_from(within).expect("less than 120") * BLOCK_SIZE;
        let length = left.min(GROUP_LEN - begin);
        // The volume checked that the request ends on it, so the number of the next block has 32 bits too.
        block = block.saturating_add(GROUP_BLOCKS - within);
        left -= length;
        (length > 0).then_some((number, begin..begin + length))
    })
}

/// Reads the image of a group that lies at `span`.
pub(super) fn read_group(
    file: &Tables,
    number: u32,
    (offset, length): (u64, u16),
    decoder: &mut Decoder,
    group: &mut [u8],
) -> Result<(), ImageFault> {
    let damaged = |what: String| ImageFault::damaged(offset, what);
    let (image, streams) = decoder.parts();
    let image = file.read(offset, length, image)?;
    let Ok((header, payload)) = GroupHeader::read_from_prefix(image) else {
        return Err(damaged("the image has no header".to_owned()));
    };
    if header.group.get() != number {
        return Err(damaged(format!(
            "the image is that of group {}, not of {number}",
            header.group
        )));
    }
    let given = streams.decode(header.code, payload, group).map_err(damaged)?;
    if given == GROUP_LEN {
        Ok(())
    } else {
        Err(damaged(format!("a group of {given} bytes, it has {GROUP_LEN}")))
    }
}

impl Image for CfbaImage {
    fn geometry(&self) -> &Geometry {
        &self.geometry
    }

    fn notes(&self) -> &[String] {
        &self.chain.notes
    }

    fn read_blocks(&self, first: BlockNo, into: &mut [u8]) -> Result<(), BlockFault> {
        self.readers
            .with(GroupReader::new, |reader| self.copy(first, into, reader))
            .map_err(fault)
    }

    fn write_blocks(&self, first: BlockNo, from: &[u8]) -> Result<(), BlockFault> {
        self.readers
            .with(GroupReader::new, |reader| self.change(first, from, reader))
    }

    fn sync(&self) -> io::Result<()> {
        self.chain.settle()
    }
}

fn fault(fault: ImageFault) -> BlockFault {
    match fault {
        ImageFault::Io(what) => BlockFault::Io(what),
        ImageFault::Damaged { offset, what } => BlockFault::Image { offset, what },
    }
}
