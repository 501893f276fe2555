//! SSI-VOL-010

use zvm::Severity;

use crate::{
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-VOL-010",
        name: "volser-twice",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "derived: CP and both products know packs by their serial alone",
        text: "No two packs may have the same serial.",
        why: "When both are ever attached to one system, one of them stays offline, and which one is chance. A \
              catalog that knows a serial only cannot say from which pack a copy is.",
        example: "GRIDA and GRIDB each have a private pack with the label GWRK01",
        repair: "Give one of the packs another serial, on its label and in all files.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for pair in subject.site.volumes.windows(2) {
        let [before, pack] = pair else { continue };
        let volser = pack.key.volser;
        if before.key.volser != volser {
            continue;
        }
        let whose = |key: &zvm::VolumeKey| {
            key.member
                .map_or("all members".to_owned(), |member| member.to_string())
        };
        let message = format!(
            "{volser} is a pack of {} and a pack of {}",
            whose(&before.key),
            whose(&pack.key)
        );
        findings
            .report(&pack.place, volser, message)
            .note(&before.place, "the other pack is here")
            .help("give one of them another serial");
    }
}
