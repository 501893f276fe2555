//! The whole copy path over a small volume: full, unchanged and again, restore, verification; and what the catalog takes of
//! it: claims of new chunks, claims of known ones, and the places of a pack.

use std::path::Path;
use std::sync::Arc;

use benches::cylinder::{HEADS, SLOT_LEN, address, slots};
use catalog::{BackupKind, Catalog, CatalogTask, InstanceFilter, RedbStore};
use criterion::{BatchSize, Criterion, Throughput};
use dasd::bytes::MemoryBytes;
use dasd::canonical::{Origin, canonicalise, reconstruct};
use dasd::{
    CkdDevice, CkdGeometry, Cylinder, CylinderCount, Geometry, Head, TrackAddr, TrackNo, Volser, Volume,
};
use engine::{
    BackupOrder, ClusterState, Depth, Env, ImageShelf, Silent, SystemChance, SystemClock, Target, Threads,
    VolumeDevice,
};
use store::folder::Folder;
use store::{ChunkId, ChunkPlace, Effort, PackName, Repository, RepositoryId};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use zvm::MemberName;

const CYLINDERS: u32 = 60;

/// Chunks that are claimed at once: those of about two cylinders.
const CLAIM: u64 = 30;

fn geometry() -> Geometry {
    let device = CkdDevice::by_name("3390").expect("the 3390 is a known device");
    Geometry::Ckd(CkdGeometry::new(device, CylinderCount::new(CYLINDERS)))
}

/// A volume with different content on every track: the cylinder's, with the number of the track in it.
fn volume() -> Volume {
    let volume =
        Volume::create("volume", Arc::new(MemoryBytes::default()), geometry()).expect("memory has room");
    let cylinder = slots();
    let mut slot = vec![0; SLOT_LEN];
    for number in 0..CYLINDERS * u32::from(HEADS) {
        let head = u16::try_from(number % u32::from(HEADS)).expect("fifteen heads");
        slot.copy_from_slice(&cylinder[usize::from(head) * SLOT_LEN..][..SLOT_LEN]);
        let (length, _) = canonicalise(&mut slot, address(head)).expect("the builder makes good tracks");
        let mut form = slot[..length].to_vec();
        let at = length / 2;
        form[at..at + 4].copy_from_slice(&zerocopy_number(number));
        let to = TrackAddr {
            cylinder: Cylinder::new(number / u32::from(HEADS)),
            head: Head::new(head),
        };
        reconstruct(&form, to, Origin::REAL, &mut slot).expect("a record may hold any number");
        volume
            .write_tracks(TrackNo::new(number), &slot)
            .expect("the track is well formed");
    }
    volume
}

fn zerocopy_number(number: u32) -> [u8; 4] {
    [0, 8, 16, 24].map(|shift| u8::try_from(number >> shift & 0xff).expect("eight bits"))
}

/// A repository with its catalog in a folder of its own.
struct Place {
    env: Env,
    task: CatalogTask,
    folder: TempDir,
}

impl Place {
    async fn new(volume: Volume) -> Place {
        let folder =
            tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("the target folder can be written to");
        let objects = Arc::new(Folder::open(folder.path()).expect("a new folder can be opened"));
        let repository = Repository::create(objects, RepositoryId([1; 16])).await;
        let (catalog, task) = catalog(folder.path()).await;
        let mut shelf = ImageShelf::default();
        let volser = Volser::new("BENCH1").expect("a name of six letters");
        shelf.add(volser, volume, None).expect("the only image");
        let threads = std::thread::available_parallelism().expect("a machine has processors");
        let env = Env {
            clock: Arc::new(SystemClock),
            disks: Arc::new(shelf),
            repository: repository.expect("an empty folder becomes a repository"),
            catalog,
            compute: Arc::new(Threads::start(threads).expect("threads can be started")),
            writers: Arc::new(Threads::start(threads).expect("threads can be started")),
            cluster: ClusterState::default().steady(),
            chance: Arc::new(SystemChance),
        };
        Place { env, task, folder }
    }

    async fn back_up(&self, kind: BackupKind) {
        let mut shelf = ImageShelf::default();
        let named = Volume::create_with(
            "named",
            Arc::new(MemoryBytes::default()),
            geometry(),
            dasd::Creation::Unformatted,
        );
        let volser = Volser::new("BENCH1").expect("a name of six letters");
        shelf
            .add(volser, named.expect("memory has room"), None)
            .expect("the only image");
        let job = engine::plan_images(&shelf, kind);
        let env = Env {
            cluster: ClusterState::all_joined([job.member]).steady(),
            ..self.env.clone()
        };
        let order = BackupOrder::new(vec![job], Effort::DEFAULT);
        let summary = engine::back_up(&env, order, Arc::new(Silent)).await;
        assert!(summary.is_clean(), "{summary:?}");
    }

