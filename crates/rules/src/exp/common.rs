//! What several rules about expiration ask.

use zvm::{Facts, MemberName, Site, facts::Command};

/// The commands `EXPIRE (PURGE`, in the order of the facts.
pub(super) fn purges(facts: &Facts) -> impl Iterator<Item = &Command> {
    facts.commands.iter().filter(|command| expires(command, "PURGE"))
}

/// Whether it is `EXPIRE` with this option.
pub(super) fn expires(command: &Command, option: &str) -> bool {
    let mut words = command.text.split(|letter: char| !letter.is_ascii_alphanumeric());
    words.any(|word| word == "EXPIRE") && command.text.contains(option)
}

/// The member whose catalog server does it.
pub(super) fn member(command: &Command) -> MemberName {
    command.server_member.unwrap_or(command.member)
}

/// Whether each member has a catalog of its own: the sample SFS server is an IDENTITY.
pub(super) fn has_separate_catalogs(site: &Site) -> bool {
    site.users
        .iter()
        .any(|user| user.multi && user.id.as_str() == "BKRSVSFS")
}
