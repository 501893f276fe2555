//! Shadow files over a base: read merged, and merged into a new base.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    clippy::little_endian_bytes,
    reason = "tests read files, run tools and look at the environment themselves"
)]

mod oracle;
mod specimen;

use std::path::{Path, PathBuf};

use dasd::convert::{self, Compression, ImageKind, PackedFormat};
use dasd::{Access, TrackBuilder, TrackNo, TrackReader, Volume};
use oracle::{mount, real_image, run, silent, tools};
use specimen::{COMPRESSED, PLAIN};
use tempfile::tempdir;

#[test]
fn a_real_shadow_over_a_blank_base() {
    if !tools(&["dasdinit", "cckd2ckd", "cckdcdsk"]) {
        return;
    }
    let Some(shadow) = real_image("vm3350-6_1.shadow") else {
        return;
    };
    let folder = tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    run(
        folder.path(),
        "dasdinit",
        &["-z", "base.cckd", "3350", "VM50-6", "555"],
    );
    std::fs::copy(shadow, at("base_1.cckd")).unwrap();
    assert_eq!(Volume::shadows_of(&at("base.cckd")), [at("base_1.cckd")]);
    let chain = Volume::mount_chain(&at("base.cckd"), &[at("base_1.cckd")]).unwrap();

    run(
        folder.path(),
        "cckd2ckd",
        &["-q", "-r", "base.cckd", "sf=base_*.cckd", "merged.3350"],
    );
    let theirs = mount(&at("merged.3350"));
    assert_eq!(dasd::compare(&chain, &theirs).next(), None);
    // There is something in it: not everything comes from the blank base.
    assert!(dasd::compare(&chain, &mount(&at("base.cckd"))).next().is_some());

    let kind = PackedFormat {
        wide: false,
        compression: Compression::Zlib(1),
    };
    convert::to_file(&chain, &at("merged.cckd"), ImageKind::Packed(kind), &mut |_| {}).unwrap();
    silent(folder.path(), "cckdcdsk", &["-ro", "-2", "merged.cckd"]);
    assert_eq!(dasd::compare(&mount(&at("merged.cckd")), &theirs).next(), None);
}

/// A shadow of the specimen: of its ten tracks some are its own, and some of those are unformatted.
fn shadow(own: &[u32], null: &[u32]) -> Vec<u8> {
    let mut image = COMPRESSED.clone();
    image[4] = b'S';
    for number in 0..10_u32 {
        let entry = &mut image[1028 + 8 * usize::try_from(number).unwrap()..][..8];
        if null.contains(&number) {
            entry.copy_from_slice(&[0, 0, 0, 0, 1, 0, 1, 0]);
        } else if !own.contains(&number) {
            entry.fill(0xFF);
        }
    }
    image
}

/// The specimen with all its tracks unformatted.
fn blank() -> Vec<u8> {
    let mut image = COMPRESSED.clone();
    image[556] = 1;
    image[1024..1028].fill(0);
    image
}

fn write(folder: &Path, name: &str, image: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, image).unwrap();
    path
}

/// How many records each of the ten tracks has: the specimen has as many as the number of the track.
fn records(volume: &Volume) -> Vec<usize> {
    let mut reader = TrackReader::new(volume).unwrap();
    let mut count = |number| reader.read(number).unwrap().records().count();
    (0..10).map(|number| count(TrackNo::new(number))).collect()
}

