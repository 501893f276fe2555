//! SSI-RST-007

use zvm::{MemberName, Severity, TapeCatalog, TapeNode};

use crate::{
    finding::Findings,
    lookup::list,
    rst::common,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-RST-007",
        name: "tape-out-of-reach",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "IBM technote on Backup and Restore Manager in a z/VM SSI environment",
        text: "A restore from tape must run on a member that shares the tape catalog with the one that wrote it.",
        why: "The tape manager of the member does not know the tape, and does not mount it.",
        example: "SINGLE/12 was written at GRIDA, which has a tape catalog of its own; the restore runs at GRIDB",
        repair: "Restore on the member that wrote the tape, or share one tape catalog.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let known = common::Known::of(subject);
    let nodes = &subject.site.tape_nodes;
    if nodes.is_empty() {
        return;
    }
    let node = |member: MemberName| nodes.iter().find(|node| node.member == member);
    for restore in &subject.facts.restores {
        let Some(run) = known.run(restore).filter(|run| !run.tapes.is_empty()) else {
            continue;
        };
        if run.member == Some(restore.at_member) {
            continue;
        }
        let here = node(restore.at_member);
        let there = run.member.and_then(node);
        let own = |node: Option<&TapeNode>| node.is_some_and(|node| node.catalog == TapeCatalog::Dedicated);
        let why = match here {
            None => "has no tape manager",
            Some(_) if own(here) => "has a tape catalog of its own",
            Some(_) if own(there) => "does not see the tape catalog of the member that wrote it",
            Some(_) => continue,
        };
        let message = format!(
            "{} is on tape, and {}, where the restore runs, {why}",
            run.name, restore.at_member
        );
        let finding = findings.report(&restore.place, run.name, message);
        finding.note(&run.place, format!("it is on {}", list(&run.tapes)));
        if let Some(node) = here.filter(|_| own(here)).or(there) {
            finding.note(&node.place, format!("the tape manager of {}", node.member));
        }
        finding.help("restore on the member that wrote the tape, or share one tape catalog");
    }
}
