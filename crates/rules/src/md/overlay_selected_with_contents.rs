//! SSI-MD-013

use std::collections::BTreeMap;

use zvm::{Minidisk, MinidiskKind, Scope, Severity, VolumeKey};

use crate::{
    finding::Findings,
    lookup::name,
    md::common::{leave_out, picks},
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-MD-013",
        name: "overlay-selected-with-contents",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "DirMaint's EXTENT CONTROL in public z/VM course material; a discussion of DIRMAP and \
                 full-pack users on the IBMVM list",
        text: "A job must not pick out an overlay beside the minidisks that it covers.",
        why: "The overlay has no data of its own. Copied with the minidisks it lies over, everything on the \
              pack is in the backup twice; and restored, it puts back the whole pack at once.",
        example: "[[include]]\nuser = \"MAINT\"\nvdev = \"0122\"\n[[include]]\nuser = \"MAINT\"\nvdev = \
                  \"0190\"",
        repair: "Leave the overlay out; for an image of the pack, use a job over volumes.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    for selected in subject.jobs() {
        let job = selected.job;
        if !job.include.iter().any(picks) {
            continue;
        }
        // The packs with what the job takes from them beside overlays: how many, and one of them.
        let mut contents: BTreeMap<VolumeKey, (usize, &Minidisk)> = BTreeMap::new();
        for minidisk in selected
            .named
            .iter()
            .filter(|minidisk| minidisk.kind == MinidiskKind::Data)
        {
            if let Some(pack) = site.home_pack(minidisk) {
                contents.entry(pack).or_insert((0, minidisk)).0 += 1;
            }
        }
        for minidisk in selected
            .named
            .iter()
            .filter(|minidisk| minidisk.kind == MinidiskKind::Overlay)
        {
            let mut picking = job.include.iter().filter(|selector| picks(selector));
            let (Some(selector), Some(pack)) = (
                picking.find(|selector| selector.matches(minidisk)),
                site.home_pack(minidisk),
            ) else {
                continue;
            };
            if let Scope::Local(member) = minidisk.scope
                && !selected.members().contains(&member)
            {
                continue;
            }
            if let Some((count, first)) = contents.get(&pack) {
                let message = format!(
                    "job {} picks out {}, an overlay over {pack}, beside {count} of the minidisks on it",
                    job.name,
                    name(minidisk)
                );
                let finding = findings.report(
                    &selector.place,
                    format!("{} {}", job.name, name(minidisk)),
                    message,
                );
                finding
                    .note(&minidisk.place, "this covers the whole pack")
                    .note(
                        &first.place,
                        format!("{} lies on it, and the job takes it too", name(first)),
                    )
                    .help(
                        "leave the overlay out; for an image of the pack use a job with data = \"volumes\"",
                    );
                leave_out(finding, site, (job, selector), |minidisk| {
                    minidisk.kind == MinidiskKind::Overlay
                });
            }
        }
    }
}
