//! What a run is asked to do, and what it reports.

use std::collections::BTreeMap;
use std::num::{NonZeroU32, NonZeroU64};

use catalog::{DomainName, DomainRecord, InstanceRecord, InstanceState};
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
    /// How the members share the machine; those that are not named have the usual share.
    pub shares: BTreeMap<MemberName, Share>,
}

impl BackupOrder {
    /// An order without limits, in which all members are equal.
    pub fn new(jobs: Vec<JobPlan>, effort: Effort) -> Self {
        Self {
            jobs,
            effort,
            shares: BTreeMap::new(),
        }
    }
}

/// What the worker of a member may have of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// While several workers have something to compute, each gets as much of the time as its weight is of the weights
    /// of all of them.
    pub weight: NonZeroU32,
    /// Bytes that it reads from its disks in a second, at most.
    pub rate: Option<NonZeroU64>,
}

impl Default for Share {
    /// Weight 1, no limit.
    fn default() -> Self {
        Self {
            weight: NonZeroU32::MIN,
            rate: None,
        }
    }
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
    /// Domains whose change map called something unchanged that had changed. They were read as a whole.
    pub missed: Vec<DomainName>,
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
