//! Same seed, same trace, byte for byte: a backup of four members, one of which dies in the middle, on the paused
//! clock with the store in memory, run in processes of their own.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "the test starts itself again, tells it by the environment what to do, and reads what it wrote"
)]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use catalog::{DomainName, InstanceState};
use sim::seed::Seed;
use sim::world::{Death, World, tiny_site};
use store::{ChunkId, PackName};
use tests::{all_copies_are_truth, chunks_of, copies, paused};
use zvm::MemberName;

const OUT: &str = "SSIBACKUP_WORLD_OUT";
const SEED: &str = "SSIBACKUP_WORLD_SEED";
const DEATH: &str = "SSIBACKUP_WORLD_DEATH";

fn death(member: &str, millis: u64) -> Death {
    Death {
        member: MemberName::new(member).unwrap(),
        after: Duration::from_millis(millis),
    }
}

/// Does its work only when the test below starts it in a process of its own.
#[test]
fn world_in_a_process_of_its_own() {
    let Ok(out) = std::env::var(OUT) else { return };
    let seed = Seed(std::env::var(SEED).unwrap().parse().unwrap());
    let wanted = std::env::var(DEATH).unwrap();
    let (member, millis) = wanted.split_once('@').unwrap();
    let text = paused(async {
        let world = World::new(tiny_site(), seed).await;
        world.back_up(&[death(member, millis.parse().unwrap())]).await;
        world.revive();
        world.back_up(&[]).await;
        let states = world.instances().await.unwrap();
        let ended = world.end().await;
        let mut text = ended.trace;
        for (instance, state) in states {
            writeln!(text, "{instance} is {state}").unwrap();
        }
        for (name, hash) in ended.objects {
            writeln!(text, "{name} {hash}").unwrap();
        }
        text
    });
    std::fs::write(out, text).unwrap();
}

fn run_in_a_process(folder: &Path, seed: u64, death: &str, number: u32) -> String {
    let out = folder.join(format!("{seed}-{death}-{number}"));
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "world_in_a_process_of_its_own"])
        .env(OUT, &out)
        .env(SEED, seed.to_string())
        .env(DEATH, death)
        .status()
        .unwrap();
    assert!(status.success());
    std::fs::read_to_string(out).unwrap()
}

#[test]
fn same_seed_same_trace() {
    let folder = tempfile::tempdir().unwrap();
    for (seed, death) in [(1, "GRIDA@60"), (2, "GRIDB@20"), (3, "GRIDC@45"), (4, "GRIDD@70")] {
        let one = run_in_a_process(folder.path(), seed, death, 1);
        let two = run_in_a_process(folder.path(), seed, death, 2);
        assert!(one.contains("goes down") && one.contains("PackStored"), "{one}");
        let differs = one.lines().zip(two.lines()).find(|(one, two)| one != two);
        assert_eq!(differs, None, "seed {seed}, {death}");
        assert!(one == two, "seed {seed}, {death}: one is longer");
        let other = run_in_a_process(folder.path(), seed + 100, death, 1);
        assert!(one != other, "seeds {seed} and {} give one trace", seed + 100);
    }
}

/// Every moment at which a member may die leaves a world in which what is called whole is whole.
#[test]
fn whoever_dies_and_whenever() {
    let mut incomplete = 0;
    for (number, member) in (0..).zip(["GRIDA", "GRIDB", "GRIDC", "GRIDD"]) {
        for millis in [0, 15, 30, 45, 60, 90, 140] {
            incomplete += paused(dies(Seed(50 + number), member, millis));
        }
    }
    assert!(incomplete > 8, "only {incomplete} instances were interrupted");
}

