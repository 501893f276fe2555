//! The command line: strings and numbers only, decided nowhere here.

mod bench;
mod check;
mod image;
mod site;
mod tape;

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

pub(crate) use bench::BenchArgs;
pub(crate) use check::{CheckArgs, RulesArgs};
pub(crate) use image::{
    ImageChangesArgs, ImageCheckArgs, ImageCommand, ImageCompareArgs, ImageCompressArg, ImageConvertArgs,
    ImageCreateArgs, ImageExtractArgs, ImageInfoArgs, ImageMergeArgs, KindArg, KindArgs,
};
pub(crate) use site::{
    LayoutArg, ScaleArg, SiteBuildArgs, SiteCommand, SiteImportArgs, SiteInfoArgs, SiteMutateArgs,
    SiteNewArgs, SiteSuggestArgs,
};
pub(crate) use tape::{
    CompressArg, LabelArg, RecordFormatArgs, TapeCommand, TapeConvertArgs, TapeCreateArgs, TapeExtractArgs,
    TapeInfoArgs,
};

/// Back up z/VM SSI clusters and DASD images: check, plan, copy, restore, verify.
#[derive(Debug, Parser)]
#[command(
    name = "ssibackup",
    version,
    max_term_width = 100,
    arg_required_else_help = true
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options that every command takes.
#[derive(Debug, Args)]
pub(crate) struct Global {
    /// How results are written to standard output
    #[arg(long, global = true, value_enum, default_value = "human")]
    pub(crate) format: Format,
    /// Say only what went wrong
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Say more on standard error; twice for everything
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
    /// When to use colour
    #[arg(long, global = true, value_enum, default_value = "auto")]
    pub(crate) color: Color,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Tables and sentences
    Human,
    /// One JSON document
    Json,
    /// SARIF 2.1.0, for code scanning viewers (check only)
    Sarif,
    /// JUnit XML, for build servers (check only)
    Junit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show the whole tour on a built-in four-member cluster
    Demo(DemoArgs),
    /// Make a site and its volumes, or change their content
    #[command(subcommand)]
    Site(SiteCommand),
    /// Check a site against the rules of an SSI backup
    Check(CheckArgs),
    /// List the rules, or explain one
    Rules(RulesArgs),
    /// Show who copies what, what is left out and why, and what is copied twice
    Plan(PlanArgs),
    /// Back up a site, or plain DASD images
    Backup(BackupArgs),
    /// List what was backed up
    List(ListArgs),
    /// Restore a minidisk or a volume, to a file or in place
    Restore(RestoreArgs),
    /// Prove that what was backed up can be restored
    Verify(VerifyArgs),
    /// Work on the catalog itself
    #[command(subcommand)]
    Catalog(CatalogCommand),
    /// Make, check, convert, compare and look inside DASD images
    #[command(subcommand)]
    Image(ImageCommand),
    /// Look inside tape images, copy files from them, make new ones
    #[command(subcommand)]
    Tape(TapeCommand),
    /// Measure the copy path on this machine, and the limit that its parts set
    ///
    /// Each stage is measured alone on one thread. Their times add up to the least time that a backup can take here, all
    /// threads together; then whole backups, restores and verifications are timed beside it, each as a process of its own,
    /// from the start of the program to the last byte being safe on disk.
    ///
    /// More than 100 % is possible: a run asks the catalog for many chunks of its base at once and goes on while it waits,
    /// the stage asks for a few and waits.
    Bench(BenchArgs),
}

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// Keep the site and the repository in this folder (it must not exist or be empty) instead of a temporary one
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
    /// The seed everything is made from
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
}

#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    /// The folder of the site
    pub(crate) site: PathBuf,
    /// Only this job (may be given several times)
    #[arg(long = "job", value_name = "JOB")]
    pub(crate) jobs: Vec<String>,
    /// Only jobs that run on this member
    #[arg(long)]
    pub(crate) member: Option<String>,
    #[command(flatten)]
    pub(crate) coverage: CoverageArgs,
}

/// The options of `plan` that ask about all jobs together.
#[derive(Debug, Args)]
pub(crate) struct CoverageArgs {
    /// Prove for each minidisk which jobs copy it and how old its newest copy is at worst, or why none does
    #[arg(long, conflicts_with_all = ["jobs", "member"])]
    pub(crate) coverage: bool,
    /// Say what is lost when this member is down (may be given several times)
    #[arg(long, value_name = "MEMBER", conflicts_with_all = ["jobs", "member"])]
    pub(crate) member_down: Vec<String>,
    /// Say what is lost with this volume, and what brings it back; VOLSER:MEMBER means the pack of one member
    #[arg(long, value_name = "VOLSER", conflicts_with_all = ["jobs", "member"])]
    pub(crate) volume_lost: Vec<String>,
    /// Say what is missing when this member joins the cluster
    #[arg(long, value_name = "MEMBER", conflicts_with_all = ["jobs", "member"])]
    pub(crate) add_member: Option<String>,
}

