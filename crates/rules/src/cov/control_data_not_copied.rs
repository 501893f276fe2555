//! SSI-COV-013

use zvm::Severity;

use crate::{
    cov::coverage,
    finding::Findings,
    lookup::name,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-COV-013",
        name: "control-data-not-copied",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "derived from the places of SYSTEM CONFIG and USER DIRECT",
        text: "The minidisks with SYSTEM CONFIG, USER DIRECT and the data of DirMaint must be copied by a full job.",
        why: "Without them no member can be IPLed into the cluster, and nobody knows any more where the \
              minidisks were.",
        example: "[[exclude]] user = \"PMAINT\" in SINGLE",
        repair: "Take them into the job for single-configuration users.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for covered in coverage::of(subject) {
        let minidisk = covered.minidisk;
        if !coverage::is_control_data(minidisk) || covered.fulls().next().is_some() {
            continue;
        }
        let what = match minidisk.vdev.to_string().as_str() {
            "0CF0" => "SYSTEM CONFIG",
            "02CC" => "USER DIRECT",
            _ => "data of DirMaint",
        };
        let message = format!(
            "no full job copies minidisk {} {}, which holds {what}",
            minidisk.user, minidisk.vdev
        );
        let finding = findings.report(&minidisk.place, name(minidisk), message);
        let excluded = subject.site.jobs.iter().find_map(|job| {
            let exclude = job.exclude.iter().find(|exclude| exclude.matches(minidisk))?;
            Some((job, exclude))
        });
        if let Some((job, exclude)) = excluded {
            finding.note(&exclude.place, format!("{} excludes it", job.name));
        }
        finding.help("add it to a full job");
    }
}
