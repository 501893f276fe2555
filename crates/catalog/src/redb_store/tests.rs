//! What only a file can go through: other files, damage, a second opener, and the comparison with the model.

#![allow(
    clippy::disallowed_methods,
    reason = "a test that damages files writes them past every owner"
)]

use std::fs;

use proptest::prelude::*;
use redb::backends::InMemoryBackend;

use super::RedbStore;
use crate::catalog_store::{CatalogStore, Change};
use crate::error::{OpenError, StoreError};
use crate::memory_store::MemoryStore;
use crate::query::{InstanceFilter, VersionFilter};
use crate::samples::{SharedDisk, begun, chunks, copied, failed, instance_id, minidisk, places, volume};

fn filled(path: &std::path::Path) {
    let mut store = RedbStore::open(path).unwrap();
    let epoch = store.acquire("test").unwrap();
    let domain = copied(volume("VMCOM1", None), 7, 5);
    let changes = [
        Change::Places(places(1, 0..2000)),
        Change::Instance(begun("DAILY", 1, 1)),
        Change::Domain(instance_id("DAILY", 1), domain),
    ];
    store.commit(epoch, &changes).unwrap();
}

/// Everything that a reader can ask.
fn ask_everything(store: &dyn CatalogStore) -> Result<(), StoreError> {
    store.places(&chunks(0..2000))?;
    store.instances(&InstanceFilter::default())?;
    store.last_numbers()?;
    store.domains(&instance_id("DAILY", 1))?;
    store.versions(&VersionFilter::default())?;
    store.totals().map(|_| ())
}

#[test]
fn what_was_committed_is_there_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("catalog");
    filled(&path);
    let store = RedbStore::open(&path).unwrap();
    assert_eq!(store.totals().unwrap().chunks, 2000);
    assert!(
        store
            .places(&chunks(0..2000))
            .unwrap()
            .iter()
            .all(Option::is_some)
    );
}

#[test]
fn what_was_committed_survives_the_death_of_the_process() {
    let disk = SharedDisk::default();
    let mut store = RedbStore::open_backend("test", disk.clone()).unwrap();
    let epoch = store.acquire("test").unwrap();
    for number in 0..20 {
        let rows = places(number, number * 10..(number + 1) * 10);
        store.commit(epoch, &[Change::Places(rows)]).unwrap();
        // Nothing that closing would write arrives, as if the process had been killed here.
        disk.break_down();
        drop(store);
        disk.repair();
        store = RedbStore::open_backend("test", disk.clone()).unwrap();
        assert_eq!(store.totals().unwrap().chunks, (number + 1) * 10);
    }
}

#[test]
fn a_file_in_use_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("catalog");
    let held = RedbStore::open(&path).unwrap();
    let refused = RedbStore::open(&path).unwrap_err();
    assert!(matches!(refused, OpenError::InUse { .. }), "{refused}");
    drop(held);
    RedbStore::open(&path).unwrap();
}

#[test]
fn a_foreign_file_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    for foreign in [
        vec![b'x'],
        b"SYSTEM_IDENTIFIER * * GRIDA\n".to_vec(),
        vec![0; 4096],
        vec![0xc3; 1 << 20],
    ] {
        let path = folder.path().join("catalog");
        fs::write(&path, &foreign).unwrap();
        let refused = RedbStore::open(&path).unwrap_err();
        assert!(matches!(refused, OpenError::Damaged { .. }), "{refused:?}");
        let text = refused.to_string();
        assert!(
            text.contains("catalog rebuild") && text.contains(&*path.to_string_lossy()),
            "{text}"
        );
        assert!(fs::read(&path).unwrap() == foreign, "the file was changed");
    }
}

