//! Checking a site: understanding its files, and all rules on the result.

use benches::large_site::{directory, files, site};
use criterion::{Criterion, Throughput};
use rules::{Selection, Subject, check_all};
use zvm::{Site, Source};

/// 20,000 minidisks.
const USERS: usize = 5_000;

fn main() {
    let mut criterion = Criterion::default().sample_size(10).configure_from_args();
    let mut group = criterion.benchmark_group("site");

    // Five records for each user.
    let source = Source::new("USER.DIRECT", directory(4 * USERS));
    group.throughput(Throughput::Elements(20 * USERS as u64));
    group.bench_function("parse 100,000 directory records", |bench| {
        bench.iter(|| zvm::parse_directory(&source).complaints.len());
    });

    let large = files(USERS);
    group.throughput(Throughput::Elements(4 * USERS as u64));
    group.bench_function("resolve 20,000 minidisks", |bench| {
        bench.iter(|| Site::resolve(&large).value.minidisks.len());
    });

    let resolved = site(USERS);
    group.bench_function("check 20,000 minidisks", |bench| {
        bench.iter(|| check_all(&Subject::new(&resolved), &Selection::default()).len());
    });
    group.finish();
    criterion.final_summary();
}
