//! SSI-ST-006

use std::collections::{BTreeMap, BTreeSet};

use zvm::{LinkMode, Minidisk, Scope, Severity, UserId, Vdev, facts::HeldLink};

use crate::{
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-ST-006",
        name: "two-writers",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "IBM Docs z/VM 7.2 and 7.3, MDISK directory statement and linking to other users' minidisks",
        text: "A shared minidisk must not be held for writing by two users, unless both asked for it with MW.",
        why: "CP grants W and M to one only, in the whole cluster. Two holders mean that the members have lost \
              sight of each other.",
        example: "PMAINT 0CF0 is held W on GRIDA and W on GRIDC",
        repair: "Detach both, check the minidisk, and find out why CP did not see it.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let alone = |link: &&HeldLink| link.mode.may_write() && link.mode != LinkMode::MW;
    let global = |disk: &&Minidisk| disk.scope == Scope::Global;
    let global: BTreeSet<(UserId, Vdev)> = subject
        .site
        .minidisks
        .iter()
        .filter(global)
        .map(|disk| (disk.user, disk.vdev))
        .collect();
    let mut holders: BTreeMap<(UserId, Vdev), &HeldLink> = BTreeMap::new();
    for link in subject.facts.links.iter().filter(alone) {
        let disk = (link.owner, link.vdev);
        if !global.contains(&disk) {
            continue;
        }
        match holders.get(&disk) {
            None => {
                holders.insert(disk, link);
            }
            // One virtual machine may hold the same minidisk under two numbers.
            Some(first) if (first.user, first.member) == (link.user, link.member) => {}
            Some(first) => {
                let message = format!(
                    "{} {} is held {} by {} on {} and {} by {} on {}",
                    link.owner,
                    link.vdev,
                    first.mode,
                    first.user,
                    first.member,
                    link.mode,
                    link.user,
                    link.member
                );
                findings
                    .report(&link.place, format!("{} {}", link.owner, link.vdev), message)
                    .note(&first.place, "the other writer")
                    .help("detach both, and check the minidisk");
            }
        }
    }
}
