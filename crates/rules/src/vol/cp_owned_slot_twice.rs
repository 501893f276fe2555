//! SSI-VOL-003

use std::collections::{BTreeMap, BTreeSet};

use zvm::Severity;

use crate::{
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
    vol::cp_owned,
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
                findings
                    .report(owned.place, owned.volser, message)
                    .note(
                        before.place,
                        format!("slot {} is given to {} here", owned.slot, before.volser),
                    )
                    .help("use a free slot");
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
