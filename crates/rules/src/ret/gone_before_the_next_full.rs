//! SSI-RET-009

use std::collections::BTreeMap;

use zvm::{JobKind, JobName, Retention, Severity, facts::Instance};

use crate::{
    finding::Findings,
    job_file, past,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-RET-009",
        name: "gone-before-the-next-full",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "derived from the retention of a job and the time to its next run",
        text: "A full must be kept until the next one has succeeded.",
        why: "Between the expiry of the old copy and the next run there is none at all.",
        example: "schedule = \"SAT 01:00\" and retention = \"6 days\"",
        repair: "Keep instances longer than the time between two runs, with room for a run that fails.",
    },
    check,
};

const HOURS: u32 = 24;
/// Two cycles: when a run fails, the copy before it is still there until the next.
const ONE_MAY_FAIL: u32 = 2;

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for job in subject.site.jobs.iter().filter(|job| job.kind == JobKind::Full) {
        let (message, better) = match (job.retention, job.times()) {
            (Some(Retention::Instances(0)), _) => (
                format!("no instance of {} is kept at all", job.name),
                Retention::Instances(ONE_MAY_FAIL),
            ),
            (Some(Retention::Days(days)), Some(times))
                if days.saturating_mul(HOURS) < times.longest_gap_hours() =>
            {
                let gap = times.longest_gap_hours();
                let cycle = gap.div_ceil(HOURS);
                let message = format!(
                    "{} is kept for {days} days, but runs every {cycle} days: for the rest there is no copy",
                    job.name
                );
                (message, Retention::Days(cycle.saturating_mul(ONE_MAY_FAIL)))
            }
            _ => continue,
        };
        let finding = findings.report(&job.place, job.name, message);
        finding.help("keep instances longer than the time between two runs");
        job_file::set_retention(finding, job, better);
    }
    gaps(subject, findings);
}

/// Expired before a later run of the same job succeeded.
fn gaps(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(now) = subject.facts.now else { return };
    let mut fulls: BTreeMap<JobName, Vec<&Instance>> = BTreeMap::new();
    for run in subject
        .facts
        .instances
        .iter()
        .filter(|run| run.kind == JobKind::Full && past::is_good(run))
    {
        fulls.entry(run.name.job).or_default().push(run);
    }
    for (job, mut runs) in fulls {
        runs.sort_by_key(|run| run.started);
        for (nth, run) in runs.iter().enumerate() {
            let next = runs.get(nth + 1).map(|next| next.ended.unwrap_or(next.started));
            let Some(expired) = run
                .expires
                .filter(|expires| *expires < next.unwrap_or(now) && *expires < now)
            else {
                continue;
            };
            let since = next.map_or("there is no later one".to_owned(), |next| {
                format!("the next one ended at {next}")
            });
            let message = format!("{} expired at {expired}, and {since}", run.name);
            findings
                .report(&run.place, run.name, message)
                .help(format!("keep instances of {job} longer, or run it now"));
        }
    }
}
