//! SSI-RET-006

use std::collections::BTreeSet;

use zvm::Severity;

use crate::{
    finding::Findings,
    job_file,
    ret::common,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-RET-006",
        name: "base-without-catalog",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "VM:Backup 3.6 documentation, TPI guide",
        text: "A job that incrementals depend on must create a catalog.",
        why: "An incremental finds out what has changed from the catalog of its base. Without one it cannot run.",
        example: "catalog = false in the template of VMBACKUP",
        repair: "Let the base create a catalog.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut told = BTreeSet::new();
    for (job, base) in common::with_bases(subject) {
        let Some(template) = base.template.as_ref().filter(|template| !template.catalog) else {
            continue;
        };
        if told.insert(base.name) {
            let message = format!(
                "{} creates no catalog, but {} needs it to find what has changed",
                base.name, job.name
            );
            let finding = findings.report(&template.place, base.name, message);
            finding
                .note(&job.place, format!("{} is the base of this job", base.name))
                .help("let it create a catalog: take out catalog = false");
            job_file::set_in_template(finding, template, "catalog", "true");
        }
    }
}
