//! The shape of volumes: device types, sizes, and where a track lies.

mod capacity;
mod devices;
mod named;

use std::fmt;

pub(crate) use capacity::Formula;
pub use devices::{CKD_DEVICES, FBA_DEVICES};
pub use named::UnknownDevice;

use crate::address::{BlockCount, CylinderCount, TrackAddr, TrackCount, TrackNo};
use crate::error::CreateError;
use crate::format::check_shape;

/// Bytes of an FBA block.
pub const BLOCK_SIZE: usize = 512;

/// No volume has more cylinders: their numbers are two bytes in every count field.
pub(crate) const CYLINDERS_MAX: u32 = 65_536;

/// A type of count-key-data device.
#[derive(Debug)]
pub struct CkdDevice {
    /// The type as people say it, "3390".
    pub name: &'static str,
    /// What image headers store: the last two digits of the type, as hexadecimal digits.
    pub code: u8,
    /// Tracks of a cylinder.
    pub heads: u16,
    /// Bytes an image reserves for one track.
    pub slot: u32,
    /// The longest record 0, in bytes; 0 where it is not published.
    pub r0_max: u32,
    /// The longest data of record 1 without a key, in bytes.
    pub r1_max: u32,
    /// What the capacity formula divides.
    pub(crate) track_length: u32,
    pub(crate) formula: Formula,
    /// The sizes that were built, smallest first.
    pub models: &'static [CkdModel],
}

/// A size in which a device was built.
#[derive(Debug, PartialEq, Eq)]
pub struct CkdModel {
    /// The model as people say it, "3390-3".
    pub name: &'static str,
    /// Cylinders for data.
    pub cylinders: u32,
    /// Alternate cylinders behind them.
    pub alternates: u32,
}

/// Two devices are the same when they have the same name.
impl PartialEq for CkdDevice {
    fn eq(&self, other: &CkdDevice) -> bool {
        self.name == other.name
    }
}

impl Eq for CkdDevice {}

impl CkdDevice {
    /// Finds a type by its name or by the name of one of its models, "3390" or "3390-3".
    pub fn by_name(name: &str) -> Option<&'static CkdDevice> {
        let wanted = name.trim();
        CKD_DEVICES
            .iter()
            .find(|device| device.name.eq_ignore_ascii_case(wanted) || device.model(wanted).is_some())
    }

    /// Finds a type by its code in an image header. The two 2305 share one code; [`CkdDevice::by_code_and_slot`]
    /// tells them apart.
    pub fn by_code(code: u8) -> Option<&'static CkdDevice> {
        CKD_DEVICES.iter().find(|device| device.code == code)
    }

    /// Finds a type by its code, preferring the one that has this slot size.
    pub fn by_code_and_slot(code: u8, slot: u32) -> Option<&'static CkdDevice> {
        let exact = CKD_DEVICES
            .iter()
            .find(|device| device.code == code && device.slot == slot);
        exact.or_else(|| CkdDevice::by_code(code))
    }

    /// The model of that name.
    pub fn model(&self, name: &str) -> Option<&'static CkdModel> {
        let wanted = name.trim();
        self.models
            .iter()
            .find(|model| model.name.eq_ignore_ascii_case(wanted))
    }

    /// How many equal records with keys and data of these lengths a real track has room for.
    pub fn records_per_track(&self, key_len: u8, data_len: u16) -> u32 {
        self.formula.records(self.track_length, key_len, data_len)
    }

    /// Whether records of these lengths, in this order and after record 0, fit on a real track.
    pub(crate) fn holds(&self, records: impl Iterator<Item = (u8, u16)>) -> bool {
        self.formula.holds(self.track_length, records)
    }
}

/// A type of fixed-block device.
#[derive(Debug, PartialEq, Eq)]
pub struct FbaDevice {
    /// The model as people say it, "9336-20".
    pub name: &'static str,
    /// 512-byte blocks.
    pub blocks: u32,
    /// Blocks of a cyclical group (a track).
    pub blocks_per_group: u32,
    /// Blocks of an access position (a cylinder).
    pub blocks_per_position: u32,
    /// Device class and type as CP reports them.
    pub class_and_type: (u8, u8),
}

