//! Free space, groups of blocks, and files that claim more than they have.

#![allow(
    clippy::unwrap_used,
    clippy::little_endian_bytes,
    reason = "tests damage images byte by byte"
)]

mod seeded;
mod specimen;

use std::sync::Arc;

use dasd::Volume;
use dasd::bytes::MemoryBytes;
use dasd::check::{FaultPlace, Severity};
use dasd::convert::{self, PackedFormat};
use seeded::{check_bytes, finds, packed, said};
use specimen::COMPRESSED;

#[test]
fn free_space() {
    let (image, offsets) = packed();
    // Track 5 becomes unformatted: its image is now free space.
    let mut freed = image.clone();
    let entry = 1028 + 8 * 5;
    let length = u32::from(u16::from_le_bytes([image[entry + 4], image[entry + 5]]));
    let offset = u32::try_from(offsets[5]).unwrap();
    freed[entry..entry + 8].fill(0);
    let used = u32::try_from(image.len()).unwrap() - length;
    for (at, value) in [(528, used), (532, offset), (536, length), (540, length), (544, 1)] {
        freed[at..at + 4].copy_from_slice(&value.to_le_bytes());
    }
    let gap = offsets[5];
    freed[gap..gap + 4].fill(0);
    freed[gap + 4..gap + 8].copy_from_slice(&length.to_le_bytes());
    assert_eq!(said(&check_bytes(&freed)), [] as [String; 0]);

    let changed = |at: usize, value: u32| {
        let mut copy = freed.clone();
        copy[at..at + 4].copy_from_slice(&value.to_le_bytes());
        copy
    };
    use Severity::{Error, Warning};
    finds(
        &changed(gap + 4, length - 8),
        Error,
        "free space",
        "may destroy tracks",
    );
    finds(&changed(gap, offset), Error, "free space", "in use");
    finds(&changed(532, 0), Warning, "free space", "belong to nothing");
    finds(
        &changed(532, 0x7000_0000),
        Error,
        "free space",
        "outside of the file",
    );
    finds(&changed(544, 2), Warning, "header", "says 2 gaps");
    // The same as a table behind the end of the file, as other programs write it.
    let mut table = changed(532, u32::try_from(freed.len()).unwrap());
    table.extend_from_slice(b"FREE_BLK");
    table.extend_from_slice(&offset.to_le_bytes());
    table.extend_from_slice(&length.to_le_bytes());
    assert_eq!(said(&check_bytes(&table)), [] as [String; 0]);
}

#[test]
fn block_groups() {
    let geometry = dasd::Geometry::Fba(dasd::FbaGeometry {
        blocks: dasd::BlockCount::new(300),
    });
    let volume = Volume::create("F", Arc::new(MemoryBytes::default()), geometry).unwrap();
    let noise: Vec<u8> = (0..61_440_u32).map(|n| u8::try_from(n % 7).unwrap()).collect();
    volume.write_blocks(dasd::BlockNo::new(60), &noise).unwrap();
    let target = MemoryBytes::default();
    convert::pack(
        &volume,
        "T",
        Arc::new(target.clone()),
        PackedFormat::default(),
        &mut |_| {},
    )
    .unwrap();
    let image = target.to_vec();
    assert_eq!(said(&check_bytes(&image)), [] as [String; 0]);
    let mut other_group = image.clone();
    other_group[1028 + 2048 + 4] = 7;
    finds(
        &other_group,
        Severity::Error,
        "blocks 0 to 119 (group 0)",
        "group 7",
    );
    let mut flipped = image.clone();
    flipped[1028 + 2048 + 30] ^= 4;
    finds(&flipped, Severity::Error, "(group 0)", "");
    finds(&image[..700], Severity::Error, "header", "its headers need");
    finds(
        &vec![7; 1000],
        Severity::Error,
        "header",
        "whole number of 512-byte blocks",
    );
}

/// A volume may claim to be as large as can be while its file has almost nothing: that takes no memory.
#[test]
fn a_huge_claim_in_a_small_file() {
    let mut image = COMPRESSED[..1024].to_vec();
    image[8..12].copy_from_slice(&255_u32.to_le_bytes());
    image[552..556].copy_from_slice(&65_536_u32.to_le_bytes());
    image[516..520].copy_from_slice(&65_280_u32.to_le_bytes());
    image.resize(1024 + 65_280 * 4, 0);
    let table = u32::try_from(image.len()).unwrap();
    for entry in image[1024..].chunks_exact_mut(4) {
        entry.copy_from_slice(&table.to_le_bytes());
    }
    image.resize(image.len() + 2048, 0xFE);
    let findings = check_bytes(&image);
    assert_eq!(findings.faults.len(), dasd::check::FAULTS_MAX);
    assert!(findings.omitted > 60_000);
    assert!(matches!(
        findings.faults[300].place,
        FaultPlace::FirstTable { .. } | FaultPlace::Header { .. }
    ));
}
