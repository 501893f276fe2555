//! What the headers of a compressed image should say.

use zerocopy::FromBytes;
use zerocopy::IntoBytes;
use zerocopy::byteorder::{LE, U32};

use super::encode::Compression;
use super::header::{Header, L2_ENTRIES};
use super::open::l1_entries;
use super::packer::PackedFormat;
use super::{CCKD, CCKD64, CFBA, CFBA64, Compressed, Width};
use crate::format::Beginning;
use crate::format::mend::Mending;
use crate::layout::cckd::CompressedHeader;
use crate::layout::ckd::DeviceHeader;

static ALL: [&Compressed; 4] = [&CCKD, &CCKD64, &CFBA, &CFBA64];

fn format_of(head: &Beginning) -> Option<&'static Compressed> {
    let id = head.id()?;
    ALL.into_iter().find(|format| format.role(id).is_some())
}

fn headers(head: &Beginning) -> Option<(DeviceHeader, CompressedHeader)> {
    let (device, rest) = DeviceHeader::read_from_prefix(head.bytes()).ok()?;
    let (compressed, _) = CompressedHeader::read_from_prefix(rest).ok()?;
    Some((device, compressed))
}

/// The format and compression of an image that begins like this.
pub(crate) fn kind_of(head: &Beginning) -> Option<PackedFormat> {
    let format = format_of(head)?;
    let header = Header::decode(&headers(head)?.1, format.width);
    let level = u8::try_from(header.parameter)
        .ok()
        .filter(|level| (1..=9).contains(level));
    let compression = match header.compression {
        0 => Compression::None,
        2 => Compression::Bzip2(level.unwrap_or(5)),
        _ => Compression::Zlib(level.unwrap_or(6)),
    };
    Some(PackedFormat {
        wide: format.width == Width::Eight,
        compression,
    })
}

/// Table sizes follow from the size of the volume, and there are no parts.
pub(crate) fn mend(head: &Beginning) -> Option<Mending> {
    let format = format_of(head)?;
    let (mut device, mut compressed) = headers(head)?;
    let mut changes = Vec::new();
    if device.sequence > 1 {
        device.sequence = 0;
        changes.push("taken for a volume in one file".to_owned());
    }
    let header = Header::decode(&compressed, format.width);
    let number = |value| U32::<LE>::new(header.order.u32(value));
    if header.l2_entries != L2_ENTRIES {
        compressed.l2_entries = number(L2_ENTRIES);
        changes.push(format!("second tables taken to have {L2_ENTRIES} entries"));
    }
    let geometry = format.geometry(&device, &header).ok()?;
    let needed = l1_entries(&geometry);
    if header.l1_entries != needed {
        compressed.l1_entries = number(needed);
        changes.push(format!("the first table taken to have {needed} entries"));
    }
    if changes.is_empty() {
        return None;
    }
    Some(Mending {
        front: [device.as_bytes(), compressed.as_bytes()].concat(),
        length: head.length(),
        changes,
    })
}
