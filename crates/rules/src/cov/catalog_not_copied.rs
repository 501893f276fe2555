//! SSI-COV-015

use std::collections::BTreeSet;

use zvm::{Medium, Severity};

use crate::{
    cov::coverage,
    finding::Findings,
    lookup::name,
    rule::{Offence, RuleMeta},
    subject::{Selected, Subject},
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-COV-015",
        name: "catalog-not-copied",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "derived from what a restore needs",
        text: "The catalog of the backups must be copied, and not only to media that it alone can locate.",
        why: "Without the catalog nobody knows which tape or which pool holds what. A copy of it that only the \
              catalog can find is no copy.",
        example: "[[exclude]] user = \"BKRSVSFS\" in SINGLE",
        repair: "Copy the catalog with a full job to disk, or to tapes that are written down elsewhere.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut told = BTreeSet::new();
    for covered in coverage::of(subject) {
        let minidisk = covered.minidisk;
        if !coverage::is_catalog(subject.site, minidisk) {
            continue;
        }
        let to_tape = |selected: &Selected<'_>| {
            selected
                .job
                .output
                .as_ref()
                .is_some_and(|output| output.medium == Medium::Tape)
        };
        let first = covered.fulls().next();
        let message = match first {
            None => format!(
                "no full job copies minidisk {} {}, which holds the catalog",
                minidisk.user, minidisk.vdev
            ),
            Some(selected) if covered.fulls().all(to_tape) && told.insert(minidisk.user) => format!(
                "the catalog on {} {} is copied by {} only, to tapes that only the catalog can tell",
                minidisk.user, minidisk.vdev, selected.job.name
            ),
            Some(_) => continue,
        };
        let finding = findings.report(&minidisk.place, name(minidisk), message);
        if let Some(selected) = first {
            finding.note(&selected.job.place, "this job writes to tape");
        }
        finding.help("copy it with a full job to disk");
    }
}
