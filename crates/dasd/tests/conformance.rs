//! One suite for every format that can be written: any legal track, any sequence of writes, against a simple model.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests stop at the first surprise"
)]

mod legal;

use std::path::Path;
use std::sync::Arc;

use dasd::bytes::MemoryBytes;
use dasd::check::{check, check_file};
use dasd::convert::{self, Compression, ImageKind, PackedFormat};
use dasd::{
    Access, BlockCount, BlockNo, CkdDevice, CkdGeometry, Creation, CylinderCount, FbaGeometry, Geometry,
    NullFormat, TrackAddr, TrackBuilder, TrackNo, Volume,
};
use legal::{AnyRecord, AnyTrack, any_bytes, any_track, slot_of};
use proptest::prelude::*;

const CYLINDERS: u32 = 30;

fn tracks() -> Geometry {
    Geometry::Ckd(CkdGeometry::new(
        CkdDevice::by_name("2311").unwrap(),
        CylinderCount::new(CYLINDERS),
    ))
}

/// All tracks of a volume as its slots; unreadable ones stop the test.
fn all_tracks(volume: &Volume) -> Vec<u8> {
    let geometry = volume.geometry().as_ckd().unwrap();
    let mut slots = vec![0xEE; usize::try_from(geometry.tracks().get()).unwrap() * geometry.slot_len()];
    let mut faults = Vec::new();
    volume.read_tracks(TrackNo::new(0), &mut slots, &mut faults);
    assert_eq!(faults, []);
    slots
}

fn all_blocks(volume: &Volume) -> Vec<u8> {
    let geometry = volume.geometry().as_fba().unwrap();
    let mut blocks = vec![0xEE; usize::try_from(geometry.blocks.get()).unwrap() * 512];
    volume.read_blocks(BlockNo::new(0), &mut blocks).unwrap();
    blocks
}

fn packed_formats() -> impl Iterator<Item = PackedFormat> {
    let compressions = [
        Compression::None,
        Compression::Zlib(1),
        Compression::Zlib(9),
        Compression::Bzip2(1),
    ];
    [false, true].into_iter().flat_map(move |wide| {
        compressions
            .into_iter()
            .map(move |compression| PackedFormat { wide, compression })
    })
}

/// Packs the volume in every way, checks the image, and reads it back with `read`.
fn passes_through_packed_formats(volume: &Volume, read: fn(&Volume) -> Vec<u8>, expected: &[u8]) {
    for format in packed_formats() {
        let target = MemoryBytes::default();
        let packed = convert::pack(volume, "PACKED", Arc::new(target.clone()), format, &mut |_| {}).unwrap();
        let image = target.to_vec();
        assert_eq!(packed.length, u64::try_from(image.len()).unwrap());
        let findings = check("PACKED", Arc::new(target.clone()), &mut |_| {}).unwrap();
        assert!(findings.is_sound(), "{format:?}: {:?}", findings.faults);
        let again = Volume::mount("PACKED", Arc::new(target), Access::Read).unwrap();
        assert_eq!(again.geometry(), volume.geometry());
        assert!(read(&again) == expected, "{format:?}");
    }
}

/// Blank volumes in every compressed format, mounted for writing.
fn with_packed_volumes(blank: &Volume, test: &mut dyn FnMut(&Volume, &dyn Fn() -> Volume)) {
    for format in packed_formats() {
        let bytes = MemoryBytes::default();
        convert::pack(blank, "PACKED", Arc::new(bytes.clone()), format, &mut |_| {}).unwrap();
        let mount = |access| Volume::mount("PACKED", Arc::new(bytes.clone()), access).unwrap();
        let volume = mount(Access::Write);
        test(&volume, &|| mount(Access::Read));
        let findings = check("PACKED", Arc::new(bytes.clone()), &mut |_| {}).unwrap();
        assert!(findings.faults.is_empty(), "{format:?}: {:?}", findings.faults);
        drop(volume);
        let closed = bytes.to_vec();
        drop(mount(Access::Write));
        assert!(
            bytes.to_vec() == closed,
            "{format:?}: mounting alone changed the file"
        );
    }
}