#[test]
fn a_database_of_another_program_is_refused() {
    let disk = SharedDisk::default();
    let database = redb::Builder::new().create_with_backend(disk.clone()).unwrap();
    let transaction = database.begin_write().unwrap();
    transaction
        .open_table(redb::TableDefinition::<u32, u32>::new("theirs"))
        .unwrap()
        .insert(1, 2)
        .unwrap();
    transaction.commit().unwrap();
    drop(database);
    let refused = RedbStore::open_backend("test", disk).unwrap_err();
    assert!(refused.to_string().contains("another program"), "{refused}");
}

#[test]
fn a_newer_format_is_refused() {
    let disk = SharedDisk::default();
    drop(RedbStore::open_backend("test", disk.clone()).unwrap());
    let database = redb::Builder::new().create_with_backend(disk.clone()).unwrap();
    let transaction = database.begin_write().unwrap();
    transaction
        .open_table(super::tables::META)
        .unwrap()
        .insert("format", 2)
        .unwrap();
    transaction.commit().unwrap();
    drop(database);
    let refused = RedbStore::open_backend("test", disk).unwrap_err();
    assert!(
        matches!(
            refused,
            OpenError::Version {
                found: 2,
                known: 1,
                ..
            }
        ),
        "{refused}"
    );
}

#[test]
fn a_missing_folder_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let refused = RedbStore::open(&folder.path().join("nowhere/catalog")).unwrap_err();
    assert!(
        matches!(&refused, OpenError::Io { catalog, .. } if catalog.contains("nowhere")),
        "{refused:?}"
    );
}

#[test]
fn a_truncated_file_never_panics() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("catalog");
    filled(&path);
    let whole = fs::read(&path).unwrap();
    for len in [
        1,
        100,
        4095,
        4096,
        8192,
        whole.len() / 2,
        whole.len() - 4096,
        whole.len() - 1,
    ] {
        fs::write(&path, &whole[..len]).unwrap();
        if let Ok(store) = RedbStore::open(&path) {
            panic!(
                "cut to {len} of {} bytes it still opened: {:?}",
                whole.len(),
                store.totals()
            );
        }
    }
}

#[test]
fn a_broken_disk_is_reported_as_such() {
    let disk = SharedDisk::default();
    let mut store = RedbStore::open_backend("test", disk.clone()).unwrap();
    let epoch = store.acquire("test").unwrap();
    disk.break_down();
    let refused = store
        .commit(epoch, &[Change::Places(places(1, 0..10))])
        .unwrap_err();
    assert!(matches!(refused, StoreError::Io { .. }), "{refused:?}");
    let refused = store
        .commit(epoch, &[Change::Places(places(1, 0..10))])
        .unwrap_err();
    assert!(matches!(refused, StoreError::Io { .. }), "{refused:?}");
    disk.repair();
    drop(store);
    let store = RedbStore::open_backend("test", disk).unwrap();
    assert_eq!(store.totals().unwrap(), Default::default());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// A flipped byte is either in a page that nobody uses, or it is found when the file is opened. Rows are never
    /// wrong or missing in silence.
    #[test]
    fn a_flipped_byte_is_found_or_harmless(at in any::<prop::sample::Index>(), mask in 1u8..) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("catalog");
        filled(&path);
        let mut bytes = fs::read(&path).unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= mask;
        fs::write(&path, &bytes).unwrap();
        match RedbStore::open(&path) {
            Err(OpenError::Damaged { .. } | OpenError::Version { .. }) => {
                prop_assert!(RedbStore::open(&path).is_err(), "refused once, taken the second time");
            }
            Err(other) => prop_assert!(false, "{other:?}"),
            Ok(store) => {
                ask_everything(&store).unwrap();
                prop_assert_eq!(store.totals().unwrap().chunks, 2000);
                prop_assert_eq!(store.totals().unwrap().domains, 1);
            }
        }
    }
}

#[derive(Clone, Debug)]
enum Step {
    Commit(Vec<Change>),
    TakeOver,
    CommitAsOldOwner(Vec<Change>),
}

