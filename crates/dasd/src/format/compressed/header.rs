//! The compressed header in one form for both widths and byte orders.

use zerocopy::byteorder::{LE, U16, U32, U64};
use zerocopy::{FromZeros, IntoBytes};

use super::Width;
use crate::layout::cckd::{COMPRESSED_HEADER_LEN, CompressedHeader, CompressedHeader64, OPTION_BIG_ENDIAN};
use crate::layout::ckd::DEVICE_HEADER_LEN;

/// Where the compressed header begins.
pub(super) const HEADER_AT: u64 = 512;
/// Where the L1 table begins.
pub(super) const L1_AT: u64 = 1024;
const _: () = assert!(DEVICE_HEADER_LEN == 512 && COMPRESSED_HEADER_LEN == 512);

/// Every L2 table has this many entries.
pub(super) const L2_ENTRIES: u32 = 256;

/// What every writer puts there.
const VERSION: [u8; 3] = [0, 3, 1];

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

/// What the header says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) order: Order,
    pub(super) options: u8,
    pub(super) l1_entries: u32,
    pub(super) l2_entries: u32,
    pub(super) file_size: u64,
    pub(super) used: u64,
    pub(super) free_offset: u64,
    pub(super) free_total: u64,
    pub(super) free_largest: u64,
    pub(super) free_count: u64,
    pub(super) free_embedded: u64,
    /// Cylinders or blocks.
    pub(super) volume_size: u32,
    pub(super) null_format: u8,
    pub(super) compression: u8,
    /// The level, or all ones for the default.
    pub(super) parameter: u16,
}

impl Header {
    /// Reads the 512 bytes; whatever they are, they say something.
    pub(super) fn decode(raw: &CompressedHeader, width: Width) -> Header {
        let order = if raw.options & OPTION_BIG_ENDIAN != 0 {
            Order::Big
        } else {
            Order::Little
        };
        let narrow = |number: U32<LE>| u64::from(order.u32(number.get()));
        let mut header = Header {
            order,
            options: raw.options,
            l1_entries: order.u32(raw.l1_entries.get()),
            l2_entries: order.u32(raw.l2_entries.get()),
            file_size: narrow(raw.file_size),
            used: narrow(raw.used),
            free_offset: narrow(raw.free_offset),
            free_total: narrow(raw.free_total),
            free_largest: narrow(raw.free_largest),
            free_count: narrow(raw.free_count),
            free_embedded: narrow(raw.free_embedded),
            volume_size: raw.volume_size.get(),
            null_format: raw.null_format,
            compression: raw.compression,
            parameter: order.u16(raw.compression_parameter.get()),
        };
        if width == Width::Eight {
            header.take_wide(&zerocopy::transmute!(raw.clone()));
        }
        header
    }

    fn take_wide(&mut self, raw: &CompressedHeader64) {
        let order = self.order;
        self.file_size = order.u64(raw.file_size.get());
        self.used = order.u64(raw.used.get());
        self.free_offset = order.u64(raw.free_offset.get());
        self.free_total = order.u64(raw.free_total.get());
        self.free_largest = order.u64(raw.free_largest.get());
        self.free_count = order.u64(raw.free_count.get());
        self.free_embedded = order.u64(raw.free_embedded.get());
        self.volume_size = raw.volume_size.get();
        self.null_format = raw.null_format;
        self.compression = raw.compression;
        self.parameter = order.u16(raw.compression_parameter.get());
    }

    /// The 512 bytes of a little-endian header; none where a size does not fit the width.
    pub(super) fn encode(&self, width: Width) -> Option<[u8; COMPRESSED_HEADER_LEN]> {
        let mut bytes = [0; COMPRESSED_HEADER_LEN];
        match width {
            Width::Four => {
                let mut raw = CompressedHeader::new_zeroed();
                raw.file_size = U32::new(u32::try_from(self.file_size).ok()?);
                raw.used = U32::new(u32::try_from(self.used).ok()?);
                raw.free_offset = U32::new(u32::try_from(self.free_offset).ok()?);
                raw.free_total = U32::new(u32::try_from(self.free_total).ok()?);
                raw.free_largest = U32::new(u32::try_from(self.free_largest).ok()?);
                raw.free_count = U32::new(u32::try_from(self.free_count).ok()?);
                raw.free_embedded = U32::new(u32::try_from(self.free_embedded).ok()?);
                raw.volume_size = U32::new(self.volume_size);
                raw.null_format = self.null_format;
                raw.compression = self.compression;
                raw.compression_parameter = U16::new(self.parameter);
                bytes.copy_from_slice(raw.as_bytes());
            }
            Width::Eight => {
                let mut raw = CompressedHeader64::new_zeroed();
                raw.file_size = U64::new(self.file_size);
                raw.used = U64::new(self.used);
                raw.free_offset = U64::new(self.free_offset);
                raw.free_total = U64::new(self.free_total);
                raw.free_largest = U64::new(self.free_largest);
                raw.free_count = U64::new(self.free_count);
                raw.free_embedded = U64::new(self.free_embedded);
                raw.volume_size = U32::new(self.volume_size);
                raw.null_format = self.null_format;
                raw.compression = self.compression;
                raw.compression_parameter = U16::new(self.parameter);
                bytes.copy_from_slice(raw.as_bytes());
            }
        }
        // The first twelve bytes are the same in both widths.
        let front: &mut CompressedHeader = zerocopy::transmute_mut!(&mut bytes);
        front.version = VERSION;
        front.options = self.options;
        front.l1_entries = U32::new(self.l1_entries);
        front.l2_entries = U32::new(self.l2_entries);
        Some(bytes)
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

    /// Bytes of an L2 table.
    pub(super) const fn table_len(self) -> u64 {
        self.entry_len() * 256
    }

    /// The offset that means: in the parent.
    pub(super) const fn absent(self) -> u64 {
        match self {
            // `u64::from` is not const; the value is that of u32::MAX.
            Width::Four => 0xFFFF_FFFF,
            Width::Eight => u64::MAX,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use zerocopy::FromBytes;

    #[test]
    fn what_is_encoded_is_decoded() {
        for width in [Width::Four, Width::Eight] {
            let header = Header {
                order: Order::Little,
                options: 0x40,
                l1_entries: 3,
                l2_entries: 256,
                file_size: 70_000,
                used: 69_000,
                free_offset: 2048,
                free_total: 1000,
                free_largest: 700,
                free_count: 2,
                free_embedded: 60,
                volume_size: 47,
                null_format: 1,
                compression: 2,
                parameter: 0xFFFF,
            };
            let bytes = header.encode(width).unwrap();
            let raw = CompressedHeader::read_from_bytes(&bytes).unwrap();
            assert_eq!(Header::decode(&raw, width), header, "{width:?}");
            let large = Header {
                file_size: 1 << 32,
                ..header
            };
            assert_eq!(large.encode(width).is_some(), width == Width::Eight);
        }
    }
}
