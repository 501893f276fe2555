//! Standard-label tapes: VOL1, and each dataset between HDR and EOF labels, over one or several volumes.
//!
//! ```
//! use tape::labelled::{DatasetSpec, LabelledReader, LabelledWriter, VolumeLabel};
//! use tape::recfm::{Form, RecordFormat};
//! use tape::{Drive, MemoryTape, WriteFormat};
//!
//! let drive = Drive::load("VOL001", MemoryTape::default())?.with_format(WriteFormat::HET_ZLIB);
//! let mut writer = LabelledWriter::create(drive, VolumeLabel::new("VOL001", "OPERATNS"), None)?;
//! let mut dataset = writer.begin(&DatasetSpec {
//!     name: "USER.DIRECT".to_owned(),
//!     format: Some(RecordFormat::new(Form::Fixed, true, 3200, 80)),
//!     created: None,
//!     expires: None,
//!     system: "SSIBACKUP".to_owned(),
//! })?;
//! dataset.write_block(&[0x40; 3200])?;
//! dataset.finish()?;
//!
//! let mut reader = LabelledReader::open(writer.finish()?)?;
//! let dataset = reader.next_dataset()?.expect("one was written");
//! assert!(dataset.label.is_named("USER.DIRECT"));
//! assert_eq!(reader.read_block()?, Some(&[0x40; 3200][..]));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

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
