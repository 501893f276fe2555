//! SSI-CFG-008

use std::collections::BTreeSet;

use zvm::Severity;

use crate::{
    edit::Change,
    finding::Findings,
    lookup::{list, members},
    rule::{Offence, RuleMeta},
    subject::Subject,
    typing::meant,
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
        let finding = findings.report(&qualifier.place, &qualifier.value, message);
        finding.help(format!("the members are {}", list(members(site))));
        let known: Vec<String> = members(site).map(|member| member.to_string()).collect();
        // The END of a block repeats the name, and is no statement.
        let alone = site
            .config
            .statements
            .iter()
            .filter(|other| {
                other
                    .qualifier
                    .as_ref()
                    .is_some_and(|other| other.value == qualifier.value)
            })
            .all(|other| {
                other
                    .qualifier
                    .as_ref()
                    .is_some_and(|qualifier| qualifier.place.line == other.place.line)
            });
        if let Some(meant) =
            meant(&qualifier.value.to_string(), known.iter().map(String::as_str)).filter(|_| alone)
        {
            finding.edit(&qualifier.place, Change::Words(meant.to_owned()));
        }
    }
}
