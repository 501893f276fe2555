//! SSI-MD-001

use zvm::{Ownership, Scope, Severity};

use crate::{
    finding::Findings,
    lookup::{explain_ownership, name, on_volumes},
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-MD-001",
        name: "user-minidisk-not-shared",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "Broadcom article 28803, SSI recommendations for VM:Backup",
        text: "The minidisk of a USER entry must lie on a volume that every member has.",
        why: "A single-configuration user can log on at any member, and its backup may run on any member. On a volume \
              that some members do not have, the minidisk cannot be linked there, and the backup fails.",
        example: "USER LNXPAY01 ...\n MDISK 0100 3390 0001 0100 GA1W01 MR      with GRIDA: User_Volume_List GA1W01",
        repair: "Move the minidisk to a shared volume; or attach the volume to every member; or, if each member is to have \
                 its own, make the user an IDENTITY and put the minidisk into a SUBCONFIG.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    // Without members nothing is attached to anybody, and there is no cluster to speak of.
    if site.cluster.members.is_empty() {
        return;
    }
    for (minidisk, volser) in on_volumes(site) {
        if minidisk.scope != Scope::Global || minidisk.multi {
            continue;
        }
        let ownership = site.ownership(&volser);
        // A volume that no member has at all is SSI-VOL-008.
        if matches!(ownership, Ownership::Shared | Ownership::Unlisted) {
            continue;
        }
        let message = format!(
            "minidisk {} {} of a USER entry is on {volser}, which is {ownership}",
            minidisk.user, minidisk.vdev
        );
        let finding = findings.report(&minidisk.place, name(minidisk), message);
        explain_ownership(finding, site, volser);
        finding.help("move the minidisk to a volume that every member has");
        subject.moves().suggest(finding, subject, minidisk);
    }
}
