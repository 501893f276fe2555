//! Which member copies which minidisk in the layout of Backup and Restore Manager, and what nobody can copy.

use std::collections::BTreeSet;

use dasd::Volser;
use zvm::{Layout, Member, MemberName, Minidisk, MinidiskKind, Ownership, Reach, Scope, Site, Space};

use super::jobs::{Selector, private_volumes};
use crate::{
    cov::sysres,
    lookup::{list, name},
};

/// The member whose job copies the single-configuration users: the one that can read most of their minidisks, the first of
/// several.
pub(super) fn of_singles(site: &Site) -> MemberName {
    let readable = |member: &&Member| {
        let singles = site.minidisks.iter().filter(|disk| is_single(disk));
        singles.filter(|disk| can_read(site, member.name, disk)).count()
    };
    let members = site.cluster.members.iter().rev();
    members
        .max_by_key(readable)
        .map(|member| member.name)
        .expect("a cluster without members has no jobs")
}

pub(super) fn is_single(disk: &Minidisk) -> bool {
    !disk.multi && disk.kind == MinidiskKind::Data
}

fn can_read(site: &Site, member: MemberName, disk: &Minidisk) -> bool {
    matches!(site.can_read(&member, disk), Reach::Readable(_))
}

/// The members that copy a minidisk: `first` if that can read it, otherwise the first that can. Where each of several
/// members has a pack of its own under the serial, all of these: each finds other data there. Nobody copies a minidisk that
/// is a whole device: that is the business of jobs over volumes.
pub(super) fn of_disk(site: &Site, disk: &Minidisk, first: MemberName) -> Vec<MemberName> {
    if disk.extent().is_none() {
        return Vec::new();
    }
    let members = site.cluster.members.iter().map(|member| member.name);
    let readers: Vec<MemberName> = members.filter(|member| can_read(site, *member, disk)).collect();
    let ownership = disk.volser.map(|volser| site.ownership(&volser));
    match (disk.scope, ownership) {
        (Scope::Global, Some(Ownership::PrivateEach(_))) => readers,
        _ if readers.contains(&first) => vec![first],
        _ => readers.into_iter().take(1).collect(),
    }
}

/// Selects minidisks by their volumes.
pub(super) fn selectors<'a>(disks: impl Iterator<Item = &'a Minidisk>, scope: &str) -> BTreeSet<Selector> {
    let selector = |volser: Volser| {
        vec![
            ("user", "*".to_owned()),
            ("volser", volser.to_string()),
            ("scope", scope.to_owned()),
        ]
    };
    disks.filter_map(|disk| disk.volser).map(selector).collect()
}

/// Tells of minidisks that no job can copy before something else is mended.
pub(super) fn out_of_reach(site: &Site, layout: Layout, open: &mut Vec<String>) {
    let first = of_singles(site);
    let excluded = private_volumes(site).all;
    let residences: BTreeSet<Volser> = sysres::of(site).iter().map(|(_, volser, _)| *volser).collect();
    for disk in site
        .minidisks
        .iter()
        .filter(|disk| disk.kind == MinidiskKind::Data)
    {
        if matches!(disk.space, Space::TDisk { .. } | Space::VDisk { .. }) {
            continue;
        }
        let members = site.cluster.members.iter().map(|member| member.name);
        let (able, unable): (Vec<_>, Vec<_>) = members.partition(|member| can_read(site, *member, disk));
        if able.is_empty() {
            if let Reach::Unreachable(reason) = site.can_read(&first, disk) {
                open.push(format!("{} cannot be copied: {reason}", name(disk)));
            }
        } else if let (Space::Devno { .. }, Some(Reach::Readable(pack))) = (
            &disk.space,
            able.first().map(|member| site.can_read(member, disk)),
        ) {
            if !residences.contains(&pack.volser) {
                open.push(format!(
                    "{} cannot be copied by a job over minidisks: it is the whole of {pack}; add a job over volumes that \
                     copies that",
                    name(disk)
                ));
            }
        } else if layout == Layout::VmBackup
            && !unable.is_empty()
            && disk.volser.is_none_or(|volser| !excluded.contains(&volser))
        {
            open.push(format!(
                "{} cannot be copied while VMBACKUP runs at {}: only {} can read it; let all members have its volume",
                name(disk),
                list(&unable),
                list(&able)
            ));
        }
    }
}
