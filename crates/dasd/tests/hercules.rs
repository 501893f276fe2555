//! The Hercules tools as independent oracles, and real volumes.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "tests read files, run tools and look at the environment themselves"
)]

mod odd;
mod oracle;

use std::path::Path;

use dasd::canonical::{self, Origin};
use dasd::{Access, Geometry, MountError, Track, TrackNo, Volume};
use oracle::{assert_same_image, expand, mount, real_image, run, tools};
use tempfile::tempdir;

/// Expands a compressed image with our reader and with theirs.
fn expands_like_theirs(folder: &Path, image: &str) {
    let (ours, theirs) = (format!("{image}.ours"), format!("{image}.theirs"));
    run(folder, "cckd2ckd", &["-q", image, &theirs]);
    expand(&mount(&folder.join(image)), &folder.join(&ours));
    assert_same_image(&folder.join(&ours), &folder.join(&theirs));
    std::fs::remove_file(folder.join(ours)).unwrap();
    std::fs::remove_file(folder.join(theirs)).unwrap();
}

#[test]
fn real_compressed_volumes() {
    if !tools(&["cckd2ckd"]) {
        return;
    }
    for (name, volser, device) in [
        ("vm50u1.cckd", "VM50U1", "3350"),
        ("vsamin.cckd", "VSAMIN", "3350"),
    ] {
        let Some(path) = real_image(name) else { continue };
        let folder = tempdir().unwrap();
        std::fs::copy(&path, folder.path().join(name)).unwrap();
        let volume = mount(&path);
        assert_eq!(
            volume.label().map(|label| label.volser.to_string()),
            Some(volser.to_owned()),
            "{name}"
        );
        let Geometry::Ckd(geometry) = volume.geometry() else {
            panic!("{name} has tracks")
        };
        assert_eq!(geometry.device.name, device, "{name}");
        expands_like_theirs(folder.path(), name);
    }
}

/// Every track of the real volumes has a canonical form from which it comes back.
#[test]
fn real_tracks_in_canonical_form() {
    for name in ["vm50u1.cckd", "vsamin.cckd", "emx370-gcc202.3350.ckd"] {
        let Some(path) = real_image(name) else { continue };
        let volume = mount(&path);
        let geometry = volume.geometry().as_ckd().unwrap();
        let (mut stored, mut content, mut read) = (0, 0, vec![0; geometry.slot_len()]);
        for number in (0..geometry.tracks().get().min(3000)).map(TrackNo::new) {
            let at = geometry.address(number);
            volume.read_track(number, &mut read).unwrap();
            let mut form = read.clone();
            let (length, origin) = canonical::canonicalise(&mut form, at).unwrap();
            let mut back = vec![0xEE; geometry.slot_len()];
            canonical::reconstruct(&form[..length], at, Origin::from_tag(origin.tag()), &mut back).unwrap();
            assert!(back == read, "{name}, {at}");
            stored += length;
            content += Track::parse(&read, at).unwrap().length();
        }
        assert!(stored < content, "{name}: {stored} bytes for {content}");
    }
}

#[test]
fn a_real_plain_volume() {
    if !tools(&["ckd2cckd", "cckd2ckd"]) {
        return;
    }
    let Some(path) = real_image("emx370-gcc202.3350.ckd") else {
        return;
    };
    let folder = tempdir().unwrap();
    std::fs::copy(&path, folder.path().join("a.ckd")).unwrap();
    run(folder.path(), "ckd2cckd", &["-q", "a.ckd", "a.cckd"]);
    expand(
        &mount(&folder.path().join("a.cckd")),
        &folder.path().join("b.ckd"),
    );
    expand(&mount(&path), &folder.path().join("c.ckd"));
    assert_same_image(&folder.path().join("b.ckd"), &folder.path().join("c.ckd"));
    assert_same_image(&folder.path().join("c.ckd"), &path);
}

#[test]
fn a_shadow_file_asks_for_its_base() {
    let Some(path) = real_image("vm3350-6_1.shadow") else {
        return;
    };
    let refused = Volume::mount_file(&path, Access::Read).unwrap_err();
    assert!(matches!(refused, MountError::Shadow { .. }), "{refused}");
    assert!(refused.to_string().contains("base image"), "{refused}");
}