/// Volumes that can be written in place: in memory, in one file, in several, compressed.
fn with_all_volumes(test: &mut dyn FnMut(&Volume, &dyn Fn() -> Volume)) {
    let blank = Volume::create("BLANK", Arc::new(MemoryBytes::default()), tracks()).unwrap();
    with_packed_volumes(&blank, test);
    let bytes = MemoryBytes::default();
    let volume = Volume::create("MEMORY", Arc::new(bytes.clone()), tracks()).unwrap();
    test(&volume, &|| {
        Volume::mount("MEMORY", Arc::new(bytes.clone()), Access::Read).unwrap()
    });
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vol.2311");
    let draft = Volume::draft("DRAFT", tracks(), NullFormat::Empty).unwrap();
    let converted = folder.path().join("converted");
    test(&draft, &|| {
        convert::to_file(&draft, &converted, ImageKind::Plain, &mut |_| {}).unwrap();
        Volume::mount_file(&converted, Access::Read).unwrap()
    });
    let volume = Volume::create_file(&path, tracks()).unwrap();
    test(&volume, &|| Volume::mount_file(&path, Access::Read).unwrap());
    let split = folder.path().join("split.2311");
    // Seven cylinders go into each of the five files.
    let (volume, files) =
        Volume::create_split_file(&split, tracks(), Creation::default(), 512 + 7 * 10 * 4096 + 4000).unwrap();
    assert_eq!(files.len(), 5);
    assert!(files[0].ends_with("split_1.2311") && files[4].ends_with("split_5.2311"));
    test(&volume, &|| Volume::mount_file(&files[0], Access::Read).unwrap());
    assert!(check_file(&files[0], &mut |_| {}).unwrap().is_sound());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn any_sequence_of_track_writes(
        writes in prop::collection::vec((0..CYLINDERS * 10, prop::collection::vec(any_track(), 1..4)), 1..25)
    ) {
        let mut model = Vec::new();
        with_all_volumes(&mut |volume, remount| {
            let geometry = volume.geometry().as_ckd().unwrap();
            let total = geometry.tracks().get();
            model = all_tracks(volume);
            for (first, written) in &writes {
                let count = total - first;
                let span: Vec<u8> = (*first..)
                    .zip(written)
                    .take(usize::try_from(count).unwrap())
                    .flat_map(|(number, track)| {
                        slot_of(track, geometry.address(TrackNo::new(number)), geometry.slot_len())
                    })
                    .collect();
                volume.write_tracks(TrackNo::new(*first), &span).unwrap();
                let begin = usize::try_from(*first).unwrap() * geometry.slot_len();
                model[begin..begin + span.len()].copy_from_slice(&span);
                // Some changes are settled before the next, so that their places are used again.
                if first % 3 == 0 {
                    volume.sync().unwrap();
                }
            }
            assert!(all_tracks(volume) == model);
            volume.sync().unwrap();
            assert!(all_tracks(&remount()) == model);
        });
        let bytes = MemoryBytes::default();
        let volume = Volume::create("MODEL", Arc::new(bytes), tracks()).unwrap();
        volume.write_tracks(TrackNo::new(0), &model).unwrap();
        passes_through_packed_formats(&volume, all_tracks, &model);
    }

    #[test]
    fn any_sequence_of_block_writes(
        blocks in 121..700_u32,
        writes in prop::collection::vec((any::<u32>(), 1..200_usize, any_bytes(5000)), 0..12)
    ) {
        let geometry = Geometry::Fba(FbaGeometry { blocks: BlockCount::new(blocks) });
        let blank = || Volume::create("FBA", Arc::new(MemoryBytes::default()), geometry.clone()).unwrap();
        let mut model = Vec::new();
        let mut write = |volume: &Volume, remount: &dyn Fn() -> Volume| {
            model = vec![0; usize::try_from(blocks).unwrap() * 512];
            for (place, count, content) in &writes {
                let first = place % blocks;
                let begin = usize::try_from(first).unwrap() * 512;
                let length = (count * 512).min(model.len() - begin);
                let content = if content.is_empty() { vec![0] } else { content.clone() };
                let span: Vec<u8> = content.into_iter().cycle().take(length).collect();
                volume.write_blocks(BlockNo::new(first), &span).unwrap();
                model[begin..begin + length].copy_from_slice(&span);
                if place % 3 == 0 {
                    volume.sync().unwrap();
                }
            }
            assert!(all_blocks(volume) == model);
            volume.sync().unwrap();
            assert!(all_blocks(&remount()) == model);
        };
        with_packed_volumes(&blank(), &mut write);
        let bytes = MemoryBytes::default();
        let volume = Volume::create("FBA", Arc::new(bytes.clone()), geometry.clone()).unwrap();
        write(&volume, &|| Volume::mount("FBA", Arc::new(bytes.clone()), Access::Read).unwrap());
        passes_through_packed_formats(&volume, all_blocks, &model);
    }
}

#[test]
fn the_longest_record_of_every_device() {
    for device in dasd::CKD_DEVICES {
        let geometry = Geometry::Ckd(CkdGeometry::new(device, CylinderCount::new(1)));
        let volume = Volume::create("LONG", Arc::new(MemoryBytes::default()), geometry).unwrap();
        let slot_len = volume.geometry().as_ckd().unwrap().slot_len();
        let mut slot = vec![0; slot_len];
        let data: Vec<u8> = (0..device.r1_max)
            .map(|number| u8::try_from(number.wrapping_mul(2_654_435_761) >> 24).unwrap())
            .collect();
        let mut track = TrackBuilder::new(&mut slot, TrackAddr::new(0, 1)).unwrap();
        track.record(1, b"", &data).unwrap();
        track.finish();
        volume.write_tracks(TrackNo::new(1), &slot).unwrap();
        let expected = all_tracks(&volume);
        passes_through_packed_formats(&volume, all_tracks, &expected);
    }
}

