//! SSI-TAP-002

use zvm::{Severity, TapeCatalog, TapeNode};

use crate::{
    finding::Findings,
    lookup::list,
    rule::{Offence, RuleMeta},
    subject::Subject,
    tap::common::{elected, set_role},
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-TAP-002",
        name: "catalog-node-not-one",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "IBM Docs Tape Manager for z/VM 1.3, catalog options and libraries",
        text: "A shared tape catalog must have exactly one catalog node.",
        why: "The catalog node alone owns the catalog. Without it no request is answered; a second one would \
              write to the same catalog.",
        example: "[[tape]] of GRIDA and GRIDB, both with node = \"catalog\"",
        repair: "Make one member the catalog node, and all others request nodes.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let shared: Vec<&TapeNode> = subject
        .site
        .tape_nodes
        .iter()
        .filter(|node| node.catalog == TapeCatalog::Shared)
        .collect();
    let owners: Vec<&&TapeNode> = shared.iter().filter(|node| node.catalog_node).collect();
    let Some(first) = shared.first() else { return };
    match owners[..] {
        [] => {
            let message = format!(
                "no member is the catalog node of the tape catalog that {} share",
                list(shared.iter().map(|node| node.member))
            );
            let finding = findings.report(&first.place, first.member, message);
            finding.help("make one of them the catalog node: node = \"catalog\"");
            set_role(finding, elected(subject.site, &shared).unwrap_or(first), true);
        }
        [owner, ref more @ ..] => {
            for node in more {
                let message = format!("{} is a second catalog node beside {}", node.member, owner.member);
                let finding = findings.report(&node.place, node.member, message);
                finding
                    .note(&owner.place, format!("{} is the catalog node", owner.member))
                    .help("make it a request node: node = \"request\"");
                set_role(finding, node, false);
            }
        }
    }
}
