//! Jobs that copy whole volumes, as a disaster-recovery job does.

use catalog::DomainName;
use zvm::{Job, MemberName, Site, SiteVolume, VolumeKey};

use super::{LeftOut, PlannedDomain, size};

/// The volumes whose names `job` selects, as `member` sees them. Packs that the member does not reach are not
/// its business: another member's private pack may have the same name.
pub(super) fn select(site: &Site, job: &Job, member: &MemberName) -> (Vec<PlannedDomain>, Vec<LeftOut>) {
    let name = |key: VolumeKey| DomainName::Volume {
        volser: key.volser,
        member: key.member,
    };
    let copied = site.packs_copied(job, member);
    let mut domains: Vec<PlannedDomain> = copied
        .iter()
        .map(|key| {
            let listed = site.volume(key);
            PlannedDomain {
                name: name(*key),
                volser: key.volser,
                volume_member: key.member,
                run: None,
                device: device_of(site, *key, listed),
                bytes: listed.and_then(|volume| size::of_volume(&volume.device, volume.size)),
            }
        })
        .collect();
    let others = site.volumes.iter().filter(|volume| {
        job.selects_volume(&volume.key.volser) && copied.binary_search(&volume.key).is_err()
    });
    let left_out = others
        .map(|volume| LeftOut {
            name: name(volume.key),
            reason: format!("member {member} does not reach it"),
        })
        .collect();
    domains.sort_by_key(|a| a.name);
    (domains, left_out)
}

/// The type that site.toml gives, or for a pack that only SYSTEM CONFIG names, the one of the first minidisk on it.
fn device_of(site: &Site, key: VolumeKey, listed: Option<&SiteVolume>) -> String {
    let on_it = || {
        site.minidisks
            .iter()
            .find(|minidisk| minidisk.volser == Some(key.volser) && minidisk.extent().is_some())
    };
    listed
        .map(|volume| volume.device.clone())
        .or_else(|| on_it().map(|minidisk| minidisk.device.clone()))
        .unwrap_or_default()
}
