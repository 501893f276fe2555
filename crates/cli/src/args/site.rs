//! The arguments of `site`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
pub(crate) enum SiteCommand {
    /// Write a complete, correct site: SYSTEM CONFIG, USER DIRECT, jobs, site.toml
    New(SiteNewArgs),
    /// Make the volumes of a site that do not exist yet
    Build(SiteBuildArgs),
    /// Make a site around DASD images that are there
    ///
    /// Without a user directory each volume is a full-pack minidisk of one system, and one job copies all volumes as a
    /// whole. With one, jobs are proposed for what it has. `check`, `plan`, `backup --all` and `restore` work at once.
    Import(SiteImportArgs),
    /// Count what a user directory has: users, minidisks, overlays, overlaps, dangling links
    ///
    /// Everything is counted by statement. A minidisk is an MDISK with an extent or with DEVNO in any entry, SUBCONFIG
    /// included; T-DISK and V-DISK stand apart. A full-pack minidisk starts at 0 and reaches the end of the pack (by its
    /// size in site.toml or of its device type; failing that, the size of some model with nothing farther out). It is an
    /// overlay when the pack also holds minidisks that are neither full-pack ones nor space maps. Overlaps are pairs of
    /// extents with a cylinder or block in common. A LINK dangles when its owner, or the owner's minidisk, is missing.
    Info(SiteInfoArgs),
    /// Propose jobs, exclusions, service machines and statements for a site
    Suggest(SiteSuggestArgs),
    /// Change a share of the tracks, as a day's work would
    Mutate(SiteMutateArgs),
}

#[derive(Debug, Args)]
pub(crate) struct SiteNewArgs {
    /// The folder of the site; it must not exist or be empty
    pub(crate) dir: PathBuf,
    /// Members of the cluster
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=8))]
    pub(crate) members: u8,
    /// Whose backup product the jobs and service machines are laid out for
    #[arg(long, value_enum, default_value = "brm")]
    pub(crate) layout: LayoutArg,
    /// How large the volumes are: about 100 MB, 600 MB or 3 GB in all
    #[arg(long, value_enum, default_value = "small")]
    pub(crate) scale: ScaleArg,
    /// The seed everything is made from
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum LayoutArg {
    /// IBM Backup and Restore Manager
    Brm,
    /// VM:Backup
    Vmbackup,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ScaleArg {
    Small,
    Medium,
    Large,
}

#[derive(Debug, Args)]
pub(crate) struct SiteBuildArgs {
    /// The folder of the site
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct SiteInfoArgs {
    /// The folder of a site, or a user directory (USER DIRECT) by itself; parts that LOAD names lie beside it
    pub(crate) path: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct SiteSuggestArgs {
    /// The folder of the site; nothing in it is changed
    pub(crate) site: PathBuf,
    /// Whose backup product to propose for (default: what site.toml says)
    #[arg(long, value_enum)]
    pub(crate) layout: Option<LayoutArg>,
    /// Write the files of the site with the proposal put in into this folder (it must not exist or be empty)
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct SiteMutateArgs {
    /// The folder of the site
    pub(crate) dir: PathBuf,
    /// Share of the tracks to change, in percent
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(0..=100))]
    pub(crate) percent: u8,
    /// The seed of the change: the same one changes the same tracks in the same way
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
}

#[derive(Debug, Args)]
pub(crate) struct SiteImportArgs {
    /// The folder of the site; it must not exist or be empty
    pub(crate) dir: PathBuf,
    /// The images, of any kind; NAME=FILE gives an image another name than its label does
    #[arg(long = "image", value_name = "[NAME=]FILE", num_args = 1.., required = true)]
    pub(crate) images: Vec<String>,
    /// The user directory (USER DIRECT) of the system; parts that LOAD names lie beside it
    #[arg(long, value_name = "FILE")]
    pub(crate) directory: Option<PathBuf>,
    /// Its SYSTEM CONFIG
    #[arg(long, value_name = "FILE")]
    pub(crate) system_config: Option<PathBuf>,
    /// DirMaint's EXTENT CONTROL
    #[arg(long, value_name = "FILE")]
    pub(crate) extent_control: Option<PathBuf>,
    /// Copy the images into the site instead of naming them where they are
    #[arg(long)]
    pub(crate) copy: bool,
    /// Whose backup product the jobs are proposed for
    #[arg(long, value_enum, default_value = "brm")]
    pub(crate) layout: LayoutArg,
}
