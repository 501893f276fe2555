//! SSI-DIR-013

use zvm::{Located, Severity};

use crate::{
    edit::Change,
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-DIR-013",
        name: "default-storage-above-maximum",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "message HCPDIR1776E in the public z/VM modules for Ansible",
        text: "The default storage of a user must not be larger than its maximum storage.",
        why: "DIRECTXA stops with HCPDIR1776E and does not update the directory. Changes made at the same \
              time, new minidisks among them, do not come into force either.",
        example: "USER LNXPAY01 LBYONLY 8G 4G G",
        repair: "Raise the maximum, or lower the default.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for entry in &subject.site.directory.entries {
        let [default, maximum] = entry.storage.as_slice() else {
            continue;
        };
        let (Some(wants), Some(may)) = (bytes(default), bytes(maximum)) else {
            continue;
        };
        if wants > may {
            let id = entry.id.value;
            let message = format!(
                "{id} has {} of storage by default, but may have {} at most",
                default.value, maximum.value
            );
            findings
                .report(&default.place, id, message)
                .note(&maximum.place, "this is the maximum")
                .help("raise the maximum, or lower the default")
                // The limit is the older decision; whoever wants more than it has to ask.
                .edit(&default.place, Change::Words(maximum.value.clone()));
        }
    }
}

/// `512M` as bytes; None for what is no size.
fn bytes(word: &Located<String>) -> Option<u128> {
    let (number, unit) = word.value.split_at_checked(word.value.len().checked_sub(1)?)?;
    let power = "KMGTPE".find(unit)?;
    let number: u128 = number.parse::<u32>().ok()?.into();
    number.checked_mul(1024_u128.checked_pow(u32::try_from(power).ok()?.checked_add(1)?)?)
}
