//! SSI-CFG-008

use std::collections::BTreeSet;

use zvm::Severity;

use crate::{
    finding::Findings,
    lookup::{list, members},
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-CFG-008",
        name: "qualifier-of-no-member",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "derived from the record qualifiers of a public z/VM 6.3 SYSTEM CONFIG",
        text: "A record qualifier must name a member of the cluster.",
        why: "CP takes a qualified statement only on the system of that name. With a name that no member has, \
              the statement is never used, and nobody is told.",
        example: "GRIDX: User_Volume_List GA1W02",
        repair: "Correct the name, or take the statement out.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    if site.cluster.members.is_empty() {
        return;
    }
    // All statements of a BEGIN block share the qualifier of the block.
    let mut seen = BTreeSet::new();
    for statement in &site.config.statements {
        let Some(qualifier) = &statement.qualifier else {
            continue;
        };
        if members(site).any(|member| statement.applies_to(&member)) || !seen.insert(&qualifier.place) {
            continue;
        }
        let message = format!(
            "{} is no member, so what it qualifies is never used",
            qualifier.value
        );
        findings
            .report(&qualifier.place, &qualifier.value, message)
            .help(format!("the members are {}", list(members(site))));
    }
}
