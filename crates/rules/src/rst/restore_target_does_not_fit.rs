//! SSI-RST-005

use dasd::Run;
use zvm::Severity;

use crate::{
    finding::Findings,
    lookup::{bounds, name},
    rst::common,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-RST-005",
        name: "restore-target-does-not-fit",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "VM:Backup 3.6 documentation, minidisk formats",
        text: "An image must be restored to a minidisk of the same device class that is not smaller.",
        why: "Tracks have no place on blocks, and what is behind the end of the target is lost.",
        example: "an image of a 3390 minidisk, restored to one on FBA",
        repair: "Restore to a minidisk of the same device type and size, or restore by files.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let known = common::Known::of(subject);
    for restore in &subject.facts.restores {
        let copy = known.copy(restore);
        if copy.is_some_and(|copy| copy.files) {
            continue;
        }
        let source = known.disks(restore.user, restore.vdev).first();
        let (Some(target), Some(source)) = (known.target(restore), source) else {
            continue;
        };
        let (Some(into), Some(of)) = (target.extent(), source.extent()) else {
            continue;
        };
        let blocks = |run: Run| matches!(run, Run::Blocks { .. });
        let size = |run: Run| bounds(run).1 - bounds(run).0;
        let needed = copy.and_then(|copy| copy.length).map_or(size(of.run), u64::from);
        let what = if blocks(into.run) != blocks(of.run) {
            format!(
                "{} is on {}, the copy is of a {}",
                target.vdev, target.device, source.device
            )
        } else if size(into.run) < needed {
            format!(
                "{} has room for {} of {needed} cylinders or blocks",
                target.vdev,
                size(into.run)
            )
        } else {
            continue;
        };
        let message = format!(
            "{} {} does not fit: {} {what}",
            restore.user, restore.vdev, target.user
        );
        findings
            .report(&restore.place, name(target), message)
            .note(&target.place, "this is the target")
            .help("restore to a minidisk of the same device type and size");
    }
}
