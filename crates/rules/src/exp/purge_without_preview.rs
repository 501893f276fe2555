//! SSI-EXP-004

use zvm::{Moment, Severity};

use crate::{
    exp::common,
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-EXP-004",
        name: "purge-without-preview",
        severity: Severity::Note,
        expert: false,
        since: "0.1",
        source: "IBM technote on Backup and Restore Manager in a z/VM SSI environment",
        text: "EXPIRE with PREVIEW should be issued shortly before EXPIRE with PURGE.",
        why: "PREVIEW shows what would go. After PURGE it is too late to find that a retention was mistyped.",
        example: "EXPIRE (PURGE at 06:00, and no EXPIRE (PREVIEW on that day",
        repair: "Issue EXPIRE with PREVIEW first, and read it.",
    },
    check,
};

/// A preview is looked at within a day.
const PREVIEW_BEFORE: i64 = 24 * 3_600;

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let previews = subject
        .facts
        .commands
        .iter()
        .filter(|command| common::expires(command, "PREVIEW"));
    let mut previews: Vec<Moment> = previews.filter_map(|command| command.at).collect();
    previews.sort_unstable();
    for purge in common::purges(subject.facts) {
        let Some(at) = purge.at else { continue };
        let before = previews.partition_point(|preview| *preview <= at).checked_sub(1);
        let last = before.and_then(|nth| previews.get(nth));
        if last.is_none_or(|preview| at.seconds() - preview.seconds() > PREVIEW_BEFORE) {
            let message = format!(
                "{} purged at {at} without a preview on the day before",
                purge.user
            );
            findings
                .report(&purge.place, format!("{} {at}", purge.user), message)
                .help("issue EXPIRE with PREVIEW first, and read it");
        }
    }
}
