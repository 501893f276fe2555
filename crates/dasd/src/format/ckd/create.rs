//! Makes new plain CKD images, in one file or in several.

use std::io;
use std::sync::Arc;

use super::{CkdImage, HEADER, PARTS_MAX, Part, header};
use crate::address::TrackNo;
use crate::bytes::RandomBytes;
use crate::error::CreateError;
use crate::format::{Creation, Image, Target};
use crate::geometry::{CkdGeometry, Geometry};
use crate::layout::ckd::DEVICE_HEADER_LEN;

/// Makes an image in one file, however large.
pub(super) fn create_one(target: &Target<'_>, geometry: &CkdGeometry) -> Result<CkdImage, CreateError> {
    target.geometry.check(target.name)?;
    let part = Part {
        bytes: Arc::clone(&target.bytes),
        first: 0,
        end: geometry.tracks().get(),
    };
    create(
        target.name,
        target.creation,
        geometry,
        vec![(part, header::encode(geometry, 0, 0))],
    )
}

/// Makes an image in parts of at most `part_bytes` each, but at least one cylinder; `part` makes the empty file with
/// that number, from 1.
pub(crate) fn create_split(
    name: &str,
    geometry: &CkdGeometry,
    creation: Creation,
    part_bytes: u64,
    part: &mut dyn FnMut(u32) -> io::Result<Arc<dyn RandomBytes>>,
) -> Result<Box<dyn Image>, CreateError> {
    let whole = Geometry::Ckd(geometry.clone());
    whole.check(name)?;
    let total = geometry.cylinders.get();
    let per_part = cylinders_per_part(geometry, part_bytes);
    if total.div_ceil(per_part) > PARTS_MAX {
        return Err(CreateError::Geometry {
            image: name.to_owned(),
            geometry: whole,
            why: "it would take more than 27 files; make it one file",
        });
    }
    let heads = u32::from(geometry.heads);
    let mut parts = Vec::new();
    let (mut first, mut number) = (0, 1);
    while first < total {
        let end = total.min(first + per_part);
        let bytes = part(number).map_err(|source| CreateError::Io {
            image: name.to_owned(),
            source,
        })?;
        let high = if end == total { 0 } else { end - 1 };
        let header = header::encode(
            geometry,
            u8::try_from(number).expect("at most 27 parts"),
            u16::try_from(high).expect("a cylinder number has two bytes"),
        );
        let part = Part {
            bytes,
            first: first * heads,
            end: end * heads,
        };
        parts.push((part, header));
        (first, number) = (end, number + 1);
    }
    Ok(Box::new(create(name, creation, geometry, parts)?))
}

/// How many cylinders go into one part.
pub(crate) fn cylinders_per_part(geometry: &CkdGeometry, part_bytes: u64) -> u32 {
    let cylinder = u64::from(geometry.heads) * u64::from(geometry.slot);
    let cylinders = part_bytes.saturating_sub(HEADER) / cylinder.max(1);
    u32::try_from(cylinders)
        .unwrap_or(u32::MAX)
        .clamp(1, u32::from(u16::MAX))
}

/// Writes the headers and the tracks.
fn create(
    name: &str,
    creation: Creation,
    geometry: &CkdGeometry,
    parts: Vec<(Part, [u8; DEVICE_HEADER_LEN])>,
) -> Result<CkdImage, CreateError> {
    let io_error = |source| CreateError::Io {
        image: name.to_owned(),
        source,
    };
    let slot = u64::from(geometry.slot);
    let mut made = Vec::with_capacity(parts.len());
    for (part, header) in parts {
        part.bytes.write_at(0, &header).map_err(io_error)?;
        let length = HEADER + u64::from(part.end - part.first) * slot;
        part.bytes.set_len(length).map_err(io_error)?;
        made.push(part);
    }
    let image = CkdImage::new(geometry.clone(), made);
    let Creation::Formatted(format) = creation else {
        return Ok(image);
    };
    let mut slot = vec![0; image.slot];
    for track in (0..geometry.tracks().get()).map(TrackNo::new) {
        let at = geometry.address(track);
        let length = format.fill(&mut slot, at).map_err(|_| CreateError::Geometry {
            image: name.to_owned(),
            geometry: Geometry::Ckd(geometry.clone()),
            why: "such unformatted tracks do not fit into its slots",
        })?;
        // Behind the end mark the file is zero already, and stays a hole where the system has holes.
        let (part, offset, _) = image
            .locate(track.get())
            .expect("the image has all tracks of its geometry");
        part.bytes.write_at(offset, &slot[..length]).map_err(io_error)?;
    }
    Ok(image)
}
