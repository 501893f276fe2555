//! Writes a compressed image from front to back: headers and L1, then for every 256 tracks their L2 table and their
//! images. There is no free space, so nothing has to be kept but the tables.

use std::io;
use std::sync::Arc;

use zerocopy::byteorder::{LE, U32, U64};
use zerocopy::{FromZeros, IntoBytes};

use super::encode::{Compression, PackedImage};
use super::header::{HEADER_AT, Header, L1_AT, L2_ENTRIES, Order};
use super::open::{l1_entries, units};
use super::tables::{Entry, encode};
use super::{CCKD, CCKD64, CFBA, CFBA64, Compressed, Width};
use crate::bytes::RandomBytes;
use crate::error::{ConvertError, CreateError};
use crate::geometry::{CkdGeometry, Geometry};
use crate::layout::cckd::OPTION_OPENED;
use crate::layout::ckd::DeviceHeader;

/// A compressed image format with its settings. Whether tracks or blocks follows from the volume.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PackedFormat {
    /// 64-bit offsets: CCKD64 and CFBA64, for images of 4 GiB and more. Older programs do not know them.
    pub wide: bool,
    /// How images are compressed.
    pub compression: Compression,
}

impl PackedFormat {
    pub(super) const fn format(self, geometry: &Geometry) -> &'static Compressed {
        match (geometry, self.wide) {
            (Geometry::Ckd(_), false) => &CCKD,
            (Geometry::Ckd(_), true) => &CCKD64,
            (Geometry::Fba(_), false) => &CFBA,
            (Geometry::Fba(_), true) => &CFBA64,
        }
    }
}

/// What a packed image came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Packed {
    /// Bytes of the file.
    pub length: u64,
    /// Tracks or groups with an image of their own.
    pub images: u32,
    /// Unformatted tracks, or groups of zero blocks.
    pub null: u32,
}

/// Writes the images of a volume in their order.
pub struct Packer {
    name: String,
    target: Arc<dyn RandomBytes>,
    format: &'static Compressed,
    header: Header,
    units: u32,
    next: u32,
    l1: Vec<u64>,
    /// The table of the current 256, and where its place was reserved, if it has one yet.
    table: Vec<Entry>,
    table_at: Option<u64>,
    /// What is not in the file yet, and where it belongs.
    pending: Vec<u8>,
    pending_at: u64,
    packed: Packed,
}

/// So much is written at once.
const PENDING_MAX: usize = 1 << 20;

/// The null format of the headers we write: what `dasdinit` writes. With 2 here an entry could not say 0.
const NULL_FORMAT: u16 = 1;

impl Packer {
    /// Begins an image in empty bytes. Until [`Packer::finish`] the file is marked as open.
    ///
    /// # Errors
    /// There is something in the bytes, they cannot be written, or there is no such volume.
    pub fn create(
        name: &str,
        target: Arc<dyn RandomBytes>,
        geometry: &Geometry,
        kind: PackedFormat,
    ) -> Result<Packer, CreateError> {
        let io_error = |source| CreateError::Io {
            image: name.to_owned(),
            source,
        };
        if !target.is_empty().map_err(io_error)? {
            return Err(CreateError::NotEmpty {
                image: name.to_owned(),
            });
        }
        geometry.check(name)?;
        let format = kind.format(geometry);
        let header = new_header(geometry, kind);
        let l1_len = u64::from(header.l1_entries) * format.width.offset_len();
        let packer = Packer {
            name: name.to_owned(),
            target,
            format,
            units: units(geometry),
            next: 0,
            l1: Vec::new(),
            table: Vec::with_capacity(256),
            table_at: None,
            pending: Vec::with_capacity(PENDING_MAX + (1 << 16)),
            pending_at: L1_AT + l1_len,
            packed: Packed::default(),
            header,
        };
        let device = device_header(format, geometry);
        packer.target.write_at(0, device.as_bytes()).map_err(io_error)?;
        packer.write_header().map_err(|error| match error {
            ConvertError::Io { source, .. } => io_error(source),
            _ => io_error(io::ErrorKind::InvalidData.into()),
        })?;
        Ok(packer)
    }

    /// Appends the image of the next track or group.
    ///
    /// # Errors
    /// The file cannot be written, or would become too long for its offsets.
    ///
    /// # Panics
    /// All tracks or groups of the volume are in it already.
    pub fn add(&mut self, image: &PackedImage) -> Result<(), ConvertError> {
        assert!(
            self.next < self.units,
            "a volume of {} units has no more",
            self.units
        );
        let null = image.bytes.is_empty();
        // A table of nothing but the default form need not exist.
        if self.table_at.is_none() && !(null && image.null_format == self.null_format()) {
            self.table_at = Some(self.end());
            let length = usize::try_from(self.format.width.table_len()).expect("a table is small");
            self.pending.resize(self.pending.len() + length, 0);
        }
        if null {
            self.packed.null += 1;
            self.table.push(Entry::null(image.null_format));
        } else {
            self.packed.images += 1;
            let length =
                u16::try_from(image.bytes.len()).expect("no slot or group is longer than 65535 bytes");
            self.table.push(Entry {
                offset: self.end(),
                length,
                size: length,
            });
            self.pending.extend_from_slice(&image.bytes);
        }
        self.next += 1;
        if self.table.len() == 256 {
            self.close_table()?;
        }
        if self.pending.len() >= PENDING_MAX {
            self.flush()?;
        }
        Ok(())
    }

