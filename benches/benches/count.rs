//! Instructions of the stages whose count should not drift, counted by valgrind; unlike times they are the same on every
//! run of the same machine:
//!
//! `cargo install gungraun-runner --version 0.20.0 && cargo bench -p benches --bench count`
//!
//! valgrind knows neither AVX-512 nor the SHA instructions, so hashing and witnesses are counted on their portable paths.

#![allow(missing_docs, reason = "the macros make items without comments")]

use std::hint::black_box;

use benches::content::{Numbers, chunk};
use benches::cylinder::{self, HEADS, SLOT_LEN, address};
use dasd::canonical::{Origin, canonicalise, reconstruct};
use gungraun::{library_benchmark, library_benchmark_group, main};
use store::{
    ChunkId, Effort, Frame, FrameBuilder, FrameCodec, PackWriter, PageBuilder, PlainFrame, RepositoryId,
    SealedPack, WitnessKey, WitnessScratch, hash_many,
};

#[library_benchmark]
#[bench::of_a_cylinder(setup = cylinder::slots)]
fn canonical_form(mut slots: Vec<u8>) -> usize {
    let tracks = (0..HEADS).zip(slots.chunks_exact_mut(SLOT_LEN));
    tracks
        .map(|(head, slot)| canonicalise(slot, address(head)).map_or(0, |(len, _)| len))
        .sum()
}

#[library_benchmark]
#[bench::of_a_cylinder(setup = cylinder::chunks)]
fn tracks_from_canonical_form(chunks: Vec<Vec<u8>>) -> u8 {
    let mut back = vec![0; SLOT_LEN];
    for (head, chunk) in (0..HEADS).zip(&chunks) {
        reconstruct(black_box(chunk), address(head), Origin::REAL, &mut back)
            .expect("a chunk of this cylinder");
    }
    back[0]
}

#[library_benchmark]
#[bench::of_a_cylinder(setup = cylinder::chunks)]
fn hashes(chunks: Vec<Vec<u8>>) -> Vec<ChunkId> {
    let mut ids = Vec::new();
    hash_many(
        black_box(&chunks.iter().map(Vec::as_slice).collect::<Vec<_>>()),
        &mut ids,
    );
    ids
}

#[library_benchmark]
#[bench::of_a_cylinder(setup = cylinder::slots)]
fn witnesses(slots: Vec<u8>) -> WitnessScratch {
    let mut scratch = WitnessScratch::default();
    if let Some(key) = WitnessKey::of(RepositoryId([1; 16])) {
        key.witness_many(slots.chunks(SLOT_LEN), &mut scratch);
    }
    scratch
}

fn tracks() -> Vec<(ChunkId, Vec<u8>)> {
    let mut numbers = Numbers::new(7);
    let named = |chunk: Vec<u8>| (ChunkId::of(&chunk), chunk);
    (0..40).map(|_| named(chunk(&mut numbers, 27_000))).collect()
}

#[library_benchmark]
#[bench::of_a_frame(setup = tracks)]
fn gather(chunks: Vec<(ChunkId, Vec<u8>)>) -> PlainFrame {
    gathered(&chunks)
}

fn plain() -> PlainFrame {
    gathered(&tracks())
}

fn gathered(chunks: &[(ChunkId, Vec<u8>)]) -> PlainFrame {
    let mut builder = FrameBuilder::new();
    for (id, chunk) in chunks {
        if !builder.is_full() {
            builder
                .push(*id, chunk)
                .expect("tracks are shorter than chunks may be");
        }
    }
    builder.take()
}

#[library_benchmark]
#[bench::a_frame(setup = plain)]
fn compress(plain: PlainFrame) -> Frame {
    FrameCodec::new(Effort::DEFAULT).compress(plain)
}

fn frame() -> Frame {
    FrameCodec::new(Effort::DEFAULT).compress(plain())
}

#[library_benchmark]
#[bench::a_frame(setup = frame)]
fn expand(frame: Frame) -> Vec<u8> {
    let mut plain = Vec::new();
    let mut codec = FrameCodec::new(Effort::DEFAULT);
    let expanded = codec.decompress(frame.stored(), frame.codec(), frame.plain_len(), &mut plain);
    expanded.expect("a frame of ours");
    plain
}

#[library_benchmark]
#[bench::of_a_frame(setup = frame)]
fn pack(frame: Frame) -> SealedPack {
    let mut pack = PackWriter::new();
    pack.add(frame);
    pack.finish().expect("a pack of one frame reads back")
}

#[library_benchmark]
#[bench::of_a_volume(setup = names)]
fn chunk_list(names: Vec<ChunkId>) -> usize {
    let mut builder = PageBuilder::default();
    let pages = names
        .iter()
        .filter_map(|id| builder.push(*id, 0))
        .map(|page| page.len())
        .sum::<usize>();
    pages + builder.finish().map_or(0, |page| page.len())
}

fn names() -> Vec<ChunkId> {
    (0..10_000)
        .map(|number: u32| ChunkId::of(number.to_string().as_bytes()))
        .collect()
}

library_benchmark_group!(
    name = stages,
    benchmarks = [
        canonical_form,
        tracks_from_canonical_form,
        hashes,
        witnesses,
        gather,
        compress,
        expand,
        pack,
        chunk_list
    ]
);
main!(library_benchmark_groups = stages);
