//! SSI-JOB-010

use zvm::{Job, Minidisk, Severity};

use crate::{
    finding::Findings,
    job::common::data,
    lookup::name,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-JOB-010",
        name: "jobs-at-the-same-time",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "derived from the jobs and their schedules",
        text: "Two jobs should not copy the same minidisk at the same time.",
        why: "The second waits for the link or skips the minidisk; both read the same cylinders, and each \
              takes twice as long.",
        example: "schedule = \"SAT 01:00\" in two jobs over the same users",
        repair: "Move one of the jobs to another time.",
    },
    check,
};

const WEEK: u32 = 7 * 24 * 60;

/// A job with its runs and what it copies.
type Timed<'a> = (&'a Job, Vec<(u32, u32)>, Vec<&'a Minidisk>);

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let jobs: Vec<Timed<'_>> = subject
        .jobs()
        .iter()
        .map(|selected| (selected.job, runs(selected.job), data(selected).collect()))
        .filter(|(_, runs, minidisks): &(_, Vec<_>, Vec<_>)| !runs.is_empty() && !minidisks.is_empty())
        .collect();
    for (at, (job, runs, minidisks)) in jobs.iter().enumerate() {
        for (other, other_runs, other_minidisks) in jobs.iter().take(at) {
            if other.name == job.name || !meet(runs, other_runs) {
                continue;
            }
            let (count, first) = common(minidisks, other_minidisks);
            let Some(first) = first else { continue };
            let what = match count {
                1 => name(first),
                _ => format!("{} and {} more minidisks", name(first), count - 1),
            };
            let message = format!(
                "jobs {} and {} copy {what} at the same time",
                other.name, job.name
            );
            findings
                .report(&job.place, format!("{} {}", other.name, job.name), message)
                .note(
                    &other.place,
                    format!("{} runs {}", other.name, other.schedule.as_deref().unwrap_or("")),
                )
                .help("move one of them to another time");
        }
    }
}

/// Start and length of the runs within a week, in minutes. Where nobody says how long a run takes, only its start counts.
fn runs(job: &Job) -> Vec<(u32, u32)> {
    let length = job.window_minutes.unwrap_or(1).clamp(1, WEEK);
    let starts = job.times().map_or_else(Vec::new, |times| times.starts_in_week());
    starts.into_iter().map(|start| (start % WEEK, length)).collect()
}

/// Whether one of these runs begins while one of those goes on. A week is a ring.
fn meet(these: &[(u32, u32)], those: &[(u32, u32)]) -> bool {
    these.iter().any(|(start, length)| {
        those.iter().any(|(other, other_length)| {
            (start + WEEK - other) % WEEK < *other_length || (other + WEEK - start) % WEEK < *length
        })
    })
}

/// How many minidisks are in both lists, and the first. Both are in the order of the site.
fn common<'a>(these: &[&'a Minidisk], those: &[&'a Minidisk]) -> (usize, Option<&'a Minidisk>) {
    let (mut count, mut first, mut at) = (0, None, 0);
    for minidisk in these {
        let address = std::ptr::from_ref(*minidisk);
        while those
            .get(at)
            .is_some_and(|other| std::ptr::from_ref(*other) < address)
        {
            at += 1;
        }
        if those.get(at).is_some_and(|other| std::ptr::eq(*other, *minidisk)) {
            count += 1;
            first.get_or_insert(*minidisk);
        }
    }
    (count, first)
}
