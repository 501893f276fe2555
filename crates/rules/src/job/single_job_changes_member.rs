//! SSI-JOB-003

use std::collections::BTreeSet;

use zvm::{JobName, Layout, Severity};

use crate::{
    finding::Findings,
    job::common::{first_single, home, runs},
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-JOB-003",
        name: "single-job-changes-member",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "IBM technote, Backup and Restore Manager for z/VM in an SSI environment",
        text: "A job over single-configuration users should always run at the same member.",
        why: "Whoever looks for a copy, or for why there is none, looks on the member where the job has \
              always run; and an incremental on another member may not find the base that it is compared \
              with.",
        example: "SINGLE/12 and SINGLE/13 at GRIDA, SINGLE/14 at GRIDC",
        repair: "Run the job at its own member; move it for good if that is what is meant.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    // The VMBACKUP of the other product may run anywhere.
    if subject.site.layout != Layout::Brm {
        return;
    }
    let jobs = subject.jobs().iter();
    // With a member of its own, a run elsewhere is SSI-JOB-005.
    let single: BTreeSet<JobName> = jobs
        .filter(|selected| home(selected.job).is_none() && first_single(selected).is_some())
        .map(|selected| selected.job.name)
        .collect();
    for (job, runs) in runs(subject).iter().filter(|(job, _)| single.contains(*job)) {
        for pair in runs.windows(2) {
            if let [(before, there), (run, here)] = pair
                && there != here
            {
                findings
                    .report(
                        &run.place,
                        job,
                        format!("{} ran at {here}, but {} at {there}", run.name, before.name),
                    )
                    .note(&before.place, format!("{} ran at {there}", before.name))
                    .help("give the job one member, and run it there");
            }
        }
    }
}
