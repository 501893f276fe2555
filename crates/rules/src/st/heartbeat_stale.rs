//! SSI-ST-003

use zvm::Severity;

use crate::{
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-ST-003",
        name: "heartbeat-stale",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "feilong project, answer of SSI_Query; the limit is a decision of this project",
        text: "The two heartbeats of a member must be young and close together.",
        why: "A member whose stamps grow old hangs, or has lost the volume with the persistent data record or \
              its ISFC links. Soon the others cannot tell its state.",
        example: "pdr = \"06:00:00\", received = \"05:59:20\"",
        repair: "Look at the member, its paths to the PDR volume and its ISFC links before a backup starts.",
    },
    check,
};

/// Stamps are written every few seconds.
const AGE_MAX: i64 = 30;

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for heartbeat in &subject.facts.heartbeats {
        let stamps = [heartbeat.pdr, heartbeat.received];
        let newest = subject.facts.now.or(stamps.into_iter().flatten().max());
        let Some(newest) = newest else { continue };
        let which = [
            ("in the PDR", heartbeat.pdr),
            ("that the others received", heartbeat.received),
        ];
        for (what, stamp) in which {
            let Some(age) = stamp.map(|stamp| newest.seconds().saturating_sub(stamp.seconds())) else {
                continue;
            };
            if age > AGE_MAX {
                let message = format!(
                    "the heartbeat of {} {what} is {age} seconds old",
                    heartbeat.member
                );
                findings
                    .report(&heartbeat.place, heartbeat.member, message)
                    .help("look at its paths to the PDR volume and at its ISFC links");
            }
        }
    }
}
