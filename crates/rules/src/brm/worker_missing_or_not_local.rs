//! SSI-BRM-007

use std::collections::{BTreeMap, BTreeSet};

use zvm::{MemberName, Minidisk, Place, Scope, Severity, UserId};

use crate::{
    brm::common::{anchor, is_worker},
    finding::Findings,
    lookup::{list, members},
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-BRM-007",
        name: "worker-missing-or-not-local",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "IBM technote, Backup and Restore Manager for z/VM in an SSI environment; derived from the \
                 SUBCONFIG directory statement",
        text: "Every member must have a worker, and every worker instance a work disk of its own on its \
               member.",
        why: "Workers link the minidisks and move the data. Without one, no job of the member can run; with \
              one work disk for two instances, each destroys what the other writes.",
        example: "IDENTITY BKRWRK01 ...\n BUILD ON GRIDA USING SUBCONFIG BKRW1-1\n BUILD ON GRIDB USING \
                  SUBCONFIG BKRW1-1",
        repair: "Build a worker on the member, with a SUBCONFIG and a work disk of its own.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    let Some(anchor) = anchor(site) else { return };
    let workers = || site.users.iter().filter(|user| is_worker(user.id));
    let builds = || workers().flat_map(|user| &user.builds);
    // A worker that is a USER can be on any member, and is SSI-BRM-002.
    if workers().all(|user| user.multi) {
        let served: BTreeSet<MemberName> = builds().map(|build| build.member).collect();
        let missing: Vec<MemberName> = members(site).filter(|member| !served.contains(member)).collect();
        if !missing.is_empty() {
            let place = workers().next().map_or(&anchor, |user| &user.place);
            let names = list(missing);
            findings
                .report(place, "BKRWRKnn", format!("no worker is built on {names}"))
                .help(format!("build one of the workers on {names}"));
        }
    }
    let has_disk: BTreeSet<(Option<UserId>, MemberName)> =
        site.minidisks.iter().filter_map(local_disk).collect();
    let mut first: BTreeMap<UserId, &Place> = BTreeMap::new();
    for build in builds() {
        let id = build.subconfig;
        if let Some(place) = first.get(&id) {
            findings
                .report(
                    &build.place,
                    id,
                    format!("SUBCONFIG {id} with its work disk is used a second time"),
                )
                .note(place, "it is used here already")
                .help("give every instance of a worker a SUBCONFIG of its own");
            continue;
        }
        first.insert(id, &build.place);
        if !has_disk.contains(&(Some(id), build.member)) {
            findings
                .report(
                    &build.place,
                    id,
                    format!("the worker of {id} has no work disk on {}", build.member),
                )
                .help(format!(
                    "put an MDISK on a volume of {} into SUBCONFIG {id}",
                    build.member
                ));
        }
    }
}

fn local_disk(minidisk: &Minidisk) -> Option<(Option<UserId>, MemberName)> {
    match minidisk.scope {
        Scope::Local(member) => Some((minidisk.subconfig, member)),
        Scope::Global | Scope::None => None,
    }
}
