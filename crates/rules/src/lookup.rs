//! What rules ask about a site, in the words of the catalogue, and the notes that explain the answers.

use dasd::{Run, Volser};
use zvm::{
    ConfigKind, ConfigStatement, ListedBy, MemberName, Minidisk, MinidiskKind, Ownership, Place, Scope, Site,
};

use crate::{edit::Change, finding::Finding};

/// Listings of one volume that a finding shows; more do not explain more.
const LISTINGS_SHOWN: usize = 8;

/// Whether every member has the volume.
pub(crate) fn shared(site: &Site, volser: Volser) -> bool {
    site.ownership(&volser) == Ownership::Shared
}

/// The one member that has the volume.
pub(crate) fn private(site: &Site, volser: Volser) -> Option<MemberName> {
    match site.ownership(&volser) {
        Ownership::Private(member) => Some(member),
        _ => None,
    }
}

/// The members that have the volume, when it is more than one but not all.
pub(crate) fn partial(site: &Site, volser: Volser) -> Option<Vec<MemberName>> {
    match site.ownership(&volser) {
        Ownership::Partial(members) => Some(members),
        _ => None,
    }
}

/// Whether the cluster has this member.
pub(crate) fn is_member(site: &Site, name: MemberName) -> bool {
    site.cluster.members.iter().any(|member| member.name == name)
}

/// The names of the members, in the order of their slots.
pub(crate) fn members(site: &Site) -> impl Iterator<Item = MemberName> {
    site.cluster.members.iter().map(|member| member.name)
}

/// `A, B and C`.
pub(crate) fn list<T: ToString>(items: impl IntoIterator<Item = T>) -> String {
    let mut words: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    match words.pop() {
        None => String::new(),
        Some(last) if words.is_empty() => last,
        Some(last) => format!("{} and {last}", words.join(", ")),
    }
}

/// The statements of SYSTEM CONFIG that `wanted` knows what to do with, in the order of the file.
pub(crate) fn statements<'a, T>(
    site: &'a Site,
    wanted: impl Fn(&'a ConfigKind) -> Option<T>,
) -> impl Iterator<Item = (&'a ConfigStatement, T)> {
    site.config
        .statements
        .iter()
        .filter_map(move |statement| Some((statement, wanted(&statement.kind)?)))
}

/// How a finding names a minidisk: by the entry that holds it, which is one for each member where the user is not.
pub(crate) fn name(minidisk: &Minidisk) -> String {
    let entry = minidisk.subconfig.unwrap_or(minidisk.user);
    format!("{entry} {}", minidisk.vdev)
}

/// The minidisks that hold, or cover, data on a volume, each with the volume. Space maps describe areas of CP, and
/// are never linked for their content.
pub(crate) fn on_volumes(site: &Site) -> impl Iterator<Item = (&Minidisk, Volser)> {
    let placed = |minidisk| -> Option<(&Minidisk, Volser)> { Some((minidisk, minidisk.volser?)) };
    site.minidisks
        .iter()
        .filter_map(placed)
        .filter(|(minidisk, _)| minidisk.kind != MinidiskKind::SpaceMap)
}

/// The minidisks of SUBCONFIGs, each with its volume and member.
pub(crate) fn local(site: &Site) -> impl Iterator<Item = (&Minidisk, Volser, MemberName)> {
    on_volumes(site).filter_map(|(minidisk, volser)| match minidisk.scope {
        Scope::Local(member) => Some((minidisk, volser, member)),
        Scope::Global | Scope::None => None,
    })
}

/// Points at the statements that say which members have the volume.
pub(crate) fn explain_ownership(finding: &mut Finding, site: &Site, volser: Volser) {
    for listing in site.listings(&volser).iter().take(LISTINGS_SHOWN) {
        let statement = match listing.by {
            ListedBy::CpOwned(_) => "CP_OWNED",
            ListedBy::UserList => "USER_VOLUME_LIST",
            ListedBy::UserInclude => "USER_VOLUME_INCLUDE",
        };
        let whom = match listing.member {
            Some(member) => format!("to {member} alone"),
            None => "to every member".to_owned(),
        };
        finding.note(&listing.place, format!("this {statement} gives {volser} {whom}"));
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
pub(crate) fn explain_build(finding: &mut Finding, site: &Site, minidisk: &Minidisk, member: MemberName) {
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

/// Suggests to take the record qualifier off a statement, when it stands in front of it on the same line.
pub(crate) fn unqualify(finding: &mut Finding, statement: &ConfigStatement) {
    if let Some(qualifier) = &statement.qualifier
        && qualifier.place.line == statement.place.line
        && qualifier.place.column < statement.place.column
    {
        let len = statement.place.column - qualifier.place.column;
        let words = Place {
            len,
            ..qualifier.place.clone()
        };
        finding.edit(&words, Change::Words(String::new()));
    }
}

/// Suggests to attach a volume to one member, or to all, by a USER_VOLUME_LIST in front of the other volumes.
pub(crate) fn attach(finding: &mut Finding, site: &Site, volser: Volser, member: Option<MemberName>) {
    let rank = |kind: &ConfigKind| match kind {
        ConfigKind::UserVolumeList(_) => Some(0),
        ConfigKind::UserVolumeInclude(_) | ConfigKind::UserVolumeExclude(_) => Some(1),
        ConfigKind::CpOwned { .. } => Some(2),
        _ => None,
    };
    // In a block, or behind a qualifier, a line in front would be another member's.
    let free = site
        .config
        .statements
        .iter()
        .filter(|statement| statement.qualifier.is_none());
    let volumes = free.filter_map(|statement| Some((rank(&statement.kind)?, statement)));
    if let Some((_, first)) = volumes.min_by_key(|(rank, _)| *rank) {
        let whom = member.map_or(String::new(), |member| format!("{member}: "));
        let line = format!("  {whom}User_Volume_List     {volser}");
        finding.edit(&first.place, Change::Before(line));
    }
}

/// First and one-past-last cylinder or block of a run.
pub(crate) fn bounds(run: Run) -> (u64, u64) {
    let (first, count) = match run {
        Run::Cylinders { first, count } => (first.get(), count.get()),
        Run::Blocks { first, count } => (first.get(), count.get()),
    };
    (u64::from(first), u64::from(first) + u64::from(count))
}
