//! SSI-EXP-001

use std::collections::BTreeSet;

use zvm::{Layout, Severity};

use crate::{
    exp::common,
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-EXP-001",
        name: "purge-on-several-members",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "IBM technote on Backup and Restore Manager in a z/VM SSI environment",
        text: "With a shared catalog, EXPIRE with PURGE must be issued on one member only.",
        why: "The command looks at all jobs of the catalog, those of other members too. Two that run at once \
              delete under each other's hands.",
        example: "EXPIRE (PURGE to BKRCATLG at GRIDA, and to BKRCATLG at GRIDB",
        repair: "Choose one member, and take the command out of the schedule of the others.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    if subject.site.layout != Layout::Brm || common::has_separate_catalogs(subject.site) {
        return;
    }
    let mut purges = common::purges(subject.facts);
    let Some(first) = purges.next() else { return };
    let mut told = BTreeSet::from([common::member(first)]);
    for purge in purges {
        let member = common::member(purge);
        if told.insert(member) {
            let message = format!(
                "{member} purges the shared catalog, which {} does, too",
                common::member(first)
            );
            findings
                .report(&purge.place, member, message)
                .note(&first.place, format!("the purge on {}", common::member(first)))
                .help("let one member alone issue EXPIRE with PURGE");
        }
    }
}
