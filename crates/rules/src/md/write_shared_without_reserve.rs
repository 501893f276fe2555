//! SSI-MD-009

use std::collections::BTreeMap;

use zvm::{LinkMode, MinidiskKind, Mode, Scope, Severity, UserId, UserLink, Vdev};

use crate::{
    edit::Change,
    finding::Findings,
    lookup::{list, name},
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-MD-009",
        name: "write-shared-without-reserve",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "IBM Docs z/VM 7.2, MDISK directory statement",
        text: "A minidisk that users of several members write at the same time must have virtual \
               reserve/release, mode suffix V.",
        why: "Guests that share a minidisk keep each other out with reserve and release. Without the V, CP \
              does not pass these on, and both write.",
        example: "USER DB2A\n MDISK 0200 3390 0001 0100 GSU001 MW\nUSER DB2B\n LINK DB2A 0200 0200 MW",
        repair: "Write MWV, if the guests reserve what they write; otherwise give all but one of them mode \
                 RR.",
    },
    check,
};

/// Writers that a finding shows.
const SHOWN: usize = 8;

/// Who links a minidisk for writing, by which statement and how.
type Writer<'a> = (UserId, &'a UserLink, LinkMode);

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    if site.cluster.members.len() < 2 {
        return;
    }
    let mut links: BTreeMap<(UserId, Vdev), Vec<Writer<'_>>> = BTreeMap::new();
    for user in &site.users {
        for link in user.links.iter().filter(|link| link.owner != user.id) {
            if let Some(mode) = link.mode.filter(|mode| mode.may_write()) {
                let writers = links.entry((link.owner, link.vdev)).or_default();
                writers.push((user.id, link, mode));
            }
        }
    }
    for minidisk in &site.minidisks {
        let data = minidisk.kind == MinidiskKind::Data && !minidisk.covers_others;
        if minidisk.scope != Scope::Global || minidisk.mode.virtual_reserve || !data {
            continue;
        }
        let Some(writers) = links.get(&(minidisk.user, minidisk.vdev)) else {
            continue;
        };
        // One who asks for MW writes whoever else does; without one, CP lets in one writer at a time.
        let owner = minidisk.mode.link;
        let many = usize::from(owner.may_write()) + writers.len() > 1;
        let regardless = owner == LinkMode::MW || writers.iter().any(|(_, _, mode)| *mode == LinkMode::MW);
        if !many || !regardless {
            continue;
        }
        let mut users: Vec<UserId> = writers.iter().map(|(user, _, _)| *user).collect();
        users.sort();
        users.dedup();
        let owner_too = owner.may_write().then_some(minidisk.user);
        let message = format!(
            "minidisk {} has mode {} without V, and {} can write to it at once",
            name(minidisk),
            minidisk.mode,
            list(owner_too.into_iter().chain(users).take(SHOWN))
        );
        let finding = findings.report(&minidisk.place, name(minidisk), message);
        for (user, link, mode) in writers.iter().take(SHOWN) {
            finding.note(&link.place, format!("{user} links it {mode}"));
        }
        let statement = subject.statement(minidisk);
        // Guests that do not reserve are no worse off with it.
        if let (LinkMode::MW, Some(words)) = (owner, statement.and_then(|mdisk| mdisk.mode_place.as_ref())) {
            let mode = Mode {
                virtual_reserve: true,
                ..minidisk.mode
            };
            finding.edit(words, Change::Words(mode.to_string()));
        }
        finding.help("write MWV if the guests reserve what they write, or let one user write");
    }
}
