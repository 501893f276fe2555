//! Opens a plain CKD image and follows the parts of a split one.

use std::sync::Arc;

use zerocopy::FromZeros;
use zerocopy::IntoBytes;

use super::header::Shape;
use super::{CkdImage, HEADER, IDS, Part};
use crate::address::CylinderCount;
use crate::bytes::RandomBytes;
use crate::error::MountError;
use crate::format::Source;
use crate::geometry::{CYLINDERS_MAX, CkdGeometry};
use crate::layout::ckd::DeviceHeader;

/// Later versions of the other tools split into 27 files at most (1 to 9, A to R).
pub(super) const PARTS_MAX: u32 = 27;

pub(super) fn open(source: &Source<'_>, format: &'static str) -> Result<CkdImage, MountError> {
    let damaged = |(offset, what): (u64, String)| source.damaged(format, offset, what);
    let first = source.device_header(format)?;
    let shape = Shape::of(&first).map_err(damaged)?;
    let cylinders = cylinders_of(&shape, &*source.bytes).map_err(damaged)?;
    let high = u32::from(first.high_cylinder.get());
    // A single file may call itself part 1 with its own number of cylinders as the highest.
    let single = match first.sequence {
        0 if high == 0 => true,
        0 => {
            return Err(damaged((
                18,
                format!("a single file cannot end at cylinder {high} and have more parts"),
            )));
        }
        1 => high == 0 || high == cylinders,
        part => {
            let what = format!("this is part {part} of a split volume; mount the first part");
            return Err(MountError::Split {
                image: source.name.to_owned(),
                part: u32::from(part),
                what,
            });
        }
    };
    let mut volume = Split {
        source,
        shape,
        parts: Vec::new(),
        cylinders: 0,
    };
    volume.add(Arc::clone(&source.bytes), cylinders);
    if !single {
        volume.expect_high(1, high)?;
        volume.follow()?;
    }
    if volume.cylinders > CYLINDERS_MAX {
        return Err(damaged((
            8,
            format!(
                "{} cylinders are more than a CKD volume can have",
                volume.cylinders
            ),
        )));
    }
    let Shape { device, heads, slot } = volume.shape;
    let cylinders = CylinderCount::new(volume.cylinders);
    Ok(CkdImage::new(
        CkdGeometry {
            device,
            cylinders,
            heads,
            slot,
        },
        volume.parts,
    ))
}

/// A volume of which the parts are being collected.
struct Split<'a> {
    source: &'a Source<'a>,
    shape: Shape,
    parts: Vec<Part>,
    cylinders: u32,
}

impl Split<'_> {
    /// Adds a part whose cylinders are at most 65536, of which at most 27 are added: the sums stay small.
    fn add(&mut self, bytes: Arc<dyn RandomBytes>, cylinders: u32) {
        let first = self.cylinders * u32::from(self.shape.heads);
        self.cylinders += cylinders;
        self.parts.push(Part {
            bytes,
            first,
            end: self.cylinders * u32::from(self.shape.heads),
        });
    }

    fn follow(&mut self) -> Result<(), MountError> {
        for part in 2..=PARTS_MAX {
            let bytes = self
                .source
                .parts
                .open(part)
                .map_err(|error| self.wrong(part, error.to_string()))?;
            let header = read_header(&*bytes).map_err(|error| self.wrong(part, error.to_string()))?;
            if !IDS.contains(&&header.id) {
                return Err(self.wrong(part, "the file is no plain CKD image"));
            }
            if u32::from(header.sequence) != part {
                return Err(self.wrong(part, format!("the file says it is part {}", header.sequence)));
            }
            let shape = Shape::of(&header).map_err(|(_, what)| self.wrong(part, what))?;
            if (shape.heads, shape.slot) != (self.shape.heads, self.shape.slot)
                || shape.device != self.shape.device
            {
                return Err(self.wrong(
                    part,
                    "device type, heads or slot size differ from those of part 1",
                ));
            }
            let cylinders = cylinders_of(&shape, &*bytes).map_err(|(_, what)| self.wrong(part, what))?;
            self.add(bytes, cylinders);
            match u32::from(header.high_cylinder.get()) {
                0 => return Ok(()),
                high => self.expect_high(part, high)?,
            }
        }
        Err(self.wrong(PARTS_MAX, "no part says it is the last"))
    }

    /// A part with parts behind it must end where its header says.
    fn expect_high(&self, part: u32, high: u32) -> Result<(), MountError> {
        let last = self.cylinders - 1;
        if high == last {
            return Ok(());
        }
        Err(self.wrong(
            part,
            format!("the file ends with cylinder {last}, its header says {high}"),
        ))
    }

    fn wrong(&self, part: u32, what: impl Into<String>) -> MountError {
        MountError::Split {
            image: self.source.name.to_owned(),
            part,
            what: what.into(),
        }
    }
}

fn read_header(bytes: &dyn RandomBytes) -> std::io::Result<DeviceHeader> {
    let mut header = DeviceHeader::new_zeroed();
    bytes.read_at(0, header.as_mut_bytes())?;
    Ok(header)
}

/// The length of the file decides how many cylinders there are, and must be that of whole cylinders.
fn cylinders_of(shape: &Shape, bytes: &dyn RandomBytes) -> Result<u32, (u64, String)> {
    let length = bytes.len().map_err(|error| (0, error.to_string()))?;
    let cylinder = shape.cylinder_len();
    let body = length.saturating_sub(HEADER);
    if body == 0 || !body.is_multiple_of(cylinder) {
        let what = format!(
            "the file has {length} bytes, which is not a header of {HEADER} and whole cylinders of {cylinder}: it was \
             cut off or has something appended"
        );
        return Err((length, what));
    }
    u32::try_from(body / cylinder)
        .ok()
        .filter(|&cylinders| cylinders <= CYLINDERS_MAX)
        .ok_or_else(|| {
            (
                length,
                format!(
                    "{} cylinders are more than a CKD volume can have",
                    body / cylinder
                ),
            )
        })
}
