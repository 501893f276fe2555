//! SSI-COV-007

use std::collections::BTreeMap;

use zvm::{JobName, Severity, UserId, Vdev, facts::Instance};

use crate::{
    cov::coverage,
    finding::Findings,
    lookup::name,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-COV-007",
        name: "created-while-job-ran",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "VM:Backup 3.6 documentation, processing of backup jobs and change detection",
        text: "A minidisk that is created after a job has read the directory is not in that run.",
        why: "The job expands its list once, at the start. Until the next run there is no copy, though the job \
              that should have it has ended well.",
        example: "SINGLE started at 01:00, the minidisk was added at 01:05",
        repair: "Run the job again, or copy the minidisk by hand.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let added: BTreeMap<(UserId, Vdev), _> = subject
        .facts
        .changes
        .iter()
        .filter(|change| change.statement.as_deref() == Some("MDISK"))
        .filter_map(|change| Some(((change.user?, change.vdev?), change)))
        .collect();
    if added.is_empty() {
        return;
    }
    let mut runs: BTreeMap<JobName, Vec<&Instance>> = BTreeMap::new();
    for run in &subject.facts.instances {
        runs.entry(run.name.job).or_default().push(run);
    }
    for covered in coverage::of(subject) {
        let minidisk = covered.minidisk;
        let Some(change) = added.get(&(minidisk.user, minidisk.vdev)) else {
            continue;
        };
        for selected in covered.fulls() {
            let missed = |run: &&&Instance| {
                run.started <= change.at && run.ended.is_none_or(|ended| change.at <= ended)
            };
            let Some(run) = runs.get(&selected.job.name).into_iter().flatten().find(missed) else {
                continue;
            };
            let message = format!(
                "minidisk {} {} was added at {}, after {} had read the directory at {}",
                minidisk.user, minidisk.vdev, change.at, run.name, run.started
            );
            findings
                .report(&change.place, name(minidisk), message)
                .note(&run.place, "this run does not have it")
                .note(&minidisk.place, "this minidisk")
                .help("run the job again");
        }
    }
}
