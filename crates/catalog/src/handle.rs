//! The door to the catalog: a handle whose methods read like calls.

use std::sync::Arc;

use store::{ChunkId, ChunkPlace};
use tokio::sync::{mpsc, oneshot};
use zvm::MemberName;

use crate::catalog_store::CatalogStore;
use crate::claim::{Claim, Settled};
use crate::domain::{DomainName, DomainRecord};
use crate::error::{CatalogError, StoreError};
use crate::ids::{InstanceId, Timestamp, WorkerId};
use crate::instance::{InstanceEnd, InstancePlan, InstanceRecord};
use crate::query::{CatalogTotals, DomainVersion, InstanceFilter, VersionFilter, latest_of_each};
use crate::rebuild::{REBUILD_ROWS_MAX, RebuildBatch, Rebuilt};
use crate::request::{Reply, Request};

/// Whether a member can reach the catalog just now. A suspended member cannot.
pub trait Reach: Send + Sync + 'static {
    /// Asked before a request is sent and again before its answer is handed over.
    fn is_reachable(&self, from: MemberName) -> bool;
}

/// Asks the catalog. Clones lead to the same actor; when the last one is dropped the actor ends.
///
/// What changes the catalog is answered only when the change would survive a crash.
#[derive(Clone)]
pub struct CatalogHandle {
    requests: mpsc::Sender<Request>,
    from: Option<(MemberName, Arc<dyn Reach>)>,
}

/// What [`Reply`] is the other end of.
type Awaited<T> = oneshot::Receiver<Result<T, CatalogError>>;

/// The answer to a claim that was handed in.
pub struct ClaimAnswer {
    answer: Awaited<Vec<Claim>>,
    asked: CatalogHandle,
}

impl ClaimAnswer {
    /// Waits for the answers, in the order of the ids.
    pub async fn get(self) -> Result<Vec<Claim>, CatalogError> {
        self.asked.receive(self.answer).await
    }
}

impl CatalogHandle {
    pub(crate) fn new(requests: mpsc::Sender<Request>) -> CatalogHandle {
        CatalogHandle { requests, from: None }
    }

    /// The handle of one member, which answers [`CatalogError::Unreachable`] while the member cannot reach the
    /// catalog.
    pub fn seen_from(&self, member: MemberName, reach: Arc<dyn Reach>) -> CatalogHandle {
        CatalogHandle {
            requests: self.requests.clone(),
            from: Some((member, reach)),
        }
    }

    /// Makes a worker known, so that it can claim chunks.
    pub async fn register(&self, member: &MemberName) -> Result<WorkerId, CatalogError> {
        self.ask(|reply| Request::Register {
            member: *member,
            reply,
        })
        .await
    }

    /// Opens the next instance of a job. Refused while an instance of that job is open, on whatever member.
    pub async fn begin(&self, plan: InstancePlan, at: Timestamp) -> Result<InstanceId, CatalogError> {
        self.ask(|reply| Request::Begin { plan, at, reply }).await
    }

    /// Claims chunks for a worker; the answers are in the order of `ids`. Hundreds at once cost little more than one.
    pub async fn claim(&self, worker: WorkerId, ids: Vec<ChunkId>) -> Result<Vec<Claim>, CatalogError> {
        self.ask(|reply| Request::Claim { worker, ids, reply }).await
    }

    /// As [`CatalogHandle::claim`], but only hands the claim in: the answer is waited for later, with more claims on
    /// their way meanwhile. Claims are decided in the order in which they were handed in.
    pub async fn hand_in_claim(
        &self,
        worker: WorkerId,
        ids: Vec<ChunkId>,
    ) -> Result<ClaimAnswer, CatalogError> {
        let answer = self.send(|reply| Request::Claim { worker, ids, reply }).await?;
        Ok(ClaimAnswer {
            answer,
            asked: self.clone(),
        })
    }

    /// Names the chunks of a pack that is durable. May be sent again.
    pub async fn record_pack(
        &self,
        _worker: WorkerId,
        places: Vec<(ChunkId, ChunkPlace)>,
    ) -> Result<(), CatalogError> {
        self.record_places(places).await
    }

    /// Waits until each of `ids` is stored or has become this worker's to store; the answers are in the order of
    /// `ids`. Record what the worker owes before, or while it waits: two workers that wait for each other and store
    /// nothing wait for ever.
    pub async fn settle(&self, worker: WorkerId, ids: Vec<ChunkId>) -> Result<Vec<Settled>, CatalogError> {
        self.ask(|reply| Request::Settle { worker, ids, reply }).await
    }

    /// Adds a domain to a running instance; its manifest must be in a recorded pack. May be sent again.
    pub async fn close_domain(
        &self,
        instance: &InstanceId,
        domain: DomainRecord,
    ) -> Result<(), CatalogError> {
        let domain = Box::new(domain);
        self.ask(|reply| Request::CloseDomain {
            instance: *instance,
            domain,
            reply,
        })
        .await
    }

    /// Ends an instance and hands out its record, which says what it was worth. May be sent again; the first end
    /// stays.
    pub async fn close_instance(
        &self,
        instance: &InstanceId,
        ended: Timestamp,
    ) -> Result<InstanceRecord, CatalogError> {
        self.ask(|reply| Request::CloseInstance {
            instance: *instance,
            ended,
            reply,
        })
        .await
    }

    /// Gives back claims that the worker cannot fulfil, such as chunks of a domain that failed. They fall to whoever
    /// waits for them, or to the next that claims them.
    pub async fn abandon(&self, worker: WorkerId, ids: Vec<ChunkId>) -> Result<(), CatalogError> {
        self.ask(|reply| Request::Abandon { worker, ids, reply }).await
    }

