//! SSI-VOL-014

use std::collections::BTreeSet;

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
        code: "SSI-VOL-014",
        name: "needed-volume-excluded",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "derived from the order of USER_VOLUME_LIST, INCLUDE and EXCLUDE",
        text: "A volume with minidisks must not be excluded, unless a list has it.",
        why: "USER_VOLUME_EXCLUDE takes the volume back from every mask. Its minidisks cannot be linked by \
              anybody, and no job can copy them.",
        example: "User_Volume_Exclude GSL99%      and MDISK 0100 3390 0001 0100 GSL990 MR",
        repair: "Add the volume to USER_VOLUME_LIST, which wins over the exclude, or move the minidisks.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    let mut seen = BTreeSet::new();
    for (minidisk, volser) in on_volumes(site) {
        if !seen.insert(volser) || site.ownership(&volser) != Ownership::Unlisted {
            continue;
        }
        let Some(mask) = excluded_by(site, volser) else {
            continue;
        };
        let message = format!(
            "minidisk {} is on {volser}, which {} excludes",
            name(minidisk),
            mask.value
        );
        let finding = findings.report(&minidisk.place, volser, message);
        finding
            .note(&mask.place, format!("this takes {volser} from every member"))
            .help(format!("add {volser} to USER_VOLUME_LIST, or move the minidisk"));
        attach(finding, site, volser, pack_of(site, volser).flatten());
    }
}
