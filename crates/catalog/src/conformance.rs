//! What every catalog store must do. One suite, run on each of them.

use redb::backends::InMemoryBackend;

use crate::catalog_store::{CatalogStore, Change};
use crate::domain::DomainName;
use crate::error::StoreError;
use crate::ids::Epoch;
use crate::instance::InstanceState;
use crate::memory_store::MemoryStore;
use crate::query::{InstanceFilter, VersionFilter};
use crate::redb_store::RedbStore;
use crate::samples::{
    at, begun, chunk, chunks, copied, failed, instance_id, job, member, minidisk, pack, place, places, volume,
};

macro_rules! conformance {
    ($($store:ident => $make:expr),* $(,)?) => {
        $(mod $store {
            use super::*;
            conformance!(@tests $make; starts_empty, epochs_only_grow, an_old_owner_writes_nothing, a_commit_is_whole,
                a_known_chunk_keeps_its_place, a_row_is_replaced, instances_are_filtered, domains_belong_to_one_instance,
                versions_are_found, jobs_count_separately);
        })*
    };
    (@tests $make:expr; $($test:ident),*) => {
        $(#[test]
        fn $test() {
            let (store, _kept) = $make;
            super::$test(store);
        })*
    };
}

conformance! {
    in_memory => (MemoryStore::new(), ()),
    redb_in_memory => (RedbStore::open_backend("test", InMemoryBackend::new()).unwrap(), ()),
    redb_in_a_file => {
        let folder = tempfile::tempdir().unwrap();
        (RedbStore::open(&folder.path().join("catalog")).unwrap(), folder)
    },
}

fn owned(mut store: impl CatalogStore) -> (impl CatalogStore, Epoch) {
    let epoch = store.acquire("test").unwrap();
    (store, epoch)
}

fn starts_empty(store: impl CatalogStore) {
    assert_eq!(store.places(&[chunk(1)]).unwrap(), [None]);
    assert_eq!(store.places(&[]).unwrap(), []);
    assert_eq!(store.instances(&InstanceFilter::default()).unwrap(), []);
    assert_eq!(store.instance(&instance_id("DAILY", 1)).unwrap(), None);
    assert_eq!(store.versions(&VersionFilter::default()).unwrap(), []);
    assert_eq!(store.totals().unwrap(), Default::default());
    assert!(!store.name().is_empty());
}

fn epochs_only_grow(mut store: impl CatalogStore + Clone) {
    let first = store.acquire("first").unwrap();
    let second = store.clone().acquire("second").unwrap();
    assert!(Epoch::NONE < first && first < second);
}

