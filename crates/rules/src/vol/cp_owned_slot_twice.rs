//! SSI-VOL-003

use std::collections::{BTreeMap, BTreeSet};

use zvm::{Severity, Site};

use crate::{
    edit::Change,
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
    vol::{Use, cp_owned, use_of_slot},
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-VOL-003",
        name: "cp-owned-slot-twice",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "J. Franciscovich on the IBMVM list, on CP_OWNED slots",
        text: "On one member, every CP_OWNED slot must hold one volume, and every volume must be in one slot.",
        why: "CP takes one of the statements and ignores the others. Which volume it then owns is not what the \
              file says.",
        example: "CP_Owned Slot 10 GA1S01\nCP_Owned Slot 10 GB1S01",
        repair: "Give every volume a slot of its own.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let (mut slots, mut volumes) = (BTreeMap::new(), BTreeMap::new());
    let mut told = BTreeSet::new();
    for owned in cp_owned(subject.site) {
        for member in &owned.members {
            let before = slots.insert((*member, owned.slot), owned.clone());
            if let Some(before) = before.filter(|before| before.volser != owned.volser)
                && told.insert(owned.place)
            {
                let message = format!(
                    "slot {} of {member} is for {}, but {} has it already",
                    owned.slot, owned.volser, before.volser
                );
                let finding = findings.report(owned.place, owned.volser, message);
                finding
                    .note(
                        before.place,
                        format!("slot {} is given to {} here", owned.slot, before.volser),
                    )
                    .help("use a free slot");
                if let Some(free) = free_slot(subject.site, owned.slot) {
                    finding.edit(owned.slot_place, Change::Words(free.to_string()));
                }
            }
            let before = volumes.insert((*member, owned.volser), owned.clone());
            if let Some(before) = before.filter(|before| before.slot != owned.slot)
                && told.insert(owned.place)
            {
                let message = format!(
                    "{} is in slot {} of {member}, but in slot {} already",
                    owned.volser, owned.slot, before.slot
                );
                findings
                    .report(owned.place, owned.volser, message)
                    .note(before.place, format!("it is put into slot {} here", before.slot))
                    .help("keep one of the slots");
            }
        }
    }
}

/// The next slot of the same kind that no member uses: spool volumes and others count up, paging volumes down.
fn free_slot(site: &Site, slot: u32) -> Option<u32> {
    let role = use_of_slot(slot);
    let is_free =
        |number: &u32| use_of_slot(*number) == role && cp_owned(site).all(|owned| owned.slot != *number);
    match role {
        Use::Paging => (1..slot).rev().find(is_free),
        Use::Spool | Use::Other => (slot..SLOTS_MAX).find(is_free),
    }
}

/// CP_OWNED slots are numbered 1 to 255.
const SLOTS_MAX: u32 = 256;
