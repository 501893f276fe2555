//! The volumes of a generated site: the same twice, identical where they should be, and changed where they may be.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use std::{collections::BTreeSet, sync::Arc};

use common::resolved;
use dasd::{
    Access, Geometry, Run, Track, TrackNo, Volume,
    allocation::{Allocation, Purpose},
    bytes::MemoryBytes,
    canonical,
};
use sim::{
    mutate::{mutate, unmarked},
    seed::Seed,
    site_builder::{Layout, Scale, SitePlan},
    volume_builder::{VolumeContent, fill, missing_volumes},
};

fn plan(members: u8) -> SitePlan {
    SitePlan::new("grid", members, Layout::Brm, Scale::Small, Seed(3))
}

/// All volumes of the plan's site whose serial is one of these.
fn contents(plan: &SitePlan, volsers: &[&str]) -> Vec<VolumeContent> {
    let site = resolved(plan).value;
    missing_volumes(&site, |volume| !volsers.contains(&volume.key.volser.as_str())).unwrap()
}

/// The volume is created without tracks, so that one which is not written shows.
fn made(content: &VolumeContent, seed: Seed) -> Volume {
    let bytes = MemoryBytes::default();
    let volume =
        Volume::create_unformatted("memory", Arc::new(bytes.clone()), content.geometry.clone()).unwrap();
    let mut written = 0;
    fill(&volume, content, seed, &mut |bytes| written += bytes).unwrap();
    assert!(written > 0);
    Volume::mount("memory", Arc::new(bytes), Access::Write).unwrap()
}

/// The units of a volume: tracks, or groups of 32 blocks as minidisks count them.
fn units(volume: &Volume) -> Vec<Vec<u8>> {
    match volume.geometry() {
        Geometry::Ckd(geometry) => (0..geometry.tracks().get())
            .map(|track| {
                let mut slot = vec![0; geometry.slot_len()];
                volume.read_track(TrackNo::new(track), &mut slot).unwrap();
                slot
            })
            .collect(),
        // Minidisks begin behind the sixteen blocks of the label, and their groups with them.
        Geometry::Fba(geometry) => std::iter::once(0..16)
            .chain(
                (16..geometry.blocks.get())
                    .step_by(32)
                    .map(|block| block..block + 32),
            )
            .map(|blocks| {
                let end = blocks.end.min(geometry.blocks.get());
                let mut bytes = vec![0; usize::try_from(end - blocks.start).unwrap() * 512];
                volume
                    .read_blocks(dasd::BlockNo::new(blocks.start), &mut bytes)
                    .unwrap();
                bytes
            })
            .collect(),
    }
}

#[test]
fn the_same_seed_makes_the_same_volumes() {
    for content in contents(&plan(1), &["GA1RES", "GSU001", "GSF001", "GA1S01"]) {
        let first = units(&made(&content, Seed(3)));
        assert!(first == units(&made(&content, Seed(3))), "{}", content.key);
        assert!(first != units(&made(&content, Seed(4))), "{}", content.key);
    }
}

#[test]
fn volumes_carry_their_label_and_every_track_would_fit_a_real_one() {
    let mut keyed = 0;
    for content in contents(&plan(1), &["GA1RES", "GSU001", "GSF001", "GA1S01", "GSL001"]) {
        let volume = made(&content, Seed(3));
        let label = volume
            .label()
            .unwrap_or_else(|| panic!("{} has no label", content.key));
        assert_eq!(label.volser, content.volser());
        let Some(geometry) = volume.geometry().as_ckd() else {
            continue;
        };
        for (number, slot) in (0..).zip(units(&volume)) {
            let at = geometry.address(TrackNo::new(number));
            let track =
                Track::parse(&slot, at).unwrap_or_else(|fault| panic!("{} {at}: {fault}", content.key));
            assert!(track.fits(geometry.device), "{} {at}", content.key);
            keyed +=
                usize::from(at.cylinder.get() > 0 && track.records().any(|record| !record.key.is_empty()));
        }
    }
    assert!(keyed > 0, "no track has keys");
}