#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("what").required(true).args(["all", "jobs", "images"]).multiple(false)))]
pub(crate) struct BackupArgs {
    /// The folder of the site
    #[arg(required_unless_present = "images", conflicts_with = "images")]
    pub(crate) site: Option<PathBuf>,
    /// Run every job of the site
    #[arg(long)]
    pub(crate) all: bool,
    /// Run this job (may be given several times)
    #[arg(long = "job", value_name = "JOB")]
    pub(crate) jobs: Vec<String>,
    /// Only jobs that run on this member
    #[arg(long, conflicts_with = "images")]
    pub(crate) member: Option<String>,
    /// Back up DASD images without a site; NAME=FILE gives an image another name than its label does
    #[arg(long = "image", value_name = "[NAME=]FILE", num_args = 1.., requires = "repo")]
    pub(crate) images: Vec<String>,
    /// Read each image together with the shadow files beside it (vm_1.cckd, vm_2.cckd over vm.cckd)
    #[arg(long, requires = "images")]
    pub(crate) shadows: bool,
    /// Run every job as a full backup
    #[arg(long, conflicts_with = "incremental")]
    pub(crate) full: bool,
    /// Run every job as an incremental backup
    #[arg(long)]
    pub(crate) incremental: bool,
    /// What an incremental backup makes of the maps of changes beside the images; `image changes` begins one (default:
    /// what the job says, otherwise ignored)
    #[arg(long, value_enum)]
    pub(crate) changes: Option<ChangesArg>,
    /// Pass over images whose files look as they did when the base was copied, by length, times of change and inode
    /// (default: what the job says, otherwise no)
    #[arg(long)]
    pub(crate) skip_unchanged: bool,
    /// Read at most so many megabytes (1,000,000 bytes) a second from the volumes of each member (default: what its
    /// [[worker]] in site.toml says, otherwise no limit)
    #[arg(long, value_name = "MB")]
    pub(crate) rate: Option<std::num::NonZeroU32>,
    /// Where packs and catalog are kept: a folder or a file:// URL (default: what site.toml says)
    #[arg(long, value_name = "URL")]
    pub(crate) repo: Option<String>,
    /// zstd level of new packs
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(i32).range(-7..=19), allow_negative_numbers = true)]
    pub(crate) level: i32,
    #[command(flatten)]
    pub(crate) threads: ThreadsArg,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ChangesArg {
    /// Read everything
    Ignored,
    /// Read what is marked as changed, and one in 64 of the others: if one of those has changed, read everything
    Sampled,
    /// Read only what is marked as changed
    Trusted,
}

#[derive(Debug, Args)]
pub(crate) struct ThreadsArg {
    /// Threads that hash and compress (default: one for each processor)
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<std::num::NonZeroUsize>,
}

/// What to pick from a catalog; everything that is given must match.
#[derive(Debug, Args)]
pub(crate) struct SelectArgs {
    /// Minidisks of this user
    #[arg(long)]
    pub(crate) user: Option<String>,
    /// Minidisks at this virtual device number
    #[arg(long)]
    pub(crate) vdev: Option<String>,
    /// This volume, or minidisks on it when a user or device is given too
    #[arg(long)]
    pub(crate) volser: Option<String>,
    /// Copies of this member's own disks
    #[arg(long)]
    pub(crate) member: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// A site folder or a repository
    #[arg(value_name = "WHERE")]
    pub(crate) place: String,
    #[command(flatten)]
    pub(crate) select: SelectArgs,
    /// Instances of this job
    #[arg(long)]
    pub(crate) job: Option<String>,
    /// Only what had been begun by then, e.g. 2026-11-20T03:00:00Z
    #[arg(long, value_name = "TIME")]
    pub(crate) as_of: Option<String>,
    /// One line for each domain instead of one for each instance (implied by the selecting options)
    #[arg(long)]
    pub(crate) domains: bool,
}

#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("which").required(true).args(["instance", "latest"])))]
#[command(group(clap::ArgGroup::new("target").required(true).args(["to", "in_place"])))]
pub(crate) struct RestoreArgs {
    /// A site folder or a repository
    #[arg(value_name = "WHERE")]
    pub(crate) place: String,
    /// From this instance
    #[arg(long, value_name = "JOB/N")]
    pub(crate) instance: Option<String>,
    /// From the newest instance that has it
    #[arg(long)]
    pub(crate) latest: bool,
    #[command(flatten)]
    pub(crate) select: SelectArgs,
    /// Write a new image file (plain CKD or FBA)
    #[arg(long, value_name = "FILE")]
    pub(crate) to: Option<PathBuf>,
    /// Write over the place it came from, in the volumes of the site
    #[arg(long)]
    pub(crate) in_place: bool,
    /// Replace FILE if it exists
    #[arg(long, requires = "to")]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) threads: ThreadsArg,
}

#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// A site folder or a repository
    #[arg(value_name = "WHERE")]
    pub(crate) place: String,
    /// Read, unpack and hash everything, not only what names it
    #[arg(long)]
    pub(crate) read_data: bool,
    /// Read about this share of the packs, drawn by chance, in percent
    #[arg(long, value_name = "PERCENT", conflicts_with = "read_data", value_parser = clap::value_parser!(u8).range(1..=100))]
    pub(crate) sample: Option<u8>,
    #[command(flatten)]
    pub(crate) threads: ThreadsArg,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CatalogCommand {
    /// Make a new catalog from the packs and records of a repository; the old one is kept beside it
    Rebuild(CatalogRebuildArgs),
}

#[derive(Debug, Args)]
pub(crate) struct CatalogRebuildArgs {
    /// A site folder or a repository
    #[arg(value_name = "WHERE")]
    pub(crate) place: String,
}
