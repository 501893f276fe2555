//! What every store has to do for a repository, run over each of them.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]
#![allow(clippy::disallowed_methods, reason = "the tests look at the files themselves")]

mod support;

use std::sync::Arc;

use bytes::Bytes;
use futures_util::TryStreamExt;
use futures_util::future::join_all;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{Error, ObjectStore, ObjectStoreExt, PutMode, PutPayload};
use store::folder::Folder;
use store::{Repository, RepositoryId};

use support::{block_on, pack_of, small_frames};

/// The suite. `store` is empty.
async fn conforms(store: Arc<dyn ObjectStore>) {
    puts_and_gets(&*store).await;
    ranges(&*store).await;
    lists(&*store).await;
    creates_once(&*store).await;
    one_of_many_creators_wins(store.clone()).await;
    overwrites_whole(&*store).await;
    removes(&*store).await;
}

fn bytes(len: usize, seed: usize) -> Vec<u8> {
    (0..len)
        .map(|n| u8::try_from((n * 31 + n / 256 + seed) % 256).unwrap())
        .collect()
}

async fn content(store: &dyn ObjectStore, path: &Path) -> Bytes {
    store.get(path).await.unwrap().bytes().await.unwrap()
}

async fn puts_and_gets(store: &dyn ObjectStore) {
    for len in [0, 1, 4095, 4096, 65_536, 5_000_001] {
        let path = Path::from(format!("put/deep/er/{len}"));
        let data = bytes(len, 1);
        let pieces = data.chunks(1_000_003).map(Bytes::copy_from_slice);
        store.put(&path, pieces.collect::<PutPayload>()).await.unwrap();
        assert!(content(store, &path).await == data, "{len} bytes");
        assert_eq!(store.head(&path).await.unwrap().size, len as u64);
    }
    let missing = store.get(&Path::from("put/missing")).await;
    assert!(matches!(missing, Err(Error::NotFound { .. })), "{missing:?}");
}

async fn ranges(store: &dyn ObjectStore) {
    let path = Path::from("range/object");
    let data = bytes(100_000, 2);
    store.put(&path, data.clone().into()).await.unwrap();
    for range in [0..1, 0..100_000, 4095..4097, 99_999..100_000] {
        let part = store.get_range(&path, range.clone()).await.unwrap();
        let wanted = usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap();
        assert!(part == data[wanted], "{range:?}");
    }
    let parts = store.get_ranges(&path, &[10..20, 20..30, 5..6]).await.unwrap();
    assert_eq!(parts, [&data[10..20], &data[20..30], &data[5..6]]);
    let beyond = store.get_range(&path, 100_000..100_001).await;
    assert!(beyond.is_err() || beyond.is_ok_and(|part| part.is_empty()));
}

async fn lists(store: &dyn ObjectStore) {
    for name in ["list/b/2", "list/a/1", "list/a/0", "listing"] {
        store.put(&Path::from(name), "x".into()).await.unwrap();
    }
    let found: Vec<_> = store.list(Some(&Path::from("list"))).try_collect().await.unwrap();
    let mut names: Vec<_> = found.iter().map(|meta| meta.location.to_string()).collect();
    names.sort();
    assert_eq!(names, ["list/a/0", "list/a/1", "list/b/2"]);
    let none: Vec<_> = store
        .list(Some(&Path::from("nothing")))
        .try_collect()
        .await
        .unwrap();
    assert!(none.is_empty());
}

async fn creates_once(store: &dyn ObjectStore) {
    let path = Path::from("create/object");
    store
        .put_opts(&path, "first".into(), PutMode::Create.into())
        .await
        .unwrap();
    let again = store
        .put_opts(&path, "second".into(), PutMode::Create.into())
        .await;
    assert!(matches!(again, Err(Error::AlreadyExists { .. })), "{again:?}");
    assert_eq!(content(store, &path).await, "first");
}

async fn one_of_many_creators_wins(store: Arc<dyn ObjectStore>) {
    let path = Path::from("race/object");
    let racers = (0..8usize).map(|racer| {
        let (store, path) = (store.clone(), path.clone());
        async move {
            store
                .put_opts(&path, bytes(100_000, racer).into(), PutMode::Create.into())
                .await
                .is_ok()
        }
    });
    let won: Vec<usize> = join_all(racers)
        .await
        .into_iter()
        .enumerate()
        .filter(|(_, won)| *won)
        .map(|(racer, _)| racer)
        .collect();
    assert_eq!(won.len(), 1, "winners: {won:?}");
    assert!(content(&*store, &path).await == bytes(100_000, won[0]));
    let listed: Vec<_> = store.list(Some(&Path::from("race"))).try_collect().await.unwrap();
    assert_eq!(listed.len(), 1, "{listed:?}");
}

