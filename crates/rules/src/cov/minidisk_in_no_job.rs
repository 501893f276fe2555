//! SSI-COV-001

use zvm::{Data, JobMember, Minidisk, Reach, Selector, Severity};

use crate::{
    cov::coverage,
    finding::{Finding, Findings},
    lookup::name,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-COV-001",
        name: "minidisk-in-no-job",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "derived from the directory and the jobs",
        text: "Every permanent minidisk must be copied by some job.",
        why: "What no job copies is lost with its pack, and nobody knows before.",
        example: "a new MDISK 0102 of LNXPAY07, and no mask that fits it",
        repair: "Add the minidisk to the job for its kind of user, or widen a mask.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for covered in coverage::of(subject)
        .iter()
        .filter(|covered| covered.jobs().next().is_none())
    {
        let minidisk = covered.minidisk;
        // SSI-COV-013 and SSI-COV-015 have more to say about these.
        if coverage::is_control_data(minidisk) || coverage::is_catalog(subject.site, minidisk) {
            continue;
        }
        let message = format!(
            "no job copies minidisk {} {} on {}",
            minidisk.user, minidisk.vdev, covered.pack
        );
        let finding = findings.report(&minidisk.place, name(minidisk), message);
        explain(finding, subject, minidisk);
    }
}

/// A job may select it and not be able to copy it, or exclude what it includes.
fn explain(finding: &mut Finding, subject: &Subject<'_>, minidisk: &Minidisk) {
    for job in &subject.site.jobs {
        let fits = |selector: &&Selector| selector.matches(minidisk);
        if job.data == Data::Volumes || !job.include.iter().any(|include| include.matches(minidisk)) {
            continue;
        }
        if let Some(exclude) = job.exclude.iter().find(fits) {
            finding
                .note(&exclude.place, format!("{} excludes it", job.name))
                .help("add it to a job that does not exclude it");
            return;
        }
        if let JobMember::At(member) = job.member
            && let Reach::Unreachable(reason) = subject.site.can_read(&member, minidisk)
        {
            let text = format!(
                "{} selects it, but cannot copy it at {member}: {reason}",
                job.name
            );
            finding
                .note(&job.member_place, text)
                .help("let a member that can reach it run a job for it");
            return;
        }
    }
    finding.help("add it to a job, or widen a mask");
}
