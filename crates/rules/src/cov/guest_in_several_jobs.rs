//! SSI-COV-010

use std::collections::{BTreeMap, BTreeSet};

use zvm::{JobKind, JobName, Minidisk, Scope, Severity, UserId};

use crate::{
    cov::coverage,
    finding::Findings,
    guests,
    lookup::list,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-COV-010",
        name: "guest-in-several-jobs",
        severity: Severity::Warning,
        expert: true,
        since: "0.1",
        source: "derived from how volume managers spread file systems over minidisks; a decision of this project",
        text: "All minidisks of a guest should be copied by the same job.",
        why: "A file system may lie on several of them. Copied hours apart, the parts do not fit together when \
              they are restored.",
        example: "LNXPAY01 0100 in SINGLE, LNXPAY01 0101 in PAYROLL",
        repair: "Put all minidisks of the guest into one job.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let guests = guests::guests(subject.site);
    let mut jobs: BTreeMap<UserId, Vec<(&Minidisk, BTreeSet<JobName>)>> = BTreeMap::new();
    for covered in coverage::of(subject) {
        let minidisk = covered.minidisk;
        let fulls = covered
            .by
            .iter()
            .filter(|selected| selected.job.kind == JobKind::Full);
        let fulls: BTreeSet<JobName> = fulls.map(|selected| selected.job.name).collect();
        if guests.contains(&minidisk.user) && minidisk.scope == Scope::Global && !fulls.is_empty() {
            jobs.entry(minidisk.user).or_default().push((minidisk, fulls));
        }
    }
    for (user, disks) in jobs {
        let Some((first, together)) = disks.first() else {
            continue;
        };
        let apart = disks.iter().find(|(_, others)| together.is_disjoint(others));
        if let (Some((other, others)), Some(owner)) = (apart, subject.site.user(&user)) {
            let message = format!(
                "{user} is one guest, but {} is copied by {} and {} by {}",
                first.vdev,
                list(together),
                other.vdev,
                list(others)
            );
            findings
                .report(&owner.place, user, message)
                .note(&first.place, format!("copied by {}", list(together)))
                .note(&other.place, format!("copied by {}", list(others)))
                .help("put all its minidisks into one job");
        }
    }
}
