//! The fixed-block device while it runs one channel program: define extent, locate, read or write.

use super::attach::{Attachment, Hold, Transcript};
use super::command::{Command, Operation};
use super::condition::{Condition, Reject};
use super::limits::{DefineExtent, FileMask, Limits, WriteKind};
use super::service::Step;
use super::units::bytes_of;
use crate::address::{BlockCount, BlockNo};
use crate::error::BlockFault;
use crate::geometry::{BLOCK_SIZE, FbaGeometry};
use crate::volume::Access;

/// Blocks that one locate can ask for: its count has two bytes.
const LOCATE_BLOCKS_MAX: u32 = 65_535;

/// One channel program on a block device.
pub(super) struct Fba<'d> {
    attachment: &'d Attachment,
    geometry: &'d FbaGeometry,
    hold: Hold<'d>,
    /// The block under the heads; stays where it is from program to program.
    at: &'d mut BlockNo,
    mask: FileMask,
    limits: Option<Limits>,
    located: Option<(Operation, BlockNo, BlockCount)>,
    transcript: &'d mut Transcript,
}

impl<'d> Fba<'d> {
    pub(super) fn new(
        attachment: &'d Attachment,
        geometry: &'d FbaGeometry,
        hold: Hold<'d>,
        at: &'d mut BlockNo,
        transcript: &'d mut Transcript,
    ) -> Fba<'d> {
        Fba {
            attachment,
            geometry,
            hold,
            at,
            mask: FileMask::default(),
            limits: None,
            located: None,
            transcript,
        }
    }

    pub(super) const fn spot(&self) -> BlockNo {
        *self.at
    }

    pub(super) fn run(&mut self, command: &Command<'_>, first: bool) -> Result<(), Condition> {
        // A locate holds for the one command that follows it.
        let located = self.located.take();
        match *command {
            Command::DefineExtent(extent) => self.define_extent(extent, first),
            Command::Locate(operation, first, count) => self.locate(operation, first, count),
            Command::ReadBlocks => match located {
                Some((Operation::Read, first, count)) => self.read(first, count),
                _ => Err(Condition::CommandReject(Reject::Sequence)),
            },
            Command::WriteBlocks(data) => match located {
                Some((Operation::Write, first, count)) => self.write(first, count, data),
                _ => Err(Condition::CommandReject(Reject::Sequence)),
            },
            _ => Err(Condition::CommandReject(Reject::Command)),
        }
    }

    fn define_extent(&mut self, extent: DefineExtent, first: bool) -> Result<(), Condition> {
        if !first {
            return Err(Condition::CommandReject(Reject::Sequence));
        }
        match extent.limits {
            Limits::Blocks { first, count } if count.get() > 0 && self.exist(first, count) => {
                self.mask = extent.mask;
                self.limits = Some(extent.limits);
                Ok(())
            }
            _ => Err(Condition::CommandReject(Reject::Parameter)),
        }
    }

    fn locate(&mut self, operation: Operation, first: BlockNo, count: BlockCount) -> Result<(), Condition> {
        if count.get() == 0 || count.get() > LOCATE_BLOCKS_MAX {
            return Err(Condition::CommandReject(Reject::Parameter));
        }
        let inside = self.limits.is_none_or(|limits| limits.has_blocks(first, count));
        if !inside || !self.exist(first, count) {
            return Err(Condition::FileProtected);
        }
        if operation == Operation::Write {
            self.may_write()?;
        }
        let (from, to) = (self.at.get(), first.get());
        if from != to {
            self.transcript.steps.push(Step::Seek { from, to });
        }
        self.transcript.steps.push(Step::Wait);
        *self.at = first;
        self.located = Some((operation, first, count));
        Ok(())
    }

    fn read(&mut self, first: BlockNo, count: BlockCount) -> Result<(), Condition> {
        let mut blocks = vec![0; bytes_of(count.get())];
        let volume = self.attachment.spindle.volume();
        volume
            .read_blocks(first, &mut blocks)
            .map_err(|error| condition(error.fault))?;
        *self.at = first + count;
        self.transcript.read(blocks);
        Ok(())
    }

    fn write(&mut self, first: BlockNo, count: BlockCount, data: &[u8]) -> Result<(), Condition> {
        let length = bytes_of(count.get());
        if data.len() > length {
            return Err(Condition::CommandReject(Reject::Length));
        }
        let Hold::Writing(busy) = &mut self.hold else {
            unreachable!("a program with a write holds the spindle for writing");
        };
        let padded;
        let blocks = if data.len() == length {
            data
        } else {
            let mut copy = data.to_vec();
            copy.resize(length, 0);
            padded = copy;
            &padded
        };
        debug_assert!(blocks.len().is_multiple_of(BLOCK_SIZE));
        self.attachment
            .spindle
            .write_blocks_held(busy, first, blocks)
            .map_err(|error| condition(error.fault))?;
        *self.at = first + count;
        self.transcript.wrote(length);
        Ok(())
    }

    fn may_write(&self) -> Result<(), Condition> {
        if self.attachment.access == Access::Read {
            return Err(Condition::WriteInhibited);
        }
        if self.mask.allows(WriteKind::Format) {
            Ok(())
        } else {
            Err(Condition::CommandReject(Reject::Mask))
        }
    }

    fn exist(&self, first: BlockNo, count: BlockCount) -> bool {
        first
            .checked_add(count)
            .is_some_and(|end| end.get() <= self.geometry.blocks.get())
    }
}

/// What the device reports for a fault of the volume.
fn condition(fault: BlockFault) -> Condition {
    match fault {
        BlockFault::ReadOnly => Condition::WriteInhibited,
        BlockFault::Io(why) => Condition::EquipmentCheck(why),
        BlockFault::Image { .. } => Condition::DataCheck(fault.to_string()),
        BlockFault::BeyondVolume { .. } | BlockFault::Length(_) | BlockFault::NoBlocks => {
            Condition::CommandReject(Reject::Parameter)
        }
    }
}
