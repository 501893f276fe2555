//! One run over a plan: a worker task for each member that has work.

use std::collections::BTreeMap;
use std::num::NonZeroU64;
use std::pin::pin;
use std::sync::Arc;

use futures_util::future::{Either, select};
use store::WitnessKey;
use tokio::task::JoinSet;
use zvm::MemberName;

use super::buffers::Buffers;
use super::ledger::Ledger;
use super::packing::Packer;
use super::rate::Allowance;
use super::worker::Worker;
use super::{BackupError, BackupOrder, JobOutcome, RunSummary};
use crate::env::{Env, lost};
use crate::plan::JobPlan;
use crate::progress::{Event, Progress};

/// Backs up everything in `order`. A track that cannot be read fails its domain, a member that goes down ends its
/// jobs; neither ends the run, and the summary tells.
///
/// # Panics
/// When a worker panics: that is a mistake in this program, and its claims must not look alive.
pub async fn back_up(env: &Env, order: BackupOrder, progress: Arc<dyn Progress>) -> RunSummary {
    let mut by_member: BTreeMap<MemberName, Vec<(usize, JobPlan)>> = BTreeMap::new();
    for (number, job) in order.jobs.into_iter().enumerate() {
        by_member.entry(job.member).or_default().push((number, job));
    }
    let mut crew = JoinSet::new();
    for (member, jobs) in by_member {
        let share = order.shares.get(&member).copied().unwrap_or_default();
        let env = Env {
            compute: Arc::clone(&env.compute).lane(share.weight),
            ..env.clone()
        };
        let (progress, effort) = (Arc::clone(&progress), order.effort);
        crew.spawn(async move { work(&env, member, jobs, progress, effort, share.rate).await });
    }
    let mut outcomes: Vec<(usize, JobOutcome)> = crew.join_all().await.into_iter().flatten().collect();
    outcomes.sort_by_key(|(number, _)| *number);
    RunSummary {
        jobs: outcomes.into_iter().map(|(_, outcome)| outcome).collect(),
    }
}

/// Runs the jobs of one member, for as long as the member is up.
async fn work(
    env: &Env,
    member: MemberName,
    jobs: Vec<(usize, JobPlan)>,
    progress: Arc<dyn Progress>,
    effort: store::Effort,
    rate: Option<NonZeroU64>,
) -> Vec<(usize, JobOutcome)> {
    let mut outcomes = Vec::with_capacity(jobs.len());
    for (number, job) in jobs {
        let outcome = run_or_lose(env, &job, &progress, effort, rate).await;
        if let Some(error) = &outcome.error {
            let reason = super::error_chain(error);
            progress.event(Event::JobFailed {
                member,
                job: job.job,
                reason,
            });
        }
        outcomes.push((number, outcome));
    }
    outcomes
}

/// Runs one job until it ends or its member goes down. In every case what its worker had claimed is given back,
/// and an instance that cannot go on is ended with what it has.
async fn run_or_lose(
    env: &Env,
    job: &JobPlan,
    progress: &Arc<dyn Progress>,
    effort: store::Effort,
    rate: Option<NonZeroU64>,
) -> JobOutcome {
    let mut outcome = JobOutcome {
        job: job.job,
        member: job.member,
        instance: None,
        domains: Vec::new(),
        stored_bytes: 0,
        missed: Vec::new(),
        error: None,
    };
    let id = match env.catalog.register(&job.member).await {
        Ok(id) => id,
        Err(error) => {
            outcome.error = Some(error.into());
            return outcome;
        }
    };
    let mut worker = Worker {
        env: env.clone(),
        member: job.member,
        id,
        progress: Arc::clone(progress),
        packer: Packer::new(env, job.member, id, Arc::clone(progress), effort),
        buffers: Buffers::default(),
        allowance: rate.map(Allowance::new),
        witness_key: WitnessKey::of(env.repository.id()).map(Arc::new),
        ledger: Ledger::default(),
        running: None,
        cuts: BTreeMap::new(),
        ended: None,
        closed: Vec::new(),
        missed: Vec::new(),
    };
    let cluster = env.cluster.clone();
    // `select` looks at its first future first, always, and draws no chance.
    let result = match select(pin!(lost(cluster, &job.member)), pin!(worker.run(job))).await {
        Either::Left(((), _)) => Err(BackupError::MemberLost { member: job.member }),
        Either::Right((result, _)) => result,
    };
    let returned = env.catalog.gone(id).await.map_err(BackupError::from);
    let ended = worker.end().await;
    outcome.stored_bytes = worker.packer.stored_bytes();
    outcome.domains = std::mem::take(&mut worker.closed);
    outcome.missed = std::mem::take(&mut worker.missed);
    outcome.instance = ended.as_ref().ok().cloned().flatten();
    outcome.error = result.and(returned).and(ended.map(drop)).err();
    outcome
}
