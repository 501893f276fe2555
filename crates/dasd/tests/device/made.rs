//! Small volumes to work on.

use std::sync::Arc;

use dasd::bytes::MemoryBytes;
use dasd::device::{Argument, Command, Device, Ended, Mode, RecordId, Relation, Spindle, UnitCheck};
use dasd::{
    Access, BlockCount, CkdDevice, CkdGeometry, Count, CylinderCount, FbaGeometry, Geometry, Track,
    TrackAddr, TrackBuilder, TrackNo, Volume,
};

/// Bytes of a slot of the device that most tests use: the smallest there is.
pub(crate) const SLOT: usize = 4096;
pub(crate) const HEADS: u16 = 10;

pub(crate) fn geometry(device: &str, cylinders: u32) -> CkdGeometry {
    CkdGeometry::new(CkdDevice::by_name(device).unwrap(), CylinderCount::new(cylinders))
}

/// A 2311 with so many cylinders of empty tracks.
pub(crate) fn ckd(cylinders: u32) -> Volume {
    let shape = Geometry::Ckd(geometry("2311", cylinders));
    Volume::create("PACK01", Arc::new(MemoryBytes::default()), shape).unwrap()
}

pub(crate) fn fba(blocks: u32) -> Volume {
    let shape = Geometry::Fba(FbaGeometry {
        blocks: BlockCount::new(blocks),
    });
    Volume::create("FBA001", Arc::new(MemoryBytes::default()), shape).unwrap()
}

/// A device on two cylinders whose tracks have, for head n, records 1 to n with key `KEYr` and 20 bytes of data.
pub(crate) fn filled() -> Device {
    let volume = ckd(2);
    for number in 0..20_u16 {
        let at = TrackAddr::new(u32::from(number / HEADS), number % HEADS);
        let mut slot = vec![0; SLOT];
        let mut track = TrackBuilder::new(&mut slot, at).unwrap();
        for record in 1..=u8::try_from(at.head.get()).unwrap() {
            track.record(record, &key(record), &[record; 20]).unwrap();
        }
        track.finish();
        volume
            .write_tracks(TrackNo::new(u32::from(number)), &slot)
            .unwrap();
    }
    Device::attach(Spindle::new(volume), Access::Write)
}

pub(crate) fn key(record: u8) -> [u8; 4] {
    [b'K', b'E', b'Y', b'0' + record]
}

pub(crate) const fn count(at: TrackAddr, record: u8, key_len: u8, data_len: u16) -> Count {
    Count {
        cylinder: cut(at.cylinder.get()),
        head: at.head.get(),
        record,
        key_len,
        data_len,
    }
}

#[allow(clippy::cast_possible_truncation, reason = "test volumes have few cylinders")]
const fn cut(cylinder: u32) -> u16 {
    cylinder as u16
}

/// The eight bytes of a count field.
pub(crate) fn count_bytes(count: Count) -> Vec<u8> {
    let word = |number: u16| [number >> 8, number & 0xFF].map(|half| u8::try_from(half).unwrap());
    [
        &word(count.cylinder)[..],
        &word(count.head),
        &[count.record, count.key_len],
        &word(count.data_len),
    ]
    .concat()
}

/// Seek and search for a record.
pub(crate) fn find<'a>(at: TrackAddr, record: u8) -> [Command<'a>; 2] {
    [
        Command::Seek(at),
        Command::Search(
            Argument::Id(RecordId::on(at, record)),
            Relation::Equal,
            Mode::SingleTrack,
        ),
    ]
}

/// Finds a record and goes on with these commands.
pub(crate) fn at_record(
    device: &mut Device,
    at: TrackAddr,
    record: u8,
    then: &[Command<'_>],
) -> Result<Ended, UnitCheck> {
    let program: Vec<_> = find(at, record).into_iter().chain(then.iter().copied()).collect();
    device.start(&program)
}

/// Numbers, keys and data of the records of a track.
pub(crate) fn records(device: &Device, at: TrackAddr) -> Vec<(Count, Vec<u8>, Vec<u8>)> {
    let volume = device.spindle().volume();
    let geometry = volume.geometry().as_ckd().unwrap();
    let mut slot = vec![0; geometry.slot_len()];
    volume.read_track(geometry.number(at), &mut slot).unwrap();
    Track::parse(&slot, at)
        .unwrap()
        .records()
        .map(|record| (record.count, record.key.to_vec(), record.data.to_vec()))
        .collect()
}
