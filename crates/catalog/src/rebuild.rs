//! Making a catalog anew from what the repository says of itself.

use store::{ChunkId, ChunkPlace, PackName};

use crate::domain::DomainName;
use crate::ids::InstanceId;
use crate::instance::{InstanceEnd, InstanceRecord};

/// Rows written in one transaction of a rebuild: 16,384 places of 76 bytes are 1.2 MiB of requests and a few megabytes
/// of dirty pages, well inside the cache of the store.
pub(crate) const REBUILD_ROWS_MAX: usize = 16_384;

/// A part of a repository. Parts may come in any size and again, but the packs that hold the manifests of an instance
/// come before (or with) the instance.
#[derive(Clone, Debug, Default)]
pub struct RebuildBatch {
    /// Packs with the chunks that their footers name.
    pub packs: Vec<(PackName, Vec<(ChunkId, ChunkPlace)>)>,
    /// Instances of which there is a record of the beginning. One that also ended, in this batch or another, counts as
    /// ended.
    pub begun: Vec<InstanceRecord>,
    /// Instances that ended.
    pub ended: Vec<InstanceEnd>,
}

/// What a rebuild took in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rebuilt {
    /// Packs that were given.
    pub packs: u64,
    /// Chunks that were given.
    pub chunks: u64,
    /// Instances that were given.
    pub instances: u64,
    /// Domains of those instances.
    pub domains: u64,
    /// Domains whose manifest is in no known pack. They are kept as failed, and their instances with errors.
    pub lost: Vec<(InstanceId, DomainName)>,
}

impl Rebuilt {
    /// Adds what another part took in.
    pub fn add(&mut self, other: Rebuilt) {
        self.packs += other.packs;
        self.chunks += other.chunks;
        self.instances += other.instances;
        self.domains += other.domains;
        self.lost.extend(other.lost);
    }
}
