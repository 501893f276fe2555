//! SSI-VMB-002

use std::collections::BTreeMap;

use dasd::Volser;
use zvm::{Data, JobMember, MemberName, Minidisk, MinidiskKind, Ownership, Severity};

use crate::{
    finding::{Finding, Findings},
    job_file,
    lookup::explain_ownership,
    rule::{Offence, RuleMeta},
    subject::{Selected, Subject},
    vmb::common,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-VMB-002",
        name: "private-volume-not-excluded",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "Broadcom article 28803, SSI recommendations for VM:Backup",
        text: "The exclusion file of the server for shared volumes must name all private volumes that hold \
               minidisks.",
        why: "The server runs on any member. Where it runs, minidisks on private volumes of the others cannot be \
              linked, and those of its own member are copied twice.",
        example: "GRIDD: User_Volume_List GD1W02, and no [[exclude]] volser = \"GD1W02\" in VMBACKUP",
        repair: "Add the volume to the exclusion file; beyond twelve volumes import it through TPI.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let any = |selected: &&Selected<'_>| {
        selected.job.member == JobMember::Any && selected.job.data != Data::Volumes
    };
    if !common::applies(subject) {
        return;
    }
    for selected in subject.jobs().iter().filter(any) {
        let mut volumes: BTreeMap<Volser, &Minidisk> = BTreeMap::new();
        for minidisk in selected
            .named
            .iter()
            .filter(|disk| disk.kind != MinidiskKind::SpaceMap)
        {
            if let Some(volser) = minidisk.volser {
                volumes.entry(volser).or_insert(minidisk);
            }
        }
        for (volser, minidisk) in volumes {
            let ownership = subject.site.ownership(&volser);
            if !matches!(ownership, Ownership::Private(_) | Ownership::PrivateEach(_)) {
                continue;
            }
            let job = selected.job;
            let message = format!(
                "job {} may run on any member, and does not exclude {volser}, which is {ownership}",
                job.name
            );
            let finding = findings.report(&job.place, format!("{} {volser}", job.name), message);
            finding.note(
                &minidisk.place,
                format!("this minidisk of {} is selected", minidisk.user),
            );
            explain_ownership(finding, subject.site, volser);
            finding.help(format!("exclude {volser}"));
            job_file::add_selector(finding, job, "exclude", &[("volser", volser.as_str())]);
            let owners = match ownership {
                Ownership::Private(owner) => vec![owner],
                Ownership::PrivateEach(owners) => owners,
                _ => Vec::new(),
            };
            for owner in owners {
                taken_by_own_server(finding, subject, volser, owner);
            }
        }
    }
}

/// What the server for shared volumes leaves out, the server of the member takes, unless it does already.
fn taken_by_own_server(finding: &mut Finding, subject: &Subject<'_>, volser: Volser, owner: MemberName) {
    let its = |selected: &&Selected<'_>| {
        let job = selected.job;
        job.member == JobMember::At(owner) && job.data != Data::Volumes && common::includes_by_volume(job)
    };
    let takes = |selected: &Selected<'_>| {
        selected
            .named
            .iter()
            .any(|minidisk| minidisk.volser == Some(volser))
    };
    for selected in subject.jobs().iter().filter(its) {
        if !takes(selected) {
            job_file::add_selector(finding, selected.job, "include", &[("volser", volser.as_str())]);
        }
    }
}
