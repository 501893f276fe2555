//! SSI-DIR-002

use std::collections::BTreeSet;

use zvm::{
    Severity, UserId,
    entry::{EntryKind, Statement},
};

use crate::{
    dir::common::{builds, entries},
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-DIR-002",
        name: "subconfig-not-built",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "VM:Secure documentation, disk space in an SSI complex",
        text: "Every SUBCONFIG must be built by an IDENTITY.",
        why: "Nobody can ever link its minidisks, but they take up space, and jobs over volumes copy them \
              again and again.",
        example: "SUBCONFIG MAINT-3\n MDISK 0191 ...      and no BUILD that names MAINT-3",
        repair: "Add the BUILD to its IDENTITY, or remove the SUBCONFIG and its minidisks.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    let built: BTreeSet<UserId> = builds(site).map(|(_, build)| build.subconfig.value).collect();
    for entry in entries(site, EntryKind::Subconfig) {
        let id = entry.id.value;
        if built.contains(&id) {
            continue;
        }
        let is_minidisk = |statement: &&Statement| matches!(statement, Statement::Mdisk(_));
        let minidisks = match entry.statements.iter().filter(is_minidisk).count() {
            0 => "it has no minidisks".to_owned(),
            1 => "nobody can link its minidisk".to_owned(),
            count => format!("nobody can link its {count} minidisks"),
        };
        findings
            .report(
                &entry.place,
                id,
                format!("no IDENTITY builds SUBCONFIG {id}; {minidisks}"),
            )
            .help("add the BUILD to its IDENTITY, or remove the SUBCONFIG");
    }
}
