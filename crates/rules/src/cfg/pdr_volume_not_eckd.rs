//! SSI-CFG-007

use zvm::{Severity, VolumeSize};

use crate::{
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-CFG-007",
        name: "pdr-volume-not-eckd",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "z/Journal, May 2012, on the persistent data record of an SSI cluster",
        text: "The persistent data record must lie on an ECKD volume.",
        why: "The members lock, read and update the record with one channel program. FBA and SCSI disks have no \
              such programs, so nothing would keep two members apart.",
        example: "PDR_VOLume GSF001      and GSF001 is a 9336",
        repair: "Put the record on a 3390 that every member has.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    let (Some(volser), Some(place)) = (site.cluster.pdr_volume, &site.cluster.place) else {
        return;
    };
    let blocks = |size: Option<VolumeSize>| matches!(size, Some(VolumeSize::Blocks(_)));
    let fba =
        |device: &str| dasd::FBA_DEVICES.iter().any(|fba| device.starts_with(fba.name)) || device == "FB-512";
    for pack in site
        .packs(&volser)
        .iter()
        .filter(|pack| blocks(pack.size) || fba(&pack.device))
    {
        let message = format!(
            "{volser} has the persistent data record, but is no ECKD volume: it is a {}",
            pack.device
        );
        findings
            .report(place, volser, message)
            .note(&pack.place, format!("{volser} is a {} here", pack.device))
            .help("put the persistent data record on a shared 3390");
    }
}
