//! SSI-COV-011

use std::collections::BTreeMap;

use zvm::{Job, Minidisk, Severity, VolumeKey};

use crate::{
    cov::coverage,
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-COV-011",
        name: "only-in-volume-image",
        severity: Severity::Note,
        expert: false,
        since: "0.1",
        source: "derived from the selections of jobs over volumes",
        text: "A minidisk should not be covered by the image of its volume alone.",
        why: "To restore it, its extent has to be cut out of the image by hand, with the directory of that day.",
        example: "VSEPROD 0140 in no job but the one over volume GSU001",
        repair: "Add it to a job over minidisks.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut packs: BTreeMap<VolumeKey, (&Minidisk, &Job, usize)> = BTreeMap::new();
    for covered in coverage::of(subject) {
        // SSI-COV-012 speaks of the disks of file pools, SSI-COV-015 of the catalog.
        if coverage::is_catalog(subject.site, covered.minidisk) {
            continue;
        }
        if let (true, Some(selected)) = (covered.by.is_empty(), covered.whole.first()) {
            packs
                .entry(covered.pack)
                .or_insert((covered.minidisk, selected.job, 0))
                .2 += 1;
        }
    }
    for (pack, (example, job, count)) in packs {
        let message = format!(
            "of {pack} {}, such as {} {}, can be restored only from the image of the volume that {} makes",
            coverage::minidisks(count),
            example.user,
            example.vdev,
            job.name
        );
        findings
            .report(&job.place, pack, message)
            .note(&example.place, "no other job copies this minidisk")
            .help("add them to a job over minidisks");
    }
}
