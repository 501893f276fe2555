//! Compressed images that we write: the Hercules tools accept and read them, and nothing gets lost on the way there
//! and back.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "tests read files, run tools and look at the environment themselves"
)]

mod odd;
mod oracle;

use std::path::Path;

use dasd::convert::{self, Compression, ImageKind, PackedFormat};
use dasd::{CkdDevice, CkdGeometry, Creation, CylinderCount, Geometry, Volume};
use oracle::{assert_same_image, expand, mount, real_image, run, silent, tools};
use tempfile::tempdir;

const COMPRESSIONS: [Compression; 3] = [Compression::None, Compression::Zlib(6), Compression::Bzip2(5)];

fn packed(wide: bool, compression: Compression) -> ImageKind {
    ImageKind::Packed(PackedFormat { wide, compression })
}

fn convert_to(volume: &Volume, path: &Path, kind: ImageKind) {
    let mut done = 0;
    convert::to_file(volume, path, kind, &mut |units| done = units).unwrap();
    let all = match volume.geometry() {
        Geometry::Ckd(geometry) => geometry.tracks().get(),
        Geometry::Fba(geometry) => geometry.blocks.get(),
    };
    assert_eq!(done, u64::from(all), "progress ends at all tracks or blocks");
}

/// Converts to every compressed format and back; the 32-bit ones go through their tools as well.
fn passes(volume: &Volume, folder: &Path, their_expander: &str) {
    expand(volume, &folder.join("plain"));
    for compression in COMPRESSIONS {
        for wide in [false, true] {
            convert_to(volume, &folder.join("packed"), packed(wide, compression));
            expand(&mount(&folder.join("packed")), &folder.join("ours"));
            assert_same_image(&folder.join("ours"), &folder.join("plain"));
            std::fs::remove_file(folder.join("ours")).unwrap();
            if !wide {
                silent(folder, "cckdcdsk", &["-ro", "-2", "packed"]);
                run(folder, their_expander, &["-q", "packed", "theirs"]);
                assert_same_image(&folder.join("theirs"), &folder.join("plain"));
                std::fs::remove_file(folder.join("theirs")).unwrap();
            }
            std::fs::remove_file(folder.join("packed")).unwrap();
        }
    }
    std::fs::remove_file(folder.join("plain")).unwrap();
}

#[test]
fn odd_tracks_survive_every_format() {
    if !tools(&["cckd2ckd", "cckdcdsk"]) {
        return;
    }
    let folder = tempdir().unwrap();
    // 20 cylinders have 300 tracks: two tables, of which the second has only unformatted tracks.
    let geometry = CkdGeometry::new(CkdDevice::by_name("3390").unwrap(), CylinderCount::new(20));
    let volume = Volume::create_file(&folder.path().join("odd"), Geometry::Ckd(geometry)).unwrap();
    odd::write_odd_tracks(&volume);
    passes(&volume, folder.path(), "cckd2ckd");
}

/// What is written into a compressed image, theirs or ours: their checker finds nothing, and they read what we wrote.
#[test]
fn images_that_were_written_to() {
    if !tools(&["dasdinit", "cckd2ckd", "cckdcdsk"]) {
        return;
    }
    let folder = tempdir().unwrap();
    let folder = folder.path();
    run(folder, "dasdinit", &["-z", "theirs.cckd", "3390", "VOL001", "20"]);
    let theirs = mount(&folder.join("theirs.cckd"));
    for compression in COMPRESSIONS {
        convert_to(
            &theirs,
            &folder.join(format!("{compression:?}")),
            packed(false, compression),
        );
    }
    let ours = COMPRESSIONS.map(|compression| format!("{compression:?}"));
    for name in ours.iter().map(String::as_str).chain(["theirs.cckd"]) {
        let volume = Volume::mount_file(&folder.join(name), dasd::Access::Write).unwrap();
        odd::write_odd_tracks(&volume);
        silent(folder, "cckdcdsk", &["-ro", "-2", name]);
        // Their places become free, are used again in part, and the rest is listed.
        let mut slot = vec![0; volume.geometry().as_ckd().unwrap().slot_len()];
        for number in (1..299).step_by(3) {
            let at = volume
                .geometry()
                .as_ckd()
                .unwrap()
                .address(dasd::TrackNo::new(number));
            let mut track = dasd::TrackBuilder::new(&mut slot, at).unwrap();
            let data: Vec<u8> = (0..number * 40)
                .map(|byte| u8::try_from(byte * byte % 251).unwrap())
                .collect();
            track.record(1, b"", &data).unwrap();
            track.finish();
            volume.write_tracks(dasd::TrackNo::new(number), &slot).unwrap();
        }
        volume.sync().unwrap();
        silent(folder, "cckdcdsk", &["-ro", "-2", name]);
        expand(&volume, &folder.join("ours.ckd"));
        run(folder, "cckd2ckd", &["-q", name, "theirs.ckd"]);
        assert_same_image(&folder.join("theirs.ckd"), &folder.join("ours.ckd"));
        std::fs::remove_file(folder.join("ours.ckd")).unwrap();
        std::fs::remove_file(folder.join("theirs.ckd")).unwrap();
    }
}

