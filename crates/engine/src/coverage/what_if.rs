//! What a change does to coverage: a member that is down, a pack that is lost, a member more.

use std::collections::{BTreeMap, VecDeque};

use catalog::DomainName;
use dasd::{Run, Volser};
use serde::Serialize;
use zvm::{Job, JobName, Medium, MemberName, Pool, Site, VolumeKey};

use super::Situation;
use super::age::Worst;
use super::proof::{CopyBy, Coverage, DiskCoverage, Status, Tally};
use crate::plan::{HeldJob, runs_on};

/// What a change does to coverage.
#[derive(Clone, Debug, Serialize)]
pub struct WhatIf {
    /// The counts before the change.
    pub before: Tally,
    /// The counts after it.
    pub after: Tally,
    /// Minidisks on lost packs, and what brings each back.
    pub destroyed: Vec<Destroyed>,
    /// Disk pools on lost packs, and the jobs whose copies are in them.
    pub pools: Vec<LostPool>,
    /// Minidisks on packs that are there, which no job copies any more.
    pub lost: Vec<Lost>,
    /// Minidisks that are copied and were not before, or that come with the change and are copied.
    pub gained: Vec<DiskCoverage>,
    /// Minidisks that come with the change and are not copied.
    pub arrived_uncovered: Vec<DiskCoverage>,
    /// Minidisks that fewer jobs copy.
    pub thinner: Vec<Thinner>,
    /// Jobs that cannot run any more, and why.
    pub held: Vec<HeldJob>,
    /// Jobs for any member that run on another one.
    pub moved: Vec<JobMove>,
}

/// A minidisk on a lost pack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Destroyed {
    /// Its name.
    pub name: DomainName,
    /// The lost pack.
    pub pack: VolumeKey,
    /// Its extent.
    pub run: Option<Run>,
    /// The jobs that copied it before and whose copies are not on a lost pack; when there is none, its data is gone.
    pub copies: Vec<CopyBy>,
    /// How old the newest copy of all jobs was at worst.
    pub worst: Worst,
}

/// A disk pool that loses copies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LostPool {
    /// Its name.
    pub pool: String,
    /// The lost packs that it lies on.
    pub packs: Vec<VolumeKey>,
    /// The jobs that write to it.
    pub jobs: Vec<JobName>,
    /// The catalog is kept in it.
    pub catalog: bool,
}

/// A minidisk that is no longer copied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lost {
    /// The claim after the change, with its counter-example.
    pub disk: DiskCoverage,
    /// The jobs that copied it before.
    pub before: Vec<CopyBy>,
    /// Only a member that is down can write to it: its last copy stays the newest state until it expires.
    pub frozen: bool,
}

/// A minidisk that is still copied, but less well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Thinner {
    /// Its name.
    pub name: DomainName,
    /// Its pack.
    pub pack: Option<VolumeKey>,
    /// The jobs that do not copy it any more.
    pub without: Vec<JobName>,
    /// The worst age before.
    pub before: Worst,
    /// The worst age after.
    pub after: Worst,
}

/// A job that runs elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct JobMove {
    /// The job.
    pub job: JobName,
    /// Where it ran.
    pub from: MemberName,
    /// Where it runs now.
    pub to: MemberName,
}

/// Compares two situations of a site, or of a site and what it becomes.
pub fn what_if(before: (&Site, &Situation), after: (&Site, &Situation)) -> WhatIf {
    let first = super::coverage(before.0, before.1);
    let second = super::coverage(after.0, after.1);
    let mut change = WhatIf {
        before: first.tally(),
        after: second.tally(),
        destroyed: Vec::new(),
        pools: lost_pools(after),
        lost: Vec::new(),
        gained: Vec::new(),
        arrived_uncovered: Vec::new(),
        thinner: Vec::new(),
        held: newly_held(&first, &second),
        moved: moved(before, after),
    };
    let (disks, situation) = (second.disks, after.1);
    for (old, new) in pair(&first.disks, disks) {
        change.note(old, new, situation);
    }
    change
}

impl WhatIf {
    /// Whether anything is copied less well than before, or gone.
    pub fn is_loss(&self) -> bool {
        !(self.lost.is_empty()
            && self.pools.is_empty()
            && self.destroyed.is_empty()
            && self.arrived_uncovered.is_empty())
    }

