//! SSI-VOL-013

use zvm::{MinidiskKind, Severity};

use crate::{
    finding::Findings,
    lookup::{name, on_volumes},
    rule::{Offence, RuleMeta},
    subject::Subject,
    vol::{Use, slot_of, use_of},
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-VOL-013",
        name: "minidisk-on-paging-volume",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "Altmark, Anatomy of a z/VM CP-owned Volume",
        text: "Minidisks must not lie on a volume that is for paging or spooling.",
        why: "CP's allocation map and the directory must then agree cylinder by cylinder; where they do not, CP \
              pages over user data. A backup of the volume copies pages that nobody wants.",
        example: "MDISK 0191 3390 0002 0001 GA1P01 MR",
        repair: "Move the minidisk to a volume for minidisks.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    let data = on_volumes(site).filter(|(minidisk, _)| minidisk.kind == MinidiskKind::Data);
    for (minidisk, volser) in data {
        let role = match use_of(site, volser) {
            Some(Use::Paging) => "paging and temporary disks",
            Some(Use::Spool) => "spooling",
            _ => continue,
        };
        let message = format!("minidisk {} is on {volser}, which is for {role}", name(minidisk));
        let finding = findings.report(&minidisk.place, name(minidisk), message);
        if let Some((slot, place)) = slot_of(site, volser) {
            finding.note(place, format!("{volser} is in slot {slot}"));
        }
        finding.help("move the minidisk to a volume for minidisks");
        subject.moves().suggest(finding, subject, minidisk);
    }
}
