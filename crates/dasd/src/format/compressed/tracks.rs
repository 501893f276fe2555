//! CCKD: compressed tracks.

use std::io;

use zerocopy::IntoBytes;

use super::chain::Chain;
use super::decode::{Decoder, Streams};
use super::header::HEADER_AT;
use super::rewrite::Rewrite;
use super::tables::{IMAGE_HEADER_LEN, ImageFault, Place, Tables};
use crate::address::{TrackAddr, TrackNo};
use crate::format::Image;
use crate::geometry::{CkdGeometry, Geometry};
use crate::layout::ckd::HOME_LEN;
use crate::null_track::NullFormat;
use crate::track::{Track, TrackFault, home_address};

const _: () = assert!(HOME_LEN == 5 && IMAGE_HEADER_LEN == 5);

pub(super) struct CckdImage {
    geometry: Geometry,
    ckd: CkdGeometry,
    chain: Chain,
}

impl CckdImage {
    pub(super) fn new(ckd: CkdGeometry, chain: Chain) -> CckdImage {
        CckdImage {
            geometry: Geometry::Ckd(ckd.clone()),
            ckd,
            chain,
        }
    }

    fn read_track(
        &self,
        changes: Option<&Rewrite>,
        track: TrackNo,
        slot: &mut [u8],
        decoder: &mut Decoder,
    ) -> Result<(), TrackFault> {
        let at = self.ckd.address(track);
        let (file, place) = self
            .chain
            .locate(changes, track.get(), slot.len())
            .map_err(fault)?;
        match place {
            Place::At { offset, length } => {
                read_image(file, at, (offset, length), decoder, slot).map_err(|failed| match failed {
                    ImageOrTrack::Image(failed) => fault(self.chain.named(file, failed)),
                    ImageOrTrack::Track(failed) => failed,
                })
            }
            Place::Null(code) => fill_null(file, code, slot, at),
            Place::Absent => fill_null(file, None, slot, at),
        }
    }
}

/// What is wrong with a stored track: the image in the file, or the track that came out of it.
pub(super) enum ImageOrTrack {
    Image(ImageFault),
    Track(TrackFault),
}

/// Reads the image that lies at `span` into the slot, zeros behind it.
pub(super) fn read_image(
    file: &Tables,
    at: TrackAddr,
    (offset, length): (u64, u16),
    decoder: &mut Decoder,
    slot: &mut [u8],
) -> Result<(), ImageOrTrack> {
    let (image, streams) = decoder.parts();
    let image = file.read(offset, length, image).map_err(ImageOrTrack::Image)?;
    unpack(image, offset, at, streams, slot)
}

/// Fills the slot with the unformatted track that the code means in this file. A zero in an entry means format 0,
/// except in files whose header says 2: an old bug wrote 0 there for 2. More than 2 is read as 0, as other tools do.
fn fill_null(file: &Tables, code: Option<u16>, slot: &mut [u8], at: TrackAddr) -> Result<(), TrackFault> {
    let default = u16::from(file.header.null_format);
    let code = match code {
        None => default,
        Some(0) if default == 2 => 2,
        Some(code) => code,
    };
    let format = NullFormat::from_code(code).unwrap_or(NullFormat::EndOfFile);
    let filled = format.fill(slot, at);
    filled.map(drop).map_err(|error| TrackFault::Image {
        offset: HEADER_AT,
        what: error.to_string(),
    })
}

/// Puts the track of an image into its slot, zeros behind it.
fn unpack(
    image: &[u8],
    offset: u64,
    at: TrackAddr,
    streams: &mut Streams,
    slot: &mut [u8],
) -> Result<(), ImageOrTrack> {
    let damaged = |what: String| ImageOrTrack::Image(ImageFault::damaged(offset, what));
    let (header, payload) = image.split_at(HOME_LEN);
    let home = home_address(at).ok_or_else(|| damaged(format!("{at} has no home address")))?;
    if header[1..] != home.as_bytes()[1..] {
        return Err(damaged(format!(
            "the image is that of another track, its address is {:02X?}",
            &header[1..]
        )));
    }
    slot[..HOME_LEN].copy_from_slice(home.as_bytes());
    let given = streams.decode(header[0], payload, &mut slot[HOME_LEN..]);
    let length = HOME_LEN + given.map_err(damaged)?;
    let track = Track::parse(&slot[..length], at)
        .map_err(ImageOrTrack::Track)?
        .length();
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
        &self.chain.notes
    }

    fn read_tracks(&self, first: TrackNo, slots: &mut [u8], failed: &mut dyn FnMut(TrackNo, TrackFault)) {
        let slot_len = self.ckd.slot_len();
        let changes = self.chain.hold();
        self.chain.decoders.with(Decoder::default, |decoder| {
            for (number, slot) in (first.get()..).zip(slots.chunks_exact_mut(slot_len)) {
                let track = TrackNo::new(number);
                if let Err(fault) = self.read_track(changes.as_deref(), track, slot, decoder) {
                    failed(track, fault);
                }
            }
        });
    }

    fn write_tracks(&self, first: TrackNo, slots: &[u8]) -> Result<(), (TrackNo, TrackFault)> {
        let Some((mut changes, file)) = self.chain.change() else {
            return Err((first, TrackFault::ReadOnly));
        };
        let changes = &mut *changes;
        for (number, slot) in (first.get()..).zip(slots.chunks_exact(self.ckd.slot_len())) {
            let track = TrackNo::new(number);
            let failed = |fault| (track, fault);
            changes
                .compressor
                .track(slot, self.ckd.address(track), &mut changes.image)
                .map_err(failed)?;
            let put = changes.put(file, number);
            put.map_err(|failure| failed(fault(self.chain.named(file, failure))))?;
        }
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        self.chain.settle()
    }
}
