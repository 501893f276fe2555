//! The device with what lies around it: other devices, other formats, a change map that fails, the clock.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use dasd::bytes::{MemoryBytes, RandomBytes};
use dasd::device::change_map::Identity;
use dasd::device::service::{Channel, ServiceModel, Step, Where};
use dasd::device::{ChangeMap, Command, Condition, Device, Mode, Spindle, units};
use dasd::{Access, TrackAddr, TrackCount, Volume};

use crate::made::{at_record, ckd, count, filled, records};
use crate::specimen;

const AT: TrackAddr = TrackAddr::new(1, 5);

#[test]
fn devices_on_one_spindle_lose_no_update() {
    let device = filled();
    let spindle = device.spindle();
    std::thread::scope(|scope| {
        for record in 1..=5_u8 {
            scope.spawn(move || {
                let mut device = Device::attach(Arc::clone(spindle), Access::Write);
                for round in 0..50 {
                    at_record(&mut device, AT, record, &[Command::WriteData(&[round; 20])]).unwrap();
                }
            });
        }
    });
    assert!(records(&device, AT).iter().all(|(_, _, data)| *data == [49; 20]));
}

#[test]
fn compressed_volumes_have_the_same_records() {
    let mount = |image: &[u8]| {
        let bytes = MemoryBytes::new(image.to_vec());
        let volume = Volume::mount("PACK", Arc::new(bytes), Access::Read).unwrap();
        Device::attach(Spindle::new(volume), Access::Read)
    };
    let program = [
        Command::Seek(TrackAddr::new(0, 0)),
        Command::ReadTracks(TrackCount::new(10)),
    ];
    let plain = mount(&specimen::PLAIN).start(&program).unwrap();
    let compressed = mount(&specimen::COMPRESSED).start(&program).unwrap();
    assert_eq!(plain.reads, compressed.reads);
    assert_eq!(plain.reads[9].len(), 16 + 9 * (8 + 3 + 200));
}

/// Bytes that cannot be written any more.
#[derive(Default)]
struct Failing(MemoryBytes, AtomicBool);

impl RandomBytes for Failing {
    fn len(&self) -> io::Result<u64> {
        self.0.len()
    }

    fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<()> {
        self.0.read_at(at, into)
    }

    fn write_at(&self, at: u64, from: &[u8]) -> io::Result<()> {
        if self.1.load(Ordering::Relaxed) {
            return Err(io::Error::other("no space left on device"));
        }
        self.0.write_at(at, from)
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        self.0.set_len(length)
    }

    fn sync(&self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn what_cannot_be_marked_is_not_written() {
    let volume = ckd(1);
    let identity = Identity {
        units: units(volume.geometry()),
        image_length: 0,
    };
    let bytes = Arc::new(Failing::default());
    let map: Arc<dyn RandomBytes> = bytes.clone();
    let changes = ChangeMap::open(map, identity, 1).unwrap();
    let base = changes.current();
    let mut device = Device::attach(Spindle::with_changes(volume, changes).unwrap(), Access::Write);
    let at = TrackAddr::new(0, 3);
    let write = [Command::WriteCkd(count(at, 1, 0, 1), b"x")];
    bytes.1.store(true, Ordering::Relaxed);
    let check = at_record(&mut device, at, 0, &write).unwrap_err();
    assert!(
        matches!(&check.sense.condition, Condition::EquipmentCheck(why) if why.contains("no space left")),
        "{check}"
    );
    assert_eq!(records(&device, at), []);
    bytes.1.store(false, Ordering::Relaxed);
    at_record(&mut device, at, 0, &write).unwrap();
    assert_eq!(records(&device, at).len(), 1);
    assert!(device.spindle().changed_since(base).unwrap().has(3));
}

#[test]
fn programs_take_their_time() {
    let mut device = filled();
    let read = [Command::ReadData(Mode::SingleTrack)];
    let ended = at_record(&mut device, AT, 3, &read).unwrap();
    let steps = [
        Step::Seek { from: 0, to: 1 },
        Step::Wait,
        Step::Transfer { bytes: 20 },
    ];
    assert_eq!(ended.steps, steps);
    let ended = at_record(&mut device, AT, 3, &read).unwrap();
    assert_eq!(ended.steps, steps[1..], "the arm stayed where it was");
    let program = [
        Command::Seek(TrackAddr::new(0, 9)),
        Command::ReadTracks(TrackCount::new(2)),
    ];
    let ended = device.start(&program).unwrap();
    let steps = [
        Step::Seek { from: 1, to: 0 },
        Step::Wait,
        Step::Track { bytes: 16 + 9 * 32 },
        Step::Seek { from: 0, to: 1 },
        Step::Track { bytes: 16 },
    ];
    assert_eq!(ended.steps, steps);
    let check = at_record(&mut device, AT, 9, &read).unwrap_err();
    assert_eq!(check.steps.last(), Some(&Step::Rotation));

    let geometry = device.spindle().volume().geometry();
    let model = ServiceModel::of(geometry, true, Channel::Escon);
    let disk = model.time_ns(&ended.steps, Where::Disk);
    assert!(disk > 2 * model.figures().seek_min_ns + 2 * model.figures().rotation_ns);
    assert!(model.time_ns(&ended.steps, Where::Cache) < disk / 100);
}
