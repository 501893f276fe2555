//! The actor through its door: what is answered, when, and what is not.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use store::{ChunkId, ChunkPlace};
use tokio::task::{JoinSet, yield_now};
use zvm::MemberName;

use crate::actor::{ActorDied, Catalog, CatalogTask};
use crate::blocking::{Inline, Pool};
use crate::catalog_store::CatalogStore;
use crate::claim::{Claim, Settled};
use crate::domain::DomainRecord;
use crate::error::{CatalogError, OpenError, Refusal, StoreError};
use crate::handle::{CatalogHandle, Reach};
use crate::ids::InstanceId;
use crate::instance::{InstanceEnd, InstanceState};
use crate::memory_store::MemoryStore;
use crate::query::{InstanceFilter, VersionFilter};
use crate::rebuild::RebuildBatch;
use crate::redb_store::RedbStore;
use crate::samples::{
    SharedDisk, at, begun, chunk, chunks, copied, failed, instance_id, member, minidisk, pack, places, plan,
    volume,
};

async fn start(store: impl CatalogStore) -> (CatalogHandle, CatalogTask) {
    Catalog::start(Box::new(store), Arc::new(Inline), "test")
        .await
        .unwrap()
}

/// One small backup: a domain that was copied and one that failed.
async fn back_up(catalog: &CatalogHandle, job: &str) -> Result<InstanceId, CatalogError> {
    let worker = catalog.register(&member("GRIDA")).await?;
    let id = catalog.begin(plan(job, "GRIDA", 2), at(1)).await?;
    catalog.claim(worker, chunks(0..300)).await?;
    catalog.record_pack(worker, places(1, 0..300)).await?;
    catalog
        .close_domain(&id, copied(minidisk("MAINT", 0x190, None), 299, 2))
        .await?;
    catalog
        .close_domain(&id, failed(volume("VMCOM1", None), 3))
        .await?;
    catalog.close_instance(&id, at(4)).await?;
    catalog.gone(worker).await?;
    Ok(id)
}

async fn a_backup_is_recorded_on(store: impl CatalogStore) {
    let (catalog, task) = start(store).await;
    let id = back_up(&catalog, "DAILY").await.unwrap();
    let record = catalog.instance(&id).await.unwrap().unwrap();
    assert_eq!(
        (record.state, record.ended),
        (InstanceState::CompleteWithErrors, Some(at(4)))
    );
    let domains = catalog.domains(&id).await.unwrap();
    assert_eq!(
        catalog.instance_end(&id).await.unwrap(),
        Some(InstanceEnd {
            instance: record,
            domains
        })
    );
    let latest = catalog.latest(VersionFilter::default()).await.unwrap();
    assert_eq!(latest.len(), 1, "a failed domain is no version to restore");
    let found = catalog.places(vec![chunk(299), chunk(300)]).await.unwrap();
    assert!(found[0].is_some() && found[1].is_none());
    assert_eq!(catalog.totals().await.unwrap().chunks, 300);
    drop(catalog);
    assert!(task.join().await.unwrap().commits >= 5);
}

#[tokio::test(start_paused = true)]
async fn a_backup_is_recorded() {
    a_backup_is_recorded_on(MemoryStore::new()).await;
    a_backup_is_recorded_on(RedbStore::open_backend("test", SharedDisk::default()).unwrap()).await;
}

