//! Manifests, their pages, and pages of witnesses.
#![no_main]

use libfuzzer_sys::fuzz_target;
use store::{ChunkId, Entry, Manifest, Page, RepositoryId, WitnessKey, WitnessPage, WitnessScratch};

fuzz_target!(
    init: {
        let id = ChunkId::of(b"seed");
        let entries: Vec<_> = (0..5).map(|tag| Entry { id, tag: tag / 2 }).collect();
        let page = Page::encode(&entries);
        let pages = vec![ChunkId::of(&page)];
        let stamped = |witnesses: &[ChunkId], generation, stamp| {
            let (pages, witnesses) = (pages.clone(), witnesses.to_vec());
            Manifest { entries: 5, pages, witnesses, generation, stamp }.encode()
        };
        let manifest = |witnesses: &[ChunkId], generation| stamped(witnesses, generation, None);
        let mut seeds = vec![
            page,
            manifest(&[], None),
            manifest(&[id], None),
            manifest(&[], Some((1, 2))),
            manifest(&[id], Some((1, 2))),
            stamped(&[], None, Some(3)),
            stamped(&[id], Some((1, 2)), Some(3)),
        ];
        if let Some(key) = WitnessKey::of(RepositoryId([1; 16])) {
            let mut scratch = WitnessScratch::default();
            let witnesses = key.witness_many([&b"unit"[..], b"other"], &mut scratch);
            seeds.push(WitnessPage::encode(witnesses));
        }
        fuzz::plant(&seeds);
    },
    |data: &[u8]| {
        if let Ok(entries) = Page::decode(data) {
            assert_eq!(Page::decode(&Page::encode(&entries)).expect("an encoded page reads back"), entries);
        }
        if let Ok(witnesses) = WitnessPage::decode(data) {
            assert_eq!(WitnessPage::encode(&witnesses), data);
        }
        if let Ok(manifest) = Manifest::decode(data) {
            assert_eq!(Manifest::decode(&manifest.encode()).expect("an encoded manifest reads back"), manifest);
        }
    }
);
