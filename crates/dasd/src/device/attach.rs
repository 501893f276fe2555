//! One attachment of a system to a spindle, and how its channel programs end.

use std::sync::{Arc, RwLockReadGuard, RwLockWriteGuard};

use super::ckd::Ckd;
use super::command::Command;
use super::condition::Condition;
use super::fba::Fba;
use super::sense::{Sense, Spot};
use super::service::Step;
use super::spindle::{Busy, Spindle};
use crate::address::{BlockNo, TrackAddr};
use crate::geometry::Geometry;
use crate::volume::Access;

/// How much a format write may put on a track.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Capacity {
    /// What the real device has room for.
    #[default]
    Device,
    /// Whatever the image has room for. Real devices never had such tracks.
    Slot,
}

/// A device as one system sees it. Programs of several devices on one spindle run one after the other.
pub struct Device {
    attachment: Attachment,
    /// Where the heads were left.
    track: TrackAddr,
    block: BlockNo,
    /// The track a program works on; kept to save allocations.
    slot: Vec<u8>,
}

/// What does not change from program to program.
pub(super) struct Attachment {
    pub(super) spindle: Arc<Spindle>,
    pub(super) access: Access,
    pub(super) capacity: Capacity,
}

/// The spindle while a program runs: programs that only read may run side by side.
pub(super) enum Hold<'s> {
    Reading(RwLockReadGuard<'s, Busy>),
    Writing(RwLockWriteGuard<'s, Busy>),
}

impl Hold<'_> {
    fn busy(&self) -> &Busy {
        match self {
            Hold::Reading(busy) => busy,
            Hold::Writing(busy) => busy,
        }
    }
}

/// What a program has transferred and what the device did for it.
#[derive(Debug, Default)]
pub(super) struct Transcript {
    pub(super) reads: Vec<Vec<u8>>,
    pub(super) steps: Vec<Step>,
    /// An end-of-file record was read or written.
    pub(super) exception: bool,
}

impl Transcript {
    pub(super) fn read(&mut self, bytes: Vec<u8>) {
        self.steps.push(Step::Transfer { bytes: bytes.len() });
        self.reads.push(bytes);
    }

    pub(super) fn read_whole_track(&mut self, bytes: Vec<u8>) {
        self.steps.push(Step::Track { bytes: bytes.len() });
        self.reads.push(bytes);
    }

    pub(super) fn wrote(&mut self, bytes: usize) {
        self.steps.push(Step::Transfer { bytes });
    }
}

/// Bits of the unit status with which a device ends a program.
mod unit_status {
    pub(super) const CHANNEL_END: u8 = 0x08;
    pub(super) const DEVICE_END: u8 = 0x04;
    pub(super) const UNIT_CHECK: u8 = 0x02;
    pub(super) const UNIT_EXCEPTION: u8 = 0x01;
}

/// A program that ended without an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// What was read, one entry for each reading command (one for each track of a read tracks).
    pub reads: Vec<Vec<u8>>,
    /// What the device did; [`super::service`] says how long that takes.
    pub steps: Vec<Step>,
    /// How many commands were executed.
    pub commands: usize,
    /// The last of them met an end-of-file record, which ends the program.
    pub end_of_file: bool,
}

impl Ended {
    /// The unit status: channel end, device end, and unit exception at an end of file.
    pub const fn unit_status(&self) -> u8 {
        let end = unit_status::CHANNEL_END | unit_status::DEVICE_END;
        if self.end_of_file {
            end | unit_status::UNIT_EXCEPTION
        } else {
            end
        }
    }
}

/// A program that ended with a unit check. What it wrote before is on the volume.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("volume {volume}, command {} of the program: {sense}", .command + 1)]
pub struct UnitCheck {
    /// The volume by its name.
    pub volume: String,
    /// Which command, from 0.
    pub command: usize,
    /// What the device says about it.
    pub sense: Box<Sense>,
    /// What was read before.
    pub reads: Vec<Vec<u8>>,
    /// What the device did until then.
    pub steps: Vec<Step>,
}

impl UnitCheck {
    /// The unit status: channel end, device end, unit check.
    pub const fn unit_status(&self) -> u8 {
        unit_status::CHANNEL_END | unit_status::DEVICE_END | unit_status::UNIT_CHECK
    }
}

