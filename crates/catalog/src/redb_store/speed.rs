//! How fast the store is. Nothing here runs by itself.

use std::time::Instant;

use super::RedbStore;
use crate::catalog_store::{CatalogStore, Change};
use crate::samples::{chunks, places};

/// Measures, does not judge: `cargo test --release -p catalog -- --ignored --nocapture how_fast`.
#[test]
#[ignore = "a measurement, run by hand"]
#[allow(clippy::disallowed_methods, reason = "a measurement needs a clock")]
fn how_fast() {
    const ROWS: u64 = 200_000;
    const PACK_ROWS: u64 = 400;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("catalog");
    let mut store = RedbStore::open(&path).unwrap();
    let epoch = store.acquire("test").unwrap();
    let rows: Vec<_> = (0..ROWS / PACK_ROWS)
        .map(|n| places(n, n * PACK_ROWS..(n + 1) * PACK_ROWS))
        .collect();
    let rate = |what: &str, begun: Instant| {
        let took = begun.elapsed();
        println!("{what}: {took:?}, {:.0} rows/s", ROWS as f64 / took.as_secs_f64());
    };
    let begun = Instant::now();
    for rows in rows {
        let mut rows = rows;
        rows.sort_unstable();
        store.commit(epoch, &[Change::Places(rows)]).unwrap();
    }
    rate("record_pack, 400 rows per commit", begun);
    let mut ids = chunks(0..ROWS);
    ids.sort_unstable();
    let begun = Instant::now();
    assert!(store.places(&ids).unwrap().iter().all(Option::is_some));
    rate("places, sorted, one transaction", begun);
    let begun = Instant::now();
    for some in chunks(0..ROWS).chunks(480) {
        assert!(store.places(some).unwrap().iter().all(Option::is_some));
    }
    rate("places, 480 unsorted per transaction", begun);
    drop(store);
    println!("file: {} KiB", std::fs::metadata(&path).unwrap().len() / 1024);
    let begun = Instant::now();
    drop(RedbStore::open(&path).unwrap());
    rate("open with integrity check", begun);
}
