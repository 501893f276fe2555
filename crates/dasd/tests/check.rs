//! Every damage of which we know is found where it is, and sound images are sound.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    clippy::little_endian_bytes,
    reason = "tests read files, run tools, look at the environment, and damage images byte by byte"
)]

mod oracle;
mod seeded;
mod specimen;

use std::path::Path;

use dasd::check::{Severity, check_file};
use dasd::convert::{self, Compression, ImageKind, PackedFormat};
use oracle::{mount, real_image, run, tools};
use seeded::{check_bytes, finds, packed, said};
use specimen::{COMPRESSED, PLAIN};
use tempfile::tempdir;

fn is_sound(path: &Path) {
    let findings = check_file(path, &mut |_| {}).unwrap();
    assert_eq!(said(&findings), [] as [String; 0], "{}", path.display());
    assert!(findings.is_sound() && findings.geometry.is_some());
}

#[test]
fn real_images_are_sound() {
    for name in [
        "vm50u1.cckd",
        "vsamin.cckd",
        "emx370-gcc202.3350.ckd",
        "vm3350-6_1.shadow",
    ] {
        let Some(path) = real_image(name) else { continue };
        is_sound(&path);
    }
}

#[test]
fn images_of_the_tools_and_of_ours_are_sound() {
    if !tools(&["dasdinit", "ckd2cckd", "fba2cfba", "cckdswap"]) {
        return;
    }
    let folder = tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    run(folder.path(), "dasdinit", &["plain", "3390", "VOL001", "20"]);
    run(folder.path(), "dasdinit", &["-z", "zlib", "3390", "VOL001", "20"]);
    run(
        folder.path(),
        "dasdinit",
        &["-linux", "-bz2", "linux", "3390", "VOL001", "20"],
    );
    run(folder.path(), "ckd2cckd", &["-q", "plain", "packed"]);
    run(folder.path(), "dasdinit", &["fba", "3310", "FBA001", "1200"]);
    run(folder.path(), "fba2cfba", &["-q", "fba", "cfba"]);
    run(
        folder.path(),
        "dasdinit",
        &["-z", "swapped", "3390", "VOL001", "20"],
    );
    run(folder.path(), "cckdswap", &["swapped"]);
    for name in ["plain", "zlib", "linux", "packed", "fba", "cfba", "swapped"] {
        is_sound(&at(name));
    }
    for name in ["plain", "fba"] {
        for compression in [Compression::None, Compression::Zlib(1), Compression::Bzip2(9)] {
            for wide in [false, true] {
                let format = PackedFormat { wide, compression };
                let target = at(&format!("{name}.{wide}.{}", format!("{compression:?}").len()));
                convert::to_file(&mount(&at(name)), &target, ImageKind::Packed(format), &mut |_| {}).unwrap();
                is_sound(&target);
            }
        }
    }
}

#[test]
fn headers() {
    let (image, _) = packed();
    let damaged = |at: usize, bytes: &[u8]| {
        let mut copy = image.clone();
        copy[at..at + bytes.len()].copy_from_slice(bytes);
        copy
    };
    use Severity::{Error, Warning};
    finds(
        &damaged(4, b"X370"),
        Error,
        "byte 0",
        "CKD_X370 is that of no image format",
    );
    finds(&damaged(8, &[0; 4]), Error, "byte 8", "tracks per cylinder");
    finds(&damaged(12, &[0; 4]), Error, "byte 12", "slot of 0 bytes");
    finds(&damaged(16, &[0x99]), Error, "byte 16", "X'99'");
    finds(&damaged(17, &[3]), Error, "byte 17", "never split");
    finds(&damaged(515, &[0x80]), Warning, "header", "marked as open");
    finds(&damaged(515, &[0x20]), Warning, "header", "free space");
    finds(
        &damaged(516, &[2]),
        Error,
        "byte 516",
        "2 entries in the first table",
    );
    finds(&damaged(520, &[1]), Error, "byte 520", "tables of 257 entries");
    finds(&damaged(528, &[0; 4]), Warning, "header", "says 0 bytes in use");
    finds(
        &damaged(536, &[8]),
        Warning,
        "header",
        "says 8 bytes of free space",
    );
    finds(
        &damaged(552, &[0; 4]),
        Error,
        "header",
        "0 cylinders are impossible",
    );
    finds(&damaged(556, &[9]), Warning, "header", "null format 9");
    finds(&damaged(557, &[9]), Warning, "header", "compression 9");
    finds(&image[..600], Error, "byte 600", "its headers need 1024");
    finds(
        &[&image[..], &[7; 20]].concat(),
        Warning,
        "free space",
        "20 bytes follow behind",
    );
    let cut = &image[..image.len() - 30];
    finds(cut, Error, "header", "was cut off");
    finds(cut, Error, "head 9 (track 9)", "outside of");
    finds(&[7; 700], Error, "byte 0", "no known header");
}

