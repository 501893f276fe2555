//! What can be asked of the actor, and how it answers.

use store::{ChunkId, ChunkPlace};
use tokio::sync::oneshot;
use zvm::MemberName;

use crate::catalog_store::CatalogStore;
use crate::claim::{Claim, Settled};
use crate::domain::DomainRecord;
use crate::error::CatalogError;
use crate::ids::{InstanceId, Timestamp, WorkerId};
use crate::instance::{InstanceEnd, InstancePlan, InstanceRecord};
use crate::rebuild::Rebuilt;

/// Where an answer goes. Nobody may be listening any more; then the answer is dropped.
pub(crate) type Reply<T> = oneshot::Sender<Result<T, CatalogError>>;

/// A question that the store answers; it is told of the error instead if there is no store to ask.
pub(crate) type Question = Box<dyn FnOnce(Result<&dyn CatalogStore, CatalogError>) + Send>;

pub(crate) enum Request {
    Register {
        member: MemberName,
        reply: Reply<WorkerId>,
    },
    Begin {
        plan: InstancePlan,
        at: Timestamp,
        reply: Reply<InstanceId>,
    },
    Claim {
        worker: WorkerId,
        ids: Vec<ChunkId>,
        reply: Reply<Vec<Claim>>,
    },
    RecordPack {
        places: Vec<(ChunkId, ChunkPlace)>,
        reply: Reply<()>,
    },
    Settle {
        worker: WorkerId,
        ids: Vec<ChunkId>,
        reply: Reply<Vec<Settled>>,
    },
    CloseDomain {
        instance: InstanceId,
        domain: Box<DomainRecord>,
        reply: Reply<()>,
    },
    CloseInstance {
        instance: InstanceId,
        ended: Timestamp,
        reply: Reply<InstanceRecord>,
    },
    Abandon {
        worker: WorkerId,
        ids: Vec<ChunkId>,
        reply: Reply<()>,
    },
    Gone {
        worker: WorkerId,
        reply: Reply<()>,
    },
    RebuildBegun {
        begun: Box<InstanceRecord>,
        reply: Reply<Rebuilt>,
    },
    RebuildEnded {
        end: Box<InstanceEnd>,
        reply: Reply<Rebuilt>,
    },
    Read(Question),
}

/// An answer that is known and not yet given. It is given as it stands once the batch is durable, or replaced by the
/// error that kept the batch from becoming so.
pub(crate) struct Answer(Giving);

/// Sends the answer, or the error instead of it.
type Giving = Box<dyn FnOnce(Option<&CatalogError>) + Send>;

impl Answer {
    pub(crate) fn new<T: Send + 'static>(reply: Reply<T>, result: Result<T, CatalogError>) -> Answer {
        Answer(Box::new(move |failure| {
            let result = failure.map_or(result, |error| Err(error.clone()));
            // Who asked may have been stopped meanwhile; that is its own affair.
            drop(reply.send(result));
        }))
    }

    pub(crate) fn give(self) {
        (self.0)(None);
    }

    pub(crate) fn fail(self, error: &CatalogError) {
        (self.0)(Some(error));
    }
}

impl Request {
    /// Answers with an error without looking at what was asked.
    pub(crate) fn fail(self, error: &CatalogError) {
        fn tell<T>(reply: Reply<T>, error: &CatalogError) {
            drop(reply.send(Err(error.clone())));
        }
        match self {
            Request::Register { reply, .. } => tell(reply, error),
            Request::Begin { reply, .. } => tell(reply, error),
            Request::Claim { reply, .. } => tell(reply, error),
            Request::RecordPack { reply, .. }
            | Request::CloseDomain { reply, .. }
            | Request::Abandon { reply, .. }
            | Request::Gone { reply, .. } => {
                tell(reply, error);
            }
            Request::Settle { reply, .. } => tell(reply, error),
            Request::CloseInstance { reply, .. } => tell(reply, error),
            Request::RebuildBegun { reply, .. } | Request::RebuildEnded { reply, .. } => tell(reply, error),
            Request::Read(question) => question(Err(error.clone())),
        }
    }
}
