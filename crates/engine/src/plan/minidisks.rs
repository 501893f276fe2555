//! Jobs that copy minidisks.

use catalog::DomainName;
use zvm::{Data, Job, MemberName, Minidisk, MinidiskKind, Reach, Scope, Site, Space};

use super::{LeftOut, PlannedDomain, size};

/// What `job` copies when it runs on `member`, in the order of volume and place so that each pack is read
/// from front to back, and what it selects but leaves out.
pub(super) fn select(site: &Site, job: &Job, member: &MemberName) -> (Vec<PlannedDomain>, Vec<LeftOut>) {
    let mut domains = Vec::new();
    let mut left_out = Vec::new();
    for minidisk in site.minidisks.iter().filter(|minidisk| job.selects(minidisk)) {
        match copyable(site, minidisk, member) {
            Ok(domain) => domains.push(domain),
            Err(reason) => left_out.push(LeftOut {
                name: name_of(minidisk),
                reason,
            }),
        }
    }
    domains.sort_by(|a, b| {
        let place = |domain: &PlannedDomain| domain.run;
        (a.volser, place(a), &a.name).cmp(&(b.volser, place(b), &b.name))
    });
    (domains, left_out)
}

/// The minidisks with data of their own that no job of the site copies.
pub(super) fn uncovered(site: &Site) -> Vec<LeftOut> {
    let covered = |minidisk: &&Minidisk| {
        site.jobs.iter().any(|job| match job.data {
            Data::Volumes => false,
            Data::Auto | Data::Image => job.selects(minidisk),
        })
    };
    site.minidisks
        .iter()
        .filter(|minidisk| minidisk.kind == MinidiskKind::Data && minidisk.scope != Scope::None)
        .filter(|minidisk| !covered(minidisk))
        .map(|minidisk| LeftOut {
            name: name_of(minidisk),
            reason: "no job selects it".to_owned(),
        })
        .collect()
}

fn name_of(minidisk: &Minidisk) -> DomainName {
    let member = match &minidisk.scope {
        Scope::Local(member) => Some(*member),
        Scope::Global | Scope::None => None,
    };
    DomainName::Minidisk {
        user: minidisk.user,
        member,
        vdev: minidisk.vdev,
    }
}

fn copyable(site: &Site, minidisk: &Minidisk, member: &MemberName) -> Result<PlannedDomain, String> {
    match minidisk.kind {
        MinidiskKind::Data => {}
        MinidiskKind::Overlay => {
            return Err("it lies over other minidisks, which are copied themselves".to_owned());
        }
        MinidiskKind::SpaceMap => return Err("it only marks space and holds no data of its own".to_owned()),
    }
    let extent = match &minidisk.space {
        Space::Extent(extent) => extent,
        Space::TDisk { .. } => return Err("a temporary disk is empty after every logon".to_owned()),
        Space::VDisk { .. } => return Err("a virtual disk in storage is gone after logoff".to_owned()),
        Space::Devno { rdev } => return Err(format!("device {rdev} is outside the volumes of site.toml")),
        Space::Unresolved { reason } => return Err(reason.clone()),
    };
    match site.can_read(member, minidisk) {
        Reach::Readable(key) => Ok(PlannedDomain {
            name: name_of(minidisk),
            volser: extent.volser,
            volume_member: key.member,
            run: Some(extent.run),
            device: minidisk.device.clone(),
            bytes: size::of_run(&minidisk.device, extent.run),
        }),
        Reach::Unreachable(reason) => Err(reason),
    }
}
