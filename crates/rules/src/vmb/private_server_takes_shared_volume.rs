//! SSI-VMB-004

use std::collections::BTreeSet;

use dasd::Volser;
use zvm::{JobMember, Ownership, Severity};

use crate::{
    finding::Findings,
    job_file,
    lookup::explain_ownership,
    rule::{Offence, RuleMeta},
    subject::Subject,
    vmb::common,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-VMB-004",
        name: "private-server-takes-shared-volume",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "Broadcom article 28803, SSI recommendations for VM:Backup",
        text: "The Include DASD fields of a member's server must name only private volumes of that member.",
        why: "What is on shared volumes is the business of VMBACKUP, and would be copied twice; a private volume \
              of another member is out of reach.",
        example: "VMBKUP02 at GRIDB: [[include]] volser = \"GSU001\"",
        repair: "Take the volume out of the job.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    if !common::applies(subject) {
        return;
    }
    for selected in subject.jobs() {
        let job = selected.job;
        let JobMember::At(member) = job.member else {
            continue;
        };
        if !common::includes_by_volume(job) {
            continue;
        }
        let named = selected.named.iter().filter_map(|disk| disk.volser);
        let volumes: BTreeSet<Volser> = named.chain(selected.volumes.iter().copied()).collect();
        let whose = |volser: &Volser| match subject.site.ownership(volser) {
            Ownership::Private(owner) => vec![owner],
            Ownership::PrivateEach(owners) => owners,
            _ => Vec::new(),
        };
        if volumes.iter().all(|volser| whose(volser).is_empty()) {
            continue;
        }
        for volser in volumes.iter().filter(|volser| !whose(volser).contains(&member)) {
            let include = job
                .include
                .iter()
                .find(|include| include.volser.matches(volser.as_str()));
            let place = include.map_or(&job.place, |include| &include.place);
            let message = format!(
                "job {} covers the private volumes of {member}, but {volser} is {}",
                job.name,
                subject.site.ownership(volser)
            );
            let finding = findings.report(place, format!("{} {volser}", job.name), message);
            explain_ownership(finding, subject.site, *volser);
            finding.help(format!("take {volser} out of the job"));
            match include {
                // A mask may well be right for the other volumes that it fits.
                Some(include) if include.volser.as_str() == volser.as_str() && job.include.len() > 1 => {
                    job_file::drop_table(finding, &include.keys);
                }
                _ => job_file::add_selector(finding, job, "exclude", &[("volser", volser.as_str())]),
            }
        }
    }
}
