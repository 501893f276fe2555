//! SSI-EXP-001

use std::collections::BTreeSet;

use zvm::{Layout, Severity, facts::Command};

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
        repair: "Let one member go on, and take the command out of the schedule of the others.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    if subject.site.layout != Layout::Brm || common::has_separate_catalogs(subject.site) {
        return;
    }
    let Some(first) = elected(subject) else { return };
    let owner = common::member(first);
    let mut told = BTreeSet::from([owner]);
    for purge in common::purges(subject.facts) {
        let member = common::member(purge);
        if told.insert(member) {
            let message = format!("{member} purges the shared catalog, which {owner} does, too");
            findings
                .report(&purge.place, member, message)
                .note(&first.place, format!("the purge on {owner}"))
                .help(format!(
                    "let {owner} alone issue EXPIRE with PURGE; take it out of the schedule of {member}"
                ));
        }
    }
}

/// The first purge of the member that is to go on with it: the one that purges most often, the first of equals.
fn elected<'a>(subject: &Subject<'a>) -> Option<&'a Command> {
    let mut members: Vec<(&Command, usize)> = Vec::new();
    for purge in common::purges(subject.facts) {
        let known = members
            .iter_mut()
            .find(|(first, _)| common::member(first) == common::member(purge));
        match known {
            Some((_, count)) => *count += 1,
            None => members.push((purge, 1)),
        }
    }
    members
        .into_iter()
        .rev()
        .max_by_key(|(_, count)| *count)
        .map(|(first, _)| first)
}
