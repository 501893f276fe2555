//! SSI-VOL-001

use std::collections::BTreeMap;

use zvm::Severity;

use crate::{
    edit::Change,
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
    vol::cp_owned,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-VOL-001",
        name: "cp-owned-slot-differs",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "the comments of a public z/VM 6.3 SYSTEM CONFIG, and J. Franciscovich on the IBMVM list",
        text: "A CP-owned volume that several members have must be in the same slot on all of them.",
        why: "Pointers to spool files hold the slot number, not the serial. A member that has the volume in \
              another slot follows them to another volume.",
        example: "GRIDA: CP_Owned Slot 12 GC1S01\nGRIDB: CP_Owned Slot 13 GC1S01",
        repair: "Give the volume one slot, in a statement without a record qualifier.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    let mut first = BTreeMap::new();
    for owned in cp_owned(site) {
        let before = first.entry(owned.volser).or_insert_with(|| owned.clone());
        // Two slots on one member are SSI-VOL-003.
        let another = owned
            .members
            .iter()
            .any(|member| !before.members.contains(member));
        if before.slot == owned.slot || !another {
            continue;
        }
        let message = format!(
            "{} is in slot {} here, but in slot {} on other members",
            owned.volser, owned.slot, before.slot
        );
        let finding = findings.report(owned.place, owned.volser, message);
        finding
            .note(before.place, format!("slot {} is given here", before.slot))
            .help(format!(
                "put {} into slot {} for every member",
                owned.volser, before.slot
            ));
        let taken = cp_owned(site).any(|other| {
            let on_same = other.members.iter().any(|member| owned.members.contains(member));
            on_same && other.slot == before.slot && other.volser != owned.volser
        });
        if !taken {
            finding.edit(owned.slot_place, Change::Words(before.slot.to_string()));
        }
    }
}