fn an_old_owner_writes_nothing(mut store: impl CatalogStore + Clone) {
    let old = store.acquire("the old one").unwrap();
    let mut other = store.clone();
    let new = other.acquire("the new one").unwrap();
    match store.commit(old, &[Change::Places(places(1, 0..3))]) {
        Err(StoreError::Fenced {
            owner, theirs, ours, ..
        }) => {
            assert_eq!((owner.as_str(), theirs, ours), ("the new one", new, old));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(other.totals().unwrap(), Default::default());
    other.commit(new, &[Change::Places(places(1, 0..3))]).unwrap();
    assert_eq!(store.totals().unwrap().chunks, 3);
}

fn a_commit_is_whole(store: impl CatalogStore) {
    let (mut store, epoch) = owned(store);
    let record = begun("DAILY", 1, 1);
    let domain = copied(minidisk("MAINT", 0x190, Some("GRIDA")), 7, 5);
    let changes = [
        Change::Places(places(1, 0..100)),
        Change::Places(places(2, 100..150)),
        Change::Instance(record.clone()),
        Change::Domain(record.id, domain.clone()),
    ];
    store.commit(epoch, &changes).unwrap();
    let found = store.places(&chunks(98..151)).unwrap();
    assert_eq!(found[0], Some(place(1, 98)));
    assert_eq!(found[2], Some(place(2, 100)));
    assert_eq!(found[52], None);
    assert_eq!(store.instance(&record.id).unwrap(), Some(record.clone()));
    assert_eq!(
        store.domain(&record.id, &domain.name).unwrap(),
        Some(domain.clone())
    );
    assert_eq!(store.domains(&record.id).unwrap(), [domain]);
    let totals = store.totals().unwrap();
    assert_eq!(
        (totals.instances, totals.domains, totals.packs, totals.chunks),
        (1, 1, 2, 150)
    );
    assert_eq!(totals.chunk_bytes, 150 * 4096);
}

fn a_known_chunk_keeps_its_place(store: impl CatalogStore) {
    let (mut store, epoch) = owned(store);
    store.commit(epoch, &[Change::Places(places(1, 0..2))]).unwrap();
    store.commit(epoch, &[Change::Places(places(2, 1..3))]).unwrap();
    let found = store.places(&chunks(0..3)).unwrap();
    assert_eq!(found, [Some(place(1, 0)), Some(place(1, 1)), Some(place(2, 2))]);
    let totals = store.totals().unwrap();
    assert_eq!(
        (totals.chunks, totals.chunk_bytes, totals.packs),
        (3, 3 * 4096, 2)
    );
    store.commit(epoch, &[Change::Places(places(3, 0..1))]).unwrap();
    assert_eq!(
        store.totals().unwrap().packs,
        3,
        "a pack with nothing new is still known"
    );
    assert_eq!(
        store.places(&[chunk(0)]).unwrap()[0].map(|place| place.pack),
        Some(pack(1))
    );
}

fn a_row_is_replaced(store: impl CatalogStore) {
    let (mut store, epoch) = owned(store);
    let mut record = begun("DAILY", 1, 1);
    store.commit(epoch, &[Change::Instance(record.clone())]).unwrap();
    record.state = InstanceState::Complete;
    record.ended = Some(at(99));
    store.commit(epoch, &[Change::Instance(record.clone())]).unwrap();
    assert_eq!(
        store.instances(&InstanceFilter::default()).unwrap(),
        [record.clone()]
    );
    let name = volume("VMCOM1", None);
    let lost = failed(name, 3);
    let found = copied(name, 1, 3);
    store
        .commit(
            epoch,
            &[
                Change::Domain(record.id, lost),
                Change::Domain(record.id, found.clone()),
            ],
        )
        .unwrap();
    assert_eq!(store.domains(&record.id).unwrap(), [found]);
    assert_eq!(store.versions(&VersionFilter::default()).unwrap().len(), 1);
}

fn instances_are_filtered(store: impl CatalogStore) {
    let (mut store, epoch) = owned(store);
    let mut later = begun("DAILY", 2, 1);
    later.member = member("GRIDB");
    later.state = InstanceState::Complete;
    let records = [begun("DAILY", 1, 1), later, begun("WEEKLY", 1, 1)];
    let changes = records.clone().map(Change::Instance);
    store.commit(epoch, &changes).unwrap();
    let found = |filter: InstanceFilter| store.instances(&filter).unwrap();
    let any = InstanceFilter::default();
    assert_eq!(found(any), records);
    assert_eq!(
        found(InstanceFilter {
            job: Some(job("DAILY")),
            ..any
        }),
        records[..2]
    );
    assert_eq!(
        found(InstanceFilter {
            member: Some(member("GRIDB")),
            ..any
        }),
        records[1..2]
    );
    assert_eq!(
        found(InstanceFilter {
            state: Some(InstanceState::Complete),
            ..any
        }),
        records[1..2]
    );
    assert_eq!(
        found(InstanceFilter {
            as_of: Some(at(1)),
            ..any
        }),
        [records[0].clone(), records[2].clone()]
    );
    assert_eq!(
        found(InstanceFilter {
            job: Some(job("DAIL")),
            ..any
        }),
        []
    );
}

fn domains_belong_to_one_instance(store: impl CatalogStore) {
    let (mut store, epoch) = owned(store);
    let names = [
        minidisk("MAINT", 0x190, None),
        minidisk("MAINT", 0x190, Some("GRIDB")),
        volume("VMCOM1", None),
    ];
    for (job, number) in [("DAILY", 1), ("DAILY", 2), ("DAILY1", 1)] {
        let id = instance_id(job, number);
        let changes = names.map(|name| Change::Domain(id, copied(name, 1, i64::from(number))));
        store.commit(epoch, &changes).unwrap();
    }
    let mut sorted = names;
    sorted.sort_unstable();
    let found = store.domains(&instance_id("DAILY", 2)).unwrap();
    assert_eq!(found.iter().map(|record| record.name).collect::<Vec<_>>(), sorted);
    assert!(found.iter().all(|record| record.ended == at(2)));
    assert_eq!(store.domains(&instance_id("DAILY", 3)).unwrap(), []);
}

fn versions_are_found(store: impl CatalogStore) {
    let (mut store, epoch) = owned(store);
    let (ours, theirs) = (
        minidisk("MAINT", 0x190, Some("GRIDA")),
        minidisk("MAINT", 0x190, Some("GRIDB")),
    );
    let (shared, other) = (minidisk("MAINT", 0x191, None), minidisk("MAINTX", 0x190, None));
    let pack = volume("VMCOM1", None);
    for (number, name) in [(1, ours), (2, theirs), (3, shared), (4, other), (5, pack)] {
        let id = instance_id("DAILY", number);
        store
            .commit(epoch, &[Change::Domain(id, copied(name, 1, i64::from(number)))])
            .unwrap();
    }
    store
        .commit(epoch, &[Change::Domain(instance_id("AGAIN", 1), failed(ours, 6))])
        .unwrap();
    check_versions(&store, [ours, theirs, shared, other, pack]);
}

fn check_versions(store: &impl CatalogStore, names: [DomainName; 5]) {
    let [ours, theirs, shared, other, pack] = names;
    let any = VersionFilter::default();
    let user = VersionFilter {
        user: zvm::UserId::new("MAINT").ok(),
        ..any
    };
    let volumes = VersionFilter {
        whole_volumes: Some(true),
        ..any
    };
    let volser = dasd::Volser::new("VMCOM1").ok();
    let check = |filter: VersionFilter, expected: &[(DomainName, u32)]| {
        let versions = store.versions(&filter).unwrap();
        let found: Vec<_> = versions
            .iter()
            .map(|found| (found.record.name, found.instance.number))
            .collect();
        assert_eq!(found, expected, "{filter:?}");
    };
    let everything = [
        (ours, 1),
        (theirs, 2),
        (shared, 3),
        (other, 4),
        (pack, 5),
        (ours, 1),
    ];
    check(any, &everything);
    check(user, &[(ours, 1), (theirs, 2), (shared, 3), (ours, 1)]);
    check(
        VersionFilter {
            vdev: Some(zvm::Vdev::new(0x191)),
            ..user
        },
        &[(shared, 3)],
    );
    check(
        VersionFilter {
            seen_by: Some(member("GRIDB")),
            ..user
        },
        &[(theirs, 2), (shared, 3)],
    );
    check(VersionFilter::of(&shared), &[(shared, 3)]);
    check(
        VersionFilter {
            restorable: true,
            ..VersionFilter::of(&ours)
        },
        &[(ours, 1)],
    );
    check(
        VersionFilter {
            job: Some(job("AGAIN")),
            ..any
        },
        &[(ours, 1)],
    );
    check(
        VersionFilter {
            as_of: Some(at(2)),
            ..any
        },
        &[(ours, 1), (theirs, 2)],
    );
    check(volumes, &[(pack, 5)]);
    check(VersionFilter { volser, ..any }, &everything);
    check(VersionFilter { volser, ..volumes }, &[(pack, 5)]);
}

fn jobs_count_separately(store: impl CatalogStore) {
    let (mut store, epoch) = owned(store);
    let records = [("DAILY", 9), ("DAILY", 10), ("DAILY1", 1)];
    let changes = records.map(|(job, number)| Change::Instance(begun(job, number, 1)));
    store.commit(epoch, &changes).unwrap();
    assert_eq!(
        store.last_numbers().unwrap(),
        [(job("DAILY"), 10), (job("DAILY1"), 1)]
    );
}
