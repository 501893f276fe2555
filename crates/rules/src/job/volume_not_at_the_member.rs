//! SSI-JOB-007

use dasd::Volser;
use zvm::{JobMember, MemberName, Severity};

use crate::{
    finding::Findings,
    lookup::{explain_ownership, list},
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-JOB-007",
        name: "volume-not-at-the-member",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "derived from SYSTEM CONFIG and the IBM technote on Backup and Restore Manager",
        text: "A job must select volumes that its member has.",
        why: "The servers of the job's member cannot link anything on the volume. The job ends with errors, \
              or passes over it in silence.",
        example: "member = \"GRIDA\"\n[[include]]\nvolser = \"GB1W01\"",
        repair: "Run the job at a member that has the volume, or correct the serial.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    let volsers: Vec<Volser> = site.volsers().collect();
    for selected in subject.jobs() {
        let job = selected.job;
        for selector in job
            .include
            .iter()
            .filter(|selector| selector.volser.as_str() != "*")
        {
            let hits: Vec<Volser> = volsers
                .iter()
                .copied()
                .filter(|volser| selector.volser.matches(volser.as_str()))
                .collect();
            let has_one = |member: &MemberName| hits.iter().any(|volser| site.attached(member, volser));
            let lacking: Vec<MemberName> = selected
                .members()
                .into_iter()
                .filter(|member| !has_one(member))
                .collect();
            // A mask that fits nothing is SSI-JOB-008.
            let Some(first) = hits.first().filter(|_| !lacking.is_empty()) else {
                continue;
            };
            let may = match job.member {
                JobMember::Any => "may run at",
                JobMember::At(_) => "runs at",
            };
            let message = format!(
                "job {} {may} {}, which has no volume {}",
                job.name,
                list(&lacking),
                selector.volser
            );
            let finding = findings.report(
                &selector.place,
                format!("{} {}", job.name, selector.volser),
                message,
            );
            explain_ownership(finding, site, *first);
            finding.help("run the job at a member that has the volume, or correct the serial");
        }
    }
}
