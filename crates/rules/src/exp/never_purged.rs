//! SSI-EXP-002

use zvm::{
    Layout, Severity,
    facts::{Instance, InstanceState},
};

use crate::{
    exp::common,
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-EXP-002",
        name: "never-purged",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "IBM technote on Backup and Restore Manager in a z/VM SSI environment",
        text: "EXPIRE with PURGE must be issued from time to time.",
        why: "Nothing else deletes what has expired. The disk pool fills, and one night there is no room for the \
              backup.",
        example: "a year of history, instances that expired in January, and no EXPIRE (PURGE",
        repair: "Schedule EXPIRE with PURGE on one member.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(history) = &subject.facts.history else {
        return;
    };
    if subject.site.layout != Layout::Brm || common::purges(subject.facts).next().is_some() {
        return;
    }
    let over = |run: &&Instance| {
        let expired = run
            .expires
            .is_some_and(|expires| history.from <= expires && expires < history.to);
        expired && run.state != InstanceState::Purged
    };
    let count = subject.facts.instances.iter().filter(over).count();
    let oldest = subject
        .facts
        .instances
        .iter()
        .filter(over)
        .min_by_key(|run| run.expires);
    if let Some((oldest, expires)) = oldest.and_then(|run| Some((run, run.expires?))) {
        let message = format!(
            "nobody has purged since {}, and {count} of the instances that are still there have expired",
            history.from
        );
        findings
            .report(&history.place, subject.site.cluster.name.as_str(), message)
            .note(&oldest.place, format!("{} expired at {expires}", oldest.name))
            .help("schedule EXPIRE with PURGE on one member");
    }
}
