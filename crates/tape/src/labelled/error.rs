//! Why a labelled tape could not be read or written.

use super::text::BadField;
use crate::{Place, ReadError, WriteError};

/// A labelled tape could not be read.
#[derive(Debug, thiserror::Error)]
pub enum LabelError {
    /// The image.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// There is no VOL1 label.
    #[error("tape {tape} has no standard labels; read its files by their number")]
    NotLabelled {
        /// The tape.
        tape: String,
    },
    /// A field of a label is wrong.
    #[error("tape {tape}, {place}: {source}")]
    Field {
        /// The tape.
        tape: String,
        /// Where.
        place: Place,
        /// Which field.
        source: BadField,
    },
    /// Something else stands where a label should be.
    #[error("tape {tape}, {place}: {found} stands where {expected} should be")]
    Unexpected {
        /// The tape.
        tape: String,
        /// Where.
        place: Place,
        /// What the standard wants here.
        expected: &'static str,
        /// What is there.
        found: String,
    },
    /// The trailer counts other blocks than there are.
    #[error(
        "tape {tape}: the trailer of dataset {dataset} counts {says} blocks, {is} were read; data are missing"
    )]
    BlockCount {
        /// The tape.
        tape: String,
        /// The dataset.
        dataset: String,
        /// What the label says.
        says: u64,
        /// How many there were.
        is: u64,
    },
    /// Header and trailer are of different datasets.
    #[error("tape {tape}: the header of dataset {header} is followed by the trailer of {trailer}")]
    OtherDataset {
        /// The tape.
        tape: String,
        /// The dataset of the header.
        header: String,
        /// The dataset of the trailer.
        trailer: String,
    },
    /// The dataset goes on, and there is no further volume.
    #[error("dataset {dataset} continues behind volume {volser}; name the next volume of the set too")]
    NextVolumeMissing {
        /// The dataset.
        dataset: String,
        /// The last volume there was.
        volser: String,
    },
    /// The first volume is not the first of its set.
    #[error(
        "volume {volser} is number {sequence} of the set that begins with {first}; name all volumes in order"
    )]
    NotFirstVolume {
        /// The volume.
        volser: String,
        /// Its number in the set.
        sequence: u32,
        /// The first volume of the set.
        first: String,
    },
    /// The next volume is not the one that continues the dataset.
    #[error(
        "volume {volser} holds {found}, but volume {sequence} of set {set} with the rest of {dataset} should be \
         next; name the volumes in order"
    )]
    WrongVolume {
        /// The volume.
        volser: String,
        /// The dataset that is to be continued.
        dataset: String,
        /// The set.
        set: String,
        /// The volume sequence number that should be next.
        sequence: u32,
        /// What the volume holds instead.
        found: String,
    },
}

/// A labelled tape could not be written.
#[derive(Debug, thiserror::Error)]
pub enum LabelWriteError {
    /// The image.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// A text that a label has no room for, or that labels do not allow.
    #[error("{text:?} cannot be the {field} of a tape label: {rule}")]
    Field {
        /// The field in the words of the manuals.
        field: &'static str,
        /// What was asked for.
        text: String,
        /// What is allowed.
        rule: &'static str,
    },
    /// A dataset was begun and never finished.
    #[error(
        "a dataset on volume {volser} was not finished; its trailer is missing and the tape is of no use"
    )]
    Unfinished {
        /// The volume.
        volser: String,
    },
}