#[tokio::test]
async fn a_backup_is_recorded_through_the_pool() {
    let disk = SharedDisk::default();
    let store = Box::new(RedbStore::open_backend("test", disk.clone()).unwrap());
    let pool = Pool::default();
    let (catalog, task) = Catalog::start(store, Arc::new(pool.clone()), "test")
        .await
        .unwrap();
    let id = back_up(&catalog, "DAILY").await.unwrap();
    drop(catalog);
    task.join().await.unwrap();
    let spent = pool.spent();
    assert!(!spent.busy.is_zero(), "opening alone takes time");
    assert!(!spent.processor.is_zero(), "{spent:?}");
    let store = RedbStore::open_backend("test", disk).unwrap();
    assert_eq!(store.domains(&id).unwrap().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn requests_that_wait_together_share_a_commit() {
    let (catalog, task) = start(MemoryStore::new()).await;
    let mut jobs = JoinSet::new();
    for number in 0..20 {
        let catalog = catalog.clone();
        jobs.spawn(async move {
            catalog
                .begin(plan(&format!("JOB{number}"), "GRIDA", 0), at(1))
                .await
        });
    }
    jobs.join_all()
        .await
        .into_iter()
        .for_each(|begun| assert_eq!(begun.unwrap().number, 1));
    drop(catalog);
    let summary = task.join().await.unwrap();
    assert_eq!((summary.requests, summary.commits), (20, 1));
}

#[tokio::test(start_paused = true)]
async fn a_settle_is_answered_when_the_chunk_is_durable() {
    let (catalog, _task) = start(MemoryStore::new()).await;
    let a = catalog.register(&member("GRIDA")).await.unwrap();
    let b = catalog.register(&member("GRIDB")).await.unwrap();
    assert_eq!(catalog.claim(a, chunks(0..2)).await.unwrap(), [Claim::Yours; 2]);
    assert_eq!(catalog.claim(b, chunks(0..2)).await.unwrap(), [Claim::Awaited; 2]);
    let mut waiting = JoinSet::new();
    let door = catalog.clone();
    waiting.spawn(async move { door.settle(b, chunks(0..2)).await });
    catalog.record_pack(a, places(1, 0..1)).await.unwrap();
    for _ in 0..10 {
        yield_now().await;
    }
    assert!(
        waiting.try_join_next().is_none(),
        "answered before it was settled"
    );
    catalog.gone(a).await.unwrap();
    let settled = waiting.join_next().await.unwrap().unwrap().unwrap();
    assert_eq!(settled, [Settled::Stored, Settled::Yours]);
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_nobody_listens_to_inherits_nothing() {
    let (catalog, _task) = start(MemoryStore::new()).await;
    let a = catalog.register(&member("GRIDA")).await.unwrap();
    let b = catalog.register(&member("GRIDB")).await.unwrap();
    catalog.claim(a, chunks(0..1)).await.unwrap();
    let mut waiting = JoinSet::new();
    let door = catalog.clone();
    waiting.spawn(async move { door.settle(b, chunks(0..1)).await });
    catalog.totals().await.unwrap();
    waiting.shutdown().await;
    catalog.gone(a).await.unwrap();
    let c = catalog.register(&member("GRIDC")).await.unwrap();
    assert_eq!(catalog.claim(c, chunks(0..1)).await.unwrap(), [Claim::Yours]);
}

#[tokio::test(start_paused = true)]
async fn what_a_dead_owner_left_open_is_incomplete() {
    let disk = SharedDisk::default();
    let (catalog, task) = start(RedbStore::open_backend("test", disk.clone()).unwrap()).await;
    let worker = catalog.register(&member("GRIDA")).await.unwrap();
    let id = catalog.begin(plan("DAILY", "GRIDA", 2), at(1)).await.unwrap();
    catalog.record_pack(worker, places(1, 0..1)).await.unwrap();
    catalog
        .close_domain(&id, copied(volume("VMCOM1", None), 0, 2))
        .await
        .unwrap();
    drop(task);
    assert!(matches!(catalog.totals().await, Err(CatalogError::Gone)));
    drop(catalog);
    let (catalog, _task) = start(RedbStore::open_backend("test", disk).unwrap()).await;
    let record = catalog.instance(&id).await.unwrap().unwrap();
    assert_eq!(
        (record.state, record.ended, record.domains.copied),
        (InstanceState::Incomplete, None, 1)
    );
    assert_eq!(
        catalog.latest(VersionFilter::default()).await.unwrap().len(),
        1,
        "its closed domain restores"
    );
    assert_eq!(
        catalog.begin(plan("DAILY", "GRIDA", 2), at(9)).await.unwrap(),
        instance_id("DAILY", 2)
    );
}

async fn the_second_owner_fences_the_first_on<S: CatalogStore + Clone>(store: S) {
    let (first, first_task) = start(store.clone()).await;
    let worker = first.register(&member("GRIDA")).await.unwrap();
    first.claim(worker, chunks(0..5)).await.unwrap();
    let other = first.register(&member("GRIDB")).await.unwrap();
    let door = first.clone();
    let mut waiting = JoinSet::new();
    waiting.spawn(async move { door.settle(other, chunks(0..1)).await });
    let (second, _second_task) = start(store).await;
    let fenced = first.record_pack(worker, places(1, 0..5)).await.unwrap_err();
    assert!(fenced.is_fenced(), "{fenced:?}");
    assert!(
        waiting
            .join_next()
            .await
            .unwrap()
            .unwrap()
            .unwrap_err()
            .is_fenced(),
        "a waiter was left alone"
    );
    assert_eq!(
        second.totals().await.unwrap(),
        Default::default(),
        "the fenced owner wrote"
    );
    assert!(first.begin(plan("DAILY", "GRIDA", 1), at(1)).await.is_err());
    drop(first);
    assert!(matches!(first_task.join().await, Err(ActorDied::Failed(error)) if error.is_fenced()));
    back_up(&second, "DAILY").await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn the_second_owner_fences_the_first() {
    the_second_owner_fences_the_first_on(MemoryStore::new()).await;
    the_second_owner_fences_the_first_on(RedbStore::open_backend("test", SharedDisk::default()).unwrap())
        .await;
}

#[tokio::test(start_paused = true)]
async fn nothing_is_promised_that_is_not_durable() {
    let disk = SharedDisk::default();
    let (catalog, task) = start(RedbStore::open_backend("test", disk.clone()).unwrap()).await;
    let worker = catalog.register(&member("GRIDA")).await.unwrap();
    disk.break_down();
    let door = catalog.clone();
    let mut together = JoinSet::new();
    together.spawn(async move {
        door.record_pack(worker, places(1, 0..5))
            .await
            .map(|()| Vec::new())
    });
    let door = catalog.clone();
    together.spawn(async move { door.claim(worker, chunks(0..5)).await });
    for answer in together.join_all().await {
        let error = answer.unwrap_err();
        assert!(
            matches!(
                &error,
                CatalogError::Store(StoreError::Io { .. }) | CatalogError::Gone
            ),
            "{error:?}"
        );
    }
    drop(catalog);
    assert!(task.join().await.is_err());
    disk.repair();
    let store = RedbStore::open_backend("test", disk).unwrap();
    assert_eq!(store.totals().unwrap(), Default::default());
}

#[tokio::test(start_paused = true)]
async fn a_refusal_harms_nobody_else() {
    let (catalog, _task) = start(MemoryStore::new()).await;
    catalog.begin(plan("DAILY", "GRIDA", 1), at(1)).await.unwrap();
    let refused = catalog.begin(plan("DAILY", "GRIDB", 1), at(2)).await.unwrap_err();
    assert!(matches!(
        refused,
        CatalogError::Refused(Refusal::AlreadyRunning { .. })
    ));
    back_up(&catalog, "WEEKLY").await.unwrap();
}

#[tokio::test]
async fn a_file_has_one_owner() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("catalog");
    let (catalog, task) = start(RedbStore::open(&path).unwrap()).await;
    assert!(matches!(RedbStore::open(&path), Err(OpenError::InUse { .. })));
    drop(catalog);
    task.join().await.unwrap();
    RedbStore::open(&path).unwrap();
}

struct Switch(AtomicBool);

impl Reach for Switch {
    fn is_reachable(&self, _from: MemberName) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

#[tokio::test(start_paused = true)]
async fn a_suspended_member_reaches_nothing_and_may_send_again() {
    let (catalog, _task) = start(MemoryStore::new()).await;
    let switch = Arc::new(Switch(AtomicBool::new(true)));
    let theirs = catalog.seen_from(member("GRIDB"), switch.clone());
    let worker = theirs.register(&member("GRIDB")).await.unwrap();
    switch.0.store(false, Ordering::SeqCst);
    let error = theirs.record_pack(worker, places(1, 0..3)).await.unwrap_err();
    assert!(
        matches!(error, CatalogError::Unreachable { .. }) && error.to_string().contains("GRIDB"),
        "{error}"
    );
    assert_eq!(catalog.totals().await.unwrap().chunks, 0);
    switch.0.store(true, Ordering::SeqCst);
    for _ in 0..2 {
        theirs.record_pack(worker, places(1, 0..3)).await.unwrap();
    }
    assert_eq!(catalog.totals().await.unwrap().chunks, 3);
}

#[tokio::test(start_paused = true)]
async fn a_rebuilt_catalog_equals_the_lost_one() {
    let (lost, _task) = start(MemoryStore::new()).await;
    let ids = [
        back_up(&lost, "DAILY").await.unwrap(),
        back_up(&lost, "DAILY").await.unwrap(),
    ];
    let mut ended = Vec::new();
    for id in &ids {
        ended.extend(lost.instance_end(id).await.unwrap());
    }
    let interrupted = begun("WEEKLY", 3, 9);
    let mut begun_records: Vec<_> = ended.iter().map(|end| end.instance.clone()).collect();
    begun_records.push(interrupted.clone());
    let packs = vec![(pack(1), places(1, 0..300)), (pack(2), many_places(20_000))];
    let batch = RebuildBatch {
        packs,
        begun: begun_records,
        ended,
    };
    let (rebuilt, task) = start(RedbStore::open_backend("test", SharedDisk::default()).unwrap()).await;
    for _ in 0..2 {
        let taken = rebuilt.apply_rebuild(batch.clone()).await.unwrap();
        assert_eq!((taken.packs, taken.chunks, taken.domains), (2, 20_300, 4));
        assert_eq!(taken.lost, []);
        for id in &ids {
            assert_eq!(
                rebuilt.instance_end(id).await.unwrap(),
                lost.instance_end(id).await.unwrap()
            );
        }
        let open = rebuilt.instance(&interrupted.id).await.unwrap().unwrap();
        assert_eq!((open.state, open.ended), (InstanceState::Incomplete, None));
        assert_eq!(
            rebuilt.instances(InstanceFilter::default()).await.unwrap().len(),
            3
        );
        assert_eq!(rebuilt.totals().await.unwrap().packs, 2);
    }
    drop(rebuilt);
    assert!(
        task.join().await.unwrap().commits <= 12,
        "a rebuild commits in large pieces"
    );
}

fn many_places(count: u64) -> Vec<(ChunkId, ChunkPlace)> {
    places(2, 1000..1000 + count)
}

#[tokio::test(start_paused = true)]
async fn the_rows_of_a_stopped_run_are_kept() {
    let store = MemoryStore::new();
    let (catalog, _task) = start(store.clone()).await;
    let domain: DomainRecord = copied(volume("VMCOM1", Some("GRIDA")), 0, 2);
    let worker = catalog.register(&member("GRIDA")).await.unwrap();
    let id = catalog.begin(plan("DAILY", "GRIDA", 3), at(1)).await.unwrap();
    catalog.record_pack(worker, places(1, 0..1)).await.unwrap();
    catalog.close_domain(&id, domain.clone()).await.unwrap();
    let record = catalog.close_instance(&id, at(5)).await.unwrap();
    assert_eq!(
        (record.state, record.ended),
        (InstanceState::Incomplete, Some(at(5)))
    );
    assert_eq!(store.domains(&id).unwrap(), [domain]);
}
