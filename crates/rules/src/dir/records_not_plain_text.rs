//! SSI-DIR-016

use zvm::{OddityKind, Severity};

use crate::{
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-DIR-016",
        name: "records-not-plain-text",
        severity: Severity::Note,
        expert: false,
        since: "0.1",
        source: "directory samples of the public Feilong project",
        text: "A source directory should be plain text without sequence numbers.",
        why: "Binary bytes, as DirMaint's DVHOPT trailers have them, are lost when the file passes through \
              a text transfer, and sequence numbers become operands when columns move.",
        example: "*DVHOPT LNK0 LOG1 RCM1 SMS0 NPW1 LNGAMENG PWC20260102 CRC with two binary characters",
        repair: "Transfer the file as binary in fixed records of 80 bytes; let DirMaint write it anew.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for oddity in &subject.site.directory.oddities {
        let what = match oddity.kind {
            OddityKind::Bytes => "bytes that are no text",
            OddityKind::SequenceNumbers => "sequence numbers in columns 73 to 80",
        };
        let message = match oddity.records {
            1 => format!("this record has {what}"),
            2 => format!("this record and one other have {what}"),
            count => format!("this record and {} others have {what}", count - 1),
        };
        findings
            .report(&oddity.place, &oddity.place.file, message)
            .help("transfer the file as binary, in fixed records of 80 bytes");
    }
}
