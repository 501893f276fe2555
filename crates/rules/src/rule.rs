//! What a rule is.

use zvm::{Severity, Site};

use crate::finding::Findings;

/// A rule: what it says of itself, and how it finds offences.
pub trait Rule: Sync {
    /// What people read about the rule.
    fn meta(&self) -> &'static RuleMeta;
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

/// What rules look at: the site, and in time facts about what was run and when.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The resolved site.
    pub site: &'a Site,
}

impl<'a> Subject<'a> {
    /// A subject with nothing but the site.
    pub fn new(site: &'a Site) -> Subject<'a> {
        Subject { site }
    }
}
