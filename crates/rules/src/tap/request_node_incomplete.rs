//! SSI-TAP-003

use zvm::{Severity, TapeCatalog, TapeNode};

use crate::{
    finding::Findings,
    lookup::list,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-TAP-003",
        name: "request-node-incomplete",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "IBM Docs Tape Manager for z/VM 1.3, catalog options and libraries",
        text: "A request node needs a TMM and a DMM, and an LMM if it uses a library.",
        why: "The catalog node only answers where a tape is. Mounting it is done by the request node's own machines.",
        example: "node = \"request\" with tmm = true and no dmm on GRIDD",
        repair: "Set up the missing virtual machine on that member.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let request = |node: &&TapeNode| node.catalog == TapeCatalog::Shared && !node.catalog_node;
    for node in subject.site.tape_nodes.iter().filter(request) {
        let parts = [
            ("TMM", node.tmm),
            ("DMM", node.dmm),
            ("LMM", node.lmm || node.library.is_none()),
        ];
        let missing: Vec<&str> = parts
            .iter()
            .filter(|(_, there)| !there)
            .map(|(part, _)| *part)
            .collect();
        if !missing.is_empty() {
            let message = format!("the request node {} has no {}", node.member, list(missing));
            findings
                .report(&node.place, node.member, message)
                .help("set it up on that member");
        }
    }
}
