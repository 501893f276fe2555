//! SSI-BRM-009

use zvm::{
    Place, Severity, Site, User,
    entry::{EntryKind, Statement},
};

use crate::{
    brm::common::{anchor, is_worker},
    edit::Change,
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-BRM-009",
        name: "worker-cannot-link",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "derived from the LINK privileges in public directory entries",
        text: "Every worker must have OPTION LNKNOPAS.",
        why: "A worker links whatever its job names, and has no passwords. Without the option CP asks for \
              one, the link fails, and the minidisk is skipped.",
        example: "IDENTITY BKRWRK01 ...      without OPTION LNKNOPAS",
        repair: "Add OPTION LNKNOPAS to the worker; or, if a security product gives the right, suppress \
                 this.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    if anchor(site).is_none() {
        return;
    }
    for user in site.users.iter().filter(|user| is_worker(user.id)) {
        if user.options.iter().any(|option| option == "LNKNOPAS") {
            continue;
        }
        let message = format!(
            "{} has no OPTION LNKNOPAS, and cannot link minidisks without passwords",
            user.id
        );
        findings
            .report(&user.place, user.id, message)
            .help("add OPTION LNKNOPAS, unless a security product gives the right")
            .edit(behind(site, user), Change::After(" OPTION LNKNOPAS".to_owned()));
    }
}

/// The statement behind which an OPTION can stand: the last INCLUDE or BUILD, or the one that starts the entry.
fn behind<'a>(site: &'a Site, user: &'a User) -> &'a Place {
    let mut entries = site.directory.entries.iter();
    let entry = entries.find(|entry| entry.id.value == user.id && entry.kind != EntryKind::Profile);
    let statements = entry.iter().flat_map(|entry| &entry.statements);
    let mut heads = statements.filter_map(|statement| match statement {
        Statement::Include(profile) => Some(&profile.place),
        Statement::Build(build) => Some(&build.place),
        _ => None,
    });
    heads.next_back().unwrap_or(&user.place)
}
