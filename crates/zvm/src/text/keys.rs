//! Where the lines of a TOML table stand, for those who want to change them.

use std::collections::BTreeMap;

use crate::place::Place;

/// The places of one table of a TOML file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keys {
    /// The line `[table]` or `[[table]]`.
    pub(crate) header: Option<Place>,
    /// The values that stand on one line each, by key.
    pub(crate) values: BTreeMap<String, Place>,
    /// Whether there are values of other kinds: over several lines, or tables.
    pub(crate) more: bool,
}

impl Keys {
    /// The value of a key, when it stands on one line.
    pub fn at(&self, key: &str) -> Option<&Place> {
        self.values.get(key)
    }

    /// The line `[table]` or `[[table]]`; None for the top of the file, and for a table that is written as a value.
    pub fn header(&self) -> Option<&Place> {
        self.header.as_ref()
    }

    /// All lines of the table; none when they are not known to be its own.
    pub fn lines(&self) -> Vec<&Place> {
        match &self.header {
            Some(header) if !self.more => [header].into_iter().chain(self.values.values()).collect(),
            _ => Vec::new(),
        }
    }
}
