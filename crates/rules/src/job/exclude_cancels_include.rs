//! SSI-JOB-009

use zvm::{Data, Job, Selector, Severity, Site};

use crate::{
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-JOB-009",
        name: "exclude-cancels-include",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "derived from the jobs and the directory",
        text: "The excludes of a job should leave something of every include.",
        why: "Excludes beat includes. Whoever wrote the include wants the data saved, and it is not.",
        example: "[[include]]\nuser = \"LNX*\"\n[[exclude]]\nuser = \"L*\"",
        repair: "Make the exclude narrower, or remove the include.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    for job in site.jobs.iter().filter(|job| !job.exclude.is_empty()) {
        for include in &job.include {
            let Some(exclude) = cancelled(site, job, include) else {
                continue;
            };
            let about = match job.data {
                Data::Volumes => &include.volser,
                Data::Auto | Data::Image => &include.user,
            };
            let message = format!(
                "everything that this include of job {} selects is excluded again",
                job.name
            );
            findings
                .report(&include.place, format!("{} {about}", job.name), message)
                .note(&exclude.place, "this exclude takes it back")
                .help("make the exclude narrower, or remove the include");
        }
    }
}

/// The exclude that takes back the first of what the include selects, if excludes take back all.
fn cancelled<'a>(site: &Site, job: &'a Job, include: &Selector) -> Option<&'a Selector> {
    let mut first = None;
    let mut judge = |fits: &dyn Fn(&Selector) -> bool| {
        let exclude = job.exclude.iter().find(|exclude| fits(exclude));
        first = first.or(exclude);
        exclude.is_some()
    };
    let all = match job.data {
        Data::Volumes => site
            .volsers()
            .filter(|volser| include.volser.matches(volser.as_str()))
            .all(|volser| judge(&|exclude| exclude.volser.matches(volser.as_str()))),
        Data::Auto | Data::Image => site
            .minidisks
            .iter()
            .filter(|minidisk| include.matches(minidisk))
            .all(|minidisk| judge(&|exclude| exclude.matches(minidisk))),
    };
    first.filter(|_| all)
}
