//! SSI-CFG-003

use std::collections::BTreeSet;

use zvm::{ConfigKind, Severity};

use crate::{
    finding::Findings,
    lookup::statements,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-CFG-003",
        name: "member-without-identifier",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "IBM Docs z/VM 7.2, SSI statement",
        text: "Every member of the cluster must have a SYSTEM_IDENTIFIER statement.",
        why: "A system learns its own name from SYSTEM_IDENTIFIER. One that finds no statement for its machine \
              or partition does not know which member it is, and cannot join.",
        example: "SSI GRIDSSI SLOT 1 GRIDA , SLOT 4 GRIDD      and no System_Identifier for GRIDD",
        repair: "Add SYSTEM_IDENTIFIER with the partition, or the machine type and serial number, of the member.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    let named: BTreeSet<_> = statements(site, |kind| match kind {
        ConfigKind::SystemIdentifier { name, .. } | ConfigKind::SystemIdentifierDefault(name) => {
            Some(name.value)
        }
        _ => None,
    })
    .map(|(_, name)| name)
    .collect();
    for member in site
        .cluster
        .members
        .iter()
        .filter(|member| !named.contains(&member.name))
    {
        let name = member.name;
        let message = format!("member {name} has no SYSTEM_IDENTIFIER, so no system knows that it is {name}");
        findings
            .report(&member.place, name, message)
            .help(format!("add System_Identifier LPAR partition {name}"));
    }
}
