//! Who copies what: a pure function of the site, the chosen jobs and the state of the cluster.

mod images;
pub(crate) mod minidisks;
mod size;
mod volumes;

pub use images::plan_images;

use catalog::{BackupKind, DomainName};
use dasd::{Run, Volser};
use serde::Serialize;
use thiserror::Error;
use zvm::{Data, Job, JobMember, JobName, MemberName, Retention, Shortcuts, Site};

use crate::coverage;
use crate::env::ClusterState;

/// Which jobs to run, and for whom.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// Only these jobs; all when empty.
    pub jobs: Vec<JobName>,
    /// Only jobs that run on this member.
    pub member: Option<MemberName>,
    /// Run everything as this kind, whatever the job says.
    pub kind: Option<BackupKind>,
}

/// The work of one run over a site.
#[derive(Debug, Serialize)]
pub struct Plan {
    /// The chosen jobs, in the order of their files.
    pub jobs: Vec<JobPlan>,
    /// Jobs that were chosen but cannot run now, and why.
    pub held: Vec<HeldJob>,
    /// What no job of the whole site copies, chosen or not, were all members joined.
    pub uncovered: Vec<LeftOut>,
    /// What more than one of the planned jobs copies.
    pub twice: Vec<Twice>,
}

/// What one job copies, on which member.
#[derive(Debug, Serialize)]
pub struct JobPlan {
    /// The job.
    pub job: JobName,
    /// The member whose worker runs it.
    pub member: MemberName,
    /// Full or incremental.
    pub kind: BackupKind,
    /// The job whose latest instance an incremental one is compared with.
    pub base: Option<JobName>,
    /// What it need not read.
    #[serde(skip)]
    pub shortcuts: Shortcuts,
    /// How long its instances are kept.
    #[serde(skip)]
    pub retention: Option<Retention>,
    /// In the order in which they are copied.
    pub domains: Vec<PlannedDomain>,
    /// What the job selects by name but does not copy.
    pub left_out: Vec<LeftOut>,
}

/// One thing to copy.
#[derive(Clone, Debug, Serialize)]
pub struct PlannedDomain {
    /// Whose it is.
    pub name: DomainName,
    /// The pack it lies on.
    pub volser: Volser,
    /// The member whose private pack that is; none for a shared one.
    pub volume_member: Option<MemberName>,
    /// Where on the pack; `None` stands for all of it, whatever its size.
    pub run: Option<Run>,
    /// The device type as the directory names it.
    pub device: String,
    /// Bytes of the extent in its image, where the plan can tell.
    pub bytes: Option<u64>,
}

/// Something that is not copied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// What it is.
    pub name: DomainName,
    /// Why it is not copied.
    pub reason: String,
}

/// A job that cannot run now.
#[derive(Clone, Debug, Serialize)]
pub struct HeldJob {
    /// The job.
    pub job: JobName,
    /// Why it is held.
    pub reason: String,
}

/// Something that several planned jobs copy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Twice {
    /// What it is.
    pub name: DomainName,
    /// The jobs that copy it.
    pub jobs: Vec<JobName>,
}

/// Why there is no plan.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum PlanError {
    /// A job was asked for that the site does not have.
    #[error("there is no job {job}; the site has {known}")]
    NoSuchJob {
        /// What was asked for.
        job: JobName,
        /// What there is.
        known: String,
    },
    /// A member was asked for that the cluster does not have.
    #[error("there is no member {member}; the cluster has {known}")]
    NoSuchMember {
        /// What was asked for.
        member: MemberName,
        /// What there is.
        known: String,
    },
}

/// Decides for every chosen job on which member it runs and what it copies.
///
/// # Errors
/// When a job or member is named that the site does not have.
pub fn plan(site: &Site, choice: &Choice, cluster: &ClusterState) -> Result<Plan, PlanError> {
    check_names(site, choice)?;
    let (jobs, held) = plan_jobs(site, choice, cluster);
    let twice = copied_twice(&jobs);
    Ok(Plan {
        jobs,
        held,
        uncovered: coverage::in_no_job(site),
        twice,
    })
}

