//! The rows of the store that a batch of requests asks about.

use std::collections::BTreeMap;

use store::{ChunkId, ChunkPlace};

use crate::domain::{DomainName, DomainRecord};
use crate::ids::InstanceId;
use crate::instance::InstanceRecord;

/// What the store says, and what the requests of the batch have added to it since.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    /// Chunks in durable packs. A chunk of the batch that is missing here is stored nowhere.
    pub(crate) stored: BTreeMap<ChunkId, ChunkPlace>,
    /// Instances that the batch names.
    pub(crate) instances: BTreeMap<InstanceId, InstanceRecord>,
    /// Closed domains that the batch names.
    pub(crate) domains: BTreeMap<(InstanceId, DomainName), DomainRecord>,
}
