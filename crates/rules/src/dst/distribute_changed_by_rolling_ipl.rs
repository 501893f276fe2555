//! SSI-DST-003

use zvm::{Severity, facts::MemberState};

use crate::{
    dst::{changes, full_outage},
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-DST-003",
        name: "distribute-changed-by-rolling-ipl",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "Broadcom article 28803, SSI recommendations for VM:Backup",
        text: "A change of DISTRIBUTE needs a time at which all members are down.",
        why: "The first member that is IPLed with the new setting meets members that run with the old one, and \
              cannot join them: it stays Isolated.",
        example: "DISTRIBUTE is changed; GRIDA, GRIDB, GRIDC and GRIDD are IPLed one after the other",
        repair: "Shut down all members, then IPL them all.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for change in changes(subject) {
        let outage = full_outage(subject, change.at);
        let ipl = subject.facts.states.iter().filter(|event| {
            let early = event.at > change.at && outage.is_none_or(|outage| event.at < outage);
            early && event.state == MemberState::Joining
        });
        let Some(first) = ipl.min_by_key(|event| event.at) else {
            continue;
        };
        let message = format!(
            "{} was IPLed at {} with another DISTRIBUTE than the members that still ran",
            first.member, first.at
        );
        findings
            .report(&first.place, first.member, message)
            .note(&change.place, format!("DISTRIBUTE was changed at {}", change.at))
            .help("shut all members down, and IPL them all");
    }
}
