//! Damaged, truncated and nonsensical images: an error that names the place, never a panic.

#![allow(
    clippy::unwrap_used,
    clippy::little_endian_bytes,
    reason = "the specimens are put together byte by byte, independently of the code under test"
)]

mod specimen;

use std::sync::Arc;

use dasd::bytes::MemoryBytes;
use dasd::{Access, BlockCount, BlockNo, FbaGeometry, Geometry, MountError, TrackFault, TrackNo, Volume};
use proptest::prelude::*;
use specimen::{COMPRESSED, COMPRESSED_64, PLAIN};

fn mount(image: &[u8]) -> Result<Volume, MountError> {
    Volume::mount("TEST", Arc::new(MemoryBytes::new(image.to_vec())), Access::Read)
}

/// How many errors the check finds.
fn errors(image: &[u8]) -> u64 {
    let bytes = Arc::new(MemoryBytes::new(image.to_vec()));
    dasd::check::check("TEST", bytes, &mut |_| {}).unwrap().errors()
}

/// Reads everything there is, and looks at what is said about it.
fn read_all(volume: &Volume) -> Vec<String> {
    let _ = (
        volume.label(),
        dasd::allocation::Allocation::read(volume),
        volume.notes(),
    );
    match volume.geometry() {
        Geometry::Ckd(geometry) => {
            let mut slot = vec![0; geometry.slot_len()];
            let tracks = (0..geometry.tracks().get().min(60)).map(TrackNo::new);
            tracks
                .filter_map(|number| {
                    let read = volume
                        .read_track(number, &mut slot)
                        .map_err(|error| error.to_string());
                    let at = geometry.address(number);
                    read.and_then(|()| {
                        dasd::canonical::canonicalise(&mut slot, at).map_err(|fault| fault.to_string())
                    })
                    .err()
                })
                .collect()
        }
        Geometry::Fba(geometry) => {
            let mut block = [0; 512];
            (0..geometry.blocks.get().min(700))
                .filter_map(|number| volume.read_blocks(BlockNo::new(number), &mut block).err())
                .map(|error| error.to_string())
                .collect()
        }
    }
}

#[test]
fn the_specimens_are_sound() {
    for image in [&*PLAIN, &*COMPRESSED, &*COMPRESSED_64] {
        let volume = mount(image).unwrap();
        let mut slots = vec![0xEE; 10 * 4096];
        let mut faults = Vec::new();
        volume.read_tracks(TrackNo::new(0), &mut slots, &mut faults);
        assert_eq!(faults, [], "{}", volume.format_name());
        assert!(slots == PLAIN[512..], "{}", volume.format_name());
        assert_eq!(volume.notes(), &[] as &[String]);
    }
    assert_eq!(mount(&COMPRESSED_64).unwrap().format_name(), "CCKD64");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn flipped_bits(
        which in 0..3_usize,
        places in prop::collection::vec((prop_oneof![0..40_usize, 512..600_usize, 1024..1200_usize, any::<usize>()], 0..8_u8), 1..4),
    ) {
        let mut image = [&*PLAIN, &*COMPRESSED, &*COMPRESSED_64][which].clone();
        let length = image.len();
        for (place, bit) in places {
            image[place % length] ^= 1 << bit;
        }
        let faults = mount(&image).map(|volume| read_all(&volume));
        // What a reader stumbles over is an error of the check. The check finds more, such as overlaps.
        let readable = match &faults {
            Ok(faults) => faults.is_empty(),
            // A sound shadow file has no errors and cannot be mounted alone.
            Err(refused) => matches!(refused, MountError::Shadow { .. }),
        };
        prop_assert!(readable || errors(&image) > 0, "{:?}", faults);
    }

    #[test]
    fn truncations(which in 0..3_usize, keep in prop_oneof![0..1100_usize, any::<usize>()]) {
        let image = [&*PLAIN, &*COMPRESSED, &*COMPRESSED_64][which];
        let keep = keep % image.len();
        prop_assert!(errors(&image[..keep]) > 0 || keep.is_multiple_of(512));
        match mount(&image[..keep]) {
            Ok(volume) if volume.geometry().as_ckd().is_some() => {
                prop_assert_ne!(which, 0, "a plain image must have its exact size");
                prop_assert!(!volume.notes().is_empty(), "a truncated image says so");
                prop_assert!(!read_all(&volume).is_empty(), "and the tracks behind its end cannot be read");
            }
            Ok(volume) => { read_all(&volume); }
            Err(refused) => prop_assert!(refused.to_string().contains("TEST"), "{}", refused),
        }
    }

    #[test]
    fn nonsense(id in prop_oneof![Just(*b"CKD_P370"), Just(*b"CKD_C370"), Just(*b"CKD_C064"), Just(*b"FBA_C370"), any::<[u8; 8]>()], mut image in prop::collection::vec(any::<u8>(), 0..4000)) {
        let given = image.len().min(8);
        image[..given].copy_from_slice(&id[..given]);
        errors(&image);
        if let Ok(volume) = mount(&image) {
            read_all(&volume);
        }
    }
}

