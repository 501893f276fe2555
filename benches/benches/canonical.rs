//! Bringing the tracks of a cylinder into canonical form, and back.

use std::hint::black_box;

use benches::cylinder::{HEADS, SLOT_LEN, address, chunks, slots};
use criterion::{BatchSize, Criterion, Throughput};
use dasd::canonical::{Origin, canonicalise, reconstruct};

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let slots = slots();
    let mut group = criterion.benchmark_group("canonical form of a cylinder");
    group.throughput(Throughput::Bytes(slots.len() as u64));
    group.bench_function("canonicalise", |bench| {
        let all = |slots: &mut Vec<u8>| {
            let tracks = (0..HEADS).zip(slots.chunks_exact_mut(SLOT_LEN));
            tracks
                .map(|(head, slot)| canonicalise(slot, address(head)).map_or(0, |(len, _)| len))
                .sum::<usize>()
        };
        bench.iter_batched_ref(|| slots.clone(), all, BatchSize::SmallInput);
    });
    let chunks = chunks();
    let mut back = vec![0; SLOT_LEN];
    group.bench_function("reconstruct", |bench| {
        bench.iter(|| {
            for (head, chunk) in (0..HEADS).zip(&chunks) {
                reconstruct(black_box(chunk), address(head), Origin::REAL, &mut back)
                    .expect("a chunk of this cylinder");
            }
        });
    });
    group.finish();
    criterion.final_summary();
}
