//! What a catalog is kept in, behind one trait at the level of the domain, so that an embedded file, a map in memory
//! and a database server can all be it without a round trip per row.

use store::{ChunkId, ChunkPlace};
use zvm::JobName;

use crate::domain::{DomainName, DomainRecord};
use crate::error::StoreError;
use crate::ids::{Epoch, InstanceId};
use crate::instance::InstanceRecord;
use crate::query::{CatalogTotals, DomainVersion, InstanceFilter, VersionFilter};

/// One row or one group of rows to be written. Whether it may be written was decided before; a store only keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Chunks and where they lie. A chunk that is known already keeps its place.
    Places(Vec<(ChunkId, ChunkPlace)>),
    /// An instance, new or in its new state.
    Instance(InstanceRecord),
    /// A closed domain; one of the same name in the same instance is replaced.
    Domain(InstanceId, DomainRecord),
}

/// A catalog on whatever keeps it. A value of this type is one connection: two of them may lead to the same rows, and
/// then [`acquire`](CatalogStore::acquire) decides which of them may write.
pub trait CatalogStore: Send + 'static {
    /// How error messages name the catalog, such as the path of its file.
    fn name(&self) -> &str;

    /// Takes the catalog over under a new epoch, one above all that were. Whoever held it before can write no more.
    fn acquire(&mut self, owner: &str) -> Result<Epoch, StoreError>;

    /// Writes all changes or none, and returns when they would survive a crash. Refused as
    /// [`StoreError::Fenced`] unless `epoch` is the newest.
    fn commit(&mut self, epoch: Epoch, changes: &[Change]) -> Result<(), StoreError>;

    /// Where the chunks lie, in the order asked. Sorted ids are looked up fastest.
    fn places(&self, ids: &[ChunkId]) -> Result<Vec<Option<ChunkPlace>>, StoreError>;

    /// The instance of this name.
    fn instance(&self, id: &InstanceId) -> Result<Option<InstanceRecord>, StoreError>;

    /// The wanted instances, sorted by job and number.
    fn instances(&self, filter: &InstanceFilter) -> Result<Vec<InstanceRecord>, StoreError>;

    /// The highest number of every job, sorted by job.
    fn last_numbers(&self) -> Result<Vec<(JobName, u32)>, StoreError>;

    /// One closed domain of an instance.
    fn domain(&self, instance: &InstanceId, name: &DomainName) -> Result<Option<DomainRecord>, StoreError>;

    /// All closed domains of an instance, sorted by name.
    fn domains(&self, instance: &InstanceId) -> Result<Vec<DomainRecord>, StoreError>;

    /// The wanted copies, oldest first.
    fn versions(&self, filter: &VersionFilter) -> Result<Vec<DomainVersion>, StoreError>;

    /// How much the catalog holds.
    fn totals(&self) -> Result<CatalogTotals, StoreError>;
}