    /// Writes the tables, and the header last.
    ///
    /// # Errors
    /// As [`Packer::add`].
    ///
    /// # Panics
    /// A track or group is missing.
    pub fn finish(mut self) -> Result<Packed, ConvertError> {
        assert_eq!(self.next, self.units, "every track or group has been added");
        self.close_table()?;
        self.flush()?;
        let width = self.format.width;
        let l1: Vec<u8> = match width {
            Width::Four => {
                let narrow = |&offset: &u64| u32::try_from(offset).map(U32::<LE>::new);
                let entries = self.l1.iter().map(narrow).collect::<Result<Vec<_>, _>>();
                entries.map_err(|_| self.too_long())?.as_bytes().to_vec()
            }
            Width::Eight => {
                let entries: Vec<_> = self.l1.iter().copied().map(U64::<LE>::new).collect();
                entries.as_bytes().to_vec()
            }
        };
        self.write(L1_AT, &l1)?;
        self.packed.length = self.pending_at;
        self.header.file_size = self.pending_at;
        self.header.used = self.pending_at;
        self.header.options &= !OPTION_OPENED;
        // What the header describes is in the file before the header is.
        self.sync()?;
        self.write_header()?;
        self.sync()?;
        Ok(self.packed)
    }

    fn null_format(&self) -> u16 {
        u16::from(self.header.null_format)
    }

    fn end(&self) -> u64 {
        self.pending_at + u64::try_from(self.pending.len()).expect("a length fits 64 bits")
    }

    fn flush(&mut self) -> Result<(), ConvertError> {
        self.write(self.pending_at, &self.pending)?;
        self.pending_at = self.end();
        self.pending.clear();
        if self.format.width == Width::Four && self.pending_at >= self.format.width.absent() {
            return Err(self.too_long());
        }
        Ok(())
    }

    fn close_table(&mut self) -> Result<(), ConvertError> {
        if self.table.is_empty() {
            return Ok(());
        }
        self.l1.push(self.table_at.unwrap_or(0));
        if let Some(at) = self.table_at.take() {
            self.flush()?;
            self.table.resize(256, Entry::default());
            let raw = encode(self.format.width, &self.table).ok_or_else(|| self.too_long())?;
            self.write(at, &raw)?;
        }
        self.table.clear();
        Ok(())
    }

    fn write_header(&self) -> Result<(), ConvertError> {
        let raw = self
            .header
            .encode(self.format.width)
            .ok_or_else(|| self.too_long())?;
        self.write(HEADER_AT, &raw)
    }

    fn write(&self, at: u64, bytes: &[u8]) -> Result<(), ConvertError> {
        let written = self.target.write_at(at, bytes);
        written.map_err(|source| self.io_error(source))
    }

    fn sync(&self) -> Result<(), ConvertError> {
        self.target.sync().map_err(|source| self.io_error(source))
    }

    fn io_error(&self, source: io::Error) -> ConvertError {
        ConvertError::Io {
            image: self.name.clone(),
            source,
        }
    }

    fn too_long(&self) -> ConvertError {
        ConvertError::TooLong {
            image: self.name.clone(),
            format: self.format.name,
        }
    }
}

fn new_header(geometry: &Geometry, kind: PackedFormat) -> Header {
    let (volume_size, null_format) = match geometry {
        Geometry::Ckd(geometry) => (geometry.cylinders.get(), NULL_FORMAT),
        Geometry::Fba(geometry) => (geometry.blocks.get(), 0),
    };
    Header {
        order: Order::Little,
        options: OPTION_OPENED,
        l1_entries: l1_entries(geometry),
        l2_entries: L2_ENTRIES,
        file_size: 0,
        used: 0,
        free_offset: 0,
        free_total: 0,
        free_largest: 0,
        free_count: 0,
        free_embedded: 0,
        volume_size,
        null_format: u8::try_from(null_format).expect("null formats are 0, 1 and 2"),
        compression: kind.compression.code(),
        parameter: kind.compression.parameter(),
    }
}

/// Of a block volume the header says blocks and block size, as later versions of the other tools write it.
fn device_header(format: &Compressed, geometry: &Geometry) -> DeviceHeader {
    let mut header = DeviceHeader::new_zeroed();
    header.id = *format.base;
    let (heads, slot, code) = match geometry {
        Geometry::Ckd(CkdGeometry {
            device, heads, slot, ..
        }) => (u32::from(*heads), *slot, device.code),
        Geometry::Fba(geometry) => (geometry.blocks.get(), 512, 0),
    };
    header.heads = U32::new(heads);
    header.slot = U32::new(slot);
    header.device_code = code;
    header
}
