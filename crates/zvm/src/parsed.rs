//! What every parser returns: the part it understood, and what it has to say about the rest.

use std::fmt;

use serde::Serialize;

use crate::place::Place;

/// How bad a complaint or a finding is. Ordered from the mildest to the worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing is wrong.
    Note,
    /// Costs, ambiguity or a latent failure.
    Warning,
    /// A backup or a restore fails, or data may be lost.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        })
    }
}

/// Something a parser did not understand, or understood with a reservation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Complaint {
    /// An error means that something was left out of the value.
    pub severity: Severity,
    /// The words that caused it.
    pub place: Place,
    /// One sentence in an operator's words; it says what to do where that is not plain.
    pub text: String,
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.place, self.severity, self.text)
    }
}

/// The result of a parser. A parser never fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed<T> {
    /// What was understood.
    pub value: T,
    /// What was not, in the order of the source.
    pub complaints: Vec<Complaint>,
}

impl<T> Parsed<T> {
    /// The value, with its complaints moved to the end of `complaints`.
    pub fn unload(self, complaints: &mut Vec<Complaint>) -> T {
        complaints.extend(self.complaints);
        self.value
    }

    /// Whether part of the source was left out because it could not be understood.
    pub fn has_errors(&self) -> bool {
        self.complaints
            .iter()
            .any(|complaint| complaint.severity == Severity::Error)
    }
}

/// The complaints of one parser run, gathered.
#[derive(Debug, Default)]
pub(crate) struct Complaints(Vec<Complaint>);

/// No more complaints than this are kept per file; a file with more is not the kind of file it was taken for.
pub(crate) const COMPLAINTS_MAX: usize = 10_000;

impl Complaints {
    pub(crate) fn note(&mut self, place: Place, text: impl Into<String>) {
        self.push(Severity::Note, place, text.into());
    }

    pub(crate) fn warning(&mut self, place: Place, text: impl Into<String>) {
        self.push(Severity::Warning, place, text.into());
    }

    pub(crate) fn error(&mut self, place: Place, text: impl Into<String>) {
        self.push(Severity::Error, place, text.into());
    }

    /// Parsers that look at a file field by field do not complain in its order; the reader wants them so.
    pub(crate) fn with<T>(mut self, value: T) -> Parsed<T> {
        self.0.sort_by(|a, b| a.place.cmp(&b.place));
        Parsed {
            value,
            complaints: self.0,
        }
    }

    fn push(&mut self, severity: Severity, place: Place, text: String) {
        if self.0.len() < COMPLAINTS_MAX {
            self.0.push(Complaint {
                severity,
                place,
                text,
            });
        } else if self.0.len() == COMPLAINTS_MAX {
            let text = format!("more than {COMPLAINTS_MAX} complaints; the rest is not shown");
            self.0.push(Complaint {
                severity: Severity::Error,
                place,
                text,
            });
        }
    }
}
