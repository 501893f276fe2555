//! SSI-BRM-003

use zvm::Severity;

use crate::{
    brm::common::anchor,
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-BRM-003",
        name: "administrator-is-identity",
        severity: Severity::Note,
        expert: false,
        since: "0.1",
        source: "IBM technote, Backup and Restore Manager for z/VM in an SSI environment",
        text: "BKRADMIN and 5697J06x should be USER entries.",
        why: "One administrator can manage all members from one id, and the code is installed once. With an \
              instance on each member there are several sets of settings to keep alike.",
        example: "IDENTITY BKRADMIN ...",
        repair: "Make it a USER with its minidisks on shared volumes.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    if anchor(site).is_none() {
        return;
    }
    for user in site.users.iter().filter(|user| user.multi) {
        let id = user.id;
        if id.as_str() == "BKRADMIN" || id.as_str().starts_with("5697J06") {
            findings
                .report(
                    &user.place,
                    id,
                    format!("{id} is an IDENTITY, and there is one on each member"),
                )
                .help("make it a USER with its minidisks on shared volumes");
        }
    }
}
