//! What several rules about restores ask.

use std::collections::BTreeMap;

use zvm::{
    JobMember, MemberName, Minidisk, MinidiskKind, Scope, Site, UserId, Vdev,
    facts::{Domain, Instance, InstanceName, Restore},
};

use crate::{past, subject::Subject};

/// The minidisks and the runs, for look-up.
pub(super) struct Known<'a> {
    site: &'a Site,
    disks: BTreeMap<(UserId, Vdev), Vec<&'a Minidisk>>,
    pub(super) runs: BTreeMap<InstanceName, &'a Instance>,
    domains: BTreeMap<(InstanceName, UserId, Vdev), Vec<&'a Domain>>,
}

impl<'a> Known<'a> {
    pub(super) fn of(subject: &Subject<'a>) -> Known<'a> {
        let (site, facts) = (subject.site, subject.facts);
        let mut known = Known {
            site,
            disks: BTreeMap::new(),
            runs: past::runs(facts),
            domains: BTreeMap::new(),
        };
        for disk in site
            .minidisks
            .iter()
            .filter(|disk| disk.kind == MinidiskKind::Data)
        {
            known.disks.entry((disk.user, disk.vdev)).or_default().push(disk);
        }
        for domain in &facts.domains {
            if let (Some(user), Some(vdev)) = (domain.user, domain.vdev) {
                known
                    .domains
                    .entry((domain.instance, user, vdev))
                    .or_default()
                    .push(domain);
            }
        }
        known
    }

    /// The minidisks of this number that a user has; an IDENTITY may have one on each member.
    pub(super) fn disks(&self, user: UserId, vdev: Vdev) -> &[&'a Minidisk] {
        self.disks.get(&(user, vdev)).map_or(&[], Vec::as_slice)
    }

    /// The run that is restored from, when the request names it.
    pub(super) fn run(&self, restore: &Restore) -> Option<&'a Instance> {
        restore.instance.and_then(|name| self.runs.get(&name).copied())
    }

    /// The copy that is restored, when the request names the run.
    pub(super) fn copy(&self, restore: &Restore) -> Option<&'a Domain> {
        let copies = self
            .domains
            .get(&(restore.instance?, restore.user, restore.vdev))?;
        let wanted = |domain: &&&Domain| restore.member.is_none() || domain.member == restore.member;
        copies.iter().find(wanted).copied()
    }

    /// The member whose copy it is, as far as request, run, job or catalog say.
    pub(super) fn source_member(&self, restore: &Restore) -> Option<MemberName> {
        let of_copy = || self.copy(restore).and_then(|domain| domain.member);
        let of_run = || self.run(restore).and_then(|run| run.member);
        let job = restore.job.or(restore.instance.map(|instance| instance.job));
        let of_job = || {
            let job = self.site.jobs.iter().find(|found| Some(found.name) == job)?;
            match job.member {
                JobMember::At(member) => Some(member),
                JobMember::Any => None,
            }
        };
        restore.member.or_else(of_copy).or_else(of_run).or_else(of_job)
    }

    /// The member whose minidisk shall be written.
    pub(super) fn target_member(&self, restore: &Restore) -> Option<MemberName> {
        restore.to_member.or_else(|| self.source_member(restore))
    }

    /// The minidisk that shall be written.
    pub(super) fn target(&self, restore: &Restore) -> Option<&'a Minidisk> {
        let (user, vdev) = (
            restore.to_user.unwrap_or(restore.user),
            restore.to_vdev.unwrap_or(restore.vdev),
        );
        let disks = self.disks(user, vdev);
        let member = self.target_member(restore);
        let local = disks
            .iter()
            .find(|disk| member.is_some_and(|member| disk.scope == Scope::Local(member)));
        let global = || disks.iter().find(|disk| disk.scope == Scope::Global);
        local.or_else(global).copied()
    }
}

/// Whether the copy goes back to where it came from.
pub(super) fn is_in_place(restore: &Restore) -> bool {
    restore.to_user.is_none_or(|user| user == restore.user)
        && restore.to_vdev.is_none_or(|vdev| vdev == restore.vdev)
        && restore
            .to_member
            .is_none_or(|member| restore.member.is_none_or(|from| from == member))
}