/// A change to the specimen, and what is said about the track with that number.
fn track_fault(number: u32, change: impl FnOnce(&mut Vec<u8>)) -> TrackFault {
    let mut image = COMPRESSED.clone();
    change(&mut image);
    let volume = mount(&image).unwrap();
    let mut slots = vec![0; 10 * 4096];
    let mut faults = Vec::new();
    volume.read_tracks(TrackNo::new(0), &mut slots, &mut faults);
    assert_eq!(faults.len(), 1, "the other tracks are delivered: {faults:?}");
    let error = faults.remove(0);
    assert_eq!(error.track, TrackNo::new(number));
    assert!(
        error
            .to_string()
            .starts_with(&format!("volume TEST, cylinder 0 head {number} ")),
        "{error}"
    );
    error.fault
}

/// Where the table entry of a track lies in the compressed specimen.
fn entry(track: usize) -> usize {
    1028 + track * 8
}

/// Where the image of a track lies.
fn offset(track: usize) -> usize {
    let bytes = &COMPRESSED[entry(track)..][..4];
    usize::try_from(u32::from_le_bytes(bytes.try_into().unwrap())).unwrap()
}

/// The fault is one of the image file, at this byte, for this reason.
fn said(fault: TrackFault, at: usize, why: &str) {
    let TrackFault::Image { offset, what } = fault else {
        panic!("{fault}")
    };
    assert_eq!(offset, u64::try_from(at).unwrap(), "{what}");
    assert!(what.contains(why), "{what}");
}

/// Makes an image and its space one byte longer: the first byte of the next image belongs to it now.
fn lengthen(image: &mut [u8], track: usize) {
    image[entry(track) + 4] += 1;
    image[entry(track) + 6] += 1;
}

#[test]
fn a_damaged_entry_costs_one_track() {
    said(
        track_fault(4, |image| image[entry(4) + 3] = 0x7F),
        entry(4),
        "outside of",
    );
    said(
        track_fault(4, |image| image[entry(4)..][..4].fill(0xFF)),
        entry(4),
        "parent",
    );
    said(
        track_fault(4, |image| image[entry(4) + 4..][..2].copy_from_slice(&[4, 0])),
        entry(4),
        "image of 4 bytes",
    );
    said(
        track_fault(4, |image| image[entry(4) + 6] -= 1),
        entry(4),
        "in a space of",
    );
}

#[test]
fn a_damaged_image_costs_one_track() {
    said(
        track_fault(4, |image| image[offset(4)] = 3),
        offset(4),
        "compression code 3",
    );
    said(
        track_fault(4, |image| image[offset(4) + 4] = 5),
        offset(4),
        "another track",
    );
    said(
        track_fault(7, |image| image[offset(7) + 9] ^= 0x55),
        offset(7),
        "zlib",
    );
    said(
        track_fault(5, |image| image[offset(5) + 20] ^= 0x55),
        offset(5),
        "bzip2",
    );
    said(
        track_fault(4, |image| lengthen(image, 4)),
        offset(4),
        "1 bytes follow",
    );
    said(
        track_fault(3, |image| lengthen(image, 3)),
        offset(3),
        "behind the end-of-track mark",
    );
    // A raw image without its last byte has no end mark.
    let cut = track_fault(3, |image| image[entry(3) + 4] -= 1);
    assert!(matches!(cut, TrackFault::NoEndMark { .. }), "{cut}");
}

