//! SSI-JOB-005

use std::collections::BTreeMap;

use zvm::{Job, JobName, Severity};

use crate::{
    finding::Findings,
    job::common::{home, runs},
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-JOB-005",
        name: "job-run-elsewhere",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "IBM technote, Backup and Restore Manager for z/VM in an SSI environment",
        text: "A job must run at the member for which it is defined.",
        why: "The servers of another member do not reach the local minidisks, or reach those of their own \
              member that have the same names, and save these instead.",
        example: "MULTIB run at GRIDA",
        repair: "Run the job on the server of its member, and purge what the wrong run left.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut jobs: BTreeMap<JobName, Vec<&Job>> = BTreeMap::new();
    for job in &subject.site.jobs {
        jobs.entry(job.name).or_default().push(job);
    }
    for (name, runs) in runs(subject) {
        let Some(jobs) = jobs.get(&name) else { continue };
        // A name that is given twice is SSI-JOB-002 or SSI-JOB-004.
        let [job] = jobs.as_slice() else { continue };
        let Some(home) = home(job) else { continue };
        for (run, member) in runs.iter().filter(|(_, member)| *member != home) {
            findings
                .report(
                    &run.place,
                    run.name,
                    format!("{} ran at {member}, but {name} is for {home}", run.name),
                )
                .note(&job.member_place, format!("{name} is for {home}"))
                .help(format!("run it at {home}; purge {}", run.name));
        }
    }
}