#[test]
fn fresh_volumes_of_many_types() {
    if !tools(&["dasdinit", "ckd2cckd", "cckd2ckd"]) {
        return;
    }
    let folder = tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for (device, cylinders) in [
        ("3390", "2"),
        ("3380", "2"),
        ("3375", "2"),
        ("3350", "2"),
        ("3340", "3"),
        ("3330", "2"),
        ("2314", "3"),
        ("2311", "3"),
        ("9345", "2"),
    ] {
        let plain = format!("plain.{device}");
        run(folder.path(), "dasdinit", &[&plain, device, "VOL001", cylinders]);
        let volume = mount(&at(&plain));
        assert_eq!(
            volume.geometry().to_string(),
            format!("{device}, {cylinders} cylinders")
        );
        assert_eq!(volume.label().unwrap().volser.as_str(), "VOL001");
        let copy = format!("copy.{device}");
        expand(&volume, &at(&copy));
        assert_same_image(&at(&copy), &at(&plain));

        // A volume of ours without content is what theirs is without a label.
        let raw = format!("raw.{device}");
        run(folder.path(), "dasdinit", &["-r", &raw, device, cylinders]);
        let ours = format!("ours.{device}");
        Volume::create_file(&at(&ours), volume.geometry().clone()).unwrap();
        assert_same_image(&at(&ours), &at(&raw));
    }
}

#[test]
fn fresh_compressed_volumes() {
    if !tools(&["dasdinit", "cckd2ckd", "cckdswap"]) {
        return;
    }
    let folder = tempdir().unwrap();
    // 30 cylinders have 450 tracks: the second table does not exist at all.
    for (name, options) in [
        ("zlib", &["-z"][..]),
        ("bzip2", &["-bz2"]),
        ("none", &["-0"]),
        ("linux", &["-linux", "-z"]),
    ] {
        let mut arguments = options.to_vec();
        arguments.extend([name, "3390", "VOL001", "30"]);
        run(folder.path(), "dasdinit", &arguments);
        expands_like_theirs(folder.path(), name);
        run(folder.path(), "cckdswap", &[name]);
        let big_endian = std::fs::read(folder.path().join(name)).unwrap();
        assert_eq!(big_endian[515] & 0x02, 0x02, "{name} is big-endian now");
        let refused = Volume::mount_file(&folder.path().join(name), Access::Write).unwrap_err();
        assert!(refused.to_string().contains("big-endian"), "{refused}");
        let swapped = mount(&folder.path().join(name));
        expand(&swapped, &folder.path().join("swapped"));
        run(folder.path(), "cckdswap", &[name]);
        run(folder.path(), "cckd2ckd", &["-q", name, "theirs"]);
        assert_same_image(&folder.path().join("swapped"), &folder.path().join("theirs"));
        std::fs::remove_file(folder.path().join("swapped")).unwrap();
        std::fs::remove_file(folder.path().join("theirs")).unwrap();
    }
}

#[test]
fn volumes_of_ours_pass_through_their_tools() {
    if !tools(&["ckd2cckd", "cckd2ckd", "dasdcopy"]) {
        return;
    }
    let folder = tempdir().unwrap();
    let geometry = dasd::CkdGeometry::new(
        dasd::CkdDevice::by_name("3390").unwrap(),
        dasd::CylinderCount::new(4),
    );
    let ours = folder.path().join("ours");
    let volume = Volume::create_file(&ours, Geometry::Ckd(geometry)).unwrap();
    odd::write_odd_tracks(&volume);
    run(folder.path(), "ckd2cckd", &["-q", "ours", "packed"]);
    run(folder.path(), "cckd2ckd", &["-q", "packed", "back"]);
    assert_same_image(&ours, &folder.path().join("back"));
    run(
        folder.path(),
        "dasdcopy",
        &["-q", "-o", "CCKD", "-bz2", "ours", "bzipped"],
    );
    expand(
        &mount(&folder.path().join("bzipped")),
        &folder.path().join("expanded"),
    );
    assert_same_image(&ours, &folder.path().join("expanded"));
}

