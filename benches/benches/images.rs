//! Reading images: tracks of a plain one beside a bare `pread` loop over the same file, and tracks of a compressed one
//! beside bare zlib inflation of the same data. The reader should reach 80 % of each.

use std::fs::OpenOptions;
use std::os::unix::fs::FileExt;
use std::path::Path;

use benches::cylinder::{HEADS, SLOT_LEN, slots};
use criterion::{Criterion, Throughput};
use dasd::convert::{Compression, ImageKind, PackedFormat, to_file};
use dasd::{
    Access, CkdDevice, CkdGeometry, Cylinder, CylinderCount, Geometry, Head, Track, TrackAddr, TrackNo,
    Volume,
};
use flate2::{Compress, Decompress, FlushCompress, FlushDecompress};

/// Larger than what a core keeps to itself.
const CYLINDERS: u32 = 60;

/// Bytes of the header of a plain image.
const HEADER_LEN: u64 = 512;

fn cylinder_bytes() -> usize {
    SLOT_LEN * usize::from(HEADS)
}

/// A plain image with the same content on every cylinder, under the addresses of each.
fn plain_image(path: &Path) {
    let device = CkdDevice::by_name("3390").expect("the 3390 is a known device");
    let geometry = Geometry::Ckd(CkdGeometry::new(device, CylinderCount::new(CYLINDERS)));
    let volume =
        Volume::create_unformatted_file(path, geometry).expect("the target folder can be written to");
    let mut slots = slots();
    for cylinder in 0..CYLINDERS {
        let at = [0, u8::try_from(cylinder).expect("few cylinders")];
        for slot in slots.chunks_exact_mut(SLOT_LEN) {
            // Home address, record 0, and twelve records of 4096 bytes.
            let counts = std::iter::once(1)
                .chain(std::iter::once(5))
                .chain((0..12).map(|n| 21 + n * 4104));
            for count in counts {
                slot[count..count + 2].copy_from_slice(&at);
            }
        }
        let first = TrackNo::new(cylinder * u32::from(HEADS));
        volume
            .write_tracks(first, &slots)
            .expect("the tracks are well formed");
    }
    volume.sync().expect("the image can be written");
}

/// All tracks, a cylinder at a time.
fn read_all(volume: &Volume, slots: &mut [u8]) {
    let mut faults = Vec::new();
    for cylinder in 0..CYLINDERS {
        volume.read_tracks(TrackNo::new(cylinder * u32::from(HEADS)), slots, &mut faults);
    }
    assert!(faults.is_empty(), "the image is whole");
}

fn plain(criterion: &mut Criterion, path: &Path) {
    let mut slots = vec![0; cylinder_bytes()];
    let mut group = criterion.benchmark_group("read a plain CKD image");
    group.throughput(Throughput::Bytes(u64::from(CYLINDERS) * cylinder_bytes() as u64));
    let file = OpenOptions::new()
        .read(true)
        .open(path)
        .expect("it was just made");
    group.bench_function("bare pread", |bench| {
        bench.iter(|| {
            let mut at = HEADER_LEN;
            for _ in 0..CYLINDERS {
                file.read_exact_at(&mut slots, at).expect("the image is whole");
                at += cylinder_bytes() as u64;
            }
        });
    });
    let volume = Volume::mount_file(path, Access::Read).expect("it was just made");
    group.bench_function("tracks", |bench| bench.iter(|| read_all(&volume, &mut slots)));
    group.finish();
}

/// Each track as a zlib stream, as a compressed image has it: without the home address and what follows the last record.
fn streams() -> Vec<Vec<u8>> {
    let deflated = |(head, slot): (u16, &[u8])| {
        let at = TrackAddr {
            cylinder: Cylinder::new(100),
            head: Head::new(head),
        };
        let length = Track::parse(slot, at)
            .expect("the builder makes good tracks")
            .length();
        let mut compress = Compress::new(flate2::Compression::new(6), true);
        let mut stream = Vec::with_capacity(SLOT_LEN);
        compress
            .compress_vec(&slot[5..length], &mut stream, FlushCompress::Finish)
            .expect("there is room");
        stream
    };
    (0..HEADS)
        .zip(slots().chunks_exact(SLOT_LEN))
        .map(deflated)
        .collect()
}

fn compressed(criterion: &mut Criterion, path: &Path) {
    let mut slots = vec![0; cylinder_bytes()];
    let mut group = criterion.benchmark_group("expand a CCKD image");
    group
        .throughput(Throughput::Bytes(u64::from(CYLINDERS) * cylinder_bytes() as u64))
        .sample_size(20);
    let (streams, mut inflate) = (streams(), Decompress::new(true));
    group.bench_function("bare inflation", |bench| {
        bench.iter(|| {
            for _ in 0..CYLINDERS {
                for (stream, slot) in streams.iter().zip(slots.chunks_exact_mut(SLOT_LEN)) {
                    inflate.reset(true);
                    inflate
                        .decompress(stream, slot, FlushDecompress::Finish)
                        .expect("the stream is whole");
                }
            }
        });
    });
    let volume = Volume::mount_file(path, Access::Read).expect("it was just made");
    group.bench_function("tracks", |bench| bench.iter(|| read_all(&volume, &mut slots)));
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let folder =
        tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("the target folder can be written to");
    let (ckd, cckd) = (folder.path().join("plain.ckd"), folder.path().join("packed.cckd"));
    plain_image(&ckd);
    let source = Volume::mount_file(&ckd, Access::Read).expect("it was just made");
    let format = PackedFormat {
        compression: Compression::Zlib(6),
        ..PackedFormat::default()
    };
    to_file(&source, &cckd, ImageKind::Packed(format), &mut |_| {})
        .expect("the target folder can be written to");
    plain(&mut criterion, &ckd);
    compressed(&mut criterion, &cckd);
    criterion.final_summary();
}
