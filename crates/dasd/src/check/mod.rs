//! Looks for damage in image files: everything that a reader would stumble over, and what other programs would
//! complain about. Nothing is written; [`repair`](crate::repair) makes a sound copy.

mod report;

use std::io;
use std::path::Path;
use std::sync::Arc;

pub use report::{FAULTS_MAX, FaultPlace, Findings, ImageFault, Severity};

use crate::bytes::{FileBytes, RandomBytes};
use crate::format::{Beginning, FORMATS, NoParts, Parts, Source};
use crate::volume::{Access, FileParts};

/// Checks an image file, a shadow file, or all files of a split volume whose first part this is. `progress` is told
/// how many tracks or groups of 120 blocks have been looked at.
///
/// # Errors
/// The file cannot be opened or read at all; whatever is wrong inside it is in the findings.
pub fn check_file(path: &Path, progress: &mut dyn FnMut(u64)) -> io::Result<Findings> {
    let bytes = FileBytes::open_read(path)?;
    let parts = FileParts::new(path, Access::Read);
    check_source(&path.display().to_string(), Arc::new(bytes), &parts, progress)
}

/// Checks an image that is no file; `name` is for messages.
///
/// # Errors
/// The bytes cannot be read at all.
pub fn check(name: &str, bytes: Arc<dyn RandomBytes>, progress: &mut dyn FnMut(u64)) -> io::Result<Findings> {
    check_source(name, bytes, &NoParts, progress)
}

fn check_source(
    name: &str,
    bytes: Arc<dyn RandomBytes>,
    parts: &dyn Parts,
    progress: &mut dyn FnMut(u64),
) -> io::Result<Findings> {
    let head = Beginning::read(&*bytes)?;
    let source = Source {
        name,
        bytes,
        access: Access::Read,
        parts,
    };
    let mut findings = Findings::new(name);
    if let Some(id) = head.unknown_id() {
        let text = format!(
            "the eye-catcher {id} is that of no image format: the first bytes were changed, or a newer program made \
             the file"
        );
        findings.error(FaultPlace::Header { offset: 0 }, text);
        return Ok(findings);
    }
    match FORMATS.iter().find(|format| format.claims(&head)) {
        Some(format) => {
            findings.format = Some(format.name());
            format.check(&source, &mut findings, progress);
        }
        None => {
            let text = format!(
                "no image: no known header, and {} bytes are not a whole number of 512-byte blocks",
                head.length()
            );
            findings.error(FaultPlace::Header { offset: 0 }, text);
        }
    }
    Ok(findings)
}
