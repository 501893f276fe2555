//! SSI-VMB-012

use zvm::{JobMember, Severity};

use crate::{
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-VMB-012",
        name: "file-pool-elsewhere",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "VM:Backup 3.6 documentation, processing of backup jobs and change detection",
        text: "A file pool that a job includes must be served on the member where the job's server is logged on.",
        why: "The server checks at the start of the job that the file pool is local to its system, and does not \
              copy it otherwise.",
        example: "VMBKUP01 at GRIDA includes the file pool VMSYSU, whose server is logged on at GRIDC",
        repair: "Move the server of the file pool, or let the server of the other member copy it.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let logons = || subject.facts.logons.iter().filter(|logon| logon.until.is_none());
    for job in &subject.site.jobs {
        let Some(template) = &job.template else { continue };
        let of_server = || {
            logons()
                .find(|logon| Some(logon.user) == job.server)
                .map(|logon| logon.member)
        };
        let member = match job.member {
            JobMember::At(member) => Some(member),
            JobMember::Any => of_server(),
        };
        let Some(member) = member else { continue };
        for pool in &template.file_pools {
            // POOL:SERVER names the server of the pool; without it the server is called like the pool.
            let (pool, server) = pool.split_once(':').unwrap_or((pool, pool));
            let Some(logon) = logons().find(|logon| logon.user.as_str() == server) else {
                continue;
            };
            if logon.member != member {
                let message = format!(
                    "job {} runs on {member}, but the server {server} of its file pool {pool} is logged on at {}",
                    job.name, logon.member
                );
                findings
                    .report(&job.member_place, format!("{} {pool}", job.name), message)
                    .note(&logon.place, format!("{server} is logged on here"))
                    .help(format!(
                        "move {server} to {member}, or let a server on {} copy the file pool",
                        logon.member
                    ));
            }
        }
    }
}
