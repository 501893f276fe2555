//! The actor without its mailbox: a batch of requests goes in, is decided, made durable and answered. Synchronous, so
//! that it can run wherever waiting for a disk is allowed.

mod apply;
mod gather;

use std::collections::BTreeMap;

use crate::catalog_store::{CatalogStore, Change};
use crate::claim::Settled;
use crate::error::{CatalogError, StoreError};
use crate::ids::Epoch;
use crate::instance::InstanceState;
use crate::query::InstanceFilter;
use crate::request::{Answer, Question, Reply, Request};
use crate::state::{Settlements, State, WaitId};

/// What an owner of a catalog did, told when it ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CatalogSummary {
    /// Requests that were answered.
    pub requests: u64,
    /// Durable commits that this took.
    pub commits: u64,
}

/// State, store and the replies that are still owed.
pub(crate) struct Core {
    state: State,
    store: Box<dyn CatalogStore>,
    epoch: Epoch,
    waiting: BTreeMap<WaitId, Reply<Vec<Settled>>>,
    poison: Option<CatalogError>,
    summary: CatalogSummary,
}

/// What a batch has come to so far.
#[derive(Default)]
struct Outcome {
    changes: Vec<Change>,
    answers: Vec<Answer>,
    questions: Vec<Question>,
}

impl Core {
    /// Takes the catalog over. Instances that an earlier owner left open become incomplete, because nobody is there
    /// any more who could go on with them.
    pub(crate) fn start(mut store: Box<dyn CatalogStore>, owner: &str) -> Result<Core, StoreError> {
        let epoch = store.acquire(owner)?;
        let open = InstanceFilter {
            state: Some(InstanceState::Open),
            ..InstanceFilter::default()
        };
        let mut changes = Vec::new();
        for record in store.instances(&open)? {
            tracing::warn!(instance = %record.id, member = %record.member, "left open by an earlier owner: incomplete");
            let domains = store.domains(&record.id)?;
            changes.push(Change::Instance(State::abandoned(record, &domains)));
        }
        if !changes.is_empty() {
            store.commit(epoch, &changes)?;
        }
        let state = State::new(store.last_numbers()?.into_iter().collect());
        Ok(Core {
            state,
            store,
            epoch,
            waiting: BTreeMap::new(),
            poison: None,
            summary: CatalogSummary::default(),
        })
    }

    /// Decides, stores and answers, in this order. After a failure of the store nothing is answered but that failure:
    /// the state ran ahead of the rows, and nobody may learn of what did not become durable.
    pub(crate) fn serve(&mut self, batch: Vec<Request>) {
        self.summary.requests += u64::try_from(batch.len()).unwrap_or(u64::MAX);
        if let Some(error) = self.poison.clone() {
            return batch.into_iter().for_each(|request| request.fail(&error));
        }
        self.forget_unwanted_waits();
        let mut facts = match gather::facts(&*self.store, &self.state, &batch) {
            Ok(facts) => facts,
            Err(error) => {
                let error = self.fail(error);
                return batch.into_iter().for_each(|request| request.fail(&error));
            }
        };
        let mut outcome = Outcome::default();
        for request in batch {
            self.apply(request, &mut facts, &mut outcome);
        }
        match self.make_durable(&outcome.changes) {
            Ok(()) => {
                outcome.answers.into_iter().for_each(Answer::give);
                outcome
                    .questions
                    .into_iter()
                    .for_each(|question| question(Ok(&*self.store)));
            }
            Err(error) => {
                let error = self.fail(error);
                outcome.answers.into_iter().for_each(|answer| answer.fail(&error));
                outcome
                    .questions
                    .into_iter()
                    .for_each(|question| question(Err(error.clone())));
            }
        }
    }

    /// The failure that ended this owner, if one did.
    pub(crate) fn poison(&self) -> Option<&CatalogError> {
        self.poison.as_ref()
    }

    pub(crate) fn summary(&self) -> CatalogSummary {
        self.summary
    }

    fn make_durable(&mut self, changes: &[Change]) -> Result<(), StoreError> {
        if changes.is_empty() {
            return Ok(());
        }
        self.store.commit(self.epoch, changes)?;
        self.summary.commits += 1;
        Ok(())
    }

    /// Ends this owner: whoever waits is told, and so is everybody who asks later.
    fn fail(&mut self, error: StoreError) -> CatalogError {
        let error = CatalogError::Store(error);
        for (_, reply) in std::mem::take(&mut self.waiting) {
            drop(reply.send(Err(error.clone())));
        }
        self.poison = Some(error.clone());
        error
    }

    /// A worker that stopped waiting must not inherit chunks it does not know of.
    fn forget_unwanted_waits(&mut self) {
        for (wait, _) in self.waiting.extract_if(.., |_, reply| reply.is_closed()) {
            self.state.cancel(wait);
        }
    }

    /// The answers to the waits that ended, to be given with the rest of the batch.
    fn settled(&mut self, settlements: Settlements, outcome: &mut Outcome) {
        for (wait, settled) in settlements {
            if let Some(reply) = self.waiting.remove(&wait) {
                outcome.answers.push(Answer::new(reply, Ok(settled)));
            }
        }
    }
}
