//! CFBA: compressed groups of 120 blocks.

use std::io;
use std::sync::Arc;

use zerocopy::FromBytes;

use super::Width;
use super::decode::decode;
use super::header::{self, HEADER_AT};
use super::tables::{IMAGE_HEADER_LEN, ImageFault, Place, Tables};
use crate::address::{BlockCount, BlockNo};
use crate::error::{BlockFault, MountError};
use crate::format::{Image, Source};
use crate::geometry::{BLOCK_SIZE, FbaGeometry, Geometry};
use crate::layout::cckd::GroupHeader;

/// Blocks of a group.
const GROUP_BLOCKS: u32 = 120;
/// Bytes of a group.
const GROUP_LEN: usize = 120 * BLOCK_SIZE;

pub(super) fn open(source: &Source<'_>, format: &'static str, width: Width) -> Result<CfbaImage, MountError> {
    // The device header of a CFBA file says nothing that can be relied on; the block count is in the second header.
    let mut header = header::read(source, format, width)?;
    let blocks = header.volume_size;
    if blocks == 0 {
        return Err(source.damaged(format, HEADER_AT, "a volume of no blocks"));
    }
    let groups = u64::from(blocks / GROUP_BLOCKS) + 1;
    header.check_l1(source, format, width, groups.div_ceil(256))?;
    let notes = std::mem::take(&mut header.notes);
    let geometry = Geometry::Fba(FbaGeometry {
        blocks: BlockCount::new(blocks),
    });
    Ok(CfbaImage {
        geometry,
        tables: Tables::new(Arc::clone(&source.bytes), header, width),
        notes,
    })
}

pub(super) struct CfbaImage {
    geometry: Geometry,
    tables: Tables,
    notes: Vec<String>,
}

impl CfbaImage {
    /// Fills `group` with the blocks of that group; a group nobody wrote is zero.
    fn read_group(&self, number: u32, group: &mut [u8], scratch: &mut [u8]) -> Result<(), ImageFault> {
        let Place::At { offset, length } = self.tables.locate(number, scratch.len())? else {
            group.fill(0);
            return Ok(());
        };
        let damaged = |what: String| ImageFault::damaged(offset, what);
        let image = self.tables.read(offset, length, scratch)?;
        let Ok((header, payload)) = GroupHeader::read_from_prefix(image) else {
            return Err(damaged("the image has no header".to_owned()));
        };
        if header.group.get() != number {
            return Err(damaged(format!(
                "the image is that of group {}, not of {number}",
                header.group
            )));
        }
        let given = decode(header.code, payload, group).map_err(damaged)?;
        if given == GROUP_LEN {
            Ok(())
        } else {
            Err(damaged(format!("a group of {given} bytes, it has {GROUP_LEN}")))
        }
    }
}

impl Image for CfbaImage {
    fn geometry(&self) -> &Geometry {
        &self.geometry
    }

    fn notes(&self) -> &[String] {
        &self.notes
    }

    fn read_blocks(&self, first: BlockNo, into: &mut [u8]) -> Result<(), BlockFault> {
        let mut group = vec![0; GROUP_LEN];
        let mut scratch = vec![0; GROUP_LEN + usize::from(IMAGE_HEADER_LEN)];
        let mut loaded = None;
        for (number, block) in (first.get()..).zip(into.chunks_exact_mut(BLOCK_SIZE)) {
            let wanted = number / GROUP_BLOCKS;
            if loaded != Some(wanted) {
                self.read_group(wanted, &mut group, &mut scratch).map_err(fault)?;
                loaded = Some(wanted);
            }
            let within = usize::try_from(number % GROUP_BLOCKS).expect("less than 120") * BLOCK_SIZE;
            block.copy_from_slice(&group[within..within + BLOCK_SIZE]);
        }
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        Ok(())
    }
}

fn fault(fault: ImageFault) -> BlockFault {
    match fault {
        ImageFault::Io(what) => BlockFault::Io(what),
        ImageFault::Damaged { offset, what } => BlockFault::Image { offset, what },
    }
}
