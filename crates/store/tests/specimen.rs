//! One specimen of every version of the pack format stays readable. `examples/write_the_specimen.rs` makes them.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]
#![allow(clippy::disallowed_methods, reason = "the tests look at the files themselves")]

mod support;

use std::sync::Arc;

use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use store::{ChunkId, Codec, Manifest, PackName, Page, Repository, RepositoryId};

use support::{block_on, specimen};

const VERSION_1: &[u8] = include_bytes!("../../../sim-fixtures/packs/version-1.pack");

/// The name is the SHA-256 of the footer; it is written in ORIGIN.md too.
const VERSION_1_NAME: &str = "1ac4c342d90f951a24bd2aebd452e200bef964bfc93ea1c1749e44ff5a52f778";

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
        assert_eq!(chunks, specimen().concat());

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
