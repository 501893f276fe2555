//! SSI-RST-003

use zvm::{Minidisk, MinidiskKind, Severity};

use crate::{
    finding::Findings,
    lookup::{bounds, name},
    rst::common,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-RST-003",
        name: "restore-over-another-minidisk",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "derived from the extents in the catalog and in the directory",
        text: "The extent that is restored must not reach into another minidisk.",
        why: "The minidisk was larger when it was copied, and its room was given to somebody else since. The \
              restore destroys that data.",
        example: "VSEPROD 0140 had 200 cylinders when it was copied, has 100 now, and the rest belongs to DEVEL03",
        repair: "Restore to a new minidisk of the old size.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let known = common::Known::of(subject);
    for restore in subject
        .facts
        .restores
        .iter()
        .filter(|restore| common::is_in_place(restore))
    {
        let (Some(target), Some(copy)) = (known.target(restore), known.copy(restore)) else {
            continue;
        };
        let (Some(start), Some(length), Some(pack)) =
            (copy.start, copy.length, subject.site.home_pack(target))
        else {
            continue;
        };
        if target.volser != Some(copy.volser) {
            continue;
        }
        let (from, to) = (u64::from(start), u64::from(start) + u64::from(length));
        let reached = |disk: &&Minidisk| {
            let Some(extent) = disk.extent().filter(|extent| extent.volser == copy.volser) else {
                return false;
            };
            let (first, end) = bounds(extent.run);
            disk.kind == MinidiskKind::Data
                && disk.place != target.place
                && first < to
                && from < end
                && subject.site.home_pack(disk) == Some(pack)
        };
        if let Some(other) = subject.site.minidisks.iter().find(reached) {
            let message = format!(
                "{} {} had {length} cylinders or blocks from {start} when it was copied; restored, it reaches into {} {}",
                restore.user, restore.vdev, other.user, other.vdev
            );
            findings
                .report(&restore.place, name(target), message)
                .note(&copy.place, format!("the copy in {}", copy.instance))
                .note(&other.place, "this minidisk would be overwritten")
                .help("restore to a new minidisk of the old size");
        }
    }
}
