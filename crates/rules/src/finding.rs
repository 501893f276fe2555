//! What a rule reports.

use std::fmt;

use serde::Serialize;
use zvm::{Place, Severity};

use crate::rule::RuleMeta;

/// One offence against a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The statement that offends.
    pub primary: Place,
    /// One sentence that names user, device, volume and member.
    pub message: String,
    /// Other places that one has to see to understand it.
    pub notes: Vec<Note>,
    /// What to do.
    pub help: Option<String>,
}

/// A place that explains a finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Note {
    /// The statement.
    pub place: Place,
    /// What it has to do with the finding.
    pub text: String,
}

impl Finding {
    /// Adds a place that explains the finding.
    pub fn note(&mut self, place: &Place, text: impl Into<String>) -> &mut Finding {
        self.notes.push(Note {
            place: place.clone(),
            text: text.into(),
        });
        self
    }

    /// Says what to do.
    pub fn help(&mut self, text: impl Into<String>) -> &mut Finding {
        self.help = Some(text.into());
        self
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {}[{}]: {}",
            self.primary, self.severity, self.code, self.message
        )?;
        for note in &self.notes {
            write!(f, "\n  {}: note: {}", note.place, note.text)?;
        }
        match &self.help {
            Some(help) => write!(f, "\n  help: {help}"),
            None => Ok(()),
        }
    }
}

/// The findings of a run, gathered.
#[derive(Debug, Default)]
pub struct Findings(Vec<Finding>);

impl Findings {
    /// Reports an offence; notes and help are added to what is returned.
    pub fn report(&mut self, rule: &RuleMeta, primary: &Place, message: impl Into<String>) -> &mut Finding {
        self.0.push(Finding {
            code: rule.code,
            severity: rule.severity,
            primary: primary.clone(),
            message: message.into(),
            notes: Vec::new(),
            help: None,
        });
        self.0.last_mut().expect("a finding was just put in")
    }

    /// In the order of their places, then of their codes.
    pub(crate) fn sorted(mut self) -> Vec<Finding> {
        self.0
            .sort_by(|a, b| (&a.primary, a.code, &a.message).cmp(&(&b.primary, b.code, &b.message)));
        self.0
    }
}