/// Returns how many instances the death left incomplete.
async fn dies(seed: Seed, member: &str, millis: u64) -> usize {
    let what = format!("{member} dies after {millis} ms");
    let dead = MemberName::new(member).unwrap();
    let world = World::new(tiny_site(), seed).await;
    let summary = world.back_up(&[death(member, millis)]).await;
    let mut incomplete = 0;
    for job in &summary.jobs {
        let state = job.instance.as_ref().map(|instance| instance.state);
        match (job.member == dead, &job.error) {
            (false, error) => {
                assert!(
                    error.is_none(),
                    "{what}: {} on {}: {error:?}",
                    job.job,
                    job.member
                );
                assert_eq!(state, Some(InstanceState::Complete), "{what}: {}", job.job);
            }
            (true, Some(error)) => {
                assert!(error.is_member_lost(), "{what}: {error}");
                assert!(
                    matches!(state, None | Some(InstanceState::Incomplete)),
                    "{what}: {} is {state:?}",
                    job.job
                );
                incomplete += usize::from(state.is_some());
            }
            (true, None) => assert_eq!(state, Some(InstanceState::Complete), "{what}: {}", job.job),
        }
    }
    all_copies_are_truth(world.env()).await;
    world.revive();
    let again = world.back_up(&[]).await;
    assert!(again.is_clean(), "{what}, and the next run: {again:?}");
    all_copies_are_truth(world.env()).await;
    incomplete
}

/// Whose packs the chunks lie in, from the trace and the footers.
async fn stored_by(world: &World, trace: &str) -> BTreeMap<ChunkId, String> {
    let mut owner = BTreeMap::new();
    for line in trace.lines().filter(|line| line.contains("PackStored")) {
        let member = ["GRIDA", "GRIDB", "GRIDC", "GRIDD"]
            .into_iter()
            .find(|member| line.contains(member))
            .unwrap();
        for pack in world.env().repository.packs().await.unwrap() {
            if line.contains(&pack.to_string()) || line.contains(&format!("{pack:?}")) {
                owner.insert(pack, member);
            }
        }
    }
    let mut by = BTreeMap::new();
    let packs: Vec<(PackName, &str)> = owner.into_iter().collect();
    for (pack, member) in packs {
        for chunk in world.env().repository.footer(&pack).await.unwrap().chunks() {
            by.insert(chunk.id, member.to_owned());
        }
    }
    by
}

/// The chunks of the system disk that all members have.
async fn common_chunks(world: &World) -> Vec<ChunkId> {
    for (_, _, record) in copies(world.env()).await {
        if let DomainName::Minidisk { user, vdev, .. } = record.name
            && (user.as_str(), vdev.to_string().as_str()) == ("MAINT", "0190")
            && record.status.is_restorable()
        {
            return chunks_of(world.env(), &record).await;
        }
    }
    Vec::new()
}

/// The members share a system disk; whoever reads it first promises to store it. When that one dies with the promise
/// unkept, somebody else stores it.
#[test]
fn what_the_dead_had_promised_is_stored_by_another() {
    let mut taken_over = 0;
    for seed in 60..64 {
        // Undisturbed: who stores the common chunks?
        let first = paused(async {
            let world = World::new(tiny_site(), Seed(seed)).await;
            assert!(world.back_up(&[]).await.is_clean());
            let by = stored_by(&world, &world.trace()).await;
            let common = common_chunks(&world).await;
            by[&common[0]].clone()
        });
        // The same world, in which that one dies after it has claimed them and before its pack is durable.
        taken_over += paused(async {
            let world = World::new(tiny_site(), Seed(seed)).await;
            world.back_up(&[death(&first, 45)]).await;
            let trace = world.trace();
            let until_death = trace.split("goes down").next().unwrap();
            let had_claimed = until_death
                .lines()
                .any(|line| line.contains("Read") && line.contains(&first));
            let had_stored = until_death
                .lines()
                .any(|line| line.contains("PackStored") && line.contains(&first));
            if !had_claimed || had_stored {
                return 0;
            }
            let by = stored_by(&world, &trace).await;
            let common = common_chunks(&world).await;
            assert!(!common.is_empty());
            for id in &common {
                assert_ne!(by.get(id), Some(&first), "seed {seed}: {id}");
                assert!(by.contains_key(id), "seed {seed}: nobody stored {id}");
            }
            all_copies_are_truth(world.env()).await;
            1
        });
    }
    assert!(
        taken_over >= 2,
        "in {taken_over} of 4 worlds a promise fell to another"
    );
}
