//! SSI-ST-002

use std::collections::BTreeMap;

use zvm::{MemberName, Severity, facts::HeldLink};

use crate::{
    finding::Findings,
    lookup::members,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-ST-002",
        name: "declared-down-while-writing",
        severity: Severity::Error,
        expert: true,
        since: "0.1",
        source: "derived from what z/VM systems programmers know of SET SSI; a decision of this project where \
                 public text is silent",
        text: "A member must not be declared down while it may still write.",
        why: "The others give its minidisks to somebody else, and two systems write to one disk.",
        example: "SET SSI GRIDC DOWN, and LNXPAY01 on GRIDC has its disks linked MR",
        repair: "Make sure that the member is stopped, by a system reset or by taking its paths away, before \
                 declaring it down.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut writers: BTreeMap<MemberName, &HeldLink> = BTreeMap::new();
    for link in subject.facts.links.iter().filter(|link| link.mode.may_write()) {
        writers.entry(link.member).or_insert(link);
    }
    for command in &subject.facts.commands {
        let words: Vec<&str> = command.text.split_whitespace().collect();
        let ["SET", "SSI", member, "DOWN"] = words[..] else {
            continue;
        };
        let declared = members(subject.site).find(|name| name.as_str() == member);
        let Some(link) = declared.and_then(|member| writers.get(&member)) else {
            continue;
        };
        let message = format!(
            "{} declares {member} down, but {} still writes to {} {} there",
            command.user, link.user, link.owner, link.vdev
        );
        findings
            .report(&command.place, member, message)
            .note(&link.place, format!("this link is held on {member}"))
            .help("make sure that the member is stopped before declaring it down");
    }
}
