//! The way from a track or group to its image. Entries are read when they are asked for: a damaged table costs its
//! own tracks and no others, and the tables of a large volume take no memory.

use std::sync::Arc;

use zerocopy::byteorder::{LE, U32, U64};
use zerocopy::{FromZeros, IntoBytes};

use super::Width;
use super::header::{Header, L1_AT, L2_ENTRIES};
use crate::bytes::RandomBytes;
use crate::layout::cckd::{L2Entry, L2Entry64};

/// The tables of an image file.
pub(super) struct Tables {
    pub(super) bytes: Arc<dyn RandomBytes>,
    pub(super) header: Header,
    width: Width,
}

/// Where an image lies.
pub(super) enum Place {
    /// Nobody has written it; the number is the null format, none where not even its table exists.
    Null(Option<u16>),
    /// `length` bytes with the 5-byte header, at `offset`.
    At { offset: u64, length: u16 },
}

/// What is wrong with the image of a track or group, and where in the file.
#[derive(Debug)]
pub(super) enum ImageFault {
    Io(String),
    Damaged { offset: u64, what: String },
}

impl ImageFault {
    pub(super) fn damaged(offset: u64, what: impl Into<String>) -> ImageFault {
        ImageFault::Damaged {
            offset,
            what: what.into(),
        }
    }
}

impl From<std::io::Error> for ImageFault {
    fn from(error: std::io::Error) -> ImageFault {
        ImageFault::Io(error.to_string())
    }
}

/// Bytes of the header of every image.
pub(super) const IMAGE_HEADER_LEN: u16 = 5;

impl Tables {
    pub(super) fn new(bytes: Arc<dyn RandomBytes>, header: Header, width: Width) -> Tables {
        Tables { bytes, header, width }
    }

    /// Looks up the image of that number; an image that is there lies within the file and has 5 bytes to
    /// `longest`.
    pub(super) fn locate(&self, number: u32, longest: usize) -> Result<Place, ImageFault> {
        let l1_at = L1_AT + u64::from(number / L2_ENTRIES) * self.width.offset_len();
        let table = match self.l1_entry(l1_at)? {
            0 => return Ok(Place::Null(None)),
            table if table == self.absent() => {
                return Err(ImageFault::damaged(
                    l1_at,
                    "the first table points to a parent, but this is a base image",
                ));
            }
            table => table,
        };
        self.check_span(
            l1_at,
            "the second table",
            table,
            u64::from(L2_ENTRIES) * self.width.entry_len(),
        )?;
        let entry_at = table + u64::from(number % L2_ENTRIES) * self.width.entry_len();
        let (offset, length, size) = self.l2_entry(entry_at)?;
        if offset == 0 {
            return Ok(Place::Null(Some(length)));
        }
        if offset == self.absent() {
            return Err(ImageFault::damaged(
                entry_at,
                "the table points to a parent, but this is a base image",
            ));
        }
        if !(IMAGE_HEADER_LEN..=size).contains(&length) || usize::from(length) > longest {
            let what =
                format!("an image of {length} bytes in a space of {size}, at most {longest} are possible");
            return Err(ImageFault::damaged(entry_at, what));
        }
        self.check_span(entry_at, "the image", offset, u64::from(length))?;
        Ok(Place::At { offset, length })
    }

    /// Reads the bytes of an image into the front of `into` and returns them.
    pub(super) fn read<'a>(
        &self,
        offset: u64,
        length: u16,
        into: &'a mut [u8],
    ) -> Result<&'a [u8], ImageFault> {
        let image = &mut into[..usize::from(length)];
        self.bytes.read_at(offset, image)?;
        Ok(image)
    }

    const fn absent(&self) -> u64 {
        match self.width {
            // `u64::from` is not const; the value is that of u32::MAX.
            Width::Four => 0xFFFF_FFFF,
            Width::Eight => u64::MAX,
        }
    }

    fn l1_entry(&self, at: u64) -> Result<u64, ImageFault> {
        let order = self.header.order;
        Ok(match self.width {
            Width::Four => {
                let mut entry = U32::<LE>::ZERO;
                self.bytes.read_at(at, entry.as_mut_bytes())?;
                u64::from(order.u32(entry.get()))
            }
            Width::Eight => {
                let mut entry = U64::<LE>::ZERO;
                self.bytes.read_at(at, entry.as_mut_bytes())?;
                order.u64(entry.get())
            }
        })
    }

    fn l2_entry(&self, at: u64) -> Result<(u64, u16, u16), ImageFault> {
        let order = self.header.order;
        Ok(match self.width {
            Width::Four => {
                let mut entry = L2Entry::new_zeroed();
                self.bytes.read_at(at, entry.as_mut_bytes())?;
                let offset = u64::from(order.u32(entry.offset.get()));
                (offset, order.u16(entry.length.get()), order.u16(entry.size.get()))
            }
            Width::Eight => {
                let mut entry = L2Entry64::new_zeroed();
                self.bytes.read_at(at, entry.as_mut_bytes())?;
                (
                    order.u64(entry.offset.get()),
                    order.u16(entry.length.get()),
                    order.u16(entry.size.get()),
                )
            }
        })
    }

    /// Whatever is pointed to lies behind the first table and before the end of the file.
    fn check_span(&self, from: u64, thing: &str, offset: u64, length: u64) -> Result<(), ImageFault> {
        let begin = L1_AT + u64::from(self.header.l1_entries) * self.width.offset_len();
        let end = offset.checked_add(length);
        if offset >= begin && end.is_some_and(|end| end <= self.header.length) {
            return Ok(());
        }
        let what = format!(
            "{thing} is said to be {length} bytes at byte {offset}, outside of {begin} to {}",
            self.header.length
        );
        Err(ImageFault::damaged(from, what))
    }
}
