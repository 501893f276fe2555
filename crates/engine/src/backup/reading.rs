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
    /// The entries of the page that grows, for the comparison with the base.
    entries: Vec<Entry>,
    stored: Vec<ChunkId>,
    total: u64,
}

/// A page that is full, or the last one.
pub(super) struct FullPage {
    /// What is stored.
    pub(super) bytes: Vec<u8>,
    /// What it says.
    pub(super) entries: Vec<Entry>,
}

impl ChunkList {
    /// Adds an entry; gives back a page when one is full.
    pub(super) fn push(&mut self, id: ChunkId, tag: u32) -> Option<FullPage> {
        self.total += 1;
        self.entries.push(Entry { id, tag });
        let bytes = self.builder.push(id, tag)?;
        Some(FullPage {
            bytes,
            entries: std::mem::take(&mut self.entries),
        })
    }

    /// The last page, if it has entries.
    pub(super) fn last(&mut self) -> Option<FullPage> {
        let bytes = self.builder.finish()?;
        Some(FullPage {
            bytes,
            entries: std::mem::take(&mut self.entries),
        })
    }

    /// Notes the name of the page that was given back last.
    pub(super) fn stored(&mut self, page: ChunkId) {
        self.stored.push(page);
    }

    /// The list of pages.
    pub(super) fn manifest(self) -> Manifest {
        Manifest {
            entries: self.total,
            pages: self.stored,
        }
    }
}
