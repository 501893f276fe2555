//! A repository end to end: what is stored comes back, what is damaged is named.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod support;

use std::sync::Arc;

use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use proptest::prelude::*;
use store::folder::Folder;
use store::{
    ChunkId, CreateError, Damage, Fit, Manifest, OpenError, PackWriter, PageBuilder, PutError, ReadError,
    RecordKind, Repository, RepositoryId, SealError, SealedPack, Stored, chunk_in,
};

use support::{block_on, pack_of, small_frames};

const ID: RepositoryId = RepositoryId([9; 16]);

fn in_memory() -> (Arc<InMemory>, Repository) {
    let store = Arc::new(InMemory::new());
    let repository = block_on(Repository::create(store.clone(), ID)).unwrap();
    (store, repository)
}

fn object_of(pack: &SealedPack) -> Path {
    let hex = pack.name.to_string();
    Path::from_iter(["packs", &hex[..2], &hex])
}

/// Every chunk of a pack through the footer, each checked against its name.
async fn all_chunks(repository: &Repository, pack: &SealedPack) -> Result<Vec<Vec<u8>>, ReadError> {
    let footer = repository.read_footer(&pack.name).await?;
    let mut chunks = Vec::new();
    let mut plain = Vec::new();
    for (number, entry) in (0u32..).zip(footer.frames()) {
        repository.read_frame_into(&pack.name, entry, &mut plain).await?;
        for chunk in footer.chunks_of(number) {
            chunks.push(
                chunk_in(&plain, chunk.offset, chunk.len, &chunk.id)
                    .unwrap()
                    .to_vec(),
            );
        }
    }
    Ok(chunks)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn packs_read_back(
        frames in prop::collection::vec(
            prop::collection::vec(prop_oneof![prop::collection::vec(any::<u8>(), 0..400), Just(vec![64; 4000])], 1..8),
            1..5,
        ),
    ) {
        let (_, repository) = in_memory();
        let pack = pack_of(&frames);
        block_on(async {
            repository.put_pack(&pack).await.unwrap();
            let read = all_chunks(&repository, &pack).await.unwrap();
            assert_eq!(read, frames.concat());
            assert_eq!(repository.read_chunks(&pack.places).await.unwrap(), frames.concat());
            let footer = repository.footer(&pack.name).await.unwrap();
            let places: Vec<_> = footer.chunks().iter().map(|chunk| (chunk.id, chunk.place(pack.name))).collect();
            assert_eq!(places, pack.places);
        });
    }
}

#[test]
fn the_same_chunks_make_the_same_pack() {
    let (one, other) = (pack_of(&small_frames()), pack_of(&small_frames()));
    assert_eq!(
        (one.name, one.payload().concat()),
        (other.name, other.payload().concat())
    );
    assert_eq!(one.len, one.payload().concat().len() as u64);
}

#[test]
fn a_pack_without_frames_is_not_sealed() {
    assert_eq!(
        PackWriter::new().finish().map(|pack| pack.name),
        Err(SealError::Empty)
    );
}

#[test]
fn a_pack_is_full_at_its_target_and_spans_slabs() {
    let mut codec = store::FrameCodec::new(store::Effort::DEFAULT);
    let mut builder = store::FrameBuilder::new();
    let mut writer = PackWriter::new();
    let mut state = 1u64;
    let mut chunks = Vec::new();
    loop {
        while !builder.is_full() {
            let chunk: Vec<u8> = std::iter::repeat_with(|| {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                u8::try_from(state >> 56).unwrap()
            })
            .take(50_000)
            .collect();
            builder.push(ChunkId::of(&chunk), &chunk).unwrap();
            chunks.push(chunk);
        }
        if writer.add(codec.compress(builder.take())) == Fit::Full {
            break;
        }
    }
    let pack = writer.finish().unwrap();
    assert!(pack.len >= store::PACK_TARGET && pack.payload().len() >= 4);
    let dir = tempfile::tempdir().unwrap();
    block_on(async {
        let folder = Arc::new(Folder::open(dir.path()).unwrap());
        let repository = Repository::create(folder, ID).await.unwrap();
        assert_eq!(repository.put_pack(&pack).await.unwrap(), Stored::New);
        assert!(all_chunks(&repository, &pack).await.unwrap() == chunks);
    });
}

