//! The seams through which the world reaches the engine.
//!
//! Time, disks, the repository, the catalog, computing, the state of the cluster and chance come in here and
//! nowhere else. The plain implementations beside each trait are what a production run uses; the simulator
//! brings its own, and the engine cannot tell the difference.

mod chance;
mod clock;
mod cluster;
mod compute;
mod disks;
mod mounted;
mod turns;

use std::sync::Arc;

use catalog::CatalogHandle;
use store::Repository;
use tokio::sync::watch;

pub use chance::{Chance, SystemChance};
pub use clock::{Clock, Span, SystemClock};
pub(crate) use cluster::lost;
pub use cluster::{ClusterState, MemberState};
pub use compute::{Compute, Computed, Inline, Threads, Work, compute};
pub use disks::{AttachError, Device, Disks};
pub use mounted::{ImageShelf, MountedVolumes, ShelfError, VolumeDevice};

/// Everything the engine may touch. Cloning shares the parts.
#[derive(Clone)]
pub struct Env {
    /// What time it is, and how to wait.
    pub clock: Arc<dyn Clock>,
    /// The packs, as each member sees them.
    pub disks: Arc<dyn Disks>,
    /// Where packs and records lie.
    pub repository: Repository,
    /// The one shared catalog.
    pub catalog: CatalogHandle,
    /// Where tracks are hashed and compressed.
    pub compute: Arc<dyn Compute>,
    /// Where devices are written: threads that wait for a disk, so that none that computes has to.
    pub writers: Arc<dyn Compute>,
    /// Which members are up.
    pub cluster: watch::Receiver<ClusterState>,
    /// Where random choices come from.
    pub chance: Arc<dyn Chance>,
}
