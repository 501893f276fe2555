//! SSI-DIR-009

use std::collections::{BTreeMap, BTreeSet};

use zvm::{Severity, UserId, Vdev, entry::EntryKind};

use crate::{
    dir::common::links,
    edit::Change,
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-DIR-009",
        name: "link-target-missing",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "derived from the LINK and MDISK directory statements",
        text: "Every LINK must name a minidisk that exists.",
        why: "The user comes up without the disk. When a minidisk moved to another owner, as many of \
              MAINT's moved to PMAINT, its old name stays in LINK statements for years.",
        example: "LINK MAINT 0551 0551 RR      and MAINT has no 0551",
        repair: "Name the user that owns the minidisk now, or remove the LINK.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    let mut owners: BTreeMap<Vdev, BTreeSet<UserId>> = BTreeMap::new();
    for minidisk in &site.minidisks {
        owners.entry(minidisk.vdev).or_default().insert(minidisk.user);
    }
    for (entry, link) in links(site) {
        let (owner, vdev) = (link.owner.value, link.vdev.value);
        let own = owner == entry.id.value && matches!(entry.kind, EntryKind::Profile | EntryKind::Subconfig);
        let of_number = owners.get(&vdev);
        // What a profile or a SUBCONFIG calls `*` is whoever includes or builds it.
        if own || of_number.is_some_and(|users| users.contains(&owner)) {
            continue;
        }
        let known = site.user(&owner).is_some();
        let (place, why) = match known {
            true => (&link.vdev.place, format!("{owner} has no minidisk {vdev}")),
            false => (&link.owner.place, format!("there is no user {owner}")),
        };
        let message = format!("{} links {owner} {vdev}, but {why}", entry.id.value);
        let finding = findings.report(place, format!("{} {owner} {vdev}", entry.id.value), message);
        let others: Vec<UserId> = of_number.iter().flat_map(|users| users.iter().copied()).collect();
        match (known, others.as_slice()) {
            (true, [other]) => {
                finding.help(format!("{other} has a minidisk {vdev}"));
                finding.edit(&link.owner.place, Change::Words(other.to_string()));
            }
            _ => {
                finding.help("name the user that owns the minidisk, or remove the LINK");
            }
        }
    }
}
