//! What `bench` is asked.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::Args;

#[derive(Debug, Args)]
pub(crate) struct BenchArgs {
    /// A folder with g1/ and g2/: one image under the same name in both, the second some days younger. Without it a
    /// volume is made and 2 % of it changed
    #[arg(long, value_name = "DIR")]
    pub(crate) corpus: Option<PathBuf>,
    /// Cylinders of the 3390 that is made when no corpus is given. The default is a whole 3390-3 of 2.85 GB: two minutes
    /// on two cores, and 15 GB of room while it runs. The fewer there are, the more starting the program weighs
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
