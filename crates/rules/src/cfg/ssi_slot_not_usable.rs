//! SSI-CFG-002

use std::collections::BTreeMap;

use zvm::{ConfigKind, Severity, Slot, Ssi};

use crate::{
    edit::Change,
    finding::{Finding, Findings},
    lookup::statements,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-CFG-002",
        name: "ssi-slot-not-usable",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "IBM Docs z/VM 7.2, SSI statement",
        text: "Slot numbers of the SSI statement must be unique and within what the z/VM level allows.",
        why: "Two members in one slot cannot both join. Up to z/VM 7.2 a cluster has four slots, from 7.3 on \
              eight; a member in a slot past that is not accepted.",
        example: "SSI GRIDSSI SLOT 1 GRIDA , SLOT 2 GRIDB , SLOT 2 GRIDC",
        repair: "Give every member a slot number of its own, from 1 up to the limit of the level.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    let limit = site.level.slots_max();
    let ssi = statements(site, |kind| match kind {
        ConfigKind::Ssi(ssi) => Some(ssi),
        _ => None,
    });
    for (_, ssi) in ssi.take(1) {
        let mut taken = BTreeMap::new();
        for slot in &ssi.slots {
            let number = slot.number.value;
            let whom = slot
                .member
                .as_ref()
                .map_or("AVAILABLE".to_owned(), |member| member.to_string());
            if number == 0 || number > limit {
                let message = format!(
                    "slot {number} of {whom} does not exist: z/VM {} has slots 1 to {limit}",
                    site.level
                );
                let finding = findings.report(&slot.number.place, format!("slot {number}"), message);
                finding.help("use a free slot, or state the level in site.toml if it is another one");
                to_free_slot(finding, ssi, slot, limit);
            }
            if let Some(first) = taken.insert(number, &slot.number.place) {
                let message = format!("slot {number} is there twice; {whom} cannot have it");
                let finding = findings.report(&slot.number.place, format!("slot {number}"), message);
                finding
                    .note(first, "the slot is given away here")
                    .help("give every member a slot of its own");
                to_free_slot(finding, ssi, slot, limit);
            }
        }
    }
}

/// Suggests another slot where exactly one is free, so that several members do not get the same.
fn to_free_slot(finding: &mut Finding, ssi: &Ssi, slot: &Slot, limit: u32) {
    let is_free = |number: &u32| ssi.slots.iter().all(|slot| slot.number.value != *number);
    let free: Vec<u32> = (1..=limit).filter(is_free).collect();
    if let [free] = free[..] {
        finding.edit(&slot.number.place, Change::Words(free.to_string()));
    }
}
