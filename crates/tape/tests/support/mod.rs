//! What the oracle tests and the tests over real tapes share.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a helper module of tests"
)]

use std::fs::File;
use std::path::Path;

use tape::{Drive, Item};

/// Whether a missing tool or file is an error. On a developer's machine it only skips the test.
fn must_not_skip() -> bool {
    std::env::var_os("CI").is_some()
}

/// Says that a test is skipped, or fails where nothing may be skipped.
pub(crate) fn skip(what: &str) {
    assert!(!must_not_skip(), "{what} is missing");
    println!("SKIPPED: {what} is missing");
}

/// Loads an existing image.
pub(crate) fn load(path: &Path) -> Drive<File> {
    let file = File::options().read(true).open(path).unwrap();
    Drive::load(&path.display().to_string(), file).unwrap()
}

/// Everything on the tape from its position on; none is a tapemark.
pub(crate) fn entries(drive: &mut Drive<File>) -> Vec<Option<Vec<u8>>> {
    let mut entries = Vec::new();
    loop {
        match drive.read().unwrap() {
            Item::Block(block) => entries.push(Some(block.to_vec())),
            Item::Mark => entries.push(None),
            Item::End => return entries,
        }
    }
}

/// Reads the tape backward from its end, and turns what it finds around.
pub(crate) fn entries_backward(drive: &mut Drive<File>) -> Vec<Option<Vec<u8>>> {
    drive.forward_end().unwrap();
    let mut entries = Vec::new();
    loop {
        match drive.read_backward().unwrap() {
            Item::Block(block) => entries.push(Some(block.to_vec())),
            Item::Mark => entries.push(None),
            Item::End => break,
        }
    }
    entries.reverse();
    entries
}
