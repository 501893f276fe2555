//! The device header: which device, how many heads, how long a slot.

use zerocopy::IntoBytes;
use zerocopy::byteorder::{LE, U16, U32};

use crate::geometry::{CkdDevice, CkdGeometry};
use crate::layout::ckd::{DEVICE_HEADER_LEN, DeviceHeader};

/// No device has more tracks in a cylinder; the largest real one has 30.
const HEADS_MAX: u32 = 255;
/// Home address, record 0, an 8-byte record and the end mark.
const SLOT_MIN: u32 = 45;
/// Data lengths have two bytes, and no slot is longer than the largest record.
const SLOT_MAX: u32 = 65_536;

/// Checks heads and slot size before anything is computed from them; tells the offset in the header and what is
/// wrong there.
pub(crate) fn check_shape(heads: u32, slot: u32) -> Result<u16, (u64, String)> {
    if !(SLOT_MIN..=SLOT_MAX).contains(&slot) {
        return Err((
            12,
            format!("a track slot of {slot} bytes is impossible, it has {SLOT_MIN} to {SLOT_MAX}"),
        ));
    }
    u16::try_from(heads)
        .ok()
        .filter(|_| (1..=HEADS_MAX).contains(&heads))
        .ok_or_else(|| {
            (
                8,
                format!("{heads} tracks per cylinder are impossible, there are 1 to {HEADS_MAX}"),
            )
        })
}

/// What a device header says about the volume.
pub(crate) struct Shape {
    pub(crate) device: &'static CkdDevice,
    pub(crate) heads: u16,
    pub(crate) slot: u32,
}

impl Shape {
    /// Reads and checks the shape; an error tells offset and reason.
    pub(crate) fn of(header: &DeviceHeader) -> Result<Shape, (u64, String)> {
        let slot = header.slot.get();
        let heads = check_shape(header.heads.get(), slot)?;
        let code = header.device_code;
        let device = CkdDevice::by_code_and_slot(code, slot).ok_or_else(|| {
            (
                16,
                format!("device type code X'{code:02X}' is not that of a known CKD device"),
            )
        })?;
        Ok(Shape { device, heads, slot })
    }

    /// As [`Shape::of`] for an image that is never split.
    pub(crate) fn of_compressed(header: &DeviceHeader) -> Result<Shape, (u64, String)> {
        if header.sequence > 1 {
            let what = format!(
                "the header says this is part {}, but compressed images are never split",
                header.sequence
            );
            return Err((17, what));
        }
        Shape::of(header)
    }

    /// Bytes of a cylinder.
    pub(crate) fn cylinder_len(&self) -> u64 {
        u64::from(self.heads) * u64::from(self.slot)
    }
}

/// The header of one file of a new image: part 0 is the only one, `high` is its last cylinder if others follow.
pub(super) fn encode(geometry: &CkdGeometry, part: u8, high: u16) -> [u8; DEVICE_HEADER_LEN] {
    let header = DeviceHeader {
        id: *b"CKD_P370",
        heads: U32::<LE>::new(u32::from(geometry.heads)),
        slot: U32::<LE>::new(geometry.slot),
        device_code: geometry.device.code,
        sequence: part,
        high_cylinder: U16::<LE>::new(high),
        serial: [0; 12],
        reserved: [0; 480],
    };
    let mut bytes = [0; DEVICE_HEADER_LEN];
    bytes.copy_from_slice(header.as_bytes());
    bytes
}
