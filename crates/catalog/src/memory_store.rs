//! A catalog in memory: the model that the others are compared with, and the store for tests that need no file.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use store::{ChunkId, ChunkPlace, PackName};
use zvm::JobName;

use crate::catalog_store::{CatalogStore, Change};
use crate::domain::{DomainName, DomainRecord};
use crate::error::StoreError;
use crate::ids::{Epoch, InstanceId};
use crate::instance::InstanceRecord;
use crate::query::{CatalogTotals, DomainVersion, InstanceFilter, VersionFilter};

const NAME: &str = "in memory";

#[derive(Debug, Default)]
struct Rows {
    epoch: u64,
    owner: String,
    packs: std::collections::BTreeSet<PackName>,
    places: BTreeMap<ChunkId, ChunkPlace>,
    instances: BTreeMap<InstanceId, InstanceRecord>,
    domains: BTreeMap<(InstanceId, DomainName), DomainRecord>,
}

/// Rows in memory. Clones lead to the same rows, as two connections to one database do.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore(Arc<Mutex<Rows>>);

impl MemoryStore {
    /// An empty catalog.
    pub fn new() -> MemoryStore {
        MemoryStore::default()
    }

    fn rows(&self) -> MutexGuard<'_, Rows> {
        // No transition leaves the rows half changed, so a lock that was poisoned by a panic elsewhere is good.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Rows {
    fn apply(&mut self, change: &Change) {
        match change {
            Change::Places(places) => {
                for (id, place) in places {
                    self.packs.insert(place.pack);
                    self.places.entry(*id).or_insert(*place);
                }
            }
            Change::Instance(record) => drop(self.instances.insert(record.id, record.clone())),
            Change::Domain(instance, record) => {
                self.domains.insert((*instance, record.name), record.clone());
            }
        }
    }

    fn domains_of(&self, instance: &InstanceId) -> impl Iterator<Item = &DomainRecord> {
        let instance = *instance;
        self.domains
            .iter()
            .filter(move |((of, _), _)| *of == instance)
            .map(|(_, record)| record)
    }
}

impl CatalogStore for MemoryStore {
    fn name(&self) -> &str {
        NAME
    }

    fn acquire(&mut self, owner: &str) -> Result<Epoch, StoreError> {
        let mut rows = self.rows();
        rows.epoch += 1;
        rows.owner = owner.to_owned();
        Ok(Epoch::new(rows.epoch))
    }

    fn commit(&mut self, epoch: Epoch, changes: &[Change]) -> Result<(), StoreError> {
        let mut rows = self.rows();
        let theirs = Epoch::new(rows.epoch);
        if theirs != epoch {
            let owner = rows.owner.clone();
            return Err(StoreError::Fenced {
                catalog: NAME.to_owned(),
                owner,
                theirs,
                ours: epoch,
            });
        }
        changes.iter().for_each(|change| rows.apply(change));
        Ok(())
    }

    fn places(&self, ids: &[ChunkId]) -> Result<Vec<Option<ChunkPlace>>, StoreError> {
        let rows = self.rows();
        Ok(ids.iter().map(|id| rows.places.get(id).copied()).collect())
    }

    fn instance(&self, id: &InstanceId) -> Result<Option<InstanceRecord>, StoreError> {
        Ok(self.rows().instances.get(id).cloned())
    }

    fn instances(&self, filter: &InstanceFilter) -> Result<Vec<InstanceRecord>, StoreError> {
        Ok(self
            .rows()
            .instances
            .values()
            .filter(|record| filter.admits(record))
            .cloned()
            .collect())
    }

    fn last_numbers(&self) -> Result<Vec<(JobName, u32)>, StoreError> {
        let mut last = BTreeMap::new();
        for id in self.rows().instances.keys() {
            // Sorted by number within the job, so the last one stays.
            last.insert(id.job, id.number);
        }
        Ok(last.into_iter().collect())
    }

    fn domain(&self, instance: &InstanceId, name: &DomainName) -> Result<Option<DomainRecord>, StoreError> {
        Ok(self.rows().domains.get(&(*instance, *name)).cloned())
    }

    fn domains(&self, instance: &InstanceId) -> Result<Vec<DomainRecord>, StoreError> {
        Ok(self.rows().domains_of(instance).cloned().collect())
    }

    fn versions(&self, filter: &VersionFilter) -> Result<Vec<DomainVersion>, StoreError> {
        let rows = self.rows();
        let wanted = rows
            .domains
            .iter()
            .filter(|((instance, _), record)| filter.admits(instance, record));
        let mut versions: Vec<DomainVersion> = wanted
            .map(|((instance, _), record)| DomainVersion {
                instance: *instance,
                record: record.clone(),
            })
            .collect();
        versions.sort_by_key(|version| (version.age(), version.record.name));
        Ok(versions)
    }

    fn totals(&self) -> Result<CatalogTotals, StoreError> {
        let rows = self.rows();
        let count = |len: usize| u64::try_from(len).unwrap_or(u64::MAX);
        Ok(CatalogTotals {
            instances: count(rows.instances.len()),
            domains: count(rows.domains.len()),
            packs: count(rows.packs.len()),
            chunks: count(rows.places.len()),
            chunk_bytes: rows.places.values().map(|place| u64::from(place.len)).sum(),
        })
    }
}
