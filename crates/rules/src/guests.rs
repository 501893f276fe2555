//! What the directory tells about the system that a user runs, and whether it may move.

use std::collections::{BTreeMap, BTreeSet};

use zvm::{
    Place, Site, UserId, Vdev,
    entry::{Entry, EntryKind, Statement},
};

/// The system that a user IPLs at logon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum System {
    /// CMS: its disks hold files that can be restored one by one.
    Cms,
    /// An operating system of its own, from one of its own minidisks.
    Own,
}

/// What the users IPL, as far as the directory says.
pub(crate) fn systems(site: &Site) -> BTreeMap<UserId, System> {
    let disks: BTreeSet<(UserId, Vdev)> = site.minidisks.iter().map(|disk| (disk.user, disk.vdev)).collect();
    let judge = |user: UserId, operands: &str| {
        let what = operands.split(' ').next().unwrap_or_default();
        if what == "CMS" {
            return Some(System::Cms);
        }
        let vdev = what.parse::<Vdev>().ok()?;
        disks.contains(&(user, vdev)).then_some(System::Own)
    };
    last_words(site, |keyword, _| {
        !keyword.is_empty() && "IPL".starts_with(keyword)
    })
    .into_iter()
    .filter_map(|(user, (operands, _))| Some((user, judge(user, operands)?)))
    .collect()
}

/// Users that run an operating system of their own.
pub(crate) fn guests(site: &Site) -> BTreeSet<UserId> {
    let own = |(user, system)| (system == System::Own).then_some(user);
    systems(site).into_iter().filter_map(own).collect()
}

/// Users that the directory expects to be relocated, with the statement that says so.
pub(crate) fn movable(site: &Site) -> BTreeMap<UserId, &Place> {
    let speaks = |keyword: &str, operands: &str| {
        keyword.starts_with("VMRELO")
            || (keyword.starts_with("COM") && operands.starts_with("SET VMRELOCATE"))
    };
    last_words(site, speaks)
        .into_iter()
        .filter(|(_, (operands, _))| !operands.split(' ').any(|word| word == "OFF"))
        .map(|(user, (_, place))| (user, place))
        .collect()
}

/// SFS servers: they hold file spaces of others on their minidisks.
pub(crate) fn file_pool_servers(site: &Site) -> BTreeSet<UserId> {
    let resource = |operands: &str| operands.starts_with("*IDENT") && operands.contains("RES");
    last_words(site, |keyword, operands| keyword == "IUCV" && resource(operands))
        .into_keys()
        .collect()
}

type Said<'a> = (&'a str, &'a Place);

/// What the last statement of each user that `speaks` says. A user's own statement is stronger than its profile's.
fn last_words(site: &Site, speaks: impl Fn(&str, &str) -> bool) -> BTreeMap<UserId, Said<'_>> {
    let said = |entry: &'_ Entry| -> Option<usize> {
        entry.statements.iter().rposition(|statement| match statement {
            Statement::Other {
                keyword, operands, ..
            } => speaks(keyword, operands),
            _ => false,
        })
    };
    fn words(entry: &Entry, at: usize) -> Option<Said<'_>> {
        match entry.statements.get(at)? {
            Statement::Other { operands, place, .. } => Some((operands, place)),
            _ => None,
        }
    }
    let mut profiles: BTreeMap<UserId, Said<'_>> = BTreeMap::new();
    let mut users = BTreeMap::new();
    let of_kind = |profile: bool| {
        let entries = site.directory.entries.iter();
        entries.filter(move |entry| (entry.kind == EntryKind::Profile) == profile)
    };
    for entry in of_kind(true) {
        if let Some(words) = said(entry).and_then(|at| words(entry, at)) {
            profiles.insert(entry.id.value, words);
        }
    }
    for entry in of_kind(false).filter(|entry| entry.kind != EntryKind::Subconfig) {
        let own = said(entry).and_then(|at| words(entry, at));
        let included = || {
            entry.statements.iter().find_map(|statement| match statement {
                Statement::Include(profile) => profiles.get(&profile.value).copied(),
                _ => None,
            })
        };
        if let Some(words) = own.or_else(included) {
            users.insert(entry.id.value, words);
        }
    }
    users
}
