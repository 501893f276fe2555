//! Opening a file that may be new, ours, somebody else's or damaged.

use std::sync::Arc;

use redb::{Builder, Database, DatabaseError, ReadableDatabase, TableHandle};

use super::fault::{Fault, contain_fault};
use super::seal::Sealable;
use super::tables::{
    CHUNKS, DOMAINS, FORMAT, INSTANCES, META, META_DAMAGED, META_FORMAT, OWNER, PACK_NUMBERS, PACKS, VERSIONS,
};
use super::{Held, RedbStore};
use crate::error::OpenError;

/// Memory for pages. A whole catalog of 200,000 chunks fits; larger ones are read sorted, so that the upper levels of
/// the tree stay in it.
const CACHE_BYTES: usize = 16 << 20;

/// Why opening failed, without the name of the catalog.
enum Refused {
    InUse,
    Version(u64),
    Fault(Fault),
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Refused {
        Refused::Fault(fault)
    }
}

macro_rules! refused_by {
    ($($error:ident),*) => {
        $(impl From<redb::$error> for Refused {
            fn from(error: redb::$error) -> Refused {
                Refused::Fault(Fault::from(error))
            }
        })*
    };
}
refused_by!(StorageError, TableError, TransactionError, CommitError);

impl From<DatabaseError> for Refused {
    fn from(error: DatabaseError) -> Refused {
        match error {
            DatabaseError::DatabaseAlreadyOpen => Refused::InUse,
            error => Refused::Fault(Fault::from(error)),
        }
    }
}

impl Refused {
    fn of_catalog(self, catalog: String) -> OpenError {
        match self {
            Refused::InUse => OpenError::InUse { catalog },
            Refused::Version(found) => OpenError::Version {
                catalog,
                found,
                known: FORMAT,
            },
            Refused::Fault(Fault::Io(source)) => OpenError::Io { catalog, source },
            Refused::Fault(Fault::Damaged(fault)) => OpenError::Damaged { catalog, fault },
            Refused::Fault(fenced @ Fault::Fenced { .. }) => OpenError::Start {
                source: fenced.in_catalog(&catalog),
            },
        }
    }
}

/// Opens a catalog. `sealable` is its file, if it has one, and whether that is as its last owner left it.
pub(super) fn open(
    name: String,
    sealable: Option<(Sealable, bool)>,
    create: impl FnOnce(&mut Builder) -> Result<Database, DatabaseError>,
) -> Result<RedbStore, OpenError> {
    let is_sealed = sealable.as_ref().is_some_and(|(_, good)| *good);
    let opened = contain_fault(|| {
        let mut builder = Builder::new();
        builder.set_cache_size(CACHE_BYTES);
        let mut database = create(&mut builder)?;
        if is_new(&database)? {
            lay_out(&database)?;
        } else {
            check(&mut database, is_sealed)?;
        }
        Ok::<Database, Refused>(database)
    });
    match opened {
        Ok(database) => Ok(RedbStore {
            held: Arc::new(Held::new(database, sealable.map(|(sealable, _)| sealable))),
            name: name.into(),
        }),
        Err(refused) => Err(refused.of_catalog(name)),
    }
}

/// A database without tables was made and never laid out, perhaps because the first run died between both.
fn is_new(database: &Database) -> Result<bool, Refused> {
    let tables: Vec<_> = database.begin_read()?.list_tables()?.collect();
    if tables.is_empty() {
        return Ok(true);
    }
    if tables.iter().any(|table| table.name() == META.name()) {
        return Ok(false);
    }
    Err(Fault::Damaged("it is a database of another program".to_owned()).into())
}

/// Makes the tables of an empty catalog.
fn lay_out(database: &Database) -> Result<(), Refused> {
    let transaction = database.begin_write()?;
    transaction.open_table(META)?.insert(META_FORMAT, FORMAT)?;
    transaction.open_table(OWNER)?;
    transaction.open_table(PACKS)?;
    transaction.open_table(PACK_NUMBERS)?;
    transaction.open_table(CHUNKS)?;
    transaction.open_table(INSTANCES)?;
    transaction.open_table(DOMAINS)?;
    transaction.open_table(VERSIONS)?;
    transaction.commit()?;
    Ok(())
}

/// Refuses a format that is not ours and, unless the file is sealed, pages that are not as they were written.
fn check(database: &mut Database, is_sealed: bool) -> Result<(), Refused> {
    let format = {
        let meta = database.begin_read()?.open_table(META)?;
        if meta.get(META_DAMAGED)?.is_some() {
            return Err(damaged().into());
        }
        meta.get(META_FORMAT)?.map(|format| format.value())
    };
    match format {
        Some(FORMAT) => (),
        Some(other) => return Err(Refused::Version(other)),
        None => return Err(Fault::Damaged("it does not say which format it has".to_owned()).into()),
    }
    if is_sealed || database.check_integrity()? {
        return Ok(());
    }
    // The check has put the last whole commit in the place of the damaged one. That opens, but what was answered since
    // is missing from it; the mark keeps every later run from taking it for complete.
    let transaction = database.begin_write()?;
    transaction.open_table(META)?.insert(META_DAMAGED, 1)?;
    transaction.commit()?;
    Err(damaged().into())
}

fn damaged() -> Fault {
    Fault::Damaged(
        "pages of it were changed from outside or by a failing disk, rows may be missing".to_owned(),
    )
}
