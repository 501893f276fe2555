//! SSI-CFG-009

use zvm::{ConfigFaultKind, Severity};

use crate::{
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-CFG-009",
        name: "block-not-balanced",
        severity: Severity::Error,
        expert: true,
        since: "0.1",
        source: "knowledge of the SYSTEM CONFIG grammar, not stated in public text",
        text: "Every NAME: BEGIN must be closed by NAME: END.",
        why: "What stands between BEGIN and END holds for one member. Where the END is missing, all that follows \
              becomes private to that member; the others lose their volumes.",
        example: "GRIDA: BEGIN\n  User_Volume_List GA1W01\nUser_Volume_List GSCOM2      and no GRIDA: END",
        repair: "Add the missing BEGIN or END.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let faults = subject.site.config.faults.iter();
    for fault in faults.filter(|fault| fault.kind == ConfigFaultKind::Block) {
        findings
            .report(&fault.place, "BEGIN and END", fault.text.clone())
            .help("close the block with NAME: END where its statements end");
    }
}
