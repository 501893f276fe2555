//! One specimen of every version of the pack format stays readable.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]
#![allow(clippy::disallowed_methods, reason = "the tests look at the files themselves")]

mod support;

use std::sync::Arc;

use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use store::{ChunkId, Codec, Entry, Manifest, PackName, Page, Repository, RepositoryId};

use support::{block_on, pack_of};

const VERSION_1: &[u8] = include_bytes!("../../../sim-fixtures/packs/version-1.pack");

/// The name is the SHA-256 of the footer; it is written in ORIGIN.md too.
const VERSION_1_NAME: &str = "1ac4c342d90f951a24bd2aebd452e200bef964bfc93ea1c1749e44ff5a52f778";

/// What the specimen holds: two text chunks and an empty one, a chunk of all byte values, and the page and manifest that
/// list them.
fn content() -> Vec<Vec<Vec<u8>>> {
    let text = |n: u32| {
        format!("SSIBACKUP PACK SPECIMEN, RECORD {n:08}     ")
            .repeat(10)
            .into_bytes()
    };
    let data = vec![text(1), text(2), Vec::new()];
    let bytes: Vec<u8> = (0..=255).collect();
    let id_of = |chunk: &Vec<u8>| ChunkId::of(chunk);
    let mut entries: Vec<Entry> = data
        .iter()
        .map(|chunk| Entry {
            id: id_of(chunk),
            tag: 0,
        })
        .collect();
    entries.extend(
        [Entry {
            id: id_of(&bytes),
            tag: 4711,
        }; 5],
    );
    let page = Page::encode(&entries);
    let manifest = Manifest {
        entries: 8,
        pages: vec![id_of(&page)],
    }
    .encode();
    vec![data, vec![bytes], vec![page, manifest]]
}

#[test]
fn version_1_is_readable() {
    let name: PackName = VERSION_1_NAME.parse().unwrap();
    let store = Arc::new(InMemory::new());
    block_on(async {
        let path = Path::from_iter(["packs", &VERSION_1_NAME[..2], VERSION_1_NAME]);
        store.put(&path, VERSION_1.into()).await.unwrap();
        let repository = Repository::create(store.clone() as Arc<dyn ObjectStore>, RepositoryId([0; 16]))
            .await
            .unwrap();
        let footer = repository.read_footer(&name).await.unwrap();
        let codecs: Vec<_> = footer.frames().iter().map(|frame| frame.codec).collect();
        assert_eq!(codecs[..2], [Codec::Zstd, Codec::Raw]);
        let wanted: Vec<_> = footer
            .chunks()
            .iter()
            .map(|chunk| (chunk.id, chunk.place(name)))
            .collect();
        let chunks = repository.read_chunks(&wanted).await.unwrap();
        assert_eq!(chunks, content().concat());

        let (manifest, page) = (&chunks[5], &chunks[4]);
        let manifest = Manifest::decode(manifest).unwrap();
        assert_eq!((manifest.entries, manifest.pages), (8, vec![ChunkId::of(page)]));
        let entries = Page::decode(page).unwrap();
        assert_eq!(
            (entries.len(), entries[7].id, entries[7].tag),
            (8, ChunkId::of(&chunks[3]), 4711)
        );
    });
}

/// Made the specimen, once. A later version of the format gets a specimen of its own beside it.
#[test]
#[ignore = "writes a file into sim-fixtures; run by hand for a new version of the format"]
fn write_the_specimen() {
    let pack = pack_of(&content());
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../sim-fixtures/packs/version-1.pack"
    );
    std::fs::write(path, pack.payload().concat()).unwrap();
    println!("{}", pack.name);
}
