//! SSI-LGR-002

use std::collections::{BTreeMap, BTreeSet};

use zvm::{Minidisk, Ownership, Place, Scope, Severity, Space, UserId, Vdev};

use crate::{
    finding::Findings,
    guests,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-LGR-002",
        name: "guest-cannot-move",
        severity: Severity::Warning,
        expert: true,
        since: "0.1",
        source: "derived from what z/VM systems programmers know of relocation; the manual's list was not at hand",
        text: "A guest that is expected to move must not hold what exists on one member only.",
        why: "The relocation is refused, usually in the hour in which the member has to be emptied.",
        example: "VMRELOCATE ON for LNXWEB01, which links MAINT 0190",
        repair: "Take the minidisk, the T-DISK or the link out of its entry, or detach it at logon.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    let mut expected: BTreeMap<UserId, &Place> = guests::movable(site);
    for relocation in subject
        .facts
        .relocations
        .iter()
        .filter(|relocation| relocation.started.is_none())
    {
        expected.insert(relocation.user, &relocation.place);
    }
    expected.retain(|user, _| site.user(user).is_some_and(|user| !user.multi));
    if expected.is_empty() {
        return;
    }
    for minidisk in site
        .minidisks
        .iter()
        .filter(|disk| expected.contains_key(&disk.user))
    {
        let held = match (&minidisk.space, minidisk.volser) {
            (Space::TDisk { .. }, _) => "is a T-DISK".to_owned(),
            (_, Some(volser)) => match site.ownership(&volser) {
                Ownership::Shared | Ownership::Unlisted => continue,
                ownership => format!("is on {volser}, which is {ownership}"),
            },
            _ => continue,
        };
        report(
            findings,
            &expected,
            minidisk.user,
            minidisk.vdev,
            &minidisk.place,
            &held,
        );
    }
    let local = |disk: &&Minidisk| matches!(disk.scope, Scope::Local(_));
    let local: BTreeSet<(UserId, Vdev)> = site
        .minidisks
        .iter()
        .filter(local)
        .map(|disk| (disk.user, disk.vdev))
        .collect();
    for user in site.users.iter().filter(|user| expected.contains_key(&user.id)) {
        for link in user
            .links
            .iter()
            .filter(|link| local.contains(&(link.owner, link.vdev)))
        {
            let held = format!(
                "is a link to {} {}, which each member has for itself",
                link.owner, link.vdev
            );
            report(findings, &expected, user.id, link.as_vdev, &link.place, &held);
        }
    }
}

fn report(
    findings: &mut Findings,
    expected: &BTreeMap<UserId, &Place>,
    user: UserId,
    vdev: Vdev,
    place: &Place,
    held: &str,
) {
    let finding = findings.report(
        place,
        format!("{user} {vdev}"),
        format!("{user} is expected to move, but its {vdev} {held}"),
    );
    if let Some(expects) = expected.get(&user) {
        finding.note(expects, "this says that it moves");
    }
    finding.help("take it out of the entry, or detach it at logon");
}
