//! Checks plain CKD images: headers, lengths, and every track.

use zerocopy::FromZeros;
use zerocopy::IntoBytes;

use super::{CkdImage, HEADER, PlainCkd, Shape, open};
use crate::address::{CylinderCount, TrackNo};
use crate::check::{FaultPlace, Findings};
use crate::error::MountError;
use crate::format::{Image, ImageFormat, Source};
use crate::geometry::{CYLINDERS_MAX, CkdGeometry, Geometry};
use crate::layout::ckd::DeviceHeader;
use crate::track::{Track, TrackFault};

pub(super) fn check(source: &Source<'_>, findings: &mut Findings, progress: &mut dyn FnMut(u64)) {
    let image = match open::open(source, PlainCkd.name()) {
        Ok(image) => image,
        Err(error) => {
            match error {
                MountError::Damaged { offset, what, .. } => {
                    findings.error(FaultPlace::Header { offset }, what);
                }
                MountError::Split { part, what, .. } => findings.error(FaultPlace::Part(part), what),
                other => findings.error(FaultPlace::Header { offset: 0 }, other.to_string()),
            }
            // The tracks that are there can be looked at all the same.
            let Some(image) = what_is_there(source) else {
                return;
            };
            image
        }
    };
    let Geometry::Ckd(geometry) = image.geometry().clone() else {
        return;
    };
    findings.geometry = Some(image.geometry().clone());
    let tracks = image.parts.last().map_or(0, |part| part.end);
    let mut slot = vec![0; image.slot];
    for track in 0..tracks {
        let number = TrackNo::new(track);
        let at = geometry.address(number);
        let mut fault = None;
        image.read_tracks(number, &mut slot, &mut |_, failed| fault = Some(failed));
        let fault = fault.or_else(|| Track::parse(&slot, at).err());
        if let Some(fault) = fault {
            let offset = image.locate(track).map_or(0, |(_, offset, _)| offset);
            let place = FaultPlace::Track {
                track: number,
                at,
                offset: offset + within(&fault),
            };
            findings.error(place, fault.to_string());
        }
        progress(u64::from(track) + 1);
    }
}

/// Where in the track the fault is.
pub(crate) fn within(fault: &TrackFault) -> u64 {
    let offset = match fault {
        TrackFault::RecordZero { .. } => 5,
        TrackFault::SecondRecordZero { offset }
        | TrackFault::Overrun { offset, .. }
        | TrackFault::NoEndMark { offset } => *offset,
        _ => 0,
    };
    u64::try_from(offset).unwrap_or(0)
}

/// The whole tracks of a file that is not a sound volume.
fn what_is_there(source: &Source<'_>) -> Option<CkdImage> {
    let mut header = DeviceHeader::new_zeroed();
    source.bytes.read_at(0, header.as_mut_bytes()).ok()?;
    let shape = Shape::of(&header).ok()?;
    let length = source.bytes.len().ok()?;
    let tracks = length.saturating_sub(HEADER) / u64::from(shape.slot);
    let cylinders = tracks.div_ceil(u64::from(shape.heads));
    let cylinders = u32::try_from(cylinders)
        .ok()
        .filter(|cylinders| (1..=CYLINDERS_MAX).contains(cylinders))?;
    // A later part of a split volume begins at a cylinder that only the parts before it tell.
    if header.sequence > 1 {
        return None;
    }
    let part = super::Part {
        bytes: std::sync::Arc::clone(&source.bytes),
        first: 0,
        end: u32::try_from(tracks).ok()?,
    };
    let geometry = CkdGeometry {
        device: shape.device,
        cylinders: CylinderCount::new(cylinders),
        heads: shape.heads,
        slot: shape.slot,
    };
    Some(CkdImage::new(geometry, vec![part]))
}
