//! SSI-RST-001

use zvm::{MemberName, Minidisk, Scope, Severity, UserId, Vdev};

use crate::{
    finding::Findings,
    lookup::list,
    rst::common,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-RST-001",
        name: "owner-of-copy-ambiguous",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "IBM technote on Backup and Restore Manager in a z/VM SSI environment",
        text: "It must be clear which instance of an IDENTITY a copy belongs to.",
        why: "MAINT has a 191 on each member. Restored from the copy of another member, it holds another \
              member's files.",
        example: "restore of MAINT 0191 from job MULTI, which runs on every member under one name",
        repair: "Name the member in the request; give each member a job with a name of its own.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let known = common::Known::of(subject);
    let candidates = |user: UserId, vdev: Vdev| -> Vec<MemberName> {
        let home = |disk: &&Minidisk| match disk.scope {
            Scope::Local(member) => Some(member),
            Scope::Global | Scope::None => None,
        };
        known.disks(user, vdev).iter().filter_map(home).collect()
    };
    for restore in &subject.facts.restores {
        let owners = candidates(restore.user, restore.vdev);
        if owners.len() > 1 && known.source_member(restore).is_none() {
            let message = format!(
                "{} {} may be that of {}, and nothing says which copy is wanted",
                restore.user,
                restore.vdev,
                list(&owners)
            );
            findings
                .report(
                    &restore.place,
                    format!("{} {}", restore.user, restore.vdev),
                    message,
                )
                .help("name the member: member = \"...\"");
        }
    }
    for domain in &subject.facts.domains {
        let (Some(user), Some(vdev), None) = (domain.user, domain.vdev, domain.member) else {
            continue;
        };
        let of_run = known.runs.get(&domain.instance).and_then(|run| run.member);
        let mut fitting = candidates(user, vdev);
        let on_volume = |member: &MemberName| {
            let disks = known.disks(user, vdev).iter();
            disks
                .into_iter()
                .any(|disk| disk.scope == Scope::Local(*member) && disk.volser == Some(domain.volser))
        };
        fitting.retain(on_volume);
        if fitting.len() > 1 && of_run.is_none() {
            let message = format!(
                "the copy of {user} {vdev} in {} may be that of {}",
                domain.instance,
                list(&fitting)
            );
            findings
                .report(
                    &domain.place,
                    format!("{} {user} {vdev}", domain.instance),
                    message,
                )
                .help("give each member a job with a name of its own");
        }
    }
}
