//! SSI-BRM-005

use zvm::{Place, Severity};

use crate::{
    brm::common::{anchor, is_catalog_server},
    finding::Findings,
    lookup::list,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-BRM-005",
        name: "several-catalogs",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "IBM technote, Backup and Restore Manager for z/VM in an SSI environment",
        text: "A cluster should have one catalog.",
        why: "With several, whoever restores has to know where the copy was made; expiry has to be run for \
              each of them, and no copy is a base for another catalog's incrementals.",
        example: "[[pool]]\nname = \"CATA\"\ncatalog = true\n[[pool]]\nname = \"CATB\"\ncatalog = true",
        repair: "Let all members use one catalog server.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    if anchor(site).is_none() {
        return;
    }
    let pools = site.pools.iter().filter(|pool| pool.catalog);
    let pools: Vec<(String, &Place)> = pools.map(|pool| (pool.name.clone(), &pool.place)).collect();
    let servers = site
        .users
        .iter()
        .filter(|user| !user.multi && is_catalog_server(user.id));
    let servers: Vec<(String, &Place)> = servers.map(|user| (user.id.to_string(), &user.place)).collect();
    for (what, found) in [("pools", pools), ("servers", servers)] {
        let [(_, first), (second, place), ..] = found.as_slice() else {
            continue;
        };
        let names = list(found.iter().map(|(name, _)| name));
        findings
            .report(
                place,
                second,
                format!("there are several catalogs, in the {what} {names}"),
            )
            .note(first, "this is the first one")
            .help("let all members use one catalog");
    }
}
