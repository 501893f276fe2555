//! Where something stands in the files of an installation.

use std::{fmt, ops::Deref, sync::Arc};

use serde::{Serialize, Serializer, ser::SerializeStruct};

/// A stretch of one line of one file. Ordered by file name, line and column.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file as the user named it.
    pub file: Arc<str>,
    /// Line number, from 1.
    pub line: u32,
    /// Column number in bytes, from 1.
    pub column: u32,
    /// How many bytes of the line are meant; at least 1, so that a caret has something to stand under.
    pub len: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

impl Serialize for Place {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut place = serializer.serialize_struct("Place", 4)?;
        place.serialize_field("file", &*self.file)?;
        place.serialize_field("line", &self.line)?;
        place.serialize_field("column", &self.column)?;
        place.serialize_field("len", &self.len)?;
        place.end()
    }
}

/// A value and the place it was read from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Located<T> {
    /// What was read.
    pub value: T,
    /// Where it stands.
    pub place: Place,
}

impl<T> Located<T> {
    /// Ties a value to its place.
    pub fn new(value: T, place: Place) -> Located<T> {
        Located { value, place }
    }
}

impl<T> Deref for Located<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}
