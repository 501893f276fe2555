//! Standard-label tapes: VOL1, and each dataset between HDR and EOF labels, over one or several volumes.

mod date;
mod error;
mod label;
mod reader;
mod text;
mod writer;

pub(crate) use reader::label_text;

pub use date::LabelDate;
pub use error::{LabelError, LabelWriteError};
pub use label::{DatasetLabel, FormatLabel, Role, VolumeLabel};
pub use reader::{Dataset, LabelledReader};
pub use text::{BadField, LABEL_LEN};
pub use writer::{DatasetSpec, DatasetWriter, LabelledWriter, Room, dataset_name_of};

#[cfg(test)]
mod tests;
