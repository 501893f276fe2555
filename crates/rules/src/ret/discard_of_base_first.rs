//! SSI-RET-002

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
        code: "SSI-RET-002",
        name: "discard-of-base-first",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "VM:Backup 3.6 documentation, catalogs",
        text: "DISCARD of a base template must not be shorter than DISCARD of the templates that depend on it.",
        why: "When a catalog is discarded, the catalogs that are based on it go too, whatever their own DISCARD \
              says.",
        example: "discard = 30 in VMBACKUP, discard = 60 in VMBINCR",
        repair: "Raise DISCARD of the base.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (job, base) in common::with_bases(subject) {
        let (Some(own), Some(of_base)) = (&job.template, &base.template) else {
            continue;
        };
        if of_base.discard < own.discard {
            let message = format!(
                "the catalog of {} is discarded after {} days, and takes that of {} with it, which is wanted for {}",
                base.name, of_base.discard, job.name, own.discard
            );
            let enough = own.discard.saturating_add(common::cycle_days(base));
            let finding = findings.report(&of_base.place, base.name, message);
            finding
                .note(&own.place, format!("{} depends on {}", job.name, base.name))
                .help(format!("raise discard to {enough} or more"));
            let dependants = common::with_bases(subject).filter(|(_, of)| of.name == base.name);
            let longest = dependants
                .filter_map(|(job, _)| Some(job.template.as_ref()?.discard))
                .max()
                .unwrap_or(own.discard);
            let enough = longest.saturating_add(common::cycle_days(base)).to_string();
            job_file::set_in_template(finding, of_base, "discard", &enough);
        }
    }
}
