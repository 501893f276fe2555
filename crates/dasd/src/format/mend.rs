//! Guesses what damaged headers should say, from the rest of the file.

use zerocopy::byteorder::U16;
use zerocopy::{FromZeros, IntoBytes};

use super::Beginning;
use super::ckd::Shape;
use super::compressed::{self, PackedFormat};
use crate::bytes::RandomBytes;
use crate::layout::ckd::{DEVICE_HEADER_LEN, DeviceHeader};

/// A beginning that can be read, in place of the one there is.
pub(crate) struct Mending {
    pub(crate) front: Vec<u8>,
    /// The length that goes with it; the file may be shorter.
    pub(crate) length: u64,
    /// What was changed, for people.
    pub(crate) changes: Vec<String>,
}

/// How the image is compressed, if it is: the format in which a repaired copy is written.
pub(crate) fn packed_kind(head: &Beginning) -> Option<PackedFormat> {
    compressed::kind_of(head)
}

/// Mends the beginning of an image. None where there is nothing to go by.
pub(crate) fn mend(bytes: &dyn RandomBytes) -> Option<Mending> {
    let head = Beginning::read(bytes).ok()?;
    match compressed::mend(&head) {
        Some(mending) => Some(mending),
        None => mend_plain(bytes),
    }
}

/// A plain image that was cut off or lengthened, or whose part numbers are wrong.
fn mend_plain(bytes: &dyn RandomBytes) -> Option<Mending> {
    let mut header = DeviceHeader::new_zeroed();
    bytes.read_at(0, header.as_mut_bytes()).ok()?;
    if !header.id.starts_with(b"CKD_P") || header.sequence > 1 {
        return None;
    }
    let shape = Shape::of(&header).ok()?;
    let length = bytes.len().ok()?;
    let mut changes = Vec::new();
    let front = u64::try_from(DEVICE_HEADER_LEN).ok()?;
    let cylinders = length.checked_sub(front)?.div_ceil(shape.cylinder_len()).max(1);
    let whole = front + cylinders * shape.cylinder_len();
    if whole != length {
        changes.push(format!(
            "taken for a volume of {cylinders} cylinders, the last of them incomplete"
        ));
    }
    if header.sequence != 0 || header.high_cylinder.get() != 0 {
        header.sequence = 0;
        header.high_cylinder = U16::new(0);
        changes.push("taken for a volume in one file".to_owned());
    }
    Some(Mending {
        front: header.as_bytes().to_vec(),
        length: whole,
        changes,
    })
}
