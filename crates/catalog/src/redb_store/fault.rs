//! What redb can report, in three kinds: damage, failing disk, lost ownership. A panic of redb is damage.

use std::cell::Cell;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use store::wire::WireError;

use crate::error::StoreError;
use crate::ids::Epoch;

/// A [`StoreError`] that does not know the name of its catalog yet.
#[derive(Debug)]
pub(super) enum Fault {
    Damaged(String),
    Io(io::Error),
    Fenced {
        owner: String,
        theirs: Epoch,
        ours: Epoch,
    },
}

impl Fault {
    pub(super) fn in_catalog(self, catalog: &str) -> StoreError {
        let catalog = catalog.to_owned();
        match self {
            Fault::Damaged(fault) => StoreError::Damaged { catalog, fault },
            Fault::Io(source) => StoreError::Io {
                catalog,
                source: Arc::new(source),
            },
            Fault::Fenced { owner, theirs, ours } => StoreError::Fenced {
                catalog,
                owner,
                theirs,
                ours,
            },
        }
    }
}

impl From<redb::Error> for Fault {
    fn from(error: redb::Error) -> Fault {
        match error {
            // A page beyond the end of the file, and a header that is none, arrive as errors of reading.
            redb::Error::Io(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof
                ) =>
            {
                Fault::Damaged(error.to_string())
            }
            redb::Error::Io(error) => Fault::Io(error),
            redb::Error::PreviousIo => Fault::Io(io::Error::other("an earlier write had failed")),
            other => Fault::Damaged(other.to_string()),
        }
    }
}

macro_rules! from_redb {
    ($($error:ident),*) => {
        $(impl From<redb::$error> for Fault {
            fn from(error: redb::$error) -> Fault {
                Fault::from(redb::Error::from(error))
            }
        })*
    };
}
from_redb!(
    StorageError,
    TableError,
    TransactionError,
    CommitError,
    DatabaseError
);

impl From<WireError> for Fault {
    fn from(error: WireError) -> Fault {
        Fault::Damaged(error.to_string())
    }
}

thread_local! {
    static CONTAINED: Cell<bool> = const { Cell::new(false) };
}

/// True while this thread reads or writes a catalog file. A panic then ends up as an error that says what to do, so a
/// program's panic hook has nothing to report.
pub fn panics_are_contained() -> bool {
    CONTAINED.get()
}

/// Runs calls into redb. Should one of them panic, which only a file that was changed behind its back can make it do,
/// the transaction is given up and the panic becomes [`StoreError::Damaged`]. Nothing of ours is shared with the work
/// but the database, which poisons what a panic left half done.
pub(super) fn contain<T>(catalog: &str, work: impl FnOnce() -> Result<T, Fault>) -> Result<T, StoreError> {
    contain_fault(work).map_err(|fault| fault.in_catalog(catalog))
}

pub(super) fn contain_fault<T, E: From<Fault>>(work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    let outer = CONTAINED.replace(true);
    let ended = catch_unwind(AssertUnwindSafe(work));
    CONTAINED.set(outer);
    ended.unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<String>().map(String::as_str);
        let said = said
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or("no message");
        Err(Fault::Damaged(format!("reading it broke off: {said}")).into())
    })
}
