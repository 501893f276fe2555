//! What the tests of the repository share.
#![allow(dead_code, unreachable_pub, reason = "each test file uses a part of it")]

use store::{ChunkId, Effort, Entry, FrameBuilder, FrameCodec, Manifest, PackWriter, Page, SealedPack};

/// Runs a future that waits for nothing but its own file work.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(future)
}

/// A pack of these frames of chunks.
pub fn pack_of(frames: &[Vec<Vec<u8>>]) -> SealedPack {
    let mut codec = FrameCodec::new(Effort::DEFAULT);
    let mut builder = FrameBuilder::new();
    let mut writer = PackWriter::new();
    for chunks in frames {
        for chunk in chunks {
            builder.push(ChunkId::of(chunk), chunk).unwrap();
        }
        writer.add(codec.compress(builder.take()));
    }
    writer.finish().unwrap()
}

/// Two frames, one that zstd shortens and one that it does not, with five chunks.
pub fn small_frames() -> Vec<Vec<Vec<u8>>> {
    let text = |n: usize| {
        format!("RECORD {n:05} OF A SOURCE FILE          ")
            .repeat(8)
            .into_bytes()
    };
    vec![
        vec![text(1), text(2), Vec::new()],
        vec![(0..=255).collect(), vec![7; 3]],
    ]
}

/// What a specimen of the pack format holds: two text chunks and an empty one, a chunk of all byte values, and the page
/// and manifest that list them.
pub fn specimen() -> Vec<Vec<Vec<u8>>> {
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
        stamp: None,
        entries: 8,
        pages: vec![id_of(&page)],
        witnesses: Vec::new(),
        generation: None,
    }
    .encode();
    vec![data, vec![bytes], vec![page, manifest]]
}
