use std::sync::Arc;

use super::*;
use crate::address::{BlockCount, CylinderCount, TrackAddr};
use crate::allocation::Allocation;
use crate::bytes::MemoryBytes;
use crate::format::Creation;
use crate::geometry::{CkdDevice, FbaGeometry};
use crate::track::Track;
use crate::volume::Access;

fn ckd(device: &str, cylinders: u32) -> (MemoryBytes, Volume) {
    let bytes = MemoryBytes::default();
    let geometry = CkdGeometry::new(CkdDevice::by_name(device).unwrap(), CylinderCount::new(cylinders));
    let creation = Creation::Unformatted;
    let volume = Volume::create_with(
        "TEST01",
        Arc::new(bytes.clone()),
        Geometry::Ckd(geometry),
        creation,
    )
    .unwrap();
    (bytes, volume)
}

fn format(marker: CpMarker, allocation: Vec<(Run, Purpose)>) -> CpFormat {
    CpFormat {
        volser: Volser::new("TEST01").unwrap(),
        marker,
        allocation,
        fill: true,
    }
}

#[test]
fn a_formatted_volume_says_what_it_was_told() {
    for (device, pages) in [("3390", 12), ("3380", 10), ("3350", 4), ("9345", 10), ("3375", 8)] {
        let (bytes, volume) = ckd(device, 3);
        let allocation = vec![
            (Run::cylinders(0, 3), Purpose::Temp),
            (Run::cylinders(1, 1), Purpose::Drct),
        ];
        format_volume(&volume, &format(CpMarker::CpVol, allocation)).unwrap();
        let volume = Volume::mount("again", Arc::new(bytes), Access::Read).unwrap();
        let label = volume.label().unwrap();
        assert_eq!(
            (label.volser.as_str(), label.marker),
            ("TEST01", Some(CpMarker::CpVol))
        );
        assert_eq!(label.vtoc.unwrap().record, 5);
        let Some(Allocation::Cylinders(map)) = Allocation::read(&volume) else {
            panic!("a map")
        };
        let map: Vec<_> = map
            .iter()
            .map(|part| (part.first.get(), part.count.get(), part.purpose))
            .collect();
        assert_eq!(
            map,
            [
                (0, 1, Purpose::Temp),
                (1, 1, Purpose::Drct),
                (2, 1, Purpose::Temp)
            ]
        );

        let geometry = volume.geometry().as_ckd().unwrap().clone();
        let mut slot = vec![0; geometry.slot_len()];
        for number in 0..geometry.tracks().get() {
            let number = TrackNo::new(number);
            volume.read_track(number, &mut slot).unwrap();
            let track = Track::parse(&slot, geometry.address(number)).unwrap();
            assert!(track.fits(geometry.device), "{device} {}", track.at());
            let expected = if number.get() == 0 { 6 } else { pages };
            assert_eq!(track.records().count(), expected, "{device} {}", track.at());
        }
    }
}

/// What differs from a real VM/370 volume: its filler record, and a format-4 DSCB with constants of another device.
#[test]
fn record_by_record_as_on_a_real_volume() {
    let (_, volume) = ckd("3350", 2);
    format_volume(
        &volume,
        &format(CpMarker::Cp370, vec![(Run::cylinders(0, 2), Purpose::Perm)]),
    )
    .unwrap();
    let mut slot = vec![0; 19_456];
    volume.read_track(TrackNo::new(0), &mut slot).unwrap();
    let track = Track::parse(&slot, TrackAddr::new(0, 0)).unwrap();
    assert_eq!(track.record_zero().data, [0xF0, 0, 0, 0, 0, 0, 0, 0]);
    let shapes: Vec<_> = track
        .records()
        .map(|record| (record.count.record, record.key.len(), record.data.len()))
        .collect();
    assert_eq!(
        shapes,
        [
            (1, 0, 24),
            (2, 0, 4096),
            (3, 4, 80),
            (4, 0, 1024),
            (5, 44, 96),
            (6, 44, 96)
        ]
    );
    let records: Vec<_> = track.records().collect();
    assert_eq!(
        records[0].data[..13],
        [0, 2, 0, 0, 0, 0, 0, 0x0C, 3, 0, 0, 0, 0x20]
    );
    let label = [
        &[0xF0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0][..],
        &[0x40; 20],
        &[0; 5],
        &[0xC3, 0xD7, 0xF3, 0xF7, 0xF0],
        &[0x40; 29],
    ]
    .concat();
    assert_eq!(records[2].data[10..], label);
    assert_eq!(records[3].data[..4], [1, 1, 0xFF, 0]);
    assert_eq!(records[5].key[..7], [5, 5, 5, 5, 0, 1, 0]);
}

#[test]
fn what_cannot_be_allotted() {
    let (_, volume) = ckd("3390", 2);
    for (run, purpose, why) in [
        (Run::cylinders(1, 2), Purpose::Perm, "no such cylinders"),
        (Run::cylinders(u32::MAX, 2), Purpose::Perm, "no such cylinders"),
        (Run::blocks(1, 1), Purpose::Perm, "has cylinders"),
        (Run::cylinders(0, 1), Purpose::Unknown(0xFF), "ends the map"),
    ] {
        let error = format_volume(&volume, &format(CpMarker::CpVol, vec![(run, purpose)])).unwrap_err();
        assert!(error.to_string().contains(why), "{error}");
    }
}

#[test]
fn block_volumes() {
    let bytes = MemoryBytes::default();
    let geometry = Geometry::Fba(FbaGeometry {
        blocks: BlockCount::new(5000),
    });
    let volume = Volume::create("FBA", Arc::new(bytes.clone()), geometry).unwrap();
    volume.write_blocks(BlockNo::new(4999), &[7; 512]).unwrap();
    let wanted = format(CpMarker::CpVol, vec![(Run::blocks(16, 100), Purpose::Temp)]);
    format_volume(&volume, &wanted).unwrap();
    assert_eq!(volume.label().unwrap().marker, Some(CpMarker::CpVol));
    let bytes = bytes.to_vec();
    assert_eq!(
        bytes[3 * 512 + 16..3 * 512 + 28],
        [0, 0, 0, 16, 0, 0, 0, 115, 0, 0, 0, 0]
    );
    assert_eq!(bytes[3 * 512..4 * 512], bytes[4 * 512..5 * 512]);
    assert!(bytes[5 * 512..].iter().all(|&byte| byte == 0));
}
