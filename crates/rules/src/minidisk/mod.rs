//! Rules about where minidisks lie.

pub(crate) mod local_minidisk_elsewhere;
pub(crate) mod local_minidisk_not_private;
pub(crate) mod user_minidisk_not_shared;

use dasd::Volser;
use zvm::{ListedBy, MemberName, Minidisk, MinidiskKind, Scope, Site};

use crate::finding::Finding;

/// Listings of one volume that a finding shows; more do not explain more.
const LISTINGS_SHOWN: usize = 8;

/// The minidisks that hold, or cover, data on a volume, each with the volume. Space maps describe areas of CP, and
/// are never linked for their content.
fn on_volumes(site: &Site) -> impl Iterator<Item = (&Minidisk, Volser)> {
    let placed = |minidisk| -> Option<(&Minidisk, Volser)> { Some((minidisk, minidisk.volser?)) };
    site.minidisks
        .iter()
        .filter_map(placed)
        .filter(|(minidisk, _)| minidisk.kind != MinidiskKind::SpaceMap)
}

/// The minidisks of SUBCONFIGs, each with its volume and member.
fn local(site: &Site) -> impl Iterator<Item = (&Minidisk, Volser, MemberName)> {
    on_volumes(site).filter_map(|(minidisk, volser)| match minidisk.scope {
        Scope::Local(member) => Some((minidisk, volser, member)),
        Scope::Global | Scope::None => None,
    })
}

/// Points at the statements that say which members have the volume.
fn explain_ownership(finding: &mut Finding, site: &Site, volser: Volser) {
    for listing in site.listings(&volser).iter().take(LISTINGS_SHOWN) {
        let statement = match listing.by {
            ListedBy::CpOwned(_) => "CP_OWNED",
            ListedBy::UserList => "USER_VOLUME_LIST",
            ListedBy::UserInclude => "USER_VOLUME_INCLUDE",
        };
        match listing.member {
            Some(member) => finding.note(
                &listing.place,
                format!("this {statement} gives {volser} to {member} alone"),
            ),
            None => finding.note(
                &listing.place,
                format!("this {statement} gives {volser} to every member"),
            ),
        };
    }
    for pack in site.packs(&volser).iter().take(LISTINGS_SHOWN) {
        // Where SYSTEM CONFIG says it already, saying it again explains nothing.
        let told = site
            .listings(&volser)
            .iter()
            .any(|listing| listing.member.is_some());
        if let (Some(member), false) = (pack.key.member, told) {
            finding.note(&pack.place, format!("this pack belongs to {member} alone"));
        }
    }
}

/// Points at the BUILD statement that makes the minidisk local to its member.
fn explain_build(finding: &mut Finding, site: &Site, minidisk: &Minidisk, member: MemberName) {
    let owner = site.user(&minidisk.user);
    let mut builds = owner.iter().flat_map(|user| &user.builds);
    if let Some(build) =
        builds.find(|build| build.member == member && Some(build.subconfig) == minidisk.subconfig)
    {
        finding.note(
            &build.place,
            format!("{} is built on {member} here", build.subconfig),
        );
    }
}
