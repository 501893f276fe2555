//! Which profile a new service machine includes.

use std::collections::{BTreeMap, BTreeSet};

use zvm::{
    Site, UserId,
    entry::{Entry, EntryKind, Logon, Statement},
};

/// What a profile may say that a service machine takes over: it makes a plain CMS machine. A profile with anything else,
/// such as network cards, processors or options, is for guests, and would give a server more than it may have.
const PLAIN: [&str; 7] = [
    "IPL", "MACHINE", "CONSOLE", "SPOOL", "ACCOUNT", "ACIGROUP", "NAMESAVE",
];
/// What an entry has that is a guest, although it logs on by itself and includes a plain profile.
const OF_GUESTS: [&str; 6] = ["NICDEF", "CPU", "CRYPTO", "LOADDEV", "VMRELOCATE", "SPECIAL"];

/// Adds the INCLUDE of the profile that most service machines of this kind use among those that make a plain CMS machine
/// with its devices. Returns the device statements that the entry needs where there is none.
pub(super) fn add(site: &Site, kind: EntryKind, text: &mut String) -> &'static str {
    let entries = &site.directory.entries;
    let profiles: BTreeSet<UserId> = entries
        .iter()
        .filter(|entry| entry.kind == EntryKind::Profile && makes_plain_machine(entry))
        .map(|entry| entry.id.value)
        .collect();
    let mut used: BTreeMap<UserId, usize> = BTreeMap::new();
    for statement in entries
        .iter()
        .filter(|entry| entry.kind == kind && entry.logon == Logon::AutoOnly && !is_guest(entry))
        .flat_map(|entry| &entry.statements)
    {
        if let Statement::Include(profile) = statement
            && profiles.contains(&profile.value)
        {
            *used.entry(profile.value).or_default() += 1;
        }
    }
    let most = used
        .iter()
        .max_by_key(|(id, count)| (**count, std::cmp::Reverse(**id)));
    match most {
        Some((profile, _)) => {
            text.push_str(&format!(" INCLUDE {profile}\n"));
            ""
        }
        None => {
            text.push_str(" IPL CMS\n MACHINE XA\n");
            " CONSOLE 0009 3215 T\n SPOOL 000C 2540 READER *\n SPOOL 000D 2540 PUNCH A\n SPOOL 000E 1403 A\n"
        }
    }
}

/// The statements of an entry that are no minidisks, links and the like: keyword and public operands.
fn others(entry: &Entry) -> impl Iterator<Item = (&str, &str)> {
    entry.statements.iter().filter_map(|statement| match statement {
        Statement::Other {
            keyword, operands, ..
        } => Some((keyword.as_str(), operands.as_str())),
        _ => None,
    })
}

/// Keywords may be abbreviated; three letters tell all these apart.
fn is(keyword: &str, known: &str) -> bool {
    keyword.len() >= 3 && known.starts_with(keyword)
}

/// Whether the profile IPLs CMS, has a console and a reader, and nothing that only guests need.
fn makes_plain_machine(profile: &Entry) -> bool {
    let has = |known: &str| others(profile).any(|(keyword, _)| is(keyword, known));
    let is_plain = |statement: &Statement| match statement {
        Statement::Other { keyword, .. } => PLAIN.iter().any(|known| is(keyword, known)),
        statement => matches!(statement, Statement::Link(_)),
    };
    let loads_cms = others(profile).any(|(keyword, operands)| is_cms(keyword, operands));
    loads_cms && has("CONSOLE") && has("SPOOL") && profile.statements.iter().all(is_plain)
}

/// Whether an entry that logs on by itself is somebody's guest: it has what only guests have, or IPLs a device.
fn is_guest(entry: &Entry) -> bool {
    let mut others = others(entry);
    others.any(|(keyword, operands)| {
        OF_GUESTS.iter().any(|known| is(keyword, known)) || (keyword == "IPL" && !is_cms(keyword, operands))
    })
}

/// `IPL CMS`, with or without parameters.
fn is_cms(keyword: &str, operands: &str) -> bool {
    keyword == "IPL" && operands.split_whitespace().next() == Some("CMS")
}
