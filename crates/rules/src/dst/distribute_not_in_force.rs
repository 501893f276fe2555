//! SSI-DST-004

use zvm::{Distribute, Severity, facts::MemberState};

use crate::{
    dst::{changes, distribute, full_outage},
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-DST-004",
        name: "distribute-not-in-force",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "derived from Broadcom article 28803, SSI recommendations for VM:Backup",
        text: "A DISTRIBUTE statement holds only after all members were down since it was written.",
        why: "SYSTEM CONFIG says one thing and the running members do another. Who reads the file believes that \
              commands reach the server.",
        example: "DISTRIBUTE was added today, the last time all members were down was in March",
        repair: "Plan a time at which all members are shut down, then IPL them all.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let facts = subject.facts;
    for change in changes(subject) {
        // An IPL in between is worse than this: SSI-DST-003.
        let ipl =
            |event: &&zvm::facts::StateChange| event.at > change.at && event.state == MemberState::Joining;
        let watched = facts
            .history
            .as_ref()
            .is_some_and(|history| history.to > change.at);
        if watched
            && full_outage(subject, change.at).is_none()
            && !facts.states.iter().any(|event| ipl(&event))
        {
            let message = format!(
                "DISTRIBUTE was changed at {}, but not all members were down since",
                change.at
            );
            findings
                .report(&change.place, "DISTRIBUTE IUCV", message)
                .help("shut all members down, and IPL them all");
        }
    }
    let written = distribute(subject.site)
        .next()
        .map_or(Distribute::No, |(_, iucv)| iucv.value);
    let word = match written {
        Distribute::No => "NO",
        Distribute::Tolerate => "TOLERATE",
        Distribute::Yes => "YES",
    };
    for running in &facts.running {
        let Some(setting) = running.distribute.as_ref().filter(|setting| *setting != word) else {
            continue;
        };
        let message = format!(
            "{} runs with DISTRIBUTE IUCV {setting}, but SYSTEM CONFIG says {word}",
            running.member
        );
        findings
            .report(&running.place, running.member, message)
            .help("shut all members down, and IPL them all");
    }
}
