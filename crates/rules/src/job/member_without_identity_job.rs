//! SSI-JOB-006

use zvm::{Minidisk, MinidiskKind, Place, Scope, Severity};

use crate::{
    finding::Findings,
    job::new_jobs::{add_for, served},
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-JOB-006",
        name: "member-without-identity-job",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "IBM technote, Backup and Restore Manager for z/VM in an SSI environment",
        text: "Every member with local minidisks must have a job that saves them.",
        why: "No other member sees these minidisks. Without a job there, the member's operators, TCP/IP and \
              maintenance users are not backed up at all.",
        example: "IDENTA, IDENTB and IDENTC, but none for GRIDD",
        repair: "Copy the job of another member, with another name and this member.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    if site.jobs.is_empty() {
        return;
    }
    let served = served(subject.jobs().iter());
    for member in site
        .cluster
        .members
        .iter()
        .filter(|member| !served.contains(&member.name))
    {
        let is_local = |minidisk: &&Minidisk| {
            minidisk.scope == Scope::Local(member.name) && minidisk.kind == MinidiskKind::Data
        };
        let local: Vec<&Minidisk> = site.minidisks.iter().filter(is_local).collect();
        let Some(first) = local.first() else { continue };
        let place: &Place = &member.place;
        let message = match local.len() {
            1 => format!(
                "a minidisk is local to {}, and no job saves it there",
                member.name
            ),
            count => format!(
                "{count} minidisks are local to {}, and no job saves them there",
                member.name
            ),
        };
        let finding = findings.report(place, member.name, message);
        finding
            .note(&first.place, "this is one of them")
            .help(format!("make a job with member = \"{}\" for them", member.name));
        add_for(finding, site, member);
    }
}
