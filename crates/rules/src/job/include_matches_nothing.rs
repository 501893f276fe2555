//! SSI-JOB-008

use zvm::{Data, Severity};

use crate::{
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-JOB-008",
        name: "include-matches-nothing",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "derived from the jobs and the directory",
        text: "Every include of a job should fit something.",
        why: "Most often it is a typing error, or the users have gone or been renamed. What was meant is \
              not saved, and nothing says so.",
        example: "[[include]]\nuser = \"LXN*\"      with users LNX...",
        repair: "Correct the mask, or remove the include.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    for job in &site.jobs {
        for selector in &job.include {
            let (fits, what) = match job.data {
                Data::Volumes => (
                    site.volsers()
                        .any(|volser| selector.volser.matches(volser.as_str())),
                    format!("no volume fits {}", selector.volser),
                ),
                Data::Auto | Data::Image => (
                    site.minidisks.iter().any(|minidisk| selector.matches(minidisk)),
                    format!(
                        "no minidisk fits user {}, device {}, volume {}",
                        selector.user, selector.vdev, selector.volser
                    ),
                ),
            };
            if !fits {
                let about = match job.data {
                    Data::Volumes => &selector.volser,
                    Data::Auto | Data::Image => &selector.user,
                };
                findings
                    .report(
                        &selector.place,
                        format!("{} {about}", job.name),
                        format!("this include of job {} selects nothing: {what}", job.name),
                    )
                    .help("correct the mask, or remove the include");
            }
        }
    }
}
