//! SSI-MD-004

use zvm::{Ownership, Scope, Severity};

use crate::{
    finding::Findings,
    lookup::{explain_ownership, name, on_volumes},
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-MD-004",
        name: "identity-minidisk-not-shared",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "IBM Docs z/VM 7.2, MDISK directory statement; Broadcom article 28803, SSI recommendations \
                 for VM:Backup",
        text: "A minidisk in the body of an IDENTITY must lie on a volume that every member has.",
        why: "An MDISK in the IDENTITY entry itself is one minidisk for all instances of the user. On a \
              volume that some members lack, the instances there come up without it.",
        example: "IDENTITY TCPIP ...\n MDISK 0198 3390 0060 0002 GA1RES MR      with GRIDA: CP_Owned Slot 1 \
                  GA1RES",
        repair: "Move the minidisk to a shared volume; or, if each instance is to have its own, put an \
                 MDISK into each SUBCONFIG.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    for (minidisk, volser) in on_volumes(site) {
        if minidisk.scope != Scope::Global || !minidisk.multi || site.cluster.members.is_empty() {
            continue;
        }
        let ownership = site.ownership(&volser);
        // A volume that no member has at all is SSI-VOL-008.
        if matches!(ownership, Ownership::Shared | Ownership::Unlisted) {
            continue;
        }
        let message = format!(
            "minidisk {} {} in the body of an IDENTITY is one for all members, but {volser} is {ownership}",
            minidisk.user, minidisk.vdev
        );
        let finding = findings.report(&minidisk.place, name(minidisk), message);
        explain_ownership(finding, site, volser);
        finding.help("move it to a volume that every member has, or put an MDISK into each SUBCONFIG");
        subject.moves().suggest(finding, subject, minidisk);
    }
}
