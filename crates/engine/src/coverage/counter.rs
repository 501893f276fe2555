//! Why no job copies a minidisk: the part of it that nobody holds, and the line that keeps each job from it.

use std::collections::BTreeMap;

use catalog::DomainName;
use dasd::Run;
use serde::Serialize;
use zvm::{Data, Job, JobMember, JobName, MemberName, Minidisk, Place, Selector, Site, Space, VolumeKey};

use super::Situation;
use super::planned::{AllPlanned, Stretch, bounds, within};
use crate::env::ClusterState;

/// The proof that a minidisk is not covered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Counterexample {
    /// A part of it that no job copies in whatever way; none when its extent is not known, or all of it is copied as
    /// parts of others.
    pub missing: Option<Missing>,
    /// Something of another name that lies over it and is copied: a restore of that brings back some of it.
    pub copied_as: Option<CopiedAs>,
    /// Why not, job by job; jobs that select nothing near it are one line together.
    pub because: Vec<Reason>,
}

/// A domain that lies over a minidisk, and the job that copies it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct CopiedAs {
    /// The job.
    pub job: JobName,
    /// What it copies.
    pub name: DomainName,
}

/// A part of a pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// The pack.
    pub pack: VolumeKey,
    /// Cylinders or blocks.
    pub run: Run,
}

/// Why a job does not copy a minidisk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// What kind of reason it is.
    pub why: Why,
    /// The job; none where it concerns all of them.
    pub job: Option<JobName>,
    /// The line that decides it.
    pub place: Place,
    /// The reason, in an operator's words.
    pub text: String,
}

/// The kinds of reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// An exclude of the job fits it.
    Excluded,
    /// The job selects it, but cannot read it where it runs.
    OutOfReach,
    /// The job selects it only while its user is logged on at the member.
    ByLogon,
    /// The job selects it, but cannot run.
    Held,
    /// The pack is lost.
    Lost,
    /// Which extent it is cannot be told, so nobody can copy it.
    NoExtent,
    /// No include of any job fits it.
    NotIncluded,
}

impl Counterexample {
    /// The first reason, in a line.
    pub fn summary(&self) -> String {
        self.because.first().map_or_else(
            || "no job selects it".to_owned(),
            |reason| match reason.why {
                Why::Excluded => format!("{} ({})", reason.text, reason.place),
                _ => reason.text.clone(),
            },
        )
    }
}

impl Reason {
    /// A reason that is no job's.
    fn of_all(why: Why, minidisk: &Minidisk, text: String) -> Self {
        Self {
            why,
            job: None,
            place: minidisk.place.clone(),
            text,
        }
    }
}

/// Who looks for reasons.
pub(super) struct Doubter<'a> {
    site: &'a Site,
    situation: &'a Situation,
    unions: BTreeMap<VolumeKey, Vec<Stretch<'a>>>,
}

impl<'a> Doubter<'a> {
    pub(super) fn new(site: &'a Site, situation: &'a Situation, planned: &AllPlanned<'a>) -> Self {
        Self {
            site,
            situation,
            unions: planned.unions(),
        }
    }

    /// The counter-example of a minidisk that is known not to be covered on that pack.
    pub(super) fn explain(&self, minidisk: &Minidisk, pack: Option<VolumeKey>) -> Counterexample {
        let (missing, copied_as) = match (pack, minidisk.extent()) {
            (Some(pack), Some(extent)) => self.look_at(pack, extent.run),
            _ => (None, None),
        };
        Counterexample {
            missing,
            copied_as,
            because: self.reasons(minidisk, pack),
        }
    }

    /// The first part that nobody copies, and the first that somebody does.
    fn look_at(&self, pack: VolumeKey, run: Run) -> (Option<Missing>, Option<CopiedAs>) {
        let copied = self.unions.get(&pack).map_or(&[][..], Vec::as_slice);
        let (from, to) = bounds(run);
        let near = copied.partition_point(|stretch| stretch.to <= from);
        let mut end = from;
        let mut other = None;
        for stretch in copied[near..].iter().take_while(|stretch| stretch.from < to) {
            other = other.or(Some(CopiedAs {
                job: stretch.by.job.job,
                name: stretch.by.domain.name,
            }));
            if stretch.from > end {
                let run = within(run, end, stretch.from);
                return (Some(Missing { pack, run }), other);
            }
            end = stretch.to;
        }
        let missing = (end < to).then(|| Missing {
            pack,
            run: within(run, end, to),
        });
        (missing, other)
    }

