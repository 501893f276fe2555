//! SSI-CFG-001

use zvm::{ConfigKind, Severity};

use crate::{
    finding::Findings,
    lookup::statements,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-CFG-001",
        name: "ssi-statement-not-one",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "IBM Docs z/VM 7.2, SSI statement",
        text: "SYSTEM CONFIG must have exactly one SSI statement.",
        why: "Without one there is no cluster: the systems do not guard each other's links. Of several, CP takes \
              the first and ignores the others, so a member or a slot that only a later one names does not exist.",
        example: "SSI GRIDSSI PDR_VOLume GSCOM1 , SLOT 1 GRIDA\nSSI GRIDSSI PDR_VOLume GSCOM1 , SLOT 1 GRIDA , \
                  SLOT 2 GRIDB",
        repair: "Keep one SSI statement that names all members.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    let mut all = statements(site, |kind| match kind {
        ConfigKind::Ssi(ssi) => Some(ssi),
        _ => None,
    });
    let Some((first, _)) = all.next() else {
        // A site without SYSTEM CONFIG has nothing that could be held against this.
        if let Some(statement) = site.config.statements.first() {
            let message = "there is no SSI statement: these systems are no cluster";
            findings
                .report(&statement.place, "SYSTEM CONFIG", message)
                .help("add one SSI statement that names all members");
        }
        return;
    };
    for (again, ssi) in all {
        let message = format!(
            "this is another SSI statement, of {}; CP ignores it",
            ssi.name.value
        );
        findings
            .report(&again.place, &ssi.name.value, message)
            .note(&first.place, "CP takes this one")
            .help("put all slots into the first SSI statement and remove this one");
    }
}
