//! Hashing many chunks, each path that this machine can take; `docs/decisions/0005-sha256-lanes.md` has figures.

use std::hint::black_box;

use benches::content::{Numbers, chunk};
use benches::cylinder;
use criterion::{BenchmarkId, Criterion, Throughput};
use store::{ChunkId, HashPath, RepositoryId, WitnessKey, WitnessScratch};

/// What a worker has in hand at once: some cylinders of canonical tracks.
fn batches() -> Vec<(&'static str, Vec<Vec<u8>>)> {
    let mut numbers = Numbers::new(1);
    let cylinder = cylinder::chunks();
    let four: Vec<_> = cylinder.iter().cycle().take(60).cloned().collect();
    let equal = vec![chunk(&mut numbers, 49_152); 64];
    let spread = (1..=64).map(|kib| chunk(&mut numbers, kib * 750)).collect();
    vec![
        ("one cylinder", cylinder),
        ("four cylinders", four),
        ("64 equal", equal),
        ("64 of 1 to 48 KB", spread),
    ]
}

/// Where the wide path should hand over to the narrow one.
fn few(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("hash a few chunks");
    let chunk = chunk(&mut Numbers::new(2), 49_152);
    for count in [1, 2, 4, 6, 8, 10, 12, 14, 16] {
        let chunks = vec![&chunk[..]; count];
        group.throughput(Throughput::Bytes((count * chunk.len()) as u64));
        for path in HashPath::supported() {
            let mut ids = Vec::new();
            group.bench_function(BenchmarkId::new(path.to_string(), count), |bench| {
                bench.iter(|| path.hash_many(black_box(&chunks), &mut ids));
            });
        }
    }
}

fn many(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("hash many chunks");
    for (name, chunks) in batches() {
        let chunks: Vec<&[u8]> = chunks.iter().map(Vec::as_slice).collect();
        group.throughput(Throughput::Bytes(
            chunks.iter().map(|chunk| chunk.len() as u64).sum(),
        ));
        for path in HashPath::supported() {
            let mut ids = Vec::new();
            group.bench_function(BenchmarkId::new(path.to_string(), name), |bench| {
                bench.iter(|| path.hash_many(black_box(&chunks), &mut ids));
            });
        }
        group.bench_function(BenchmarkId::new("ChunkId::of", name), |bench| {
            bench.iter(|| chunks.iter().map(|chunk| ChunkId::of(black_box(chunk))).max());
        });
    }
}

/// What an incremental backup does with a unit instead of hashing it, if it has not changed.
fn witness(criterion: &mut Criterion) {
    let Some(key) = WitnessKey::of(RepositoryId([1; 16])) else {
        return;
    };
    let slots = cylinder::slots();
    let mut scratch = WitnessScratch::default();
    let mut group = criterion.benchmark_group("witness");
    group.throughput(Throughput::Bytes(slots.len() as u64));
    group.bench_function("one cylinder", |bench| {
        bench.iter(|| {
            let tracks = black_box(&slots).chunks_exact(cylinder::SLOT_LEN);
            key.witness_many(tracks, &mut scratch).len()
        });
    });
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    many(&mut criterion);
    witness(&mut criterion);
    few(&mut criterion);
    criterion.final_summary();
}