#[test]
fn the_allocation_map_tells_what_cp_may_use() {
    let map = |volser: &str| {
        let volume = made(&contents(&plan(1), &[volser])[0], Seed(3));
        match Allocation::read(&volume).unwrap() {
            Allocation::Cylinders(allotments) => allotments
                .iter()
                .map(|part| (part.first.get(), part.purpose))
                .collect(),
            other => panic!("{volser}: {other:?}"),
        }
    };
    let maps: [Vec<(u32, Purpose)>; 3] = [map("GA1RES"), map("GA1S01"), map("GA1P01")];
    assert_eq!(
        maps[0],
        [(0, Purpose::Perm), (1, Purpose::Drct), (2, Purpose::Perm)]
    );
    assert_eq!(maps[1], [(0, Purpose::Perm), (1, Purpose::Temp)]);
    assert_eq!(
        maps[2],
        [(0, Purpose::Perm), (1, Purpose::Temp), (3, Purpose::Tdsk)]
    );
}

#[test]
fn system_disks_are_the_same_on_every_member_wherever_they_lie() {
    let site = resolved(&plan(2)).value;
    let system_disk = |volser: &str, user: &str, vdev: &str| {
        let content = contents(&plan(2), &[volser]).remove(0);
        let volume = made(&content, Seed(3));
        let minidisk = site.minidisks.iter().find(|disk| {
            disk.user.as_str() == user
                && disk.vdev.to_string() == vdev
                && disk.volser == Some(content.volser())
        });
        let Run::Cylinders { first, count } = minidisk.unwrap().extent().unwrap().run else {
            panic!("no cylinders")
        };
        let geometry = volume.geometry().as_ckd().unwrap().clone();
        let mut chunks = Vec::new();
        for track in first.get() * 15..(first.get() + count.get()) * 15 {
            let mut slot = vec![0; geometry.slot_len()];
            volume.read_track(TrackNo::new(track), &mut slot).unwrap();
            let at = geometry.address(TrackNo::new(track));
            let (length, _) = canonical::canonicalise(&mut slot, at).unwrap();
            chunks.push(slot[..length].to_vec());
        }
        chunks
    };
    let first = system_disk("GA1RES", "MAINT", "0190");
    assert!(first.len() >= 45 && first.iter().collect::<BTreeSet<_>>().len() > 10);
    assert!(first == system_disk("GB1RES", "MAINT", "0190"));
    assert!(
        first == system_disk("GSREL1", "MAINT720", "0490"),
        "the release owner's copy lies at another place"
    );
}

#[test]
fn private_packs_of_one_name_are_two_volumes() {
    let plan = SitePlan {
        same_private_volser: true,
        ..plan(2)
    };
    let packs = contents(&plan, &["GWRK00"]);
    assert_eq!(packs.len(), 2);
    assert_ne!(packs[0].image, packs[1].image);
    assert!(units(&made(&packs[0], Seed(3))) != units(&made(&packs[1], Seed(3))));
}

#[test]
fn a_change_touches_its_share_of_the_minidisks_and_nothing_else() {
    for content in contents(&plan(1), &["GSL001", "GSF001"]) {
        let (volume, other) = (made(&content, Seed(3)), made(&content, Seed(3)));
        let before = units(&volume);
        let report = mutate(&volume, &content.minidisk_runs(), 5, Seed(9), &mut unmarked).unwrap();
        let after = units(&volume);
        let changed: Vec<usize> = (0..before.len())
            .filter(|unit| before[*unit] != after[*unit])
            .collect();
        assert_eq!(
            u64::try_from(changed.len()).unwrap(),
            report.changed,
            "{}",
            content.key
        );
        assert_eq!(
            report.changed,
            (report.eligible * 5).div_ceil(100),
            "{}",
            content.key
        );
        assert!(report.records >= report.changed);
        // Nothing in front of the first minidisk: label and allocation map stay.
        assert!(!changed.contains(&0));
        assert_eq!(
            mutate(&other, &content.minidisk_runs(), 5, Seed(9), &mut unmarked).unwrap(),
            report
        );
        assert!(units(&other) == after, "the same seed changed other tracks");
        assert_eq!(
            mutate(&volume, &content.minidisk_runs(), 0, Seed(9), &mut unmarked)
                .unwrap()
                .changed,
            0
        );
        assert_eq!(
            mutate(&volume, &[], 50, Seed(9), &mut unmarked).unwrap().changed,
            0
        );
    }
}

#[test]
fn a_volume_of_another_shape_is_refused() {
    let content = contents(&plan(1), &["GSU001"]).remove(0);
    let other = contents(&plan(1), &["GSL001"]).remove(0).geometry;
    let volume = Volume::create("OTHER", Arc::new(MemoryBytes::default()), other).unwrap();
    let error = fill(&volume, &content, Seed(3), &mut |_| {}).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("volume OTHER is a 3390, 14 cylinders, "),
        "{error}"
    );
}
