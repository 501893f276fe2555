use super::*;
use crate::geometry::CkdDevice;

const AT: TrackAddr = TrackAddr::new(3, 2);

fn slot_of(build: impl FnOnce(&mut TrackBuilder<'_>)) -> Vec<u8> {
    let mut slot = vec![0xAA; 4096];
    let mut builder = TrackBuilder::new(&mut slot, AT).unwrap();
    build(&mut builder);
    builder.finish();
    slot
}

#[test]
fn what_real_tracks_have() {
    let slot = slot_of(|track| {
        track.record_zero(0, 2, [0xF0, 0, 0, 0, 0, 0, 0, 0]);
        track.record(8, b"", b"first of the track, yet number 8").unwrap();
        track.record(8, b"KEY", b"the same number again").unwrap();
        track
            .record_addressed(0, 2, 5, b"", b"relative to a minidisk")
            .unwrap();
        track.record(200, b"", b"").unwrap();
        track.record_addressed(0x8003, 2, 9, b"", b"goes on").unwrap();
    });
    let track = Track::parse(&slot, AT).unwrap();
    assert_eq!(track.record_zero().data[0], 0xF0);
    assert_eq!(track.record_zero().count.cylinder, 0);
    let records: Vec<_> = track.records().collect();
    let numbers: Vec<_> = records.iter().map(|record| record.count.record).collect();
    assert_eq!(numbers, [8, 8, 5, 200, 9]);
    assert_eq!(
        (records[1].key, records[1].data),
        (&b"KEY"[..], &b"the same number again"[..])
    );
    assert!(records[3].count.is_end_of_file());
    assert!(records[4].count.overflows(AT) && !records[0].count.overflows(AT));
    assert_eq!(track.length(), track.content().len() + 8);
    assert!(
        slot[track.length()..].iter().all(|&byte| byte == 0),
        "behind the end mark there is nothing"
    );
}

#[test]
fn faults_have_names() {
    let good = slot_of(|track| track.record(1, b"", &[7; 100]).unwrap());
    let faulty = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut slot = good.clone();
        change(&mut slot);
        Track::parse(&slot, AT).unwrap_err()
    };
    assert_eq!(
        faulty(&|slot| slot.truncate(28)),
        TrackFault::TooShort { length: 28 }
    );
    assert_eq!(
        faulty(&|slot| slot[0] = 1),
        TrackFault::HomeAddress {
            found: [1, 0, 3, 0, 2]
        }
    );
    assert_eq!(
        faulty(&|slot| slot[2] = 4),
        TrackFault::HomeAddress {
            found: [0, 0, 4, 0, 2]
        }
    );
    assert_eq!(
        faulty(&|slot| slot[12] = 9),
        TrackFault::RecordZero {
            record: 0,
            key_len: 0,
            data_len: 9
        }
    );
    assert_eq!(
        faulty(&|slot| slot[25] = 0),
        TrackFault::SecondRecordZero { offset: 21 }
    );
    assert_eq!(
        faulty(&|slot| slot[27] = 0xFF),
        TrackFault::Overrun {
            record: 1,
            offset: 21,
            needed: 8 + 0xFF64,
            left: 4075
        }
    );
    assert_eq!(
        faulty(&|slot| slot.truncate(136)),
        TrackFault::NoEndMark { offset: 129 }
    );
    assert!(
        Track::parse(&good[..137], AT).is_ok(),
        "the end mark may end the slot"
    );
}

#[test]
fn the_builder_refuses_what_cannot_be() {
    let mut slot = vec![0; 100];
    assert_eq!(
        TrackBuilder::new(&mut slot[..28], AT).unwrap_err(),
        BadTrack::SlotTooShort(28)
    );
    let far = TrackAddr::new(65_536, 0);
    assert_eq!(
        TrackBuilder::new(&mut slot, far).unwrap_err(),
        BadTrack::Address(far)
    );
    let mut track = TrackBuilder::new(&mut slot, AT).unwrap();
    assert_eq!(track.record(0, b"", b""), Err(BadTrack::RecordZero));
    assert_eq!(
        track.record(1, b"", &[0; 64]),
        Err(BadTrack::NoRoom {
            record: 1,
            needed: 72,
            left: 71
        })
    );
    assert_eq!(
        track.record(1, &[0; 256], b""),
        Err(BadTrack::Length {
            record: 1,
            key: 256,
            data: 0
        })
    );
    track.record(1, b"", &[0; 63]).unwrap();
    assert_eq!(track.finish(), 100);
    assert_eq!(Track::parse(&slot, AT).unwrap().records().count(), 1);
}

#[test]
fn real_capacity_is_less_than_the_slot() {
    let device = CkdDevice::by_name("3390").unwrap();
    let mut slot = vec![0; 56_832];
    let mut track = TrackBuilder::new(&mut slot, AT).unwrap();
    for record in 1..=13 {
        track.record(record, b"", &[0; 4096]).unwrap();
    }
    track.finish();
    assert!(!Track::parse(&slot, AT).unwrap().fits(device));
    let mut track = TrackBuilder::new(&mut slot, AT).unwrap();
    for record in 1..=12 {
        track.record(record, b"", &[0; 4096]).unwrap();
    }
    track.finish();
    assert!(Track::parse(&slot, AT).unwrap().fits(device));
}