#[test]
fn packs_are_listed_sorted_and_strangers_are_passed_over() {
    let (store, repository) = in_memory();
    let mut names: Vec<_> = (0..20u8).map(|n| pack_of(&[vec![vec![n; 10]]])).collect();
    block_on(async {
        for pack in &names {
            repository.put_pack(pack).await.unwrap();
        }
        store
            .put(&Path::from("packs/ab/notes.txt"), "x".into())
            .await
            .unwrap();
        names.sort_by_key(|pack| pack.name);
        let sorted: Vec<_> = names.iter().map(|pack| pack.name).collect();
        assert_eq!(repository.packs().await.unwrap(), sorted);
    });
}

#[test]
fn storing_twice_is_fine_and_rewriting_is_refused() {
    let (store, repository) = in_memory();
    let pack = pack_of(&small_frames());
    block_on(async {
        assert_eq!(repository.put_pack(&pack).await.unwrap(), Stored::New);
        assert_eq!(repository.put_pack(&pack).await.unwrap(), Stored::Already);
        let mut torn = pack.payload().concat();
        torn.truncate(100);
        store.put(&object_of(&pack), torn.into()).await.unwrap();
        let refused = repository.put_pack(&pack).await;
        assert!(
            matches!(refused, Err(PutError::OtherBytes { offset: 100, .. })),
            "{refused:?}"
        );

        let kind = RecordKind::Instances;
        assert_eq!(
            repository
                .put_record(kind, "NIGHTLY/000001.begin", "a")
                .await
                .unwrap(),
            Stored::New
        );
        assert_eq!(
            repository
                .put_record(kind, "NIGHTLY/000001.begin", "a")
                .await
                .unwrap(),
            Stored::Already
        );
        for other in ["b", "", "ab"] {
            let refused = repository.put_record(kind, "NIGHTLY/000001.begin", other).await;
            assert!(matches!(refused, Err(PutError::OtherBytes { .. })), "{refused:?}");
        }
        assert_eq!(
            repository.get_record(kind, "NIGHTLY/000001.begin").await.unwrap(),
            "a"
        );
        let bad = repository.put_record(kind, "../escape", "a").await;
        assert!(matches!(bad, Err(PutError::BadName { .. })), "{bad:?}");
    });
}

#[test]
fn records_are_listed_sorted_by_their_names() {
    let dir = tempfile::tempdir().unwrap();
    let stores: [Arc<dyn ObjectStore>; 2] = [
        Arc::new(InMemory::new()),
        Arc::new(Folder::open(dir.path()).unwrap()),
    ];
    for store in stores {
        block_on(async {
            let repository = Repository::create(store, ID).await.unwrap();
            assert!(
                repository
                    .list_records(RecordKind::Instances)
                    .await
                    .unwrap()
                    .is_empty()
            );
            for name in ["WEEK#1/000002.end", "NIGHTLY/000010.begin", "NIGHTLY/000009.end"] {
                repository
                    .put_record(RecordKind::Instances, name, name.to_owned())
                    .await
                    .unwrap();
            }
            let names = repository.list_records(RecordKind::Instances).await.unwrap();
            assert_eq!(
                names,
                ["NIGHTLY/000009.end", "NIGHTLY/000010.begin", "WEEK#1/000002.end"]
            );
            let record = repository
                .get_record(RecordKind::Instances, "WEEK#1/000002.end")
                .await
                .unwrap();
            assert_eq!(record, "WEEK#1/000002.end");
        });
    }
}

#[test]
fn manifests_travel_as_chunks() {
    let (_, repository) = in_memory();
    let ids: Vec<_> = (0..2500u32)
        .map(|n| ChunkId::of(&[u8::try_from(n / 100).unwrap()]))
        .collect();
    let mut builder = PageBuilder::new();
    let mut pages: Vec<_> = (0u32..)
        .zip(&ids)
        .filter_map(|(n, id)| builder.push(*id, n % 2))
        .collect();
    pages.extend(builder.finish());
    let manifest = Manifest {
        stamp: None,
        entries: 2500,
        pages: pages.iter().map(|page| ChunkId::of(page)).collect(),
        witnesses: Vec::new(),
        generation: None,
    };
    let mut chunks = pages;
    chunks.push(manifest.encode());
    let pack = pack_of(&[chunks]);
    block_on(async {
        repository.put_pack(&pack).await.unwrap();
        let read = repository.read_chunks(&pack.places).await.unwrap();
        let (last, pages) = read.split_last().unwrap();
        assert_eq!(Manifest::decode(last).unwrap(), manifest);
        let entries: Vec<_> = pages
            .iter()
            .flat_map(|page| store::Page::decode(page).unwrap())
            .collect();
        assert!(entries.iter().map(|entry| entry.id).eq(ids));
    });
}

