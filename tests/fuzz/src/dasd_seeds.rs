//! Small volumes of every format that can be made in memory.

use std::sync::Arc;

use dasd::bytes::MemoryBytes;
use dasd::{Access, Creation, Geometry, TrackAddr, TrackBuilder, TrackNo, Volume};

/// A track with a few records, as it lies in its slot; fewer where a geometry of the fuzzer's has short tracks.
pub fn track(slot_len: usize, at: TrackAddr) -> Vec<u8> {
    let mut slot = vec![0; slot_len];
    let mut builder = TrackBuilder::new(&mut slot, at).expect("a slot has room for an empty track");
    for number in 1..=3 {
        let key: &[u8] = if number == 2 { b"KEYS" } else { b"" };
        if builder.record(number, key, &[number; 200]).is_err() {
            break;
        }
    }
    builder.finish();
    slot
}

/// Plain images: one cylinder of CKD devices with short tracks, so that the fuzzer need not cut them off, and a few
/// blocks.
pub fn plain() -> Vec<Vec<u8>> {
    ["2311", "3340"]
        .into_iter()
        .filter_map(|device| Geometry::named(device, Some(1)).ok())
        .chain(Geometry::named("9336", Some(64)).ok())
        .filter_map(filled)
        .collect()
}

fn filled(geometry: Geometry) -> Option<Vec<u8>> {
    let bytes = MemoryBytes::new(Vec::new());
    let volume = Volume::create_with(
        "seed",
        Arc::new(bytes.clone()),
        geometry.clone(),
        Creation::Unformatted,
    )
    .ok()?;
    match &geometry {
        Geometry::Ckd(ckd) => {
            for number in 0..ckd.tracks().get() {
                let number = TrackNo::new(number);
                let slot = track(ckd.slot_len(), ckd.address(number));
                volume.write_tracks(number, &slot).ok()?;
            }
        }
        Geometry::Fba(_) => {
            volume.write_blocks(dasd::BlockNo::new(1), &[0xE5; 512]).ok()?;
        }
    }
    Some(bytes.to_vec())
}

/// A CCKD image of one 3390 cylinder whose track 0 is stored as these bytes: the method, the address, the stream.
pub fn cckd(method: u8, stream: &[u8]) -> Vec<u8> {
    const SECOND_TABLE: u32 = 1028;
    const TRACK: u32 = SECOND_TABLE + 256 * 8;
    let length = u32::try_from(stream.len() + 5).unwrap_or(u32::MAX);
    let mut image = vec![0; 1028];
    image[..8].copy_from_slice(b"CKD_C370");
    image[8..12].copy_from_slice(&15u32.to_le_bytes());
    image[12..16].copy_from_slice(&56_832u32.to_le_bytes());
    image[16] = 0x90;
    image[512..516].copy_from_slice(&[0, 3, 1, 0]);
    for (at, number) in [
        (516, 1),
        (520, 256),
        (524, TRACK + length),
        (528, TRACK + length),
        (552, 1),
    ] {
        image[at..at + 4].copy_from_slice(&u32::to_le_bytes(number));
    }
    image[557] = method & 3;
    image[1024..1028].copy_from_slice(&SECOND_TABLE.to_le_bytes());
    let short = u16::try_from(length).unwrap_or(u16::MAX);
    image.extend(TRACK.to_le_bytes());
    image.extend(short.to_le_bytes());
    image.extend(short.to_le_bytes());
    image.resize(TRACK as usize, 0);
    image.extend([method, 0, 0, 0, 0]);
    image.extend(stream);
    image
}

/// Reads up to `most` tracks or blocks of whatever this is, and takes the tracks apart.
pub fn read_all(bytes: &[u8], most: u32) {
    let shared = Arc::new(MemoryBytes::new(bytes.to_vec()));
    let Ok(volume) = Volume::mount("fuzz", shared, Access::Read) else {
        return;
    };
    let _ = volume.label();
    let _ = dasd::allocation::Allocation::read(&volume);
    match volume.geometry() {
        Geometry::Ckd(geometry) => {
            let mut slot = vec![0; geometry.slot_len()];
            let tracks = geometry.tracks().get();
            let last = tracks.saturating_sub(1);
            for number in (0..tracks.min(most)).chain([last, tracks]) {
                let number = TrackNo::new(number);
                if volume.read_track(number, &mut slot).is_ok() {
                    take_apart(&slot, geometry.address(number));
                }
            }
        }
        Geometry::Fba(geometry) => {
            let mut block = [0; 512];
            let blocks = geometry.blocks.get();
            for number in (0..blocks.min(most)).chain([blocks.saturating_sub(1), blocks]) {
                let _ = volume.read_blocks(dasd::BlockNo::new(number), &mut block);
            }
        }
    }
}

/// A track that can be walked comes back from its canonical form.
pub fn take_apart(slot: &[u8], at: TrackAddr) {
    let Ok(track) = dasd::Track::parse(slot, at) else {
        return;
    };
    let length = track.length();
    let records = track.records().count();
    assert!(length <= slot.len() && records * 8 <= length);
    let mut form = slot.to_vec();
    let Ok((form_length, origin)) = dasd::canonical::canonicalise(&mut form, at) else {
        return;
    };
    let mut back = vec![0xAA; slot.len()];
    dasd::canonical::reconstruct(&form[..form_length], at, origin, &mut back)
        .expect("what canonicalise made is understood");
    assert_eq!(back[..length], slot[..length], "the track differs");
    assert!(back[length..].iter().all(|&byte| byte == 0));
}
