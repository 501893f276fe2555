//! What a check found.

use std::fmt;

use crate::address::{TrackAddr, TrackNo};
use crate::geometry::Geometry;

/// How bad a fault is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Everything can be read, but something does not agree, or should be known.
    Warning,
    /// Something cannot be read, or would be lost when another program writes to the image.
    Error,
}

/// Where in an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultPlace {
    /// The headers.
    Header {
        /// Byte of the file.
        offset: u64,
    },
    /// An entry of the first table.
    FirstTable {
        /// Which 256 tracks or groups it is for.
        index: u32,
        /// Byte of the file.
        offset: u64,
    },
    /// A second table as a whole, or an entry for no track.
    SecondTable {
        /// Which 256 tracks or groups it is for.
        index: u32,
        /// Byte of the file.
        offset: u64,
    },
    /// A track, by its entry or its image.
    Track {
        /// Its number.
        track: TrackNo,
        /// Its address.
        at: TrackAddr,
        /// Byte of the file.
        offset: u64,
    },
    /// A group of 120 blocks, by its entry or its image.
    Group {
        /// Its number.
        group: u32,
        /// Byte of the file.
        offset: u64,
    },
    /// The list of free space, or space that nothing claims.
    FreeSpace {
        /// Byte of the file.
        offset: u64,
    },
    /// A file of a split volume.
    Part(u32),
}

impl fmt::Display for FaultPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FaultPlace::Header { offset } => write!(f, "header, byte {offset}"),
            FaultPlace::FirstTable { index, offset } => {
                write!(f, "first table, entry {index}, byte {offset}")
            }
            FaultPlace::SecondTable { index, offset } => write!(f, "second table {index}, byte {offset}"),
            FaultPlace::Track { track, at, offset } => write!(f, "{at} (track {track}), byte {offset}"),
            FaultPlace::Group { group, offset } => {
                let first = u64::from(*group) * 120;
                write!(
                    f,
                    "blocks {first} to {} (group {group}), byte {offset}",
                    first + 119
                )
            }
            FaultPlace::FreeSpace { offset } => write!(f, "free space, byte {offset}"),
            FaultPlace::Part(part) => write!(f, "part {part}"),
        }
    }
}

/// Something wrong with an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageFault {
    /// How bad it is.
    pub severity: Severity,
    /// Where it is.
    pub place: FaultPlace,
    /// What it is.
    pub text: String,
}

impl fmt::Display for ImageFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.severity {
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        write!(f, "{word}: {}: {}", self.place, self.text)
    }
}

/// More faults are counted and not kept: a large image can have a fault in every track.
pub const FAULTS_MAX: usize = 5_000;

/// What a check found, in the order in which it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Findings {
    /// The image.
    pub image: String,
    /// Its format, as far as it can be told.
    pub format: Option<&'static str>,
    /// Its shape, where the headers are sound enough to tell.
    pub geometry: Option<Geometry>,
    /// What is wrong; nothing when it is sound.
    pub faults: Vec<ImageFault>,
    /// How many more there are.
    pub omitted: u64,
    errors: u64,
}

impl Findings {
    pub(crate) fn new(image: &str) -> Findings {
        Findings {
            image: image.to_owned(),
            format: None,
            geometry: None,
            faults: Vec::new(),
            omitted: 0,
            errors: 0,
        }
    }

    /// Whether nothing at all is wrong.
    pub fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }

    /// How many errors there are, warnings left out and omitted ones included.
    pub const fn errors(&self) -> u64 {
        self.errors
    }

    pub(crate) fn error(&mut self, place: FaultPlace, text: impl Into<String>) {
        self.errors += 1;
        self.add(Severity::Error, place, text.into());
    }

    pub(crate) fn warning(&mut self, place: FaultPlace, text: impl Into<String>) {
        self.add(Severity::Warning, place, text.into());
    }

    fn add(&mut self, severity: Severity, place: FaultPlace, text: String) {
        if self.faults.len() < FAULTS_MAX {
            self.faults.push(ImageFault {
                severity,
                place,
                text,
            });
        } else {
            self.omitted += 1;
        }
    }
}
