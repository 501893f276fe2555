//! How `tape extract` shows what it wrote. The field names are those of the JSON document.

use std::io::{self, Write};
use std::path::PathBuf;

use serde::Serialize;

use crate::format::{bytes, count};
use crate::output::View;

#[derive(Serialize)]
pub(super) struct ExtractView {
    pub(super) files: Vec<ExtractedView>,
    pub(super) failed: Vec<FailedView>,
}

#[derive(Serialize)]
pub(super) struct ExtractedView {
    pub(super) from: String,
    pub(super) file: PathBuf,
    pub(super) blocks: Option<u64>,
    pub(super) records: Option<u64>,
    pub(super) bytes: u64,
    pub(super) notes: Vec<String>,
}

#[derive(Serialize)]
pub(super) struct FailedView {
    pub(super) from: String,
    pub(super) reason: String,
}

impl View for ExtractView {
    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.files.is_empty() && self.failed.is_empty() {
            writeln!(out, "There is nothing on this tape.")?;
        }
        for file in &self.files {
            let blocks = file.blocks.map(|blocks| format!("{blocks} blocks, "));
            let records = file.records.map(|records| format!("{records} records, "));
            writeln!(
                out,
                "{} -> {} ({}{}{})",
                file.from,
                file.file.display(),
                blocks.unwrap_or_default(),
                records.unwrap_or_default(),
                bytes(file.bytes)
            )?;
            for note in &file.notes {
                writeln!(out, "  note: {note}")?;
            }
        }
        for failed in &self.failed {
            writeln!(out, "FAILED {}: {}", failed.from, failed.reason)?;
        }
        if !self.failed.is_empty() {
            let failed = count(self.failed.len(), "part", "parts");
            writeln!(
                out,
                "{failed} of the tape could not be extracted; nothing was written for them."
            )?;
        }
        Ok(())
    }
}
