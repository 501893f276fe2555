//! SSI-RET-003

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
        code: "SSI-RET-003",
        name: "condense-within-the-cycle",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "VM:Backup 3.6 documentation, concepts and types of backup and VM:Backup 3.6 documentation, TPI \
                 guide",
        text: "CONDENSE of a base template must not be shorter than its cycle of incrementals.",
        why: "A condensed catalog names minidisks only, no files. From then on any change makes the incremental \
              copy the whole minidisk.",
        example: "condense = 5 in a template that runs on Saturdays",
        repair: "Raise CONDENSE of the base beyond its cycle.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut told = BTreeSet::new();
    for (job, base) in common::with_bases(subject) {
        let Some(template) = &base.template else { continue };
        let cycle = common::cycle_days(base);
        if template.condense < cycle && told.insert(base.name) {
            let message = format!(
                "the catalog of {} is condensed after {} days, but {} is compared with it up to {cycle} days after",
                base.name, template.condense, job.name
            );
            let finding = findings.report(&template.place, base.name, message);
            finding
                .note(&job.place, format!("{} is the base of this job", base.name))
                .help(format!("raise condense to {cycle} or more"));
            job_file::set_in_template(finding, template, "condense", &cycle.to_string());
        }
    }
}
