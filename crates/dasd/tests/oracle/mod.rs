//! What the tests need of the outside world: the Hercules tools and the real images.

#![allow(dead_code, reason = "every test file takes what it needs")]

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

use dasd::{Access, Geometry, TrackNo, Volume};

/// Whether the tool or file is there. Elsewhere a missing one skips the test visibly; in CI nothing is skipped.
fn available(what: &str, found: bool) -> bool {
    assert!(
        found || std::env::var("CI").is_err(),
        "{what} is missing, and CI must not skip"
    );
    if !found {
        eprintln!("skipped: {what} is missing");
    }
    found
}

/// Whether all these Hercules programs are installed.
pub(crate) fn tools(names: &[&str]) -> bool {
    names.iter().all(|name| {
        let found = std::env::var("PATH")
            .is_ok_and(|path| std::env::split_paths(&path).any(|folder| folder.join(name).is_file()));
        available(name, found)
    })
}

/// A real image that lies beside the repository.
pub(crate) fn real_image(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data/images")
        .join(name);
    available(name, path.is_file()).then_some(path)
}

/// Runs a tool in a folder; its messages are part of a failure.
pub(crate) fn run(folder: &Path, tool: &str, arguments: &[&str]) {
    let output = Command::new(tool)
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{tool} {arguments:?}: {said}");
    // Success is no proof with these tools: a track they could not read is replaced and only mentioned.
    assert!(!said.contains("HHCDC008E"), "{tool} {arguments:?}: {said}");
}

/// Runs a tool that tells by saying nothing that all is well.
pub(crate) fn silent(folder: &Path, tool: &str, arguments: &[&str]) {
    let output = Command::new(tool)
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    let about_the_image: Vec<_> = said
        .split(['\n', '\r'])
        .filter(|line| line.contains("HHCCU"))
        .collect();
    assert!(about_the_image.is_empty(), "{tool} {arguments:?}: {said}");
}

/// Mounts an image for reading.
pub(crate) fn mount(path: &Path) -> Volume {
    Volume::mount_file(path, Access::Read).unwrap()
}

/// Writes the volume to a plain image file of ours, track by track or block by block.
pub(crate) fn expand(volume: &Volume, to: &Path) {
    let plain = Volume::create_unformatted_file(to, volume.geometry().clone()).unwrap();
    match volume.geometry() {
        Geometry::Ckd(geometry) => {
            let cylinder = usize::from(geometry.heads) * geometry.slot_len();
            let mut slots = vec![0xEE; cylinder];
            for number in 0..geometry.cylinders.get() {
                let first = TrackNo::new(number * u32::from(geometry.heads));
                let mut faults = Vec::new();
                volume.read_tracks(first, &mut slots, &mut faults);
                assert_eq!(faults, []);
                plain.write_tracks(first, &slots).unwrap();
            }
        }
        Geometry::Fba(geometry) => {
            let mut blocks = vec![0xEE; usize::try_from(geometry.blocks.get()).unwrap() * 512];
            volume.read_blocks(dasd::BlockNo::new(0), &mut blocks).unwrap();
            plain.write_blocks(dasd::BlockNo::new(0), &blocks).unwrap();
        }
    }
}

/// Compares two files, apart from the serial in the header (bytes 20 to 31), which the tools do not keep.
pub(crate) fn assert_same_image(ours: &Path, theirs: &Path) {
    const PIECE: usize = 1 << 22;
    let mut files = [ours, theirs].map(|path| File::open(path).unwrap());
    let lengths = files.each_ref().map(|file| file.metadata().unwrap().len());
    assert_eq!(
        lengths[0],
        lengths[1],
        "lengths of {} and {}",
        ours.display(),
        theirs.display()
    );
    let mut pieces = [vec![0; PIECE], vec![0; PIECE]];
    let mut at = 0;
    while at < lengths[0] {
        let length = usize::try_from(lengths[0] - at).unwrap().min(PIECE);
        for (file, piece) in files.iter_mut().zip(&mut pieces) {
            file.read_exact(&mut piece[..length]).unwrap();
            if at == 0 && piece.starts_with(b"CKD_") {
                piece[20..32].fill(0);
            }
        }
        let [ours, theirs] = pieces.each_ref().map(|piece| &piece[..length]);
        if ours != theirs {
            let differs = ours.iter().zip(theirs).position(|(our, their)| our != their);
            panic!("first different byte: {differs:?} from byte {at}");
        }
        at += u64::try_from(length).unwrap();
    }
}
