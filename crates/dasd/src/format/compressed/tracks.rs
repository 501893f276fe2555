//! CCKD: compressed tracks.

use std::io;
use std::sync::Arc;

use super::Width;
use super::decode::decode;
use super::header::{self, HEADER_AT};
use super::tables::{IMAGE_HEADER_LEN, ImageFault, Place, Tables};
use crate::address::{CylinderCount, TrackAddr, TrackNo};
use crate::error::MountError;
use crate::format::ckd::Shape;
use crate::format::{Image, Source};
use crate::geometry::{CYLINDERS_MAX, CkdGeometry, Geometry};
use crate::layout::ckd::{DeviceHeader, HOME_LEN};
use crate::null_track::NullFormat;
use crate::track::{Track, TrackFault, home_address};
use zerocopy::IntoBytes;

const _: () = assert!(HOME_LEN == 5 && IMAGE_HEADER_LEN == 5);

pub(super) fn open(
    source: &Source<'_>,
    format: &'static str,
    width: Width,
    device: &DeviceHeader,
) -> Result<CckdImage, MountError> {
    let shape = Shape::of(device).map_err(|(offset, what)| source.damaged(format, offset, what))?;
    if device.sequence > 1 {
        let what = format!(
            "the header says this is part {}, but compressed images are never split",
            device.sequence
        );
        return Err(source.damaged(format, 17, what));
    }
    let mut header = header::read(source, format, width)?;
    let cylinders = header.volume_size;
    if !(1..=CYLINDERS_MAX).contains(&cylinders) {
        let what = format!("{cylinders} cylinders are impossible, a CKD volume has 1 to {CYLINDERS_MAX}");
        return Err(source.damaged(format, HEADER_AT, what));
    }
    let Shape { device, heads, slot } = shape;
    let geometry = CkdGeometry {
        device,
        cylinders: CylinderCount::new(cylinders),
        heads,
        slot,
    };
    header.check_l1(
        source,
        format,
        width,
        u64::from(geometry.tracks().get().div_ceil(256)),
    )?;
    let notes = std::mem::take(&mut header.notes);
    // More than 2 is read as 0, as the other tools do.
    let default = NullFormat::from_code(u16::from(header.null_format)).unwrap_or(NullFormat::EndOfFile);
    let tables = Tables::new(Arc::clone(&source.bytes), header, width);
    Ok(CckdImage {
        geometry: Geometry::Ckd(geometry.clone()),
        ckd: geometry,
        tables,
        default,
        notes,
    })
}

pub(super) struct CckdImage {
    geometry: Geometry,
    ckd: CkdGeometry,
    tables: Tables,
    /// How tracks look of which the file has no table.
    default: NullFormat,
    notes: Vec<String>,
}

impl CckdImage {
    fn read_track(&self, track: TrackNo, slot: &mut [u8], scratch: &mut [u8]) -> Result<(), TrackFault> {
        let at = self.ckd.address(track);
        match self.tables.locate(track.get(), slot.len()).map_err(fault)? {
            Place::Null(code) => self.fill_null(code, slot, at),
            Place::At { offset, length } => {
                let image = self.tables.read(offset, length, scratch).map_err(fault)?;
                unpack(image, offset, at, slot)
            }
        }
    }

    /// A zero in an entry means format 0, except in files whose header says 2: an old bug wrote 0 there for 2.
    fn fill_null(&self, code: Option<u16>, slot: &mut [u8], at: TrackAddr) -> Result<(), TrackFault> {
        let format = match code {
            None => self.default,
            Some(0) if self.default == NullFormat::Linux => NullFormat::Linux,
            Some(code) => NullFormat::from_code(code).unwrap_or(NullFormat::EndOfFile),
        };
        let filled = format.fill(slot, at);
        filled.map(drop).map_err(|error| TrackFault::Image {
            offset: HEADER_AT,
            what: error.to_string(),
        })
    }
}

/// Puts the track of an image into its slot, zeros behind it.
fn unpack(image: &[u8], offset: u64, at: TrackAddr, slot: &mut [u8]) -> Result<(), TrackFault> {
    let damaged = |what: String| TrackFault::Image { offset, what };
    let (header, payload) = image.split_at(HOME_LEN);
    let home = home_address(at).ok_or_else(|| damaged(format!("{at} has no home address")))?;
    if header[1..] != home.as_bytes()[1..] {
        return Err(damaged(format!(
            "the image is that of another track, its address is {:02X?}",
            &header[1..]
        )));
    }
    slot[..HOME_LEN].copy_from_slice(home.as_bytes());
    let length = HOME_LEN + decode(header[0], payload, &mut slot[HOME_LEN..]).map_err(damaged)?;
    let track = Track::parse(&slot[..length], at)?.length();
    if track != length {
        return Err(damaged(format!(
            "{} bytes follow behind the end-of-track mark",
            length - track
        )));
    }
    slot[length..].fill(0);
    Ok(())
}

fn fault(fault: ImageFault) -> TrackFault {
    match fault {
        ImageFault::Io(what) => TrackFault::Io(what),
        ImageFault::Damaged { offset, what } => TrackFault::Image { offset, what },
    }
}

impl Image for CckdImage {
    fn geometry(&self) -> &Geometry {
        &self.geometry
    }

    fn notes(&self) -> &[String] {
        &self.notes
    }

    fn read_tracks(&self, first: TrackNo, slots: &mut [u8], failed: &mut dyn FnMut(TrackNo, TrackFault)) {
        let slot_len = self.ckd.slot_len();
        let mut scratch = vec![0; slot_len];
        for (number, slot) in (first.get()..).zip(slots.chunks_exact_mut(slot_len)) {
            let track = TrackNo::new(number);
            if let Err(fault) = self.read_track(track, slot, &mut scratch) {
                failed(track, fault);
            }
        }
    }

    fn sync(&self) -> io::Result<()> {
        Ok(())
    }
}