#[test]
fn unformatted_tracks_of_every_kind_take_no_room() {
    let geometry = Geometry::Ckd(CkdGeometry::new(
        CkdDevice::by_name("3390").unwrap(),
        CylinderCount::new(20),
    ));
    for (format, tables) in [
        (NullFormat::EndOfFile, 2),
        (NullFormat::Empty, 0),
        (NullFormat::Linux, 2),
    ] {
        let creation = Creation::Formatted(format);
        let bytes = Arc::new(MemoryBytes::default());
        let volume = Volume::create_with("NULL", bytes, geometry.clone(), creation).unwrap();
        let target = Arc::new(MemoryBytes::default());
        let packed =
            convert::pack(&volume, "P", target.clone(), PackedFormat::default(), &mut |_| {}).unwrap();
        assert_eq!((packed.images, packed.null), (0, 300), "{format:?}");
        assert_eq!(packed.length, 1024 + 8 + tables * 2048, "{format:?}");
        let again = Volume::mount("P", target, Access::Read).unwrap();
        assert!(all_tracks(&again) == all_tracks(&volume), "{format:?}");
    }
}

/// A labelled volume of any size in any format, without the room it would take as a plain image.
#[test]
fn drafts_take_the_room_of_what_is_written() {
    let geometry = Geometry::named("3390-54", None).unwrap();
    let draft = Volume::draft("LARGE", geometry.clone(), NullFormat::Empty).unwrap();
    let format = dasd::cp::CpFormat {
        volser: dasd::Volser::new("LARGE1").unwrap(),
        marker: dasd::CpMarker::CpVol,
        allocation: Vec::new(),
        fill: false,
    };
    dasd::cp::format_volume(&draft, &format).unwrap();
    let target = Arc::new(MemoryBytes::default());
    let mut packer =
        convert::Packer::create("P", target.clone(), &geometry, PackedFormat::default()).unwrap();
    let mut compressor = convert::Compressor::new(Compression::default());
    let mut image = convert::PackedImage::default();
    let mut reader = dasd::TrackReader::new(&draft).unwrap();
    let first = reader.read(TrackNo::new(0)).unwrap();
    let slot = [first.content(), &[0xFF; 8]].concat();
    compressor.track(&slot, TrackAddr::new(0, 0), &mut image).unwrap();
    packer.add(&image).unwrap();
    for _ in 1..65_520 * 15 {
        packer.add(&convert::PackedImage::unformatted()).unwrap();
    }
    let packed = packer.finish().unwrap();
    assert_eq!(packed.images, 1);
    assert!(packed.length < 30_000);
    let again = Volume::mount("P", target, Access::Read).unwrap();
    assert_eq!(again.label().unwrap().volser.as_str(), "LARGE1");
    assert_eq!(again.geometry(), &geometry);
}

/// Callers compress with as many threads as they like; the image is the same to the byte.
#[test]
fn images_made_side_by_side() {
    let volume = Volume::create("V", Arc::new(MemoryBytes::default()), tracks()).unwrap();
    let at = |number: u32| volume.geometry().as_ckd().unwrap().address(TrackNo::new(number));
    for number in 0..CYLINDERS * 10 {
        let record = AnyRecord {
            cylinder: 0,
            head: 0,
            number: 1,
            key: Vec::new(),
            data: vec![u8::try_from(number % 256).unwrap(); 1000],
        };
        let track = AnyTrack::Records {
            zero: (0, 0, [0; 8]),
            records: vec![record],
        };
        let slot = slot_of(&track, at(number), 4096);
        volume.write_tracks(TrackNo::new(number), &slot).unwrap();
    }
    let format = PackedFormat::default();
    let one = MemoryBytes::default();
    convert::pack(&volume, "P", Arc::new(one.clone()), format, &mut |_| {}).unwrap();

    let slots = all_tracks(&volume);
    let compress = |numbers: std::ops::Range<u32>| {
        let mut compressor = convert::Compressor::new(format.compression);
        let image = |number: u32| {
            let slot = &slots[usize::try_from(number).unwrap() * 4096..][..4096];
            let mut image = convert::PackedImage::default();
            compressor.track(slot, at(number), &mut image).unwrap();
            image
        };
        numbers.map(image).collect::<Vec<_>>()
    };
    let images = std::thread::scope(|scope| {
        let halves = [0..150, 150..300].map(|numbers| scope.spawn(|| compress(numbers)));
        halves.map(|half| half.join().unwrap()).concat()
    });
    let two = MemoryBytes::default();
    let mut packer = convert::Packer::create("P", Arc::new(two.clone()), volume.geometry(), format).unwrap();
    images.iter().for_each(|image| packer.add(image).unwrap());
    packer.finish().unwrap();
    assert!(one.to_vec() == two.to_vec());
}

