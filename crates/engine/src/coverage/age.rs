//! How old the newest copy is at worst, from the schedules of the jobs and how long they keep what they made.
//!
//! A copy shows the state at the start of its run and can be used from its end. The worst moment is just before the
//! end of some run, or before a copy expires, so only these moments are looked at, in one week that repeats itself.

use serde::Serialize;
use zvm::{Job, Retention};

const HOUR: u64 = 60;
const DAY: u64 = 24 * HOUR;
const WEEK: u64 = 7 * DAY;
/// The longest time between two runs of a monthly job.
const MONTH: u64 = 31 * DAY;

/// The worst case of a set of jobs that copy the same minidisk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Worst {
    /// Hours that the newest copy is old at worst, rounded up; none when no job that has a schedule keeps one.
    pub age_hours: Option<u64>,
    /// Hours in which every copy has expired before the next one is made, the longest such time; usually 0.
    pub without_copy_hours: u64,
    /// Days until the last copy of the job that keeps its copies longest has expired; none when it keeps them for ever.
    pub kept_days: Option<u32>,
}

/// One job as far as time goes, in minutes.
struct Times {
    /// Starts within the week; empty for a monthly job.
    starts: Vec<u64>,
    /// How long a run takes.
    run: u64,
    /// How long a copy is kept; none means for ever.
    kept: Option<u64>,
}

/// The worst case when every job runs as its schedule says.
pub(super) fn worst(jobs: &[&Job]) -> Worst {
    let all: Vec<Times> = jobs.iter().filter_map(|job| Times::of(job)).collect();
    let mut worst = Worst {
        kept_days: longest_kept(jobs),
        ..Worst::default()
    };
    let ends = all
        .iter()
        .flat_map(|times| times.starts.iter().map(|start| start + times.run));
    // Just before it expires a copy is as old as it gets; after that there may be none.
    let expiries = all
        .iter()
        .flat_map(|times| times.starts.iter().filter_map(|start| Some(start + times.kept?)));
    let mut moments: Vec<u64> = ends.chain(expiries).collect();
    if moments.is_empty() {
        // Only monthly jobs: for them every moment is as bad as the worst one.
        moments.push(WEEK);
    }
    if all.is_empty() {
        return worst;
    }
    for moment in moments {
        let ages: Vec<(u64, Option<u64>)> = all.iter().map(|job| (job.age_at(moment), job.kept)).collect();
        let alive = |(age, kept): &&(u64, Option<u64>)| kept.is_none_or(|kept| age <= &kept);
        match ages.iter().filter(alive).map(|(age, _)| *age).min() {
            Some(age) => worst.age_hours = worst.age_hours.max(Some(age.div_ceil(HOUR))),
            None => {
                let since = ages.iter().filter_map(|(age, kept)| Some(age - (*kept)?)).min();
                let hours = since.unwrap_or_default().div_ceil(HOUR);
                worst.without_copy_hours = worst.without_copy_hours.max(hours);
            }
        }
    }
    if worst.age_hours.is_none() {
        // Only monthly jobs that keep their copies for less than a month.
        let kept = all.iter().filter_map(|times| times.kept).max();
        worst.age_hours = kept.map(|kept| kept.div_ceil(HOUR));
    }
    worst
}

impl Times {
    fn of(job: &Job) -> Option<Self> {
        let starts = job.times()?.starts_in_week();
        Some(Self {
            starts: starts.into_iter().map(u64::from).collect(),
            run: u64::from(job.window_minutes.unwrap_or_default()),
            kept: match job.retention {
                Some(Retention::Days(days)) => Some(u64::from(days) * DAY),
                Some(Retention::Instances(0)) => Some(0),
                Some(Retention::Instances(_)) | None => None,
            },
        })
    }

    /// The age of the newest finished copy just before `moment`.
    fn age_at(&self, moment: u64) -> u64 {
        let run = self.run;
        // A run that takes weeks is no less finished for that: its minutes are counted round the week.
        let since = |start: &u64| {
            let earliest = start + run;
            let waited = (moment + WEEK * (earliest / WEEK + 1) - earliest - 1) % WEEK;
            waited + 1 + run
        };
        self.starts.iter().map(since).min().unwrap_or(MONTH + run)
    }
}

fn longest_kept(jobs: &[&Job]) -> Option<u32> {
    let days = |job: &&Job| match job.retention {
        Some(Retention::Days(days)) => Some(days),
        Some(Retention::Instances(0)) => Some(0),
        Some(Retention::Instances(_)) | None => None,
    };
    let each: Option<Vec<u32>> = jobs.iter().map(days).collect();
    each?.into_iter().max()
}
