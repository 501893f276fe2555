//! SSI-RST-008

use zvm::Severity;

use crate::{
    finding::Findings,
    past,
    rst::common,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-RST-008",
        name: "chain-broken",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "IBM Docs Backup and Restore Manager 1.3, backup types",
        text: "All runs that an incremental depends on must still be there when it is restored.",
        why: "The changes are there, but what they change is not. The restore gives a part of the files at best.",
        example: "restore from SINGLEI/40, whose base SINGLE/12 is purged",
        repair: "Restore from another run whose base is there.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let known = common::Known::of(subject);
    for restore in &subject.facts.restores {
        let Some(run) = known.run(restore) else { continue };
        // A chain cannot be longer than there are runs, whatever the catalog claims.
        let mut at = run;
        for _ in 0..known.runs.len() {
            let Some(base) = at.base.and_then(|base| known.runs.get(&base).copied()) else {
                break;
            };
            if past::is_lost(base) {
                let message = format!(
                    "{} cannot be restored as a whole, because {} is gone",
                    run.name, base.name
                );
                findings
                    .report(&restore.place, run.name, message)
                    .note(&at.place, format!("{} depends on {}", at.name, base.name))
                    .note(&base.place, "this run is purged, or did not succeed")
                    .help("restore from another run");
                break;
            }
            at = base;
        }
    }
}
