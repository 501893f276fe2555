//! What several rules about tape catalogs suggest.

use zvm::{Medium, Site, TapeNode};

use crate::{finding::Finding, job_file};

/// The one of these that is to own the catalog: where most jobs that write to tape run, the first of equals.
pub(super) fn elected<'a>(site: &Site, nodes: &[&'a TapeNode]) -> Option<&'a TapeNode> {
    let to_tape = site.jobs.iter().filter(|job| {
        job.output
            .as_ref()
            .is_some_and(|output| output.medium == Medium::Tape)
    });
    let jobs = |node: &&TapeNode| {
        let member = zvm::JobMember::At(node.member);
        to_tape.clone().filter(|job| job.member == member).count()
    };
    nodes.iter().rev().copied().max_by_key(jobs)
}

/// Makes it the catalog node, or a request node.
pub(super) fn set_role(finding: &mut Finding, node: &TapeNode, owns: bool) {
    let (is, role) = match owns {
        true => (node.catalog_node, "\"catalog\""),
        false => (!node.catalog_node, "\"request\""),
    };
    if !is {
        set(finding, node, "node", role);
    }
}

/// Lets it use the shared catalog.
pub(super) fn share(finding: &mut Finding, node: &TapeNode) {
    set(finding, node, "catalog", "\"shared\"");
}

fn set(finding: &mut Finding, node: &TapeNode, key: &str, value: &str) {
    let behind = node.keys.header().and(node.keys.at("member"));
    job_file::set(finding, (node.keys.at(key), behind), key, value);
}
