//! SSI-VOL-002

use std::collections::BTreeSet;

use zvm::{Ownership, Severity};

use crate::{
    finding::Findings,
    lookup::{explain_ownership, members, unqualify},
    rule::{Offence, RuleMeta},
    subject::Subject,
    vol::{Use, cp_owned},
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-VOL-002",
        name: "spool-volume-not-shared",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "the comments of a public z/VM 6.3 SYSTEM CONFIG",
        text: "Every spool volume must be attached to every member.",
        why: "A user's spool files lie on the volume of the member where they were made. A member that does not \
              have that volume cannot read them, and does not join the cluster.",
        example: "GRIDC: CP_Owned Slot 12 GC1S01",
        repair: "Take the record qualifier off the statement.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    if members(site).count() < 2 {
        return;
    }
    let mut seen = BTreeSet::new();
    for owned in cp_owned(site).filter(|owned| owned.role() == Use::Spool) {
        let ownership = site.ownership(&owned.volser);
        // That several packs have one serial is SSI-VOL-010.
        if matches!(ownership, Ownership::Shared | Ownership::PrivateEach(_)) || !seen.insert(owned.volser) {
            continue;
        }
        let message = format!(
            "{} is in slot {}, so it is a spool volume, but it is {ownership}",
            owned.volser, owned.slot
        );
        let finding = findings.report(owned.place, owned.volser, message);
        explain_ownership(finding, site, owned.volser);
        unqualify(finding, owned.statement);
        finding.help(format!(
            "attach {} to every member in slot {}",
            owned.volser, owned.slot
        ));
    }
}
