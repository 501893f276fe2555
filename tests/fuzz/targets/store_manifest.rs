//! Manifests and their pages.
#![no_main]

use libfuzzer_sys::fuzz_target;
use store::{ChunkId, Entry, Manifest, Page};

fuzz_target!(
    init: {
        let id = ChunkId::of(b"seed");
        let entries: Vec<_> = (0..5).map(|tag| Entry { id, tag: tag / 2 }).collect();
        let page = Page::encode(&entries);
        let manifest = Manifest { entries: 5, pages: vec![ChunkId::of(&page)] }.encode();
        fuzz::plant(&[page, manifest]);
    },
    |data: &[u8]| {
        if let Ok(entries) = Page::decode(data) {
            assert_eq!(Page::decode(&Page::encode(&entries)).expect("an encoded page reads back"), entries);
        }
        if let Ok(manifest) = Manifest::decode(data) {
            assert_eq!(Manifest::decode(&manifest.encode()).expect("an encoded manifest reads back"), manifest);
        }
    }
);
