//! Workers that wait until chunks which others are storing are stored.

use std::collections::{BTreeMap, BTreeSet};

use store::ChunkId;

use crate::claim::Settled;
use crate::ids::WorkerId;
use crate::state::claims::Claims;
use crate::state::{Facts, Settlements};

/// One waiting `settle`. Earlier waits have lower numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct WaitId(u64);

/// What `settle` comes to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Settling {
    /// The answer is known.
    Done(Vec<Settled>),
    /// The answer comes with a later request.
    Waiting(WaitId),
}

#[derive(Debug)]
struct Wait {
    worker: WorkerId,
    /// As asked, which is the order of the answer.
    ids: Vec<ChunkId>,
    /// Those of `ids` that others are still storing.
    open: BTreeSet<ChunkId>,
    /// Those of `ids` that fell to this worker.
    yours: BTreeSet<ChunkId>,
}

impl Wait {
    fn is_over(&self) -> bool {
        self.open.is_empty() || !self.yours.is_empty()
    }

    fn answer(&self) -> Vec<Settled> {
        let settled = |id: &ChunkId| match (self.yours.contains(id), self.open.contains(id)) {
            (true, _) => Settled::Yours,
            (false, true) => Settled::Awaited,
            (false, false) => Settled::Stored,
        };
        self.ids.iter().map(settled).collect()
    }
}

#[derive(Debug, Default)]
pub(crate) struct Waits {
    last: u64,
    waits: BTreeMap<WaitId, Wait>,
    /// Which waits have the chunk in their `open` set.
    by_chunk: BTreeMap<ChunkId, BTreeSet<WaitId>>,
}

impl Waits {
    pub(crate) fn settle(
        &mut self,
        worker: WorkerId,
        ids: Vec<ChunkId>,
        claims: &mut Claims,
        facts: &Facts,
    ) -> Settling {
        let mut wait = Wait {
            worker,
            ids,
            open: BTreeSet::new(),
            yours: BTreeSet::new(),
        };
        for id in &wait.ids {
            if facts.stored.contains_key(id) {
                continue;
            }
            match claims.owner(id) {
                Some(owner) if owner != worker => drop(wait.open.insert(*id)),
                Some(_) => drop(wait.yours.insert(*id)),
                None => {
                    claims.hand_over(*id, worker);
                    wait.yours.insert(*id);
                }
            }
        }
        if wait.is_over() {
            return Settling::Done(wait.answer());
        }
        self.last += 1;
        let number = WaitId(self.last);
        for id in &wait.open {
            self.by_chunk.entry(*id).or_default().insert(number);
        }
        self.waits.insert(number, wait);
        Settling::Waiting(number)
    }

    /// The chunk is in a recorded pack.
    pub(crate) fn stored(&mut self, id: &ChunkId, settlements: &mut Settlements) {
        for number in self.by_chunk.remove(id).unwrap_or_default() {
            let Some(wait) = self.waits.get_mut(&number) else {
                continue;
            };
            wait.open.remove(id);
            if wait.is_over() {
                self.finish(number, settlements);
            }
        }
    }

    /// Nobody stores these chunks any more: each falls to the one that has waited longest for it, whose wait ends with
    /// all that fell to it. The others go on waiting, now for the new owner.
    pub(crate) fn freed(&mut self, ids: &[ChunkId], claims: &mut Claims) -> Settlements {
        let mut heirs = BTreeSet::new();
        for id in ids {
            let Some(numbers) = self.by_chunk.get_mut(id) else {
                continue;
            };
            let Some(number) = numbers.pop_first() else {
                continue;
            };
            let Some(wait) = self.waits.get_mut(&number) else {
                continue;
            };
            wait.open.remove(id);
            wait.yours.insert(*id);
            claims.hand_over(*id, wait.worker);
            // A worker with two waits for one chunk owns it now and must not wait for itself.
            let (worker, others) = (wait.worker, numbers.clone());
            heirs.insert(number);
            for other in others {
                let Some(wait) = self.waits.get_mut(&other).filter(|wait| wait.worker == worker) else {
                    continue;
                };
                wait.open.remove(id);
                wait.yours.insert(*id);
                heirs.insert(other);
            }
        }
        let mut settlements = Settlements::new();
        for number in heirs {
            self.finish(number, &mut settlements);
        }
        settlements
    }

    /// The worker waits for nothing any more.
    pub(crate) fn forget_worker(&mut self, worker: WorkerId) {
        let numbers: Vec<WaitId> = self
            .waits
            .iter()
            .filter(|(_, wait)| wait.worker == worker)
            .map(|(number, _)| *number)
            .collect();
        for number in numbers {
            self.cancel(number);
        }
    }

    pub(crate) fn cancel(&mut self, number: WaitId) {
        let Some(wait) = self.waits.remove(&number) else {
            return;
        };
        for id in wait.open.iter().chain(&wait.yours) {
            let Some(numbers) = self.by_chunk.get_mut(id) else {
                continue;
            };
            numbers.remove(&number);
            if numbers.is_empty() {
                self.by_chunk.remove(id);
            }
        }
    }

    fn finish(&mut self, number: WaitId, settlements: &mut Settlements) {
        let Some(answer) = self.waits.get(&number).map(Wait::answer) else {
            return;
        };
        settlements.push((number, answer));
        self.cancel(number);
    }
}
