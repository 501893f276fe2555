//! SSI-JOB-004

use std::collections::{BTreeMap, BTreeSet};

use zvm::{JobName, MemberName, Severity};

use crate::{
    finding::Findings,
    job::common::{by_name, first_local, home, runs},
    lookup::list,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-JOB-004",
        name: "identity-job-name-not-unique",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "IBM technote, Backup and Restore Manager for z/VM in an SSI environment",
        text: "Jobs over local minidisks must have another name on each member.",
        why: "MAINT 0191 exists once for each member. When all of them are saved by a job of one name, the \
              catalog cannot say whose copy it holds, and a restore may put the data of one member onto \
              another.",
        example: "MULTI defined for GRIDA, GRIDB, GRIDC and GRIDD",
        repair: "Give each member a job of its own name, such as MULTIA and MULTIB.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut local: BTreeSet<JobName> = BTreeSet::new();
    for same in by_name(subject) {
        let Some(first) = same.iter().find(|selected| first_local(selected).is_some()) else {
            continue;
        };
        local.insert(first.job.name);
        let of_first = home(first.job);
        for other in same
            .iter()
            .filter(|other| home(other.job) != of_first && first_local(other).is_some())
        {
            let message = format!(
                "job {} is defined for several members, and takes local minidisks",
                other.job.name
            );
            findings
                .report(&other.job.place, other.job.name, message)
                .note(&first.job.place, "here it is defined for another member")
                .help("give it another name on each member");
        }
    }
    for (job, runs) in runs(subject).iter().filter(|(job, _)| local.contains(*job)) {
        let mut first: BTreeMap<MemberName, _> = BTreeMap::new();
        for (run, member) in runs {
            first.entry(*member).or_insert(*run);
        }
        let mut newest: Vec<_> = first.iter().collect();
        newest.sort_by_key(|(_, run)| (run.started, run.name));
        if let [(there, before), .., (here, run)] = newest.as_slice() {
            let message = format!(
                "job {job} has run at {}, and took local minidisks",
                list(first.keys())
            );
            findings
                .report(&run.place, job, message)
                .note(
                    &before.place,
                    format!("{} ran at {there}, {} at {here}", before.name, run.name),
                )
                .help("give it another name on each member");
        }
    }
}
