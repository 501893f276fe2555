//! The allocation map: what CP may use the parts of its own volume for.
//!
//! | byte | VM/370 means |
//! |---:|---|
//! | 00 | TEMP, paging and spooling |
//! | 01 | PERM |
//! | 02 | TDSK |
//! | 04 | DRCT |
//! | FF | end of the map; cylinders behind it are PERM |
//!
//! The byte map has one byte per cylinder in record 4 of track 0. VM/ESA and later have another map there, the ALOC
//! or extent map; of that only the header is publicly known: byte 0 has the bits of all types, bytes 2 and 3 the
//! number of cylinders, the high bit of which says that the map lists extents. It is reported as it is.

use std::fmt;

use zerocopy::FromBytes;
use zerocopy::byteorder::{BE, U16};

use crate::address::{Cylinder, CylinderCount, TrackAddr, TrackNo};
use crate::geometry::Geometry;
use crate::label::{CpMarker, VolumeLabel};
use crate::track::Track;
use crate::volume::Volume;

/// What a cylinder is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// Paging and spooling.
    Temp,
    /// Minidisks.
    Perm,
    /// Temporary disks.
    Tdsk,
    /// The object directory.
    Drct,
    /// A byte nobody has published.
    Unknown(u8),
}

/// Ends a byte map.
pub(crate) const END_OF_MAP: u8 = 0xFF;

impl Purpose {
    /// The purpose of a byte of the map.
    pub const fn from_byte(byte: u8) -> Purpose {
        match byte {
            0x00 => Purpose::Temp,
            0x01 => Purpose::Perm,
            0x02 => Purpose::Tdsk,
            0x04 => Purpose::Drct,
            other => Purpose::Unknown(other),
        }
    }

    /// The byte of the map.
    pub const fn to_byte(self) -> u8 {
        match self {
            Purpose::Temp => 0x00,
            Purpose::Perm => 0x01,
            Purpose::Tdsk => 0x02,
            Purpose::Drct => 0x04,
            Purpose::Unknown(byte) => byte,
        }
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Purpose::Temp => f.pad("TEMP"),
            Purpose::Perm => f.pad("PERM"),
            Purpose::Tdsk => f.pad("TDSK"),
            Purpose::Drct => f.pad("DRCT"),
            Purpose::Unknown(byte) => f.pad(&format!("X'{byte:02X}'")),
        }
    }
}

/// Neighbouring cylinders for one purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allotment {
    /// The first cylinder.
    pub first: Cylinder,
    /// How many.
    pub count: CylinderCount,
    /// What they are for.
    pub purpose: Purpose,
}

/// The allocation map of a CP volume, as far as it can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Allocation {
    /// Every cylinder once, in order.
    Cylinders(Vec<Allotment>),
    /// A map of VM/ESA and later, whose entries are not published.
    Undeciphered {
        /// Number of cylinders it says it is for.
        cylinders: u16,
        /// Whether it lists extents instead of cylinders.
        extents: bool,
        /// The map as it is.
        bytes: Vec<u8>,
    },
}

/// Bit 0 of the number of cylinders: the map lists extents.
const EXTENT_MAP: u16 = 0x8000;

impl Allocation {
    /// Reads the map of a volume with CP's marker on its label; none where there is no map.
    pub fn read(volume: &Volume) -> Option<Allocation> {
        let Geometry::Ckd(geometry) = volume.geometry() else {
            return None;
        };
        let mut slot = vec![0; geometry.slot_len()];
        volume.read_track(TrackNo::new(0), &mut slot).ok()?;
        let track = Track::parse(&slot, TrackAddr::new(0, 0)).ok()?;
        let marker = VolumeLabel::from_track(&track)?.marker?;
        let map = track
            .records()
            .find(|record| record.count.record == 4 && record.key.is_empty())?;
        Some(Allocation::parse(map.data, geometry.cylinders, marker))
    }

    /// Reads the map of a volume of that many cylinders.
    pub fn parse(map: &[u8], cylinders: CylinderCount, marker: CpMarker) -> Allocation {
        if let Some((said, extents)) = later_map(map, cylinders, marker) {
            return Allocation::Undeciphered {
                cylinders: said,
                extents,
                bytes: map.to_vec(),
            };
        }
        let end = map
            .iter()
            .position(|&byte| byte == END_OF_MAP)
            .unwrap_or(map.len());
        let mut allotments: Vec<Allotment> = Vec::new();
        for number in 0..cylinders.get() {
            let byte = usize::try_from(number)
                .ok()
                .and_then(|number| map[..end].get(number));
            let purpose = byte.map_or(Purpose::Perm, |&byte| Purpose::from_byte(byte));
            match allotments.last_mut() {
                Some(last) if last.purpose == purpose => {
                    last.count = CylinderCount::new(last.count.get() + 1)
                }
                _ => {
                    let first = Cylinder::new(number);
                    allotments.push(Allotment {
                        first,
                        count: CylinderCount::new(1),
                        purpose,
                    });
                }
            }
        }
        Allocation::Cylinders(allotments)
    }
}

/// The two kinds of map have no eye-catcher. A later one says the volume's own size in bytes 2 and 3; a byte map
/// ends with FF behind its last cylinder, where the volume is no larger than the map.
fn later_map(map: &[u8], cylinders: CylinderCount, marker: CpMarker) -> Option<(u16, bool)> {
    let (said, _) = U16::<BE>::read_from_prefix(map.get(2..)?).ok()?;
    let size = said.get() & !EXTENT_MAP;
    let own_end = usize::try_from(cylinders.get()).ok().and_then(|end| map.get(end)) == Some(&END_OF_MAP);
    let later = marker == CpMarker::CpVol && u32::from(size) == cylinders.get() && !own_end;
    later.then_some((size, said.get() & EXTENT_MAP != 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(map: &[u8], cylinders: u32) -> Vec<(u32, u32, String)> {
        let allocation = Allocation::parse(map, CylinderCount::new(cylinders), CpMarker::Cp370);
        let Allocation::Cylinders(allotments) = allocation else {
            panic!("a byte map")
        };
        allotments
            .iter()
            .map(|a| (a.first.get(), a.count.get(), a.purpose.to_string()))
            .collect()
    }

    #[test]
    fn byte_maps() {
        let mut map = vec![1; 555];
        map.push(0xFF);
        map.resize(1024, 0);
        assert_eq!(runs(&map, 555), [(0, 555, "PERM".to_owned())]);
        let mixed = [4, 4, 0, 2, 9, 0xFF, 0, 0];
        assert_eq!(
            runs(&mixed, 7),
            [
                (0, 2, "DRCT"),
                (2, 1, "TEMP"),
                (3, 1, "TDSK"),
                (4, 1, "X'09'"),
                (5, 2, "PERM")
            ]
            .map(|(first, count, name)| (first, count, name.to_owned()))
        );
        assert_eq!(runs(&[], 3), [(0, 3, "PERM".to_owned())]);
    }

    #[test]
    fn a_later_map_is_reported_as_it_is() {
        let map = [0x40, 0, 0x8D, 0x0B, 0, 0, 0, 0];
        let cylinders = CylinderCount::new(3339);
        let expected = Allocation::Undeciphered {
            cylinders: 3339,
            extents: true,
            bytes: map.to_vec(),
        };
        assert_eq!(Allocation::parse(&map, cylinders, CpMarker::CpVol), expected);
        assert!(matches!(
            Allocation::parse(&map, cylinders, CpMarker::Cp370),
            Allocation::Cylinders(_)
        ));
    }
}