#[test]
fn the_last_file_that_has_a_track_wins() {
    let folder = tempdir().unwrap();
    let base = write(folder.path(), "v.x.cckd", &blank());
    let one = write(folder.path(), "v.x_1.cckd", &shadow(&[1, 2, 3, 4], &[]));
    let two = write(folder.path(), "v.x_2.cckd", &shadow(&[9], &[3, 5]));
    write(folder.path(), "v.x_4.cckd", &shadow(&[], &[]));
    let shadows = Volume::shadows_of(&base);
    assert_eq!(shadows, [one.clone(), two.clone()]);
    assert_eq!(Volume::shadows_like(&folder.path().join("v.x_*.cckd")), shadows);
    let mounted = |shadows: &[PathBuf]| Volume::mount_chain(&base, shadows).unwrap();
    assert_eq!(records(&mounted(&[])), [0; 10]);
    assert_eq!(records(&mounted(&shadows[..1])), [0, 1, 2, 3, 4, 0, 0, 0, 0, 0]);
    assert_eq!(records(&mounted(&shadows)), [0, 1, 2, 0, 4, 0, 0, 0, 0, 9]);
    // A table that is absent as a whole.
    let mut absent = shadow(&[], &[]);
    absent[1024..1028].fill(0xFF);
    let three = write(folder.path(), "v.x_3.cckd", &absent);
    let chain = mounted(&[one, two, three]);
    assert_eq!(records(&chain), [0, 1, 2, 0, 4, 0, 0, 0, 0, 9]);
    let merged = folder.path().join("merged");
    convert::to_file(&chain, &merged, ImageKind::Plain, &mut |_| {}).unwrap();
    assert_eq!(records(&mount(&merged)), [0, 1, 2, 0, 4, 0, 0, 0, 0, 9]);
}

#[test]
fn a_damaged_shadow_is_named() {
    let folder = tempdir().unwrap();
    let base = write(folder.path(), "base", &blank());
    let mut image = shadow(&[4, 5], &[]);
    image[1028 + 8 * 4 + 3] = 0x70;
    let one = write(folder.path(), "one", &image);
    let chain = Volume::mount_chain(&base, &[one]).unwrap();
    let mut slot = vec![0; 4096];
    let error = chain
        .read_track(TrackNo::new(4), &mut slot)
        .unwrap_err()
        .to_string();
    assert!(error.contains("/one)"), "{error}");
    chain.read_track(TrackNo::new(5), &mut slot).unwrap();
}

#[test]
fn files_that_do_not_belong_together() {
    let folder = tempdir().unwrap();
    let base = write(folder.path(), "base", &blank());
    let plain = write(folder.path(), "plain", &PLAIN);
    let one = write(folder.path(), "one", &shadow(&[], &[]));
    let refuse = |base: &Path, shadows: &[PathBuf], because: &str| {
        let refused = Volume::mount_chain(base, shadows).unwrap_err().to_string();
        assert!(refused.contains(because), "{refused}");
    };
    refuse(&base, std::slice::from_ref(&base), "no CCKD shadow file");
    refuse(&plain, std::slice::from_ref(&one), "only compressed images");
    refuse(&one, &[], "is a shadow file");
    refuse(&base, &vec![one.clone(); 9], "at most 8");
    let mut larger = shadow(&[], &[]);
    larger[552] = 2;
    let larger = write(folder.path(), "larger", &larger);
    refuse(&base, &[larger], "2311, 2 cylinders");
}

/// What is written goes to the last shadow file; those below stay as they are, to the byte.
#[test]
fn writing_goes_to_the_top() {
    let folder = tempdir().unwrap();
    let base = write(folder.path(), "base", &blank());
    let one = write(folder.path(), "one", &shadow(&[], &[]));
    let two = write(folder.path(), "two", &shadow(&[], &[]));
    let before = [&base, &one].map(|path| std::fs::read(path).unwrap());
    let shadows = [one.clone(), two.clone()];
    let volume = Volume::mount_chain_with(&base, &shadows, Access::Write).unwrap();
    let geometry = volume.geometry().as_ckd().unwrap().clone();
    let mut slot = vec![0; geometry.slot_len()];
    for number in [3, 7, 3] {
        let at = geometry.address(TrackNo::new(number));
        let mut track = TrackBuilder::new(&mut slot, at).unwrap();
        for record in 1..=u8::try_from(number).unwrap() {
            track.record(record, b"", &[record; 50]).unwrap();
        }
        track.finish();
        volume.write_tracks(TrackNo::new(number), &slot).unwrap();
    }
    let written = records(&volume);
    assert_eq!((written[3], written[7]), (3, 7));
    drop(volume);
    assert_eq!([&base, &one].map(|path| std::fs::read(path).unwrap()), before);
    assert_eq!(records(&Volume::mount_chain(&base, &shadows).unwrap()), written);
    assert!(
        dasd::check::check_file(&two, &mut |_| {})
            .unwrap()
            .faults
            .is_empty()
    );
    let below = records(&Volume::mount_chain(&base, &[one]).unwrap());
    assert_ne!(below, written);
}
