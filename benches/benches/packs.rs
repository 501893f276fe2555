//! Laying compressed frames behind each other in a pack and sealing it.

use benches::content::{Numbers, chunk};
use criterion::{BatchSize, Criterion, Throughput};
use store::{ChunkId, Effort, Fit, Frame, FrameBuilder, FrameCodec, PackWriter, SlabPool};

/// Frames that fill a pack.
fn frames(chunks: &[(ChunkId, Vec<u8>)]) -> Vec<Frame> {
    let (mut builder, mut codec) = (FrameBuilder::new(), FrameCodec::new(Effort::DEFAULT));
    let mut frames = Vec::new();
    let mut stored = 0;
    while stored < store::PACK_TARGET {
        let (id, chunk) = &chunks[frames.len() % chunks.len()];
        while !builder.is_full() {
            builder
                .push(*id, chunk)
                .expect("tracks are shorter than chunks may be");
        }
        let frame = codec.compress(builder.take());
        stored += frame.stored().len() as u64;
        frames.push(frame);
    }
    frames
}

/// Noise stays as long as it is, so few frames make a pack and the set-up is short.
fn noise() -> Vec<(ChunkId, Vec<u8>)> {
    let mut numbers = Numbers::new(11);
    let named = |chunk: Vec<u8>| (ChunkId::of(&chunk), chunk);
    let noise = |_| std::iter::repeat_with(|| numbers.byte()).take(48_000).collect();
    (0..4)
        .map(noise)
        .map(named)
        .chain([named(chunk(&mut Numbers::new(12), 48_000))])
        .collect()
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let chunks = noise();
    let pool = SlabPool::new();
    let mut group = criterion.benchmark_group("packs");
    group.throughput(Throughput::Bytes(store::PACK_TARGET));
    group.sample_size(10);
    group.bench_function("lay and seal", |bench| {
        let lay = |frames: Vec<Frame>| {
            let mut pack = PackWriter::with_pool(&pool);
            for frame in frames {
                if pack.add(frame) == Fit::Full {
                    break;
                }
            }
            pack.finish().expect("a pack of a few frames can be sealed")
        };
        bench.iter_batched(|| frames(&chunks), lay, BatchSize::PerIteration);
    });
    group.finish();
    criterion.final_summary();
}
