//! SSI-BRM-002

use zvm::Severity;

use crate::{
    brm::common::{CATALOG, MASTER, anchor, is_worker},
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-BRM-002",
        name: "server-not-identity",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "IBM technote, Backup and Restore Manager for z/VM in an SSI environment",
        text: "BKRBKUP, BKRCATLG and the BKRWRKnn must be IDENTITY entries.",
        why: "As a USER a server runs on one member of the cluster at a time. The others cannot save or \
              restore what is local to them.",
        example: "USER BKRWRK01 ...",
        repair: "Make it an IDENTITY with a SUBCONFIG for each member.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    // On a system of one member a USER does the same.
    if anchor(site).is_none() || site.cluster.members.len() < 2 {
        return;
    }
    for user in site.users.iter().filter(|user| !user.multi) {
        let id = user.id;
        if is_worker(id) || [MASTER, CATALOG].contains(&id.as_str()) {
            findings
                .report(
                    &user.place,
                    id,
                    format!("{id} is a USER, so it can run on one member only"),
                )
                .help("make it an IDENTITY with a SUBCONFIG for each member");
        }
    }
}
