//! SSI-JOB-006

use std::collections::BTreeSet;

use zvm::{MemberName, Minidisk, MinidiskKind, Place, Scope, Severity};

use crate::{
    finding::Findings,
    job::common::data,
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
    let mut served: BTreeSet<MemberName> = BTreeSet::new();
    for selected in subject.jobs() {
        let members = selected.members();
        for minidisk in data(selected) {
            if let Scope::Local(member) = minidisk.scope
                && members.contains(&member)
            {
                served.insert(member);
            }
        }
    }
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
        findings
            .report(place, member.name, message)
            .note(&first.place, "this is one of them")
            .help(format!("make a job with member = \"{}\" for them", member.name));
    }
}
