//! Chunks that somebody is storing.

use std::collections::BTreeMap;

use store::ChunkId;

use crate::claim::Claim;
use crate::ids::WorkerId;
use crate::state::Facts;

/// The chunks that are claimed and not yet in a recorded pack, each with the worker that owes it.
#[derive(Debug, Default)]
pub(crate) struct Claims(BTreeMap<ChunkId, WorkerId>);

impl Claims {
    pub(crate) fn owner(&self, id: &ChunkId) -> Option<WorkerId> {
        self.0.get(id).copied()
    }

    pub(crate) fn claim(&mut self, worker: WorkerId, id: ChunkId, facts: &Facts) -> Claim {
        if facts.stored.contains_key(&id) {
            return Claim::Known;
        }
        match self.0.get(&id) {
            None => {
                self.0.insert(id, worker);
                Claim::Yours
            }
            Some(owner) if *owner == worker => Claim::Mine,
            Some(_) => Claim::Awaited,
        }
    }

    /// Hands the chunk to another worker.
    pub(crate) fn hand_over(&mut self, id: ChunkId, to: WorkerId) {
        self.0.insert(id, to);
    }

    /// Nobody owes the chunk any more.
    pub(crate) fn release(&mut self, id: &ChunkId) {
        self.0.remove(id);
    }

    /// Takes back everything that the worker owes, sorted.
    pub(crate) fn release_all(&mut self, worker: WorkerId) -> Vec<ChunkId> {
        self.0
            .extract_if(.., |_, owner| *owner == worker)
            .map(|(id, _)| id)
            .collect()
    }
}
