//! SSI-COV-018

use std::collections::{BTreeMap, BTreeSet};

use zvm::{Facts, Moment, Severity, UserId};

use crate::{
    finding::Findings,
    guests, past,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-COV-018",
        name: "running-guest-copied",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "CA presentation on backing up Linux on the mainframe from one place",
        text: "The disks of a guest should not be copied from outside while it runs.",
        why: "A running guest keeps changed pages in its memory, and nobody outside sees into its file systems. \
              The image is at best what a crash would leave behind.",
        example: "SINGLE/12 copied LNXPAY01 0100 at 01:10, and LNXPAY01 was logged on",
        repair: "Shut the guest down, or let an agent in the guest flush its file systems before the copy.",
    },
    check,
};

/// A command that names the guest within so many seconds before its copy is taken for the preparation of it.
const PREPARED_BEFORE: i64 = 3_600;

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let facts = subject.facts;
    if facts.logons.is_empty() || facts.domains.is_empty() {
        return;
    }
    let guests = guests::guests(subject.site);
    let mut on: BTreeMap<UserId, Vec<_>> = BTreeMap::new();
    for logon in facts.logons.iter().filter(|logon| guests.contains(&logon.user)) {
        on.entry(logon.user).or_default().push(logon);
    }
    let runs = past::runs(facts);
    let mut told = BTreeSet::new();
    for domain in facts
        .domains
        .iter()
        .filter(|domain| domain.copied && !domain.files)
    {
        let (Some(user), Some(run)) = (domain.user, runs.get(&domain.instance)) else {
            continue;
        };
        let at = domain.at.unwrap_or(run.started);
        let during = |logon: &&&zvm::facts::Logon| {
            logon.from.is_none_or(|from| from <= at) && logon.until.is_none_or(|until| at < until)
        };
        let Some(logon) = on.get(&user).into_iter().flatten().find(during) else {
            continue;
        };
        if prepared(facts, user, at) || !told.insert((run.name, user)) {
            continue;
        }
        let message = format!(
            "{} copied the disks of {user} at {at} while it ran on {}",
            run.name, logon.member
        );
        findings
            .report(&domain.place, format!("{} {user}", run.name), message)
            .note(&logon.place, "it was logged on")
            .help("shut it down, or flush its file systems before the copy");
    }
}

fn prepared(facts: &Facts, user: UserId, at: Moment) -> bool {
    facts.commands.iter().any(|command| {
        let before = command.at.map(|issued| at.seconds() - issued.seconds());
        before.is_some_and(|before| (0..=PREPARED_BEFORE).contains(&before))
            && command.text.split_whitespace().any(|word| word == user.as_str())
    })
}
