//! SSI-DIR-011

use std::collections::BTreeSet;

use zvm::{
    Severity, UserId,
    entry::{EntryKind, Statement},
};

use crate::{
    dir::common::entries,
    edit::Change,
    finding::Findings,
    lookup::list,
    rule::{Offence, RuleMeta},
    subject::Subject,
    typing::meant,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-DIR-011",
        name: "profile-missing",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "directory entries in public z/VM course material",
        text: "Every INCLUDE must name a PROFILE that exists.",
        why: "DIRECTXA refuses the entry; what the profile would have given, console, links and minidisks, \
              is missing.",
        example: "USER LINUX ...\n INCLUDE LINDFLT      and no PROFILE LINDFLT",
        repair: "Correct the name, or add the PROFILE.",
    },
    check,
};

/// With more profiles than this, listing them all helps nobody.
const SHOWN: usize = 12;

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    let known: BTreeSet<UserId> = entries(site, EntryKind::Profile)
        .map(|entry| entry.id.value)
        .collect();
    for entry in &site.directory.entries {
        for statement in &entry.statements {
            let Statement::Include(profile) = statement else {
                continue;
            };
            if known.contains(&profile.value) {
                continue;
            }
            let (id, name) = (entry.id.value, profile.value);
            let message = format!("{id} includes the profile {name}, which does not exist");
            let finding = findings.report(&profile.place, format!("{id} {name}"), message);
            finding.help(match known.len() {
                1..=SHOWN => format!("the profiles are {}", list(known.iter().copied())),
                _ => "correct the name, or add the PROFILE".to_owned(),
            });
            if let Some(meant) = meant(name.as_str(), known.iter().map(UserId::as_str)) {
                finding.edit(&profile.place, Change::Words(meant.to_owned()));
            }
        }
    }
}
