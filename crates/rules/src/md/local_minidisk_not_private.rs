//! SSI-MD-002

use zvm::{Ownership, Severity};

use crate::{
    finding::Findings,
    lookup::{explain_build, explain_ownership, local, name},
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-MD-002",
        name: "local-minidisk-not-private",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "Broadcom article 28803, SSI recommendations for VM:Backup",
        text: "The minidisk of a SUBCONFIG must lie on a volume that is private to the member that builds it.",
        why: "CP guards the links of SUBCONFIG minidisks on one member only. On a volume that other members have too, \
              nothing keeps them from writing the same cylinders, and a job that takes all shared volumes copies the \
              minidisk a second time, under the wrong owner.",
        example: "SUBCONFIG MAINT-2\n MDISK 0191 3390 0415 0175 GSU001 MR      with User_Volume_List GSU001 for everybody",
        repair: "Move the minidisk to a private volume of its member; or, if all instances of the user are to share it, move \
                 the MDISK statement into the IDENTITY entry.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    // With one member, every volume is shared and private at once.
    if site.cluster.members.len() < 2 {
        return;
    }
    for (minidisk, volser, member) in local(site) {
        let ownership = site.ownership(&volser);
        if !matches!(ownership, Ownership::Shared | Ownership::Partial(_)) {
            continue;
        }
        let message = format!(
            "minidisk {} {} is local to {member}, but {volser} is {ownership}",
            minidisk.user, minidisk.vdev
        );
        let finding = findings.report(&minidisk.place, name(minidisk), message);
        explain_build(finding, site, minidisk, member);
        explain_ownership(finding, site, volser);
        finding.help(format!("move the minidisk to a volume that only {member} has"));
        subject.moves().suggest(finding, subject, minidisk);
    }
}
