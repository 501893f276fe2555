//! The shell around the core: a mailbox, the task that empties it, and the end of that task.

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::blocking::{Blocking, offload};
use crate::catalog_store::CatalogStore;
use crate::error::{CatalogError, OpenError};
use crate::handle::CatalogHandle;
use crate::request::Request;
use crate::serve::{CatalogSummary, Core};

/// Requests that may wait. Eight members with eight domains in flight each ask once per domain at a time; whoever comes
/// beyond that waits at the door. A claim of 960 ids is 30 KiB, so a full mailbox stays under 2 MiB of them.
pub const MAILBOX_REQUESTS_MAX: usize = 64;

/// Requests that are decided and made durable together: all that can wait, so that one commit empties the mailbox.
const BATCH_REQUESTS_MAX: usize = MAILBOX_REQUESTS_MAX;

/// The catalog and its one owner.
pub struct Catalog;

impl Catalog {
    /// Takes the catalog over and starts its actor in the runtime of the caller. `owner` is what others are told who
    /// find the catalog taken, such as `ssibackup on GRIDA, process 4711`. Instances that an earlier owner left open
    /// become incomplete.
    pub async fn start(
        store: Box<dyn CatalogStore>,
        blocking: Arc<dyn Blocking>,
        owner: &str,
    ) -> Result<(CatalogHandle, CatalogTask), OpenError> {
        let catalog = store.name().to_owned();
        let owner = owner.to_owned();
        let core = offload(&*blocking, move || Core::start(store, &owner)).await;
        let core = core.ok_or_else(|| OpenError::Damaged {
            catalog,
            fault: "reading it broke off; the log has the cause".to_owned(),
        })??;
        let (requests, mailbox) = mpsc::channel(MAILBOX_REQUESTS_MAX);
        let mut tasks = JoinSet::new();
        tasks.spawn(run(core, mailbox, blocking));
        Ok((CatalogHandle::new(requests), CatalogTask { tasks }))
    }
}

/// The running actor. It ends by itself when the last handle is dropped; dropping the task instead ends it at once,
/// as the death of its process would.
#[derive(Debug)]
pub struct CatalogTask {
    tasks: JoinSet<Result<CatalogSummary, CatalogError>>,
}

/// Why an actor did not end in order.
#[derive(Debug, thiserror::Error)]
pub enum ActorDied {
    /// Its store failed or was taken over.
    #[error("the catalog broke off")]
    Failed(#[from] CatalogError),
    /// It panicked, or its runtime ended first.
    #[error("the catalog's task died before it had ended; run again, what was answered is kept")]
    Lost,
}

impl CatalogTask {
    /// Waits until the last handle is dropped and everything asked before is answered.
    pub async fn join(mut self) -> Result<CatalogSummary, ActorDied> {
        match self.tasks.join_next().await {
            Some(Ok(ended)) => Ok(ended?),
            Some(Err(_)) | None => Err(ActorDied::Lost),
        }
    }
}

async fn run(
    mut core: Core,
    mut mailbox: mpsc::Receiver<Request>,
    blocking: Arc<dyn Blocking>,
) -> Result<CatalogSummary, CatalogError> {
    let mut batch = Vec::new();
    while mailbox.recv_many(&mut batch, BATCH_REQUESTS_MAX).await > 0 {
        let requests = std::mem::take(&mut batch);
        let serve = move || {
            core.serve(requests);
            core
        };
        // Without its core the actor has nothing left to answer with: the replies went down with it.
        core = offload(&*blocking, serve).await.ok_or(CatalogError::Gone)?;
        if let Some(error) = core.poison().cloned() {
            return Err(refuse_the_rest(&mut mailbox, error).await);
        }
    }
    Ok(core.summary())
}

/// Tells everybody who is still waiting at the door why nothing is answered any more.
async fn refuse_the_rest(mailbox: &mut mpsc::Receiver<Request>, error: CatalogError) -> CatalogError {
    mailbox.close();
    while let Some(request) = mailbox.recv().await {
        request.fail(&error);
    }
    error
}
