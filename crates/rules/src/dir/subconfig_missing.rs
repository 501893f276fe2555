//! SSI-DIR-001

use std::collections::BTreeSet;

use zvm::{Severity, UserId, entry::EntryKind};

use crate::{
    dir::common::{builds, entries},
    edit::Change,
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
    typing::meant,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-DIR-001",
        name: "subconfig-missing",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "VM:Secure documentation, disk space in an SSI complex",
        text: "Every BUILD statement must name a SUBCONFIG that exists.",
        why: "On that member the user comes up without its own minidisks, or not at all; and since nobody \
              knows the minidisks, nobody backs them up.",
        example: "IDENTITY MAINT ...\n BUILD ON GRIDD USING SUBCONFIG MAINT-5      and no SUBCONFIG MAINT-5",
        repair: "Correct the name, or add the SUBCONFIG.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    let known: BTreeSet<UserId> = entries(site, EntryKind::Subconfig)
        .map(|entry| entry.id.value)
        .collect();
    let built: BTreeSet<UserId> = builds(site).map(|(_, build)| build.subconfig.value).collect();
    for (entry, build) in builds(site) {
        let (user, id) = (entry.id.value, build.subconfig.value);
        if !known.contains(&id) {
            let finding = findings.report(
                &build.subconfig.place,
                format!("{user} {id}"),
                format!("{user} is to be built from SUBCONFIG {id}, which does not exist"),
            );
            finding.help("correct the name, or add the SUBCONFIG");
            // One that is built already is somebody else's.
            let free = known.difference(&built).map(UserId::as_str);
            if let Some(meant) = meant(id.as_str(), free) {
                finding.edit(&build.subconfig.place, Change::Words(meant.to_owned()));
            }
        }
    }
}
