//! Arguments of the `tape` commands.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
pub(crate) enum TapeCommand {
    /// Show what is on tape images: files, labels, datasets, CMS files, and any damage
    ///
    /// Shows the format of each tape image (AWSTAPE or HET), its tape files with their blocks, its standard labels
    /// and datasets, the CMS files that VMFPLC2 or TAPE DUMP wrote, and every damage with its place. Ends with exit
    /// code 1 when a tape is damaged.
    Info(TapeInfoArgs),
    /// Copy datasets, CMS files or tape files from a tape image into a folder
    ///
    /// `tape info` shows what there is to choose from. A dataset that continues on other volumes needs all images of
    /// the set, in their order. Files that exist are kept unless --force is given.
    Extract(TapeExtractArgs),
    /// Write files of this machine to a new tape image
    ///
    /// Each file becomes a dataset that is named after it. Without files the tape is only initialised. The image
    /// appears under its name when it is complete.
    Create(TapeCreateArgs),
    /// Write a tape image anew as AWSTAPE or HET, block by block
    ///
    /// Blocks and tapemarks stay what they are; only how the image stores them changes. A damaged tape is refused,
    /// except for faults that leave every block readable, such as wrong backward links: the new image has none.
    /// The image appears under its name when it is complete.
    Convert(TapeConvertArgs),
}

#[derive(Debug, Args)]
pub(crate) struct TapeInfoArgs {
    /// The tape images
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("what").required(true).args(["number", "dataset", "cms", "all"])))]
#[command(group(ArgGroup::new("how").args(["raw", "records", "text"])))]
pub(crate) struct TapeExtractArgs {
    /// The tape image; for a labelled set of volumes all images in order
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// This tape file, counted from 1; labels count as tape files too
    #[arg(long = "file", value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) number: Option<u32>,
    /// The dataset of this name, on a tape with standard labels
    #[arg(long, value_name = "NAME")]
    pub(crate) dataset: Option<String>,
    /// CMS files of this name and type, e.g. 'PROFILE EXEC'; * stands for any letters, % for one
    #[arg(long, value_name = "FN FT")]
    pub(crate) cms: Option<String>,
    /// Every dataset; on a tape without labels every CMS file, and every tape file that holds something else
    #[arg(long)]
    pub(crate) all: bool,
    /// The folder that the files are written to; it is made if needed
    #[arg(long, value_name = "DIR")]
    pub(crate) to: PathBuf,
    /// Blocks as they are on the tape, one behind the other; of CMS files the records (the default)
    #[arg(long)]
    pub(crate) raw: bool,
    /// Records without blocking; each variable-length record keeps its four-byte length
    #[arg(long)]
    pub(crate) records: bool,
    /// Records as lines of text: EBCDIC (code page 037) becomes UTF-8, blanks at the end of a line are cut
    #[arg(long)]
    pub(crate) text: bool,
    #[command(flatten)]
    pub(crate) format: RecordFormatArgs,
    /// Replace files that exist
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Debug, Args)]
pub(crate) struct TapeCreateArgs {
    /// The tape image to make, e.g. backup.het or backup.aws
    pub(crate) file: PathBuf,
    /// The volume serial for the label: 1 to 6 letters or digits
    #[arg(long, value_name = "VOLSER")]
    pub(crate) volser: Option<String>,
    /// The owner for the volume label, up to 10 characters
    #[arg(long, requires = "volser")]
    pub(crate) owner: Option<String>,
    /// Which labels the tape gets
    #[arg(long, value_enum, default_value = "sl")]
    pub(crate) label: LabelArg,
    /// How blocks are compressed (default: zlib when the image is called .het, none otherwise)
    #[arg(long, value_enum)]
    pub(crate) compress: Option<CompressArg>,
    #[command(flatten)]
    pub(crate) format: RecordFormatArgs,
    /// The longest block in bytes (default: 32760, or the nearest whole number of records below)
    #[arg(long, value_name = "BYTES", value_parser = clap::value_parser!(u32).range(1..=BLOCK_LIMIT))]
    pub(crate) blksize: Option<u32>,
    /// Input files are text: every line becomes a record in EBCDIC (code page 037)
    #[arg(long)]
    pub(crate) text: bool,
    /// Replace FILE if it exists
    #[arg(long)]
    pub(crate) force: bool,
    /// The files to write; NAME=FILE gives a dataset another name than its file's
    #[arg(value_name = "[NAME=]INPUT")]
    pub(crate) inputs: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct TapeConvertArgs {
    /// The tape image to read
    pub(crate) from: PathBuf,
    /// The tape image to make, e.g. backup.het or backup.aws
    pub(crate) to: PathBuf,
    /// How blocks are compressed (default: zlib when the image is called .het, none otherwise)
    #[arg(long, value_enum)]
    pub(crate) compress: Option<CompressArg>,
    /// Chunks of 4096 bytes at most, as programs other than Hercules expect them of an AWSTAPE
    #[arg(long)]
    pub(crate) strict: bool,
    /// Replace TO if it exists
    #[arg(long)]
    pub(crate) force: bool,
}

/// How records lie in blocks.
#[derive(Debug, Args)]
pub(crate) struct RecordFormatArgs {
    /// Record format: F, FB, V, VB or U, with A or M behind it for printer control. By default `extract` takes what
    /// the label says, otherwise U; `create` takes U, or VB for text
    #[arg(long, value_name = "RECFM")]
    pub(crate) recfm: Option<String>,
    /// Record length in bytes (default: 80 for F and FB, what fits into a block for V and VB)
    #[arg(long, value_name = "BYTES", requires = "recfm", value_parser = clap::value_parser!(u32).range(1..=BLOCK_LIMIT))]
    pub(crate) lrecl: Option<u32>,
}

/// The longest block of a tape, 2 MiB.
const BLOCK_LIMIT: i64 = 2 * 1024 * 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LabelArg {
    /// Standard labels: VOL1, and HDR and EOF around every dataset
    Sl,
    /// No labels: a tapemark behind every file, two at the end
    Nl,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CompressArg {
    /// Not at all: the image is an AWSTAPE
    None,
    /// HET with zlib, read by every Hercules
    Zlib,
    /// HET with bzip2: smaller and slower
    Bzip2,
}
