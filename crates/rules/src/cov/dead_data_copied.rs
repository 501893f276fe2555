//! SSI-COV-016

use std::collections::{BTreeMap, BTreeSet};

use zvm::{Data, Job, Minidisk, Scope, Severity, UserId, VolumeKey};

use crate::{
    cov::coverage,
    finding::Findings,
    lookup::name,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-COV-016",
        name: "dead-data-copied",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "VM:Secure 3.0 documentation, disk space in an SSI complex",
        text: "Minidisks that nobody can link should not take room in backups.",
        why: "A SUBCONFIG that is built nowhere, or a user that cannot log on and whose disks nobody links, is \
              left over. Its data is copied on and on.",
        example: "USER OLDPROD NOLOG with minidisks, and no LINK to it",
        repair: "Delete the entry, or exclude it.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    let linked: BTreeSet<UserId> = site
        .users
        .iter()
        .flat_map(|user| user.links.iter().map(|link| link.owner))
        .collect();
    let dead = |user: &UserId| !linked.contains(user) && site.user(user).is_some_and(|user| !user.can_log_on);
    let mut owners: BTreeMap<UserId, (&Minidisk, &Job, usize)> = BTreeMap::new();
    for covered in coverage::of(subject) {
        let minidisk = covered.minidisk;
        let expected = coverage::is_control_data(minidisk) || coverage::is_catalog(site, minidisk);
        if let (Some(selected), true, false) = (covered.by.first(), dead(&minidisk.user), expected) {
            owners
                .entry(minidisk.user)
                .or_insert((minidisk, selected.job, 0))
                .2 += 1;
        }
    }
    for (user, (example, job, count)) in owners {
        let Some(owner) = site.user(&user) else { continue };
        let message = format!(
            "{user} cannot log on and nobody links its minidisks, but {} copies {}",
            job.name,
            coverage::minidisks(count)
        );
        findings
            .report(&owner.place, user, message)
            .note(&example.place, "this minidisk is copied")
            .note(&job.place, "by this job")
            .help("delete the entry, or exclude it");
    }
    orphans(subject, findings);
}

/// Disks of a SUBCONFIG that no BUILD names, on packs that are copied as a whole.
fn orphans(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    let volumes = subject
        .jobs()
        .iter()
        .filter(|selected| selected.job.data == Data::Volumes);
    let copied: BTreeMap<VolumeKey, &Job> = volumes
        .flat_map(|selected| {
            coverage::packs_of(site, selected)
                .into_keys()
                .map(|pack| (pack, selected.job))
        })
        .collect();
    for minidisk in site
        .minidisks
        .iter()
        .filter(|disk| disk.scope == Scope::None && disk.extent().is_some())
    {
        let pack = site.home_pack(minidisk);
        if let (Some(subconfig), Some(job)) = (minidisk.subconfig, pack.and_then(|pack| copied.get(&pack))) {
            let message = format!(
                "{subconfig} is built nowhere, but its minidisk {} is copied by {}",
                minidisk.vdev, job.name
            );
            findings
                .report(&minidisk.place, name(minidisk), message)
                .note(&job.place, "this job copies the volume as a whole")
                .help("add the BUILD, or delete the SUBCONFIG");
        }
    }
}
