//! Runs the rules that are selected.

use serde::Serialize;
use zvm::Mask;

use crate::{
    catalogue::RULES,
    finding::{Finding, Findings},
    rule::RuleMeta,
    subject::Subject,
    suppression,
};

/// Which rules run. A word is a code, or a mask over codes such as `SSI-MD-*`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    only: Vec<Mask>,
    off: Vec<Mask>,
    no_experts: bool,
}

impl Selection {
    /// Only those of `only`, or all if it is empty, without those of `off`.
    pub fn new<'a>(
        only: impl IntoIterator<Item = &'a str>,
        off: impl IntoIterator<Item = &'a str>,
    ) -> Selection {
        let masks = |words: &mut dyn Iterator<Item = &'a str>| words.map(Mask::new).collect();
        Selection {
            only: masks(&mut only.into_iter()),
            off: masks(&mut off.into_iter()),
            no_experts: false,
        }
    }

    /// The same without the rules that no public document states.
    #[must_use]
    pub fn without_experts(self) -> Selection {
        Selection {
            no_experts: true,
            ..self
        }
    }

    /// Whether the rule runs.
    pub fn selects(&self, rule: &RuleMeta) -> bool {
        let fits = |masks: &[Mask]| masks.iter().any(|mask| mask.matches(rule.code));
        (self.only.is_empty() || fits(&self.only)) && !fits(&self.off) && !(self.no_experts && rule.expert)
    }

    /// The words that fit no rule at all: most likely typing errors.
    pub fn unknown(&self) -> Vec<&Mask> {
        let known = |mask: &&Mask| RULES.iter().any(|rule| mask.matches(rule.meta().code));
        self.only
            .iter()
            .chain(&self.off)
            .filter(|mask| !known(mask))
            .collect()
    }
}

/// What a run of the rules gives.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// The findings, sorted by place, then code.
    pub findings: Vec<Finding>,
    /// Those that site.toml accepts, with the reason it gives.
    pub suppressed: Vec<Suppressed>,
}

/// A finding that the site accepts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Suppressed {
    /// The finding.
    pub finding: Finding,
    /// Why it is accepted.
    pub reason: String,
}

/// Runs the selected rules, and takes out what site.toml suppresses.
pub fn check(subject: &Subject<'_>, selection: &Selection) -> Checked {
    let mut findings = Findings::new(&suppression::UNUSED.meta);
    for rule in RULES.iter().filter(|rule| selection.selects(rule.meta())) {
        findings.begin(rule.meta());
        rule.check(subject, &mut findings);
    }
    let mut checked = suppression::apply(&subject.site.suppressions, selection, findings);
    checked
        .findings
        .sort_by(|a, b| (&a.primary, a.code, &a.message).cmp(&(&b.primary, b.code, &b.message)));
    checked
}

/// The findings of [`check`] that are not suppressed.
pub fn check_all(subject: &Subject<'_>, selection: &Selection) -> Vec<Finding> {
    check(subject, selection).findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(selection: &Selection) -> Vec<&'static str> {
        RULES
            .iter()
            .map(|rule| rule.meta())
            .filter(|meta| selection.selects(meta))
            .map(|meta| meta.code)
            .collect()
    }

    #[test]
    fn only_and_off() {
        let selected = |only: &[&'static str], off: &[&'static str]| {
            runs(&Selection::new(only.iter().copied(), off.iter().copied()))
        };
        assert_eq!(selected(&[], &[]).len(), RULES.len());
        assert_eq!(selected(&["ssi-md-002"], &[]), ["SSI-MD-002"]);
        assert_eq!(
            selected(&["SSI-MD-00%"], &["SSI-MD-002", "SSI-MD-003"]).first(),
            Some(&"SSI-MD-001")
        );
        assert!(selected(&[], &["*"]).is_empty());
    }

    #[test]
    fn experts_are_turned_off_together() {
        let public = runs(&Selection::default().without_experts());
        let experts = RULES.iter().filter(|rule| rule.meta().expert).count();
        assert_eq!(public.len(), RULES.len() - experts);
    }

    #[test]
    fn words_that_fit_nothing_are_known_as_such() {
        let selection = Selection::new(["SSI-MD-001", "SSI-XX-*"], ["SSI-MD-999"]);
        let unknown: Vec<_> = selection.unknown().iter().map(|mask| mask.as_str()).collect();
        assert_eq!(unknown, ["SSI-XX-*", "SSI-MD-999"]);
    }
}
