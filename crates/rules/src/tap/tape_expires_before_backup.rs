//! SSI-TAP-006

use std::collections::BTreeMap;

use dasd::Volser;
use zvm::{Severity, facts::Instance};

use crate::{
    finding::Findings,
    past,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-TAP-006",
        name: "tape-expires-before-backup",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "VM:Backup 3.6 documentation, concepts and types of backup",
        text: "A tape must not expire before the backup on it.",
        why: "An expired tape is scratch. It is mounted for something else, and the catalog goes on naming a \
              backup that is overwritten.",
        example: "SINGLE/12 expires on April 4, its tape VT0001 on March 20",
        repair: "Give the tape the expiry of the backup.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let runs = past::runs(subject.facts);
    let mut holders: BTreeMap<Volser, Vec<&Instance>> = BTreeMap::new();
    for run in subject.facts.instances.iter().filter(|run| !past::is_lost(run)) {
        for tape in &run.tapes {
            holders.entry(*tape).or_default().push(run);
        }
    }
    for tape in &subject.facts.tape_volumes {
        let Some(expires) = tape.expires else { continue };
        let named = tape
            .instance
            .and_then(|name| runs.get(&name).copied())
            .filter(|run| !past::is_lost(run));
        let held = holders.get(&tape.volser).into_iter().flatten().copied();
        let early = |run: &&Instance| run.expires.is_none_or(|later| later > expires);
        if let Some(run) = named.into_iter().chain(held).find(early) {
            let until = run
                .expires
                .map_or("is kept for ever".to_owned(), |at| format!("expires at {at}"));
            let message = format!(
                "tape {} expires at {expires}, but {} on it {until}",
                tape.volser, run.name
            );
            findings
                .report(&tape.place, tape.volser, message)
                .note(&run.place, "this backup is on it")
                .help("give the tape the expiry of the backup");
        }
    }
}
