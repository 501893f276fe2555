//! The three rules of members: nobody reads another member's private volume; one name on two members is two volumes;
//! what is the same on all of them is stored once.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;

use catalog::{DomainName, DomainRecord, DomainStatus};
use dasd::Volser;
use engine::{AttachError, BackupOrder, Choice, ClusterState, Silent};
use sim::seed::Seed;
use sim::world::{World, tiny_site};
use tests::{all_copies_are_truth, chunks_of, copies, is_truth, paused};
use zvm::MemberName;

const MEMBERS: [&str; 4] = ["GRIDA", "GRIDB", "GRIDC", "GRIDD"];

fn member(name: &str) -> MemberName {
    MemberName::new(name).unwrap()
}

/// The copies of one user's disk at one address, by member.
async fn disks(world: &World, user: &str, vdev: &str) -> Vec<DomainRecord> {
    let wanted = |name: &DomainName| match name {
        DomainName::Minidisk {
            user: owner,
            vdev: at,
            ..
        } => owner.as_str() == user && at.to_string() == vdev,
        DomainName::Volume { .. } => false,
    };
    let all = copies(world.env()).await;
    all.into_iter()
        .map(|(_, _, record)| record)
        .filter(|record| wanted(&record.name))
        .collect()
}

#[test]
fn nobody_attaches_another_members_private_volume() {
    paused(async {
        let world = World::new(tiny_site(), Seed(31)).await;
        let disks = &world.env().disks;
        for (owner, volser) in [
            ("GRIDA", "GA1W01"),
            ("GRIDB", "GB1W01"),
            ("GRIDC", "GC1W01"),
            ("GRIDD", "GD1W01"),
        ] {
            let volser = Volser::new(volser).unwrap();
            for who in MEMBERS {
                let attached = disks.attach(&member(who), &volser).await;
                match attached {
                    Ok(device) => {
                        assert_eq!(who, owner, "{who} got {volser}");
                        assert_eq!(device.key().member, Some(member(owner)));
                    }
                    Err(AttachError::Unreachable {
                        member: refused,
                        volser: named,
                        ..
                    }) => {
                        assert_ne!(who, owner);
                        assert_eq!((refused, named), (member(who), volser));
                    }
                    Err(other) => panic!("{who}, {volser}: {other}"),
                }
            }
        }
        // The same name is on every member, and on each it is that member's own pack.
        for who in MEMBERS {
            let device = disks
                .attach(&member(who), &Volser::new("GSCRAT").unwrap())
                .await
                .unwrap();
            assert_eq!(device.key().member, Some(member(who)));
        }
    });
}

/// A plan is data, and data can be wrong: the worker goes by what its member sees, not by what the plan says.
#[test]
fn a_forged_plan_fails_its_domains_and_copies_nothing() {
    paused(async {
        let site = tiny_site();
        let world = World::new(tiny_site(), Seed(32)).await;
        let joined = ClusterState::all_joined(MEMBERS.map(member));
        let plan = engine::plan(&site, &Choice::default(), &joined).unwrap();
        let job = |member: &str| {
            plan.jobs
                .iter()
                .position(|job| job.member.as_str() == member && job.job.as_str().starts_with("IDENT"))
                .unwrap()
        };
        let (theirs, ours) = (job("GRIDA"), job("GRIDB"));
        let mut jobs = plan.jobs;
        let stolen = jobs[theirs].domains.clone();
        let own = jobs[ours].domains.len();
        jobs[ours].domains.extend(stolen.clone());
        let jobs = vec![jobs.swap_remove(ours)];
        let order = BackupOrder::new(jobs, store::Effort::DEFAULT);
        let summary = engine::back_up(world.env(), order, std::sync::Arc::new(Silent)).await;
        let outcome = &summary.jobs[0];
        assert!(outcome.error.is_none(), "{:?}", outcome.error);
        let failed: Vec<_> = outcome
            .domains
            .iter()
            .filter(|domain| matches!(domain.status, DomainStatus::Failed(_)))
            .collect();
        assert_eq!(failed.len(), stolen.len(), "{:?}", outcome.domains);
        assert_eq!(outcome.domains.len(), own + stolen.len());
        for domain in failed {
            assert!(
                stolen.iter().any(|forged| forged.name == domain.name),
                "{}",
                domain.name
            );
            assert_eq!(domain.manifest, None);
            let reason = domain.status.reason().unwrap();
            assert!(
                reason.contains("GRIDB") && reason.contains(&domain.volser.to_string()),
                "{reason}"
            );
        }
        // What it had a right to is there.
        assert_eq!(all_copies_are_truth(world.env()).await, own);
    });
}

#[test]
fn one_name_on_four_members_is_four_volumes() {
    paused(async {
        let world = World::new(tiny_site(), Seed(33)).await;
        assert!(world.back_up(&[]).await.is_clean());
        let scratch = disks(&world, "MAINT", "0192").await;
        assert_eq!(scratch.len(), 4);
        let mut contents = BTreeSet::new();
        for record in &scratch {
            assert_eq!(record.volser.as_str(), "GSCRAT");
            assert_eq!(record.volume_member, Some(record.member));
            // Compared with the pack that the member itself sees.
            is_truth(world.env(), record).await.unwrap();
            contents.insert(record.manifest);
        }
        assert_eq!(contents.len(), 4, "four packs with content of their own");
    });
}

#[test]
fn what_is_the_same_on_four_members_is_stored_once() {
    paused(async {
        let world = World::new(tiny_site(), Seed(34)).await;
        let summary = world.back_up(&[]).await;
        assert!(summary.is_clean());
        let system = disks(&world, "MAINT", "0190").await;
        assert_eq!(system.len(), 4);
        let mut lists = Vec::new();
        for record in &system {
            lists.push(chunks_of(world.env(), record).await);
        }
        assert!(
            lists.windows(2).all(|pair| pair[0] == pair[1]),
            "four copies of one list"
        );
        assert!(system.windows(2).all(|pair| pair[0].manifest == pair[1].manifest));
        // Together they stored each chunk once, and no pack holds a second one.
        let distinct: BTreeSet<_> = lists[0].iter().collect();
        let stored: u64 = system.iter().map(|record| record.totals.new_chunks).sum();
        assert!(
            stored <= distinct.len() as u64,
            "{stored} chunks stored for {}",
            distinct.len()
        );
        assert!(distinct.len() > 20, "{} chunks show little", distinct.len());
        let mut seen = BTreeSet::new();
        let mut common = 0;
        for pack in world.env().repository.packs().await.unwrap() {
            for chunk in world.env().repository.footer(&pack).await.unwrap().chunks() {
                assert!(seen.insert(chunk.id), "chunk {} lies in two packs", chunk.id);
                common += usize::from(distinct.contains(&chunk.id));
            }
        }
        assert_eq!(common, distinct.len());
    });
}
