//! SSI-MD-007

use zvm::Severity;

use crate::{
    finding::Findings,
    lookup::{name, on_volumes},
    md::common::{Stretch, resize},
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-MD-007",
        name: "extent-past-the-end",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "IBM Docs z/VM 7.2, MDISK directory statement",
        text: "A minidisk must end where its volume ends, or before.",
        why: "The operand after the start is a length and not an end. What lies past the last cylinder \
              cannot be read, and a copy of the minidisk stops there with an error.",
        example: "MDISK 0100 3390 0001 10017 GSL001 MR      on a volume of 10,017 cylinders",
        repair: "Shorten the minidisk, or write END; or correct the size of the volume in site.toml.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    for (minidisk, volser) in on_volumes(site) {
        let Some(stretch) = Stretch::of(minidisk) else {
            continue;
        };
        let Some(size) = stretch.pack_end(site).filter(|size| stretch.end > *size) else {
            continue;
        };
        let units = if stretch.blocks { "blocks" } else { "cylinders" };
        let message = format!(
            "minidisk {} has {}, but {volser} has {size} {units} and ends with {}",
            name(minidisk),
            stretch.shown(),
            size.saturating_sub(1)
        );
        let finding = findings.report(&minidisk.place, name(minidisk), message);
        if let Some(pack) = site.home_pack(minidisk).and_then(|key| site.volume(&key)) {
            finding.note(&pack.place, format!("{volser} is a {} of this size", pack.device));
        }
        if let Some(room) = size.checked_sub(stretch.first).filter(|room| *room > 0) {
            finding.help(format!("from {} on there is room for {room}", stretch.first));
            // What lies behind the end was never there.
            resize(finding, subject, minidisk, stretch.first, room);
        }
    }
}
