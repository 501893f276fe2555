//! SSI-DST-002

use zvm::Severity;

use crate::{
    dst::distribute,
    finding::Findings,
    lookup::unqualify,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-DST-002",
        name: "distribute-not-the-same",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "Broadcom article 28803, SSI recommendations for VM:Backup",
        text: "DISTRIBUTE must be the same on all members.",
        why: "A member with another setting cannot join those that run already: it stays Isolated.",
        example: "GRIDA: Distribute IUCV TOLERATE",
        repair: "Write one DISTRIBUTE statement without a record qualifier, shut all members down, and IPL them \
                 all.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut first = None;
    for (statement, iucv) in distribute(subject.site) {
        if let Some(qualifier) = &statement.qualifier {
            let message = format!("this DISTRIBUTE holds for {} alone", qualifier.value);
            let finding = findings.report(&iucv.place, "DISTRIBUTE IUCV", message);
            finding.help("all members need the same setting: take the qualifier off");
            unqualify(finding, statement);
        }
        match first {
            None => first = Some(iucv),
            Some(before) if before.value != iucv.value => {
                findings
                    .report(
                        &iucv.place,
                        "DISTRIBUTE IUCV",
                        "this DISTRIBUTE is another one than the first",
                    )
                    .note(&before.place, "the first is here")
                    .help("keep one of them");
            }
            Some(_) => {}
        }
    }
    let mut running = subject
        .facts
        .running
        .iter()
        .filter_map(|fact| Some((fact, fact.distribute.as_ref()?)));
    let Some((one, setting)) = running.next() else {
        return;
    };
    for (other, theirs) in running.filter(|(_, theirs)| *theirs != setting) {
        let message = format!(
            "{} runs with DISTRIBUTE IUCV {theirs}, but {} with {setting}",
            other.member, one.member
        );
        findings
            .report(&other.place, "DISTRIBUTE IUCV", message)
            .note(&one.place, format!("this is {}", one.member))
            .help("shut all members down, and IPL them all");
    }
}
