//! Findings that an installation accepts: `[[suppress]]` in site.toml.

mod unused;

use zvm::Suppression;

use crate::{
    finding::{Finding, Findings},
    rule::Rule,
    runner::{Checked, Selection, Suppressed},
};

pub(crate) use unused::RULE as UNUSED;

/// In the order of their codes.
pub(crate) static RULES: &[&dyn Rule] = &[&UNUSED];

/// Takes out what is suppressed, and reports the suppressions that suppress nothing.
pub(crate) fn apply(suppressions: &[Suppression], selection: &Selection, mut findings: Findings) -> Checked {
    let mut used = vec![false; suppressions.len()];
    let mut checked = Checked::default();
    for finding in findings.take() {
        match suppressions
            .iter()
            .position(|suppression| fits(suppression, &finding))
        {
            Some(at) => {
                used[at] = true;
                let reason = suppressions[at].reason.clone();
                checked.suppressed.push(Suppressed { finding, reason });
            }
            None => checked.findings.push(finding),
        }
    }
    if selection.selects(&UNUSED.meta) {
        findings.begin(&UNUSED.meta);
        let unused = suppressions.iter().zip(used).filter(|(_, used)| !used);
        for (suppression, _) in unused {
            unused::report(suppression, selection, &mut findings);
        }
        checked.findings.append(&mut findings.take());
    }
    checked
}

fn fits(suppression: &Suppression, finding: &Finding) -> bool {
    suppression.code.matches(finding.code) && suppression.about.matches(&finding.about)
}
