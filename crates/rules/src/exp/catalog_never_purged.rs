//! SSI-EXP-003

use std::collections::BTreeSet;

use zvm::{Layout, MemberName, Severity};

use crate::{
    exp::common,
    finding::Findings,
    lookup::members,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-EXP-003",
        name: "catalog-never-purged",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "IBM technote on Backup and Restore Manager in a z/VM SSI environment",
        text: "Where each member has a catalog of its own, each catalog must be purged.",
        why: "A purge on one member does not see the catalogs of the others, and these grow without end.",
        example: "IDENTITY BKRSVSFS, and EXPIRE (PURGE on GRIDA only",
        repair: "Purge on each member, or go over to one shared catalog.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    let Some(history) = &subject.facts.history else {
        return;
    };
    if site.layout != Layout::Brm || !common::has_separate_catalogs(site) {
        return;
    }
    let purged: BTreeSet<MemberName> = common::purges(subject.facts).map(common::member).collect();
    let Some(first) = common::purges(subject.facts).next() else {
        return;
    };
    for member in members(site).filter(|member| !purged.contains(member)) {
        let message = format!("the catalog of {member} was not purged since {}", history.from);
        findings
            .report(&history.place, member, message)
            .note(
                &first.place,
                format!("this purge is for the catalog of {} only", common::member(first)),
            )
            .help(format!("issue EXPIRE with PURGE on {member}, too"));
    }
}