#[test]
fn only_one_repository_fits_in_a_place() {
    let (store, repository) = in_memory();
    block_on(async {
        let second = Repository::create(store.clone(), RepositoryId([1; 16])).await;
        assert!(matches!(second, Err(CreateError::Exists { .. })));
        assert_eq!(Repository::open(store).await.unwrap().id(), repository.id());
        let empty = Repository::open(Arc::new(InMemory::new())).await;
        assert!(matches!(empty, Err(OpenError::NoRepository { .. })));
    });
}

#[test]
fn a_damaged_repository_object_is_named() {
    let (store, _) = in_memory();
    let path = Path::from("ssibackup.repo");
    block_on(async {
        let good = store.get(&path).await.unwrap().bytes().await.unwrap().to_vec();
        assert_eq!(good.len(), 36);
        let mut bad: Vec<Vec<u8>> = (0..good.len()).map(|len| good[..len].to_vec()).collect();
        bad.push([&good[..], &[0]].concat());
        bad.push(vec![0; 1 << 20]);
        bad.extend((0..good.len() * 8).map(|bit| {
            let mut flipped = good.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            flipped
        }));
        for bytes in bad {
            store.put(&path, bytes.clone().into()).await.unwrap();
            let opened = Repository::open(store.clone()).await;
            assert!(
                matches!(opened, Err(OpenError::Damaged { .. })),
                "{bytes:02x?}: {opened:?}"
            );
        }
    });
}

#[test]
fn a_missing_pack_is_named() {
    let (_, repository) = in_memory();
    let pack = pack_of(&small_frames());
    let missing = block_on(repository.read_frame(&pack.name, 0)).unwrap_err();
    assert!(matches!(missing, ReadError::Missing { .. }));
    let text = missing.to_string();
    assert!(
        text.contains(&pack.name.to_string()) && text.contains("InMemory"),
        "{text}"
    );
}

#[test]
fn a_frame_that_is_not_there_is_an_error() {
    let (_, repository) = in_memory();
    let pack = pack_of(&small_frames());
    block_on(async {
        repository.put_pack(&pack).await.unwrap();
        let beyond = repository.read_frame(&pack.name, 2).await.unwrap_err();
        let ReadError::Damaged { damage, .. } = beyond else {
            panic!("{beyond:?}")
        };
        assert!(matches!(*damage, Damage::NoSuchFrame { frame: 2, frames: 2 }));
        let mut other = pack.places.clone();
        other[0].0 = ChunkId::of(b"something else");
        let refused = repository.read_chunks(&other).await.unwrap_err();
        assert!(refused.to_string().contains("expected chunk"), "{refused}");
    });
}

/// Every length, every bit: the whole truth or a typed error, never anything else.
#[test]
fn every_cut_and_every_flipped_bit_of_a_pack_is_noticed() {
    let (store, repository) = in_memory();
    let pack = pack_of(&small_frames());
    let good = pack.payload().concat();
    let path = object_of(&pack);
    block_on(async {
        for len in 0..good.len() {
            store.put(&path, good[..len].to_vec().into()).await.unwrap();
            let read = all_chunks(&repository, &pack).await;
            assert!(
                matches!(read, Err(ReadError::Damaged { .. })),
                "cut at {len}: {read:?}"
            );
        }
        for bit in 0..good.len() * 8 {
            let mut damaged = good.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            store.put(&path, damaged.into()).await.unwrap();
            let read = all_chunks(&repository, &pack).await;
            assert!(
                matches!(read, Err(ReadError::Damaged { .. })),
                "bit {bit}: {read:?}"
            );
        }
        let longer = [&good[..], b"x"].concat();
        store.put(&path, longer.into()).await.unwrap();
        assert!(all_chunks(&repository, &pack).await.is_err());
    });
}

#[test]
fn a_whole_pack_under_the_wrong_name_is_noticed() {
    let (store, repository) = in_memory();
    let (one, other) = (pack_of(&small_frames()), pack_of(&[vec![b"other".to_vec()]]));
    block_on(async {
        store
            .put(&object_of(&one), other.payload().concat().into())
            .await
            .unwrap();
        let refused = repository.footer(&one.name).await.unwrap_err().to_string();
        assert!(
            refused.contains(&format!("its footer is that of pack {}", other.name)),
            "{refused}"
        );
    });
}
