//! SSI-BRM-006

use zvm::{Ownership, Severity};

use crate::{
    brm::common::{anchor, is_catalog_server},
    finding::Findings,
    lookup::{explain_ownership, name, on_volumes},
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-BRM-006",
        name: "catalog-not-shared",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "derived from the IBM technote on Backup and Restore Manager and Broadcom article 28803",
        text: "The catalog must lie on volumes that every member has.",
        why: "The catalog server is one for the cluster and may have to run on any member. With a minidisk \
              on a private volume it dies with that member, and nothing can be restored anywhere.",
        example: "USER BKRSVSFS ...\n MDISK 0301 3390 0040 0004 GA1W01 MR",
        repair: "Move the minidisks of the catalog to shared volumes.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    if anchor(site).is_none() || site.cluster.members.len() < 2 {
        return;
    }
    // A volume that no member has at all is SSI-VOL-008.
    let shared = |ownership: &Ownership| matches!(ownership, Ownership::Shared | Ownership::Unlisted);
    for (minidisk, volser) in
        on_volumes(site).filter(|(minidisk, _)| is_catalog_server(minidisk.user) && !minidisk.multi)
    {
        let ownership = site.ownership(&volser);
        if !shared(&ownership) {
            let message = format!(
                "{} holds the catalog, but {volser} is {ownership}",
                name(minidisk)
            );
            let finding = findings.report(&minidisk.place, name(minidisk), message);
            explain_ownership(finding, site, volser);
            finding.help("move it to a volume that every member has");
            subject.moves().suggest(finding, subject, minidisk);
        }
    }
    for pool in site.pools.iter().filter(|pool| pool.catalog) {
        for volser in &pool.volumes {
            let ownership = site.ownership(volser);
            if !shared(&ownership) {
                let message = format!(
                    "the pool {} holds the catalog, but {volser} is {ownership}",
                    pool.name
                );
                let finding = findings.report(&pool.place, format!("{} {volser}", pool.name), message);
                explain_ownership(finding, site, *volser);
                finding.help("let the pool lie on volumes that every member has");
            }
        }
    }
}
