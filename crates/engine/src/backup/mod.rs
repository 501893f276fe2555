//! The backup of a plan: one worker for each member, all at once.

mod base;
mod buffers;
mod capture;
mod error;
mod intake;
mod ledger;
mod order;
mod packing;
mod rate;
mod reading;
mod record;
mod run;
mod settle;
mod unread;
mod worker;

pub(crate) use base::BaseEntry;
pub(crate) use buffers::Buffers;
pub(crate) use capture::{Captured, Past, Unit, capture, error_chain};
pub use error::BackupError;
pub use order::{BackupOrder, JobOutcome, RunSummary, Share};
pub use record::mend_records;
pub(crate) use record::word;
pub use run::back_up;
