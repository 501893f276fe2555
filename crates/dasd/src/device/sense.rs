//! Sense data: what a device says about a unit check.
//!
//! Bytes 0 to 2 name the condition and byte 7 the message in all devices here. The 32-byte form is that of extended
//! count-key-data devices whose byte 27 says that its bytes 0 to 23 are those of the 24-byte form. What no public
//! text defines is zero.

use std::fmt;

use super::condition::{Condition, FORMAT_DATA_CHECK};
use crate::address::TrackAddr;

/// Where on the device something happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    /// On a track, at a record if it got that far.
    Track {
        /// The track.
        at: TrackAddr,
        /// The record over which the heads were last.
        record: Option<u8>,
    },
    /// At a block.
    Block(u32),
}

/// The sense data of a unit check, typed; [`Sense::bytes_24`] and [`Sense::bytes_32`] are what a program receives.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{command} at {spot}: {}: {}", .condition.name(), .condition.explanation())]
pub struct Sense {
    /// What happened.
    pub condition: Condition,
    /// The command that ended with the unit check, as people call it.
    pub command: &'static str,
    /// Where the device was.
    pub spot: Spot,
    /// Cylinders of the volume: beyond 4095 the short form has no room for the address.
    pub(super) cylinders: u32,
}

/// More cylinders than bytes 5 and 6 have bits for.
const SHORT_CYLINDERS_MAX: u32 = 4095;

impl Sense {
    /// The 24 bytes of 3330, 3340, 3350, 3375 and 3380, and of the block devices as far as they agree.
    pub fn bytes_24(&self) -> [u8; 24] {
        let mut bytes = [0; 24];
        (bytes[0], bytes[1]) = self.condition.bits();
        let message = self.condition.message();
        bytes[7] = message.byte();
        if let Spot::Track { at, record } = self.spot {
            let (cylinder, head) = split(at);
            if self.cylinders > SHORT_CYLINDERS_MAX {
                (bytes[5], bytes[6]) = (0xFF, 0xFF);
            } else {
                // The low eight bits of the cylinder; then its next four and the low four of the head.
                (bytes[5], bytes[6]) = (cylinder[1], cylinder[0] << 4 | head[1] & 0x0F);
            }
            if message.format == FORMAT_DATA_CHECK {
                bytes[8..10].copy_from_slice(&cylinder);
                bytes[10..12].copy_from_slice(&head);
                bytes[12] = record.unwrap_or(0);
            }
        }
        bytes
    }

    /// The 32 bytes of 3390 and 9345.
    pub fn bytes_32(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        bytes[..24].copy_from_slice(&self.bytes_24());
        bytes[27] = COMPATIBLE;
        if let Spot::Track { at, .. } = self.spot {
            let (cylinder, head) = split(at);
            bytes[29..31].copy_from_slice(&cylinder);
            bytes[31] = head[1];
        }
        bytes
    }
}

/// In byte 27: bytes 0 to 23 are those of the 24-byte form.
const COMPATIBLE: u8 = 0x80;

/// Cylinder and head in two bytes each; what has no two bytes is all ones.
fn split(at: TrackAddr) -> ([u8; 2], [u8; 2]) {
    let wide = u16::try_from(at.cylinder.get()).unwrap_or(u16::MAX);
    (halves(wide), halves(at.head.get()))
}

fn halves(number: u16) -> [u8; 2] {
    [number >> 8, number & 0xFF].map(|half| u8::try_from(half).expect("half of sixteen bits"))
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Spot::Track {
                at,
                record: Some(record),
            } => write!(f, "{at} record {record}"),
            Spot::Track { at, record: None } => write!(f, "{at}"),
            Spot::Block(block) => write!(f, "block {block}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::Reject;

    fn sense(condition: Condition, cylinders: u32) -> Sense {
        let at = TrackAddr::new(0x234, 7);
        Sense {
            condition,
            command: "read data",
            spot: Spot::Track { at, record: Some(3) },
            cylinders,
        }
    }

    #[test]
    fn conditions_have_their_published_bits() {
        for (condition, first, second, message) in [
            (Condition::CommandReject(Reject::Command), 0x80, 0, 0x01),
            (Condition::CommandReject(Reject::Sequence), 0x80, 0, 0x02),
            (Condition::WriteInhibited, 0x80, 0x02, 0),
            (Condition::InterventionRequired(String::new()), 0x40, 0, 0),
            (Condition::EquipmentCheck(String::new()), 0x10, 0x80, 0x10),
            (Condition::DataCheck(String::new()), 0x08, 0x80, 0x40),
            (Condition::TrackCondition(String::new()), 0x02, 0, 0),
            (Condition::InvalidTrackFormat(String::new()), 0, 0x40, 0),
            (Condition::EndOfCylinder, 0, 0x20, 0),
            (Condition::NoRecordFound, 0, 0x08, 0),
            (Condition::FileProtected, 0, 0x04, 0),
            (
                Condition::OverflowIncomplete(Box::new(Condition::EndOfCylinder)),
                0,
                0x21,
                0,
            ),
        ] {
            let bytes = sense(condition.clone(), 885).bytes_24();
            assert_eq!(
                (bytes[0], bytes[1], bytes[7]),
                (first, second, message),
                "{condition:?}"
            );
        }
    }

    #[test]
    fn addresses_stand_where_they_belong() {
        let bytes = sense(Condition::DataCheck(String::new()), 885).bytes_32();
        assert_eq!(bytes[5..7], [0x34, 0x27]);
        assert_eq!(bytes[8..13], [2, 0x34, 0, 7, 3]);
        assert_eq!(bytes[27..32], [0x80, 0, 2, 0x34, 7]);
        let large = sense(Condition::NoRecordFound, 10_017).bytes_24();
        assert_eq!(large[5..7], [0xFF, 0xFF]);
    }

    #[test]
    fn people_can_read_it() {
        assert_eq!(
            sense(Condition::NoRecordFound, 885).to_string(),
            "read data at cylinder 564 head 7 record 3: no record found: no record of the track is the one that \
             was searched for"
        );
    }
}
