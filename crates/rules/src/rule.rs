//! What a rule is.

use zvm::Severity;

use crate::{finding::Findings, subject::Subject};

/// A rule: what it says of itself, and how it finds offences.
pub trait Rule: Sync {
    /// What people read about the rule.
    fn meta(&self) -> &RuleMeta;
    /// Reports every offence. The order does not matter; the runner sorts.
    fn check(&self, subject: &Subject<'_>, findings: &mut Findings);
}

/// What people read about a rule.
#[derive(Debug, PartialEq, Eq)]
pub struct RuleMeta {
    /// The code, such as `SSI-MD-001`. It never changes its meaning.
    pub code: &'static str,
    /// The name of the offence.
    pub name: &'static str,
    /// How bad an offence is.
    pub severity: Severity,
    /// Whether no public document states the rule: it comes from experience, or is a decision of this project.
    /// Expert rules can be turned off together.
    pub expert: bool,
    /// The version that brought the rule.
    pub since: &'static str,
    /// Where the rule comes from, in words.
    pub source: &'static str,
    /// The rule itself, in one sentence.
    pub text: &'static str,
    /// Why it is a rule.
    pub why: &'static str,
    /// Lines that offend.
    pub example: &'static str,
    /// How to repair them.
    pub repair: &'static str,
}

/// How nearly every rule is written: its text, and one function.
pub(crate) struct Offence {
    pub(crate) meta: RuleMeta,
    pub(crate) check: fn(&Subject<'_>, &mut Findings),
}

impl Rule for Offence {
    fn meta(&self) -> &RuleMeta {
        &self.meta
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Findings) {
        (self.check)(subject, findings);
    }
}
