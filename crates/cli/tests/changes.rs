//! Backups that read only what the maps of changes say has changed.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "tests read and write files and run the program"
)]

mod support;

use std::path::PathBuf;

use dasd::device::ChangeMap;
use dasd::{Access, Geometry, TrackNo, Volume};
use support::Folder;

/// A site of one member with its volumes, and every image with a map of its changes.
struct Tracked {
    folder: Folder,
    images: Vec<(String, PathBuf)>,
    /// The images as arguments of `backup`.
    every: String,
}

impl Tracked {
    fn new() -> Self {
        let folder = Folder::new();
        folder.ok("site new grid --members 1");
        folder.ok("site build grid");
        let mut images = Vec::new();
        let mut every = String::new();
        for path in folder.files_below("grid/volumes") {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            folder
                .ok(&format!("image changes {} --start", path.display()))
                .prints(&["0 tracks"]);
            every.push_str(&format!(" --image {name}={}", path.display()));
            images.push((name, path));
        }
        Self {
            folder,
            images,
            every,
        }
    }

    /// Backs up all images, and returns how many bytes were read.
    fn back_up(&self, options: &str) -> u64 {
        let view = self
            .folder
            .json(&format!("backup{} --repo attic {options}", self.every));
        assert_eq!(view["jobs"][0]["state"], "Complete", "{view}");
        view["jobs"][0]["bytes_read"].as_u64().unwrap()
    }

    /// Every image comes back as it is now.
    fn restore(&self, when: &str) {
        for (name, path) in &self.images {
            let copy = format!("{name}.copy");
            self.folder.ok(&format!(
                "restore attic --latest --volser {name} --to {copy} --force"
            ));
            assert!(
                self.folder.read(&copy) == std::fs::read(path).unwrap(),
                "{name} {when}"
            );
        }
    }

    fn largest(&self) -> &PathBuf {
        let (_, path) = self
            .images
            .iter()
            .max_by_key(|(_, path)| path.metadata().unwrap().len())
            .unwrap();
        path
    }

    /// Writes every track of the largest image anew, past its map.
    fn scribble(&self) {
        let path = self.largest();
        let volume = Volume::mount_file(path, Access::Write).unwrap();
        let Geometry::Ckd(geometry) = volume.geometry().clone() else {
            panic!("a CKD site")
        };
        let mut slot = vec![0; geometry.slot_len()];
        for number in (0..geometry.tracks().get()).map(TrackNo::new) {
            volume.read_track(number, &mut slot).unwrap();
            let mut track = dasd::TrackBuilder::new(&mut slot, geometry.address(number)).unwrap();
            track.record(1, b"", b"written past the map").unwrap();
            track.finish();
            volume.write_tracks(number, &slot).unwrap();
        }
        volume.sync().unwrap();
    }
}

#[test]
fn only_what_is_marked_is_read_and_everything_comes_back() {
    let tracked = Tracked::new();
    let whole = tracked.back_up("--changes trusted");
    assert_eq!(tracked.back_up("--changes trusted"), 0, "nothing has changed");
    for round in 1..=3 {
        tracked.folder.ok("site mutate grid --percent 2");
        let read = tracked.back_up("--changes trusted");
        assert!(
            (1..whole / 20).contains(&read),
            "round {round}: {read} of {whole} bytes"
        );
        tracked.restore(&format!("round {round}"));
    }
    // A sample is a little more, and without the maps it is everything again.
    let sampled = tracked.back_up("--changes sampled");
    assert!((1..whole / 16).contains(&sampled), "{sampled} of {whole} bytes");
    assert_eq!(tracked.back_up("--changes ignored"), whole);
    assert_eq!(tracked.back_up(""), whole);
    tracked.restore("at the end");
    tracked.folder.ok("verify attic --read-data");
}

#[test]
fn a_write_past_the_map_is_seen_by_the_stamp_of_the_image() {
    let tracked = Tracked::new();
    tracked.back_up("");
    tracked.scribble();
    let image = tracked.largest();
    tracked
        .folder
        .ok(&format!("image changes {}", image.display()))
        .prints(&["of no use", "written or exchanged"]);
    let read = tracked.back_up("--changes trusted");
    // Without the header of the image.
    assert_eq!(
        read,
        image.metadata().unwrap().len() - 512,
        "the one image as a whole"
    );
    tracked.restore("after a write past the map");
    assert_eq!(tracked.back_up("--changes trusted"), 0, "the map has begun anew");
}

/// A program that keeps the map and forgets to mark: trust is misplaced, a sample finds out.
#[test]
fn a_sample_finds_a_map_that_lies() {
    let tracked = Tracked::new();
    tracked.back_up("");
    let image = tracked.largest();
    let geometry = Volume::mount_file(image, Access::Read)
        .unwrap()
        .geometry()
        .clone();
    // Only who writes the map can make it lie.
    let lying = ChangeMap::open_beside(image, &geometry, 1).unwrap().unwrap();
    tracked.scribble();
    lying.close_beside(image).unwrap();
    // Which tracks are in the sample is drawn anew in each run, and one run can draw none of this small image.
    let run = |_| {
        let line = format!("backup{} --repo attic --changes sampled", tracked.every);
        tracked.folder.json(&line)["jobs"][0]["missed"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!((0..100).map(run).find(|missed| *missed > 0), Some(1));
    tracked.restore("after the sample");
}

#[test]
fn maps_that_cannot_be_used_cost_time_and_nothing_else() {
    let tracked = Tracked::new();
    let whole = tracked.back_up("");
    for (_, path) in &tracked.images {
        let map = ChangeMap::path_beside(path);
        let mut bytes = std::fs::read(&map).unwrap();
        bytes[20] ^= 1;
        std::fs::write(&map, bytes).unwrap();
    }
    assert_eq!(tracked.back_up("--changes trusted"), whole, "damaged maps");
    assert_eq!(tracked.back_up("--changes trusted"), 0, "they have begun anew");
    for (_, path) in &tracked.images {
        tracked
            .folder
            .ok(&format!("image changes {} --stop", path.display()))
            .prints(&["not tracked"]);
    }
    assert_eq!(tracked.back_up("--changes trusted"), whole, "no maps");
    tracked.restore("without maps");
    // Another repository has another base, and a map that is in use is not waited for.
    let (_, path) = &tracked.images[0];
    tracked
        .folder
        .ok(&format!("image changes {} --start", path.display()));
    let volume = Volume::mount_file(path, Access::Read).unwrap();
    let _held = ChangeMap::open_beside(path, volume.geometry(), 1).unwrap();
    tracked
        .folder
        .run(&format!("image changes {}", path.display()))
        .ends(3)
        .complains(&["in use by another program"]);
    assert_eq!(tracked.back_up("--changes trusted"), whole, "a map in use");
    tracked.restore("with a map in use");
}

/// A snapshot of the host takes images and maps back together; the repository lies elsewhere and knows later generations.
#[test]
fn a_snapshot_that_is_put_back_hides_nothing() {
    let tracked = Tracked::new();
    tracked.back_up("");
    tracked.back_up("--changes trusted");
    let maps = || {
        tracked
            .images
            .iter()
            .map(|(_, path)| ChangeMap::path_beside(path))
    };
    let snapshot: Vec<Vec<u8>> = maps().map(|map| std::fs::read(map).unwrap()).collect();
    tracked.back_up("--changes trusted");
    for (map, bytes) in maps().zip(snapshot) {
        std::fs::write(map, bytes).unwrap();
    }
    tracked.folder.ok("site mutate grid --percent 2");
    assert!(tracked.back_up("--changes trusted") > 0);
    tracked.restore("after a snapshot was put back");
}
