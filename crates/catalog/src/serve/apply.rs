//! One request: the transition of the state, its changes, its answer.

use crate::catalog_store::Change;
use crate::claim::Settled;
use crate::error::{CatalogError, Refusal};
use crate::ids::WorkerId;
use crate::instance::InstanceEnd;
use crate::rebuild::Rebuilt;
use crate::request::{Answer, Reply, Request};
use crate::serve::{Core, Outcome};
use crate::state::{Facts, Settling};
use store::{ChunkId, ChunkPlace};

impl Outcome {
    fn answer<T: Send + 'static>(&mut self, reply: Reply<T>, result: Result<T, Refusal>) {
        self.answers
            .push(Answer::new(reply, result.map_err(CatalogError::from)));
    }

    /// Keeps the changes of a transition that was not refused, and the rest of its result for the answer.
    fn keep<T>(
        &mut self,
        result: Result<(T, impl IntoIterator<Item = Change>), Refusal>,
    ) -> Result<T, Refusal> {
        result.map(|(value, changes)| {
            self.changes.extend(changes);
            value
        })
    }
}

impl Core {
    pub(super) fn apply(&mut self, request: Request, facts: &mut Facts, outcome: &mut Outcome) {
        let state = &mut self.state;
        match request {
            Request::Register { member, reply } => outcome.answer(reply, state.register(member)),
            Request::Begin { plan, at, reply } => {
                let begun = state.begin(&plan, at, facts);
                let begun = outcome.keep(begun.map(|(id, change)| (id, [change])));
                outcome.answer(reply, begun);
            }
            Request::Claim { worker, ids, reply } => outcome.answer(reply, state.claim(worker, &ids, facts)),
            Request::RecordPack { places, reply } => {
                let recorded = self.record_pack(&places, facts, outcome);
                outcome.answer(reply, recorded);
            }
            Request::Settle { worker, ids, reply } => self.settle(worker, ids, reply, facts, outcome),
            Request::CloseDomain {
                instance,
                domain,
                reply,
            } => {
                let closed = state.close_domain(instance, *domain, facts);
                let closed = outcome.keep(closed.map(|change| ((), change)));
                outcome.answer(reply, closed);
            }
            Request::CloseInstance {
                instance,
                ended,
                reply,
            } => {
                let closed = outcome.keep(state.close_instance(instance, ended, facts));
                outcome.answer(reply, closed);
            }
            Request::Abandon { worker, ids, reply } => {
                let settlements = state.abandon(worker, &ids);
                let abandoned = settlements.map(|settlements| self.settled(settlements, outcome));
                outcome.answer(reply, abandoned);
            }
            Request::Gone { worker, reply } => {
                let settlements = state.gone(worker);
                self.settled(settlements, outcome);
                outcome.answer(reply, Ok(()));
            }
            Request::RebuildBegun { begun, reply } => {
                let taken = Rebuilt {
                    instances: 1,
                    ..Rebuilt::default()
                };
                let begun = outcome.keep(state.rebuild_begun(*begun, facts).map(|change| (taken, change)));
                outcome.answer(reply, begun);
            }
            Request::RebuildEnded { end, reply } => {
                let ended = self.rebuild_ended(*end, facts, outcome);
                outcome.answer(reply, ended);
            }
            Request::Read(question) => outcome.questions.push(question),
        }
    }

    fn record_pack(
        &mut self,
        places: &[(ChunkId, ChunkPlace)],
        facts: &mut Facts,
        outcome: &mut Outcome,
    ) -> Result<(), Refusal> {
        let (change, settlements) = self.state.record_pack(places, facts)?;
        outcome.changes.extend(change);
        self.settled(settlements, outcome);
        Ok(())
    }

    fn settle(
        &mut self,
        worker: WorkerId,
        ids: Vec<ChunkId>,
        reply: Reply<Vec<Settled>>,
        facts: &Facts,
        outcome: &mut Outcome,
    ) {
        match self.state.settle(worker, ids, facts) {
            Ok(Settling::Waiting(wait)) => drop(self.waiting.insert(wait, reply)),
            Ok(Settling::Done(settled)) => outcome.answer(reply, Ok(settled)),
            Err(refusal) => outcome.answer(reply, Err(refusal)),
        }
    }

    fn rebuild_ended(
        &mut self,
        end: InstanceEnd,
        facts: &mut Facts,
        outcome: &mut Outcome,
    ) -> Result<Rebuilt, Refusal> {
        let instance = end.instance.id;
        let domains = u64::try_from(end.domains.len()).unwrap_or(u64::MAX);
        let (changes, lost) = self.state.rebuild_ended(end, facts)?;
        outcome.changes.extend(changes);
        let lost = lost.into_iter().map(|domain| (instance, domain.name)).collect();
        Ok(Rebuilt {
            instances: 1,
            domains,
            lost,
            ..Rebuilt::default()
        })
    }
}