impl Device {
    /// Attaches a device to a spindle. Writes need a volume that was mounted for writing, too.
    pub const fn attach(spindle: Arc<Spindle>, access: Access) -> Device {
        Device {
            attachment: Attachment {
                spindle,
                access,
                capacity: Capacity::Device,
            },
            track: TrackAddr::new(0, 0),
            block: BlockNo::new(0),
            slot: Vec::new(),
        }
    }

    /// Lets format writes fill tracks beyond what the real device holds, or not.
    #[must_use]
    pub const fn with_capacity(mut self, capacity: Capacity) -> Device {
        self.attachment.capacity = capacity;
        self
    }

    /// The spindle it is attached to.
    pub const fn spindle(&self) -> &Arc<Spindle> {
        &self.attachment.spindle
    }

    /// Runs a channel program. No other program that writes runs on the spindle meanwhile.
    ///
    /// # Errors
    /// The first command that ends with a unit check; those behind it are not executed.
    pub fn start(&mut self, program: &[Command<'_>]) -> Result<Ended, UnitCheck> {
        let spindle = Arc::clone(&self.attachment.spindle);
        let hold = if program.iter().any(Command::writes) {
            Hold::Writing(spindle.hold_for_writing())
        } else {
            Hold::Reading(spindle.hold_for_reading())
        };
        let mut transcript = Transcript::default();
        let stopped = match hold.busy().offline() {
            Some(why) => Err((
                0,
                Condition::InterventionRequired(why.to_owned()),
                self.rest_spot(),
            )),
            None => self.execute(hold, &spindle, program, &mut transcript),
        };
        let Transcript {
            reads,
            steps,
            exception,
        } = transcript;
        match stopped {
            Ok(commands) => Ok(Ended {
                reads,
                steps,
                commands,
                end_of_file: exception,
            }),
            Err((command, condition, spot)) => Err(UnitCheck {
                volume: spindle.volume().name().to_owned(),
                command,
                sense: Box::new(Sense {
                    condition,
                    command: program.get(command).map_or("start", Command::name),
                    spot,
                    cylinders: spindle
                        .volume()
                        .geometry()
                        .as_ckd()
                        .map_or(0, |geometry| geometry.cylinders.get()),
                }),
                reads,
                steps,
            }),
        }
    }

    /// Runs the commands and tells how many, or which of them stopped it.
    fn execute<'d>(
        &'d mut self,
        hold: Hold<'d>,
        spindle: &'d Spindle,
        program: &[Command<'_>],
        transcript: &'d mut Transcript,
    ) -> Result<usize, (usize, Condition, Spot)> {
        match spindle.volume().geometry() {
            Geometry::Ckd(geometry) => {
                let mut ckd = Ckd::new(
                    &self.attachment,
                    geometry,
                    hold,
                    &mut self.track,
                    &mut self.slot,
                    transcript,
                );
                let spot = |ckd: &Ckd<'_>| {
                    let (at, record) = ckd.spot();
                    Spot::Track { at, record }
                };
                let mut executed = Ok(0);
                for (index, command) in program.iter().enumerate() {
                    executed = ckd
                        .run(command, index == 0)
                        .map(|()| index + 1)
                        .map_err(|condition| (index, condition, spot(&ckd)));
                    if executed.is_err() || ckd.met_end_of_file() {
                        break;
                    }
                }
                // What earlier commands wrote is written, whatever became of the later ones; a track that cannot be
                // written is worse than all that.
                let last = program.len().saturating_sub(1);
                ckd.flush().map_err(|condition| {
                    (
                        executed.as_ref().map_or_else(|stop| stop.0, |_| last),
                        condition,
                        spot(&ckd),
                    )
                })?;
                executed
            }
            Geometry::Fba(geometry) => {
                let mut fba = Fba::new(&self.attachment, geometry, hold, &mut self.block, transcript);
                for (index, command) in program.iter().enumerate() {
                    fba.run(command, index == 0)
                        .map_err(|condition| (index, condition, Spot::Block(fba.spot().get())))?;
                }
                Ok(program.len())
            }
        }
    }

    fn rest_spot(&self) -> Spot {
        match self.attachment.spindle.volume().geometry() {
            Geometry::Ckd(_) => Spot::Track {
                at: self.track,
                record: None,
            },
            Geometry::Fba(_) => Spot::Block(self.block.get()),
        }
    }
}

impl std::fmt::Debug for Device {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Device({}, {:?})",
            self.attachment.spindle.volume().name(),
            self.attachment.access
        )
    }
}
