//! What `bench` is asked.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::Args;

#[derive(Debug, Args)]
#[command(
    long_about = "Measure the copy path on this machine, and the limit that its parts set\n\n\
    Each stage is measured alone on one thread. Their times add up to the least time that a backup can take here, all \
    threads together; then whole backups, restores and verifications are timed beside it, each as a process of its own, \
    from the start of the program to the last byte being safe on disk.\n\n\
    More than 100 % is possible: a run asks the catalog for many chunks of its base at once and goes on while it waits, the \
    stage asks for a few and waits."
)]
pub(crate) struct BenchArgs {
    /// A folder with g1/ and g2/: one image under the same name in both, the second some days younger. Without it a
    /// volume is made and 2 % of it changed
    #[arg(long, value_name = "DIR")]
    pub(crate) corpus: Option<PathBuf>,
    /// Cylinders of the 3390 that is made when no corpus is given. The default is a whole 3390-3 of 2.85 GB: two minutes
    /// on two cores, and 15 GB of room while it runs. With fewer, starting the program weighs more than copying
    #[arg(long, value_name = "N", default_value_t = 3339, value_parser = clap::value_parser!(u32).range(1..=65_520), conflicts_with = "corpus")]
    pub(crate) cylinders: u32,
    /// Rounds; medians are shown
    #[arg(long, value_name = "N", default_value_t = NonZeroUsize::new(3).expect("three is not zero"))]
    pub(crate) rounds: NonZeroUsize,
    /// Also back up so many copies of the volume in one run each, to see whether the cost grows with them
    #[arg(long, value_name = "N,N", value_delimiter = ',')]
    pub(crate) volumes: Vec<NonZeroUsize>,
    /// Where to work: a folder on the disk that is to be measured (default: the place for temporary files)
    #[arg(long, value_name = "DIR")]
    pub(crate) work: Option<PathBuf>,
}