fn a_change() -> impl Strategy<Value = Change> {
    let name = (0usize..6).prop_map(|which| {
        [
            minidisk("MAINT", 0x190, Some("GRIDA")),
            minidisk("MAINT", 0x190, Some("GRIDB")),
            minidisk("MAINT", 0x190, None),
            minidisk("PMAINT", 0xcf0, None),
            volume("VMCOM1", None),
            volume("VMCOM1", Some("GRID")),
        ][which]
    });
    let job = prop::sample::select(vec!["DAILY", "DAILY1", "W"]);
    let domain = (name, job.clone(), 1u32..4, 0i64..9, any::<bool>());
    prop_oneof![
        (1u64..4, 0u64..40, 0u64..20)
            .prop_map(|(pack, first, len)| Change::Places(places(pack, first..first + len))),
        (job, 1u32..4, 0u32..9)
            .prop_map(|(job, number, expected)| Change::Instance(begun(job, number, expected))),
        domain.prop_map(|(name, job, number, ended, good)| {
            let record = if good {
                copied(name, 1, ended)
            } else {
                failed(name, ended)
            };
            Change::Domain(instance_id(job, number), record)
        }),
    ]
}

fn a_step() -> impl Strategy<Value = Step> {
    let changes = || prop::collection::vec(a_change(), 0..5);
    prop_oneof![
        8 => changes().prop_map(Step::Commit),
        1 => Just(Step::TakeOver),
        1 => changes().prop_map(Step::CommitAsOldOwner),
    ]
}

/// All that the two stores can be asked, in one value.
fn view(store: &dyn CatalogStore) -> impl PartialEq + std::fmt::Debug + use<> {
    let instances = store.instances(&InstanceFilter::default()).unwrap();
    let domains: Vec<_> = ["DAILY", "DAILY1", "W"]
        .into_iter()
        .flat_map(|job| (1..4).map(move |number| instance_id(job, number)))
        .map(|id| store.domains(&id).unwrap())
        .collect();
    let any = VersionFilter::default();
    let volser = dasd::Volser::new("VMCOM1").ok();
    let versions = [
        any,
        VersionFilter { volser, ..any },
        VersionFilter {
            volser,
            whole_volumes: Some(true),
            restorable: true,
            ..any
        },
        VersionFilter {
            user: zvm::UserId::new("MAINT").ok(),
            ..any
        },
        VersionFilter::of(&volume("VMCOM1", None)),
        VersionFilter {
            vdev: Some(zvm::Vdev::new(0x190)),
            as_of: Some(crate::samples::at(4)),
            ..any
        },
    ]
    .map(|filter| store.versions(&filter).unwrap());
    (
        store.places(&chunks(0..60)).unwrap(),
        instances,
        domains,
        versions,
        store.last_numbers().unwrap(),
        store.totals().unwrap(),
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn redb_behaves_like_the_model(steps in prop::collection::vec(a_step(), 1..12)) {
        let mut model = MemoryStore::new();
        let mut redb = RedbStore::open_backend("test", InMemoryBackend::new()).unwrap();
        let mut epoch = model.acquire("first").unwrap();
        prop_assert_eq!(redb.acquire("first").unwrap(), epoch);
        let mut old = epoch;
        for step in &steps {
            match step {
                Step::Commit(changes) => {
                    model.commit(epoch, changes).unwrap();
                    redb.commit(epoch, changes).unwrap();
                }
                Step::TakeOver => {
                    old = epoch;
                    epoch = model.acquire("next").unwrap();
                    prop_assert_eq!(redb.acquire("next").unwrap(), epoch);
                }
                Step::CommitAsOldOwner(changes) => {
                    let (by_model, by_redb) = (model.commit(old, changes), redb.commit(old, changes));
                    prop_assert_eq!(by_model.is_err(), by_redb.is_err());
                }
            }
        }
        prop_assert_eq!(view(&model), view(&redb));
    }
}
