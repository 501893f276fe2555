//! SSI-CFG-010

use zvm::{ConfigFaultKind, Severity};

use crate::{
    edit::Change,
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-CFG-010",
        name: "continuation-dangling",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "derived from a public z/VM 6.3 SYSTEM CONFIG, whose template has lines to be commented out",
        text: "A comma at the end of a line must be followed by the rest of its statement.",
        why: "CP goes on reading the statement. It takes the next statement for operands of this one, and both \
              are wrong.",
        example: "SSI GRIDSSI PDR_VOLume GSCOM1 ,\n    SLOT 1 GRIDA ,\n/*  SLOT 2 GRIDB */\nDistribute IUCV \
                  TOLERATE",
        repair: "Remove the comma behind the last operand.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let faults = subject.site.config.faults.iter();
    for fault in faults.filter(|fault| fault.kind == ConfigFaultKind::Comma) {
        findings
            .report(&fault.place, "continuation", fault.text.clone())
            .help("remove the comma, or put the rest of the statement behind it")
            .edit(&fault.place, Change::Words(String::new()));
    }
}
