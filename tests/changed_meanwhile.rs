//! A member dies that had promised to store what others have as well, and what they have changes before they can store it
//! themselves: only the domains concerned fail.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use catalog::{DomainStatus, InstanceState};
use dasd::{BlockError, BlockNo, Geometry, TrackBuilder, TrackError, TrackNo, Volser};
use engine::{
    AttachError, BackupOrder, Choice, ClusterState, Device, Disks, Env, MemberState, RunSummary, Silent,
};
use futures_util::future::{BoxFuture, join};
use sim::seed::Seed;
use sim::world::{World, tiny_site};
use tests::{copies, is_truth, paused};
use tokio::sync::watch;
use zvm::{MemberName, VolumeKey};

/// Packs on which a track that is read alone is another one than before. Copying reads several at once; only who stores a
/// chunk after all reads a single track.
struct Shifting {
    disks: Arc<dyn Disks>,
    /// Only this pack; all when there is none.
    only: Option<Volser>,
}

struct ShiftingDevice(Arc<dyn Device>);

impl Disks for Shifting {
    fn attach<'a>(
        &'a self,
        who: &'a MemberName,
        volser: &'a Volser,
    ) -> BoxFuture<'a, Result<Arc<dyn Device>, AttachError>> {
        Box::pin(async move {
            let device = self.disks.attach(who, volser).await?;
            Ok(match self.only {
                Some(only) if only != *volser => device,
                _ => Arc::new(ShiftingDevice(device)),
            })
        })
    }
}

impl Device for ShiftingDevice {
    fn key(&self) -> &VolumeKey {
        self.0.key()
    }
    fn geometry(&self) -> &Geometry {
        self.0.geometry()
    }
    fn read_tracks(&self, first: TrackNo, slots: &mut [u8], faults: &mut Vec<TrackError>) {
        self.0.read_tracks(first, slots, faults);
        if let Geometry::Ckd(geometry) = self.geometry()
            && slots.len() == geometry.slot_len()
        {
            let mut track = TrackBuilder::new(slots, geometry.address(first)).unwrap();
            track.record(1, b"", b"something else").unwrap();
            track.finish();
        }
    }
    fn read_blocks(&self, first: BlockNo, into: &mut [u8]) -> Result<(), BlockError> {
        self.0.read_blocks(first, into)
    }
    fn write_tracks(&self, first: TrackNo, slots: &[u8]) -> Result<(), TrackError> {
        self.0.write_tracks(first, slots)
    }
    fn write_blocks(&self, first: BlockNo, from: &[u8]) -> Result<(), BlockError> {
        self.0.write_blocks(first, from)
    }
    fn sync(&self) -> std::io::Result<()> {
        self.0.sync()
    }
    fn pace(&self, bytes: u64) -> BoxFuture<'_, ()> {
        self.0.pace(bytes)
    }
}

#[test]
fn only_the_domains_that_changed_fail() {
    let mut failed = 0;
    for (number, dead) in (0..).zip(["GRIDA", "GRIDB", "GRIDC", "GRIDD"]) {
        for millis in [15, 30, 45, 60, 90] {
            failed += paused(dies(Seed(70 + number), dead, millis, None)).len();
        }
    }
    assert!(failed > 0, "no death left a promise behind");
}

/// When one pack changes, no domain of another fails: what those share with it is stored from what they have.
#[test]
fn only_the_packs_that_changed_are_concerned() {
    let mut tried = 0;
    for (number, dead) in (0..).zip(["GRIDA", "GRIDB", "GRIDC", "GRIDD"]) {
        for millis in [30, 60] {
            let concerned = paused(dies(Seed(70 + number), dead, millis, None));
            for only in concerned.iter().copied().collect::<BTreeSet<_>>() {
                let failed = paused(dies(Seed(70 + number), dead, millis, Some(only)));
                assert!(
                    failed.iter().all(|volser| *volser == only),
                    "{only} changed, {dead} died after {millis} ms: {failed:?}"
                );
                tried += 1;
            }
        }
    }
    assert!(tried > 0, "no death left a promise behind");
}

/// Returns the packs of the domains that failed because what they had was gone.
async fn dies(seed: Seed, dead: &str, millis: u64, only: Option<Volser>) -> Vec<Volser> {
    let world = World::new(tiny_site(), seed).await;
    let dead = MemberName::new(dead).unwrap();
    let members = || {
        tiny_site()
            .cluster
            .members
            .iter()
            .map(|member| member.name)
            .collect::<Vec<_>>()
    };
    let (cluster, state) = watch::channel(ClusterState::all_joined(members()));
    let env = Env {
        disks: Arc::new(Shifting {
            disks: Arc::clone(&world.env().disks),
            only,
        }),
        cluster: state,
        ..world.env().clone()
    };
    let plan = engine::plan(
        &tiny_site(),
        &Choice::default(),
        &ClusterState::all_joined(members()),
    )
    .unwrap();
    let order = BackupOrder::new(plan.jobs, store::Effort::DEFAULT);
    let death = async {
        env.clock.sleep(Duration::from_millis(millis)).await;
        cluster.send_modify(|state| state.set(&dead, MemberState::Down));
    };
    let (summary, ()) = join(engine::back_up(&env, order, Arc::new(Silent)), death).await;
    survivors_end_their_jobs(&summary, dead);
    let mut failed = Vec::new();
    for (_, _, record) in copies(world.env()).await {
        match &record.status {
            DomainStatus::Failed(reason) if reason.contains("changed or became unreadable") => {
                failed.push(record.volser)
            }
            status if status.is_restorable() => is_truth(world.env(), &record).await.unwrap(),
            _ => {}
        }
    }
    failed
}

fn survivors_end_their_jobs(summary: &RunSummary, dead: MemberName) {
    for job in summary.jobs.iter().filter(|job| job.member != dead) {
        assert!(
            job.error.is_none(),
            "{} of {}: {:?}",
            job.job,
            job.member,
            job.error
        );
        let state = job.instance.as_ref().unwrap().state;
        assert!(
            matches!(state, InstanceState::Complete | InstanceState::CompleteWithErrors),
            "{} of {} is {state}",
            job.job,
            job.member
        );
    }
}
