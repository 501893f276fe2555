//! SSI-TAP-004

use dasd::Volser;
use zvm::{Severity, TapeCatalog, TapeNode};

use crate::{
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-TAP-004",
        name: "volser-ranges-overlap",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "IBM Docs Tape Manager for z/VM 1.3, catalog options and libraries",
        text: "Tape managers with catalogs of their own must have volume serial ranges that do not overlap.",
        why: "Both take a volume of the common range for theirs. What one has written, the other uses as scratch.",
        example: "ranges = [\"VT0000-VT0999\"] at GRIDA and ranges = [\"VT0900-VT1999\"] at GRIDB",
        repair: "Give each its own range, or share one catalog.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let dedicated = subject
        .site
        .tape_nodes
        .iter()
        .filter(|node| node.catalog == TapeCatalog::Dedicated);
    let mut ranges: Vec<(Volser, Volser, &TapeNode)> = dedicated
        .flat_map(|node| node.ranges.iter().map(move |(first, last)| (*first, *last, node)))
        .collect();
    ranges.sort_by_key(|(first, last, node)| (*first, *last, node.member));
    // The range that reaches furthest, and the one that reaches furthest among those of other members.
    let mut far: Vec<(Volser, Volser, &TapeNode)> = Vec::new();
    for (first, last, node) in ranges {
        let clash = far
            .iter()
            .find(|(_, end, other)| other.member != node.member && *end >= first);
        if let Some((start, end, other)) = clash {
            let message = format!(
                "the range {first}-{last} of {} overlaps {start}-{end} of {}, and each has a tape catalog of its own",
                node.member, other.member
            );
            findings
                .report(&node.place, format!("{} {first}", node.member), message)
                .note(&other.place, format!("{} has {start}-{end}", other.member))
                .help("give each its own range, or share one catalog");
        }
        match far.iter_mut().find(|(_, _, other)| other.member == node.member) {
            Some(known) if known.1 >= last => {}
            Some(known) => *known = (first, last, node),
            None => far.push((first, last, node)),
        }
    }
}
