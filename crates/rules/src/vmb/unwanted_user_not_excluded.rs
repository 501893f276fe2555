//! SSI-VMB-007

use zvm::Severity;

use crate::{
    finding::Findings,
    job_file,
    rule::{Offence, RuleMeta},
    subject::Subject,
    vmb::common,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-VMB-007",
        name: "unwanted-user-not-excluded",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "Broadcom article 28803, SSI recommendations for VM:Backup",
        text: "The exclusion file must name the users that only describe space, such as $ALLOC$.",
        why: "Their minidisks are cylinder 0 of each volume or whole packs: copied as data they cost time and \
              room, and restored they destroy labels.",
        example: "a job without [[exclude]] user = \"$ALLOC$\"",
        repair: "Exclude the user.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    if !common::applies(subject) {
        return;
    }
    for selected in subject.jobs() {
        let job = selected.job;
        for user in common::space_maps(selected) {
            let message = format!(
                "job {} selects the minidisks of {user}, which only describe space",
                job.name
            );
            let finding = findings.report(&job.place, format!("{} {user}", job.name), message);
            if let Some(owner) = subject.site.user(&user) {
                finding.note(&owner.place, "this user owns no data");
            }
            finding.help(format!("exclude {user}"));
            job_file::add_selector(finding, job, "exclude", &[("user", user.as_str())]);
        }
    }
}
