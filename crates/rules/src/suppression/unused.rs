//! SSI-SUP-001

use zvm::{Severity, Suppression};

use crate::{
    catalogue,
    finding::Findings,
    job_file,
    rule::{Offence, RuleMeta},
    runner::Selection,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-SUP-001",
        name: "suppression-unused",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "this project",
        text: "A suppression in site.toml must suppress something.",
        why: "What it once excused is repaired, or was never called that. If it stays, it will hide the next offence \
              of the same kind, which nobody has looked at.",
        example: "[[suppress]]\ncode = \"SSI-MD-001\"\nabout = \"LNXOLD01 *\"\nreason = \"is moved in March\"      and \
                  LNXOLD01 is gone",
        repair: "Take the suppression out, or correct its code and what it is about.",
    },
    // The runner alone knows what was suppressed; it calls `report`.
    check: |_, _| {},
};

/// Reports a suppression that suppressed nothing, unless the rules it speaks of did not run.
pub(super) fn report(suppression: &Suppression, selection: &Selection, findings: &mut Findings) {
    let mut meant = catalogue::RULES
        .iter()
        .map(|rule| rule.meta())
        .filter(|meta| suppression.code.matches(meta.code))
        .peekable();
    let known = meant.peek().is_some();
    if known && !meant.all(|meta| selection.selects(meta)) {
        return;
    }
    let (code, about) = (&suppression.code, &suppression.about);
    let message = if known {
        format!("nothing offends against {code} about {about}, so this suppresses nothing")
    } else {
        format!("no rule has the code {code}, so this suppresses nothing")
    };
    let finding = findings.report(&suppression.place, format!("{code} {about}"), message);
    finding.help("take it out, or correct it");
    job_file::drop_table(finding, &suppression.keys);
}
