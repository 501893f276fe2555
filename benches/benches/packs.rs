//! Laying compressed frames behind each other, sealing the pack, and making it durable in a folder.

use std::sync::Arc;

use benches::content::Numbers;
use criterion::{BatchSize, BenchmarkId, Criterion, Throughput};
use store::folder::Folder;
use store::{
    ChunkId, Effort, Frame, FrameBuilder, FrameCodec, PackWriter, Repository, RepositoryId, SealedPack,
    SlabPool,
};

const MIB: usize = 1 << 20;

/// Frames of 1 MiB that do not shrink, so that few make a pack. Their chunks have names that never came before: a pack
/// that is already there would not be written.
struct Frames {
    noise: Vec<u8>,
    count: u64,
    builder: FrameBuilder,
    codec: FrameCodec,
}

impl Frames {
    fn new() -> Frames {
        let mut numbers = Numbers::new(11);
        Frames {
            noise: std::iter::repeat_with(|| numbers.byte()).take(MIB / 32).collect(),
            count: 0,
            builder: FrameBuilder::new(),
            codec: FrameCodec::new(Effort::DEFAULT),
        }
    }

    fn next(&mut self) -> Frame {
        while !self.builder.is_full() {
            self.count += 1;
            let id = ChunkId::of(self.count.to_string().as_bytes());
            // Another beginning each time, or zstd would find the chunk before.
            self.noise.rotate_left(1);
            let at = usize::try_from(self.count % 97).expect("a small number");
            self.noise[at] ^= 0x5a;
            self.builder
                .push(id, &self.noise)
                .expect("tracks are shorter than chunks may be");
        }
        self.codec.compress(self.builder.take())
    }

    /// Enough frames for `mib` MiB.
    fn of(&mut self, mib: usize) -> Vec<Frame> {
        let mut frames = Vec::new();
        while frames
            .iter()
            .map(|frame: &Frame| frame.stored().len())
            .sum::<usize>()
            < mib * MIB
        {
            frames.push(self.next());
        }
        frames
    }
}

fn pack(pool: &SlabPool, frames: Vec<Frame>) -> SealedPack {
    let mut pack = PackWriter::with_pool(pool);
    for frame in frames {
        pack.add(frame);
    }
    pack.finish().expect("a pack of a few frames can be sealed")
}

fn lay_and_seal(criterion: &mut Criterion) {
    let (mut frames, pool) = (Frames::new(), SlabPool::new());
    let mut group = criterion.benchmark_group("lay frames in a pack and seal it");
    group
        .throughput(Throughput::Bytes(8 * MIB as u64))
        .sample_size(10);
    group.bench_function("8 MiB", |bench| {
        bench.iter_batched(
            || frames.of(8),
            |frames| pack(&pool, frames),
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

/// The same 16 MiB in packs of different size, one after the other: what more packs cost in opening, flushing, naming.
fn put(criterion: &mut Criterion) {
    let (mut frames, pool) = (Frames::new(), SlabPool::new());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime needs only memory");
    let folder =
        tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("the target folder can be written to");
    let store = Arc::new(Folder::open(folder.path()).expect("a new folder can be opened"));
    let repository = runtime.block_on(Repository::create(store, RepositoryId([1; 16])));
    let repository = repository.expect("an empty folder becomes a repository");
    let mut group = criterion.benchmark_group("put 16 MiB into a folder");
    group
        .throughput(Throughput::Bytes(16 * MIB as u64))
        .sample_size(10);
    for mib in [4, 8, 16] {
        group.bench_function(BenchmarkId::new("MiB per pack", mib), |bench| {
            let sealed = || {
                (0..16 / mib)
                    .map(|_| pack(&pool, frames.of(mib)))
                    .collect::<Vec<_>>()
            };
            let put = |packs: Vec<SealedPack>| {
                for pack in &packs {
                    runtime
                        .block_on(repository.put_pack(pack))
                        .expect("the folder takes packs");
                }
            };
            bench.iter_batched(sealed, put, BatchSize::PerIteration);
        });
    }
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    lay_and_seal(&mut criterion);
    put(&mut criterion);
    criterion.final_summary();
}
