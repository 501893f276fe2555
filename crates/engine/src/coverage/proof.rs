//! The claim for each minidisk.

use std::collections::BTreeMap;

use catalog::{BackupKind, DomainName};
use dasd::{Run, Volser};
use serde::Serialize;
use zvm::{Job, JobName, MemberName, Minidisk, Place, Scope, Site, VolumeKey};

use super::Situation;
use super::age::{self, Worst};
use super::ambiguity::{self, Ambiguity};
use super::counter::{self, Counterexample};
use super::duplicates::{self, Duplicate};
use super::planned::{AllPlanned, Planned, pack_of};
use crate::plan::minidisks::name_of;
use crate::plan::{Choice, HeldJob, JobPlan, plan_jobs};

/// What the jobs of a site copy, and what not.
#[derive(Clone, Debug, Serialize)]
pub struct Coverage {
    /// One for each minidisk and pack that it means, in the order of the directory.
    pub disks: Vec<DiskCoverage>,
    /// What is copied more than once.
    pub duplicates: Vec<Duplicate>,
    /// What a restore has to be told, or could take for something else.
    pub ambiguous: Vec<Ambiguity>,
    /// Jobs that cannot run now, and why.
    pub held: Vec<HeldJob>,
}

/// How many minidisks are in which state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Minidisks that a job copies.
    pub covered: usize,
    /// Minidisks that should be copied and are not.
    pub uncovered: usize,
    /// Minidisks that need no copy.
    pub exempt: usize,
    /// The worst age of them all, in hours; none when no copy has one.
    pub worst_age_hours: Option<u64>,
}

impl Coverage {
    /// Counts the states.
    pub fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for disk in &self.disks {
            match &disk.status {
                Status::Covered { worst, .. } => {
                    tally.covered += 1;
                    tally.worst_age_hours = tally.worst_age_hours.max(worst.age_hours);
                }
                Status::Uncovered { .. } => tally.uncovered += 1,
                Status::Exempt { .. } => tally.exempt += 1,
            }
        }
        tally
    }
}

/// The claim for one minidisk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DiskCoverage {
    /// The name under which a restore asks for it.
    pub name: DomainName,
    /// The pack it lies on, where that is known.
    pub pack: Option<VolumeKey>,
    /// Its cylinders or blocks, where they are known.
    pub run: Option<Run>,
    /// The MDISK statement.
    pub place: Place,
    /// Whether it is copied.
    #[serde(flatten)]
    pub status: Status,
}

/// Whether a minidisk is copied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "lowercase")]
pub enum Status {
    /// It is.
    Covered {
        /// By these jobs: its own copies first, then those of its pack; by name of the job.
        copies: Vec<CopyBy>,
        /// How old the newest of all of them is at worst.
        worst: Worst,
    },
    /// It is not.
    Uncovered {
        /// What proves it.
        counterexample: Counterexample,
    },
    /// It needs no copy.
    Exempt {
        /// Why not.
        reason: &'static str,
    },
}

/// A job that copies a minidisk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct CopyBy {
    /// The job: its newest instance is what a restore takes.
    pub job: JobName,
    /// Where it runs.
    pub member: MemberName,
    /// Full or incremental.
    pub kind: BackupKind,
    /// What has to be restored.
    pub via: Via,
}

/// What has to be restored to get a minidisk back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Via {
    /// The minidisk itself.
    Minidisk,
    /// Its pack as a whole, out of which it is cut.
    Volume,
}

/// The coverage of a site in a situation.
pub fn coverage(site: &Site, situation: &Situation) -> Coverage {
    let (jobs, held) = planned_jobs(site, situation);
    let planned = AllPlanned::of(&jobs);
    // Copies that were made before a member went down or a pack was lost are still there to be taken for others.
    let (usual, _) = planned_jobs(site, &Situation::sound(site));
    Coverage {
        disks: prove(site, situation, &planned),
        duplicates: duplicates::find(&planned),
        ambiguous: ambiguity::find(&AllPlanned::of(&usual)),
        held,
    }
}

/// Only the claims.
pub(super) fn disks(site: &Site, situation: &Situation) -> Vec<DiskCoverage> {
    let (jobs, _) = planned_jobs(site, situation);
    prove(site, situation, &AllPlanned::of(&jobs))
}

/// What the engine would copy: a pack that is lost cannot be read.
pub(super) fn planned_jobs(site: &Site, situation: &Situation) -> (Vec<JobPlan>, Vec<HeldJob>) {
    let (mut jobs, held) = plan_jobs(site, &Choice::default(), &situation.cluster);
    if !situation.lost.is_empty() {
        for job in &mut jobs {
            job.domains
                .retain(|domain| !situation.lost.contains(&pack_of(domain)));
        }
    }
    (jobs, held)
}

