//! SSI-TAP-001

use zvm::{Job, Medium, Severity, TapeCatalog, TapeNode};

use crate::{
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
    tap::common::{elected, set_role, share},
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-TAP-001",
        name: "tape-catalogs-dedicated",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "IBM technote on Backup and Restore Manager in a z/VM SSI environment and IBM Docs Tape Manager \
                 for z/VM 1.3, catalog options and libraries",
        text: "When backups are written to tape, the tape managers of the cluster must share one catalog.",
        why: "Two tape managers with catalogs of their own can both take the same volume for scratch, and a \
              restore on one member cannot find what the other has written.",
        example: "[[tape]] with catalog = \"dedicated\" for GRIDA and for GRIDB",
        repair: "Make one member the catalog node of a shared catalog, and the others request nodes.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let to_tape = |job: &&Job| {
        job.output
            .as_ref()
            .is_some_and(|output| output.medium == Medium::Tape)
    };
    let Some(job) = subject.site.jobs.iter().find(to_tape) else {
        return;
    };
    let dedicated = |node: &&TapeNode| node.catalog == TapeCatalog::Dedicated;
    let nodes: Vec<&TapeNode> = subject.site.tape_nodes.iter().filter(dedicated).collect();
    let Some((first, others)) = nodes.split_first() else {
        return;
    };
    // One that others share already stays what it is.
    let shared = |node: &TapeNode| node.catalog == TapeCatalog::Shared && node.catalog_node;
    let owner = match subject.site.tape_nodes.iter().any(shared) {
        true => None,
        false => elected(subject.site, &nodes),
    };
    for node in others {
        let message = format!(
            "{} and {} have tape catalogs of their own, but backups go to tape",
            first.member, node.member
        );
        let finding = findings.report(&node.place, node.member, message);
        finding
            .note(
                &first.place,
                format!("the tape catalog of {} is its own, too", first.member),
            )
            .note(&job.place, format!("{} writes to tape", job.name))
            .help("share one catalog: catalog = \"shared\", with one catalog node");
        let mut concerned = vec![*first, *node];
        concerned.extend(owner.filter(|owner| owner.member != first.member && owner.member != node.member));
        for node in concerned {
            share(finding, node);
            set_role(
                finding,
                node,
                owner.is_some_and(|owner| owner.member == node.member),
            );
        }
    }
}
