//! SSI-JOB-002

use std::collections::BTreeMap;

use zvm::{JobKind, JobName, MemberName, Severity, facts::Instance};

use crate::{
    finding::Findings,
    job::common::{by_name, first_single, home, runs},
    rule::{Offence, RuleMeta},
    subject::Selected,
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-JOB-002",
        name: "single-job-at-several-members",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "IBM technote, Backup and Restore Manager for z/VM in an SSI environment",
        text: "A job over single-configuration users must not run at several members.",
        why: "Every run copies the same minidisks, wherever it is. The data is there twice, and it takes \
              twice as long.",
        example: "SINGLE run at GRIDA and, in the same night, at GRIDB",
        repair: "Let the job run at one member.",
    },
    check,
};

/// Runs of one job this close together, in hours, belong to one night.
const ONE_NIGHT: i64 = 12;

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut single: BTreeMap<JobName, &Selected<'_>> = BTreeMap::new();
    for same in by_name(subject) {
        let Some(first) = same.iter().find(|selected| first_single(selected).is_some()) else {
            continue;
        };
        single.insert(first.job.name, first);
        let of_first = home(first.job);
        for other in same
            .iter()
            .filter(|other| home(other.job) != of_first && first_single(other).is_some())
        {
            let message = format!(
                "job {} is defined for several members, and takes the same minidisks",
                other.job.name
            );
            findings
                .report(&other.job.member_place, other.job.name, message)
                .note(&first.job.member_place, "here it is defined for another member")
                .help("let it run at one member");
        }
    }
    for (job, runs) in runs(subject).iter().filter(|(job, _)| single.contains_key(*job)) {
        for pair in runs.windows(2) {
            if let [(before, there), (run, here)] = pair
                && twice(before, *there, run, *here)
            {
                let message = format!(
                    "{} copied at {here} what {} had copied at {there}",
                    run.name, before.name
                );
                findings
                    .report(&run.place, job, message)
                    .note(&before.place, format!("{} ran at {there}", before.name))
                    .help("let the job run at one member");
            }
        }
    }
}

fn twice(before: &Instance, there: MemberName, run: &Instance, here: MemberName) -> bool {
    let full = run.kind == JobKind::Full && before.kind == JobKind::Full;
    there != here && full && run.started.hours_since(before.started) < ONE_NIGHT
}