fn prove(site: &Site, situation: &Situation, planned: &AllPlanned<'_>) -> Vec<DiskCoverage> {
    let mut packs = Packs::new(site);
    let mut ages = Ages::new(site);
    let doubter = counter::Doubter::new(site, situation, planned);
    let mut disks = Vec::with_capacity(site.minidisks.len());
    for minidisk in &site.minidisks {
        for pack in packs.meant_by(minidisk) {
            let run = minidisk.extent().map(|extent| extent.run);
            let status = match site.needs_no_copy(minidisk) {
                Some(reason) => Status::Exempt { reason },
                None => match copies(planned, &ages, minidisk, pack) {
                    copies if copies.is_empty() => Status::Uncovered {
                        counterexample: doubter.explain(minidisk, pack),
                    },
                    copies => Status::Covered {
                        worst: ages.of(&copies),
                        copies,
                    },
                },
            };
            disks.push(DiskCoverage {
                name: name_of(minidisk),
                pack,
                run,
                place: minidisk.place.clone(),
                status,
            });
        }
    }
    disks
}

/// A job that copies a minidisk only while its user is logged on proves nothing.
fn copies(
    planned: &AllPlanned<'_>,
    ages: &Ages<'_>,
    minidisk: &Minidisk,
    pack: Option<VolumeKey>,
) -> Vec<CopyBy> {
    let by_chance = |by: &Planned<'_>| {
        let job = ages.jobs.get(&by.job.job);
        job.is_some_and(|job| job.selects_by_logon(minidisk))
    };
    let run = minidisk.extent().map(|extent| extent.run);
    let copy = |by: Planned<'_>, via| CopyBy {
        job: by.job.job,
        member: by.job.member,
        kind: by.job.kind,
        via,
    };
    let Some(pack) = pack else { return Vec::new() };
    let own = run
        .into_iter()
        .flat_map(|run| planned.own(name_of(minidisk), pack, run));
    let mut copies: Vec<CopyBy> = own
        .filter(|by| !by_chance(by))
        .map(|by| copy(by, Via::Minidisk))
        .collect();
    copies.extend(planned.whole(&pack).map(|by| copy(by, Via::Volume)));
    copies.sort_by_key(|copy| (copy.via, copy.job));
    // Two statements for one minidisk are one copy more in the job, but not one more job.
    copies.dedup();
    copies
}

/// The packs that a minidisk means. A global one on a serial of which several members have a private pack each
/// means another one on each of them.
struct Packs<'s> {
    site: &'s Site,
    seen: BTreeMap<Volser, Vec<VolumeKey>>,
}

impl<'s> Packs<'s> {
    fn new(site: &'s Site) -> Self {
        Self {
            site,
            seen: BTreeMap::new(),
        }
    }

    fn meant_by(&mut self, minidisk: &Minidisk) -> Vec<Option<VolumeKey>> {
        let home = self.site.home_pack(minidisk);
        let (Scope::Global, Some(volser)) = (minidisk.scope, minidisk.volser) else {
            return vec![home];
        };
        let site = self.site;
        let seen = self.seen.entry(volser).or_insert_with(|| {
            let members = site.cluster.members.iter();
            let mut packs: Vec<_> = members
                .filter_map(|member| site.pack_at(&member.name, &volser))
                .collect();
            packs.sort();
            packs.dedup();
            packs
        });
        match seen.as_slice() {
            [] => vec![home],
            packs => packs.iter().copied().map(Some).collect(),
        }
    }
}

/// Many minidisks have the same jobs, and with them the same worst case.
struct Ages<'s> {
    jobs: BTreeMap<JobName, &'s Job>,
    known: BTreeMap<Vec<JobName>, Worst>,
}

impl<'s> Ages<'s> {
    fn new(site: &'s Site) -> Self {
        Self {
            jobs: site.jobs.iter().map(|job| (job.name, job)).collect(),
            known: BTreeMap::new(),
        }
    }

    fn of(&mut self, copies: &[CopyBy]) -> Worst {
        let names: Vec<JobName> = copies.iter().map(|copy| copy.job).collect();
        let jobs: Vec<&Job> = names
            .iter()
            .filter_map(|name| self.jobs.get(name).copied())
            .collect();
        *self.known.entry(names).or_insert_with(|| age::worst(&jobs))
    }
}
