//! Jobs that copy minidisks.

use catalog::DomainName;
use zvm::{Job, MemberName, Minidisk, Scope, Site};

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

/// Under which name the catalog keeps a minidisk.
pub(crate) fn name_of(minidisk: &Minidisk) -> DomainName {
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
    let (extent, key) = site.copy_at(member, minidisk)?;
    Ok(PlannedDomain {
        name: name_of(minidisk),
        volser: extent.volser,
        volume_member: key.member,
        run: Some(extent.run),
        device: minidisk.device.clone(),
        bytes: size::of_run(&minidisk.device, extent.run),
    })
}
