//! SSI-TAP-005

use zvm::{Medium, Severity, TapeCatalog, facts::MemberState};

use crate::{
    finding::Findings,
    past,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-TAP-005",
        name: "catalog-node-down-at-backup",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "derived from the state of members and the schedules of jobs",
        text: "The member with the tape catalog must be up when jobs that write to tape start.",
        why: "While the catalog node is away, request nodes cannot mount a scratch tape, and the jobs wait or fail.",
        example: "GRIDA, the catalog node, is down from Friday to Sunday; SINGLE writes to tape on Saturday at 01:00",
        repair: "Move the outage, or move the catalog node to another member before it.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let owner = subject
        .site
        .tape_nodes
        .iter()
        .find(|node| node.catalog == TapeCatalog::Shared && node.catalog_node);
    let (Some(owner), Some(history)) = (owner, &subject.facts.history) else {
        return;
    };
    for spell in past::spells(subject.facts, &[MemberState::Down])
        .iter()
        .filter(|spell| spell.member == owner.member)
    {
        let until = spell.until.unwrap_or(history.to);
        for job in &subject.site.jobs {
            let to_tape = job
                .output
                .as_ref()
                .is_some_and(|output| output.medium == Medium::Tape);
            let Some(times) = job.times().filter(|_| to_tape) else {
                continue;
            };
            if let Some(start) = past::first_start(&times, spell.from, until) {
                let message = format!(
                    "{} is down, and has the tape catalog that {} needs at {start}",
                    owner.member, job.name
                );
                findings
                    .report(&spell.place, job.name, message)
                    .note(&owner.place, format!("{} is the catalog node", owner.member))
                    .note(&job.place, format!("{} writes to tape", job.name))
                    .help("move the outage, or the catalog node");
            }
        }
    }
}