    fn reasons(&self, minidisk: &Minidisk, pack: Option<VolumeKey>) -> Vec<Reason> {
        let mut reasons = Vec::new();
        if let Space::Unresolved { reason } = &minidisk.space {
            let text = format!("its extent is not known: {reason}");
            reasons.push(Reason::of_all(Why::NoExtent, minidisk, text));
        }
        if let Some(pack) = pack.filter(|pack| self.situation.lost.contains(pack)) {
            reasons.push(Reason::of_all(
                Why::Lost,
                minidisk,
                format!("volume {pack} is lost"),
            ));
        }
        for job in &self.site.jobs {
            let tells = match job.data {
                Data::Volumes => self.volume_job(job, pack),
                Data::Auto | Data::Image => self.minidisk_job(job, minidisk, pack),
            };
            if let Some((why, place, text)) = tells {
                let job = Some(job.name);
                reasons.push(Reason {
                    why,
                    job,
                    place,
                    text,
                });
            }
        }
        if reasons.is_empty() {
            let text = match self.site.jobs.len() {
                0 => "the site has no job".to_owned(),
                1 => "the one job has no include that fits it".to_owned(),
                count => format!("none of the {count} jobs has an include that fits it"),
            };
            reasons.push(Reason::of_all(Why::NotIncluded, minidisk, text));
        }
        reasons.sort_by_key(|reason| reason.why);
        reasons
    }

    fn minidisk_job(
        &self,
        job: &Job,
        minidisk: &Minidisk,
        pack: Option<VolumeKey>,
    ) -> Option<(Why, Place, String)> {
        let fits = |selector: &&Selector| selector.matches(minidisk);
        let include = job.include.iter().find(fits)?;
        if let Some(exclude) = job.exclude.iter().find(fits) {
            let text = format!("{} excludes it", job.name);
            return Some((Why::Excluded, exclude.place.clone(), text));
        }
        let text = match runs_on(self.site, job, &self.situation.cluster) {
            None => return Some((Why::Held, job.member_place.clone(), held(job))),
            Some(member) => match self.site.copy_at(&member, minidisk) {
                Err(reason) => format!(
                    "{} selects it, but cannot copy it at {member}: {reason}",
                    job.name
                ),
                // The job copies it, but this is about another pack of the same serial, or one that is lost.
                Ok((_, found)) if pack != Some(found) => {
                    format!("{} selects it, but finds volume {found} at {member}", job.name)
                }
                Ok(_) if job.selects_by_logon(minidisk) => {
                    let text = format!(
                        "{} copies it only while {} is logged on at {member}",
                        job.name, minidisk.user
                    );
                    return Some((Why::ByLogon, include.place.clone(), text));
                }
                Ok(_) => return None,
            },
        };
        Some((Why::OutOfReach, job.member_place.clone(), text))
    }

    fn volume_job(&self, job: &Job, pack: Option<VolumeKey>) -> Option<(Why, Place, String)> {
        let pack = pack.filter(|pack| job.selects_volume(&pack.volser))?;
        let Some(member) = runs_on(self.site, job, &self.situation.cluster) else {
            return Some((Why::Held, job.member_place.clone(), held(job)));
        };
        let seen = self.site.pack_at(&member, &pack.volser);
        let text = match seen {
            Some(found) if found == pack => return None,
            Some(found) => format!("{} copies volume {found}, which is another pack", job.name),
            None => format!(
                "{} selects volume {pack}, but {member} does not reach it",
                job.name
            ),
        };
        Some((Why::OutOfReach, job.member_place.clone(), text))
    }
}

fn held(job: &Job) -> String {
    match job.member {
        JobMember::At(member) => format!("{} selects it, but {member} is not joined", job.name),
        JobMember::Any => format!("{} selects it, but no member is joined", job.name),
    }
}

fn runs_on(site: &Site, job: &Job, cluster: &ClusterState) -> Option<MemberName> {
    crate::plan::runs_on(site, job, cluster).ok()
}