#[test]
fn theirs_ours_theirs() {
    if !tools(&["dasdinit", "dasdload", "ckd2cckd", "cckd2ckd", "cckdcdsk"]) {
        return;
    }
    let folder = tempdir().unwrap();
    let folder = folder.path();
    std::fs::write(folder.join("cards.ebc"), vec![0xC1; 80 * 500]).unwrap();
    let control =
        "LOAD01 3390 4\n*\nSYS1.VTOC VTOC TRK 10\nTEST.SEQ SEQ cards.ebc TRK 5 1 0 PS FB 80 800 0\n";
    std::fs::write(folder.join("load.ctl"), control).unwrap();
    run(folder, "dasdload", &["load.ctl", "load", "1"]);
    run(folder, "ckd2cckd", &["-q", "load", "load.cckd"]);
    passes(&mount(&folder.join("load.cckd")), folder, "cckd2ckd");
    for (name, options) in [("linux", &["-linux", "-z"][..]), ("bzip2", &["-bz2"])] {
        let mut arguments = options.to_vec();
        arguments.extend([name, "3390", "VOL001", "3"]);
        run(folder, "dasdinit", &arguments);
        passes(&mount(&folder.join(name)), folder, "cckd2ckd");
    }
}

#[test]
fn fba_there_and_back() {
    if !tools(&["dasdinit", "fba2cfba", "cfba2fba", "cckdcdsk"]) {
        return;
    }
    let folder = tempdir().unwrap();
    let folder = folder.path();
    // A volume that ends with a group, and one that does not.
    run(
        folder,
        "dasdinit",
        &["-z", "packed.cfba", "3310", "FBA001", "1200"],
    );
    let volume = Volume::mount_file(&folder.join("packed.cfba"), dasd::Access::Write).unwrap();
    for (first, fill) in [(0, 1), (500, 2), (100, 3), (1199, 4), (0, 0)] {
        let blocks = vec![fill; 512 * usize::try_from((1200 - first).min(130)).unwrap()];
        volume.write_blocks(dasd::BlockNo::new(first), &blocks).unwrap();
        volume.sync().unwrap();
        silent(folder, "cckdcdsk", &["-ro", "-2", "packed.cfba"]);
    }
    expand(&volume, &folder.join("ours"));
    run(folder, "cfba2fba", &["-q", "packed.cfba", "theirs"]);
    assert_same_image(&folder.join("theirs"), &folder.join("ours"));
    std::fs::remove_file(folder.join("ours")).unwrap();
    std::fs::remove_file(folder.join("theirs")).unwrap();
    for (name, blocks) in [("whole", "1200"), ("part", "641")] {
        run(folder, "dasdinit", &[name, "3310", "FBA001", blocks]);
        let volume = Volume::mount_file(&folder.join(name), dasd::Access::Write).unwrap();
        let noise: Vec<u8> = (0..200 * 512_u32)
            .map(|number| u8::try_from(number.wrapping_mul(2_654_435_761) >> 24).unwrap())
            .collect();
        volume.write_blocks(dasd::BlockNo::new(300), &noise).unwrap();
        passes(&volume, folder, "cfba2fba");
    }
}

#[test]
fn real_volumes_survive_every_format() {
    if !tools(&["cckd2ckd", "cckdcdsk"]) {
        return;
    }
    // The other real volume is as large when expanded and has the same kinds of tracks; one keeps the test short.
    for name in ["emx370-gcc202.3350.ckd"] {
        let Some(path) = real_image(name) else { continue };
        let folder = tempdir().unwrap();
        passes(&mount(&path), folder.path(), "cckd2ckd");
    }
    for name in ["vm50u1.cckd", "vsamin.cckd"] {
        let Some(path) = real_image(name) else { continue };
        let folder = tempdir().unwrap();
        convert_to(
            &mount(&path),
            &folder.path().join("packed"),
            packed(false, Compression::Zlib(6)),
        );
        silent(folder.path(), "cckdcdsk", &["-ro", "-2", "packed"]);
        let again = mount(&folder.path().join("packed"));
        let original = mount(&path);
        assert!(dasd::compare(&original, &again).next().is_none(), "{name}");
        run(folder.path(), "cckd2ckd", &["-q", "packed", "theirs"]);
        let theirs = mount(&folder.path().join("theirs"));
        assert!(dasd::compare(&original, &theirs).next().is_none(), "{name}");
    }
}

#[test]
fn split_volumes_of_ours() {
    if !tools(&["ckd2cckd", "cckd2ckd"]) {
        return;
    }
    let folder = tempdir().unwrap();
    let folder = folder.path();
    let geometry = CkdGeometry::new(CkdDevice::by_name("3390").unwrap(), CylinderCount::new(5));
    let geometry = Geometry::Ckd(geometry);
    // Two cylinders in each file but the last.
    let part_bytes = 512 + 2 * 15 * 56_832;
    let path = folder.join("split.3390");
    let (volume, files) =
        Volume::create_split_file(&path, geometry.clone(), Creation::default(), part_bytes).unwrap();
    assert_eq!(files.len(), 3);
    odd::write_odd_tracks(&volume);
    let whole = Volume::create_file(&folder.join("whole"), geometry).unwrap();
    odd::write_odd_tracks(&whole);
    run(folder, "ckd2cckd", &["-q", "split_1.3390", "packed"]);
    run(folder, "cckd2ckd", &["-q", "packed", "theirs"]);
    assert_same_image(&folder.join("whole"), &folder.join("theirs"));
}
