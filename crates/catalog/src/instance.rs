//! An instance: one numbered run of a job, from its beginning to its end, and the records of both in a repository.

use std::fmt;

use serde::{Deserialize, Serialize};
use zvm::{JobName, MemberName};

use crate::domain::{DomainRecord, DomainStatus, Totals};
use crate::ids::{InstanceId, Timestamp};

/// The record that the engine writes into the repository when an instance begins: an [`InstanceRecord`].
pub const INSTANCE_BEGIN_KIND: u8 = 0x20;
/// The version of that record; an older one is read through a conversion, never rewritten.
pub const INSTANCE_BEGIN_VERSION: u8 = 1;
/// The record that the engine writes into the repository when an instance ends: an [`InstanceEnd`].
pub const INSTANCE_END_KIND: u8 = 0x21;
/// The version of that record.
pub const INSTANCE_END_VERSION: u8 = 1;

/// What a job copies: everything, or what differs from a base.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum BackupKind {
    /// Everything.
    Full,
    /// What differs from the base.
    Incremental,
}

/// How far an instance is, or how it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum InstanceState {
    /// Running.
    Open,
    /// Every planned domain is closed and none failed.
    Complete,
    /// Every planned domain is closed, some failed.
    CompleteWithErrors,
    /// It ended before every planned domain was closed. The closed ones can be restored.
    Incomplete,
    /// Every planned domain is closed, some failed and none can be restored.
    Failed,
}

impl InstanceState {
    /// What an instance is that ends now with these domains closed.
    pub fn at_end(expected: u32, counts: DomainCounts) -> InstanceState {
        if counts.closed() < expected {
            InstanceState::Incomplete
        } else if counts.failed == 0 {
            InstanceState::Complete
        } else if counts.copied == 0 && counts.unchanged == 0 {
            InstanceState::Failed
        } else {
            InstanceState::CompleteWithErrors
        }
    }

    /// The state in the operator's words, as tables and JSON show it.
    pub fn word(self) -> &'static str {
        match self {
            InstanceState::Open => "running",
            InstanceState::Complete => "complete",
            InstanceState::CompleteWithErrors => "complete with errors",
            InstanceState::Incomplete => "incomplete",
            InstanceState::Failed => "failed",
        }
    }
}

impl fmt::Display for InstanceState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// Closed domains by status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainCounts {
    /// Copied.
    pub copied: u32,
    /// Unchanged since the base.
    pub unchanged: u32,
    /// Not read at all.
    pub skipped: u32,
    /// Begun and not finished.
    pub failed: u32,
}

impl DomainCounts {
    /// Counts the records of one instance.
    pub fn of<'a>(records: impl IntoIterator<Item = &'a DomainRecord>) -> DomainCounts {
        records
            .into_iter()
            .fold(DomainCounts::default(), |mut counts, record| {
                let count = match record.status {
                    DomainStatus::Copied => &mut counts.copied,
                    DomainStatus::Unchanged => &mut counts.unchanged,
                    DomainStatus::Skipped(_) => &mut counts.skipped,
                    DomainStatus::Failed(_) => &mut counts.failed,
                };
                *count = count.saturating_add(1);
                counts
            })
    }

    /// All of them together.
    pub fn closed(self) -> u32 {
        self.copied
            .saturating_add(self.unchanged)
            .saturating_add(self.skipped)
            .saturating_add(self.failed)
    }
}

/// What `begin` is told about a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstancePlan {
    /// The job that runs.
    pub job: JobName,
    /// The member that runs it.
    pub member: MemberName,
    /// Everything, or what differs from `base`.
    pub kind: BackupKind,
    /// The instance that changes are counted against.
    pub base: Option<InstanceId>,
    /// Domains that the plan holds; the instance is complete when so many are closed.
    pub expected_domains: u32,
    /// When the copies may be thrown away; `None` means never by age.
    pub expires: Option<Timestamp>,
    /// Name and version of the program that writes, such as `ssibackup 0.1.0`.
    pub product: String,
}

/// One run of a job as the catalog keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstanceRecord {
    /// Job and number.
    pub id: InstanceId,
    /// The member that ran it.
    pub member: MemberName,
    /// Everything, or what differs from `base`.
    pub kind: BackupKind,
    /// The instance that changes were counted against.
    pub base: Option<InstanceId>,
    /// When it began.
    pub started: Timestamp,
    /// When it was closed; `None` while it runs, and for ever when its catalog died before.
    pub ended: Option<Timestamp>,
    /// How far it is, or how it ended.
    pub state: InstanceState,
    /// Domains that the plan held.
    pub expected_domains: u32,
    /// Domains that are closed, by status.
    pub domains: DomainCounts,
    /// The sum over the closed domains.
    pub totals: Totals,
    /// When the copies may be thrown away.
    pub expires: Option<Timestamp>,
    /// The program that wrote it.
    pub product: String,
}

impl InstanceRecord {
    /// The record of a run that begins.
    pub(crate) fn begun(id: InstanceId, plan: &InstancePlan, started: Timestamp) -> InstanceRecord {
        InstanceRecord {
            id,
            member: plan.member,
            kind: plan.kind,
            base: plan.base,
            started,
            ended: None,
            state: InstanceState::Open,
            expected_domains: plan.expected_domains,
            domains: DomainCounts::default(),
            totals: Totals::default(),
            expires: plan.expires,
            product: plan.product.clone(),
        }
    }

    /// The same run, ended with these domains, each once: counts, totals and state follow from them. `ended` is `None`
    /// when nobody saw the end.
    pub fn ended_with<'a>(
        mut self,
        domains: impl IntoIterator<Item = &'a DomainRecord> + Clone,
        ended: Option<Timestamp>,
    ) -> InstanceRecord {
        self.domains = DomainCounts::of(domains.clone());
        self.totals = domains
            .into_iter()
            .fold(Totals::default(), |sum, record| sum.plus(record.totals));
        self.state = InstanceState::at_end(self.expected_domains, self.domains);
        self.ended = ended;
        self
    }
}

/// The end of an instance as it is written into the repository: enough to rebuild its rows of the catalog.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstanceEnd {
    /// The instance, ended.
    pub instance: InstanceRecord,
    /// Its closed domains, sorted by name.
    pub domains: Vec<DomainRecord>,
}

impl InstanceEnd {
    /// The end of a run with these domains: what the catalog makes of the same run when it closes it. The engine writes
    /// it into the repository first, so that the repository never knows less than the catalog.
    pub fn of(begun: InstanceRecord, mut domains: Vec<DomainRecord>, ended: Timestamp) -> InstanceEnd {
        domains.sort_by_key(|domain| domain.name);
        InstanceEnd {
            instance: begun.ended_with(&domains, Some(ended)),
            domains,
        }
    }
}
