//! SSI-COV-008

use std::collections::BTreeSet;

use zvm::{Severity, UserId, Vdev};

use crate::{
    cov::coverage,
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-COV-008",
        name: "copy-of-nothing",
        severity: Severity::Note,
        expert: false,
        since: "0.1",
        source: "derived from the catalog and the directory",
        text: "A minidisk in the catalog should still be in the directory.",
        why: "Its copies take room. They may be wanted, and then somebody should know that there is no place to \
              restore them to.",
        example: "LNXOLD01 0100 in SINGLE/12, and no such user",
        repair: "Let the copies expire, or write down why they are kept.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    if subject.site.minidisks.is_empty() {
        return;
    }
    let known: BTreeSet<(UserId, Vdev)> = subject
        .site
        .minidisks
        .iter()
        .map(|disk| (disk.user, disk.vdev))
        .collect();
    for ((user, vdev), copies) in coverage::copies(subject) {
        let Some((domain, run)) = copies.last() else {
            continue;
        };
        if !known.contains(&(user, vdev)) {
            let message = format!(
                "{} has a copy of {user} {vdev}, which is not in the directory any more",
                run.name
            );
            findings
                .report(&domain.place, format!("{user} {vdev}"), message)
                .help("let the copies expire, or say why they are kept");
        }
    }
}
