//! Compressing and expanding frames: two thirds of a full backup, and most of a verification.

use std::hint::black_box;

use benches::content::{Numbers, chunk};
use criterion::{BatchSize, BenchmarkId, Criterion, Throughput};
use store::{ChunkId, Effort, FrameBuilder, FrameCodec, PlainFrame};

fn chunks() -> Vec<(ChunkId, Vec<u8>)> {
    let mut numbers = Numbers::new(7);
    let named = |chunk: Vec<u8>| (ChunkId::of(&chunk), chunk);
    (0..40).map(|_| named(chunk(&mut numbers, 27_000))).collect()
}

/// A frame that is just full.
fn frame(builder: &mut FrameBuilder, chunks: &[(ChunkId, Vec<u8>)]) -> PlainFrame {
    for (id, chunk) in chunks {
        if !builder.is_full() {
            builder
                .push(*id, chunk)
                .expect("tracks are shorter than chunks may be");
        }
    }
    builder.take()
}

fn codec(level: i32) -> FrameCodec {
    FrameCodec::new(Effort::new(level).expect("zstd has this level"))
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let chunks = chunks();
    let mut builder = FrameBuilder::new();
    let mut group = criterion.benchmark_group("frames");
    let plain_len = frame(&mut builder, &chunks).bytes().len();
    group.throughput(Throughput::Bytes(plain_len as u64));
    group.bench_function("gather", |bench| {
        bench.iter(|| frame(&mut builder, black_box(&chunks)))
    });
    for level in [-5, -1, 1, 3] {
        let mut codec = codec(level);
        group.bench_function(BenchmarkId::new("compress", level), |bench| {
            let gathered = || frame(&mut builder, &chunks);
            bench.iter_batched(gathered, |plain| codec.compress(plain), BatchSize::PerIteration);
        });
        let stored = codec.compress(frame(&mut builder, &chunks));
        let mut plain = Vec::new();
        group.bench_function(BenchmarkId::new("decompress", level), |bench| {
            bench.iter(|| {
                codec.decompress(
                    black_box(stored.stored()),
                    stored.codec(),
                    stored.plain_len(),
                    &mut plain,
                )
            });
        });
    }
    group.finish();
    criterion.final_summary();
}
