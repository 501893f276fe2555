//! Repairs as changes of the installation's files.

use serde::Serialize;
use zvm::Place;

/// One change of one file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Edit {
    /// Where. A file that does not exist is made.
    pub place: Place,
    /// What changes there.
    pub change: Change,
}

/// What an edit does at its place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// The marked words become these.
    Words(String),
    /// These words are put in front of the marked ones.
    Ahead(String),
    /// The whole line becomes these lines.
    Line(String),
    /// These lines are put in front of the line.
    Before(String),
    /// These lines are put behind the line.
    After(String),
    /// The line goes.
    Drop,
}
