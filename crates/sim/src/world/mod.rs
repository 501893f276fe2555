//! The simulated world: everything the engine knows as `Env`, made from one seed.
//!
//! Volumes and repository lie in memory, the clock is tokio's paused one, work is done inline, and what the devices
//! and members do is drawn from the seed or scheduled. The same seed gives the same trace, byte for byte. Run it on
//! a current-thread runtime whose time is paused.

mod chance;
mod clock;
mod disks;
mod store;
mod tiny;
mod trace;

use std::sync::Arc;
use std::time::Duration;

use ::store::{Effort, Repository, RepositoryId};
use catalog::{Catalog, InstanceState, MemoryStore};
use engine::{
    BackupOrder, Choice, Clock, ClusterState, Env, Inline, MemberState, Progress, RunSummary, back_up, plan,
};
use tokio::sync::watch;
use zvm::{MemberName, Site};

use crate::seed::Seed;
use clock::PausedClock;
use disks::SimDisks;
use store::TracedStore;

pub use tiny::{tiny_site, tiny_site_files};
pub use trace::Trace;

/// A member that goes down while it works.
#[derive(Clone, Debug)]
pub struct Death {
    /// Who.
    pub member: MemberName,
    /// When, on the simulated clock.
    pub after: Duration,
}

/// A world, ready to run.
pub struct World {
    site: Arc<Site>,
    env: Env,
    trace: Arc<Trace>,
    store: Arc<TracedStore>,
    cluster: watch::Sender<ClusterState>,
    catalog: catalog::CatalogTask,
}

/// What is left of a world.
pub struct Outcome {
    /// Everything that happened, a line each, with simulated times.
    pub trace: String,
    /// Every object of the repository, by name, with the hash of its bytes.
    pub objects: Vec<(String, ::store::ChunkId)>,
}

impl World {
    /// Builds the volumes of `site` in memory from `seed`, and an empty repository.
    ///
    /// # Panics
    /// When the site names a volume whose shape its files do not tell: worlds are made for sites that are whole.
    pub async fn new(site: Site, seed: Seed) -> Self {
        let site = Arc::new(site);
        let trace = Arc::new(Trace::default());
        let clock = Arc::new(PausedClock::start());
        let disks = SimDisks::build(Arc::clone(&site), seed, Arc::clone(&clock) as Arc<dyn Clock>);
        let store = Arc::new(TracedStore::new(
            Arc::clone(&trace),
            Arc::clone(&clock) as Arc<dyn Clock>,
        ));
        let repository = Repository::create(Arc::clone(&store) as _, RepositoryId([7; 16]))
            .await
            .expect("a store in memory takes a new repository");
        let owner = "the simulated world";
        let (handle, task) = Catalog::start(Box::new(MemoryStore::new()), Arc::new(catalog::Inline), owner)
            .await
            .expect("a catalog in memory opens");
        let members = site.cluster.members.iter().map(|member| member.name);
        let (cluster, seen) = watch::channel(ClusterState::all_joined(members));
        let env = Env {
            clock,
            disks: Arc::new(disks),
            repository,
            catalog: handle,
            compute: Arc::new(Inline),
            writers: Arc::new(Inline),
            cluster: seen,
            chance: Arc::new(chance::SeededChance::new(seed)),
        };
        Self {
            site,
            env,
            trace,
            store,
            cluster,
            catalog: task,
        }
    }

    /// The seams of this world.
    pub fn env(&self) -> &Env {
        &self.env
    }

    /// Everything that happened so far.
    pub fn trace(&self) -> String {
        self.trace.text()
    }

    /// Runs all jobs of the site while members die as scheduled.
    ///
    /// # Panics
    /// When the plan names a job that the site does not have, which it cannot.
    pub async fn back_up(&self, deaths: &[Death]) -> RunSummary {
        let seen = self.env.cluster.borrow().clone();
        let plan = plan(&self.site, &Choice::default(), &seen).expect("the default choice names nothing");
        let order = BackupOrder::new(plan.jobs, Effort::DEFAULT);
        let progress = Arc::new(trace::Watch::new(
            Arc::clone(&self.trace),
            Arc::clone(&self.env.clock),
        ));
        let run = back_up(&self.env, order, progress as Arc<dyn Progress>);
        let schedule = async {
            let mut deaths = deaths.to_vec();
            deaths.sort_by_key(|death| death.after);
            let mut passed = Duration::ZERO;
            for death in deaths {
                self.env.clock.sleep(death.after.saturating_sub(passed)).await;
                passed = death.after;
                self.trace
                    .line(&*self.env.clock, &format!("{} goes down", death.member));
                self.cluster
                    .send_modify(|state| state.set(&death.member, MemberState::Down));
            }
        };
        // `join!` polls in a fixed order; both ends are awaited.
        let (summary, ()) = futures_util::future::join(run, schedule).await;
        summary
    }

    /// All members are up again.
    pub fn revive(&self) {
        self.cluster.send_modify(|state| {
            for member in &self.site.cluster.members {
                state.set(&member.name, MemberState::Joined);
            }
        });
    }

    /// The states of all instances that the catalog knows, by name.
    ///
    /// # Errors
    /// When the catalog does not answer.
    pub async fn instances(&self) -> Result<Vec<(String, InstanceState)>, catalog::CatalogError> {
        let instances = self
            .env
            .catalog
            .instances(catalog::InstanceFilter::default())
            .await?;
        Ok(instances
            .into_iter()
            .map(|instance| (instance.id.to_string(), instance.state))
            .collect())
    }

    /// Ends the world and tells what is left of it.
    pub async fn end(self) -> Outcome {
        drop(self.env);
        drop(self.catalog.join().await);
        Outcome {
            trace: self.trace.text(),
            objects: self.store.objects().await,
        }
    }
}