#[test]
fn tables_and_images() {
    let (image, offsets) = packed();
    let damaged = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut copy = image.clone();
        change(&mut copy);
        copy
    };
    let track = |number: usize| format!("cylinder 0 head {number} (track {number})");
    let entry = |number: usize| 1028 + 8 * number;
    use Severity::Error;
    let find = |number: usize, text: &str, change: &dyn Fn(&mut Vec<u8>)| {
        finds(&damaged(change), Error, &track(number), text);
    };
    find(4, "zlib", &|copy| copy[offsets[4] + 40] ^= 0x10);
    find(5, "another track", &|copy| copy[offsets[5] + 1] ^= 1);
    find(6, "compression code 3", &|copy| copy[offsets[6]] = 3);
    find(7, "outside of", &|copy| copy[entry(7) + 3] = 0x70);
    find(8, "an image of 3 bytes", &|copy| {
        copy[entry(8) + 4..entry(8) + 6].copy_from_slice(&[3, 0])
    });
    find(8, "in a space of 5", &|copy| {
        copy[entry(8) + 6..entry(8) + 8].copy_from_slice(&[5, 0])
    });
    find(3, "points to a parent", &|copy| {
        copy[entry(3)..entry(3) + 4].fill(0xFF)
    });
    find(3, "overlap", &|copy| {
        let other = copy[entry(2)..entry(2) + 8].to_vec();
        copy[entry(3)..entry(3) + 8].copy_from_slice(&other);
    });
    finds(
        &damaged(&|copy| copy[1024..1028].copy_from_slice(&[0, 0, 0, 0x70])),
        Error,
        "first table, entry 0",
        "0 to 9 cannot be read",
    );
    finds(
        &damaged(&|copy| copy[1024..1028].fill(0xFF)),
        Error,
        "first table, entry 0",
        "points to a parent",
    );
    finds(
        &damaged(&|copy| copy[entry(200)] = 9),
        Severity::Warning,
        "second table 0",
        "an entry for track or group 200",
    );
    let null = damaged(&|copy| copy[entry(0) + 4] = 9);
    finds(&null, Severity::Warning, &track(0), "null format 9");
}

/// The images of the specimen that are stored raw, with bytes of the track changed.
#[test]
fn tracks_in_raw_images() {
    let image = COMPRESSED.clone();
    let offset = |track: usize| {
        let entry = &image[1028 + 8 * track..];
        usize::try_from(u32::from_le_bytes([entry[0], entry[1], entry[2], entry[3]])).unwrap()
    };
    // Tracks 0, 3, 6 and 9 are raw. Record 0 is at 5, record 1 at 21, its data length at 27.
    let cases: [(usize, usize, u8, &str); 5] = [
        (3, 9, 5, "record 0 has number 5"),
        (3, 12, 7, "data length 7"),
        (6, 25, 0, "second record 0"),
        (9, 27, 0xF0, "only"),
        (0, 24, 0xFE, ""),
    ];
    for (track, at, value, text) in cases {
        let mut copy = image.clone();
        copy[offset(track) + at] = value;
        let place = format!("head {track} (track {track})");
        finds(&copy, Severity::Error, &place, text);
    }
    // Bytes behind the end mark: the image of track 3 takes the first bytes of the next one with it.
    let mut copy = image.clone();
    copy[1028 + 8 * 3 + 4] += 1;
    copy[1028 + 8 * 3 + 6] += 1;
    finds(
        &copy,
        Severity::Error,
        "(track 3)",
        "follow behind the end-of-track mark",
    );
}

#[test]
fn plain_images() {
    let image = PLAIN.clone();
    let damaged = |at: usize, value: u8| {
        let mut copy = image.clone();
        copy[at] = value;
        copy
    };
    assert_eq!(said(&check_bytes(&image)), [] as [String; 0]);
    let slot = |track: usize| 512 + track * 4096;
    finds(
        &damaged(slot(2) + 4, 9),
        Severity::Error,
        "(track 2)",
        "home address",
    );
    finds(
        &damaged(slot(2) + 9, 9),
        Severity::Error,
        "(track 2)",
        "record 0 has number 9",
    );
    finds(
        &damaged(slot(1) + 25, 0),
        Severity::Error,
        "(track 1)",
        "second record 0",
    );
    // The data length of the only record of track 1: the walk leaves the slot.
    finds(&damaged(slot(1) + 27, 0xF0), Severity::Error, "(track 1)", "only");
    let without_mark = {
        let mut copy = image.clone();
        copy[slot(1) + 232..slot(1) + 240].fill(1);
        copy
    };
    finds(&without_mark, Severity::Error, "(track 1)", "");
    let cut = &image[..slot(9)];
    finds(
        cut,
        Severity::Error,
        "header",
        "not a header of 512 and whole cylinders",
    );
    assert_eq!(
        check_bytes(cut).errors(),
        1,
        "the tracks that are there are sound"
    );
    finds(&damaged(17, 2), Severity::Error, "part 2", "mount the first part");
    finds(&damaged(18, 2), Severity::Error, "byte 18", "more parts");
}