impl FbaDevice {
    /// Finds a model by its name; a bare type ("9336") means its first model.
    pub fn by_name(name: &str) -> Option<&'static FbaDevice> {
        let wanted = name.trim();
        let exact = FBA_DEVICES
            .iter()
            .find(|device| device.name.eq_ignore_ascii_case(wanted));
        exact.or_else(|| {
            FBA_DEVICES
                .iter()
                .find(|device| device.name.split('-').next() == Some(wanted))
        })
    }
}

/// The shape of a CKD volume.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CkdGeometry {
    /// The device type.
    pub device: &'static CkdDevice,
    /// Cylinders of this volume, alternates included.
    pub cylinders: CylinderCount,
    /// Tracks of a cylinder; images say it themselves.
    pub heads: u16,
    /// Bytes of a track slot; images say it themselves.
    pub slot: u32,
}

impl CkdGeometry {
    /// A volume of this type with the type's own heads and slots.
    pub const fn new(device: &'static CkdDevice, cylinders: CylinderCount) -> CkdGeometry {
        CkdGeometry {
            device,
            cylinders,
            heads: device.heads,
            slot: device.slot,
        }
    }

    /// How many tracks there are.
    pub fn tracks(&self) -> TrackCount {
        TrackCount::new(self.cylinders.get().saturating_mul(u32::from(self.heads)))
    }

    /// The address of a track. A number beyond the volume gives an address beyond the volume.
    pub fn address(&self, track: TrackNo) -> TrackAddr {
        let heads = u32::from(self.heads);
        let head = u16::try_from(track.get() % heads).expect("a remainder is below its u16 divisor");
        TrackAddr::new(track.get() / heads, head)
    }

    /// The number of a track, the reverse of [`CkdGeometry::address`].
    pub fn number(&self, at: TrackAddr) -> TrackNo {
        let first = at.cylinder.get().saturating_mul(u32::from(self.heads));
        TrackNo::new(first.saturating_add(u32::from(at.head.get())))
    }

    /// The slot size as a length of memory.
    pub fn slot_len(&self) -> usize {
        usize::try_from(self.slot).expect("a slot fits into memory")
    }

    /// Why no image can hold such a volume, if none can.
    fn impossible(&self) -> Option<&'static str> {
        match self.cylinders.get() {
            0 => Some("a volume has at least one cylinder"),
            1..=CYLINDERS_MAX => check_shape(u32::from(self.heads), self.slot)
                .err()
                .map(|_| "heads or slot size are impossible"),
            _ => Some(
                "home addresses in images have two bytes for the cylinder, so volumes end at 65536 cylinders (a 3390 \
                 at 65520); extended address volumes with their 28-bit cylinder numbers have no image format",
            ),
        }
    }

    /// The model this volume is: the smallest that has this many cylinders. Images do not store it.
    pub fn model(&self) -> Option<&'static CkdModel> {
        self.device
            .models
            .iter()
            .find(|model| model.cylinders + model.alternates >= self.cylinders.get())
    }
}

impl fmt::Display for CkdGeometry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.cylinders.get() == 1 { "" } else { "s" };
        write!(f, "{}, {} cylinder{plural}", self.device.name, self.cylinders)
    }
}

/// The shape of an FBA volume. The model is configuration, not content: no image says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FbaGeometry {
    /// 512-byte blocks.
    pub blocks: BlockCount,
}

impl fmt::Display for FbaGeometry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.blocks.get() == 1 { "" } else { "s" };
        write!(f, "FBA, {} block{plural}", self.blocks)
    }
}

/// The shape of a volume.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Geometry {
    /// Cylinders, heads and records of any length.
    Ckd(CkdGeometry),
    /// 512-byte blocks.
    Fba(FbaGeometry),
}

