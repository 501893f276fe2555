//! What is copied more than once, by the place it lies at: one sweep over each pack.

use std::collections::BTreeMap;

use catalog::DomainName;
use dasd::Run;
use serde::Serialize;
use zvm::{JobName, VolumeKey};

use super::planned::{AllPlanned, Planned, Stretch, within};

/// What two jobs, or one job with itself, copy twice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Duplicate {
    /// In which way.
    pub kind: DuplicateKind,
    /// The two jobs, sorted; the same one twice when a job copies something twice by itself.
    pub jobs: (JobName, JobName),
    /// How many domains of one of the two lie in what the other copies.
    pub count: usize,
    /// The two names of the first example.
    pub example: (DomainName, DomainName),
    /// The pack that holds the example.
    pub pack: VolumeKey,
    /// What the two of the example have in common; none stands for the whole pack.
    pub run: Option<Run>,
}

/// How it comes that something is copied twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DuplicateKind {
    /// Two jobs copy the same minidisk or volume.
    SameDomain,
    /// A job over volumes copies the pack on which a job over minidisks copies.
    VolumeImage,
    /// Two minidisks share cylinders or blocks, one lying over the other.
    Overlap,
}

type Found = BTreeMap<(DuplicateKind, JobName, JobName), Duplicate>;

/// Finds them. A full job and the incremental ones on top of it copy the same by intention and do not count.
pub(super) fn find(planned: &AllPlanned<'_>) -> Vec<Duplicate> {
    let mut found = Found::new();
    for (_, all) in planned.names() {
        same_domain(all, &mut found);
    }
    for (_, stretches) in planned.packs() {
        sweep(stretches, &mut found);
    }
    found.into_values().collect()
}

/// Of each family one job stands for it, so that it does not matter how often one job names the same place.
fn same_domain(all: &[Planned<'_>], found: &mut Found) {
    let mut seen: BTreeMap<(VolumeKey, Option<Run>), BTreeMap<JobName, Planned<'_>>> = BTreeMap::new();
    for second in all {
        let there = seen.entry((second.pack(), second.domain.run)).or_default();
        for (_, first) in there.iter().filter(|(family, _)| **family != second.family()) {
            note(
                found,
                DuplicateKind::SameDomain,
                *first,
                *second,
                second.domain.run,
            );
        }
        there.entry(second.family()).or_insert(*second);
    }
}

/// Meets each stretch with those that began before it and have not ended. For each job only the two of different
/// names that reach furthest are kept: when any of the job's stretches that has another name is met, one of them is.
fn sweep(stretches: &[Stretch<'_>], found: &mut Found) {
    let mut open: BTreeMap<JobName, Vec<Stretch<'_>>> = BTreeMap::new();
    for stretch in stretches {
        open.retain(|_, furthest| {
            furthest.retain(|other| other.to > stretch.from);
            !furthest.is_empty()
        });
        for other in open.values().flatten() {
            let (first, second) = (other.by, stretch.by);
            if first.domain.name == second.domain.name {
                continue;
            }
            let whole = first.domain.run.is_none() || second.domain.run.is_none();
            let kind = if whole {
                DuplicateKind::VolumeImage
            } else {
                DuplicateKind::Overlap
            };
            let like = second.domain.run.or(first.domain.run);
            let run = like.map(|like| within(like, stretch.from, stretch.to.min(other.to)));
            note(found, kind, first, second, run);
        }
        keep(open.entry(stretch.by.job.job).or_default(), *stretch);
    }
}

fn keep<'p>(furthest: &mut Vec<Stretch<'p>>, new: Stretch<'p>) {
    let same_name = |old: &&mut Stretch<'p>| old.by.domain.name == new.by.domain.name;
    match furthest.iter_mut().find(same_name) {
        Some(old) if old.to >= new.to => {}
        Some(old) => *old = new,
        None => furthest.push(new),
    }
    furthest.sort_by_key(|stretch| u64::MAX - stretch.to);
    furthest.truncate(2);
}

fn note(found: &mut Found, kind: DuplicateKind, first: Planned<'_>, second: Planned<'_>, run: Option<Run>) {
    let (one, two) = if first.job.job <= second.job.job {
        (first, second)
    } else {
        (second, first)
    };
    let jobs = (one.job.job, two.job.job);
    let duplicate = found.entry((kind, jobs.0, jobs.1)).or_insert(Duplicate {
        kind,
        jobs,
        count: 0,
        example: (one.domain.name, two.domain.name),
        pack: second.pack(),
        run,
    });
    duplicate.count += 1;
}
