//! SSI-LGR-003

use std::collections::{BTreeMap, BTreeSet};

use zvm::{Moment, Severity, UserId, facts::Relocation};

use crate::{
    finding::Findings,
    past,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-LGR-003",
        name: "relocated-during-copy",
        severity: Severity::Warning,
        expert: true,
        since: "0.1",
        source: "derived from the times of relocations and copies; a decision of this project",
        text: "A guest should not be relocated while its minidisks are copied.",
        why: "A request to flush its file systems waits until the guest runs again, so the copy is of no moment \
              in particular.",
        example: "LNXPAY01 moves from GRIDA to GRIDB at 01:10, SINGLE/12 copies its disks at 01:10",
        repair: "Relocate before or after the window of the job.",
    },
    check,
};

/// How long the copy of a minidisk is taken to last, where the facts have its time but not its end.
const COPY_LASTS: i64 = 600;

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let runs = past::runs(subject.facts);
    let mut moves: BTreeMap<UserId, Vec<&Relocation>> = BTreeMap::new();
    for relocation in subject
        .facts
        .relocations
        .iter()
        .filter(|relocation| relocation.started.is_some())
    {
        moves.entry(relocation.user).or_default().push(relocation);
    }
    let mut told = BTreeSet::new();
    for domain in subject.facts.domains.iter().filter(|domain| domain.copied) {
        let (Some(user), Some(run)) = (domain.user, runs.get(&domain.instance)) else {
            continue;
        };
        let copied = match domain.at {
            Some(at) => (
                Some(at),
                Some(Moment::from_seconds(at.seconds().saturating_add(COPY_LASTS))),
            ),
            None => (Some(run.started), run.ended),
        };
        let meanwhile =
            |relocation: &&&Relocation| past::overlap(copied, (relocation.started, relocation.ended));
        let Some(relocation) = moves.get(&user).into_iter().flatten().find(meanwhile) else {
            continue;
        };
        if told.insert((run.name, user)) {
            let message = format!(
                "{user} moved to {} while {} copied its minidisks",
                relocation.to, run.name
            );
            findings
                .report(&relocation.place, format!("{} {user}", run.name), message)
                .note(&domain.place, "this copy was made meanwhile")
                .help("relocate before or after the window of the job");
        }
    }
}
