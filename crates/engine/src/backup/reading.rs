//! A domain on its way through memory: stretches that are read ahead, and the chunk list that grows from them.

use std::collections::VecDeque;
use std::sync::Arc;

use store::{ChunkId, Entry, Manifest, PageBuilder};

use super::capture::{Buffers, Captured, capture};
use super::ledger::Source;
use crate::domain::{Stretch, UnitKind};
use crate::env::{Computed, Device, Env, compute};

/// The stretches of a domain that are being read ahead.
pub(super) struct Reading {
    device: Arc<dyn Device>,
    pub(super) units: Arc<UnitKind>,
    to_come: Box<dyn Iterator<Item = Stretch> + Send + Sync>,
    under_way: VecDeque<(Stretch, Computed<Captured>)>,
}

impl Reading {
    pub(super) fn new(device: Arc<dyn Device>, units: Arc<UnitKind>) -> Self {
        let to_come = Box::new(units.stretches());
        Self {
            device,
            units,
            to_come,
            under_way: VecDeque::new(),
        }
    }

    /// The next stretch in order. The pool works on the following ones meanwhile: one for each of its threads,
    /// and one so that no thread waits for us.
    pub(super) async fn next(&mut self, env: &Env, buffers: &Buffers) -> Option<(Stretch, Captured)> {
        while self.under_way.len() <= env.compute.width() {
            let Some(stretch) = self.to_come.next() else { break };
            self.device.pace(self.units.stretch_bytes(stretch) as u64).await;
            let (device, units, buffer) = (Arc::clone(&self.device), Arc::clone(&self.units), buffers.take());
            let work = compute(&*env.compute, move || capture(&*device, &units, stretch, buffer));
            self.under_way.push_back((stretch, work));
        }
        let (stretch, captured) = self.under_way.pop_front()?;
        Some((stretch, captured.await))
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

/// The chunk list of a domain as it grows.
#[derive(Default)]
pub(super) struct ChunkList {
    builder: PageBuilder,
    pages: Vec<ChunkId>,
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

impl ChunkList {
    /// Adds an entry; gives back a page and its number when one is full.
    pub(super) fn push(&mut self, entry: Entry) -> Option<(usize, ListChunk)> {
        self.total += 1;
        let full = self.builder.push(entry.id, entry.tag);
        full.map(|bytes| self.page(bytes))
    }

    /// The last page, if it has entries.
    pub(super) fn last(&mut self) -> Option<(usize, ListChunk)> {
        let rest = self.builder.finish();
        rest.map(|bytes| self.page(bytes))
    }

    fn page(&mut self, bytes: Vec<u8>) -> (usize, ListChunk) {
        let page = ListChunk::of(bytes);
        self.pages.push(page.id);
        (self.pages.len() - 1, page)
    }

    /// The list of pages.
    pub(super) fn manifest(self) -> ListChunk {
        let manifest = Manifest {
            entries: self.total,
            pages: self.pages,
        };
        ListChunk::of(manifest.encode())
    }
}
