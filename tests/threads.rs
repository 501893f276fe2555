//! One member's run over the same data gives the same packs, byte for byte, whatever the number of threads.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::num::NonZeroUsize;
use std::sync::Arc;

use engine::{Choice, Compute, Inline, Threads};
use sim::seed::Seed;
use sim::world::{World, tiny_site};
use tests::watched::Watched;
use tests::{back_up, moved, paused};
use zvm::MemberName;

#[test]
fn the_number_of_threads_changes_nothing() {
    let pool =
        |width| -> Arc<dyn Compute> { Arc::new(Threads::start(NonZeroUsize::new(width).unwrap()).unwrap()) };
    let ways = [Arc::new(Inline) as Arc<dyn Compute>, pool(1), pool(2), pool(5)];
    let objects = ways.map(|compute| paused(objects_of_a_run(compute)));
    let packs = |number: usize| {
        objects[number]
            .iter()
            .filter(|(name, _)| name.starts_with("packs/"))
            .count()
    };
    assert!(packs(0) >= 2, "{} packs show little", packs(0));
    for (number, other) in objects.iter().enumerate().skip(1) {
        let names =
            |objects: &[(String, Vec<u8>)]| objects.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        assert_eq!(names(other), names(&objects[0]), "names of run {number}");
        let packs_of = |objects: &[(String, Vec<u8>)]| -> Vec<Vec<u8>> {
            let packs = objects.iter().filter(|(name, _)| name.starts_with("packs/"));
            packs.map(|(_, bytes)| bytes.clone()).collect()
        };
        assert!(packs_of(other) == packs_of(&objects[0]), "packs of run {number}");
    }
}

/// The longest-working member runs both of its jobs, full and then again as an incremental one.
async fn objects_of_a_run(compute: Arc<dyn Compute>) -> Vec<(String, Vec<u8>)> {
    let site = tiny_site();
    let world = World::new(tiny_site(), Seed(21)).await;
    let store = Arc::new(Watched::default());
    let (env, task, _) = moved(world.env(), Arc::clone(&store) as _, compute).await;
    let choice = Choice {
        member: Some(MemberName::new("GRIDA").unwrap()),
        ..Choice::default()
    };
    let summary = back_up(&env, &site, &choice).await;
    assert!(summary.is_clean(), "{summary:?}");
    drop(env);
    task.join().await.unwrap();
    store.objects().await
}
