//! SSI-MD-012

use zvm::{Minidisk, Severity, Space};

use crate::{
    finding::Findings,
    lookup::name,
    md::common::{leave_out, picks},
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-MD-012",
        name: "temporary-space-selected",
        severity: Severity::Note,
        expert: false,
        since: "0.1",
        source: "IBM Docs z/VM 7.2, MDISK directory statement",
        text: "A job must not pick out T-DISK or V-DISK minidisks: there is nothing to copy.",
        why: "Temporary disks come at logon and go at logoff, and nobody else can link them. Whoever named \
              one expects a copy that will not be there.",
        example: "[[include]]\nuser = \"LNX*\"\nvdev = \"0300\"      with MDISK 0300 FB-512 V-DISK 65536 MR",
        repair: "Take the device number out of the job, or make the minidisk a permanent one.",
    },
    check,
};

/// Minidisks that a finding shows.
const SHOWN: usize = 4;

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let temporary: Vec<&Minidisk> = subject
        .site
        .minidisks
        .iter()
        .filter(|minidisk| is_temporary(minidisk))
        .collect();
    for job in &subject.site.jobs {
        for selector in job.include.iter().filter(|selector| picks(selector)) {
            let hit: Vec<&Minidisk> = temporary
                .iter()
                .copied()
                .filter(|minidisk| selector.matches(minidisk) && job.selects(minidisk))
                .collect();
            let Some(first) = hit.first() else { continue };
            let more = match hit.len() {
                1 => String::new(),
                count => format!(" and {} more", count - 1),
            };
            let message = format!(
                "job {} picks out {}{more}, which is temporary space and never copied",
                job.name,
                name(first)
            );
            let finding = findings.report(&selector.place, job.name, message);
            for minidisk in hit.iter().take(SHOWN) {
                finding.note(&minidisk.place, format!("{} is made at logon", name(minidisk)));
            }
            finding.help(format!("take {} out of the job", selector.vdev));
            leave_out(finding, subject.site, (job, selector), is_temporary);
        }
    }
}

fn is_temporary(minidisk: &Minidisk) -> bool {
    matches!(minidisk.space, Space::TDisk { .. } | Space::VDisk { .. })
}
