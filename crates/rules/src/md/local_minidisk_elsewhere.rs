//! SSI-MD-003

use zvm::{Ownership, Severity};

use crate::{
    finding::Findings,
    lookup::{explain_build, explain_ownership, local, name},
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-MD-003",
        name: "local-minidisk-elsewhere",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "Broadcom article 28803, SSI recommendations for VM:Backup",
        text: "The minidisk of a SUBCONFIG must lie on a volume of the member that builds it, not of another one.",
        why: "The member that builds the SUBCONFIG does not have the volume, so the minidisk can never be linked; the \
              member that has the volume does not know the minidisk, so nobody backs it up.",
        example: "IDENTITY MAINT ...\n BUILD ON GRIDB USING SUBCONFIG MAINT-2\nSUBCONFIG MAINT-2\n \
                  MDISK 0191 3390 0415 0175 GA1W01 MR      with GRIDA: User_Volume_List GA1W01",
        repair: "Move the minidisk to a private volume of the member that builds the SUBCONFIG, or correct the BUILD.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    for (minidisk, volser, member) in local(site) {
        let ownership = site.ownership(&volser);
        let elsewhere = match &ownership {
            Ownership::Private(owner) => *owner != member,
            Ownership::PrivateEach(owners) => !owners.contains(&member),
            Ownership::Shared | Ownership::Partial(_) | Ownership::Unlisted => false,
        };
        if !elsewhere {
            continue;
        }
        let message = format!(
            "minidisk {} {} is local to {member}, but {volser} is {ownership}",
            minidisk.user, minidisk.vdev
        );
        let finding = findings.report(&minidisk.place, name(minidisk), message);
        explain_build(finding, site, minidisk, member);
        explain_ownership(finding, site, volser);
        finding.help(format!(
            "move the minidisk to a private volume of {member}, or correct the BUILD"
        ));
        subject.moves().suggest(finding, subject, minidisk);
    }
}
