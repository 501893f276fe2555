//! A catalog in one file, kept by redb.
//!
//! redb writes copy-on-write pages with checksums, so that a crash leaves the last commit that was answered. What it
//! cannot promise is that a file which was changed from outside never makes it panic; therefore every call into it goes
//! through [`fault::contain`], and opening verifies the checksums of all pages first, unless the file is still what its last
//! owner left behind: [`seal`].

mod fault;
mod open;
mod read;
mod seal;
mod tables;
mod write;

#[cfg(test)]
mod tests;

pub use fault::panics_are_contained;

use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use redb::{Database, ReadableDatabase, StorageBackend};
use store::{ChunkId, ChunkPlace};
use zvm::JobName;

use crate::catalog_store::{CatalogStore, Change};
use crate::domain::{DomainName, DomainRecord};
use crate::error::{OpenError, StoreError};
use crate::ids::{Epoch, InstanceId};
use crate::instance::InstanceRecord;
use crate::query::{CatalogTotals, DomainVersion, InstanceFilter, VersionFilter};
use fault::{Fault, contain, contain_fault};
use read::Reader;
use seal::Sealable;

/// A catalog kept by redb. Clones are connections to the same file; a second value over the same file cannot be
/// opened, because redb locks it.
#[derive(Clone)]
pub struct RedbStore {
    held: Arc<Held>,
    name: Arc<str>,
}

/// The open database, and the file that is sealed when it is closed.
struct Held {
    database: Option<Database>,
    sealable: Option<Sealable>,
    /// Something was wrong with it: it is not sealed.
    damaged: AtomicBool,
}

impl Held {
    fn new(database: Database, sealable: Option<Sealable>) -> Held {
        Held {
            database: Some(database),
            sealable,
            damaged: AtomicBool::new(false),
        }
    }

    fn database(&self) -> &Database {
        self.database.as_ref().expect("it is taken away only on drop")
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut database = self.database.take();
        if let Some(database) = &mut database
            && self.sealable.as_ref().is_some_and(Sealable::is_small)
        {
            // The file grows by doubling. While it is small, that is as much as a day's changes add to the packs.
            let compacted = contain_fault(|| {
                database
                    .compact()
                    .map(drop)
                    .map_err(|error| Fault::Damaged(error.to_string()))
            });
            drop(compacted);
        }
        drop(database);
        if let Some(sealable) = self.sealable.take().filter(|_| !*self.damaged.get_mut()) {
            sealable.seal();
        }
    }
}

impl RedbStore {
    /// Opens the catalog in this file, or makes one if there is no file or an empty one. All its pages are read and
    /// checked, unless an owner closed it in order, nobody touched it since, and the last check is less than a week old.
    pub fn open(path: &Path) -> Result<RedbStore, OpenError> {
        let name = path.display().to_string();
        if !path.exists() {
            make(path, &name)?;
        }
        let sealable = Sealable::take(path);
        open::open(name, Some(sealable), |builder| builder.create(path))
    }

    /// Makes the next [`RedbStore::open`] read all pages of the file, whatever its last owner said.
    pub fn distrust(path: &Path) {
        drop(Sealable::take(path));
    }

    /// Opens the catalog on a storage of the caller, such as `redb::backends::InMemoryBackend` or a simulated disk.
    /// `name` is what messages call it. A backend that does not lock must not be opened twice at a time.
    pub fn open_backend(name: &str, backend: impl StorageBackend) -> Result<RedbStore, OpenError> {
        open::open(name.to_owned(), None, |builder| {
            builder.create_with_backend(backend)
        })
    }

    fn read<T>(&self, question: impl FnOnce(&Reader) -> Result<T, Fault>) -> Result<T, StoreError> {
        self.with(|database| question(&Reader::new(database.begin_read()?)))
    }

    fn with<T>(&self, work: impl FnOnce(&Database) -> Result<T, Fault>) -> Result<T, StoreError> {
        let done = contain(&self.name, || work(self.held.database()));
        if matches!(done, Err(StoreError::Damaged { .. })) {
            self.held.damaged.store(true, Ordering::Relaxed);
        }
        done
    }
}

/// Makes a new catalog under a passing name and gives it its own when it is whole: redb writes a new file in steps,
/// and a run that is killed between them must not leave half a catalog.
fn make(path: &Path, name: &str) -> Result<(), OpenError> {
    let failed = |source| OpenError::Io {
        catalog: name.to_owned(),
        source,
    };
    let passing = path.with_extension("new");
    match fs::remove_file(&passing) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    drop(open::open(name.to_owned(), None, |builder| {
        builder.create(&passing)
    })?);
    match fs::hard_link(&passing, path) {
        // Somebody else was faster: theirs is opened, or refused because it is in use.
        Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(failed(error)),
        _ => {}
    }
    fs::remove_file(&passing).map_err(failed)
}

impl fmt::Debug for RedbStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedbStore")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl CatalogStore for RedbStore {
    fn name(&self) -> &str {
        &self.name
    }

    fn acquire(&mut self, owner: &str) -> Result<Epoch, StoreError> {
        self.with(|database| write::acquire(database, owner))
    }

    fn commit(&mut self, epoch: Epoch, changes: &[Change]) -> Result<(), StoreError> {
        self.with(|database| write::commit(database, epoch, changes))
    }

    fn places(&self, ids: &[ChunkId]) -> Result<Vec<Option<ChunkPlace>>, StoreError> {
        self.read(|reader| reader.places(ids))
    }

    fn instance(&self, id: &InstanceId) -> Result<Option<InstanceRecord>, StoreError> {
        self.read(|reader| reader.instance(id))
    }

    fn instances(&self, filter: &InstanceFilter) -> Result<Vec<InstanceRecord>, StoreError> {
        self.read(|reader| reader.instances(filter))
    }

    fn last_numbers(&self) -> Result<Vec<(JobName, u32)>, StoreError> {
        self.read(Reader::last_numbers)
    }

    fn domain(&self, instance: &InstanceId, name: &DomainName) -> Result<Option<DomainRecord>, StoreError> {
        self.read(|reader| reader.domain(instance, name))
    }

    fn domains(&self, instance: &InstanceId) -> Result<Vec<DomainRecord>, StoreError> {
        self.read(|reader| reader.domains(instance))
    }

    fn versions(&self, filter: &VersionFilter) -> Result<Vec<DomainVersion>, StoreError> {
        self.read(|reader| reader.versions(filter))
    }

    fn totals(&self) -> Result<CatalogTotals, StoreError> {
        self.read(Reader::totals)
    }
}
