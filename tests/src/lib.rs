//! What the tests that cross crates have in common: worlds on a paused clock, and the comparison of what is restored
//! with what was there.

#![allow(
    clippy::unwrap_used,
    reason = "this package holds tests only; what goes wrong here is a failed test"
)]

pub mod watched;

use std::sync::Arc;

use catalog::{Catalog, CatalogTask, DomainRecord, InstanceFilter, InstanceId, InstanceState, MemoryStore};
use dasd::Volume;
use dasd::bytes::MemoryBytes;
use engine::{
    BackupOrder, Choice, ClusterState, Compute, Env, RunSummary, Side, Silent, Target, VolumeDevice,
};
use object_store::ObjectStore;
use store::{ChunkId, Effort, Manifest, Page, Repository, RepositoryId};
use zvm::Site;

/// Runs a world to its end on one thread, on a clock that moves only when everybody waits.
pub fn paused<T>(world: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(world)
}

/// The same disks, clock and cluster with another store, another way to compute, and a catalog of its own.
pub async fn moved(
    env: &Env,
    to: Arc<dyn ObjectStore>,
    compute: Arc<dyn Compute>,
) -> (Env, CatalogTask, MemoryStore) {
    let rows = MemoryStore::new();
    let repository = Repository::create(to, RepositoryId([9; 16])).await.unwrap();
    let catalog: Box<MemoryStore> = Box::new(rows.clone());
    let (catalog, task) = Catalog::start(catalog, Arc::new(catalog::Inline), "a test")
        .await
        .unwrap();
    let env = Env {
        repository,
        catalog,
        compute,
        ..env.clone()
    };
    (env, task, rows)
}

/// Backs up what the choice says of the site.
pub async fn back_up(env: &Env, site: &Site, choice: &Choice) -> RunSummary {
    let members = site.cluster.members.iter().map(|member| member.name);
    let plan = engine::plan(site, choice, &ClusterState::all_joined(members)).unwrap();
    let order = BackupOrder::new(plan.jobs, Effort::DEFAULT);
    engine::back_up(env, order, Arc::new(Silent)).await
}

/// Restores a copy into memory and compares it with the disk it was made of.
pub async fn is_truth(env: &Env, record: &DomainRecord) -> Result<(), String> {
    let geometry = engine::extent_geometry(record).unwrap();
    let volume = Volume::create("restored", Arc::new(MemoryBytes::default()), geometry).unwrap();
    let device = Arc::new(VolumeDevice::new(record.volser, None, volume));
    let target = Target {
        device: Arc::clone(&device) as _,
        first: 0,
    };
    let failed = |problem: &dyn std::fmt::Display| format!("{}: {problem}", record.name);
    engine::restore(env, record, &target, &Silent)
        .await
        .map_err(|error| failed(&error))?;
    let source = env.disks.attach(&record.member, &record.volser).await.unwrap();
    let source = Side {
        device: source,
        run: Some(record.run),
    };
    let compared = engine::compare(env, &Side { device, run: None }, &source)
        .await
        .map_err(|error| failed(&error))?;
    if compared.different > 0 {
        return Err(failed(&format!("{} tracks differ", compared.different)));
    }
    Ok(())
}

/// Every copy that the catalog has, with the state of its instance.
pub async fn copies(env: &Env) -> Vec<(InstanceId, InstanceState, DomainRecord)> {
    let mut copies = Vec::new();
    for instance in env.catalog.instances(InstanceFilter::default()).await.unwrap() {
        for record in env.catalog.domains(&instance.id).await.unwrap() {
            copies.push((instance.id, instance.state, record));
        }
    }
    copies
}

/// Restores every copy that the catalog calls restorable and compares it. Returns how many there were.
///
/// # Panics
/// When one differs or cannot be restored.
pub async fn all_copies_are_truth(env: &Env) -> usize {
    let mut restored = 0;
    for (instance, _, record) in copies(env).await {
        if record.status.is_restorable() {
            is_truth(env, &record)
                .await
                .unwrap_or_else(|problem| panic!("{instance}: {problem}"));
            restored += 1;
        }
    }
    restored
}

/// The bytes of a chunk.
pub async fn chunk(env: &Env, id: ChunkId) -> Vec<u8> {
    let place = env.catalog.places(vec![id]).await.unwrap()[0].unwrap();
    env.repository
        .read_chunks(&[(id, place)])
        .await
        .unwrap()
        .remove(0)
}

/// The chunks that a copy consists of, in order.
pub async fn chunks_of(env: &Env, record: &DomainRecord) -> Vec<ChunkId> {
    let manifest = Manifest::decode(&chunk(env, record.manifest.unwrap()).await).unwrap();
    let mut chunks = Vec::new();
    for page in manifest.pages {
        let entries = Page::decode(&chunk(env, page).await).unwrap();
        chunks.extend(entries.into_iter().map(|entry| entry.id));
    }
    chunks
}
