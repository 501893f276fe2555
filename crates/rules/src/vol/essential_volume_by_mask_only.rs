//! SSI-VOL-007

use std::collections::BTreeMap;

use zvm::{ConfigKind, ListedBy, Minidisk, MinidiskKind, Place, Severity, Site};

use crate::{
    edit::Change,
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-VOL-007",
        name: "essential-volume-by-mask-only",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "the comments of a public z/VM 6.3 SYSTEM CONFIG",
        text: "A volume with minidisks of PMAINT, MAINT or the release owner must stand in a list, not only \
               behind a mask.",
        why: "When a volume of a list is missing at IPL, the operator is told. A volume that only a mask would \
              have fitted is not missed, until somebody needs SYSTEM CONFIG or the source directory.",
        example: "User_Volume_Include G*      and PMAINT 0CF0 on GSCOM2",
        repair: "Add the volume to USER_VOLUME_LIST.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    let mut essential: BTreeMap<_, &Minidisk> = BTreeMap::new();
    for minidisk in site.minidisks.iter().filter(|minidisk| is_essential(minidisk)) {
        if let Some(volser) = minidisk.volser {
            essential.entry(volser).or_insert(minidisk);
        }
    }
    for (volser, minidisk) in essential {
        let listings = site.listings(&volser);
        let Some(mask) = listings.first() else { continue };
        if listings.iter().any(|listing| listing.by != ListedBy::UserInclude) {
            continue;
        }
        let message = format!(
            "{volser} has minidisks of {}, but only this mask attaches it",
            minidisk.user
        );
        let finding = findings.report(&mask.place, volser, message);
        finding.note(
            &minidisk.place,
            format!("{} {} lies on {volser}", minidisk.user, minidisk.vdev),
        );
        if let Some(statement) = unqualified(site, &mask.place) {
            finding.edit(
                statement,
                Change::Before(format!("  User_Volume_List     {volser}")),
            );
        }
        finding.help(format!("add {volser} to USER_VOLUME_LIST"));
    }
}

/// PMAINT, MAINT, and MAINT with a release number; windows over whole packs do not make a pack essential.
fn is_essential(minidisk: &Minidisk) -> bool {
    let user = minidisk.user.as_str();
    let release = |rest: &str| rest.bytes().all(|byte| byte.is_ascii_digit());
    minidisk.kind == MinidiskKind::Data
        && (user == "PMAINT" || user.strip_prefix("MAINT").is_some_and(release))
}

/// The unqualified statement that holds the mask.
pub(super) fn unqualified<'a>(site: &'a Site, mask: &Place) -> Option<&'a Place> {
    let holds = |kind: &ConfigKind| match kind {
        ConfigKind::UserVolumeInclude(masks) => masks.iter().any(|known| known.place == *mask),
        _ => false,
    };
    let statement = site
        .config
        .statements
        .iter()
        .find(|statement| holds(&statement.kind))?;
    statement.qualifier.is_none().then_some(&statement.place)
}