#[test]
fn volumes_with_datasets() {
    if !tools(&["dasdload", "ckd2cckd", "cckd2ckd"]) {
        return;
    }
    let folder = tempdir().unwrap();
    std::fs::write(folder.path().join("cards.ebc"), vec![0xC1; 80 * 500]).unwrap();
    let control =
        "LOAD01 3390 4\n*\nSYS1.VTOC VTOC TRK 10\nTEST.SEQ SEQ cards.ebc TRK 5 1 0 PS FB 80 800 0\n";
    std::fs::write(folder.path().join("load.ctl"), control).unwrap();
    run(folder.path(), "dasdload", &["load.ctl", "load", "1"]);
    run(folder.path(), "ckd2cckd", &["-q", "load", "packed"]);
    let volume = mount(&folder.path().join("packed"));
    assert_eq!(volume.label().unwrap().volser.as_str(), "LOAD01");
    expand(&volume, &folder.path().join("expanded"));
    assert_same_image(&folder.path().join("expanded"), &folder.path().join("load"));
}

#[test]
fn block_volumes() {
    if !tools(&["dasdinit", "fba2cfba", "cfba2fba"]) {
        return;
    }
    let folder = tempdir().unwrap();
    run(folder.path(), "dasdinit", &["plain", "3310", "FBA001", "640"]);
    let plain = mount(&folder.path().join("plain"));
    assert_eq!(plain.geometry().to_string(), "FBA, 640 blocks");
    assert_eq!(plain.label().unwrap().volser.as_str(), "FBA001");
    run(folder.path(), "fba2cfba", &["-q", "plain", "packed"]);
    let packed = mount(&folder.path().join("packed"));
    expand(&packed, &folder.path().join("expanded"));
    assert_same_image(&folder.path().join("expanded"), &folder.path().join("plain"));
    run(
        folder.path(),
        "dasdinit",
        &["-z", "fresh", "3310", "FBA002", "1200"],
    );
    assert_eq!(
        mount(&folder.path().join("fresh"))
            .label()
            .unwrap()
            .volser
            .as_str(),
        "FBA002"
    );
}

#[test]
fn split_volumes() {
    if !tools(&["dasdinit", "ckd2cckd", "cckd2ckd"]) {
        return;
    }
    let folder = tempdir().unwrap();
    run(folder.path(), "dasdinit", &["whole", "2314", "SPLIT1", "5"]);
    let whole = std::fs::read(folder.path().join("whole")).unwrap();
    let cylinder = 20 * 7680;
    let part = |sequence: u8, high: u8, from: usize, to: usize| {
        let mut bytes = whole[..512].to_vec();
        bytes[17] = sequence;
        bytes[18] = high;
        bytes.extend_from_slice(&whole[512 + from * cylinder..512 + to * cylinder]);
        bytes
    };
    let put = |number: u8, bytes: &[u8]| {
        std::fs::write(folder.path().join(format!("s_{number}.2314")), bytes).unwrap()
    };
    put(1, &part(1, 1, 0, 2));
    put(2, &part(2, 3, 2, 4));
    put(3, &part(3, 0, 4, 5));
    let first = folder.path().join("s_1.2314");
    let volume = mount(&first);
    assert_eq!(volume.geometry().to_string(), "2314, 5 cylinders");
    // A read across the seams of the files.
    let mut slots = vec![0; 100 * 7680];
    let mut faults = Vec::new();
    volume.read_tracks(TrackNo::new(0), &mut slots, &mut faults);
    assert!(faults.is_empty() && slots == whole[512..]);
    expand(&volume, &folder.path().join("joined"));
    assert_same_image(&folder.path().join("joined"), &folder.path().join("whole"));

    let refuse = |because: &str| {
        let refused = Volume::mount_file(&first, Access::Read).unwrap_err().to_string();
        assert!(refused.contains(because), "{refused}");
    };
    put(2, &part(3, 3, 2, 4));
    refuse("says it is part 3");
    put(2, &part(2, 2, 2, 4));
    refuse("ends with cylinder 3, its header says 2");
    put(2, &part(2, 3, 2, 4)[..40_000]);
    refuse("was cut off");
    std::fs::remove_file(folder.path().join("s_2.2314")).unwrap();
    refuse("part 2");
    let refused = Volume::mount_file(&folder.path().join("s_3.2314"), Access::Read).unwrap_err();
    assert!(refused.to_string().contains("mount the first part"), "{refused}");
}
