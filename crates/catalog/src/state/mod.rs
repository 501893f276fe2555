//! What the catalog decides: a plain value whose transitions neither wait nor read anything. They are given the facts
//! of the store and leave in those facts what later transitions of the same batch must see.

mod claims;
mod facts;
mod instances;
mod rebuild;
mod waits;

#[cfg(test)]
mod tests;

pub(crate) use facts::Facts;
pub(crate) use waits::{Settling, WaitId};

use std::collections::{BTreeMap, BTreeSet};

use store::{ChunkId, ChunkPlace, PackName};
use zvm::{JobName, MemberName};

use crate::catalog_store::Change;
use crate::claim::{Claim, Settled};
use crate::error::Refusal;
use crate::ids::WorkerId;
use crate::instance::InstanceRecord;
use claims::Claims;
use instances::Instances;
use waits::Waits;

/// The catalog's memory beyond its rows: who is storing what, who waits for it, which instances run.
#[derive(Debug, Default)]
pub(crate) struct State {
    workers: BTreeSet<WorkerId>,
    workers_seen: u32,
    claims: Claims,
    waits: Waits,
    instances: Instances,
}

/// Waits that have come to their end, with the answer for each.
pub(crate) type Settlements = Vec<(WaitId, Vec<Settled>)>;

impl State {
    /// The state of an owner that starts on a catalog: nothing runs, nobody is known, and every job goes on counting.
    pub(crate) fn new(last_numbers: BTreeMap<JobName, u32>) -> State {
        State {
            instances: Instances::new(last_numbers),
            ..State::default()
        }
    }

    /// What becomes of an instance that a dead owner left open: nobody saw its end, so its end stays unknown. Its
    /// domains were closed one by one and stay restorable.
    pub(crate) fn abandoned(
        mut record: InstanceRecord,
        domains: &[crate::domain::DomainRecord],
    ) -> InstanceRecord {
        record = record.ended_with(domains, None);
        // Even with all domains closed the owner died before it could say so.
        record.state = crate::instance::InstanceState::Incomplete;
        record
    }

    /// Makes a worker known.
    pub(crate) fn register(&mut self, member: MemberName) -> Result<WorkerId, Refusal> {
        let number = self.workers_seen.checked_add(1).ok_or(Refusal::TooManyWorkers)?;
        self.workers_seen = number;
        let worker = WorkerId::new(number, member);
        self.workers.insert(worker);
        Ok(worker)
    }

    /// Gives every chunk that nobody has and nobody is storing to the worker that asks.
    pub(crate) fn claim(
        &mut self,
        worker: WorkerId,
        ids: &[ChunkId],
        facts: &Facts,
    ) -> Result<Vec<Claim>, Refusal> {
        self.check_worker(worker)?;
        Ok(ids
            .iter()
            .map(|id| self.claims.claim(worker, *id, facts))
            .collect())
    }

    /// Whether a worker owes this chunk, which then is in no recorded pack.
    pub(crate) fn is_claimed(&self, id: &ChunkId) -> bool {
        self.claims.owner(id).is_some()
    }

    /// Takes note of where chunks of durable packs lie, and ends the waits for them.
    ///
    /// A worker that was given up may still report what it stored: that the pack is there is true whoever says it. A
    /// chunk that meanwhile was stored by somebody else as well keeps its first place. Only one pack that has one
    /// chunk at two places is refused, because then one of both records is wrong.
    pub(crate) fn record_pack(
        &mut self,
        places: &[(ChunkId, ChunkPlace)],
        facts: &mut Facts,
    ) -> Result<(Option<Change>, Settlements), Refusal> {
        let fresh = new_places(places, facts)?;
        let mut settlements = Settlements::new();
        for (id, place) in &fresh {
            facts.stored.insert(*id, *place);
        }
        for (id, _) in places {
            self.claims.release(id);
            self.waits.stored(id, &mut settlements);
        }
        let change = (!places.is_empty()).then(|| Change::Places(naming_every_pack(fresh, places)));
        Ok((change, settlements))
    }

    /// Answers for each chunk whether it is stored, or the worker's own to store; where others are storing some of
    /// them the answer waits.
    pub(crate) fn settle(
        &mut self,
        worker: WorkerId,
        ids: Vec<ChunkId>,
        facts: &Facts,
    ) -> Result<Settling, Refusal> {
        self.check_worker(worker)?;
        Ok(self.waits.settle(worker, ids, &mut self.claims, facts))
    }

    /// Forgets a worker. Its unfinished claims go to the first that waits for them, or to nobody.
    pub(crate) fn gone(&mut self, worker: WorkerId) -> Settlements {
        self.workers.remove(&worker);
        self.waits.forget_worker(worker);
        let freed = self.claims.release_all(worker);
        self.waits.freed(&freed, &mut self.claims)
    }

    /// Takes back claims that their worker cannot fulfil, because the chunk can no longer be had. What it does not owe
    /// is left alone.
    pub(crate) fn abandon(&mut self, worker: WorkerId, ids: &[ChunkId]) -> Result<Settlements, Refusal> {
        self.check_worker(worker)?;
        let mut owed: Vec<ChunkId> = ids
            .iter()
            .filter(|id| self.claims.owner(id) == Some(worker))
            .copied()
            .collect();
        owed.sort_unstable();
        owed.dedup();
        owed.iter().for_each(|id| self.claims.release(id));
        Ok(self.waits.freed(&owed, &mut self.claims))
    }

    /// Forgets a wait whose answer nobody wants any more.
    pub(crate) fn cancel(&mut self, wait: WaitId) {
        self.waits.cancel(wait);
    }

    fn check_worker(&self, worker: WorkerId) -> Result<(), Refusal> {
        if self.workers.contains(&worker) {
            Ok(())
        } else {
            Err(Refusal::NoSuchWorker { worker })
        }
    }
}

/// The places of chunks that have none yet, each once.
fn new_places(
    places: &[(ChunkId, ChunkPlace)],
    facts: &Facts,
) -> Result<Vec<(ChunkId, ChunkPlace)>, Refusal> {
    let mut fresh = BTreeMap::<ChunkId, ChunkPlace>::new();
    for (id, place) in places {
        let known = facts.stored.get(id).or_else(|| fresh.get(id));
        match known {
            None => drop(fresh.insert(*id, *place)),
            Some(known) if known.pack == place.pack && known != place => {
                return Err(Refusal::PackRecordedOtherwise {
                    pack: place.pack,
                    chunk: *id,
                });
            }
            Some(_) => (),
        }
    }
    Ok(fresh.into_iter().collect())
}

/// What is written: the new chunks, and of every pack that has none of them one chunk that is known already. That
/// changes no row of a chunk and names the pack, or nobody could ever tell that it is there for nothing.
fn naming_every_pack(
    mut fresh: Vec<(ChunkId, ChunkPlace)>,
    places: &[(ChunkId, ChunkPlace)],
) -> Vec<(ChunkId, ChunkPlace)> {
    let mut named: BTreeSet<PackName> = fresh.iter().map(|(_, place)| place.pack).collect();
    fresh.extend(places.iter().filter(|(_, place)| named.insert(place.pack)));
    fresh
}
