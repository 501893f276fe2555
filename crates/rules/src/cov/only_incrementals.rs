//! SSI-COV-003

use zvm::Severity;

use crate::{
    cov::coverage,
    finding::Findings,
    lookup::name,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-COV-003",
        name: "only-incrementals",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "IBM Docs Backup and Restore Manager 1.3, backup types",
        text: "A minidisk that an incremental job copies must also be copied by a full job.",
        why: "An incremental holds what has changed since a full. Without one there is nothing to put the \
              changes on.",
        example: "SINGLEI selects LNXNEW01, SINGLE excludes it",
        repair: "Select the same minidisks in the full job and in its incremental.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for covered in coverage::of(subject) {
        let minidisk = covered.minidisk;
        let Some(incremental) = covered.by.first() else {
            continue;
        };
        if covered.fulls().next().is_some() {
            continue;
        }
        let message = format!(
            "minidisk {} {} is copied by the incremental job {} and by no full job",
            minidisk.user, minidisk.vdev, incremental.job.name
        );
        findings
            .report(&minidisk.place, name(minidisk), message)
            .note(&incremental.job.place, "this job copies only what has changed")
            .help("select it in the full job, too");
    }
}
