//! SSI-VOL-008

use std::collections::BTreeMap;

use zvm::{Ownership, Severity};

use crate::{
    finding::Findings,
    lookup::{attach, name, on_volumes},
    rule::{Offence, RuleMeta},
    subject::Subject,
    vol::{excluded_by, pack_of},
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-VOL-008",
        name: "volume-attached-nowhere",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "derived from the comments of a public z/VM 6.3 SYSTEM CONFIG",
        text: "Every volume that an MDISK statement names must be attached to some member.",
        why: "The minidisk cannot be linked by anybody, and no job can copy it. Usually the serial is mistyped, \
              or the pack was never added to SYSTEM CONFIG.",
        example: "MDISK 0100 3390 0001 0100 GSU999 MR      and GSU999 in no statement of SYSTEM CONFIG",
        repair: "Correct the serial, or add the volume to USER_VOLUME_LIST.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    // Without members nothing is attached to anybody.
    if site.cluster.members.is_empty() {
        return;
    }
    let mut lost: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (minidisk, volser) in on_volumes(site) {
        lost.entry(volser).or_default().push(minidisk);
    }
    for (volser, minidisks) in lost {
        // One that is excluded on purpose is SSI-VOL-014.
        if site.ownership(&volser) != Ownership::Unlisted || excluded_by(site, volser).is_some() {
            continue;
        }
        let first = minidisks[0];
        let others = match minidisks.len() {
            1 => String::new(),
            2 => " and another one".to_owned(),
            more => format!(" and {} others", more - 1),
        };
        let message = format!(
            "{volser}, the volume of minidisk {}{others}, is attached to no member",
            name(first)
        );
        let finding = findings.report(&first.place, volser, message);
        finding.help(format!("correct the serial, or add {volser} to USER_VOLUME_LIST"));
        if let Some(pack) = pack_of(site, volser) {
            attach(finding, site, volser, pack);
        }
    }
}
