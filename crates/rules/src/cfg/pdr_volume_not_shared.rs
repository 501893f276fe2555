//! SSI-CFG-006

use zvm::{Ownership, Severity};

use crate::{
    finding::Findings,
    lookup::{explain_ownership, members},
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-CFG-006",
        name: "pdr-volume-not-shared",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "z/Journal, May 2012, on the persistent data record of an SSI cluster",
        text: "The volume of the persistent data record must be attached to every member.",
        why: "The members find each other by the record. One that cannot read it, or reads another volume of the \
              same serial, does not join.",
        example: "GRIDA: CP_Owned Slot 5 GSCOM1      with PDR_VOLume GSCOM1",
        repair: "Take the record qualifier off the statement that attaches the volume.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    let (Some(volser), Some(place)) = (site.cluster.pdr_volume, &site.cluster.place) else {
        return;
    };
    let ownership = site.ownership(&volser);
    // One that no member has at all is SSI-CFG-005; in a cluster of one, private is shared.
    if matches!(ownership, Ownership::Shared | Ownership::Unlisted) || members(site).count() < 2 {
        return;
    }
    let message = format!("{volser} has the persistent data record, but is {ownership}");
    let finding = findings.report(place, volser, message);
    explain_ownership(finding, site, volser);
    finding.help(format!("attach {volser} to every member, in the same slot"));
}
