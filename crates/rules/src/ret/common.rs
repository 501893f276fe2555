//! What several rules about retention ask.

use zvm::{Job, JobKind, Retention, Schedule};

use crate::subject::Subject;

const HOURS: u32 = 24;

/// The incremental jobs with the job that their instances are compared with.
pub(super) fn with_bases<'a>(subject: &Subject<'a>) -> impl Iterator<Item = (&'a Job, &'a Job)> {
    let site = subject.site;
    let incremental = site.jobs.iter().filter(|job| job.kind == JobKind::Incremental);
    incremental.filter_map(move |job| {
        let base = job.base?;
        // The jobs are sorted by name.
        let at = site.jobs.partition_point(|other| other.name < base);
        let base = site.jobs.get(at).filter(|found| found.name == base)?;
        (base.name != job.name).then_some((job, base))
    })
}

/// For how many days an instance is kept; None means for ever, or not known.
pub(super) fn kept_days(job: &Job) -> Option<u32> {
    match job.retention? {
        Retention::Days(days) => Some(days),
        Retention::Instances(count) => {
            let gap = job.times().as_ref().map(Schedule::longest_gap_hours)?;
            Some(count.saturating_mul(gap) / HOURS)
        }
    }
}

/// For how many days the instances of a base are needed: until the last of an incremental that depends on one of them
/// is gone. None when that is never, or not known.
pub(super) fn needed_days(subject: &Subject<'_>, base: &Job) -> Option<u32> {
    let dependants = with_bases(subject).filter(|(_, of)| of.name == base.name);
    let needed = dependants.map(|(job, base)| Some(kept_days(job)?.saturating_add(cycle_days(base))));
    needed.collect::<Option<Vec<u32>>>()?.into_iter().max()
}

/// A retention of the same kind that keeps instances for so many days.
pub(super) fn keeping(job: &Job, days: u32) -> Option<Retention> {
    match job.retention? {
        Retention::Days(_) => Some(Retention::Days(days)),
        Retention::Instances(_) => {
            let gap = job.times().as_ref().map(Schedule::longest_gap_hours)?;
            let hours = days.saturating_mul(HOURS);
            (gap > 0).then(|| Retention::Instances(hours.div_ceil(gap)))
        }
    }
}

/// How many whole days after a run of the job the last incremental before its next run may be.
pub(super) fn cycle_days(job: &Job) -> u32 {
    let gap = job.times().as_ref().map_or(0, Schedule::longest_gap_hours);
    gap.saturating_sub(1) / HOURS
}
