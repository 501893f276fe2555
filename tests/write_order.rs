//! The write order: nothing is named before it is durable, whatever fails and whenever.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use catalog::{
    Catalog, INSTANCE_END_KIND, INSTANCE_END_VERSION, InstanceEnd, InstanceFilter, InstanceState, MemoryStore,
};
use engine::{Choice, Depth, Env, Inline, RunSummary, Silent};
use sim::seed::Seed;
use sim::world::{World, tiny_site};
use store::{ChunkId, Footer, PackName, wire};
use tests::watched::Watched;
use tests::{all_copies_are_truth, back_up, chunks_of, moved, paused};

/// The packs that hold what a copy needs: its chunks, and the lists of them.
async fn packs_needed(env: &Env, end: &InstanceEnd) -> BTreeSet<PackName> {
    let mut ids: BTreeSet<ChunkId> = BTreeSet::new();
    for record in end.domains.iter().filter(|record| record.status.is_restorable()) {
        let manifest = record.manifest.unwrap();
        ids.insert(manifest);
        ids.extend(
            store::Manifest::decode(&tests::chunk(env, manifest).await)
                .unwrap()
                .pages,
        );
        ids.extend(chunks_of(env, record).await);
    }
    let places = env.catalog.places(ids.into_iter().collect()).await.unwrap();
    places.into_iter().map(|place| place.unwrap().pack).collect()
}

#[test]
fn records_follow_the_packs_they_need() {
    paused(async {
        let world = World::new(tiny_site(), Seed(41)).await;
        let store = Arc::new(Watched::default());
        let (env, _task, _) = moved(world.env(), Arc::clone(&store) as _, Arc::new(Inline)).await;
        assert!(back_up(&env, &tiny_site(), &Choice::default()).await.is_clean());
        let order = store.order();
        let at: BTreeMap<&str, usize> = order.iter().map(String::as_str).zip(0..).collect();
        assert_eq!(at.len(), order.len(), "something was written twice: {order:?}");
        let objects: BTreeMap<String, Vec<u8>> = store.objects().await.into_iter().collect();
        let mut ends = 0;
        for (name, bytes) in objects.iter().filter(|(name, _)| name.ends_with(".end")) {
            ends += 1;
            let begin = name.replace(".end", ".begin");
            assert!(at[begin.as_str()] < at[name.as_str()], "{name} before its begin");
            let end: InstanceEnd = wire::decode(bytes, INSTANCE_END_KIND, INSTANCE_END_VERSION).unwrap();
            assert_eq!(end.instance.state, InstanceState::Complete);
            for pack in packs_needed(&env, &end).await {
                let pack = pack.to_string();
                let object = format!("packs/{}/{pack}", &pack[..2]);
                assert!(at[object.as_str()] < at[name.as_str()], "{name} before {object}");
            }
        }
        assert_eq!(ends, 5, "{order:?}");
    });
}

/// What the catalog says must be there: every place in a pack that exists and has that chunk.
async fn names_only_what_is_there(env: &Env) {
    let report = engine::verify(env, Depth::Data, &Silent).await.unwrap();
    assert_eq!(report.damage, []);
    assert_eq!(report.affected, []);
    let mut footers: BTreeMap<PackName, Arc<Footer>> = BTreeMap::new();
    for pack in env.repository.packs().await.unwrap() {
        footers.insert(pack, env.repository.footer(&pack).await.unwrap());
    }
    for (_, _, record) in tests::copies(env).await {
        if record.status.is_restorable() {
            let ids = chunks_of(env, &record).await;
            for place in env.catalog.places(ids).await.unwrap() {
                assert!(footers.contains_key(&place.unwrap().pack));
            }
        }
    }
}

/// What must hold after a run that something happened to, seen by the next owner of the catalog.
async fn holds(env: &Env, rows: &MemoryStore, summary: &RunSummary, what: &str) {
    // The next owner opens what the first one left; it does not know what its run had in mind.
    let (catalog, _task) = Catalog::start(
        Box::new(rows.clone()),
        Arc::new(catalog::Inline),
        "the next owner",
    )
    .await
    .unwrap();
    let env = Env {
        catalog,
        ..env.clone()
    };
    names_only_what_is_there(&env).await;
    all_copies_are_truth(&env).await;
    for instance in env.catalog.instances(InstanceFilter::default()).await.unwrap() {
        let whole = instance.domains.copied + instance.domains.unchanged == instance.expected_domains;
        match instance.state {
            InstanceState::Complete => assert!(whole, "{what}: {} is called complete", instance.id),
            InstanceState::Incomplete => {}
            other => panic!("{what}: {} is {other}", instance.id),
        }
    }
    let complete = summary.jobs.iter().filter(|job| job.error.is_none());
    for job in complete {
        let instance = job.instance.as_ref().unwrap();
        assert_eq!(instance.state, InstanceState::Complete, "{what}: {}", instance.id);
    }
    let again = back_up(&env, &tiny_site(), &Choice::default()).await;
    assert!(again.is_clean(), "{what}: {again:?}");
    names_only_what_is_there(&env).await;
}

#[test]
fn every_put_may_fail() {
    let puts = paused(async {
        let world = World::new(tiny_site(), Seed(42)).await;
        let store = Arc::new(Watched::default());
        let (env, _task, _) = moved(world.env(), Arc::clone(&store) as _, Arc::new(Inline)).await;
        let before = store.tried();
        assert!(back_up(&env, &tiny_site(), &Choice::default()).await.is_clean());
        store.tried() - before
    });
    assert!(puts >= 15, "{puts} puts show little");
    for for_good in [false, true] {
        for number in 1..=puts {
            let what = format!(
                "put {number} of {puts} fails{}",
                if for_good { ", and all that follow" } else { "" }
            );
            paused(async {
                let world = World::new(tiny_site(), Seed(42)).await;
                let store = Arc::new(Watched::default());
                let (env, task, rows) = moved(world.env(), Arc::clone(&store) as _, Arc::new(Inline)).await;
                store.refuse(number, for_good);
                let summary = back_up(&env, &tiny_site(), &Choice::default()).await;
                let told: Vec<String> = summary
                    .jobs
                    .iter()
                    .filter_map(|job| job.error.as_ref())
                    .map(|error| {
                        format!(
                            "{error}: {}",
                            std::error::Error::source(error)
                                .map(ToString::to_string)
                                .unwrap_or_default()
                        )
                    })
                    .collect();
                assert!(
                    !summary.is_clean() && !told.is_empty(),
                    "{what} and nobody is told"
                );
                store.mend();
                drop(task);
                holds(&env, &rows, &summary, &what).await;
            });
        }
    }
}
