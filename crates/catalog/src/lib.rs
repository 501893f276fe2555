//! What was backed up, where it lies, when it expires: the one shared catalog and its actor.
//!
//! All members ask one actor through clones of one [`CatalogHandle`]. Requests that wait together are decided together
//! by the pure transitions of `state`, written in one durable commit to a [`CatalogStore`], and only then answered:
//!
//! ```text
//! CatalogHandle -> mailbox -> Core::serve: gather facts -> State (pure) -> CatalogStore::commit -> answers
//! ```
//!
//! The order of a backup is `begin`, then for each chunk `claim`, `record_pack` once its pack is durable, `settle` for
//! what others store, `close_domain` once the manifest is recorded, and `close_instance`. The catalog names nothing
//! that is not stored, and a store has one owner: whoever acquired it last. It is an index, nothing more: the
//! repository holds everything that is in it, and [`CatalogHandle::apply_rebuild`] makes it anew from there.

mod actor;
#[cfg(test)]
mod actor_tests;
mod blocking;
mod catalog_store;
mod claim;
#[cfg(test)]
mod conformance;
mod domain;
mod error;
mod handle;
mod ids;
mod instance;
mod memory_store;
mod query;
mod rebuild;

mod redb_store;
mod request;
#[cfg(test)]
mod samples;
mod serve;
mod state;

pub use actor::{ActorDied, Catalog, CatalogTask, MAILBOX_REQUESTS_MAX};
pub use blocking::{Blocking, Inline, Pool, Spent, Work};
pub use catalog_store::{CatalogStore, Change};
pub use claim::{Claim, Settled};
pub use domain::{DataType, DomainName, DomainRecord, DomainStatus, GeometryRecord, Totals};
pub use error::{CatalogError, OpenError, Refusal, StoreError};
pub use handle::{CatalogHandle, ClaimAnswer, Reach};
pub use ids::{BadInstanceId, Epoch, InstanceId, Timestamp, WorkerId};
pub use instance::{
    BackupKind, DomainCounts, INSTANCE_BEGIN_KIND, INSTANCE_BEGIN_VERSION, INSTANCE_END_KIND,
    INSTANCE_END_VERSION, InstanceEnd, InstancePlan, InstanceRecord, InstanceState,
};
pub use memory_store::MemoryStore;
pub use query::{CatalogTotals, DomainVersion, InstanceFilter, VersionFilter, latest_of_each};
pub use rebuild::{RebuildBatch, Rebuilt};
pub use redb_store::{RedbStore, panics_are_contained};
pub use serve::CatalogSummary;
