//! What the rules of this area ask about jobs.

use std::collections::BTreeMap;

use zvm::{Job, JobMember, JobName, MemberName, Minidisk, MinidiskKind, Scope, facts::Instance};

use crate::subject::{Selected, Subject};

/// The minidisks with data that the job means: of the local ones those of the members where it may run, because the
/// same masks may well be used in a job for each member.
pub(super) fn data<'a>(selected: &Selected<'a>) -> impl Iterator<Item = &'a Minidisk> {
    let members = selected.members();
    let meant = move |minidisk: &&Minidisk| {
        let here = match minidisk.scope {
            Scope::Global => true,
            Scope::Local(member) => members.contains(&member),
            Scope::None => false,
        };
        here && minidisk.kind == MinidiskKind::Data
    };
    selected.named.iter().copied().filter(meant)
}

/// The first minidisk that is local to a member.
pub(super) fn first_local<'a>(selected: &Selected<'a>) -> Option<&'a Minidisk> {
    data(selected).find(|minidisk| matches!(minidisk.scope, Scope::Local(_)))
}

/// The first minidisk of a single-configuration user.
pub(super) fn first_single<'a>(selected: &Selected<'a>) -> Option<&'a Minidisk> {
    data(selected).find(|minidisk| !minidisk.multi)
}

/// The one member on which a job runs.
pub(super) fn home(job: &Job) -> Option<MemberName> {
    match job.member {
        JobMember::At(member) => Some(member),
        JobMember::Any => None,
    }
}

/// Jobs that have their name in common, those of one name together.
pub(super) fn by_name<'s, 'a>(subject: &'s Subject<'a>) -> Vec<&'s [Selected<'a>]> {
    subject.jobs().chunk_by(|a, b| a.job.name == b.job.name).collect()
}

/// The recorded runs of each job whose member is known, oldest first.
pub(super) fn runs<'a>(subject: &Subject<'a>) -> BTreeMap<JobName, Vec<(&'a Instance, MemberName)>> {
    let mut runs: BTreeMap<JobName, Vec<(&Instance, MemberName)>> = BTreeMap::new();
    for instance in &subject.facts.instances {
        if let Some(member) = instance.member {
            runs.entry(instance.name.job)
                .or_default()
                .push((instance, member));
        }
    }
    for of_job in runs.values_mut() {
        of_job.sort_by_key(|(instance, _)| (instance.started, instance.name));
    }
    runs
}
