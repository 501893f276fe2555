//! SSI-RET-007

use zvm::{ChangeTest, Severity};

use crate::{
    finding::Findings,
    job_file,
    ret::common,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-RET-007",
        name: "change-test-differs",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "VM:Backup 3.6 documentation, processing of backup jobs and change detection",
        text: "An incremental must not look for changes by content when its full looked at dates only.",
        why: "The full has recorded no hashes, so there is nothing to compare with, and every incremental \
              becomes a full.",
        example: "change = \"date\" in VMBACKUP, change = \"hash\" in VMBINCR",
        repair: "Use the same test in both.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (job, base) in common::with_bases(subject) {
        let (Some(own), Some(of_base)) = (&job.template, &base.template) else {
            continue;
        };
        if of_base.change == Some(ChangeTest::Date) && own.change == Some(ChangeTest::Hash) {
            let message = format!(
                "{} compares hashes, but {} has recorded dates only",
                job.name, base.name
            );
            let finding = findings.report(&own.place, job.name, message);
            finding
                .note(&of_base.place, "the base goes by dates")
                .help("use the same test in both");
            // The base may be one of many nights' work already: the incremental follows it.
            job_file::set_in_template(finding, own, "change", "\"date\"");
        }
    }
}