    async fn restore(&self) {
        let instances = self.env.catalog.instances(InstanceFilter::default()).await;
        let instance = instances
            .expect("the catalog answers")
            .pop()
            .expect("a backup was made");
        let record = self
            .env
            .catalog
            .domains(&instance.id)
            .await
            .expect("the catalog answers")
            .remove(0);
        let volume = Volume::create("restored", Arc::new(MemoryBytes::default()), geometry())
            .expect("memory has room");
        let target = Target {
            device: Arc::new(VolumeDevice::new(record.volser, None, volume)),
            first: 0,
        };
        engine::restore(&self.env, &record, &target, &Silent)
            .await
            .expect("what was stored can be restored");
    }

    async fn verify(&self) {
        let report = engine::verify(&self.env, Depth::Data, &Silent)
            .await
            .expect("the repository can be read");
        assert!(report.damage.is_empty());
    }

    async fn end(self) {
        drop(self.env);
        self.task.join().await.expect("the owner of the catalog ends");
        drop(self.folder);
    }
}

async fn catalog(folder: &Path) -> (catalog::CatalogHandle, CatalogTask) {
    let store = RedbStore::open(&folder.join("catalog.redb")).expect("a new catalog can be made");
    Catalog::start(Box::new(store), Arc::new(catalog::Pool::default()), "a bench")
        .await
        .expect("a new catalog can be owned")
}

fn whole_path(criterion: &mut Criterion, runtime: &Runtime) {
    let mut group = criterion.benchmark_group("whole path, 60 cylinders in memory");
    group
        .throughput(Throughput::Bytes(geometry().size()))
        .sample_size(10);
    group.bench_function("full", |bench| {
        bench.iter_batched(
            || runtime.block_on(Place::new(volume())),
            |place| {
                runtime.block_on(async {
                    place.back_up(BackupKind::Full).await;
                    place.end().await;
                });
            },
            BatchSize::PerIteration,
        );
    });
    let place = runtime.block_on(Place::new(volume()));
    runtime.block_on(place.back_up(BackupKind::Full));
    group.bench_function("unchanged", |bench| {
        bench.iter(|| runtime.block_on(place.back_up(BackupKind::Incremental)));
    });
    group.bench_function("restore", |bench| {
        bench.iter(|| runtime.block_on(place.restore()))
    });
    group.bench_function("verify", |bench| bench.iter(|| runtime.block_on(place.verify())));
    group.finish();
    runtime.block_on(place.end());
}

/// A name that looks like any other, for each number.
fn named(number: u64) -> ChunkId {
    ChunkId::of(&number.to_string().into_bytes())
}

fn claims(criterion: &mut Criterion, runtime: &Runtime) {
    let folder =
        tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("the target folder can be written to");
    let (handle, task) = runtime.block_on(catalog(folder.path()));
    let member = MemberName::new("BENCH").expect("a name of five letters");
    let worker = runtime
        .block_on(handle.register(&member))
        .expect("the catalog answers");
    let mut next = 0;
    let mut fresh = || {
        next += CLAIM;
        (next - CLAIM..next).map(named).collect::<Vec<_>>()
    };
    let mut group = criterion.benchmark_group("catalog");
    group.throughput(Throughput::Elements(CLAIM)).sample_size(20);
    group.bench_function("claim 30 new chunks and record their pack", |bench| {
        bench.iter_batched(
            &mut fresh,
            |ids| {
                let pack = PackName::from_bytes(*ids[0].as_bytes());
                let place = |id: &ChunkId| {
                    let place = ChunkPlace {
                        pack,
                        frame: 0,
                        offset: 0,
                        len: 49_177,
                    };
                    (*id, place)
                };
                let places = ids.iter().map(place).collect();
                runtime.block_on(async {
                    handle.claim(worker, ids).await.expect("the catalog answers");
                    handle
                        .record_pack(worker, places)
                        .await
                        .expect("the catalog answers");
                });
            },
            BatchSize::PerIteration,
        );
    });
    let known: Vec<ChunkId> = (0..CLAIM).map(named).collect();
    group.bench_function("claim 30 known chunks", |bench| {
        bench.iter(|| {
            runtime
                .block_on(handle.claim(worker, known.clone()))
                .expect("the catalog answers")
        });
    });
    group.bench_function("look 30 places up", |bench| {
        bench.iter(|| {
            runtime
                .block_on(handle.places(known.clone()))
                .expect("the catalog answers")
        });
    });
    group.finish();
    drop(handle);
    runtime
        .block_on(task.join())
        .expect("the owner of the catalog ends");
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_time()
        .build()
        .expect("a runtime needs only threads");
    whole_path(&mut criterion, &runtime);
    claims(&mut criterion, &runtime);
    criterion.final_summary();
}
