//! What a rule reports.

use std::{collections::BTreeSet, fmt};

use serde::Serialize;
use zvm::{Complaint, Place, Severity};

use crate::{
    edit::{Change, Edit},
    rule::RuleMeta,
};

/// One offence against a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What offends, in as few words as name it for good: `MAINT-1 0191`, `GSU007`, `SINGLE/12`. Suppressions are
    /// matched against it.
    pub about: String,
    /// The statement that offends.
    pub primary: Place,
    /// One sentence that names user, device, volume and member.
    pub message: String,
    /// Other places that one has to see to understand it.
    pub notes: Vec<Note>,
    /// What to do.
    pub help: Option<String>,
    /// The repair, where one can be derived.
    pub edits: Vec<Edit>,
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

    /// Suggests a change of a file that repairs the offence.
    pub fn edit(&mut self, place: &Place, change: Change) -> &mut Finding {
        self.edits.push(Edit {
            place: place.clone(),
            change,
        });
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

/// The complaints of the parsers that no finding repeats: where a rule speaks of the same words, it says it better.
pub fn unsaid<'c>(complaints: &'c [Complaint], findings: &[Finding]) -> Vec<&'c Complaint> {
    let said: BTreeSet<&Place> = findings.iter().map(|finding| &finding.primary).collect();
    complaints
        .iter()
        .filter(|complaint| !said.contains(&complaint.place))
        .collect()
}

/// The findings of a run, gathered.
#[derive(Debug)]
pub struct Findings {
    rule: &'static RuleMeta,
    found: Vec<Finding>,
}

impl Findings {
    /// Nothing yet; what is reported first is reported for this rule.
    pub(crate) fn new(rule: &'static RuleMeta) -> Findings {
        Findings {
            rule,
            found: Vec::new(),
        }
    }

    /// What is reported from now on is reported for this rule.
    pub(crate) fn begin(&mut self, rule: &'static RuleMeta) {
        self.rule = rule;
    }

    /// Reports an offence against the rule that runs. `about` names what offends; notes, help and edits are added to
    /// what is returned.
    pub fn report(
        &mut self,
        primary: &Place,
        about: impl fmt::Display,
        message: impl Into<String>,
    ) -> &mut Finding {
        self.found.push(Finding {
            code: self.rule.code,
            severity: self.rule.severity,
            about: about.to_string(),
            primary: primary.clone(),
            message: message.into(),
            notes: Vec::new(),
            help: None,
            edits: Vec::new(),
        });
        self.found.last_mut().expect("a finding was just put in")
    }

    pub(crate) fn take(&mut self) -> Vec<Finding> {
        std::mem::take(&mut self.found)
    }
}
