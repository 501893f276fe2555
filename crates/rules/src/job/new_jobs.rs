//! Jobs that a finding suggests to make.

use std::{collections::BTreeSet, sync::Arc};

use zvm::{Member, MemberName, Place, Scope, Site};

use crate::{
    edit::Change,
    finding::Finding,
    job::common::data,
    proposal::{Part, jobs_of_member},
    subject::Selected,
};

/// The members whose local minidisks one of these jobs saves.
pub(super) fn served<'s, 'a: 's>(jobs: impl Iterator<Item = &'s Selected<'a>>) -> BTreeSet<MemberName> {
    let mut served = BTreeSet::new();
    for selected in jobs {
        let members = selected.members();
        let local = data(selected).filter_map(|minidisk| match minidisk.scope {
            Scope::Local(member) => Some(member),
            Scope::Global | Scope::None => None,
        });
        served.extend(local.filter(|member| members.contains(member)));
    }
    served
}

/// Suggests jobs for what is local to a member.
pub(super) fn add_for(finding: &mut Finding, site: &Site, member: &Member) {
    add(finding, site, &jobs_of_member(site, member));
}

/// Suggests jobs, unless one of the same name is there already.
pub(crate) fn add(finding: &mut Finding, site: &Site, parts: &[Part]) {
    let Some(beside) = site.jobs.first().map(|job| &job.place.file) else {
        return;
    };
    let folder = beside.rsplit_once('/').map_or("", |(folder, _)| folder);
    let path = |part: &Part| {
        let name = part
            .file
            .rsplit_once('/')
            .map_or(part.file.as_str(), |(_, name)| name);
        match folder {
            "" => name.to_owned(),
            folder => format!("{folder}/{name}"),
        }
    };
    let named = |part: &Part| {
        let file = path(part);
        site.jobs
            .iter()
            .any(|job| *job.place.file == *file || part.file.ends_with(&format!("/{}.toml", job.name)))
    };
    if parts.iter().any(named) {
        return;
    }
    for part in parts {
        let start = Place {
            file: Arc::from(path(part)),
            line: 1,
            column: 1,
            len: 1,
        };
        finding.edit(&start, Change::Before(part.text.clone()));
    }
}
