//! SSI-MD-008

use std::collections::BTreeMap;

use zvm::{
    Place, Severity, UserId, Vdev,
    entry::{Entry, EntryKind, Statement},
};

use crate::{
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-MD-008",
        name: "device-number-twice",
        severity: Severity::Error,
        expert: true,
        since: "0.1",
        source: "experience with z/VM directories",
        text: "A virtual device number must be there once in a virtual machine, in its entry and its \
               SUBCONFIG together.",
        why: "DIRECTXA refuses the entry, or the device that comes second is missing after logon. Which \
              minidisk a backup then finds under that number is chance.",
        example: "IDENTITY OP1 ...\n BUILD ON GRIDA USING SUBCONFIG OP1-1\n MDISK 0191 ...\nSUBCONFIG \
                  OP1-1\n MDISK 0191 ...",
        repair: "Give one of them another number, or remove it.",
    },
    check,
};

type Numbers<'a> = BTreeMap<Vdev, &'a Place>;

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let entries = &subject.site.directory.entries;
    let mut subconfigs: BTreeMap<UserId, Numbers<'_>> = BTreeMap::new();
    let mut identities: Vec<(&Entry, Numbers<'_>)> = Vec::new();
    for entry in entries {
        let numbers = own(entry, findings);
        match entry.kind {
            EntryKind::Subconfig => {
                subconfigs.entry(entry.id.value).or_insert(numbers);
            }
            EntryKind::Identity => identities.push((entry, numbers)),
            EntryKind::User | EntryKind::Profile => {}
        }
    }
    for (entry, numbers) in identities {
        let mut built: Vec<UserId> = entry.statements.iter().filter_map(builds).collect();
        built.sort();
        built.dedup();
        for id in built {
            let Some(local) = subconfigs.get(&id) else {
                continue;
            };
            for (vdev, place) in local {
                if let Some(first) = numbers.get(vdev) {
                    report(id, *vdev, (place, first), findings);
                }
            }
        }
    }
}

fn builds(statement: &Statement) -> Option<UserId> {
    match statement {
        Statement::Build(build) => Some(build.subconfig.value),
        _ => None,
    }
}

/// The numbers of the entry itself. Those of a profile are not asked: what the entry says takes their place.
fn own<'a>(entry: &'a Entry, findings: &mut Findings) -> Numbers<'a> {
    let mut numbers = Numbers::new();
    for statement in &entry.statements {
        let (vdev, place) = match statement {
            Statement::Mdisk(mdisk) => (mdisk.vdev.value, &mdisk.place),
            Statement::Link(link) => (link.as_vdev, &link.place),
            _ => continue,
        };
        match numbers.get(&vdev) {
            Some(first) => report(entry.id.value, vdev, (place, first), findings),
            None => {
                numbers.insert(vdev, place);
            }
        }
    }
    numbers
}

fn report(id: UserId, vdev: Vdev, (place, first): (&Place, &Place), findings: &mut Findings) {
    findings
        .report(
            place,
            format!("{id} {vdev}"),
            format!("{id} has a device {vdev} already"),
        )
        .note(first, "it is defined here")
        .help("give one of them another number");
}
