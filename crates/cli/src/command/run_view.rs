//! What a backup run came to, as people and programs see it.

use std::io::{self, Write};

use catalog::{BackupKind, DomainName, DomainStatus, InstanceId, InstanceState};
use engine::JobOutcome;
use serde::Serialize;

use super::backup::{CatalogView, Ran};
use crate::exit;
use crate::format::{bytes, count, kind as kind_word, table};
use crate::output::View;

/// The summary of a run, as it is shown.
#[derive(Serialize)]
pub(crate) struct RunView {
    jobs: Vec<JobView>,
    catalog: CatalogView,
}

#[derive(Serialize)]
struct JobView {
    job: String,
    member: String,
    instance: Option<InstanceId>,
    kind: Option<BackupKind>,
    state: Option<InstanceState>,
    error: Option<String>,
    seconds: f64,
    domains: usize,
    copied: u32,
    unchanged: u32,
    failed: Vec<FailedView>,
    /// Domains whose change map was wrong.
    missed: Vec<DomainName>,
    bytes_read: u64,
    new_chunks: u64,
    new_bytes: u64,
    stored_bytes: u64,
}

#[derive(Serialize)]
struct FailedView {
    domain: DomainName,
    reason: String,
}

impl RunView {
    pub(crate) fn of(ran: &Ran) -> Self {
        Self {
            jobs: ran.summary.jobs.iter().map(JobView::of).collect(),
            catalog: ran.catalog,
        }
    }
}

impl JobView {
    fn of(outcome: &JobOutcome) -> Self {
        let mut view = Self {
            job: outcome.job.to_string(),
            member: outcome.member.to_string(),
            instance: None,
            kind: None,
            state: None,
            error: None,
            seconds: 0.0,
            domains: outcome.domains.len(),
            copied: 0,
            unchanged: 0,
            failed: Vec::new(),
            missed: outcome.missed.clone(),
            bytes_read: 0,
            new_chunks: 0,
            new_bytes: 0,
            stored_bytes: outcome.stored_bytes,
        };
        view.error = outcome.error.as_ref().map(|error| exit::chain(error));
        if let Some(instance) = &outcome.instance {
            view.instance = Some(instance.id);
            view.kind = Some(instance.kind);
            view.state = Some(instance.state);
            let span = instance
                .ended
                .map_or(0, |ended| ended.as_micros() - instance.started.as_micros());
            view.seconds = std::time::Duration::from_micros(span.unsigned_abs()).as_secs_f64();
            view.copied = instance.domains.copied;
            view.unchanged = instance.domains.unchanged;
            view.bytes_read = instance.totals.bytes_read;
            view.new_chunks = instance.totals.new_chunks;
            view.new_bytes = instance.totals.new_bytes;
            let failed = |domain: &catalog::DomainRecord| match &domain.status {
                DomainStatus::Failed(reason) => Some(FailedView {
                    domain: domain.name,
                    reason: reason.clone(),
                }),
                _ => None,
            };
            view.failed = outcome.domains.iter().filter_map(failed).collect();
        }
        view
    }
}

impl View for RunView {
    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        let rows = self.jobs.iter().map(|job| {
            let instance = job.instance.map_or_else(|| job.job.clone(), |id| id.to_string());
            let state = job.state.map_or("failed".to_owned(), |state| state.to_string());
            vec![
                instance,
                job.member.clone(),
                job.kind.map(kind_word).unwrap_or_default().to_owned(),
                state,
                job.copied.to_string(),
                job.unchanged.to_string(),
                job.failed.len().to_string(),
                bytes(job.bytes_read),
                bytes(job.new_bytes),
                bytes(job.stored_bytes),
                format!("{:.1} s", job.seconds),
            ]
        });
        let header = [
            "INSTANCE",
            "MEMBER",
            "KIND",
            "STATE",
            "COPIED",
            "UNCHANGED",
            "FAILED",
            "READ",
            "NEW",
            "STORED",
            "TIME",
        ];
        writeln!(out, "{}", table(&header, &[4, 5, 6, 7, 8, 9, 10], rows.collect()))?;
        for job in &self.jobs {
            if let Some(error) = &job.error {
                writeln!(out, "{} on {}: {error}", job.job, job.member)?;
            }
            for domain in &job.missed {
                writeln!(
                    out,
                    "{domain}: its change map missed a change; it was read as a whole. `image changes IMAGE --start` begins the map anew"
                )?;
            }
            for failed in &job.failed {
                writeln!(out, "{} failed: {}", failed.domain, failed.reason)?;
            }
        }
        let failed: usize = self.jobs.iter().map(|job| job.failed.len()).sum();
        if failed > 0 {
            let are = count(failed, "domain has", "domains have");
            writeln!(out, "{are} no copy in this run; everything else can be restored")?;
        }
        Ok(())
    }
}