#[test]
fn headers_that_cannot_be() {
    let changed = |image: &[u8], changes: &[(usize, u8)]| {
        let mut image = image.to_vec();
        for &(place, value) in changes {
            image[place] = value;
        }
        mount(&image).unwrap_err().to_string()
    };
    for (changes, why) in [
        (&[(8, 0), (9, 0)][..], "0 tracks per cylinder"),
        (&[(10, 1)], "tracks per cylinder are impossible"),
        (&[(12, 0), (13, 0)], "slot of 0 bytes"),
        (&[(14, 9)], "track slot of"),
        (&[(16, 0x99)], "X'99'"),
        (&[(17, 2)], "part 2"),
        (&[(18, 7)], "cylinder 7"),
        (&[(17, 1), (18, 7)], "part 1: the file ends with cylinder 0"),
    ] {
        let error = changed(&PLAIN, changes);
        assert!(error.contains(why), "{error}");
    }
    for (changes, why) in [
        (&[(516, 2)][..], "2 entries in the first table"),
        (&[(521, 2)], "tables of 512 entries"),
        (&[(552, 0)], "0 cylinders"),
        (&[(554, 9)], "cylinders are impossible"),
        (&[(17, 3)], "never split"),
        (&[(4, b'S')], "base image"),
    ] {
        let error = changed(&COMPRESSED, changes);
        assert!(error.contains(why), "{error}");
    }
    assert!(
        mount(&PLAIN[..PLAIN.len() - 1])
            .unwrap_err()
            .to_string()
            .contains("cut off")
    );
    assert!(
        mount(&[&PLAIN[..], &[0]].concat())
            .unwrap_err()
            .to_string()
            .contains("appended")
    );
    for image in [&PLAIN[..100], &COMPRESSED[..511]] {
        let error = mount(image).unwrap_err().to_string();
        assert!(error.contains("shorter than its 512-byte header"), "{error}");
    }
    assert!(mount(&[]).unwrap_err().to_string().contains("not a DASD image"));
    assert!(
        mount(&[0; 513])
            .unwrap_err()
            .to_string()
            .contains("not a DASD image")
    );
}

#[test]
fn an_open_image_can_be_read_but_says_so() {
    let mut image = COMPRESSED.clone();
    image[515] |= 0x80;
    let volume = mount(&image).unwrap();
    assert_eq!(read_all(&volume), [] as [String; 0]);
    assert!(
        volume.notes()[0].contains("marked as open"),
        "{:?}",
        volume.notes()
    );
}

#[test]
fn a_free_space_table_behind_the_end_is_no_damage() {
    let mut image = COMPRESSED.clone();
    let end = u32::try_from(image.len()).unwrap();
    image[532..536].copy_from_slice(&end.to_le_bytes());
    image[544] = 1;
    image.extend_from_slice(b"FREE_BLK\x04\x0c\0\0\x08\0\0\0");
    let volume = mount(&image).unwrap();
    assert_eq!(read_all(&volume), [] as [String; 0]);
    assert_eq!(volume.notes(), &[] as &[String]);
}

#[test]
fn a_block_volume_may_begin_like_another_image() {
    for id in [b"CKD_C370", b"CKD_P370", b"FBA_C370"] {
        let bytes = MemoryBytes::default();
        let geometry = Geometry::Fba(FbaGeometry {
            blocks: BlockCount::new(100),
        });
        let volume = Volume::create("FBA", Arc::new(bytes.clone()), geometry).unwrap();
        let mut block = [0; 512];
        block[..8].copy_from_slice(id);
        volume.write_blocks(BlockNo::new(0), &block).unwrap();
        assert!(mount(&bytes.to_vec()).is_err(), "without a label nobody can tell");
        block[..10].copy_from_slice(&[0xE5, 0xD6, 0xD3, 0xF1, 0xC6, 0xC2, 0xC1, 0xF0, 0xF0, 0xF1]);
        volume.write_blocks(BlockNo::new(1), &block).unwrap();
        let again = mount(&bytes.to_vec()).unwrap();
        assert_eq!(
            (again.format_name(), again.label().unwrap().volser.as_str()),
            ("plain FBA", "FBA001")
        );
    }
}

