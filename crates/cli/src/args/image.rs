//! Arguments of the `image` commands.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
pub(crate) enum ImageCommand {
    /// Show geometry, label, allocation map and owner, and on request tracks, minidisks and a picture
    ///
    /// Shows the format of each image, its device and size, its label, CP's allocation map, and who owns the volume.
    Info(ImageInfoArgs),
    /// Make a new volume, empty, labelled or formatted for CP
    ///
    /// Makes a new volume. An existing file is never overwritten.
    Create(ImageCreateArgs),
    /// Look for damage, and write a repaired copy if asked
    ///
    /// Checks headers, tables, tracks and free space of each image. Shadow files and the parts of a split volume are
    /// checked too. Ends with exit code 1 when there are errors; warnings are things that only other programs would
    /// mind.
    Check(ImageCheckArgs),
    /// Copy a volume to an image of any format
    ///
    /// Copies all tracks or blocks of a volume to an image of another format. The new image appears under its name when
    /// it is complete.
    Convert(ImageConvertArgs),
    /// Show where two volumes differ, by track and record or by block
    ///
    /// Compares what two volumes hold, whatever the formats of their images. Ends with exit code 1 when they differ.
    Compare(ImageCompareArgs),
    /// Show records or blocks as a dump, or write their bytes to a file
    ///
    /// Shows records with their count fields, or blocks, in hexadecimal beside EBCDIC text.
    Extract(ImageExtractArgs),
    /// Make one image of a base image and the shadow files over it
    ///
    /// Makes one image of a base image and its shadow files, with every change that they hold. Base and shadows stay as
    /// they are.
    Merge(ImageMergeArgs),
    /// Show or begin the map of an image's changes, so that a backup need not read what has not changed
    ///
    /// The map lies beside the image, as IMAGE.changes. Programs that keep it (`site mutate`, the emulated device) mark
    /// in it what they write; a backup with `--changes trusted` or `sampled` then reads only what is marked since its
    /// base. When anything else has written the image, everything counts as changed. Without an option the map is
    /// shown.
    Changes(ImageChangesArgs),
}

