//! Plain CKD images: a 512-byte header, then one slot of fixed size per track. A volume may be split over several
//! files of whole cylinders, each with its own header.

mod check;
mod create;
mod header;
mod open;

use std::io;
use std::sync::Arc;

pub(crate) use check::within;
pub(crate) use create::create_split;
pub(crate) use header::Shape;
pub(crate) use header::check_shape;
use open::PARTS_MAX;

use super::{Beginning, Image, ImageFormat, Source, Target};
use crate::address::TrackNo;
use crate::bytes::RandomBytes;
use crate::check::Findings;
use crate::error::{CreateError, MountError};
use crate::geometry::{CkdGeometry, Geometry};
use crate::layout::ckd::DEVICE_HEADER_LEN;
use crate::track::TrackFault;

/// The format.
pub(crate) struct PlainCkd;

/// The two eye-catchers; the layout is the same.
const IDS: [&[u8; 8]; 2] = [b"CKD_P370", b"CKD_P064"];

impl ImageFormat for PlainCkd {
    fn name(&self) -> &'static str {
        "plain CKD"
    }

    fn claims(&self, head: &Beginning) -> bool {
        head.id().is_some_and(|id| self.is_named(id))
    }

    fn is_named(&self, id: &[u8; 8]) -> bool {
        IDS.contains(&id)
    }

    fn open(&self, source: &Source<'_>) -> Result<Box<dyn Image>, MountError> {
        Ok(Box::new(open::open(source, self.name())?))
    }

    fn check(&'static self, source: &Source<'_>, findings: &mut Findings, progress: &mut dyn FnMut(u64)) {
        check::check(source, findings, progress);
    }

    fn create(&self, target: &Target<'_>) -> Option<Result<Box<dyn Image>, CreateError>> {
        let geometry = target.geometry.as_ckd()?;
        Some(create::create_one(target, geometry).map(|image| -> Box<dyn Image> { Box::new(image) }))
    }
}

/// A plain CKD image, opened.
struct CkdImage {
    geometry: Geometry,
    slot: usize,
    parts: Vec<Part>,
}

/// One file of a volume.
struct Part {
    bytes: Arc<dyn RandomBytes>,
    /// The first track in this file, and the first behind it.
    first: u32,
    end: u32,
}

const HEADER: u64 = 512;
const _: () = assert!(DEVICE_HEADER_LEN == 512);

impl CkdImage {
    fn new(geometry: CkdGeometry, parts: Vec<Part>) -> CkdImage {
        CkdImage {
            slot: geometry.slot_len(),
            geometry: Geometry::Ckd(geometry),
            parts,
        }
    }

    /// The part that holds a track, where the track lies in it, and how many tracks it holds from there on.
    fn locate(&self, track: u32) -> Option<(&Part, u64, u32)> {
        let index = self.parts.partition_point(|part| part.end <= track);
        let part = self.parts.get(index)?;
        let slot = u64::try_from(self.slot).expect("a slot is small");
        Some((
            part,
            HEADER + u64::from(track - part.first) * slot,
            part.end - track,
        ))
    }

    /// Splits a request of whole slots where one file ends and the next begins: first track, bytes from and to.
    fn spans(&self, first: TrackNo, length: usize) -> Vec<(u32, usize, usize)> {
        let mut spans = Vec::with_capacity(1);
        let (mut track, mut from) = (first.get(), 0);
        while from < length {
            let left = self.locate(track).map_or(u32::MAX, |(_, _, left)| left);
            let count = usize::try_from(left)
                .unwrap_or(usize::MAX)
                .min((length - from) / self.slot);
            let to = from + count * self.slot;
            spans.push((track, from, to));
            track += u32::try_from(count).expect("the volume counts its tracks in 32 bits");
            from = to;
        }
        spans
    }

    fn read_at(&self, track: u32, into: &mut [u8]) -> io::Result<()> {
        let (part, offset, _) = self.locate(track).ok_or(io::ErrorKind::UnexpectedEof)?;
        part.bytes.read_at(offset, into)
    }
}

impl Image for CkdImage {
    fn geometry(&self) -> &Geometry {
        &self.geometry
    }

    fn read_tracks(&self, first: TrackNo, slots: &mut [u8], failed: &mut dyn FnMut(TrackNo, TrackFault)) {
        for (track, from, to) in self.spans(first, slots.len()) {
            let span = &mut slots[from..to];
            if self.read_at(track, span).is_ok() {
                continue;
            }
            // Some track of the span is unreadable: the others can still be had one by one.
            for (track, slot) in (track..).zip(span.chunks_exact_mut(self.slot)) {
                if let Err(error) = self.read_at(track, slot) {
                    failed(TrackNo::new(track), TrackFault::Io(error.to_string()));
                }
            }
        }
    }

    fn write_tracks(&self, first: TrackNo, slots: &[u8]) -> Result<(), (TrackNo, TrackFault)> {
        for (track, from, to) in self.spans(first, slots.len()) {
            let failed = |what: String| (TrackNo::new(track), TrackFault::Io(what));
            let (part, offset, _) = self
                .locate(track)
                .ok_or_else(|| failed("beyond the image".to_owned()))?;
            part.bytes
                .write_at(offset, &slots[from..to])
                .map_err(|error| failed(error.to_string()))?;
        }
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        self.parts.iter().try_for_each(|part| part.bytes.sync())
    }
}
