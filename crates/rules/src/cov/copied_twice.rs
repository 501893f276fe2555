//! SSI-COV-002

use std::collections::BTreeMap;

use zvm::{Data, Job, JobKind, JobName, Minidisk, Severity, VolumeKey};

use crate::{
    cov::coverage,
    finding::Findings,
    lookup::bounds,
    rule::{Offence, RuleMeta},
    subject::{Selected, Subject},
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-COV-002",
        name: "copied-twice",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "IBM technote on Backup and Restore Manager in a z/VM SSI environment",
        text: "No data should be copied by two jobs of the same kind and cycle.",
        why: "It costs the time and the room of a second copy, and whoever restores has to find out which of the \
              two is the right one.",
        example: "SINGLE and a weekly job over volume GSU001",
        repair: "Exclude the data from one of the two jobs.",
    },
    check,
};

/// What jobs of one kind start together: fulls or incrementals, with about the same time between two runs.
type Cycle = (JobKind, u32);

/// One job copies from here to there.
#[derive(Clone, Copy)]
struct Stretch<'s, 'a> {
    pack: VolumeKey,
    from: u64,
    to: u64,
    selected: &'s Selected<'a>,
    minidisk: Option<&'a Minidisk>,
}

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut cycles: BTreeMap<Cycle, Vec<Stretch<'_, '_>>> = BTreeMap::new();
    let unscheduled = subject.site.jobs.iter().all(|job| job.schedule.is_none());
    for covered in coverage::of(subject) {
        let Some(run) = covered.minidisk.extent().map(|extent| extent.run) else {
            continue;
        };
        let (from, to) = bounds(run);
        for selected in covered.jobs() {
            let whole = selected.job.data == Data::Volumes;
            let Some(cycle) = cycle(selected.job, unscheduled) else {
                continue;
            };
            let minidisk = (!whole).then_some(covered.minidisk);
            cycles.entry(cycle).or_default().push(Stretch {
                pack: covered.pack,
                from,
                to,
                selected,
                minidisk,
            });
        }
    }
    for stretches in cycles.into_values() {
        for ((first, second), (example, count)) in pairs(stretches) {
            let message = format!(
                "{second} copies {count} of the minidisks that {first} copies in the same cycle, such as {} {}",
                example.0.user, example.0.vdev
            );
            findings
                .report(&example.2.place, format!("{first} {second}"), message)
                .note(&example.1.place, format!("{first} copies it, too"))
                .note(&example.0.place, "this minidisk is copied twice")
                .help("exclude it from one of the two jobs");
        }
    }
}

fn cycle(job: &Job, unscheduled: bool) -> Option<Cycle> {
    const DAY: u32 = 24;
    let gap = match job.times() {
        Some(times) => times.longest_gap_hours(),
        // Without a schedule a job runs on demand, unless nobody wrote schedules at all.
        None if unscheduled => 0,
        None => return None,
    };
    let class = [DAY / 2, 4 * DAY, 10 * DAY]
        .iter()
        .filter(|bound| gap > **bound)
        .count();
    Some((job.kind, u32::try_from(class).unwrap_or(u32::MAX)))
}

type Pairs<'a> = BTreeMap<(JobName, JobName), ((&'a Minidisk, &'a Job, &'a Job), usize)>;

/// The pairs of jobs that copy something in common, with an example and how many minidisks it is.
fn pairs<'a>(mut stretches: Vec<Stretch<'_, 'a>>) -> Pairs<'a> {
    let mut pairs = Pairs::new();
    stretches.sort_by(|a, b| {
        (a.pack, a.from, a.to, a.selected.job.name).cmp(&(b.pack, b.from, b.to, b.selected.job.name))
    });
    // For each job the stretch that reaches furthest; jobs are few.
    let mut open: Vec<Stretch<'_, 'a>> = Vec::new();
    for stretch in stretches {
        open.retain(|other| other.pack == stretch.pack && other.to > stretch.from);
        for other in open
            .iter()
            .filter(|other| other.selected.job.name != stretch.selected.job.name)
        {
            let Some(minidisk) = stretch.minidisk.or(other.minidisk) else {
                continue;
            };
            let (one, two) = (other.selected.job, stretch.selected.job);
            let (first, second) = if one.name < two.name {
                (one, two)
            } else {
                (two, one)
            };
            let found = pairs
                .entry((first.name, second.name))
                .or_insert(((minidisk, first, second), 0));
            found.1 += 1;
        }
        match open
            .iter_mut()
            .find(|other| other.selected.job.name == stretch.selected.job.name)
        {
            Some(known) if known.to >= stretch.to => {}
            Some(known) => *known = stretch,
            None => open.push(stretch),
        }
    }
    pairs
}
