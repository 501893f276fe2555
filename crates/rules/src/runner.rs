//! Runs the rules that are selected.

use zvm::Mask;

use crate::{
    catalogue::RULES,
    finding::{Finding, Findings},
    rule::{RuleMeta, Subject},
};

/// Which rules run. A word is a code, or a mask over codes such as `SSI-MD-*`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    only: Vec<Mask>,
    off: Vec<Mask>,
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
        }
    }

    /// Whether the rule runs.
    pub fn selects(&self, rule: &RuleMeta) -> bool {
        let fits = |masks: &[Mask]| masks.iter().any(|mask| mask.matches(rule.code));
        (self.only.is_empty() || fits(&self.only)) && !fits(&self.off)
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

/// Runs the selected rules. The findings are sorted by place, then code.
pub fn check_all(subject: &Subject<'_>, selection: &Selection) -> Vec<Finding> {
    let mut findings = Findings::default();
    for rule in RULES.iter().filter(|rule| selection.selects(rule.meta())) {
        rule.check(subject, &mut findings);
    }
    findings.sorted()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_and_off() {
        let runs = |only: &[&str], off: &[&str]| -> Vec<&str> {
            let selection = Selection::new(only.iter().copied(), off.iter().copied());
            RULES
                .iter()
                .map(|rule| rule.meta())
                .filter(|meta| selection.selects(meta))
                .map(|meta| meta.code)
                .collect()
        };
        assert_eq!(runs(&[], &[]).len(), RULES.len());
        assert_eq!(runs(&["ssi-md-002"], &[]), ["SSI-MD-002"]);
        assert_eq!(runs(&["SSI-MD-*"], &["SSI-MD-002", "SSI-MD-003"]), ["SSI-MD-001"]);
        assert!(runs(&[], &["*"]).is_empty());
    }

    #[test]
    fn words_that_fit_nothing_are_known_as_such() {
        let selection = Selection::new(["SSI-MD-001", "SSI-XX-*"], ["SSI-MD-999"]);
        let unknown: Vec<_> = selection.unknown().iter().map(|mask| mask.as_str()).collect();
        assert_eq!(unknown, ["SSI-XX-*", "SSI-MD-999"]);
    }
}