#[test]
fn split_volumes_have_the_sizes_of_the_other_tools() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.3390");
    let device = CkdDevice::by_name("3390").unwrap();
    let geometry = Geometry::Ckd(CkdGeometry::new(device, CylinderCount::new(6000)));
    let (volume, files) = Volume::create_split_file(
        &path,
        geometry.clone(),
        Creation::Unformatted,
        dasd::PART_BYTES_MAX,
    )
    .unwrap();
    let lengths: Vec<u64> = files
        .iter()
        .map(|path| std::fs::metadata(path).unwrap().len())
        .collect();
    let cylinder = 15 * 56_832;
    assert_eq!(
        lengths,
        [512 + 2519 * cylinder, 512 + 2519 * cylinder, 512 + 962 * cylinder]
    );
    drop(volume);
    let again = Volume::mount_file(&files[0], Access::Read).unwrap();
    assert_eq!(again.geometry(), &geometry);

    let small = CkdGeometry::new(device, CylinderCount::new(2));
    let (_, files) = Volume::create_split_file(
        &folder.path().join("small"),
        Geometry::Ckd(small),
        Creation::default(),
        dasd::PART_BYTES_MAX,
    )
    .unwrap();
    assert_eq!(files, [folder.path().join("small")]);
    // What exists already is neither overwritten nor removed, and the files made before are.
    std::fs::remove_file(folder.path().join("large_1.3390")).unwrap();
    let refused = Volume::create_split_file(&path, geometry, Creation::Unformatted, dasd::PART_BYTES_MAX);
    assert!(refused.is_err());
    assert!(!folder.path().join("large_1.3390").exists() && folder.path().join("large_2.3390").exists());
    let many = Geometry::Ckd(CkdGeometry::new(device, CylinderCount::new(65_520)));
    let refused = Volume::create_split_file(&path, many, Creation::Unformatted, 1 << 20).unwrap_err();
    assert!(refused.to_string().contains("more than 27 files"), "{refused}");
}

/// Sizes that were never built are as good as those that were; extended address volumes are refused, and why.
#[test]
fn custom_sizes() {
    for device in dasd::CKD_DEVICES {
        for cylinders in [1, 65_520, 65_536] {
            let geometry = Geometry::Ckd(CkdGeometry::new(device, CylinderCount::new(cylinders)));
            let target = Arc::new(MemoryBytes::default());
            let made = convert::Packer::create("T", target.clone(), &geometry, PackedFormat::default());
            assert!(made.is_ok(), "{geometry}");
            let plain = sparse(&geometry);
            assert_eq!(plain.geometry(), &geometry);
        }
    }
    let device = CkdDevice::by_name("3390").unwrap();
    for cylinders in [65_537, 262_668] {
        let geometry = Geometry::Ckd(CkdGeometry::new(device, CylinderCount::new(cylinders)));
        for wide in [false, true] {
            let kind = PackedFormat {
                wide,
                ..PackedFormat::default()
            };
            let refused = convert::Packer::create("T", Arc::new(MemoryBytes::default()), &geometry, kind);
            let refused = refused.err().unwrap().to_string();
            assert!(refused.contains("28-bit"), "{refused}");
        }
        let refused =
            Volume::create_unformatted("T", Arc::new(MemoryBytes::default()), geometry).unwrap_err();
        assert!(refused.to_string().contains("65536 cylinders"), "{refused}");
    }
}

/// A volume that takes no room: a file of one hole.
fn sparse(geometry: &Geometry) -> Volume {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sparse");
    Volume::create_unformatted_file(&path, geometry.clone()).unwrap();
    Volume::mount_file(&path, Access::Read).unwrap()
}

#[test]
fn a_conversion_that_fails_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let bad = folder.path().join("bad");
    let made = Volume::create_unformatted_file(&bad, tracks()).unwrap();
    let to = |path: &Path, kind| {
        convert::to_file(&made, path, kind, &mut |_| {})
            .unwrap_err()
            .to_string()
    };
    for kind in [
        ImageKind::Plain,
        ImageKind::Split,
        ImageKind::Packed(PackedFormat::default()),
    ] {
        let path = folder.path().join("copy");
        let refused = to(&path, kind);
        assert!(refused.contains("cylinder 0 head "), "{refused}");
        assert!(!path.exists());
        let refused = to(&bad, kind);
        assert!(refused.contains("exists"), "{refused}");
    }
    assert!(bad.exists());
}