    /// Forgets a worker that has ended or died. What it claimed and did not record falls to whoever waits for it.
    pub async fn gone(&self, worker: WorkerId) -> Result<(), CatalogError> {
        self.ask(|reply| Request::Gone { worker, reply }).await
    }

    /// Where the chunks lie, in the order of `ids`.
    pub async fn places(&self, ids: Vec<ChunkId>) -> Result<Vec<Option<ChunkPlace>>, CatalogError> {
        self.read(move |store| store.places(&ids)).await
    }

    /// One instance.
    pub async fn instance(&self, id: &InstanceId) -> Result<Option<InstanceRecord>, CatalogError> {
        let id = *id;
        self.read(move |store| store.instance(&id)).await
    }

    /// The wanted instances, sorted by job and number.
    pub async fn instances(&self, filter: InstanceFilter) -> Result<Vec<InstanceRecord>, CatalogError> {
        self.read(move |store| store.instances(&filter)).await
    }

    /// The closed domains of an instance, sorted by name.
    pub async fn domains(&self, instance: &InstanceId) -> Result<Vec<DomainRecord>, CatalogError> {
        let instance = *instance;
        self.read(move |store| store.domains(&instance)).await
    }

    /// One closed domain of an instance.
    pub async fn domain(
        &self,
        instance: &InstanceId,
        name: &DomainName,
    ) -> Result<Option<DomainRecord>, CatalogError> {
        let (instance, name) = (*instance, *name);
        self.read(move |store| store.domain(&instance, &name)).await
    }

    /// All wanted copies, oldest first.
    pub async fn versions(&self, filter: VersionFilter) -> Result<Vec<DomainVersion>, CatalogError> {
        self.read(move |store| store.versions(&filter)).await
    }

    /// The newest restorable copy of every wanted minidisk and volume, sorted by name. More than one means that the
    /// filter was ambiguous, for instance because two members have a disk of that name each.
    pub async fn latest(&self, filter: VersionFilter) -> Result<Vec<DomainVersion>, CatalogError> {
        let filter = VersionFilter {
            restorable: true,
            ..filter
        };
        Ok(latest_of_each(self.versions(filter).await?))
    }

    /// How much the catalog holds.
    pub async fn totals(&self) -> Result<CatalogTotals, CatalogError> {
        self.read(|store| store.totals()).await
    }

    /// An instance with its closed domains: once it has ended, what its record in the repository holds.
    pub async fn instance_end(&self, id: &InstanceId) -> Result<Option<InstanceEnd>, CatalogError> {
        let id = *id;
        let end = move |store: &dyn CatalogStore| {
            let Some(instance) = store.instance(&id)? else {
                return Ok(None);
            };
            Ok(Some(InstanceEnd {
                instance,
                domains: store.domains(&id)?,
            }))
        };
        self.read(end).await
    }

    /// Takes in a part of a repository, in transactions of bounded size. The same part may be taken in again.
    pub async fn apply_rebuild(&self, batch: RebuildBatch) -> Result<Rebuilt, CatalogError> {
        let mut rebuilt = Rebuilt::default();
        let mut rows = Vec::new();
        for (_, places) in batch.packs {
            rebuilt.packs += 1;
            rebuilt.chunks += u64::try_from(places.len()).unwrap_or(u64::MAX);
            rows.extend(places);
            while rows.len() >= REBUILD_ROWS_MAX {
                let rest = rows.split_off(REBUILD_ROWS_MAX);
                self.record_places(std::mem::replace(&mut rows, rest)).await?;
            }
        }
        self.record_places(rows).await?;
        for end in batch.ended {
            let end = Box::new(end);
            rebuilt.add(self.ask(|reply| Request::RebuildEnded { end, reply }).await?);
        }
        for begun in batch.begun {
            let begun = Box::new(begun);
            rebuilt.add(self.ask(|reply| Request::RebuildBegun { begun, reply }).await?);
        }
        Ok(rebuilt)
    }

    async fn record_places(&self, places: Vec<(ChunkId, ChunkPlace)>) -> Result<(), CatalogError> {
        self.ask(|reply| Request::RecordPack { places, reply }).await
    }

    async fn read<T: Send + 'static>(
        &self,
        question: impl FnOnce(&dyn CatalogStore) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, CatalogError> {
        let read = |reply: Reply<T>| {
            Request::Read(Box::new(move |store| {
                let answer = store.and_then(|store| question(store).map_err(CatalogError::from));
                // Nobody is harmed by an answer that nobody waits for.
                drop(reply.send(answer));
            }))
        };
        self.ask(read).await
    }

    async fn ask<T>(&self, request: impl FnOnce(Reply<T>) -> Request) -> Result<T, CatalogError> {
        let answer = self.send(request).await?;
        self.receive(answer).await
    }

    async fn send<T>(&self, request: impl FnOnce(Reply<T>) -> Request) -> Result<Awaited<T>, CatalogError> {
        self.check_reach()?;
        let (reply, answer) = oneshot::channel();
        self.requests
            .send(request(reply))
            .await
            .map_err(|_| CatalogError::Gone)?;
        Ok(answer)
    }

    async fn receive<T>(&self, answer: Awaited<T>) -> Result<T, CatalogError> {
        let answer = answer.await.map_err(|_| CatalogError::Gone)?;
        self.check_reach()?;
        answer
    }

    fn check_reach(&self) -> Result<(), CatalogError> {
        match &self.from {
            Some((member, reach)) if !reach.is_reachable(*member) => {
                Err(CatalogError::Unreachable { member: *member })
            }
            _ => Ok(()),
        }
    }
}
