//! SSI-COV-009

use zvm::{JobKind, Severity};

use crate::{
    cov::coverage,
    finding::Findings,
    lookup::{bounds, name},
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-COV-009",
        name: "moved-since-full",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "derived from the extents in the catalog and in the directory",
        text: "A minidisk must not have moved since the full that its incrementals are compared with.",
        why: "The next incremental compares the new place with the copy of the old one, which is another disk by \
              content.",
        example: "the full of LNXPAY01 0100 is of GSL001 1-3, the directory says GSL002 20-22",
        repair: "Run a full for the minidisk before the next incremental.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let copies = coverage::copies(subject);
    for covered in coverage::of(subject) {
        let minidisk = covered.minidisk;
        let incremental = covered
            .by
            .iter()
            .find(|selected| selected.job.kind == JobKind::Incremental);
        let (Some(selected), Some(extent)) = (incremental, minidisk.extent()) else {
            continue;
        };
        let fulls = copies.get(&(minidisk.user, minidisk.vdev)).into_iter().flatten();
        let fulls =
            fulls.filter(|(domain, run)| run.kind == JobKind::Full && coverage::is_of(domain, run, minidisk));
        let Some((domain, run)) = fulls.max_by_key(|(_, run)| run.started) else {
            continue;
        };
        let (from, to) = bounds(extent.run);
        let moved = domain.volser != extent.volser
            || domain.start.is_some_and(|start| u64::from(start) != from)
            || domain.length.is_some_and(|length| u64::from(length) != to - from);
        if moved {
            let message = format!(
                "minidisk {} {} was elsewhere or of another size when {} copied it, and {} compares with that",
                minidisk.user, minidisk.vdev, run.name, selected.job.name
            );
            findings
                .report(&minidisk.place, name(minidisk), message)
                .note(&domain.place, format!("it was on {}", domain.volser))
                .help("run a full before the next incremental");
        }
    }
}
