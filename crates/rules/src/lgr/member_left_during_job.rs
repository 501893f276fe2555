//! SSI-LGR-004

use std::collections::{BTreeMap, BTreeSet};

use zvm::{
    MemberName, Severity,
    facts::{Instance, InstanceState, MemberState},
};

use crate::{
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-LGR-004",
        name: "member-left-during-job",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "derived from the states of members and the times of runs",
        text: "A member must not leave the cluster while its backup server runs a job.",
        why: "The worker is cut off, the instance stays incomplete, and the minidisks that were not reached have \
              no copy of that night.",
        example: "SHUTDOWN GRIDB at 01:30, IDENTB/12 runs there from 01:00 to 02:10",
        repair: "Wait for the end of the job, and run the job again if it was cut off.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let leaves = |state: MemberState| matches!(state, MemberState::Leaving | MemberState::Down);
    let mut runs: BTreeMap<MemberName, Vec<&Instance>> = BTreeMap::new();
    for run in &subject.facts.instances {
        if let Some(member) = run.member {
            runs.entry(member).or_default().push(run);
        }
    }
    let mut told = BTreeSet::new();
    for change in subject.facts.states.iter().filter(|change| leaves(change.state)) {
        let during = |run: &&&Instance| {
            let cut_off = matches!(run.state, InstanceState::Open | InstanceState::Incomplete);
            let still_on = run.ended.map_or(cut_off, |ended| {
                change.at < ended || (cut_off && change.at == ended)
            });
            run.started <= change.at && still_on
        };
        for run in runs.get(&change.member).into_iter().flatten().filter(during) {
            if told.insert(run.name) {
                let message = format!(
                    "{} left the cluster at {} while {} ran there",
                    change.member, change.at, run.name
                );
                findings
                    .report(&change.place, run.name, message)
                    .note(&run.place, format!("{} began at {}", run.name, run.started))
                    .help("wait for the end of the job; now, run it again");
            }
        }
    }
}
