//! SSI-JOB-001

use zvm::{Layout, OwnerScope, Severity};

use crate::{
    finding::Findings,
    job::common::{data, first_single},
    job::new_jobs::{add_for, served},
    job_file,
    lookup::name,
    rule::{Offence, RuleMeta},
    subject::{Selected, Subject},
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-JOB-001",
        name: "scopes-mixed",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "IBM technote, Backup and Restore Manager for z/VM in an SSI environment",
        text: "A job of Backup and Restore Manager should take minidisks of USER entries or of IDENTITY \
               entries, not of both.",
        why: "Minidisks of single-configuration users are saved once for the cluster, those of IDENTITY \
              users on each member. A job over both is wrong for one of them: run once it misses members, \
              run on each it saves the others several times.",
        example: "[[include]]\nuser = \"*\"",
        repair: "Split it: one job with scope single on one member, and for each member one of another name \
                 with scope identity.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    if site.layout != Layout::Brm || site.cluster.members.len() < 2 {
        return;
    }
    let is_mixed = |selected: &&Selected<'_>| {
        data(selected).any(|minidisk| minidisk.multi) && first_single(selected).is_some()
    };
    let served = served(subject.jobs().iter().filter(|selected| !is_mixed(selected)));
    for selected in subject.jobs() {
        let multi = data(selected).find(|minidisk| minidisk.multi);
        let (Some(single), Some(multi)) = (first_single(selected), multi) else {
            continue;
        };
        let job = selected.job;
        let message = format!(
            "job {} takes minidisks of USER entries, such as {}, and of IDENTITY entries, such as {}",
            job.name,
            name(single),
            name(multi)
        );
        let finding = findings.report(&job.place, job.name, message);
        finding
            .note(&single.place, format!("{} belongs to a USER", name(single)))
            .note(&multi.place, format!("{} belongs to an IDENTITY", name(multi)))
            .help("keep the USER entries here, and make a job of its own name for the IDENTITY entries of each member");
        for selector in job
            .include
            .iter()
            .filter(|selector| selector.scope == OwnerScope::Any)
        {
            let places = (selector.keys.at("scope"), selector.keys.header());
            job_file::set(finding, places, "scope", "\"single\"");
        }
        for member in &site.cluster.members {
            if !served.contains(&member.name) {
                add_for(finding, site, member);
            }
        }
    }
}
