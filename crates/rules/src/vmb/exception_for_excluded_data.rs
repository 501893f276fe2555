//! SSI-VMB-014

use zvm::{OwnerScope, RecordType, Selector, Severity};

use crate::{
    finding::Findings,
    job_file,
    rule::{Offence, RuleMeta},
    subject::Subject,
    vmb::common,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-VMB-014",
        name: "exception-for-excluded-data",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "VM:Backup 3.6 documentation, exception and exclusion files",
        text: "An exception must not name what the exclusion file excludes.",
        why: "Exclusion wins over exception: the data is not copied at all, and the special treatment never happens.",
        example: "[[exclude]] user = \"SQL*\" and an exception for SQL",
        repair: "Take out the exclusion, if the data shall be copied, or else the exception.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for job in &subject.site.jobs {
        let exceptions = job.template.iter().flat_map(|template| &template.exceptions);
        for exception in exceptions.filter(|exception| exception.record == RecordType::UserId) {
            let excludes = |selector: &&Selector| {
                selector.volser.as_str() == "*"
                    && selector.scope == OwnerScope::Any
                    && !selector.logged_on
                    && common::covers(&selector.user, &exception.name)
                    && common::covers(&selector.vdev, &exception.vdev)
            };
            if let Some(exclude) = job.exclude.iter().find(excludes) {
                let message = format!(
                    "this exception for {} {} is never used, because {} excludes it",
                    exception.name, exception.vdev, job.name
                );
                let finding = findings.report(
                    &exception.place,
                    format!("{} {} {}", job.name, exception.name, exception.vdev),
                    message,
                );
                finding
                    .note(&exclude.place, "it is excluded here")
                    .help("take out one of the two");
                // This changes nothing of what is copied.
                job_file::drop_table(finding, &exception.keys);
            }
        }
    }
}