impl Geometry {
    /// The shape of a CKD volume, if it is one.
    pub const fn as_ckd(&self) -> Option<&CkdGeometry> {
        match self {
            Geometry::Ckd(geometry) => Some(geometry),
            Geometry::Fba(_) => None,
        }
    }

    /// The shape of an FBA volume, if it is one.
    pub const fn as_fba(&self) -> Option<&FbaGeometry> {
        match self {
            Geometry::Ckd(_) => None,
            Geometry::Fba(geometry) => Some(geometry),
        }
    }

    /// Whether images can hold such a volume.
    pub(crate) fn check(&self, image: &str) -> Result<(), CreateError> {
        let why = match self {
            Geometry::Ckd(geometry) => geometry.impossible(),
            Geometry::Fba(geometry) if geometry.blocks.get() == 0 => Some("a volume has at least one block"),
            Geometry::Fba(_) => None,
        };
        why.map_or(Ok(()), |why| {
            Err(CreateError::Geometry {
                image: image.to_owned(),
                geometry: self.clone(),
                why,
            })
        })
    }

    /// Bytes of all its track slots or blocks: what a plain image of it takes, headers aside.
    pub fn size(&self) -> u64 {
        match self {
            Geometry::Ckd(geometry) => u64::from(geometry.tracks().get()) * u64::from(geometry.slot),
            Geometry::Fba(geometry) => u64::from(geometry.blocks.get()) * 512,
        }
    }
}

impl fmt::Display for Geometry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Geometry::Ckd(geometry) => geometry.fmt(f),
            Geometry::Fba(geometry) => geometry.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::{Cylinder, Head};

    #[test]
    fn names_lead_to_devices() {
        for (name, code, heads) in [
            ("3390", 0x90, 15),
            ("3390-3", 0x90, 15),
            ("3380-k", 0x80, 15),
            ("3350", 0x50, 30),
            ("2314", 0x14, 20),
        ] {
            let device = CkdDevice::by_name(name).unwrap();
            assert_eq!((device.code, device.heads), (code, heads), "{name}");
        }
        assert!(CkdDevice::by_name("3390-4").is_none() && CkdDevice::by_name("3310").is_none());
        assert_eq!(CkdDevice::by_code(0x45).unwrap().name, "9345");
        assert_eq!(CkdDevice::by_code_and_slot(0x05, 14_848).unwrap().name, "2305-2");
        assert_eq!(FbaDevice::by_name("9336-20").unwrap().blocks, 1_672_881);
        assert_eq!(FbaDevice::by_name("3370").unwrap().blocks, 558_000);
    }

    #[test]
    fn slots_follow_from_the_longest_record() {
        for device in CKD_DEVICES {
            let bytes = 5 + 16 + 8 + device.r1_max + 8;
            assert_eq!(device.slot, bytes.div_ceil(512) * 512, "{}", device.name);
        }
    }

    #[test]
    fn numbers_and_addresses() {
        let device = CkdDevice::by_name("3390").unwrap();
        let geometry = CkdGeometry::new(device, CylinderCount::new(5));
        assert_eq!(geometry.tracks(), TrackCount::new(75));
        assert_eq!(geometry.address(TrackNo::new(31)), TrackAddr::new(2, 1));
        assert_eq!(
            geometry.number(TrackAddr {
                cylinder: Cylinder::new(2),
                head: Head::new(1)
            }),
            TrackNo::new(31)
        );
        assert_eq!(Geometry::Ckd(geometry.clone()).size() + 512, 4_262_912);
        assert_eq!(geometry.to_string(), "3390, 5 cylinders");
        assert_eq!(geometry.model().unwrap().name, "3390-1");
        let large = CkdGeometry::new(CkdDevice::by_name("3380").unwrap(), CylinderCount::new(1772));
        assert_eq!(Geometry::Ckd(large.clone()).size() + 512, 1_265_633_792);
        assert_eq!(large.model().unwrap().name, "3380-2");
    }
}
