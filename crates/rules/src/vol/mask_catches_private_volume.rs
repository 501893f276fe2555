//! SSI-VOL-006

use std::collections::BTreeMap;

use dasd::Volser;
use zvm::{ListedBy, MemberName, Place, Severity, Site};

use crate::{
    edit::Change,
    finding::Findings,
    lookup::list,
    rule::{Offence, RuleMeta},
    subject::Subject,
    vol::essential_volume_by_mask_only::unqualified,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-VOL-006",
        name: "mask-catches-private-volume",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "derived from the use of USER_VOLUME_INCLUDE masks",
        text: "A mask of USER_VOLUME_INCLUDE must not fit a private volume of another member.",
        why: "The mask attaches the volume to members that should not have it. Nothing keeps their users, and \
              their backup jobs, off the private minidisks.",
        example: "User_Volume_Include G*      and GRIDA: User_Volume_List GA1W01",
        repair: "Make the mask narrower, or exclude the private volumes with USER_VOLUME_EXCLUDE.",
    },
    check,
};

/// What fits into a line of 72 columns.
const EXCLUDED_PER_LINE: usize = 6;

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    let mut caught: BTreeMap<&Place, Vec<(Volser, MemberName)>> = BTreeMap::new();
    for volser in site.volsers() {
        let Some(owner) = meant_for(site, volser) else {
            continue;
        };
        let others = site.listings(&volser).iter().find(|listing| {
            listing.by == ListedBy::UserInclude && listing.member.is_none_or(|member| member != owner)
        });
        if let Some(listing) = others {
            caught.entry(&listing.place).or_default().push((volser, owner));
        }
    }
    for (mask, volumes) in caught {
        let volsers = || volumes.iter().map(|(volser, _)| *volser);
        let message = format!(
            "this mask gives private volumes to other members: {}",
            list(volsers())
        );
        let finding = findings.report(mask, list(volsers()), message);
        for (volser, owner) in volumes.iter().take(4) {
            let own = site
                .listings(volser)
                .iter()
                .find(|listing| listing.by != ListedBy::UserInclude);
            if let Some(own) = own {
                finding.note(&own.place, format!("{volser} is meant for {owner} alone"));
            }
        }
        // In a file of masks one statement takes all of them back; the lists of their members still give them.
        let mut lines = Vec::new();
        for some in volumes.chunks(EXCLUDED_PER_LINE) {
            let names: Vec<String> = some.iter().map(|(volser, _)| volser.to_string()).collect();
            lines.push(format!("  User_Volume_Exclude  {}", names.join(" ")));
        }
        if let Some(statement) = unqualified(site, mask) {
            finding.edit(statement, Change::Before(lines.join("\n")));
        }
        finding.help("make the mask narrower, or name the private volumes in USER_VOLUME_EXCLUDE");
    }
}

/// The one member for which all lists of CP-owned and user volumes have the volume.
fn meant_for(site: &Site, volser: Volser) -> Option<MemberName> {
    let mut lists = site
        .listings(&volser)
        .iter()
        .filter(|listing| listing.by != ListedBy::UserInclude);
    let first = lists.next()?.member?;
    let only = lists.all(|listing| listing.member == Some(first));
    (only && site.cluster.members.len() > 1).then_some(first)
}
