//! SSI-MD-010

use zvm::{
    Severity,
    entry::{MdiskSpace, Statement},
};

use crate::{
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-MD-010",
        name: "allocation-unresolved",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "DirMaint directory entries in public z/VM course material",
        text: "An MDISK statement must say which extent it means, not how DirMaint shall find one.",
        why: "AUTOG, AUTOR, AUTOV, GBLK, RBLK and VBLK stand in prototypes. In a directory CP does not \
              understand them: the minidisk does not exist, and nothing copies it.",
        example: "MDISK 0100 3390 AUTOG 1600 LINUX MR",
        repair: "Let DirMaint allocate the minidisk, or write start, length and volume.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for entry in &subject.site.directory.entries {
        for statement in &entry.statements {
            let Statement::Mdisk(mdisk) = statement else {
                continue;
            };
            if let MdiskSpace::Allocation { word, operands } = &mdisk.space {
                let (id, vdev) = (entry.id.value, mdisk.vdev.value);
                let message = format!(
                    "minidisk {id} {vdev} has no extent: {} {operands} was never allocated",
                    word.value
                );
                findings
                    .report(&word.place, format!("{id} {vdev}"), message)
                    .help("let DirMaint allocate it, or write start, length and volume");
            }
        }
    }
}
