//! SSI-BRM-001

use std::collections::BTreeSet;

use zvm::{MemberName, Severity};

use crate::{
    brm::common::{CATALOG, MASTER, anchor},
    dir::{add_build, subconfigs},
    finding::Findings,
    lookup::{list, members},
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-BRM-001",
        name: "server-not-on-every-member",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "IBM technote, Backup and Restore Manager for z/VM in an SSI environment",
        text: "The master server and the catalog server of Backup and Restore Manager must be there on \
               every member.",
        why: "Files of a multiconfiguration user can be saved and restored only on the member that sees its \
              minidisks. On a member without servers there is nobody to do it.",
        example: "IDENTITY BKRBKUP ...      without a BUILD ON GRIDD",
        repair: "Add a BUILD and a SUBCONFIG for the member, and start the server there.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    let Some(anchor) = anchor(site) else { return };
    for server in [MASTER, CATALOG] {
        let Some(user) = site.users.iter().find(|user| user.id.as_str() == server) else {
            findings
                .report(&anchor, server, format!("there is no {server} in the directory"))
                .help(format!("add IDENTITY {server} with a SUBCONFIG for each member"));
            continue;
        };
        // A USER is on one member at a time; that is SSI-BRM-002.
        if !user.multi {
            continue;
        }
        let built: BTreeSet<MemberName> = user.builds.iter().map(|build| build.member).collect();
        let missing: Vec<MemberName> = members(site).filter(|member| !built.contains(member)).collect();
        if !missing.is_empty() {
            let names = list(&missing);
            let finding = findings.report(&user.place, server, format!("{server} is not built on {names}"));
            finding.help(format!("add a BUILD and a SUBCONFIG for {names}"));
            let known = subconfigs(site);
            let missing = site
                .cluster
                .members
                .iter()
                .filter(|member| missing.contains(&member.name));
            for member in missing {
                add_build(finding, user, member, &known);
            }
        }
        not_logged_on(subject, server, &built, findings);
    }
}

/// Where the logons of a server are known at all, it must be logged on wherever it is built.
fn not_logged_on(subject: &Subject<'_>, server: &str, built: &BTreeSet<MemberName>, findings: &mut Findings) {
    let Some(now) = subject.facts.now else { return };
    let logons = || {
        subject
            .facts
            .logons
            .iter()
            .filter(|logon| logon.user.as_str() == server)
    };
    let Some(known) = logons().next() else { return };
    let present: BTreeSet<MemberName> = logons()
        .filter(|logon| {
            logon.from.is_none_or(|from| from <= now) && logon.until.is_none_or(|until| until > now)
        })
        .map(|logon| logon.member)
        .collect();
    let absent: Vec<MemberName> = members(subject.site)
        .filter(|member| built.contains(member) && !present.contains(member))
        .collect();
    if !absent.is_empty() {
        let names = list(absent);
        findings
            .report(
                &known.place,
                server,
                format!("{server} is not logged on at {names}"),
            )
            .help(format!("start {server} on {names}"));
    }
}
