//! Where one question to a restore has several answers.

use std::collections::{BTreeMap, BTreeSet};

use catalog::DomainName;
use dasd::Volser;
use serde::Serialize;
use zvm::{JobName, MemberName, UserId, Vdev};

use super::planned::{AllPlanned, Planned};

/// Two copies, or two disks, that one name stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ambiguity {
    /// In which way.
    pub kind: AmbiguityKind,
    /// What is asked for: user and devices, or a serial.
    pub subject: String,
    /// The jobs that have copies.
    pub jobs: Vec<JobName>,
    /// The members whose own disk it is.
    pub members: Vec<MemberName>,
    /// The places it may mean, as text.
    pub places: Vec<String>,
}

/// In which way a name is ambiguous. The worst comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AmbiguityKind {
    /// Copies under one name are of different places: the newest may not be of the disk that is meant.
    SeveralPlaces,
    /// Jobs that do not build on each other copy it: the newest copy may be of either, and of another age.
    SeveralJobs,
    /// Each of these members has its own minidisk under this user and number: a restore has to be told the member.
    SeveralMembers,
    /// Each of these members has its own pack under this serial: a restore has to be told the member.
    SeveralPacks,
}

/// Finds them, the worst first.
pub(super) fn find(planned: &AllPlanned<'_>) -> Vec<Ambiguity> {
    let mut all: Vec<Ambiguity> = planned
        .names()
        .flat_map(|(name, copies)| {
            let places = several_places(name, copies);
            let jobs = several_jobs(name, copies);
            places.into_iter().chain(jobs)
        })
        .collect();
    all.extend(several_members(planned));
    all.extend(several_packs(planned));
    all.sort_by(|a, b| (a.kind, &a.subject).cmp(&(b.kind, &b.subject)));
    all
}

fn several_places(name: &DomainName, copies: &[Planned<'_>]) -> Option<Ambiguity> {
    let place = |by: &Planned<'_>| (by.pack(), by.domain.run);
    let places: BTreeSet<_> = copies.iter().map(place).collect();
    let text = |(pack, run): &(zvm::VolumeKey, Option<dasd::Run>)| match run {
        Some(run) => format!("{run} of {pack}"),
        None => pack.to_string(),
    };
    (places.len() > 1).then(|| Ambiguity {
        kind: AmbiguityKind::SeveralPlaces,
        subject: name.to_string(),
        jobs: jobs_of(copies),
        members: Vec::new(),
        places: places.iter().map(text).collect(),
    })
}

fn several_jobs(name: &DomainName, copies: &[Planned<'_>]) -> Option<Ambiguity> {
    let families: BTreeSet<JobName> = copies.iter().map(Planned::family).collect();
    (families.len() > 1).then(|| Ambiguity {
        kind: AmbiguityKind::SeveralJobs,
        subject: name.to_string(),
        jobs: jobs_of(copies),
        members: Vec::new(),
        places: Vec::new(),
    })
}

/// A user and the members that have a disk of theirs each.
type Owners = (UserId, Vec<MemberName>);
/// Which disks, and the jobs that copy them.
type Theirs = (Vec<Vdev>, BTreeSet<JobName>);

/// An IDENTITY has many such disks, most on the same members: those are told together.
fn several_members(planned: &AllPlanned<'_>) -> Vec<Ambiguity> {
    let mut owners: BTreeMap<(UserId, Vdev), (BTreeSet<MemberName>, BTreeSet<JobName>)> = BTreeMap::new();
    for (name, copies) in planned.names() {
        if let DomainName::Minidisk {
            user,
            member: Some(member),
            vdev,
        } = *name
        {
            let (members, jobs) = owners.entry((user, vdev)).or_default();
            members.insert(member);
            jobs.extend(jobs_of(copies));
        }
    }
    let mut together: BTreeMap<Owners, Theirs> = BTreeMap::new();
    for ((user, vdev), (members, jobs)) in owners {
        if members.len() > 1 {
            let key = (user, members.into_iter().collect());
            let (vdevs, all) = together.entry(key).or_default();
            vdevs.push(vdev);
            all.extend(jobs);
        }
    }
    let tell = |((user, members), (vdevs, jobs)): (Owners, Theirs)| {
        let vdevs: Vec<String> = vdevs.iter().map(ToString::to_string).collect();
        Ambiguity {
            kind: AmbiguityKind::SeveralMembers,
            subject: format!("{user} {}", vdevs.join(" ")),
            jobs: jobs.into_iter().collect(),
            members,
            places: Vec::new(),
        }
    };
    together.into_iter().map(tell).collect()
}

fn several_packs(planned: &AllPlanned<'_>) -> Vec<Ambiguity> {
    let mut packs: BTreeMap<Volser, (BTreeSet<MemberName>, BTreeSet<JobName>)> = BTreeMap::new();
    for (name, copies) in planned.names() {
        if let DomainName::Volume {
            volser,
            member: Some(member),
        } = *name
        {
            let (members, jobs) = packs.entry(volser).or_default();
            members.insert(member);
            jobs.extend(jobs_of(copies));
        }
    }
    packs
        .into_iter()
        .filter(|(_, (members, _))| members.len() > 1)
        .map(|(volser, (members, jobs))| Ambiguity {
            kind: AmbiguityKind::SeveralPacks,
            subject: volser.to_string(),
            jobs: jobs.into_iter().collect(),
            members: members.into_iter().collect(),
            places: Vec::new(),
        })
        .collect()
}

fn jobs_of(copies: &[Planned<'_>]) -> Vec<JobName> {
    let jobs: BTreeSet<JobName> = copies.iter().map(|by| by.job.job).collect();
    jobs.into_iter().collect()
}
