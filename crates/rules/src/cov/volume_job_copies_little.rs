//! SSI-COV-017

use std::collections::BTreeMap;

use zvm::{Data, Job, ListedBy, MinidiskKind, Severity, Site, VolumeKey, VolumeSize};

use crate::{
    cov::coverage,
    finding::Findings,
    lookup::{bounds, explain_ownership, list, partial},
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-COV-017",
        name: "volume-job-copies-little",
        severity: Severity::Note,
        expert: false,
        since: "0.1",
        source: "IBMVM list, on DIRMAP and full-pack users, and derived from the selections of jobs over volumes",
        text: "A job over whole volumes should not copy volumes that are mostly free, or that only some members \
               have.",
        why: "Free space is read and written like data, and a volume that some members do not have makes the job \
              depend on where it runs.",
        example: "a job over GSU001, on which 7 of 100 cylinders are allocated",
        repair: "Copy the minidisks of the volume instead, or attach it to all members.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    let volumes = subject
        .jobs()
        .iter()
        .filter(|selected| selected.job.data == Data::Volumes);
    let packs: BTreeMap<VolumeKey, &Job> = volumes
        .flat_map(|selected| {
            coverage::packs_of(site, selected)
                .into_keys()
                .map(|pack| (pack, selected.job))
        })
        .collect();
    let used = used(site, &packs);
    for (pack, job) in packs {
        let listings = site.listings(&pack.volser);
        if let Some(members) = partial(site, pack.volser) {
            let message = format!("{} copies {pack}, which only {} have", job.name, list(members));
            let finding = findings.report(&job.place, format!("{} {pack}", job.name), message);
            explain_ownership(finding, site, pack.volser);
            continue;
        }
        // What CP keeps on its own volumes is not in the directory.
        let of_cp = listings
            .iter()
            .any(|listing| matches!(listing.by, ListedBy::CpOwned(_)));
        let size = site.volume(&pack).and_then(|volume| volume.size);
        let Some(VolumeSize::Cylinders(size) | VolumeSize::Blocks(size)) = size.filter(|_| !of_cp) else {
            continue;
        };
        let used = used.get(&pack).copied().unwrap_or(0);
        if used < u64::from(size) / 2 {
            let message = format!(
                "{} copies all of {pack}, of which {used} of {size} cylinders or blocks are allocated",
                job.name
            );
            findings
                .report(&job.place, format!("{} {pack}", job.name), message)
                .help("copy its minidisks instead");
        }
    }
}

/// How much of each pack minidisks and space maps take.
fn used(site: &Site, packs: &BTreeMap<VolumeKey, &Job>) -> BTreeMap<VolumeKey, u64> {
    let mut spans: Vec<(VolumeKey, u64, u64)> = Vec::new();
    for minidisk in site
        .minidisks
        .iter()
        .filter(|disk| disk.kind != MinidiskKind::Overlay)
    {
        let Some(pack) = site.home_pack(minidisk).filter(|pack| packs.contains_key(pack)) else {
            continue;
        };
        if let Some(extent) = minidisk.extent() {
            let (from, to) = bounds(extent.run);
            spans.push((pack, from, to));
        }
    }
    spans.sort_unstable();
    let mut used: BTreeMap<VolumeKey, u64> = BTreeMap::new();
    let mut last = None;
    for (pack, from, to) in spans {
        let done = last
            .filter(|(before, _)| *before == pack)
            .map_or(0, |(_, end)| end);
        *used.entry(pack).or_default() += to.saturating_sub(from.max(done));
        last = Some((pack, to.max(done)));
    }
    used
}
