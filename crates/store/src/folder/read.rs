//! Reading parts of an object into memory that is used again. Whole volumes come back this way: fresh memory for each
//! part would cost more than the reading.

use std::fs::OpenOptions;
use std::io::{self, Seek, SeekFrom};
use std::ops::Range;

use bytes::Bytes;
use object_store::path::Path;

use crate::slab::{SLAB_LEN, SlabPool};

/// Whether a range is one for [`ranges`].
pub(super) fn fits(range: &Range<u64>) -> bool {
    range.start < range.end && range.end - range.start <= SLAB_LEN as u64
}

/// The bytes of each range. A range that reaches beyond the end comes back shorter, and the caller looks into it.
pub(super) fn ranges(
    file: &std::path::Path,
    location: &Path,
    ranges: &[Range<u64>],
    slabs: &SlabPool,
) -> object_store::Result<Vec<Bytes>> {
    let failed = |source: io::Error| match source.kind() {
        io::ErrorKind::NotFound => object_store::Error::NotFound {
            path: location.to_string(),
            source: source.into(),
        },
        _ => object_store::Error::Generic {
            store: "folder",
            source: Box::new(ReadError {
                path: file.display().to_string(),
                source,
            }),
        },
    };
    let mut opened = OpenOptions::new().read(true).open(file).map_err(failed)?;
    let mut parts = Vec::with_capacity(ranges.len());
    for range in ranges {
        let mut slab = slabs.take();
        let len = usize::try_from(range.end - range.start).unwrap_or(SLAB_LEN);
        opened
            .seek(SeekFrom::Start(range.start))
            .and_then(|_| slab.read(&mut opened, len))
            .map_err(failed)?;
        parts.push(slab.into_bytes());
    }
    Ok(parts)
}

#[derive(Debug, thiserror::Error)]
#[error("cannot read {path}")]
struct ReadError {
    path: String,
    source: io::Error,
}