/// Where spaces overlap nobody can tell what is free: nothing is written, and the file stays as it is.
#[test]
fn an_image_whose_spaces_overlap_is_not_written_to() {
    let mut image = COMPRESSED.clone();
    let entry: [u8; 8] = image[1028..1036].try_into().unwrap();
    image[1036..1044].copy_from_slice(&entry);
    let bytes = MemoryBytes::new(image.clone());
    let volume = Volume::mount("TEST", Arc::new(bytes.clone()), Access::Write).unwrap();
    let mut slot = vec![0; volume.geometry().as_ckd().unwrap().slot_len()];
    volume.read_track(TrackNo::new(3), &mut slot).unwrap();
    let refused = volume.write_tracks(TrackNo::new(3), &slot).unwrap_err();
    assert!(
        refused.fault.to_string().contains("share bytes"),
        "{}",
        refused.fault
    );
    drop(volume);
    assert!(bytes.to_vec() == image);
}

/// After any write, at any moment of settling, each track can be read: as it was or as it is.
#[test]
fn a_stop_at_any_moment_costs_no_track() {
    let before = mount(&COMPRESSED).unwrap();
    let geometry = before.geometry().as_ckd().unwrap().clone();
    let track = |number: u32, data: &[u8]| {
        let mut slot = vec![0; geometry.slot_len()];
        let at = geometry.address(TrackNo::new(number));
        let mut builder = dasd::TrackBuilder::new(&mut slot, at).unwrap();
        builder.record(1, b"", data).unwrap();
        builder.finish();
        slot
    };
    for stop in 0..40 {
        let disk = StoppingDisk::new(COMPRESSED.clone(), stop);
        let Ok(volume) = Volume::mount("TEST", Arc::new(disk.clone()), Access::Write) else {
            panic!("mounting writes nothing")
        };
        let new: Vec<(u32, Vec<u8>)> = [2, 5, 2].map(|n| (n, track(n, &[7; 900]))).into();
        for (number, slot) in &new {
            drop(volume.write_tracks(TrackNo::new(*number), slot));
            drop(volume.sync());
        }
        drop(volume);
        let after = Volume::mount("TEST", Arc::new(MemoryBytes::new(disk.content())), Access::Read).unwrap();
        for number in 0..geometry.tracks().get() {
            let (mut old, mut now) = (vec![0; geometry.slot_len()], vec![0; geometry.slot_len()]);
            before.read_track(TrackNo::new(number), &mut old).unwrap();
            after
                .read_track(TrackNo::new(number), &mut now)
                .unwrap_or_else(|error| panic!("stop {stop}: {error}"));
            let written = new.iter().find(|(of, _)| *of == number).map(|(_, slot)| slot);
            assert!(now == old || Some(&now) == written, "stop {stop}, track {number}");
        }
    }
}

/// A disk that takes so many writes, and none after that.
#[derive(Clone)]
struct StoppingDisk {
    bytes: MemoryBytes,
    left: Arc<std::sync::atomic::AtomicI32>,
}

impl StoppingDisk {
    fn new(content: Vec<u8>, writes: i32) -> Self {
        Self {
            bytes: MemoryBytes::new(content),
            left: Arc::new(writes.into()),
        }
    }

    fn content(&self) -> Vec<u8> {
        self.bytes.to_vec()
    }

    fn spend(&self) -> std::io::Result<()> {
        match self.left.fetch_sub(1, std::sync::atomic::Ordering::Relaxed) {
            1.. => Ok(()),
            _ => Err(std::io::Error::other("the machine has stopped")),
        }
    }
}

impl dasd::bytes::RandomBytes for StoppingDisk {
    fn len(&self) -> std::io::Result<u64> {
        self.bytes.len()
    }
    fn read_at(&self, at: u64, into: &mut [u8]) -> std::io::Result<()> {
        self.bytes.read_at(at, into)
    }
    fn write_at(&self, at: u64, from: &[u8]) -> std::io::Result<()> {
        self.spend()?;
        self.bytes.write_at(at, from)
    }
    fn set_len(&self, length: u64) -> std::io::Result<()> {
        self.spend()?;
        self.bytes.set_len(length)
    }
    fn sync(&self) -> std::io::Result<()> {
        Ok(())
    }
}
