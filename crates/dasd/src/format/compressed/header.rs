//! The compressed header, in either width and byte order.

use zerocopy::{FromZeros, IntoBytes};

use super::Width;
use crate::error::MountError;
use crate::format::Source;
use crate::layout::cckd::{
    COMPRESSED_HEADER_LEN, CompressedHeader, CompressedHeader64, OPTION_BIG_ENDIAN, OPTION_OPENED,
};
use crate::layout::ckd::DEVICE_HEADER_LEN;

/// Where the compressed header begins.
pub(super) const HEADER_AT: u64 = 512;
/// Where the L1 table begins.
pub(super) const L1_AT: u64 = 1024;
const _: () = assert!(DEVICE_HEADER_LEN == 512 && COMPRESSED_HEADER_LEN == 512);

/// Every L2 table has this many entries.
pub(super) const L2_ENTRIES: u32 = 256;

/// The byte order of a file, applied to numbers that were read as little-endian.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Little,
    Big,
}

impl Order {
    pub(super) const fn u16(self, number: u16) -> u16 {
        match self {
            Order::Little => number,
            Order::Big => number.swap_bytes(),
        }
    }

    pub(super) const fn u32(self, number: u32) -> u32 {
        match self {
            Order::Little => number,
            Order::Big => number.swap_bytes(),
        }
    }

    pub(super) const fn u64(self, number: u64) -> u64 {
        match self {
            Order::Little => number,
            Order::Big => number.swap_bytes(),
        }
    }
}

/// What the header says, in one form for both widths.
pub(super) struct Header {
    pub(super) order: Order,
    pub(super) l1_entries: u32,
    pub(super) file_size: u64,
    /// Length of the file as it is.
    pub(super) length: u64,
    /// Cylinders or blocks.
    pub(super) volume_size: u32,
    pub(super) null_format: u8,
    pub(super) notes: Vec<String>,
}

/// Reads and checks the header as far as it can be checked without knowing the device.
pub(super) fn read(source: &Source<'_>, format: &'static str, width: Width) -> Result<Header, MountError> {
    let length = source.bytes.len().map_err(|error| source.io_error(error))?;
    if length < L1_AT {
        let what = format!("the file has only {length} bytes, its headers need {L1_AT}");
        return Err(source.damaged(format, length, what));
    }
    let mut raw = CompressedHeader::new_zeroed();
    source
        .bytes
        .read_at(HEADER_AT, raw.as_mut_bytes())
        .map_err(|error| source.io_error(error))?;
    let order = if raw.options & OPTION_BIG_ENDIAN != 0 {
        Order::Big
    } else {
        Order::Little
    };
    let mut header = Header {
        order,
        l1_entries: order.u32(raw.l1_entries.get()),
        file_size: u64::from(order.u32(raw.file_size.get())),
        length,
        volume_size: raw.volume_size.get(),
        null_format: raw.null_format,
        notes: Vec::new(),
    };
    if width == Width::Eight {
        let wide: CompressedHeader64 = zerocopy::transmute!(raw.clone());
        header.file_size = order.u64(wide.file_size.get());
        header.volume_size = wide.volume_size.get();
        header.null_format = wide.null_format;
    }
    let l2_entries = order.u32(raw.l2_entries.get());
    if l2_entries != L2_ENTRIES {
        let what = format!("tables of {l2_entries} entries, they have {L2_ENTRIES}");
        return Err(source.damaged(format, HEADER_AT + 8, what));
    }
    header.take_notes(raw.options);
    Ok(header)
}

impl Header {
    /// What does not keep the volume from being read, but should be known.
    fn take_notes(&mut self, options: u8) {
        if options & OPTION_OPENED != 0 {
            let note = "the image is marked as open: a program is writing to it, or stopped without closing it. Tracks \
                        it had not written yet are missing; detach the volume cleanly or check the image";
            self.notes.push(note.to_owned());
        }
        if self.file_size > self.length {
            let Header {
                file_size, length, ..
            } = self;
            self.notes.push(format!(
                "the header says the file has {file_size} bytes, it has {length}: it was cut off, and tracks behind \
                 its end cannot be read"
            ));
        }
    }

    /// Checks the number of L1 entries against what the volume needs, and that the file has them.
    pub(super) fn check_l1(
        &self,
        source: &Source<'_>,
        format: &'static str,
        width: Width,
        needed: u64,
    ) -> Result<(), MountError> {
        let entries = u64::from(self.l1_entries);
        if entries != needed {
            let what = format!("{entries} entries in the first table, a volume of this size has {needed}");
            return Err(source.damaged(format, HEADER_AT + 4, what));
        }
        let end = L1_AT + entries * width.offset_len();
        if end > self.length {
            let what = format!("the first table ends at byte {end}, the file at {}", self.length);
            return Err(source.damaged(format, L1_AT, what));
        }
        Ok(())
    }
}

impl Width {
    /// Bytes of an offset, and of an L1 entry.
    pub(super) const fn offset_len(self) -> u64 {
        match self {
            Width::Four => 4,
            Width::Eight => 8,
        }
    }

    /// Bytes of an L2 entry.
    pub(super) const fn entry_len(self) -> u64 {
        self.offset_len() * 2
    }
}
