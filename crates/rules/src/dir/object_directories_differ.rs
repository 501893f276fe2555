//! SSI-DIR-015

use std::collections::BTreeMap;

use zvm::{Severity, facts::Running};

use crate::{
    finding::Findings,
    lookup::list,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-DIR-015",
        name: "object-directories-differ",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "IBM Docs z/VM 7.2, overview of the user directory",
        text: "All members must run with object directories made from the same source directory.",
        why: "Members that disagree about the extent of a minidisk give the same cylinders to two users. A \
              backup reads on one member what another has moved away.",
        example: "GRIDC with an object directory one month older than those of the others",
        repair: "Run DIRECTXA on every member from the same source, or let DirMaint do it.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut by_source: BTreeMap<&str, Vec<&Running>> = BTreeMap::new();
    for running in &subject.facts.running {
        if let Some(directory) = &running.directory {
            by_source.entry(directory).or_default().push(running);
        }
    }
    // What most members run with is most likely right; of equals the one that sorts last, which is the newest date.
    let Some(usual) = by_source
        .iter()
        .max_by_key(|(source, members)| (members.len(), **source))
        .map(|(source, _)| *source)
    else {
        return;
    };
    let others = by_source.get(usual).map_or(&[][..], Vec::as_slice);
    for (source, members) in by_source.iter().filter(|(source, _)| **source != usual) {
        for running in members {
            let message = format!(
                "{} runs with the object directory of {source}, but {} with that of {usual}",
                running.member,
                list(others.iter().map(|other| other.member))
            );
            findings
                .report(&running.place, running.member, message)
                .help(format!(
                    "run DIRECTXA on {} from the source directory of all",
                    running.member
                ));
        }
    }
}
