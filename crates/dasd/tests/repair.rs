//! Repaired copies: sound, with everything in them that could be read.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::little_endian_bytes,
    reason = "tests read and damage files byte by byte"
)]

mod specimen;

use std::path::Path;
use std::sync::Arc;

use dasd::bytes::MemoryBytes;
use dasd::check::check_file;
use dasd::convert::Lost;
use dasd::repair::{Repaired, repair};
use dasd::{Access, NullFormat, TrackAddr, TrackNo, Volume};
use specimen::{COMPRESSED, COMPRESSED_64, PLAIN};
use tempfile::tempdir;

fn repaired(image: &[u8], folder: &Path) -> (Repaired, Volume) {
    let (bad, good) = (folder.join("bad"), folder.join("good"));
    std::fs::write(&bad, image).unwrap();
    let repaired = repair(&bad, &good, &mut |_| {}).unwrap();
    assert!(
        std::fs::read(&bad).unwrap() == image,
        "the original is not touched"
    );
    let findings = check_file(&good, &mut |_| {}).unwrap();
    assert!(findings.is_sound(), "{:?}", findings.faults);
    let volume = Volume::mount_file(&good, Access::Read).unwrap();
    std::fs::remove_file(good).unwrap();
    (repaired, volume)
}

fn lost_tracks(repaired: &Repaired) -> Vec<u32> {
    let track = |lost: &Lost| match lost {
        Lost::Track(error) => error.track.get(),
        Lost::Blocks(error) => panic!("{error}"),
    };
    repaired.lost.iter().map(track).collect()
}

/// All tracks are those of the specimen, but for the lost ones, which are unformatted.
fn has_all_but(volume: &Volume, lost: &[u32]) {
    let mut slot = vec![0; 4096];
    for (number, expected) in (0..10_u16).zip(PLAIN[512..].chunks_exact(4096)) {
        volume
            .read_track(TrackNo::new(u32::from(number)), &mut slot)
            .unwrap();
        if lost.contains(&u32::from(number)) {
            let mut null = vec![0; 4096];
            NullFormat::Empty
                .fill(&mut null, TrackAddr::new(0, number))
                .unwrap();
            assert!(slot == null, "track {number}");
        } else {
            assert!(slot == expected, "track {number}");
        }
    }
}

#[test]
fn lost_tracks_are_listed_and_the_others_kept() {
    let folder = tempdir().unwrap();
    let mut image = COMPRESSED.clone();
    // The code of track 6, an entry that leads out of the file, and a truncation that costs the last track.
    let entry = 1028 + 8 * 6;
    let offset = u32::from_le_bytes([image[entry], image[entry + 1], image[entry + 2], image[entry + 3]]);
    image[usize::try_from(offset).unwrap()] = 3;
    image[1028 + 8 * 4 + 3] = 0x70;
    image.truncate(image.len() - 50);
    let (repaired, volume) = repaired(&image, folder.path());
    assert_eq!(lost_tracks(&repaired), [4, 6, 9]);
    assert_eq!((repaired.omitted, repaired.mended.len()), (0, 0));
    assert_eq!(volume.format_name(), "CCKD");
    has_all_but(&volume, &[4, 6, 9]);
}

#[test]
fn headers_are_mended_from_the_rest_of_the_file() {
    let folder = tempdir().unwrap();
    for image in [&*COMPRESSED, &*COMPRESSED_64] {
        for (at, value) in [(516, 9), (521, 7), (17, 5), (515, 0x80), (528, 0)] {
            let mut damaged = image.clone();
            damaged[at] = value;
            let (repaired, volume) = repaired(&damaged, folder.path());
            assert_eq!(lost_tracks(&repaired), [] as [u32; 0], "byte {at}");
            assert_eq!(
                repaired.mended.is_empty(),
                [515, 528].contains(&at),
                "{repaired:?}"
            );
            has_all_but(&volume, &[]);
        }
    }
}

#[test]
fn a_plain_image_that_was_cut_off() {
    let folder = tempdir().unwrap();
    let (repaired, volume) = repaired(&PLAIN[..512 + 7 * 4096 + 100], folder.path());
    assert_eq!(lost_tracks(&repaired), [7, 8, 9]);
    assert_eq!(repaired.mended.len(), 2, "{repaired:?}");
    has_all_but(&volume, &[7, 8, 9]);
}

#[test]
fn a_plain_image_with_bad_tracks() {
    let folder = tempdir().unwrap();
    let mut image = PLAIN.clone();
    image[512 + 2 * 4096 + 4] = 77;
    let (repaired, volume) = repaired(&image, folder.path());
    assert_eq!(lost_tracks(&repaired), [2]);
    has_all_but(&volume, &[2]);
}

#[test]
fn what_cannot_be_repaired_leaves_no_copy() {
    let folder = tempdir().unwrap();
    let (bad, good) = (folder.path().join("bad"), folder.path().join("good"));
    let mut shadow = COMPRESSED.clone();
    shadow[4] = b'S';
    let mut device = COMPRESSED.clone();
    device[16] = 0x99;
    for image in [&shadow[..], &device, &COMPRESSED[..900], b"nonsense"] {
        std::fs::write(&bad, image).unwrap();
        assert!(repair(&bad, &good, &mut |_| {}).is_err());
        assert!(!good.exists());
    }
    std::fs::write(&bad, &*COMPRESSED).unwrap();
    std::fs::write(&good, b"precious").unwrap();
    assert!(repair(&bad, &good, &mut |_| {}).is_err());
    assert_eq!(std::fs::read(&good).unwrap(), b"precious");
}

#[test]
fn damaged_block_images() {
    let folder = tempdir().unwrap();
    let geometry = dasd::Geometry::Fba(dasd::FbaGeometry {
        blocks: dasd::BlockCount::new(300),
    });
    let volume = Volume::create("F", Arc::new(MemoryBytes::default()), geometry).unwrap();
    let noise: Vec<u8> = (0..150_016_u32).map(|n| u8::try_from(n % 7).unwrap()).collect();
    volume.write_blocks(dasd::BlockNo::new(0), &noise).unwrap();
    let target = MemoryBytes::default();
    let kind = dasd::convert::PackedFormat::default();
    dasd::convert::pack(&volume, "T", Arc::new(target.clone()), kind, &mut |_| {}).unwrap();
    let mut image = target.to_vec();
    image[1028 + 2048 + 4] = 9;
    let (repaired, copy) = repaired(&image, folder.path());
    assert!(matches!(&repaired.lost[..], [Lost::Blocks(error)] if error.block.get() == 0));
    let mut blocks = vec![1; 150_016];
    copy.read_blocks(dasd::BlockNo::new(0), &mut blocks).unwrap();
    assert!(blocks[..61_440].iter().all(|&byte| byte == 0));
    assert!(blocks[61_440..] == noise[61_440..]);
}
