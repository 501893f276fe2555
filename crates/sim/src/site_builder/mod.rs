//! Writes a complete, correct site as text: SYSTEM CONFIG, USER DIRECT, EXTENT CONTROL, jobs and `site.toml`.
//!
//! The files are what an installation of this size would have, in the order in which people write them. They break
//! none of the rules that `rules` checks, and the same plan always gives the same text.

mod backup_manager;
mod base;
mod draft;
mod entry;
mod extent_control;
mod guests;
mod jobs;
mod names;
mod packs;
mod site_toml;
mod system_config;
mod vm_backup;

use crate::seed::Seed;
use draft::Draft;

/// A cluster has at most eight members, from z/VM 7.3 on; up to 7.2 four.
pub const MEMBERS_MAX: u8 = 8;

/// What a site shall look like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SitePlan {
    /// The name of the site; cluster, members and volumes are named after it.
    pub name: String,
    /// How many members, 1 to [`MEMBERS_MAX`].
    pub members: u8,
    /// Whose backup product the service machines and jobs are laid out for.
    pub layout: Layout,
    /// How large the volumes are.
    pub scale: Scale,
    /// What sizes, guests and contents are drawn from.
    pub seed: Seed,
    /// Gives every member a scratch pack of the same volser. Such a pair works as long as nobody attaches both, but
    /// rule SSI-VOL-010 calls it an error; tests use it to show that two packs stay two volumes.
    pub same_private_volser: bool,
}

impl SitePlan {
    /// A plan without a shared private volser.
    pub fn new(name: &str, members: u8, layout: Layout, scale: Scale, seed: Seed) -> SitePlan {
        SitePlan {
            name: name.to_owned(),
            members,
            layout,
            scale,
            seed,
            same_private_volser: false,
        }
    }
}

/// The backup product whose service machines a site has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layout {
    /// IBM Backup and Restore Manager: servers as IDENTITY on every member, one catalog for all.
    Brm,
    /// VM:Backup: one server for the shared volumes, one per member for its private ones.
    VmBackup,
}

impl Layout {
    /// The word that stands for the layout in `site.toml`.
    pub fn word(self) -> &'static str {
        match self {
            Layout::Brm => "brm",
            Layout::VmBackup => "vmbackup",
        }
    }
}

/// How large the volumes of a site are. The figures are those of four members.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scale {
    /// About 120 MB of plain images; built in a few seconds.
    Small,
    /// About 600 MB.
    Medium,
    /// About 3 GB, for benchmarks.
    Large,
}

impl Scale {
    /// The figure of this scale out of those of all three.
    fn of(self, [small, medium, large]: [u32; 3]) -> u32 {
        match self {
            Scale::Small => small,
            Scale::Medium => medium,
            Scale::Large => large,
        }
    }
}

/// The files of a site, ready to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteText {
    /// `site.toml`
    pub site_toml: String,
    /// `SYSTEM.CONFIG`
    pub system_config: String,
    /// `USER.DIRECT`
    pub user_direct: String,
    /// `EXTENT.CONTROL`
    pub extent_control: String,
    /// The files of `jobs/`: name and text.
    pub jobs: Vec<(String, String)>,
}

/// Why no site can be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadSitePlan {
    /// The number of members is 0 or above what an SSI cluster can have.
    #[error("a cluster of {members} members is not possible; choose 1 to {MEMBERS_MAX}")]
    Members {
        /// As asked for.
        members: u8,
    },
}

/// Writes the site.
pub fn write(plan: &SitePlan) -> Result<SiteText, BadSitePlan> {
    if plan.members == 0 || plan.members > MEMBERS_MAX {
        return Err(BadSitePlan::Members {
            members: plan.members,
        });
    }
    let mut draft = Draft::new(plan);
    base::add(&mut draft);
    match plan.layout {
        Layout::Brm => backup_manager::add(&mut draft),
        Layout::VmBackup => vm_backup::add(&mut draft),
    }
    guests::add(&mut draft);
    Ok(SiteText {
        site_toml: site_toml::text(&draft),
        system_config: system_config::text(&draft),
        extent_control: extent_control::text(&draft),
        jobs: jobs::files(&draft),
        user_direct: draft.directory(),
    })
}

#[cfg(test)]
mod tests;
