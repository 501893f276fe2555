//! SSI-MD-016

use std::collections::BTreeMap;

use zvm::{MinidiskKind, Severity, VolumeKey};

use crate::{
    finding::Findings,
    lookup::name,
    md::common::{Stretch, is_excluded, resize},
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-MD-016",
        name: "extent-over-the-label",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "a discussion of DIRMAP and full-pack users on the IBMVM list; derived from the MDISK \
                 directory statement",
        text: "A minidisk that is part of a pack must not begin at cylinder or block 0.",
        why: "The first cylinder holds the label and the allocation map of the pack. A user who formats the \
              minidisk destroys them, and with the next IPL the pack and all minidisks on it are gone.",
        example: "MDISK 0191 3390 0000 0100 GSU001 MR",
        repair: "Let the minidisk begin at 1; what is in cylinder 0 is not its data.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    // Where nobody says how large a pack is, it is as large as what lies on it.
    let mut used: BTreeMap<(VolumeKey, bool), u64> = BTreeMap::new();
    for stretch in site.minidisks.iter().filter_map(Stretch::of) {
        if let Some(pack) = site.home_pack(stretch.minidisk) {
            let end = used.entry((pack, stretch.blocks)).or_default();
            *end = stretch.end.max(*end);
        }
    }
    for minidisk in site
        .minidisks
        .iter()
        .filter(|minidisk| minidisk.kind == MinidiskKind::Data)
    {
        let (Some(stretch), Some(pack)) = (Stretch::of(minidisk), site.home_pack(minidisk)) else {
            continue;
        };
        let size = stretch
            .pack_end(site)
            .or_else(|| used.get(&(pack, stretch.blocks)).copied());
        let whole = size.is_none_or(|size| stretch.end >= size);
        if stretch.first > 0 || whole || is_excluded(site, minidisk) {
            continue;
        }
        let unit = if stretch.blocks { "block" } else { "cylinder" };
        let message = format!(
            "minidisk {} begins at {unit} 0 of {pack}, where the label of the pack is",
            name(minidisk)
        );
        let finding = findings.report(&minidisk.place, name(minidisk), message);
        finding.help(format!("let it begin at {unit} 1"));
        // It ends where it ended, so that nothing else is in its way.
        if let Some(length) = stretch.end.checked_sub(1).filter(|length| *length > 0) {
            resize(finding, subject, minidisk, 1, length);
        }
    }
}