/// A reader sees the old object or the new one, never a part.
async fn overwrites_whole(store: &dyn ObjectStore) {
    let path = Path::from("whole/object");
    let versions = [bytes(3_000_000, 3), bytes(2_000_000, 4)];
    store.put(&path, versions[0].clone().into()).await.unwrap();
    let writes = async {
        for round in 0..6 {
            store
                .put(&path, versions[round % 2].clone().into())
                .await
                .unwrap();
        }
    };
    let reads = async {
        for _ in 0..20 {
            let seen = content(store, &path).await;
            assert!(
                versions.iter().any(|version| *version == seen),
                "{} bytes that nobody wrote",
                seen.len()
            );
        }
    };
    tokio::join!(writes, reads);
}

async fn removes(store: &dyn ObjectStore) {
    let path = Path::from("remove/object");
    store.put(&path, "x".into()).await.unwrap();
    store.delete(&path).await.unwrap();
    assert!(matches!(store.get(&path).await, Err(Error::NotFound { .. })));
}

#[test]
fn in_memory() {
    block_on(conforms(Arc::new(InMemory::new())));
}

#[test]
fn folder() {
    let dir = tempfile::tempdir().unwrap();
    block_on(conforms(Arc::new(Folder::open(dir.path()).unwrap())));
    assert_eq!(temporary_files(dir.path()), Vec::<String>::new());
}

/// Threads of their own, so that the creators of a folder really meet.
#[test]
fn folder_on_many_threads() {
    let dir = tempfile::tempdir().unwrap();
    let store: Arc<dyn ObjectStore> = Arc::new(Folder::create(&dir.path().join("new/folder")).unwrap());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .build()
        .unwrap();
    runtime.block_on(conforms(store));
}

/// Without a runtime there is no thread to keep free.
#[test]
fn folder_without_a_runtime() {
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::open(dir.path()).unwrap();
    let put = std::pin::pin!(async { folder.put(&Path::from("a/b"), "x".into()).await });
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(matches!(put.poll(&mut context), std::task::Poll::Ready(Ok(_))));
}

#[test]
fn a_folder_that_cannot_be_written_says_which_file() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("packs"), b"a file where a folder should be").unwrap();
    let folder = Folder::open(dir.path()).unwrap();
    let repository = Repository::create(Arc::new(folder), RepositoryId([0; 16]));
    let failed = block_on(async {
        let pack = pack_of(&small_frames());
        repository.await.unwrap().put_pack(&pack).await.unwrap_err()
    });
    // What a person reads: the message, then its causes, none of them twice.
    let mut text = failed.to_string();
    let mut cause = std::error::Error::source(&failed);
    while let Some(next) = cause {
        text = format!("{text}: {next}");
        cause = next.source();
    }
    assert_eq!(text.matches("cannot write").count(), 1, "{text}");
    assert!(
        text.contains("cannot store packs/") && text.contains("not a directory"),
        "{text}"
    );
    assert!(
        Folder::open(&dir.path().join("packs")).is_err(),
        "a file was taken for a folder"
    );
}

#[test]
fn what_a_crashed_writer_left_is_passed_over_and_swept_when_old() {
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::open(dir.path()).unwrap();
    block_on(folder.put(&Path::from("packs/ab/object"), "whole".into())).unwrap();
    let torn = dir.path().join("packs/ab/other.ssibackup#4711000000001");
    let foreign = dir.path().join("packs/ab/other#1");
    std::fs::write(&torn, b"half").unwrap();
    std::fs::write(&foreign, b"not ours").unwrap();
    let listed: Vec<_> = block_on(folder.list(None).try_collect()).unwrap();
    assert_eq!(listed.len(), 1, "{listed:?}");

    let written = std::fs::metadata(&torn).unwrap().modified().unwrap();
    assert_eq!(
        folder.sweep(written).unwrap(),
        0,
        "the file of a living writer was removed"
    );
    assert_eq!(
        folder.sweep(written + std::time::Duration::from_secs(1)).unwrap(),
        1
    );
    assert!(!torn.exists() && foreign.exists() && dir.path().join("packs/ab/object").exists());
}

fn temporary_files(dir: &std::path::Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let entry = entry.unwrap();
        match entry.path() {
            path if path.is_dir() => found.extend(temporary_files(&path)),
            path => found.extend(path.to_str().filter(|name| name.contains('#')).map(str::to_owned)),
        }
    }
    found
}
