//! SSI-BRM-004

use zvm::Severity;

use crate::{
    brm::common::{anchor, is_catalog_server},
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-BRM-004",
        name: "catalog-server-is-identity",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "IBM technote, Backup and Restore Manager for z/VM in an SSI environment",
        text: "The SFS server of the catalog must be a USER, so that the cluster has one catalog.",
        why: "An IDENTITY is a server on each member, each with a catalog of its own. A restore then has to \
              be asked for on the member that made the copy.",
        example: "IDENTITY BKRSVSFS ...",
        repair: "Make it a USER with its minidisks on shared volumes, or accept several catalogs and \
                 suppress this.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    if anchor(site).is_none() {
        return;
    }
    for user in site
        .users
        .iter()
        .filter(|user| user.multi && is_catalog_server(user.id))
    {
        let id = user.id;
        findings
            .report(
                &user.place,
                id,
                format!("{id} is an IDENTITY, so each member has a catalog of its own"),
            )
            .help("make it a USER with its minidisks on shared volumes");
    }
}
