//! What the demo showed, in a few sentences.

use std::time::Duration;

use catalog::DomainName;
use engine::RunSummary;
use zvm::MemberName;

use crate::command::verify::VerifyView;
use crate::format::bytes;
use crate::output::View;
use crate::wiring::SiteFolder;

/// One thing that was restored and compared.
#[derive(serde::Serialize)]
pub(super) struct RestoredView {
    pub(super) domain: DomainName,
    pub(super) member: MemberName,
    pub(super) units: u64,
    pub(super) bytes: u64,
}

/// What the demo showed.
#[derive(serde::Serialize)]
pub(super) struct DemoView {
    members: usize,
    volumes: usize,
    minidisks: usize,
    read_full: u64,
    stored_full: u64,
    read_incremental: u64,
    new_chunks_incremental: u64,
    stored_incremental: u64,
    restored: Vec<RestoredView>,
    chunks_verified: u64,
    seconds: f64,
}

impl DemoView {
    pub(super) fn new(
        folder: &SiteFolder,
        full: &RunSummary,
        incremental: &RunSummary,
        restored: Vec<RestoredView>,
        verified: &VerifyView,
        took: Duration,
    ) -> Self {
        let read = |run: &RunSummary| {
            run.jobs
                .iter()
                .filter_map(|job| job.instance.as_ref())
                .map(|instance| instance.totals.bytes_read)
                .sum()
        };
        let new = |run: &RunSummary| {
            run.jobs
                .iter()
                .filter_map(|job| job.instance.as_ref())
                .map(|instance| instance.totals.new_chunks)
                .sum()
        };
        let stored = |run: &RunSummary| run.jobs.iter().map(|job| job.stored_bytes).sum();
        Self {
            members: folder.site.cluster.members.len(),
            volumes: folder.site.volumes.len(),
            minidisks: folder.site.minidisks.len(),
            read_full: read(full),
            stored_full: stored(full),
            read_incremental: read(incremental),
            new_chunks_incremental: new(incremental),
            stored_incremental: stored(incremental),
            restored,
            chunks_verified: verified.report.chunks_hashed,
            seconds: took.as_secs_f64(),
        }
    }
}

impl View for DemoView {
    fn human(&self, out: &mut dyn std::io::Write) -> std::io::Result<()> {
        let Self {
            members,
            volumes,
            minidisks,
            ..
        } = self;
        writeln!(
            out,
            "{members} members with {volumes} volumes and {minidisks} minidisks were backed up."
        )?;
        writeln!(
            out,
            "The first backup read {} and stored {}: what is empty, or the same on several disks, is stored once.",
            bytes(self.read_full),
            bytes(self.stored_full)
        )?;
        writeln!(
            out,
            "The second read {} and added {}: the {} chunks that had changed.",
            bytes(self.read_incremental),
            bytes(self.stored_incremental),
            self.new_chunks_incremental
        )?;
        writeln!(
            out,
            "{} restores were bit for bit what is on the disks; all {} chunks in the repository have the right hash.",
            self.restored.len(),
            self.chunks_verified
        )?;
        writeln!(out, "That took {:.1} seconds.", self.seconds)
    }
}
