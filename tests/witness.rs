//! What an incremental backup takes for unchanged by its witness is what a full one finds by its hash.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;
use std::sync::Arc;

use catalog::{BackupKind, DomainName, DomainStatus};
use dasd::{Geometry, TrackBuilder, TrackNo};
use engine::{Choice, Env, Inline};
use object_store::memory::InMemory;
use sim::seed::{Chance, Seed};
use sim::world::{World, tiny_site};
use store::{ChunkId, Manifest, RepositoryId, WitnessKey};
use tests::{back_up, chunk, chunks_of, copies, moved, paused};

type Lists = BTreeMap<DomainName, Vec<ChunkId>>;

#[test]
fn an_incremental_backup_lists_what_a_full_one_lists() {
    for seed in 0..8 {
        paused(compare(seed));
    }
}

async fn compare(seed: u64) {
    let site = tiny_site();
    let world = World::new(tiny_site(), Seed(seed)).await;
    let fresh = || moved(world.env(), Arc::new(InMemory::new()), Arc::new(Inline));
    let kind = |kind| Choice {
        kind: Some(kind),
        ..Choice::default()
    };
    let (env, _task, _) = fresh().await;
    back_up(&env, &site, &kind(BackupKind::Full)).await;
    let before = lists(&env, BackupKind::Full).await;
    scribble(&env, &mut Seed(seed).split("scribble").chance()).await;
    back_up(&env, &site, &kind(BackupKind::Incremental)).await;
    let found = lists(&env, BackupKind::Incremental).await;

    let (other, _other_task, _) = fresh().await;
    back_up(&other, &site, &kind(BackupKind::Full)).await;
    let expected = lists(&other, BackupKind::Full).await;
    assert_eq!(found, expected, "seed {seed}");
    assert_ne!(found, before, "seed {seed} changed nothing");
    for (instance, _, record) in copies(&env).await {
        let manifest = Manifest::decode(&chunk(&env, record.manifest.unwrap()).await).unwrap();
        let takes_witnesses = WitnessKey::of(RepositoryId([9; 16])).is_some();
        assert_eq!(!manifest.witnesses.is_empty(), takes_witnesses);
        if env.catalog.instance(&instance).await.unwrap().unwrap().kind == BackupKind::Incremental {
            let pairs = before[&record.name].iter().zip(&found[&record.name]);
            let changed = pairs.filter(|(before, now)| before != now).count();
            assert_eq!(
                record.totals.changed_units, changed as u64,
                "seed {seed}, {}",
                record.name
            );
            let unchanged = record.status == DomainStatus::Unchanged;
            assert_eq!(unchanged, changed == 0, "seed {seed}, {}", record.name);
        }
    }
}

/// The chunk lists of all copies that instances of this kind made.
async fn lists(env: &Env, kind: BackupKind) -> Lists {
    let mut lists = Lists::new();
    for (instance, _, record) in copies(env).await {
        if env.catalog.instance(&instance).await.unwrap().unwrap().kind == kind {
            lists.insert(record.name, chunks_of(env, &record).await);
        }
    }
    lists
}

/// Writes to some tracks of every second disk: most of them anew, some as they were.
async fn scribble(env: &Env, chance: &mut Chance) {
    for (_, _, record) in copies(env).await {
        let device = env.disks.attach(&record.member, &record.volser).await.unwrap();
        let Geometry::Ckd(geometry) = device.geometry().clone() else {
            continue;
        };
        if chance.below(2) == 0 {
            continue;
        }
        for _ in 0..3 {
            let number = TrackNo::new(chance.below(geometry.tracks().get()));
            let mut slot = vec![0; geometry.slot_len()];
            device.read_tracks(number, &mut slot, &mut Vec::new());
            if chance.below(4) > 0 {
                slot.fill(0);
                let mut builder = TrackBuilder::new(&mut slot, geometry.address(number)).unwrap();
                let data = chance.bits().to_string();
                builder.record(1, b"", data.as_bytes()).unwrap();
                builder.finish();
            }
            device.write_tracks(number, &slot).unwrap();
        }
    }
}
