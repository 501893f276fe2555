//! Small images, put together byte by byte.

#![allow(dead_code, reason = "every test file takes what it needs")]

use std::io::Write;
use std::sync::{Arc, LazyLock};

use dasd::bytes::MemoryBytes;
use dasd::{CkdDevice, CkdGeometry, CylinderCount, Geometry, TrackBuilder, TrackNo, Volume};

/// A small plain volume: 2311, one cylinder, some records.
pub(crate) static PLAIN: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let bytes = MemoryBytes::default();
    let geometry = CkdGeometry::new(CkdDevice::by_name("2311").unwrap(), CylinderCount::new(1));
    let volume = Volume::create("MADE", Arc::new(bytes.clone()), Geometry::Ckd(geometry)).unwrap();
    let mut slot = vec![0; 4096];
    for number in 0..10_u8 {
        let at = dasd::TrackAddr::new(0, u16::from(number));
        let mut track = TrackBuilder::new(&mut slot, at).unwrap();
        for record in 1..=number {
            track.record(record, b"KEY", &[record; 200]).unwrap();
        }
        track.finish();
        volume
            .write_tracks(TrackNo::new(u32::from(number)), &slot)
            .unwrap();
    }
    bytes.to_vec()
});

/// The same volume compressed: header, compressed header, L1, L2, images raw, zlib and bzip2 in turn.
fn compressed() -> Vec<u8> {
    let plain = &*PLAIN;
    let mut image = plain[..512].to_vec();
    image[..8].copy_from_slice(b"CKD_C370");
    image.resize(1024 + 4 + 2048, 0);
    image[512..520].copy_from_slice(&[0, 3, 1, 0x40, 1, 0, 0, 0]);
    image[520..524].copy_from_slice(&[0, 1, 0, 0]);
    image[552] = 1;
    image[1024..1028].copy_from_slice(&1028_u32.to_le_bytes());
    for number in 0..10_usize {
        let slot = &plain[512 + number * 4096..][..4096];
        let at = dasd::TrackAddr::new(0, u16::try_from(number).unwrap());
        let length = dasd::Track::parse(slot, at).unwrap().length();
        let begin = image.len();
        image.push(u8::try_from(number % 3).unwrap());
        image.extend_from_slice(&slot[1..5]);
        let payload = &slot[5..length];
        image.extend(match number % 3 {
            0 => payload.to_vec(),
            1 => {
                let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
                encoder.write_all(payload).unwrap();
                encoder.finish().unwrap()
            }
            _ => {
                let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
                encoder.write_all(payload).unwrap();
                encoder.finish().unwrap()
            }
        });
        let length = u16::try_from(image.len() - begin).unwrap().to_le_bytes();
        let entry = &mut image[1028 + number * 8..][..8];
        entry[..4].copy_from_slice(&u32::try_from(begin).unwrap().to_le_bytes());
        entry[4..6].copy_from_slice(&length);
        entry[6..8].copy_from_slice(&length);
    }
    let size = u32::try_from(image.len()).unwrap().to_le_bytes();
    image[524..528].copy_from_slice(&size);
    image
}

pub(crate) static COMPRESSED: LazyLock<Vec<u8>> = LazyLock::new(compressed);

/// The compressed volume with 64-bit offsets.
pub(crate) static COMPRESSED_64: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let narrow = &*COMPRESSED;
    let shift = 4 + 2048;
    let mut image = narrow[..1024].to_vec();
    image[..8].copy_from_slice(b"CKD_C064");
    image[520..1024].fill(0);
    image[520..524].copy_from_slice(&[0, 1, 0, 0]);
    image[524] = 1;
    let size = u64::try_from(narrow.len() + shift).unwrap().to_le_bytes();
    image[528..536].copy_from_slice(&size);
    image.extend_from_slice(&1032_u64.to_le_bytes());
    for entry in narrow[1028..1028 + 2048].chunks_exact(8) {
        let offset = u32::from_le_bytes([entry[0], entry[1], entry[2], entry[3]]);
        let moved = if offset == 0 {
            0
        } else {
            u64::from(offset) + u64::try_from(shift).unwrap()
        };
        image.extend_from_slice(&moved.to_le_bytes());
        image.extend_from_slice(&entry[4..8]);
        image.extend_from_slice(&[0; 4]);
    }
    image.extend_from_slice(&narrow[1028 + 2048..]);
    image
});
