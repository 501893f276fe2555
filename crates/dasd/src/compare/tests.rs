use std::sync::Arc;

use super::*;
use crate::address::{BlockCount, CylinderCount};
use crate::bytes::MemoryBytes;
use crate::geometry::{CkdDevice, FbaGeometry};
use crate::track::TrackBuilder;
use crate::volume::Access;

type Records<'a> = &'a [(u8, &'a [u8], &'a [u8])];

fn volume(cylinders: u32, track_three: Records<'_>) -> Volume {
    let geometry = CkdGeometry::new(CkdDevice::by_name("2311").unwrap(), CylinderCount::new(cylinders));
    let bytes = MemoryBytes::default();
    let volume = Volume::create("V", Arc::new(bytes.clone()), Geometry::Ckd(geometry)).unwrap();
    let mut slot = vec![0; 4096];
    let mut track = TrackBuilder::new(&mut slot, TrackAddr::new(0, 3)).unwrap();
    for (number, key, data) in track_three {
        track.record(*number, key, data).unwrap();
    }
    track.finish();
    volume.write_tracks(TrackNo::new(3), &slot).unwrap();
    volume
}

fn said(a: &Volume, b: &Volume) -> Vec<String> {
    compare(a, b).map(|difference| difference.to_string()).collect()
}

#[test]
fn the_place_of_a_difference() {
    let a = volume(1, &[(1, b"KEY1", b"data one"), (9, b"KEY2", b"data two")]);
    assert_eq!(said(&a, &a), [] as [&str; 0]);
    for (other, expected) in [
        (
            &[(1, &b"KEY1"[..], &b"data One"[..]), (9, b"KEY2", b"data two")][..],
            &["cylinder 0 head 3 (track 3): record 1: the data differ from byte 5"][..],
        ),
        (
            &[(1, b"KEX1", b"data one"), (9, b"KEY2", b"data twO")],
            &[
                "cylinder 0 head 3 (track 3): record 1: the keys differ from byte 2",
                "cylinder 0 head 3 (track 3): record 9 (place 2 of the track): the data differ from byte 7",
            ],
        ),
        (
            &[(1, b"KEY1", b"data one")],
            &[
                "cylinder 0 head 3 (track 3): only the first has a record at place 2: cylinder 0 head 3 record 9, key \
               4, data 8",
            ],
        ),
        (
            &[(1, b"KEY1", b"data one"), (8, b"KEY2", b"data two")],
            &[
                "cylinder 0 head 3 (track 3): record 9 (place 2 of the track): the count fields differ: cylinder 0 \
               head 3 record 9, key 4, data 8, and cylinder 0 head 3 record 8, key 4, data 8",
            ],
        ),
    ] {
        let b = volume(1, other);
        assert_eq!(said(&a, &b), expected);
    }
}

#[test]
fn sizes_and_unreadable_tracks() {
    let (a, b) = (volume(1, &[]), volume(2, &[(1, b"", b"x")]));
    let said = said(&a, &b);
    assert_eq!(said.len(), 2, "{said:?}");
    assert_eq!(
        said[0],
        "the first is a 2311, 1 cylinder, the second a 2311, 2 cylinders"
    );
    let bytes = MemoryBytes::default();
    let geometry = a.geometry().clone();
    Volume::create_unformatted("U", Arc::new(bytes.clone()), geometry).unwrap();
    let unformatted = Volume::mount("U", Arc::new(bytes), Access::Read).unwrap();
    // Zeros are a home address only on the very first track, and no record 0 anywhere.
    assert_eq!(compare(&a, &unformatted).count(), 10);
}

#[test]
fn blocks() {
    let made = |value| {
        let geometry = Geometry::Fba(FbaGeometry {
            blocks: BlockCount::new(300),
        });
        let volume = Volume::create("F", Arc::new(MemoryBytes::default()), geometry).unwrap();
        let mut block = [0; 512];
        block[77] = value;
        volume.write_blocks(BlockNo::new(241), &block).unwrap();
        volume
    };
    assert_eq!(said(&made(1), &made(2)), ["block 241: differs from byte 77"]);
    assert_eq!(said(&made(1), &made(1)), [] as [&str; 0]);
}
