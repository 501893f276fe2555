//! SSI-JOB-013

use std::collections::BTreeSet;

use zvm::{JobMember, Layout, Minidisk, Ownership, Scope, Severity};

use crate::{
    finding::Findings,
    job::common::data,
    job_file,
    lookup::{explain_build, name},
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-JOB-013",
        name: "any-member-for-local-minidisks",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "IBM technote, Backup and Restore Manager for z/VM in an SSI environment",
        text: "A job that may run at any member should not select local minidisks.",
        why: "It saves those of the member where it happens to run, and never the others; and the catalog \
              does not tell which they were.",
        example: "member = \"ANY\"\n[[include]]\nuser = \"MAINT\"",
        repair: "Give the job a member, and make one for each of the others.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    if site.cluster.members.len() < 2 {
        return;
    }
    for selected in subject
        .jobs()
        .iter()
        .filter(|selected| selected.job.member == JobMember::Any)
    {
        let job = selected.job;
        // In the layout of VM:Backup SSI-VMB-002 speaks of what lies on private volumes.
        let said = |minidisk: &&Minidisk| {
            site.layout == Layout::VmBackup
                && minidisk.volser.is_some_and(|volser| {
                    matches!(
                        site.ownership(&volser),
                        Ownership::Private(_) | Ownership::PrivateEach(_)
                    )
                })
        };
        let Some(minidisk) = data(selected)
            .filter(|minidisk| matches!(minidisk.scope, Scope::Local(_)))
            .find(|minidisk| !said(minidisk))
        else {
            continue;
        };
        let Scope::Local(member) = minidisk.scope else {
            continue;
        };
        let message = format!(
            "job {} may run at any member, but selects {}, which is local to {member}",
            job.name,
            name(minidisk)
        );
        let finding = findings.report(&job.member_place, job.name, message);
        finding.note(&minidisk.place, "this is the first of its local minidisks");
        explain_build(finding, site, minidisk, member);
        finding.help("give the job a member, and make one for each of the others");
        let homes: BTreeSet<Scope> = data(selected)
            .map(|minidisk| minidisk.scope)
            .filter(|scope| matches!(scope, Scope::Local(_)))
            .collect();
        // With minidisks of several members one job cannot be right.
        if homes.len() == 1 {
            let behind = job.keys.at("member").is_none().then_some(&job.place);
            job_file::set(
                finding,
                (job.keys.at("member"), behind),
                "member",
                &format!("\"{member}\""),
            );
        }
    }
}
