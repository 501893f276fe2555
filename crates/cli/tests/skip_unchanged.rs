//! `--skip-unchanged`: images whose files look as they did are not read, and everything else is.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "tests read and write files, wait, and run the program"
)]

mod support;

use std::path::Path;
use std::time::{Duration, SystemTime};

use dasd::{Access, Geometry, TrackBuilder, TrackNo, Volume};
use support::Folder;

/// Longer than a file has to rest before its looks are trusted.
const REST: Duration = Duration::from_millis(3_200);

/// Backs up two volumes; returns how many bytes were read.
fn back_up(folder: &Folder, options: &str) -> u64 {
    let line = format!("backup --image A=a.ckd B=b.cckd --repo attic {options}");
    let view = folder.json(&line);
    assert_eq!(view["jobs"][0]["state"], "Complete", "{view}");
    view["jobs"][0]["bytes_read"].as_u64().unwrap()
}

/// What is restored is what is there now.
fn restored(folder: &Folder) {
    for (name, image) in [("A", "a.ckd"), ("B", "b.cckd")] {
        folder.ok(&format!(
            "restore attic --latest --volser {name} --to copy.ckd --force"
        ));
        folder
            .ok(&format!("image compare {image} copy.ckd"))
            .prints(&["the same"]);
    }
    folder.ok("verify attic --read-data");
}

fn write_one_track(image: &Path) {
    let volume = Volume::mount_file(image, Access::Write).unwrap();
    let Geometry::Ckd(geometry) = volume.geometry().clone() else {
        panic!("a CKD volume")
    };
    let mut slot = vec![0; geometry.slot_len()];
    let last = TrackNo::new(geometry.tracks().get() - 1);
    let mut track = TrackBuilder::new(&mut slot, geometry.address(last)).unwrap();
    track.record(1, b"", b"not what was there").unwrap();
    track.finish();
    volume.write_tracks(last, &slot).unwrap();
    volume.sync().unwrap();
}

#[test]
fn only_files_that_look_as_they_did_are_skipped() {
    let folder = Folder::new();
    folder.ok("site new grid --members 1 --seed 5");
    folder.ok("site build grid");
    let images = folder.files_below("grid/volumes");
    let [a, b, ..] = &images[..] else {
        panic!("a site has more volumes")
    };
    std::fs::copy(a, folder.file("a.ckd")).unwrap();
    folder.ok(&format!("image convert {} b.cckd", b.display()));

    // What was written just now may be written again without looking different: it is noted for nobody. An hour ahead of the
    // clock is "just now" for as long as this test takes.
    let hour = Duration::from_secs(3_600);
    let both = ["a.ckd", "b.cckd"];
    let written = |image: &str, when: SystemTime| {
        let file = std::fs::OpenOptions::new()
            .write(true)
            .open(folder.file(image))
            .unwrap();
        file.set_modified(when).unwrap();
    };
    both.iter()
        .for_each(|image| written(image, SystemTime::now() + hour));
    let all = back_up(&folder, "--skip-unchanged");
    assert!(all > 0);
    assert_eq!(back_up(&folder, "--skip-unchanged"), all, "nothing was noted");
    both.iter()
        .for_each(|image| written(image, SystemTime::now() - hour));
    std::thread::sleep(REST);
    assert_eq!(back_up(&folder, "--skip-unchanged"), all, "they look different");
    assert_eq!(back_up(&folder, "--skip-unchanged"), 0, "both were noted");
    restored(&folder);

    // Who does not ask for it reads, and forgets what was noted; a full backup has nothing to believe.
    assert_eq!(back_up(&folder, "--skip-unchanged --full"), all);
    assert_eq!(back_up(&folder, ""), all);
    assert_eq!(back_up(&folder, "--skip-unchanged"), all);
    assert_eq!(back_up(&folder, "--skip-unchanged"), 0);

    // One track of one image changes, and its time is put back; that of the inode cannot be.
    let a = folder.file("a.ckd");
    let modified = std::fs::metadata(&a).unwrap().modified().unwrap();
    write_one_track(&a);
    written("a.ckd", modified);
    std::thread::sleep(REST);
    let one = back_up(&folder, "--skip-unchanged");
    assert!(0 < one && one < all, "{one} of {all}");
    assert_eq!(back_up(&folder, "--skip-unchanged"), 0);
    restored(&folder);
}
