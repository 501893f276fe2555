//! SSI-MD-011

use std::collections::BTreeMap;

use zvm::{Ownership, Scope, Severity, Site, SiteVolume, Space};

use crate::{
    finding::Findings,
    lookup::{list, name},
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-MD-011",
        name: "device-minidisk-ambiguous",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "IBM Docs Cloud Infrastructure Center, preparing relocation; derived from the MDISK \
                 directory statement",
        text: "The device number of a DEVNO minidisk must mean the same pack on every member.",
        why: "CP looks for the device, not for a label. Where the number is another pack, the user writes \
              to somebody else's data; and which pack a backup copies depends on the member that runs it.",
        example: "USER DB2PROD\n MDISK 0200 3390 DEVNO 5A80 MWV      with 5A80 being another pack on GRIDD",
        repair: "Give the pack the same number on every member, and say so with rdev in site.toml; or use a \
                 volume and an extent.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    if site.cluster.members.len() < 2 {
        return;
    }
    let mut by_number: BTreeMap<u16, Vec<&SiteVolume>> = BTreeMap::new();
    for volume in &site.volumes {
        if let Some(rdev) = volume.rdev {
            by_number.entry(rdev).or_default().push(volume);
        }
    }
    for minidisk in site
        .minidisks
        .iter()
        .filter(|minidisk| minidisk.scope == Scope::Global)
    {
        let Space::Devno { rdev } = minidisk.space else {
            continue;
        };
        let packs = by_number.get(&rdev).map_or(&[][..], Vec::as_slice);
        let Some(doubt) = doubt(site, packs) else {
            continue;
        };
        let message = format!("minidisk {} is device {rdev:04X}, and {doubt}", name(minidisk));
        let finding = findings.report(&minidisk.place, name(minidisk), message);
        for pack in packs {
            finding.note(&pack.place, format!("{} is {rdev:04X}", pack.key));
        }
        finding.help(format!(
            "give the pack this number on every member, and rdev = \"{rdev:04X}\" in site.toml"
        ));
    }
}

/// Why it is not one pack for all members.
fn doubt(site: &Site, packs: &[&SiteVolume]) -> Option<String> {
    match packs {
        [] => Some("nothing says which pack that is on any member".to_owned()),
        [pack] => match site.ownership(&pack.key.volser) {
            Ownership::Shared => None,
            other => Some(format!("{} with this number is {other}", pack.key.volser)),
        },
        several => Some(format!("that is {}", list(several.iter().map(|pack| pack.key)))),
    }
}
