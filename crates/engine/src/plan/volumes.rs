//! Jobs that copy whole volumes, as a disaster-recovery job does.

use catalog::DomainName;
use zvm::{Job, MemberName, Site};

use super::{LeftOut, PlannedDomain, size};

/// The volumes whose names `job` selects, as `member` sees them. Packs that the member does not reach are not
/// its business: another member's private pack may have the same name.
pub(super) fn select(site: &Site, job: &Job, member: &MemberName) -> (Vec<PlannedDomain>, Vec<LeftOut>) {
    let mut domains = Vec::new();
    let mut left_out = Vec::new();
    for volume in site
        .volumes
        .iter()
        .filter(|volume| job.selects_volume(&volume.key.volser))
    {
        let volser = volume.key.volser;
        let name = DomainName::Volume {
            volser,
            member: volume.key.member,
        };
        match site.volume_at(member, &volser) {
            Some(seen) if seen.key == volume.key => domains.push(PlannedDomain {
                name,
                volser,
                volume_member: volume.key.member,
                run: None,
                device: volume.device.clone(),
                bytes: size::of_volume(&volume.device, volume.size),
            }),
            Some(_) | None => {
                left_out.push(LeftOut {
                    name,
                    reason: format!("member {member} does not reach it"),
                });
            }
        }
    }
    domains.sort_by_key(|a| a.name);
    (domains, left_out)
}
