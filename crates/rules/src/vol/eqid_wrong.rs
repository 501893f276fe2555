//! SSI-VOL-011

use std::collections::BTreeMap;

use zvm::{Place, Severity, Site};

use crate::{
    edit::Change,
    finding::Findings,
    lookup::{list, shared},
    rule::{Offence, RuleMeta},
    subject::Subject,
    vol::eqids,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-VOL-011",
        name: "eqid-wrong",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "IBM Docs Cloud Infrastructure Center 1.2.4, on the environment for live guest relocation",
        text: "A device that members share must have the same equivalence id on all of them, and no two devices \
               may have the same one.",
        why: "Live guest relocation compares equivalence ids, nothing else. With different ones a guest cannot \
              move although the disk is there; with equal ones for two disks it moves to the wrong disk.",
        example: "GRIDA: RDEVice 5A00 TYPE DASD EQID EQCOM1\nGRIDD: RDEVice 5A00 TYPE DASD EQID EQCMO1",
        repair: "Give the device the same EQID in the RDEVICE statements of all members.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    same_everywhere(site, findings);
    let mut known: BTreeMap<&str, (dasd::Volser, &Place)> = BTreeMap::new();
    for pack in &site.volumes {
        let Some(eqid) = &pack.eqid else { continue };
        let volser = pack.key.volser;
        if let Some((other, place)) = known.insert(eqid, (volser, &pack.place)) {
            let message = format!("{volser} and {other} have the same equivalence id {eqid}");
            findings
                .report(&pack.place, volser, message)
                .note(place, format!("{other} has it, too"))
                .help("give every device an EQID of its own");
        }
    }
    // Where nobody uses equivalence ids, none is missing.
    if known.is_empty() {
        return;
    }
    let without = site.volumes.iter().filter(|pack| pack.eqid.is_none());
    for pack in without.filter(|pack| shared(site, pack.key.volser)) {
        let volser = pack.key.volser;
        let message = format!("{volser} is shared, but has no equivalence id as the other devices have");
        findings
            .report(&pack.place, volser, message)
            .help("give it an EQID");
    }
}

/// RDEVICE statements of the members, for the devices whose numbers site.toml gives.
fn same_everywhere(site: &Site, findings: &mut Findings) {
    let shared_devices = site.volumes.iter().filter(|pack| shared(site, pack.key.volser));
    for (pack, rdev) in shared_devices.filter_map(|pack| Some((pack, pack.rdev?))) {
        let volser = pack.key.volser;
        let named = eqids(site, rdev);
        let Some((_, first)) = named.first() else { continue };
        let lack: Vec<_> = site
            .cluster
            .members
            .iter()
            .map(|member| member.name)
            .filter(|member| !named.iter().any(|(name, _)| name == member))
            .collect();
        if let Some((member, other)) = named.iter().find(|(_, eqid)| eqid.value != first.value) {
            let message = format!(
                "{volser} has the equivalence id {} on {member}, but {} on {}",
                other.value, first.value, named[0].0
            );
            findings
                .report(&other.place, volser, message)
                .note(&first.place, format!("this is the EQID of {}", named[0].0))
                .help("use the same EQID on all members")
                .edit(&other.place, Change::Words(first.value.clone()));
        } else if !lack.is_empty() {
            let message = format!("{volser} has an equivalence id, but not on {}", list(lack));
            findings
                .report(&first.place, volser, message)
                .help("use the same EQID on all members");
        }
    }
}
