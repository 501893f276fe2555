//! What a member may have of the machine: a limit on reading is kept, holds nobody else up, and changes nothing that is
//! stored; nor does a weight.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;
use std::num::{NonZeroU32, NonZeroU64, NonZeroUsize};
use std::sync::Arc;

use engine::{BackupOrder, Choice, ClusterState, Compute, Env, Inline, RunSummary, Share, Silent, Threads};
use sim::seed::Seed;
use sim::world::{World, tiny_site};
use store::Effort;
use tests::watched::Watched;
use tests::{all_copies_are_truth, moved, paused};
use zvm::{MemberName, Site};

const LIMITED: &str = "GRIDA";

/// What may be read ahead of a limit: a tenth of a second's bytes, and the stretch that is read for it.
const AHEAD_SECONDS: f64 = 0.1;

async fn back_up(env: &Env, site: &Site, choice: &Choice, share: Share) -> RunSummary {
    let members = site.cluster.members.iter().map(|member| member.name);
    let plan = engine::plan(site, choice, &ClusterState::all_joined(members)).unwrap();
    let order = BackupOrder {
        shares: BTreeMap::from([(MemberName::new(LIMITED).unwrap(), share)]),
        ..BackupOrder::new(plan.jobs, Effort::DEFAULT)
    };
    engine::back_up(env, order, Arc::new(Silent)).await
}

/// For each job: the member, seconds, bytes read, bytes of its largest domain.
fn jobs(summary: &RunSummary) -> Vec<(MemberName, f64, f64, f64)> {
    let of = |outcome: &engine::JobOutcome| {
        let instance = outcome.instance.as_ref().unwrap();
        let micros = instance.ended.unwrap().as_micros() - instance.started.as_micros();
        let largest = outcome
            .domains
            .iter()
            .map(|domain| domain.totals.bytes_read)
            .max();
        let (read, largest) = (instance.totals.bytes_read, largest.unwrap_or_default());
        (outcome.member, micros as f64 / 1e6, read as f64, largest as f64)
    };
    summary.jobs.iter().map(of).collect()
}

#[test]
fn a_limit_is_kept_and_holds_nobody_else_up() {
    const RATE: u64 = 200_000;
    let run = |rate: Option<u64>| {
        paused(async move {
            let world = World::new(tiny_site(), Seed(41)).await;
            let share = Share {
                rate: rate.and_then(NonZeroU64::new),
                ..Share::default()
            };
            let summary = back_up(world.env(), &tiny_site(), &Choice::default(), share).await;
            assert!(summary.is_clean(), "{summary:?}");
            assert!(all_copies_are_truth(world.env()).await > 0);
            jobs(&summary)
        })
    };
    let (free, limited) = (run(None), run(Some(RATE)));
    let mut checked = 0;
    for (before, after) in free.iter().zip(&limited) {
        let (member, seconds, read, largest) = *after;
        if member.as_str() == LIMITED {
            let least = (read - largest) / RATE as f64 - AHEAD_SECONDS;
            assert!(seconds >= least, "{member} read {read} bytes in {seconds} s");
            assert!(seconds > before.1, "{member} took {} s without a limit", before.1);
            checked += 1;
        } else {
            let (_, free, ..) = *before;
            assert!(
                seconds < free * 3.0,
                "{member} took {free} s, and {seconds} s beside a limited one"
            );
        }
    }
    assert!(checked > 0 && checked < limited.len(), "{limited:?}");
}

#[test]
fn no_share_changes_what_is_stored() {
    let usual = Share::default();
    let heavy = Share {
        weight: NonZeroU32::new(7).unwrap(),
        ..usual
    };
    let slow = Share {
        rate: NonZeroU64::new(300_000),
        ..usual
    };
    let threads = || -> Arc<dyn Compute> { Arc::new(Threads::start(NonZeroUsize::new(2).unwrap()).unwrap()) };
    let runs = [
        (usual, Arc::new(Inline) as Arc<dyn Compute>),
        (heavy, threads()),
        (slow, threads()),
    ];
    let [usual, others @ ..] = runs.map(|(share, compute)| paused(packs_of_a_run(share, compute)));
    assert!(usual.len() >= 2, "{} packs show little", usual.len());
    for other in others {
        assert!(other == usual);
    }
}

async fn packs_of_a_run(share: Share, compute: Arc<dyn Compute>) -> Vec<(String, Vec<u8>)> {
    let world = World::new(tiny_site(), Seed(42)).await;
    let store = Arc::new(Watched::default());
    let (env, task, _) = moved(world.env(), Arc::clone(&store) as _, compute).await;
    let choice = Choice {
        member: Some(MemberName::new(LIMITED).unwrap()),
        ..Choice::default()
    };
    let summary = back_up(&env, &tiny_site(), &choice, share).await;
    assert!(summary.is_clean(), "{summary:?}");
    drop(env);
    task.join().await.unwrap();
    let objects = store.objects().await;
    objects
        .into_iter()
        .filter(|(name, _)| name.starts_with("packs/"))
        .collect()
}
