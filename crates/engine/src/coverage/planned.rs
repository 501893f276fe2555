//! What the planned jobs copy, ordered so that it is found by name, by pack and by place.

use std::collections::BTreeMap;

use catalog::DomainName;
use dasd::Run;
use zvm::{JobName, VolumeKey};

use crate::plan::{JobPlan, PlannedDomain};

/// One domain of one planned job.
#[derive(Clone, Copy)]
pub(super) struct Planned<'p> {
    pub(super) job: &'p JobPlan,
    pub(super) domain: &'p PlannedDomain,
}

/// A stretch of a pack from its first to one past its last cylinder or block, and who copies it.
#[derive(Clone, Copy)]
pub(super) struct Stretch<'p> {
    pub(super) from: u64,
    pub(super) to: u64,
    pub(super) by: Planned<'p>,
}

/// Everything that is planned.
pub(super) struct AllPlanned<'p> {
    by_name: BTreeMap<DomainName, Vec<Planned<'p>>>,
    whole: BTreeMap<VolumeKey, Vec<Planned<'p>>>,
    by_pack: BTreeMap<VolumeKey, Vec<Stretch<'p>>>,
}

impl<'p> Planned<'p> {
    /// The pack it lies on.
    pub(super) fn pack(&self) -> VolumeKey {
        pack_of(self.domain)
    }

    /// A full job and the incremental ones that build on it are one family: they copy the same by intention.
    pub(super) fn family(&self) -> JobName {
        self.job.base.unwrap_or(self.job.job)
    }
}

impl<'p> AllPlanned<'p> {
    /// Orders the domains of `jobs`.
    pub(super) fn of(jobs: &'p [JobPlan]) -> Self {
        let mut all = Self {
            by_name: BTreeMap::new(),
            whole: BTreeMap::new(),
            by_pack: BTreeMap::new(),
        };
        for job in jobs {
            for domain in &job.domains {
                let by = Planned { job, domain };
                all.by_name.entry(domain.name).or_default().push(by);
                if domain.run.is_none() {
                    all.whole.entry(by.pack()).or_default().push(by);
                }
                let (from, to) = domain.run.map_or((0, u64::MAX), bounds);
                all.by_pack
                    .entry(by.pack())
                    .or_default()
                    .push(Stretch { from, to, by });
            }
        }
        for stretches in all.by_pack.values_mut() {
            // The longest of those that begin together comes first: what it holds it holds from the start.
            stretches.sort_by(|a, b| {
                let key = |s: &Stretch<'_>| (s.from, u64::MAX - s.to, s.by.job.job, s.by.domain.name);
                key(a).cmp(&key(b))
            });
        }
        all
    }

    /// Who copies this minidisk under its own name, from exactly this place.
    pub(super) fn own(
        &self,
        name: DomainName,
        pack: VolumeKey,
        run: Run,
    ) -> impl Iterator<Item = Planned<'p>> {
        let all = self.by_name.get(&name).into_iter().flatten().copied();
        all.filter(move |by| by.pack() == pack && by.domain.run == Some(run))
    }

    /// Who copies the whole pack.
    pub(super) fn whole(&self, pack: &VolumeKey) -> impl Iterator<Item = Planned<'p>> {
        self.whole.get(pack).into_iter().flatten().copied()
    }

    /// Everything planned under each name.
    pub(super) fn names(&self) -> impl Iterator<Item = (&DomainName, &[Planned<'p>])> {
        self.by_name.iter().map(|(name, all)| (name, all.as_slice()))
    }

    /// The stretches of each pack, by their beginnings.
    pub(super) fn packs(&self) -> impl Iterator<Item = (&VolumeKey, &[Stretch<'p>])> {
        self.by_pack.iter().map(|(pack, all)| (pack, all.as_slice()))
    }

    /// For each pack, disjoint stretches that together are all that is copied of it.
    pub(super) fn unions(&self) -> BTreeMap<VolumeKey, Vec<Stretch<'p>>> {
        let union = |stretches: &Vec<Stretch<'p>>| {
            let (mut disjoint, mut end) = (Vec::new(), 0);
            for stretch in stretches.iter().filter(|stretch| stretch.from < stretch.to) {
                if stretch.to > end {
                    let from = stretch.from.max(end);
                    disjoint.push(Stretch { from, ..*stretch });
                    end = stretch.to;
                }
            }
            disjoint
        };
        let all = self.by_pack.iter();
        all.map(|(pack, stretches)| (*pack, union(stretches))).collect()
    }
}

pub(super) fn pack_of(domain: &PlannedDomain) -> VolumeKey {
    VolumeKey {
        volser: domain.volser,
        member: domain.volume_member,
    }
}

/// First and one-past-last cylinder or block.
pub(super) fn bounds(run: Run) -> (u64, u64) {
    let (first, count) = match run {
        Run::Cylinders { first, count } => (first.get(), count.get()),
        Run::Blocks { first, count } => (first.get(), count.get()),
    };
    (u64::from(first), u64::from(first) + u64::from(count))
}

/// A run of the kind of `like` with these bounds, which lie within it.
pub(super) fn within(like: Run, from: u64, to: u64) -> Run {
    let number = |wide: u64| u32::try_from(wide).unwrap_or(u32::MAX);
    match like {
        Run::Cylinders { .. } => Run::cylinders(number(from), number(to - from)),
        Run::Blocks { .. } => Run::blocks(number(from), number(to - from)),
    }
}
