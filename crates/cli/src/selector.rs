//! The selecting options of list and restore, from words to names.

use catalog::VersionFilter;
use dasd::Volser;
use zvm::{JobName, MemberName, UserId, Vdev};

use crate::args::SelectArgs;
use crate::exit::Usage;

/// Reads a name given on the command line; a word that is no such name is wrong usage.
pub(crate) fn name<T, E: std::fmt::Display>(
    word: &str,
    read: impl FnOnce(&str) -> Result<T, E>,
) -> Result<T, Usage> {
    read(word).map_err(|error| Usage(error.to_string()))
}

/// A job's name.
pub(crate) fn job(word: &str) -> Result<JobName, Usage> {
    name(word, JobName::new)
}

/// A member's name.
pub(crate) fn member(word: &str) -> Result<MemberName, Usage> {
    name(word, MemberName::new)
}

impl SelectArgs {
    /// The selection as a question to the catalog. A volser alone means the volume itself; with a user or device
    /// it means minidisks on that volume.
    pub(crate) fn filter(&self) -> Result<VersionFilter, Usage> {
        let user = self
            .user
            .as_deref()
            .map(|word| name(word, UserId::new))
            .transpose()?;
        let vdev = self
            .vdev
            .as_deref()
            .map(|word| name(word, str::parse::<Vdev>))
            .transpose()?;
        let volser = self
            .volser
            .as_deref()
            .map(|word| name(word, Volser::named))
            .transpose()?;
        let seen_by = self.member.as_deref().map(member).transpose()?;
        let whole_volumes = match (user.is_some() || vdev.is_some(), volser.is_some()) {
            (true, _) => Some(false),
            (false, true) => Some(true),
            (false, false) => None,
        };
        Ok(VersionFilter {
            user,
            vdev,
            volser,
            seen_by,
            whole_volumes,
            ..VersionFilter::default()
        })
    }
}
