//! What a run is asked to do, and what it reports.

use catalog::{DomainRecord, InstanceRecord, InstanceState};
use store::Effort;
use zvm::{JobName, MemberName};

use super::BackupError;
use crate::plan::JobPlan;

/// What to back up, and how.
#[derive(Debug)]
pub struct BackupOrder {
    /// The jobs. Those of one member run one after the other, members run at the same time.
    pub jobs: Vec<JobPlan>,
    /// How hard to compress.
    pub effort: Effort,
}

/// What became of a run.
#[derive(Debug)]
pub struct RunSummary {
    /// One for each job, in the order of the plan.
    pub jobs: Vec<JobOutcome>,
}

/// What became of one job.
#[derive(Debug)]
pub struct JobOutcome {
    /// The job.
    pub job: JobName,
    /// The member that ran it.
    pub member: MemberName,
    /// Its instance, if it came to begin one and the catalog could end it.
    pub instance: Option<InstanceRecord>,
    /// Bytes of the packs that it added to the repository.
    pub stored_bytes: u64,
    /// The domains that were closed, in the order of their closing.
    pub domains: Vec<DomainRecord>,
    /// Why it could not go on, if so.
    pub error: Option<BackupError>,
}

impl RunSummary {
    /// True when every job ended and no domain failed.
    pub fn is_clean(&self) -> bool {
        let complete = |instance: &InstanceRecord| instance.state == InstanceState::Complete;
        self.jobs
            .iter()
            .all(|job| job.error.is_none() && job.instance.as_ref().is_some_and(complete))
    }
}