    fn note(&mut self, old: Option<&DiskCoverage>, new: DiskCoverage, situation: &Situation) {
        let before = old.map(|disk| &disk.status);
        let lost_pack = new.pack.filter(|pack| situation.lost.contains(pack));
        if let (Some(pack), Status::Uncovered { .. }) = (lost_pack, &new.status) {
            let (mut copies, worst) = match before {
                Some(Status::Covered { copies, worst }) => (copies.clone(), *worst),
                _ => (Vec::new(), Worst::default()),
            };
            copies.retain(|copy| !self.pools.iter().any(|pool| pool.jobs.contains(&copy.job)));
            self.destroyed.push(Destroyed {
                name: new.name,
                pack,
                run: new.run,
                copies,
                worst,
            });
            return;
        }
        match (before, &new.status) {
            (_, Status::Exempt { .. }) => {}
            (Some(Status::Covered { copies, .. }), Status::Uncovered { .. }) => self.lost.push(Lost {
                frozen: only_down_members_write(&new, situation),
                before: copies.clone(),
                disk: new,
            }),
            (Some(_), Status::Uncovered { .. }) => {}
            (None, Status::Uncovered { .. }) => self.arrived_uncovered.push(new),
            (
                Some(Status::Covered { copies, worst }),
                Status::Covered {
                    copies: now,
                    worst: after,
                },
            ) => {
                let gone = |copy: &&CopyBy| !now.iter().any(|other| other.job == copy.job);
                let without: Vec<JobName> = copies.iter().filter(gone).map(|copy| copy.job).collect();
                if !without.is_empty() {
                    self.thinner.push(Thinner {
                        name: new.name,
                        pack: new.pack,
                        without,
                        before: *worst,
                        after: *after,
                    });
                }
            }
            (_, Status::Covered { .. }) => self.gained.push(new),
        }
    }
}

fn only_down_members_write(disk: &DiskCoverage, situation: &Situation) -> bool {
    let local = disk.name.member().or(disk.pack.and_then(|pack| pack.member));
    local.is_some_and(|member| !situation.cluster.is_joined(&member))
}

/// Each claim after the change with the one before it. The pack of a serial may get another key when a member is
/// added, so what does not meet its like is matched by name and place.
fn pair(before: &[DiskCoverage], after: Vec<DiskCoverage>) -> Vec<(Option<&DiskCoverage>, DiskCoverage)> {
    type Key = (DomainName, Option<Volser>, Option<Run>);
    let key = |disk: &DiskCoverage| -> Key { (disk.name, disk.pack.map(|pack| pack.volser), disk.run) };
    let mut waiting: BTreeMap<Key, VecDeque<&DiskCoverage>> = BTreeMap::new();
    for disk in before {
        waiting.entry(key(disk)).or_default().push_back(disk);
    }
    let mut take = |disk: &DiskCoverage, same_pack: bool| {
        let like = waiting.get_mut(&key(disk))?;
        let at = like.iter().position(|old| !same_pack || old.pack == disk.pack)?;
        like.remove(at)
    };
    let exact: Vec<_> = after.iter().map(|disk| take(disk, true)).collect();
    let paired = exact.into_iter().zip(after);
    paired
        .map(|(old, disk)| (old.or_else(|| take(&disk, false)), disk))
        .collect()
}

/// A pool that is spread over several packs is taken as lost with any of them.
fn lost_pools((site, situation): (&Site, &Situation)) -> Vec<LostPool> {
    let lost = |pool: &Pool| -> Vec<VolumeKey> {
        let packs = situation.lost.iter().copied();
        packs.filter(|pack| pool.volumes.contains(&pack.volser)).collect()
    };
    let writes_to = |job: &&Job, pool: &Pool| {
        let on_disk = job.output.as_ref().filter(|output| output.medium == Medium::Disk);
        let name = on_disk.and_then(|output| output.pool.as_ref());
        name.is_some_and(|name| name.eq_ignore_ascii_case(&pool.name))
    };
    let told = site.pools.iter().map(|pool| LostPool {
        pool: pool.name.clone(),
        packs: lost(pool),
        jobs: site
            .jobs
            .iter()
            .filter(|job| writes_to(job, pool))
            .map(|job| job.name)
            .collect(),
        catalog: pool.catalog,
    });
    told.filter(|pool| !pool.packs.is_empty()).collect()
}

fn newly_held(before: &Coverage, after: &Coverage) -> Vec<HeldJob> {
    let was = |job: &HeldJob| before.held.iter().any(|held| held.job == job.job);
    after.held.iter().filter(|held| !was(held)).cloned().collect()
}

fn moved(before: (&Site, &Situation), after: (&Site, &Situation)) -> Vec<JobMove> {
    let jobs = before.0.jobs.iter();
    jobs.filter_map(|job| {
        let from = runs_on(before.0, job, &before.1.cluster).ok()?;
        let to = runs_on(after.0, job, &after.1.cluster).ok()?;
        (from != to).then_some(JobMove {
            job: job.name,
            from,
            to,
        })
    })
    .collect()
}
