//! What ends a channel program early, as the hardware names it.

/// Why a command was refused although the device is well: the program is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reject {
    /// The device does not have this command: blocks on a CKD device, tracks on a block device.
    Command,
    /// The command may not follow the one before it: a write without a search that found its record.
    Sequence,
    /// More bytes were sent than the count field announced, or fewer than the command needs.
    Length,
    /// An address, a count field or a parameter cannot be.
    Parameter,
    /// The file mask does not allow this kind of write.
    Mask,
}

/// The condition that a unit check reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// The channel program asks for something that is not done.
    CommandReject(Reject),
    /// Nobody may write here: the device is attached, or its image mounted, for reading.
    WriteInhibited,
    /// The volume cannot be reached; an operator has to do something.
    InterventionRequired(String),
    /// The device failed: the image could not be read or written, or the heads found another track.
    EquipmentCheck(String),
    /// What was read is damaged.
    DataCheck(String),
    /// The home address says that the track is defective, or an alternate for another one.
    TrackCondition(String),
    /// The track is not well formed, or would have become longer than it is.
    InvalidTrackFormat(String),
    /// A multi-track operation went past the last head of the cylinder.
    EndOfCylinder,
    /// The index point went by twice and the record was not there.
    NoRecordFound,
    /// Outside the extent that the program defined, or a seek that the file mask does not allow.
    FileProtected,
    /// A record goes on in the next track, which could not be reached; the condition says why.
    OverflowIncomplete(Box<Condition>),
}

/// Bits of sense byte 0.
mod byte_0 {
    pub(super) const COMMAND_REJECT: u8 = 0x80;
    pub(super) const INTERVENTION_REQUIRED: u8 = 0x40;
    pub(super) const EQUIPMENT_CHECK: u8 = 0x10;
    pub(super) const DATA_CHECK: u8 = 0x08;
    pub(super) const TRACK_CONDITION_CHECK: u8 = 0x02;
}

/// Bits of sense byte 1.
mod byte_1 {
    pub(super) const PERMANENT_ERROR: u8 = 0x80;
    pub(super) const INVALID_TRACK_FORMAT: u8 = 0x40;
    pub(super) const END_OF_CYLINDER: u8 = 0x20;
    pub(super) const NO_RECORD_FOUND: u8 = 0x08;
    pub(super) const FILE_PROTECTED: u8 = 0x04;
    pub(super) const WRITE_INHIBITED: u8 = 0x02;
    pub(super) const OPERATION_INCOMPLETE: u8 = 0x01;
}

/// Sense byte 7 has the format of bytes 8 to 23 in its first half and a message in the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) format: u8,
    pub(super) message: u8,
}

impl Message {
    const NONE: Message = Message {
        format: 0,
        message: 0,
    };

    pub(super) const fn byte(self) -> u8 {
        self.format << 4 | self.message & 0x0F
    }
}

/// Format 4: a data check; bytes 8 to 12 say where.
pub(super) const FORMAT_DATA_CHECK: u8 = 4;
const FORMAT_EQUIPMENT: u8 = 1;

impl Condition {
    /// Sense bytes 0 and 1.
    pub(super) fn bits(&self) -> (u8, u8) {
        match self {
            Condition::CommandReject(_) => (byte_0::COMMAND_REJECT, 0),
            Condition::WriteInhibited => (byte_0::COMMAND_REJECT, byte_1::WRITE_INHIBITED),
            Condition::InterventionRequired(_) => (byte_0::INTERVENTION_REQUIRED, 0),
            Condition::EquipmentCheck(_) => (byte_0::EQUIPMENT_CHECK, byte_1::PERMANENT_ERROR),
            Condition::DataCheck(_) => (byte_0::DATA_CHECK, byte_1::PERMANENT_ERROR),
            Condition::TrackCondition(_) => (byte_0::TRACK_CONDITION_CHECK, 0),
            Condition::InvalidTrackFormat(_) => (0, byte_1::INVALID_TRACK_FORMAT),
            Condition::EndOfCylinder => (0, byte_1::END_OF_CYLINDER),
            Condition::NoRecordFound => (0, byte_1::NO_RECORD_FOUND),
            Condition::FileProtected => (0, byte_1::FILE_PROTECTED),
            Condition::OverflowIncomplete(cause) => {
                let (first, second) = cause.bits();
                (first, second | byte_1::OPERATION_INCOMPLETE)
            }
        }
    }

    /// Sense byte 7.
    pub(super) fn message(&self) -> Message {
        match self {
            Condition::CommandReject(reject) => Message {
                format: 0,
                message: match reject {
                    Reject::Command => 1,
                    Reject::Sequence => 2,
                    Reject::Length => 3,
                    Reject::Parameter => 4,
                    Reject::Mask => 5,
                },
            },
            Condition::EquipmentCheck(_) => Message {
                format: FORMAT_EQUIPMENT,
                message: 0,
            },
            Condition::DataCheck(_) => Message {
                format: FORMAT_DATA_CHECK,
                message: 0,
            },
            _ => Message::NONE,
        }
    }

    /// What the hardware manuals call it.
    pub const fn name(&self) -> &'static str {
        match self {
            Condition::CommandReject(_) => "command reject",
            Condition::WriteInhibited => "write inhibited",
            Condition::InterventionRequired(_) => "intervention required",
            Condition::EquipmentCheck(_) => "equipment check",
            Condition::DataCheck(_) => "data check",
            Condition::TrackCondition(_) => "track condition check",
            Condition::InvalidTrackFormat(_) => "invalid track format",
            Condition::EndOfCylinder => "end of cylinder",
            Condition::NoRecordFound => "no record found",
            Condition::FileProtected => "file protected",
            Condition::OverflowIncomplete(_) => "operation incomplete",
        }
    }

    /// What happened, and where it helps what to do.
    pub fn explanation(&self) -> String {
        let text = match self {
            Condition::CommandReject(reject) => reject.explanation(),
            Condition::WriteInhibited => {
                "the device is attached or its image mounted for reading only; attach it for writing"
            }
            Condition::EndOfCylinder => {
                "a multi-track operation went past the last track of the cylinder; seek to the next one"
            }
            Condition::NoRecordFound => "no record of the track is the one that was searched for",
            Condition::FileProtected => {
                "the track or block is outside the extent that the program defined, or its file mask forbids the seek"
            }
            Condition::OverflowIncomplete(cause) => {
                return format!(
                    "a record continues on the next track, but {}: {}",
                    cause.name(),
                    cause.explanation()
                );
            }
            Condition::InterventionRequired(why)
            | Condition::EquipmentCheck(why)
            | Condition::DataCheck(why)
            | Condition::TrackCondition(why)
            | Condition::InvalidTrackFormat(why) => why,
        };
        text.to_owned()
    }
}

impl Reject {
    const fn explanation(self) -> &'static str {
        match self {
            Reject::Command => "the device does not have this command",
            Reject::Sequence => {
                "the command may not follow the one before it; a write needs a search that found its record"
            }
            Reject::Length => "the number of bytes does not fit the command",
            Reject::Parameter => "the command has an address, a count field or a parameter that cannot be",
            Reject::Mask => "the file mask of the program does not allow this write",
        }
    }
}
