//! SSI-MD-006

use std::collections::BTreeSet;

use zvm::{Minidisk, MinidiskKind, Place, Severity, Site, VolumeKey};

use crate::{
    finding::Findings,
    lookup::name,
    md::common::{Stretch, is_excluded},
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-MD-006",
        name: "extents-overlap",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "IBM Docs z/VM 7.2, MDISK directory statement",
        text: "Minidisks must not overlap, unless one of them is an overlay over a whole pack.",
        why: "CP and DIRECTXA allow it, so nobody is told: two users write the same cylinders, and a \
              restore of one destroys the other.",
        example: "USER DEVEL01\n MDISK 0191 3390 0100 0100 GSU001 MR\nUSER DEVEL02\n MDISK 0191 3390 0150 \
                  0011 GSU001 MR",
        repair: "Find out whose data is in the common part, and move the other minidisk to free space.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (pack, before, stretch) in overlaps(subject.site) {
        let (first, second) = (before.minidisk, stretch.minidisk);
        let common = Stretch {
            first: stretch.first,
            end: stretch.end.min(before.end),
            ..stretch
        };
        let message = format!(
            "minidisks {} and {} have {} of {pack} in common",
            name(second),
            name(first),
            common.shown()
        );
        let finding = findings.report(&second.place, name(second), message);
        finding
            .note(&first.place, format!("{} has {}", name(first), before.shown()))
            .help("move one of them to free space, once it is known whose data is there");
        let moves = subject.moves();
        if let Some(mover) = [second, first].into_iter().find(|minidisk| moves.has(minidisk)) {
            moves.suggest(finding, subject, mover);
        }
    }
}

/// Minidisks whose move parts all that overlap: of two the one that comes second, but areas of CP stay where they are.
pub(crate) fn to_part(site: &Site) -> Vec<&Minidisk> {
    let mut movers: Vec<&Minidisk> = Vec::new();
    let mut moved: BTreeSet<&Place> = BTreeSet::new();
    for (_, before, stretch) in overlaps(site) {
        let (first, second) = (before.minidisk, stretch.minidisk);
        if moved.contains(&first.place) || moved.contains(&second.place) {
            continue;
        }
        let mover = if holds_data(second) { second } else { first };
        moved.insert(&mover.place);
        movers.push(mover);
    }
    movers
}

type Overlap<'a> = (VolumeKey, Stretch<'a>, Stretch<'a>);

/// Pairs that overlap, by their packs: the one that begins first, and the other.
fn overlaps(site: &Site) -> Vec<Overlap<'_>> {
    let mut stretches: Vec<(VolumeKey, bool, Stretch<'_>)> = site
        .minidisks
        .iter()
        .filter(|minidisk| stands_alone(site, minidisk))
        .filter_map(|minidisk| {
            let stretch = Stretch::of(minidisk)?;
            Some((site.home_pack(minidisk)?, stretch.blocks, stretch))
        })
        .filter(|(_, _, stretch)| holds_data(stretch.minidisk) || stretch.first > 0)
        .collect();
    stretches.sort_by_key(|(pack, blocks, stretch)| {
        (
            *pack,
            *blocks,
            stretch.first,
            stretch.end,
            &stretch.minidisk.place,
        )
    });
    let mut pairs = Vec::new();
    // Of those that began before, the one that reaches farthest; it is enough to know that one.
    let mut farthest: Option<(VolumeKey, bool, Stretch<'_>)> = None;
    for next in stretches {
        let (pack, blocks, stretch) = next;
        match farthest {
            Some((same, units, before)) if (same, units) == (pack, blocks) && before.end > stretch.first => {
                if clash(before.minidisk, stretch.minidisk) {
                    pairs.push((pack, before, stretch));
                }
                if stretch.end > before.end {
                    farthest = Some(next);
                }
            }
            _ => farthest = Some(next),
        }
    }
    pairs
}

/// A SUBCONFIG that is built twice, or a profile that several include, is one statement and one extent.
fn clash(first: &Minidisk, second: &Minidisk) -> bool {
    first.place != second.place && (holds_data(first) || holds_data(second))
}

fn holds_data(minidisk: &Minidisk) -> bool {
    minidisk.kind == MinidiskKind::Data
}

/// Not an overlay, and none that DirMaint takes for one. The space maps of areas of CP count: no minidisk may lie in
/// them. Only cylinder 0, and whole packs that some of them describe, are no matter here.
fn stands_alone(site: &Site, minidisk: &Minidisk) -> bool {
    minidisk.kind != MinidiskKind::Overlay && !minidisk.covers_others && !is_excluded(site, minidisk)
}