/// The jobs of the choice, whose names are known to be right, and those that cannot run now.
pub(crate) fn plan_jobs(
    site: &Site,
    choice: &Choice,
    cluster: &ClusterState,
) -> (Vec<JobPlan>, Vec<HeldJob>) {
    let (mut jobs, mut held) = (Vec::new(), Vec::new());
    for job in site
        .jobs
        .iter()
        .filter(|job| choice.jobs.is_empty() || choice.jobs.contains(&job.name))
    {
        match runs_on(site, job, cluster) {
            Ok(member) if choice.member.as_ref().is_none_or(|wanted| *wanted == member) => {
                jobs.push(plan_job(site, job, member, choice.kind));
            }
            Ok(_) => {}
            Err(reason) => held.push(HeldJob {
                job: job.name,
                reason,
            }),
        }
    }
    (jobs, held)
}

fn check_names(site: &Site, choice: &Choice) -> Result<(), PlanError> {
    for wanted in &choice.jobs {
        if !site.jobs.iter().any(|job| job.name == *wanted) {
            let known = list(site.jobs.iter().map(|job| &job.name));
            return Err(PlanError::NoSuchJob { job: *wanted, known });
        }
    }
    if let Some(wanted) = &choice.member
        && !site.cluster.members.iter().any(|member| member.name == *wanted)
    {
        let known = list(site.cluster.members.iter().map(|member| &member.name));
        return Err(PlanError::NoSuchMember {
            member: *wanted,
            known,
        });
    }
    Ok(())
}

fn list(names: impl Iterator<Item = impl ToString>) -> String {
    let names: Vec<_> = names.map(|name| name.to_string()).collect();
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}

/// A job for ANY member runs on the joined member with the lowest slot, so that it is the same one every night.
pub(crate) fn runs_on(site: &Site, job: &Job, cluster: &ClusterState) -> Result<MemberName, String> {
    match &job.member {
        JobMember::At(member) if cluster.is_joined(member) => Ok(*member),
        JobMember::At(member) => Err(format!("member {member} is not joined")),
        JobMember::Any => site
            .cluster
            .members
            .iter()
            .find(|member| cluster.is_joined(&member.name))
            .map(|member| member.name)
            .ok_or_else(|| "no member is joined".to_owned()),
    }
}

fn plan_job(site: &Site, job: &Job, member: MemberName, kind: Option<BackupKind>) -> JobPlan {
    let (domains, left_out) = match job.data {
        Data::Volumes => volumes::select(site, job, &member),
        Data::Auto | Data::Image => minidisks::select(site, job, &member),
    };
    let kind = kind.unwrap_or(match job.kind {
        zvm::JobKind::Full => BackupKind::Full,
        zvm::JobKind::Incremental => BackupKind::Incremental,
    });
    JobPlan {
        job: job.name,
        member,
        kind,
        base: job.base,
        shortcuts: job.shortcuts,
        retention: job.retention,
        domains,
        left_out,
    }
}

/// A full job and the incremental ones that build on it copy the same things by intention; only jobs without
/// such a tie count.
fn copied_twice(jobs: &[JobPlan]) -> Vec<Twice> {
    let mut owners: std::collections::BTreeMap<&DomainName, Vec<&JobPlan>> = Default::default();
    for job in jobs {
        for domain in &job.domains {
            owners.entry(&domain.name).or_default().push(job);
        }
    }
    let family = |job: &JobPlan| job.base.unwrap_or(job.job);
    owners
        .into_iter()
        .filter(|(_, jobs)| jobs.iter().any(|job| family(job) != family(jobs[0])))
        .map(|(name, jobs)| Twice {
            name: *name,
            jobs: jobs.iter().map(|job| job.job).collect(),
        })
        .collect()
}
