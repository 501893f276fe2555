//! SSI-VMB-006

use zvm::Severity;

use crate::{
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
    vmb::common,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-VMB-006",
        name: "server-is-identity",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "Broadcom article 28803, SSI recommendations for VM:Backup",
        text: "The servers of VM:Backup must be USER entries, so that their disks are shared.",
        why: "An IDENTITY has one logon on each member, and disks of its own there. Each instance would have a \
              catalog of its own, and none would know what the others did.",
        example: "IDENTITY VMBACKUP AUTOONLY 128M 512M BDEG",
        repair: "Make the server a USER with minidisks on shared volumes.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    if !common::applies(subject) {
        return;
    }
    for (server, jobs) in common::by_server(subject) {
        let Some(user) = subject.site.user(&server).filter(|user| user.multi) else {
            continue;
        };
        let message = format!("{server} runs jobs of VM:Backup, but is an IDENTITY");
        let finding = findings.report(&user.place, server, message);
        if let Some(selected) = jobs.first() {
            finding.note(&selected.job.place, format!("it runs {}", selected.job.name));
        }
        finding.help("make it a USER with minidisks on shared volumes");
    }
}
