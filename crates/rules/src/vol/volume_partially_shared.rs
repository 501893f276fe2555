//! SSI-VOL-004

use zvm::Severity;

use crate::{
    finding::Findings,
    lookup::{explain_ownership, list, members, partial},
    rule::{Offence, RuleMeta},
    subject::Subject,
    vol::{Use, use_of},
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-VOL-004",
        name: "volume-partially-shared",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "derived: a volume for USER minidisks is on every member, one for SUBCONFIG minidisks on one",
        text: "A volume must be attached to every member or to one alone.",
        why: "Neither kind of minidisk may lie on a volume that some members have: a USER could not run \
              everywhere, and a SUBCONFIG disk would not be private. Jobs of the members that have it may copy it \
              more than once.",
        example: "GRIDA: User_Volume_List GSU007\nGRIDB: User_Volume_List GSU007",
        repair: "Attach the volume to every member, or take it from all but one.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    for volser in site.volsers() {
        let Some(have) = partial(site, volser) else {
            continue;
        };
        // Spool and page volumes have rules of their own, SSI-VOL-002 and SSI-VOL-005.
        if matches!(use_of(site, volser), Some(Use::Spool | Use::Paging)) {
            continue;
        }
        let Some(listing) = site.listings(&volser).first() else {
            continue;
        };
        let lack = members(site).filter(|member| !have.contains(member));
        let message = format!(
            "{volser} is attached to {}, but not to {}",
            list(have.iter().copied()),
            list(lack)
        );
        let finding = findings.report(&listing.place, volser, message);
        explain_ownership(finding, site, volser);
        finding.help("attach it to every member, or to one alone");
    }
}
