//! Cylinder 0 track 0 of a CP volume.

use zerocopy::IntoBytes;
use zerocopy::byteorder::{BE, U16};

use super::{CpFormat, PAGE_LEN, Refused};
use crate::address::TrackAddr;
use crate::allocation::{END_OF_MAP, Purpose};
use crate::ebcdic;
use crate::extent::Run;
use crate::geometry::CkdGeometry;
use crate::label::{CpMarker, LABEL_LEN, MARKER_IN_OWNER, RawLabel, VOL1};
use crate::track::{BadTrack, TrackBuilder};

/// Record 0 of a track that CP formatted.
const R0_DATA: [u8; 8] = [0xF0, 0, 0, 0, 0, 0, 0, 0];

/// A PSW that waits with code 0C, and a channel command word that does nothing.
const IPL: [u8; 24] = [
    0, 2, 0, 0, 0, 0, 0, 0x0C, 3, 0, 0, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
];

/// Bytes of the map where the volume and the end byte fit into them, as on VM/370.
const SHORT_MAP: usize = 1024;

const DSCB_KEY: usize = 44;
const DSCB_DATA: usize = 96;

/// Lays out the track.
pub(super) fn build(
    slot: &mut [u8],
    geometry: &CkdGeometry,
    format: &CpFormat,
    map: &[u8],
) -> Result<(), BadTrack> {
    let mut track = TrackBuilder::new(slot, TrackAddr::new(0, 0))?;
    track.record_zero(0, 0, R0_DATA);
    track.record(1, b"", &IPL)?;
    track.record(2, b"", &[0; PAGE_LEN])?;
    track.record(3, &VOL1, &label(format))?;
    track.record(4, b"", map)?;
    track.record(5, &[4; DSCB_KEY], &format_4(geometry))?;
    let (key, data) = format_5();
    track.record(6, &key, &data)?;
    track.finish();
    Ok(())
}

/// The label, the same for tracks and blocks.
pub(super) fn label(format: &CpFormat) -> [u8; LABEL_LEN] {
    let blank = ebcdic::from_ascii(b' ');
    let mut reserved = [blank; 21];
    reserved[..5].fill(0);
    let mut owner = [0; 14];
    owner[..4].fill(blank);
    owner[MARKER_IN_OWNER].copy_from_slice(&format.marker.to_ebcdic());
    let raw = RawLabel {
        identifier: VOL1,
        volser: format.volser.to_ebcdic(),
        security: ebcdic::from_ascii(b'0'),
        vtoc_cylinder: U16::<BE>::new(0),
        vtoc_head: U16::<BE>::new(0),
        vtoc_record: 5,
        reserved,
        owner,
        blanks: [blank; 29],
    };
    let mut bytes = [0; LABEL_LEN];
    bytes.copy_from_slice(raw.as_bytes());
    bytes
}

/// One byte per cylinder, FF behind the last. Cylinders beyond the map are PERM and can be nothing else.
pub(super) fn byte_map(geometry: &CkdGeometry, format: &CpFormat) -> Result<Vec<u8>, Refused> {
    let cylinders = usize::try_from(geometry.cylinders.get()).unwrap_or(usize::MAX);
    let length = if cylinders < SHORT_MAP {
        SHORT_MAP
    } else {
        PAGE_LEN
    };
    let mapped = cylinders.min(length - 1);
    let rest = match format.marker {
        CpMarker::CpVol => Purpose::Perm,
        CpMarker::Cp370 => Purpose::Temp,
    };
    let mut map = vec![0; length];
    map[..mapped].fill(rest.to_byte());
    map[mapped] = END_OF_MAP;
    for &(run, purpose) in &format.allocation {
        let refused = |why| Refused { run, purpose, why };
        let Run::Cylinders { first, count } = run else {
            return Err(refused("the volume has cylinders"));
        };
        let end = first
            .checked_add(count)
            .filter(|end| end.get() <= geometry.cylinders.get());
        let end = end.ok_or_else(|| refused("there are no such cylinders"))?;
        let index = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
        let (first, end) = (index(first.get()), index(end.get()));
        if end > mapped && purpose != Purpose::Perm {
            return Err(refused("the map ends before, and what lies behind it is PERM"));
        }
        if purpose.to_byte() == END_OF_MAP {
            return Err(refused("X'FF' ends the map"));
        }
        map[first.min(mapped)..end.min(mapped)].fill(purpose.to_byte());
    }
    Ok(map)
}

/// Says that this track is the volume table of contents, and what the device is like.
fn format_4(geometry: &CkdGeometry) -> [u8; DSCB_DATA] {
    let mut data = [0; DSCB_DATA];
    let halfword = |number: u32| U16::<BE>::new(u16::try_from(number).unwrap_or(u16::MAX));
    let mut put = |offset: usize, bytes: &[u8]| {
        data[offset - DSCB_KEY..offset - DSCB_KEY + bytes.len()].copy_from_slice(bytes);
    };
    put(44, &[ebcdic::from_ascii(b'4')]);
    put(59, &[1]);
    put(62, halfword(geometry.cylinders.get()).as_bytes());
    put(64, halfword(u32::from(geometry.heads)).as_bytes());
    put(66, halfword(geometry.device.track_length).as_bytes());
    // The extent of the table: one, on track 0 only.
    put(105, &[1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    data
}

/// Says that there is no free space.
fn format_5() -> ([u8; DSCB_KEY], [u8; DSCB_DATA]) {
    let mut key = [0; DSCB_KEY];
    key[..6].copy_from_slice(&[5, 5, 5, 5, 0, 1]);
    let mut data = [0; DSCB_DATA];
    data[0] = ebcdic::from_ascii(b'5');
    (key, data)
}
