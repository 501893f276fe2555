//! What the index of chunks costs in memory and in time to open, with the fingerprints of many volumes:
//!
//! `cargo bench -p benches --bench index [-- VOLUMES]` (100)
//!
//! The index is filled as runs fill it, pack by pack, and left in order. Then it is opened by processes that do nothing
//! else, once as it was left and once without its seal; each asks for the chunks of one volume as a run does, and for as
//! many that there are not. What counts is how much larger the largest resident set of such a process is than that of one
//! that opens an empty index and asks for the same.

#![allow(
    clippy::print_stdout,
    reason = "a bench without criterion prints its own table"
)]

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use catalog::{Catalog, CatalogHandle, CatalogTask, Pool, RedbStore};
use engine::{Clock, SystemClock};
use store::{ChunkId, ChunkPlace, PackName};
use zvm::MemberName;

/// Tracks of a 3390-3, all different.
const TRACKS: u64 = 50_085;

/// Chunks of one pack, and of one frame in it.
const IN_PACK: u64 = 400;
const IN_FRAME: u64 = 24;

/// Ids that a run asks for at once.
const AT_ONCE: usize = 960;

/// How the processes that open an index are started.
const OPENER: &str = "SSIBACKUP_BENCH_INDEX";

#[tokio::main]
async fn main() {
    if let Some(file) = std::env::var_os(OPENER) {
        return open(Path::new(&file)).await;
    }
    let asked = std::env::args().skip(1).find_map(|word| word.parse().ok());
    let volumes: u64 = asked.unwrap_or(100);
    let folder =
        tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("the target folder can be written to");
    let (empty, full) = (folder.path().join("empty.redb"), folder.path().join("full.redb"));
    fill(&empty, 0).await;
    let seconds = fill(&full, volumes).await;
    let length = std::fs::metadata(&full).map_or(0, |status| status.len());
    let tracks = volumes * TRACKS;
    println!("{volumes} volumes, {tracks} distinct tracks");
    println!(
        "filled in {seconds:.1} s, {:.2} µs a track; {:.1} bytes of disk a track",
        seconds * 1e6 / tracks as f64,
        length as f64 / tracks as f64
    );
    let none = opened(&empty);
    report("none, for comparison", &none, &none, tracks);
    report("as it was left", &opened(&full), &none, tracks);
    RedbStore::distrust(&full);
    report("without its seal", &opened(&full), &none, tracks);
}

fn report(what: &str, opened: &Opened, none: &Opened, tracks: u64) {
    println!(
        "{what:<22} open {:7.3} s   known {:6.2} µs   unknown {:6.2} µs an id   memory {:6.1} MB, {:5.2} bytes a track",
        opened.open,
        opened.known,
        opened.unknown,
        opened.resident / 1e6,
        (opened.resident - none.resident) / tracks as f64
    );
}

/// What a process that opened an index says of it.
struct Opened {
    /// Seconds.
    open: f64,
    /// Microseconds for an id.
    known: f64,
    unknown: f64,
    /// Bytes.
    resident: f64,
}

fn opened(file: &Path) -> Opened {
    let program = std::env::current_exe().expect("a bench has a program");
    let output = Command::new(program).env(OPENER, file).output();
    let output = output.expect("the bench can be started again");
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8_lossy(&output.stdout);
    let numbers: Vec<f64> = text
        .split_whitespace()
        .filter_map(|word| word.parse().ok())
        .collect();
    let [open, known, unknown, resident] = numbers[..] else {
        panic!("four numbers, not {text:?}")
    };
    Opened {
        open,
        known,
        unknown,
        resident,
    }
}

/// Opens an index, asks and prints what [`opened`] reads.
async fn open(file: &Path) {
    let begun = now();
    let (catalog, task) = start(file).await;
    let open = now() - begun;
    // Those of the first volume are as far apart in the tree as any.
    let known = ask(&catalog, 0).await;
    let unknown = ask(&catalog, u64::MAX / 2).await;
    drop(catalog);
    task.join().await.expect("the index ends in order");
    println!("{open} {known} {unknown} {}", largest_resident_set());
}

/// Claims as many ids as a volume has, from this number on; microseconds for an id.
async fn ask(catalog: &CatalogHandle, first: u64) -> f64 {
    let member = MemberName::new("BENCH").expect("a name of five letters");
    let worker = catalog.register(&member).await.expect("the index answers");
    let ids: Vec<ChunkId> = (first..first + TRACKS).map(fingerprint).collect();
    let begun = now();
    for some in ids.chunks(AT_ONCE) {
        drop(
            catalog
                .claim(worker, some.to_vec())
                .await
                .expect("the index answers"),
        );
    }
    let seconds = now() - begun;
    catalog.gone(worker).await.expect("the index answers");
    seconds * 1e6 / TRACKS as f64
}

/// Fills an index with the tracks of so many volumes; seconds that it took.
async fn fill(file: &Path, volumes: u64) -> f64 {
    let begun = now();
    let (catalog, task) = start(file).await;
    let member = MemberName::new("BENCH").expect("a name of five letters");
    let worker = catalog.register(&member).await.expect("the index answers");
    let tracks = volumes * TRACKS;
    for first in (0..tracks).step_by(usize::try_from(IN_PACK).expect("a small number")) {
        let pack = PackName::from_bytes(*fingerprint(u64::MAX - first).as_bytes());
        let places = (first..tracks.min(first + IN_PACK))
            .map(|track| (fingerprint(track), place(pack, track - first)));
        let recorded = catalog.record_pack(worker, places.collect()).await;
        recorded.expect("the index takes a pack");
    }
    drop(catalog);
    task.join().await.expect("the index ends in order");
    now() - begun
}

async fn start(file: &Path) -> (CatalogHandle, CatalogTask) {
    let store = RedbStore::open(file).expect("the index can be opened");
    let started = Catalog::start(Box::new(store), Arc::new(Pool::default()), "a bench").await;
    started.expect("the index has no other owner")
}

/// Hashes are what they are in use: without any order.
fn fingerprint(track: u64) -> ChunkId {
    ChunkId::of(track.to_string().as_bytes())
}

fn place(pack: PackName, number: u64) -> ChunkPlace {
    let small = |number: u64| u32::try_from(number).expect("a pack is small");
    ChunkPlace {
        pack,
        frame: small(number / IN_FRAME),
        offset: small(number % IN_FRAME * 44_000),
        len: 44_000,
    }
}

/// Seconds.
fn now() -> f64 {
    SystemClock.now().as_micros() as f64 / 1e6
}

/// In bytes; 0 where the system does not tell.
#[allow(
    clippy::disallowed_methods,
    reason = "it is a page of the system, no file of a user"
)]
fn largest_resident_set() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes: Option<u64> = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    kilobytes.unwrap_or_default() * 1024
}
