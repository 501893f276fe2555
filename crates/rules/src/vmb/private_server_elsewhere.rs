//! SSI-VMB-005

use std::collections::BTreeSet;

use zvm::{JobMember, Severity};

use crate::{
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
    vmb::common,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-VMB-005",
        name: "private-server-elsewhere",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "Broadcom article 28803, SSI recommendations for VM:Backup",
        text: "The server for a member's private volumes must be logged on at that member.",
        why: "Logged on elsewhere, it cannot link a single one of the minidisks that it shall copy.",
        example: "VMBKUP03, which runs the jobs of GRIDC, is logged on at GRIDA",
        repair: "Log the server off, and autolog it at its member.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    if !common::applies(subject) {
        return;
    }
    let servers = common::by_server(subject);
    for logon in subject.facts.logons.iter().filter(|logon| logon.until.is_none()) {
        let Some(jobs) = servers.get(&logon.user) else {
            continue;
        };
        let wanted: BTreeSet<JobMember> = jobs.iter().map(|selected| selected.job.member).collect();
        let mut wanted = wanted.into_iter();
        let (Some(JobMember::At(member)), None) = (wanted.next(), wanted.next()) else {
            continue;
        };
        if member != logon.member {
            let message = format!(
                "{} is logged on at {}, but its jobs are for {member}",
                logon.user, logon.member
            );
            let finding = findings.report(&logon.place, logon.user, message);
            if let Some(selected) = jobs.first() {
                finding.note(
                    &selected.job.member_place,
                    format!("{} is for {member}", selected.job.name),
                );
            }
            finding.help(format!("log it off, and autolog it at {member}"));
        }
    }
}
