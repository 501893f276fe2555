//! SSI-ST-001

use zvm::{Severity, facts::ClusterMode};

use crate::{
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-ST-001",
        name: "not-stable-at-job-start",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "z/Journal of May 2012, Flexible Horizontal Scalability With z/VM Single System Image",
        text: "The cluster should be Stable when a job starts.",
        why: "In flux new links wait, in Safe mode they are refused. The workers stand still, or skip one \
              minidisk after the other.",
        example: "the cluster is in flux from 00:55 to 01:20, SINGLE starts at 01:00",
        repair: "Start the job when the cluster is Stable again, and run again what was skipped.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut modes: Vec<_> = subject.facts.modes.iter().collect();
    modes.sort_by_key(|change| change.at);
    for run in &subject.facts.instances {
        let at = modes
            .partition_point(|change| change.at <= run.started)
            .checked_sub(1);
        let Some(change) = at.and_then(|nth| modes.get(nth)) else {
            continue;
        };
        let how = match change.mode {
            ClusterMode::Stable => continue,
            ClusterMode::InFlux => "in flux: new links wait",
            ClusterMode::Safe => "in Safe mode: new links are refused",
        };
        let message = format!(
            "{} started at {} while the cluster was {how}",
            run.name, run.started
        );
        findings
            .report(&run.place, run.name, message)
            .note(&change.place, format!("since {}", change.at))
            .help("start it when the cluster is Stable again");
    }
}