#[derive(Debug, Args)]
pub(crate) struct ImageChangesArgs {
    /// The image; it must be a single file
    pub(crate) file: PathBuf,
    /// Begin a map, in place of one that may be there: the next backup reads everything
    #[arg(long, conflicts_with = "stop")]
    pub(crate) start: bool,
    /// Remove the map
    #[arg(long)]
    pub(crate) stop: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ImageInfoArgs {
    /// The image files
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Draw a picture of the pack, one character for each cylinder or group of them. Reads the whole volume
    #[arg(long)]
    pub(crate) map: bool,
    /// Count formatted tracks and records, or blocks that are not zero. Reads the whole volume
    #[arg(long)]
    pub(crate) count: bool,
    /// Show the minidisks that this source directory has on the volume, with gaps and overlaps
    #[arg(long, value_name = "USER.DIRECT")]
    pub(crate) directory: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ImageCreateArgs {
    /// The image file to make, e.g. work01.ckd or work01.cckd
    pub(crate) file: PathBuf,
    /// Device type or model, e.g. 3390-3, 3380, 3350 or 9336-20
    #[arg(long, value_name = "DEVICE")]
    pub(crate) device: String,
    /// Cylinders, for CKD devices (default: those of the model)
    #[arg(long, value_name = "N", conflicts_with = "blocks")]
    pub(crate) cylinders: Option<u32>,
    /// 512-byte blocks, for FBA devices (default: those of the model)
    #[arg(long, value_name = "N")]
    pub(crate) blocks: Option<u32>,
    /// Write a label with this volume serial: 1 to 6 letters or digits
    #[arg(long, value_name = "VOLSER")]
    pub(crate) volser: Option<String>,
    /// Format the volume for CP: label of CP, allocation map (all PERM), 4096-byte records on every track
    #[arg(long, requires = "volser")]
    pub(crate) format_cp: bool,
    /// What unformatted tracks hold: 0 an end-of-file record, 1 nothing, 2 twelve records of 4096 zero bytes as
    /// Linux formats a 3390
    #[arg(long, value_name = "0|1|2", default_value_t = 1, value_parser = clap::value_parser!(u8).range(0..=2), conflicts_with = "format_cp")]
    pub(crate) null_format: u8,
    #[command(flatten)]
    pub(crate) kind: KindArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ImageCheckArgs {
    /// The image files
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Write a sound copy of FILE to this new file, and list what was lost. FILE itself is never changed
    #[arg(long, value_name = "NEWFILE")]
    pub(crate) repair: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ImageConvertArgs {
    /// The image to read; of a split volume the first file
    pub(crate) from: PathBuf,
    /// The image to write
    pub(crate) to: PathBuf,
    #[command(flatten)]
    pub(crate) kind: KindArgs,
    /// Read FROM with these shadow files over it, the first one first; `auto` takes those that lie beside it (vm_1.cckd,
    /// vm_2.cckd over vm.cckd)
    #[arg(long, value_name = "auto|FILE", num_args = 1..)]
    pub(crate) shadows: Vec<PathBuf>,
    /// Replace TO if it exists
    #[arg(long)]
    pub(crate) force: bool,
}

/// How an image is written.
#[derive(Debug, Args)]
pub(crate) struct KindArgs {
    /// The kind of image (default: cckd or cckd64 for files called .cckd, .cfba, .cckd64 or .cfba64, otherwise plain)
    #[arg(long, value_enum)]
    pub(crate) kind: Option<KindArg>,
    /// How the tracks of a cckd or cckd64 image are compressed (default: zlib)
    #[arg(long, value_enum)]
    pub(crate) compress: Option<ImageCompressArg>,
    /// Compression level, 1 (fast) to 9 (small)
    #[arg(long, value_name = "N", default_value_t = 6, value_parser = clap::value_parser!(u8).range(1..=9))]
    pub(crate) level: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum KindArg {
    /// Every track or block at its place, one file
    Plain,
    /// Plain, in files below 2 GiB: vol_1.ckd, vol_2.ckd and so on
    Split,
    /// Compressed; CFBA for FBA volumes. Ends at 4 GiB
    Cckd,
    /// Compressed with 64-bit offsets, for larger images; older programs do not know it
    Cckd64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ImageCompressArg {
    /// Not at all; unformatted tracks take no room all the same
    None,
    /// zlib, read by every Hercules
    Zlib,
    /// bzip2: smaller and slower
    Bzip2,
}

#[derive(Debug, Args)]
pub(crate) struct ImageCompareArgs {
    /// The first image
    pub(crate) a: PathBuf,
    /// The second image
    pub(crate) b: PathBuf,
    /// List this many differences and count the rest
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub(crate) limit: usize,
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("what").required(true).args(["track", "tracks", "block"])))]
pub(crate) struct ImageExtractArgs {
    /// The image file
    pub(crate) file: PathBuf,
    /// One track by cylinder and head, e.g. 0/0
    #[arg(long, value_name = "CYL/HEAD")]
    pub(crate) track: Option<String>,
    /// All tracks from one to another, e.g. 0/0-0/14
    #[arg(long, value_name = "CYL/HEAD-CYL/HEAD")]
    pub(crate) tracks: Option<String>,
    /// A 512-byte block of an FBA volume, counted from 0
    #[arg(long, value_name = "N")]
    pub(crate) block: Option<u32>,
    /// So many blocks
    #[arg(long, value_name = "N", requires = "block", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) count: u32,
    /// Write the bytes instead: tracks from their home address to their end mark, blocks as they are
    #[arg(long)]
    pub(crate) raw: bool,
    /// Write the bytes to this file instead of standard output
    #[arg(long, value_name = "FILE", requires = "raw")]
    pub(crate) to: Option<PathBuf>,
    /// Replace FILE if it exists
    #[arg(long, requires = "to")]
    pub(crate) force: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ImageMergeArgs {
    /// The base image
    pub(crate) base: PathBuf,
    /// The shadow files, the first one first (default: those beside the base, vm_1.cckd, vm_2.cckd over vm.cckd)
    #[arg(value_name = "SHADOW")]
    pub(crate) shadows: Vec<PathBuf>,
    /// The image to write
    #[arg(long, value_name = "NEW")]
    pub(crate) to: PathBuf,
    #[command(flatten)]
    pub(crate) kind: KindArgs,
    /// Replace NEW if it exists
    #[arg(long)]
    pub(crate) force: bool,
}
