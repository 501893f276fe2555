//! SSI-JOB-014

use std::collections::BTreeSet;

use zvm::{Layout, MinidiskKind, Severity, UserId};

use crate::{
    finding::Findings,
    job_file,
    lookup::list,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-JOB-014",
        name: "space-map-selected",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "Broadcom article 28803, SSI recommendations for VM:Backup",
        text: "A job should exclude the users that only map space, such as $ALLOC$.",
        why: "Their minidisks are areas of CP and not data. A product that takes them at their word saves \
              the labels and allocation maps of all packs, and a restore writes them back.",
        example: "[[include]]\nuser = \"*\"      without [[exclude]] user = \"$ALLOC$\"",
        repair: "Exclude these users.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    // In the layout of VM:Backup SSI-VMB-007 says it, in the words of that product.
    if subject.site.layout == Layout::VmBackup {
        return;
    }
    for selected in subject.jobs() {
        let job = selected.job;
        let maps = selected
            .named
            .iter()
            .filter(|minidisk| minidisk.kind == MinidiskKind::SpaceMap);
        let users: BTreeSet<UserId> = maps.map(|minidisk| minidisk.user).collect();
        if users.is_empty() {
            continue;
        }
        let verb = if users.len() == 1 { "maps" } else { "map" };
        let message = format!(
            "job {} selects {}, which only {verb} space",
            job.name,
            list(&users)
        );
        let finding = findings.report(&job.place, job.name, message);
        finding.help("exclude them");
        for user in users {
            job_file::add_selector(finding, job, "exclude", &[("user", user.as_str())]);
        }
    }
}
