//! A domain on its way through memory: stretches that are read ahead, and the chunk list that grows from them.

use std::collections::VecDeque;
use std::sync::Arc;

use dasd::device::Generation;
use store::{ChunkId, Entry, Manifest, PageBuilder, Witness, WitnessKey, WitnessPage};

use super::base::{Base, BaseEntry};
use super::buffers::Buffers;
use super::capture::{Captured, Past, capture};
use super::ledger::Source;
use super::rate::Allowance;
use super::unread::Unread;
use crate::domain::{Stretch, UnitKind};
use crate::env::{Computed, Device, Env, compute};

/// The stretches of a domain that are being read ahead.
pub(super) struct Reading {
    device: Arc<dyn Device>,
    pub(super) units: Arc<UnitKind>,
    to_come: Box<dyn Iterator<Item = Stretch> + Send + Sync>,
    under_way: VecDeque<Computed<Taken>>,
    key: Option<Arc<WitnessKey>>,
    unread: Option<Arc<Unread>>,
}

/// A stretch that was read, and what the base has in its place.
pub(super) struct Taken {
    pub(super) stretch: Stretch,
    pub(super) captured: Captured,
    /// An entry for each unit; none without a base.
    pub(super) base: Vec<Option<BaseEntry>>,
}

impl Reading {
    pub(super) fn new(
        device: Arc<dyn Device>,
        units: Arc<UnitKind>,
        key: Option<Arc<WitnessKey>>,
        unread: Option<Unread>,
    ) -> Self {
        let to_come = Box::new(units.stretches());
        Self {
            device,
            units,
            to_come,
            under_way: VecDeque::new(),
            key,
            unread: unread.map(Arc::new),
        }
    }

    /// The next stretch in order. The pool works on the following ones meanwhile: one for each of its threads,
    /// and one so that no thread waits for us.
    pub(super) async fn next(
        &mut self,
        env: &Env,
        buffers: &Buffers,
        mut allowance: Option<&mut Allowance>,
        mut base: Option<&mut Base>,
    ) -> Option<Taken> {
        while self.under_way.len() <= env.compute.width() {
            let Some(stretch) = self.to_come.next() else { break };
            let base = match &mut base {
                Some(base) => base.entries(stretch.count).await,
                None => Vec::new(),
            };
            self.wait(env, stretch, &base, allowance.as_deref_mut()).await;
            let (device, units, buffer) = (Arc::clone(&self.device), Arc::clone(&self.units), buffers.take());
            let (key, unread) = (self.key.clone(), self.unread.clone());
            let work = compute(&*env.compute, move || {
                let past = Past {
                    key: key.as_deref(),
                    base: &base,
                    unread: unread.as_deref(),
                };
                let captured = capture(&*device, &units, stretch, buffer, Some(past));
                Taken {
                    stretch,
                    captured,
                    base,
                }
            });
            self.under_way.push_back(work);
        }
        Some(self.under_way.pop_front()?.await)
    }

    /// Waits until what has to be read of a stretch may be read.
    async fn wait(
        &self,
        env: &Env,
        stretch: Stretch,
        base: &[Option<BaseEntry>],
        allowance: Option<&mut Allowance>,
    ) {
        let past = Past {
            key: self.key.as_deref(),
            base,
            unread: self.unread.as_deref(),
        };
        let units = u64::from(past.units_to_read(stretch));
        if units == 0 {
            return;
        }
        let bytes = self.units.stretch_bytes(stretch) as u64 * units / u64::from(stretch.count);
        if let Some(allowance) = allowance {
            let wait = allowance.take(env.clock.now(), bytes);
            if !wait.is_zero() {
                env.clock.sleep(wait).await;
            }
        }
        self.device.pace(bytes).await;
    }

    /// Where a unit can be read from again.
    pub(super) fn source(&self, unit: u32) -> Source {
        Source::Unit {
            device: Arc::clone(&self.device),
            units: Arc::clone(&self.units),
            unit,
        }
    }
}

/// What a domain was copied from, as its manifest notes it for the next run.
#[derive(Clone, Copy)]
pub(super) struct Origin {
    /// That of the volume, where a map of its changes is kept.
    pub(super) generation: Option<Generation>,
    /// That of the image files, where the job wants to know.
    pub(super) stamp: Option<u64>,
}

/// The chunk list of a domain as it grows, and the witnesses beside it.
#[derive(Default)]
pub(super) struct ChunkList {
    builder: PageBuilder,
    witnesses: Vec<Witness>,
    pages: Vec<ChunkId>,
    witness_pages: Vec<ChunkId>,
    total: u64,
}

/// A page or a manifest that is to be stored.
pub(super) struct ListChunk {
    pub(super) id: ChunkId,
    pub(super) bytes: Vec<u8>,
}

impl ListChunk {
    fn of(bytes: Vec<u8>) -> Self {
        Self {
            id: ChunkId::of(&bytes),
            bytes,
        }
    }
}

/// A full page of the list with its witnesses.
pub(super) struct FullPage {
    /// The how manieth it is, from 0.
    pub(super) number: usize,
    pub(super) page: ListChunk,
    /// None where no witnesses are taken.
    pub(super) witnesses: Option<ListChunk>,
}

impl ChunkList {
    /// Adds an entry; gives back a page when one is full.
    pub(super) fn push(&mut self, entry: Entry, witness: Option<Witness>) -> Option<FullPage> {
        self.total += 1;
        self.witnesses.extend(witness);
        let full = self.builder.push(entry.id, entry.tag);
        full.map(|bytes| self.page(bytes))
    }

    /// The last page, if it has entries.
    pub(super) fn last(&mut self) -> Option<FullPage> {
        let rest = self.builder.finish();
        rest.map(|bytes| self.page(bytes))
    }

    fn page(&mut self, bytes: Vec<u8>) -> FullPage {
        let page = ListChunk::of(bytes);
        let witnesses = (!self.witnesses.is_empty()).then(|| WitnessPage::encode(&self.witnesses));
        let witnesses = witnesses.map(ListChunk::of);
        self.witnesses.clear();
        self.pages.push(page.id);
        self.witness_pages.extend(witnesses.as_ref().map(|page| page.id));
        FullPage {
            number: self.pages.len() - 1,
            page,
            witnesses,
        }
    }

    /// The list of pages.
    pub(super) fn manifest(self, origin: Origin) -> ListChunk {
        let manifest = Manifest {
            entries: self.total,
            pages: self.pages,
            witnesses: self.witness_pages,
            generation: origin
                .generation
                .map(|generation| (generation.epoch, generation.number)),
            stamp: origin.stamp,
        };
        ListChunk::of(manifest.encode())
    }
}
