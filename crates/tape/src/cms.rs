//! CMS files on tape, as VMFPLC2 and TAPE DUMP write them: listing and extraction.

mod fst;
mod reader;
mod records;

pub use fst::{CmsFile, CmsTime, Dialect};
pub use reader::{CmsError, CmsTape, Extracted};

/// Which of the two wrote this block, if one of them did.
pub(crate) fn dialect(block: &[u8]) -> Option<Dialect> {
    Some(match reader::kind(block)? {
        reader::BlockKind::PlcHeader | reader::BlockKind::PlcData => Dialect::Vmfplc2,
        reader::BlockKind::DumpData | reader::BlockKind::DumpTrailer => Dialect::TapeDump,
    })
}

#[cfg(test)]
mod tests;
