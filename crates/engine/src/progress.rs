//! What a run tells whoever watches it.

use catalog::{DomainName, InstanceId, InstanceState};
use zvm::{JobName, MemberName};

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A member's worker began a job.
    JobBegan {
        /// The member.
        member: MemberName,
        /// The new instance.
        instance: InstanceId,
        /// Domains to copy.
        domains: u64,
        /// Bytes to read.
        bytes: u64,
    },
    /// Some of a domain was read and is on its way to the repository.
    Read {
        /// Whose worker read it.
        member: MemberName,
        /// Bytes read.
        bytes: u64,
    },
    /// A pack became durable.
    PackStored {
        /// Whose worker stored it.
        member: MemberName,
        /// The pack's name.
        pack: store::PackName,
        /// Its size in bytes.
        bytes: u64,
    },
    /// A domain was closed in the catalog.
    DomainClosed {
        /// Whose worker copied it.
        member: MemberName,
        /// The domain.
        domain: DomainName,
        /// What became of it, in a word.
        status: &'static str,
    },
    /// A job came to an end.
    JobEnded {
        /// The member.
        member: MemberName,
        /// The instance.
        instance: InstanceId,
        /// How it ended.
        state: InstanceState,
    },
    /// A job could not go on.
    JobFailed {
        /// The member.
        member: MemberName,
        /// The job.
        job: JobName,
        /// Why.
        reason: String,
    },
    /// Work with a known total began: a restore or a verification.
    Total {
        /// Bytes to come.
        bytes: u64,
    },
    /// Some of that work was done.
    Done {
        /// Bytes done since the last such event.
        bytes: u64,
    },
}

/// Watches a run. It is called from many tasks and must not block.
pub trait Progress: Send + Sync {
    /// Something happened.
    fn event(&self, event: Event);
}

/// Watches nothing.
#[derive(Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn event(&self, _event: Event) {}
}
