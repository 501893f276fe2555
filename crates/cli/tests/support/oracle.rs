//! The Hercules tools and the real images. Where they are missing a test says that it is skipped; in CI that is a
//! failure.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::Folder;

/// Header bytes of a plain CKD image that the tools do not keep: the serial number.
const SERIAL: std::ops::Range<usize> = 20..32;

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

/// The folder of real images that lies beside the repository.
pub(crate) fn real_images() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/images");
    available("../shared/data/images", path.is_dir()).then_some(path)
}

/// Runs a tool in a folder; its messages are part of a failure.
pub(crate) fn tool(folder: &Folder, line: &str) {
    let mut words = line.split_whitespace();
    let output = Command::new(words.next().unwrap())
        .args(words)
        .current_dir(folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{line}: {said}");
    // Success is no proof with these tools: a track they could not read is replaced and only mentioned.
    assert!(!said.contains("HHCDC008E"), "{line}: {said}");
}

/// Expects two image files to be the same, apart from the serial in a CKD header.
#[track_caller]
pub(crate) fn assert_same_image(folder: &Folder, one: &str, other: &str) {
    let [a, b] = [one, other].map(|name| {
        let mut bytes = folder.read(name);
        if bytes.starts_with(b"CKD_") {
            bytes[SERIAL].fill(0);
        }
        bytes
    });
    assert_eq!(a.len(), b.len(), "lengths of {one} and {other}");
    let differs = a.iter().zip(&b).position(|(a, b)| a != b);
    assert_eq!(differs, None, "first different byte of {one} and {other}");
}
