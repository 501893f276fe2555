//! SSI-VMB-001

use zvm::{Job, JobMember, MemberName, Severity};

use crate::{
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
    vmb::common,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-VMB-001",
        name: "server-on-several-members",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "Broadcom article 28803, SSI recommendations for VM:Backup",
        text: "A server of VM:Backup can cover the private volumes of one member only.",
        why: "A server is a USER and is logged on at one member at a time; it cannot link minidisks on private \
              volumes of the others.",
        example: "VMBKUP01 runs a job at GRIDA and another one at GRIDB",
        repair: "Give each member a server of its own for its private volumes.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    if !common::applies(subject) {
        return;
    }
    for (server, jobs) in common::by_server(subject) {
        let mut first: Option<(MemberName, &Job)> = None;
        for selected in jobs {
            let JobMember::At(member) = selected.job.member else {
                continue;
            };
            match first {
                None => first = Some((member, selected.job)),
                Some((other, job)) if other != member => {
                    let message = format!(
                        "{server} shall run {} on {member} and {} on {other}, but it is logged on at one of them only",
                        selected.job.name, job.name
                    );
                    let finding = findings.report(&selected.job.member_place, selected.job.name, message);
                    finding.note(&job.member_place, format!("here it is wanted on {other}"));
                    finding.help(format!("let a server of {member} run {}", selected.job.name));
                }
                Some(_) => {}
            }
        }
    }
}
