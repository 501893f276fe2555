//! SSI-EXP-005

use zvm::Severity;

use crate::{
    exp::common,
    finding::Findings,
    past,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-EXP-005",
        name: "purge-during-restore",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "derived from the commands and the restores of the history",
        text: "Nothing must be purged while another member restores from it.",
        why: "What is purged may be reused at once, and the restore reads something else or breaks off.",
        example: "GRIDB restores from SINGLE/3, which has expired; GRIDA issues EXPIRE (PURGE meanwhile",
        repair: "Change the expiry of the instance before the restore, and purge afterwards.",
    },
    check,
};

/// How long a restore is taken to last: the facts have its start only.
const RESTORE_LASTS: i64 = 3_600;

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let runs = past::runs(subject.facts);
    let mut purges: Vec<_> = common::purges(subject.facts)
        .filter_map(|purge| Some((purge.at?, purge)))
        .collect();
    purges.sort_by_key(|(at, _)| *at);
    for restore in &subject.facts.restores {
        let run = restore.instance.and_then(|name| runs.get(&name));
        let (Some(began), Some(run)) = (restore.at, run) else {
            continue;
        };
        let from = purges.partition_point(|(at, _)| *at < began);
        let meanwhile = purges[from..]
            .iter()
            .take_while(|(at, _)| at.seconds() - began.seconds() <= RESTORE_LASTS);
        for (at, purge) in meanwhile {
            let member = common::member(purge);
            if member != restore.at_member && run.expires.is_some_and(|expires| expires <= *at) {
                let message = format!(
                    "{member} purges at {at} while {} restores from {}, which has expired",
                    restore.at_member, run.name
                );
                findings
                    .report(&purge.place, run.name, message)
                    .note(&restore.place, format!("the restore began at {began}"))
                    .note(&run.place, format!("{} has expired", run.name))
                    .help("change the expiry before the restore, and purge afterwards");
                break;
            }
        }
    }
}
