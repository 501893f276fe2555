//! Why a job could not go on.

use catalog::CatalogError;
use store::{PutError, SealError};
use thiserror::Error;
use zvm::MemberName;

/// Why a job ended before its time. What concerns one domain only, an unreadable track for example, is that
/// domain's status and not an error of the job.
#[derive(Debug, Error)]
pub enum BackupError {
    /// The catalog refused or is gone.
    #[error("the catalog did not take what the job recorded")]
    Catalog(#[from] CatalogError),
    /// The repository did not take a pack or a record.
    #[error("the repository did not take what the job stored")]
    Repository(#[from] PutError),
    /// A pack did not read back before it was stored.
    #[error("a pack was not stored because it does not read back")]
    Seal(#[from] SealError),
    /// A track is longer than any chunk may be.
    #[error(transparent)]
    Chunk(#[from] store::ChunkTooLong),
    /// A record cannot be written down.
    #[error("a record of the job cannot be written")]
    Record(#[from] store::wire::WireError),
    /// The records cannot be listed.
    #[error(transparent)]
    List(#[from] store::ListError),
    /// The catalog does not know an instance that it gave out.
    #[error("the catalog does not know {instance}, which it has just begun")]
    Forgotten {
        /// The instance.
        instance: catalog::InstanceId,
    },
    /// The member went down while it worked.
    #[error("member {member} went down; what its job had closed by then can be restored")]
    MemberLost {
        /// The member.
        member: MemberName,
    },
}

impl BackupError {
    /// True when the job ended because of the cluster, not because the run itself is in trouble.
    pub fn is_member_lost(&self) -> bool {
        matches!(self, Self::MemberLost { .. })
    }
}
