//! Which domains of a job are still open, and what each of them waits for.

use std::collections::BTreeMap;
use std::sync::Arc;

use catalog::DomainRecord;
use store::ChunkId;

use crate::domain::UnitKind;
use crate::env::Device;

/// Where a chunk can be had from again, when the worker that promised to store it died.
#[derive(Clone)]
pub(super) enum Source {
    /// A unit of a device.
    Unit {
        /// The device.
        device: Arc<dyn Device>,
        /// How its extent is cut.
        units: Arc<UnitKind>,
        /// Which unit.
        unit: u32,
    },
    /// A page or a manifest, kept here.
    Bytes(Arc<[u8]>),
}

/// A domain whose content was read but is not yet known to be durable.
pub(super) struct OpenDomain {
    /// What the catalog will say of it.
    pub(super) record: DomainRecord,
    /// It is durable once so many chunks of this worker are,
    pub(super) mark: u64,
    /// and these chunks of other workers.
    pub(super) awaited: BTreeMap<ChunkId, Source>,
}

/// The open domains of one job.
#[derive(Default)]
pub(super) struct Ledger {
    open: Vec<OpenDomain>,
}

impl Ledger {
    /// Notes a domain.
    pub(super) fn add(&mut self, domain: OpenDomain) {
        self.open.push(domain);
    }

    /// Takes out the domains that may be closed now that `durable` chunks of this worker are.
    pub(super) fn take_ready(&mut self, durable: u64) -> Vec<DomainRecord> {
        let ready = |domain: &OpenDomain| domain.mark <= durable && domain.awaited.is_empty();
        let (ready, open) = std::mem::take(&mut self.open).into_iter().partition(ready);
        self.open = open;
        ready
            .into_iter()
            .map(|domain: OpenDomain| domain.record)
            .collect()
    }

    /// Takes out the domains that wait for a chunk.
    pub(super) fn take_waiting(&mut self, id: &ChunkId) -> Vec<DomainRecord> {
        let waits = |domain: &OpenDomain| domain.awaited.contains_key(id);
        let (waiting, open) = std::mem::take(&mut self.open).into_iter().partition(waits);
        self.open = open;
        waiting
            .into_iter()
            .map(|domain: OpenDomain| domain.record)
            .collect()
    }

    /// The chunks that open domains wait for, with where they can be had from: a place for each of the domains.
    pub(super) fn awaited(&self) -> BTreeMap<ChunkId, Vec<Source>> {
        let mut awaited: BTreeMap<ChunkId, Vec<Source>> = BTreeMap::new();
        for (id, from) in self.open.iter().flat_map(|domain| &domain.awaited) {
            awaited.entry(*id).or_default().push(from.clone());
        }
        awaited
    }

    /// How many chunks open domains wait for.
    pub(super) fn awaited_count(&self) -> usize {
        self.open.iter().map(|domain| domain.awaited.len()).sum()
    }

    /// Notes that a chunk need not be waited for any more. When this worker stores it now, every domain with it
    /// becomes ready with the chunk of number `mark`.
    pub(super) fn settle(&mut self, id: &ChunkId, mark: Option<u64>) {
        for domain in &mut self.open {
            if domain.awaited.remove(id).is_some()
                && let Some(mark) = mark
            {
                domain.mark = domain.mark.max(mark);
            }
        }
    }
}
