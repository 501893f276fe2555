//! SSI-VMB-009

use std::collections::{BTreeMap, BTreeSet};

use dasd::Volser;
use zvm::{MinidiskKind, Severity, UserId};

use crate::{
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::{Selected, Subject},
    vmb::common,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-VMB-009",
        name: "volume-of-two-servers",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "Broadcom article 28803, SSI recommendations for VM:Backup",
        text: "Each minidisk must be copied by one server of VM:Backup only.",
        why: "Two catalogs have copies of it. A restore has to ask both servers which one is newer, and an \
              incremental of one server knows nothing of the other.",
        example: "VMBACKUP does not exclude GA1W01, and VMBKUP01 includes it",
        repair: "Exclude the volume from one of the two jobs.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    if !common::applies(subject) {
        return;
    }
    let mut takers: BTreeMap<Volser, BTreeMap<UserId, &Selected<'_>>> = BTreeMap::new();
    for (server, jobs) in common::by_server(subject) {
        for selected in jobs {
            let data = selected
                .named
                .iter()
                .filter(|disk| disk.kind == MinidiskKind::Data);
            for volser in data.filter_map(|disk| disk.volser) {
                takers
                    .entry(volser)
                    .or_default()
                    .entry(server)
                    .or_insert(selected);
            }
        }
    }
    takers.retain(|_, servers| servers.len() > 1);
    let mut told: BTreeSet<Volser> = BTreeSet::new();
    for minidisk in subject
        .site
        .minidisks
        .iter()
        .filter(|disk| disk.kind == MinidiskKind::Data)
    {
        let Some((volser, servers)) = minidisk.volser.and_then(|volser| takers.get_key_value(&volser)) else {
            continue;
        };
        let mut both = servers
            .iter()
            .filter(|(_, selected)| selected.job.selects(minidisk));
        if let (Some((one, first)), Some((other, second))) = (both.next(), both.next()) {
            if !told.insert(*volser) {
                continue;
            }
            let message = format!(
                "{one} and {other} both copy minidisks of {volser}, such as {} {}",
                minidisk.user, minidisk.vdev
            );
            findings
                .report(&second.job.place, *volser, message)
                .note(&first.job.place, format!("{one} copies it in {}", first.job.name))
                .note(&minidisk.place, "this minidisk is copied by both")
                .help(format!("exclude {volser} from one of the two jobs"));
        }
    }
}
