//! What can go wrong, one type per operation, in the words of the person who has to act.

use std::sync::Arc;

use store::{ChunkId, PackName};
use zvm::{JobName, MemberName};

use crate::domain::DomainName;
use crate::ids::{Epoch, InstanceId, Timestamp, WorkerId};
use crate::instance::InstanceState;

/// What to do about a catalog that cannot be used: it holds nothing that the repository does not hold as well.
pub(crate) const REBUILD: &str =
    "move the file away and make a new catalog from the repository with `ssibackup catalog rebuild`";

/// Why a catalog could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Somebody else has the file open.
    #[error(
        "the catalog {catalog} is in use by another run of ssibackup: a catalog has one owner at a time, \
         wait until that run has ended"
    )]
    InUse {
        /// The file.
        catalog: String,
    },
    /// The file is something else, or damaged beyond its own repair.
    #[error("{catalog} is not a usable catalog ({fault}): {REBUILD}")]
    Damaged {
        /// The file.
        catalog: String,
        /// What is wrong with it.
        fault: String,
    },
    /// A newer program wrote the catalog.
    #[error(
        "the catalog {catalog} has format {found}, this program knows format {known}: use a newer ssibackup, or {REBUILD}"
    )]
    Version {
        /// The file.
        catalog: String,
        /// Its format.
        found: u64,
        /// Ours.
        known: u64,
    },
    /// The file could not be opened, read or written.
    #[error(
        "the catalog {catalog} cannot be opened; check that its folder exists, may be written and has space"
    )]
    Io {
        /// The file.
        catalog: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The catalog opened and then refused to become ours.
    #[error("the catalog cannot be taken over")]
    Start {
        /// Why.
        #[from]
        source: StoreError,
    },
}

/// Why a store could not read or write.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// Another owner has taken the catalog over. Nothing was written.
    #[error(
        "the catalog {catalog} was taken over by {owner} (epoch {theirs}, ours was {ours}); nothing more was written. \
         Let that run end, then start this one again"
    )]
    Fenced {
        /// The catalog.
        catalog: String,
        /// The owner that the catalog has now.
        owner: String,
        /// Its epoch.
        theirs: Epoch,
        /// The epoch of the owner that was refused.
        ours: Epoch,
    },
    /// What was read makes no sense.
    #[error("the catalog {catalog} is damaged ({fault}): {REBUILD}")]
    Damaged {
        /// The catalog.
        catalog: String,
        /// What is wrong with it.
        fault: String,
    },
    /// The disk under the catalog failed.
    #[error(
        "the catalog {catalog} cannot be read or written; check the disk and its free space, then run again"
    )]
    Io {
        /// The catalog.
        catalog: String,
        /// What the system said.
        source: Arc<std::io::Error>,
    },
}

/// A request that the rules of the catalog forbid. It changed nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The job runs already.
    #[error(
        "job {job} is running on {member} as {running} since {since}: a job runs once at a time, and every member needs \
         a job name of its own, or the catalog could not tell whose data it shows"
    )]
    AlreadyRunning {
        /// The job.
        job: JobName,
        /// Its open instance.
        running: InstanceId,
        /// The member that runs it.
        member: MemberName,
        /// When it began.
        since: Timestamp,
    },
    /// The base of an incremental run does not exist or has not ended.
    #[error(
        "{base} cannot be the base of a run of {job}: it {fault}. Run the base job first, or back up in full"
    )]
    BadBase {
        /// The job that wants to run.
        job: JobName,
        /// Its base.
        base: InstanceId,
        /// What is wrong with it.
        fault: &'static str,
    },
    /// A job has no numbers left.
    #[error("job {job} has run {number} times, more than a catalog counts: give it a new name")]
    NoNumberLeft {
        /// The job.
        job: JobName,
        /// Its last number.
        number: u32,
    },
    /// The instance is not in the catalog.
    #[error("the catalog knows no instance {instance}: it was never begun here, or the catalog was replaced")]
    NoSuchInstance {
        /// The instance.
        instance: InstanceId,
    },
    /// The instance takes no more domains.
    #[error("{domain} cannot be added to {instance}: the instance is {state} already")]
    InstanceEnded {
        /// The instance.
        instance: InstanceId,
        /// How it ended.
        state: InstanceState,
        /// The domain.
        domain: DomainName,
    },
    /// The plan of the instance had no room for the domain.
    #[error("{domain} cannot be added to {instance}: its plan has {expected} domains and all are closed")]
    MoreThanPlanned {
        /// The instance.
        instance: InstanceId,
        /// Domains that its plan has.
        expected: u32,
        /// The domain.
        domain: DomainName,
    },
    /// The domain is closed with other content.
    #[error(
        "{domain} of {instance} is closed already, with other content: what the catalog names is never rewritten"
    )]
    DomainClosedOtherwise {
        /// The instance.
        instance: InstanceId,
        /// The domain.
        domain: DomainName,
    },
    /// A copy without a chunk list.
    #[error("{domain} of {instance} cannot be closed as copied: it names no manifest")]
    NoManifest {
        /// The instance.
        instance: InstanceId,
        /// The domain.
        domain: DomainName,
    },
    /// The chunk list is not stored.
    #[error(
        "{domain} of {instance} cannot be closed: its manifest {manifest} is in no pack that the catalog knows"
    )]
    ManifestNotStored {
        /// The instance.
        instance: InstanceId,
        /// The domain.
        domain: DomainName,
        /// The chunk that should hold the manifest.
        manifest: ChunkId,
    },
    /// One chunk at two places of one pack.
    #[error("pack {pack} is recorded with chunk {chunk} at another place: one of the two records is wrong")]
    PackRecordedOtherwise {
        /// The pack.
        pack: PackName,
        /// The chunk.
        chunk: ChunkId,
    },
    /// The instance is recorded with other content.
    #[error(
        "{instance} is in the catalog already, with other content: what the catalog names is never rewritten"
    )]
    InstanceRecordedOtherwise {
        /// The instance.
        instance: InstanceId,
    },
    /// The worker was given up.
    #[error(
        "{worker} is not registered: it was given up as dead, so what it claimed may be stored by another worker"
    )]
    NoSuchWorker {
        /// The worker.
        worker: WorkerId,
    },
    /// No numbers left for workers.
    #[error("the catalog cannot count more workers in one run")]
    TooManyWorkers,
}

/// Why a request was not done. Where it could have changed something, it changed nothing, unless the variant says
/// otherwise.
#[derive(Clone, Debug, thiserror::Error)]
pub enum CatalogError {
    /// The rules forbid it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store failed or has another owner. This actor answers nothing more.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The member that asks has lost its way to the catalog. Whether the request was done is not known to it; sent
    /// again later, it does no harm.
    #[error(
        "{member} cannot reach the catalog: it keeps its records and sends them when it has joined again"
    )]
    Unreachable {
        /// The member that asked.
        member: MemberName,
    },
    /// The actor has ended. Whether the request was done is not known.
    #[error("the catalog has ended, because it failed or was closed: start the run again")]
    Gone,
}

impl CatalogError {
    /// Whether the catalog has another owner now.
    pub fn is_fenced(&self) -> bool {
        matches!(self, CatalogError::Store(StoreError::Fenced { .. }))
    }
}
