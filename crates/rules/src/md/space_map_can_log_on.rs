//! SSI-MD-014

use std::collections::BTreeSet;

use zvm::{MinidiskKind, Severity, UserId};

use crate::{
    edit::Change,
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-MD-014",
        name: "space-map-can-log-on",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "user directory of a public VM/370 distribution",
        text: "A user that only maps space, such as $ALLOC$, must be NOLOG.",
        why: "Its minidisks are areas of CP: the labels and allocation maps of all packs, the directory, \
              the warm start area. Whoever logs on to it can overwrite them.",
        example: "USER $ALLOC$ SECRET\n MDISK 0A01 3390 0000 0001 GSCOM1 MR",
        repair: "Replace the password by NOLOG.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    let maps: BTreeSet<UserId> = site
        .minidisks
        .iter()
        .filter(|minidisk| minidisk.kind == MinidiskKind::SpaceMap)
        .map(|minidisk| minidisk.user)
        .collect();
    for user in site
        .users
        .iter()
        .filter(|user| user.can_log_on && maps.contains(&user.id))
    {
        let message = format!("{} maps the space of CP, and one can log on to it", user.id);
        let finding = findings.report(&user.place, user.id, message);
        finding.help("replace its password by NOLOG");
        let entry = site
            .directory
            .entries
            .iter()
            .find(|entry| entry.place == user.place);
        if let Some(password) = entry.and_then(|entry| entry.logon_place.as_ref()) {
            finding.edit(password, Change::Words("NOLOG".to_owned()));
        }
    }
}
