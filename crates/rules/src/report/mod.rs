//! What is shown of a check: for people, for code scanning viewers (SARIF), for build servers (JUnit), and the catalogue
//! itself as text. All of it is text made from values; nothing is written anywhere.

mod explain;
mod human;
mod junit;
mod sarif;

use zvm::{Complaint, Severity, Source};

pub use explain::{explain, listing, markdown};
pub use human::human;
pub use junit::junit;
pub use sarif::sarif;

use crate::{
    finding::{Finding, unsaid},
    runner::{Checked, Selection},
};

/// The result of a check with what is needed to show it.
#[derive(Debug, Clone, Copy)]
pub struct Report<'a> {
    /// The name of the site.
    pub site: &'a str,
    /// What the parsers said.
    pub complaints: &'a [Complaint],
    /// What the rules found.
    pub checked: &'a Checked,
    /// Which rules ran.
    pub selection: &'a Selection,
    /// The files, for the lines that are shown.
    pub sources: &'a [&'a Source],
}

impl<'a> Report<'a> {
    /// The findings that are not suppressed.
    pub fn findings(&self) -> &'a [Finding] {
        &self.checked.findings
    }

    /// The complaints that no finding repeats.
    pub fn complaints(&self) -> Vec<&'a Complaint> {
        unsaid(self.complaints, &self.checked.findings)
    }

    /// How many findings and complaints are of this severity.
    pub fn count(&self, severity: Severity) -> usize {
        let findings = self.findings().iter().map(|finding| finding.severity);
        let complaints = self.complaints().into_iter().map(|complaint| complaint.severity);
        findings
            .chain(complaints)
            .filter(|known| *known == severity)
            .count()
    }
}

#[cfg(test)]
mod tests;
