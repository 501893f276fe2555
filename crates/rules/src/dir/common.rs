//! What the rules of this area ask about the entries of the directory.

use zvm::{
    Site,
    entry::{Build, Entry, EntryKind, Link, Statement},
};

/// The entries of one kind, in the order of the file.
pub(super) fn entries(site: &Site, kind: EntryKind) -> impl Iterator<Item = &Entry> {
    site.directory
        .entries
        .iter()
        .filter(move |entry| entry.kind == kind)
}

/// The BUILD statements of IDENTITY entries, each with its entry.
pub(super) fn builds(site: &Site) -> impl Iterator<Item = (&Entry, &Build)> {
    entries(site, EntryKind::Identity)
        .flat_map(|entry| entry.statements.iter().map(move |statement| (entry, statement)))
        .filter_map(|(entry, statement)| match statement {
            Statement::Build(build) => Some((entry, build)),
            _ => None,
        })
}

/// The LINK statements of all entries, each with its entry.
pub(super) fn links(site: &Site) -> impl Iterator<Item = (&Entry, &Link)> {
    site.directory
        .entries
        .iter()
        .flat_map(|entry| entry.statements.iter().map(move |statement| (entry, statement)))
        .filter_map(|(entry, statement)| match statement {
            Statement::Link(link) => Some((entry, link)),
            _ => None,
        })
}

/// The keyword of the statement that starts an entry.
pub(super) fn keyword(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::Profile => "PROFILE",
        EntryKind::User => "USER",
        EntryKind::Identity => "IDENTITY",
        EntryKind::Subconfig => "SUBCONFIG",
    }
}
