//! Every command by itself: what it does, and what ends it.

use std::sync::Arc;

use dasd::bytes::{MemoryBytes, RandomBytes};
use dasd::device::{
    Argument, Capacity, Command, Condition, DefineExtent, Device, FileMask, Limits, Mode, RecordId, Reject,
    Relation, Seeks, Spindle, Spot, UnitCheck, Writes,
};
use dasd::{Access, Geometry, Head, TrackAddr, TrackBuilder, TrackCount, TrackNo, Volume};

use crate::made::{SLOT, at_record, ckd, count, count_bytes, filled, find, geometry, key, records};

const AT: TrackAddr = TrackAddr::new(1, 5);

fn rejected(reject: Reject) -> Condition {
    Condition::CommandReject(reject)
}

fn condition(check: Result<dasd::device::Ended, UnitCheck>) -> Condition {
    check.unwrap_err().sense.condition
}

#[test]
fn reads_what_was_searched_for() {
    let mut device = filled();
    let single = Mode::SingleTrack;
    let ended = at_record(&mut device, AT, 3, &[Command::ReadData(single)]).unwrap();
    assert_eq!(ended.reads, [vec![3; 20]]);
    assert_eq!((ended.commands, ended.unit_status()), (3, 0x0C));
    let ended = at_record(&mut device, AT, 3, &[Command::ReadKeyData(single)]).unwrap();
    assert_eq!(ended.reads, [[&key(3)[..], &[3; 20]].concat()]);
    // Read count and read count, key and data take the next record: this one's count field has passed.
    let next = [count_bytes(count(AT, 4, 4, 20)), key(4).to_vec(), vec![4; 20]].concat();
    let ended = at_record(&mut device, AT, 3, &[Command::ReadCkd(single)]).unwrap();
    assert_eq!(ended.reads, std::slice::from_ref(&next));
    let chain = [
        Command::ReadCount(single),
        Command::ReadData(single),
        Command::ReadData(single),
    ];
    let ended = at_record(&mut device, AT, 3, &chain).unwrap();
    assert_eq!(ended.reads, [next[..8].to_vec(), vec![4; 20], vec![5; 20]]);
    // From the last record the index point goes by once.
    let ended = at_record(&mut device, AT, 5, &[Command::ReadCount(single)]).unwrap();
    assert_eq!(ended.reads[0][4], 1);
}

#[test]
fn reads_home_address_and_record_zero() {
    let mut device = filled();
    let program = [
        Command::Seek(AT),
        Command::ReadHomeAddress,
        Command::ReadRecordZero,
        Command::ReadCount(Mode::SingleTrack),
    ];
    let ended = device.start(&program).unwrap();
    assert_eq!(ended.reads[0], [0, 0, 1, 0, 5]);
    assert_eq!(
        ended.reads[1],
        [&count_bytes(count(AT, 0, 0, 8))[..], &[0; 8]].concat()
    );
    assert_eq!(ended.reads[2][4], 1);
}

#[test]
fn reads_tracks() {
    let mut device = filled();
    let at = TrackAddr::new(0, 8);
    let ended = device.start(&[Command::Seek(at), Command::ReadTrack]).unwrap();
    assert_eq!(ended.reads[0].len(), 16 + 8 * 32);
    let rest = at_record(&mut device, at, 6, &[Command::ReadMultipleCkd]).unwrap();
    assert_eq!(rest.reads[0], ended.reads[0][16 + 6 * 32..]);
    let many = device
        .start(&[Command::Seek(at), Command::ReadTracks(TrackCount::new(4))])
        .unwrap();
    let lengths: Vec<_> = many.reads.iter().map(Vec::len).collect();
    assert_eq!(
        lengths,
        [16 + 8 * 32, 16 + 9 * 32, 16, 16 + 32],
        "into the next cylinder"
    );
    assert_eq!(many.reads[0], ended.reads[0]);
    let program = [Command::Seek(at), Command::ReadTracks(TrackCount::new(13))];
    let check = device.start(&program).unwrap_err();
    assert_eq!(check.sense.condition, Condition::FileProtected, "the volume ends");
    assert_eq!(check.reads.len(), 12);
}

#[test]
fn searches_compare_as_asked() {
    let mut device = filled();
    let mut search = |argument, relation, mode| {
        let program = [
            Command::Seek(TrackAddr::new(1, 3)),
            Command::Search(argument, relation, mode),
            Command::ReadData(Mode::SingleTrack),
        ];
        device.start(&program).map(|ended| ended.reads[0][0])
    };
    let id = |record| Argument::Id(RecordId::on(TrackAddr::new(1, 3), record));
    let single = Mode::SingleTrack;
    assert_eq!(search(id(2), Relation::Equal, single), Ok(2));
    assert_eq!(search(id(2), Relation::High, single), Ok(3));
    assert_eq!(search(id(2), Relation::EqualOrHigh, single), Ok(2));
    assert_eq!(
        condition_of(search(id(4), Relation::Equal, single)),
        Condition::NoRecordFound
    );
    assert_eq!(
        condition_of(search(id(3), Relation::High, single)),
        Condition::NoRecordFound
    );
    assert_eq!(search(Argument::Key(b"KEY2"), Relation::Equal, single), Ok(2));
    assert_eq!(search(Argument::Key(b"KEY2"), Relation::High, single), Ok(3));
    assert_eq!(
        search(Argument::Key(b"KEY"), Relation::Equal, single),
        Ok(1),
        "a shorter argument"
    );
    assert_eq!(
        search(Argument::Key(b"KEY3XX"), Relation::Equal, single),
        Ok(3),
        "a longer one"
    );
    // Key 8 is four tracks further on; key 9 is not before head 9, the last of the cylinder.
    assert_eq!(
        search(Argument::Key(b"KEY9"), Relation::Equal, Mode::MultiTrack),
        Ok(9)
    );
    let other = Argument::Id(RecordId::on(TrackAddr::new(0, 9), 1));
    assert_eq!(
        condition_of(search(other, Relation::Equal, Mode::MultiTrack)),
        Condition::EndOfCylinder
    );
    let home = |head| Argument::HomeAddress(TrackAddr::new(1, head));
    assert_eq!(search(home(3), Relation::Equal, single), Ok(1));
    assert_eq!(
        condition_of(search(home(4), Relation::Equal, single)),
        Condition::NoRecordFound
    );
    assert_eq!(search(home(4), Relation::Equal, Mode::MultiTrack), Ok(1));
}

fn condition_of<T: std::fmt::Debug>(check: Result<T, UnitCheck>) -> Condition {
    check.unwrap_err().sense.condition
}

#[test]
fn updates_have_the_exact_length_of_the_record() {
    let mut device = filled();
    at_record(&mut device, AT, 2, &[Command::WriteData(&[9; 20])]).unwrap();
    assert_eq!(records(&device, AT)[1].2, [9; 20]);
    at_record(&mut device, AT, 2, &[Command::WriteData(&[7; 3])]).unwrap();
    assert_eq!(records(&device, AT)[1].2, [&[7; 3][..], &[0; 17]].concat());
    at_record(&mut device, AT, 2, &[Command::WriteKeyData(b"NEW2data")]).unwrap();
    let (_, key, data) = &records(&device, AT)[1];
    assert_eq!((&key[..], &data[..5]), (&b"NEW2"[..], &b"data\0"[..]));
    let before = records(&device, AT);
    let check = at_record(&mut device, AT, 2, &[Command::WriteData(&[1; 21])]);
    assert!(matches!(condition(check), Condition::InvalidTrackFormat(why) if why.contains("21 bytes")));
    assert_eq!(records(&device, AT), before);
    // The rest of the track is as it was.
    assert_eq!(before.len(), 5);
    assert_eq!(before[2].2, [3; 20]);
    // A key that was searched for is followed by its data.
    let program = [
        Command::Seek(AT),
        Command::Search(Argument::Key(b"KEY4"), Relation::Equal, Mode::MultiTrack),
        Command::WriteData(b"by key"),
    ];
    device.start(&program).unwrap();
    assert_eq!(records(&device, AT)[3].2[..6], *b"by key");
}

#[test]
fn writes_need_a_search_that_found_their_record() {
    let mut device = filled();
    let sequence = rejected(Reject::Sequence);
    for program in [
        vec![Command::Seek(AT), Command::WriteData(b"")],
        vec![
            Command::Seek(AT),
            Command::ReadCount(Mode::SingleTrack),
            Command::WriteData(b""),
        ],
        vec![Command::Seek(AT), Command::WriteCkd(count(AT, 1, 0, 0), b"")],
        vec![Command::Seek(AT), Command::Erase],
        [
            &find(AT, 1)[..],
            &[Command::ReadData(Mode::SingleTrack), Command::WriteData(b"")],
        ]
        .concat(),
        [&find(AT, 1)[..], &[Command::Seek(AT), Command::WriteData(b"")]].concat(),
        vec![
            Command::Seek(AT),
            Command::Search(
                Argument::Id(RecordId::on(AT, 1)),
                Relation::High,
                Mode::SingleTrack,
            ),
            Command::WriteData(b""),
        ],
    ] {
        assert_eq!(condition(device.start(&program)), sequence, "{program:?}");
    }
    assert_eq!(
        condition(device.start(&[Command::ReadBlocks])),
        rejected(Reject::Command)
    );
}

#[test]
fn format_writes_erase_the_rest() {
    let mut device = filled();
    let program = [
        Command::WriteCkd(count(AT, 77, 2, 5), b"k2data"),
        Command::WriteCkd(count(TrackAddr::new(0, 0), 1, 0, 0), b""),
    ];
    at_record(&mut device, AT, 2, &program).unwrap();
    let after = records(&device, AT);
    assert_eq!(after.len(), 4);
    assert_eq!(after[1].2, [2; 20]);
    assert_eq!(
        after[2],
        (count(AT, 77, 2, 5), b"k2".to_vec(), b"data\0".to_vec())
    );
    assert_eq!(
        after[3].0,
        count(TrackAddr::new(0, 0), 1, 0, 0),
        "counts may say what they like"
    );
    at_record(&mut device, AT, 1, &[Command::Erase]).unwrap();
    assert_eq!(records(&device, AT).len(), 1);
    // Record 0 may be searched for: the whole track is formatted.
    at_record(
        &mut device,
        AT,
        0,
        &[Command::WriteCkd(count(AT, 1, 0, 9), b"123456789")],
    )
    .unwrap();
    assert_eq!(
        records(&device, AT),
        [(count(AT, 1, 0, 9), vec![], b"123456789".to_vec())]
    );
    for (wrong, reject) in [
        (Command::WriteCkd(count(AT, 0, 0, 8), b""), Reject::Parameter),
        (Command::WriteCkd(count(AT, 1, 1, 2), b"1234"), Reject::Length),
        (
            Command::WriteCkd(count(TrackAddr::new(0x8001, 0), 1, 0, 0), b""),
            Reject::Parameter,
        ),
    ] {
        assert_eq!(
            condition(at_record(&mut device, AT, 1, &[wrong])),
            rejected(reject)
        );
    }
}

#[test]
fn tracks_end_where_the_real_one_did() {
    let shape = Geometry::Ckd(geometry("3390", 1));
    let volume = Volume::create("PACK02", Arc::new(MemoryBytes::default()), shape).unwrap();
    let spindle = Spindle::new(volume);
    let at = TrackAddr::new(0, 1);
    let page = |record| Command::WriteCkd(count(at, record, 0, 4096), &[]);
    let program: Vec<_> = (1..=13).map(page).collect();
    let mut device = Device::attach(Arc::clone(&spindle), Access::Write);
    let check = at_record(&mut device, at, 0, &program).unwrap_err();
    assert_eq!(check.command, 2 + 12);
    assert!(matches!(&check.sense.condition, Condition::InvalidTrackFormat(why) if why.contains("3390")));
    assert_eq!(check.sense.bytes_32()[..2], [0, 0x40]);
    assert_eq!(
        records(&device, at).len(),
        12,
        "the records before are on the track"
    );
    let mut forced = Device::attach(spindle, Access::Write).with_capacity(Capacity::Slot);
    at_record(&mut forced, at, 0, &program).unwrap();
    let check = at_record(&mut forced, at, 13, &[page(14)]);
    assert!(matches!(condition(check), Condition::InvalidTrackFormat(why) if why.contains("slot")));
}

#[test]
fn end_of_file_records_end_the_program() {
    let mut device = filled();
    at_record(
        &mut device,
        AT,
        1,
        &[Command::WriteCkd(count(AT, 2, 4, 0), b"EOF1")],
    )
    .unwrap();
    let single = Mode::SingleTrack;
    let ended = at_record(
        &mut device,
        AT,
        2,
        &[Command::ReadKeyData(single), Command::ReadHomeAddress],
    )
    .unwrap();
    assert!(ended.end_of_file);
    assert_eq!((ended.commands, ended.unit_status()), (3, 0x0D));
    assert_eq!(ended.reads, [b"EOF1"]);
    let ended = at_record(&mut device, AT, 2, &[Command::WriteData(b"")]).unwrap();
    assert!(ended.end_of_file);
    let ended = device.start(&[Command::Seek(AT), Command::ReadTrack]).unwrap();
    assert!(!ended.end_of_file);
}

#[test]
fn record_zero_needs_its_home_address_and_a_mask() {
    let mut device = filled();
    let mask = Command::SetFileMask(FileMask {
        writes: Writes::All,
        seeks: Seeks::All,
    });
    let home = Command::Search(Argument::HomeAddress(AT), Relation::Equal, Mode::SingleTrack);
    let write = Command::WriteRecordZero(count(AT, 0, 0, 8), *b"CYLINDER");
    let refused = device.start(&[Command::Seek(AT), home, write]);
    assert_eq!(condition(refused), rejected(Reject::Mask));
    let refused = device.start(&[mask, Command::Seek(AT), write]);
    assert_eq!(condition(refused), rejected(Reject::Sequence));
    let ended = device
        .start(&[mask, Command::Seek(AT), home, write, Command::ReadRecordZero])
        .unwrap();
    assert_eq!(ended.reads[0][8..], *b"CYLINDER");
    assert_eq!(records(&device, AT), [], "the records behind it are erased");
    let long = Command::WriteRecordZero(count(AT, 0, 0, 9), [0; 8]);
    assert_eq!(
        condition(device.start(&[mask, Command::Seek(AT), home, long])),
        rejected(Reject::Parameter)
    );
}

fn extent<'a>(writes: Writes, seeks: Seeks) -> Command<'a> {
    Command::DefineExtent(DefineExtent {
        mask: FileMask { writes, seeks },
        limits: Limits::Tracks {
            first: TrackAddr::new(0, 8),
            last: TrackAddr::new(1, 3),
        },
    })
}

const fn seek<'a>(cylinder: u32, head: u16) -> Command<'a> {
    Command::Seek(TrackAddr::new(cylinder, head))
}

#[test]
fn extents_hold() {
    let mut device = filled();
    let all = extent(Writes::Records, Seeks::All);
    for (cylinder, head, inside) in [(0, 7, false), (0, 8, true), (1, 3, true), (1, 4, false)] {
        let ended = device.start(&[all, seek(cylinder, head), Command::ReadTrack]);
        assert_eq!(ended.is_ok(), inside, "{cylinder} {head}");
    }
    assert_eq!(
        condition(device.start(&[all, seek(1, 4)])),
        Condition::FileProtected
    );
    for outside in [seek(2, 0), seek(0, 10)] {
        assert_eq!(condition(device.start(&[outside])), rejected(Reject::Parameter));
    }
    let program = [all, seek(0, 9), Command::ReadTracks(TrackCount::new(6))];
    let check = device.start(&program).unwrap_err();
    assert_eq!(
        (&check.sense.condition, check.reads.len()),
        (&Condition::FileProtected, 5)
    );
    let search = Command::Search(Argument::Key(b"KEY8"), Relation::Equal, Mode::MultiTrack);
    assert_eq!(
        condition(device.start(&[all, seek(1, 0), search])),
        Condition::FileProtected
    );
    // Heads left outside by an earlier program do not help.
    device.start(&[seek(1, 9)]).unwrap();
    assert_eq!(
        condition(device.start(&[all, Command::ReadTrack])),
        Condition::FileProtected
    );
    // Twice, or late.
    assert_eq!(condition(device.start(&[all, all])), rejected(Reject::Sequence));
    assert_eq!(
        condition(device.start(&[seek(0, 8), all])),
        rejected(Reject::Sequence)
    );
}

#[test]
fn masks_hold() {
    let at = TrackAddr::new(0, 8);
    let find = find(at, 1);
    let write = |mask, write| condition_of_write(&mut filled(), &[&[mask], &find[..], &[write]].concat());
    let (update, format) = (Command::WriteData(b"x"), Command::Erase);
    let refused = Some(rejected(Reject::Mask));
    assert_eq!(write(extent(Writes::None, Seeks::All), update), refused);
    assert_eq!(write(extent(Writes::Update, Seeks::All), update), None);
    assert_eq!(write(extent(Writes::Update, Seeks::All), format), refused);
    assert_eq!(write(extent(Writes::Records, Seeks::All), format), None);
    let mut device = filled();
    let head = Command::SeekHead(Head::new(9));
    let cylinder = Command::SeekCylinder(TrackAddr::new(1, 0));
    for (seeks, seek_ok, cylinder_ok, head_ok) in [
        (Seeks::All, true, true, true),
        (Seeks::CylinderAndHead, false, true, true),
        (Seeks::Head, false, false, true),
        (Seeks::None, false, false, false),
    ] {
        let mask = extent(Writes::Records, seeks);
        let mut ok = |command| {
            device.start(&[Command::Seek(at)]).unwrap();
            device.start(&[mask, command]).is_ok()
        };
        let expected = (seek_ok, cylinder_ok, head_ok);
        assert_eq!((ok(seek(1, 0)), ok(cylinder), ok(head)), expected, "{seeks:?}");
    }
    device.start(&[Command::Seek(at)]).unwrap();
    let multi = Command::Search(Argument::Key(b"KEY9"), Relation::Equal, Mode::MultiTrack);
    let check = device.start(&[extent(Writes::Records, Seeks::None), multi]);
    assert_eq!(condition(check), Condition::FileProtected);
}

fn condition_of_write(device: &mut Device, program: &[Command<'_>]) -> Option<Condition> {
    device.start(program).err().map(|check| check.sense.condition)
}

#[test]
fn nobody_writes_where_writing_is_inhibited() {
    let device = filled();
    let mut reader = Device::attach(Arc::clone(device.spindle()), Access::Read);
    let check = at_record(&mut reader, AT, 1, &[Command::WriteData(b"x")]).unwrap_err();
    assert_eq!(check.sense.condition, Condition::WriteInhibited);
    assert_eq!(check.unit_status(), 0x0E);
    assert_eq!(check.sense.bytes_24()[..2], [0x80, 0x02]);

    let bytes = MemoryBytes::default();
    let shape = Geometry::Ckd(geometry("2311", 1));
    drop(Volume::create("PACK01", Arc::new(bytes.clone()), shape).unwrap());
    let volume = Volume::mount("PACK01", Arc::new(bytes), Access::Read).unwrap();
    let mut device = Device::attach(Spindle::new(volume), Access::Write);
    let at = TrackAddr::new(0, 0);
    let write = Command::WriteCkd(count(at, 1, 0, 1), b"x");
    let check = at_record(&mut device, at, 0, &[write]).unwrap_err();
    assert_eq!(
        (check.sense.condition, check.command),
        (Condition::WriteInhibited, 2)
    );
}

#[test]
fn an_absent_volume_needs_an_operator() {
    let mut device = filled();
    device.spindle().take_offline("the control unit lost its power");
    let check = device.start(&[Command::Seek(AT)]).unwrap_err();
    assert_eq!(check.sense.bytes_24()[0], 0x40);
    assert_eq!(
        check.to_string(),
        "volume PACK01, command 1 of the program: seek at cylinder 0 head 0: intervention required: the control \
         unit lost its power"
    );
    device.spindle().bring_online();
    device.start(&[Command::Seek(AT)]).unwrap();
}

#[test]
fn damage_is_told_from_failure() {
    let bytes = MemoryBytes::default();
    let shape = Geometry::Ckd(geometry("2311", 1));
    let volume = Volume::create("PACK01", Arc::new(bytes.clone()), shape).unwrap();
    let mut device = Device::attach(Spindle::new(volume), Access::Write);
    let track = |number: usize| u64::try_from(512 + number * SLOT).unwrap();
    bytes.write_at(track(1), &[2]).unwrap();
    bytes.write_at(track(2) + 2, &[9]).unwrap();
    bytes.write_at(track(3) + 21, &[0; 8]).unwrap();
    bytes.set_len(track(9)).unwrap();
    let mut read = |head| {
        let check = device
            .start(&[Command::Seek(TrackAddr::new(0, head)), Command::ReadTrack])
            .unwrap_err();
        let at = TrackAddr::new(0, head);
        assert_eq!(check.sense.spot, Spot::Track { at, record: None });
        check.sense.condition
    };
    assert!(matches!(read(1), Condition::TrackCondition(_)));
    assert!(matches!(read(2), Condition::EquipmentCheck(_)));
    assert!(matches!(read(3), Condition::InvalidTrackFormat(_)));
    assert!(matches!(read(9), Condition::EquipmentCheck(_)));
}

#[test]
fn overflow_records_are_one_record() {
    let mut device = Device::attach(Spindle::new(ckd(1)), Access::Write);
    let (first, second, third) = (TrackAddr::new(0, 0), TrackAddr::new(0, 1), TrackAddr::new(0, 2));
    for (at, text, more) in [
        (first, &b"one-"[..], true),
        (second, b"two-", true),
        (third, b"end!", false),
    ] {
        let count = count(at, 8, 0, 4);
        let write = if more {
            Command::WriteSpecialCkd(count, text)
        } else {
            Command::WriteCkd(count, text)
        };
        at_record(&mut device, at, 0, &[write]).unwrap();
    }
    assert!(records(&device, first)[0].0.overflows(first));
    let read = Command::ReadData(Mode::SingleTrack);
    let ended = at_record(&mut device, first, 8, &[read]).unwrap();
    assert_eq!(ended.reads, [b"one-two-end!"]);
    at_record(&mut device, first, 8, &[Command::WriteData(b"ABCDEFGHI")]).unwrap();
    let ended = at_record(&mut device, first, 8, &[read]).unwrap();
    assert_eq!(ended.reads, [b"ABCDEFGHI\0\0\0"]);
    let check = at_record(&mut device, first, 8, &[Command::WriteData(&[1; 13])]);
    assert!(matches!(condition(check), Condition::InvalidTrackFormat(_)));
    // The flag is not shown.
    let ended = device
        .start(&[Command::Seek(first), Command::ReadCount(Mode::SingleTrack)])
        .unwrap();
    assert_eq!(ended.reads[0], count_bytes(count(first, 8, 0, 4)));
    // A segment that is missing.
    at_record(&mut device, second, 0, &[Command::Erase]).unwrap();
    let check = at_record(&mut device, first, 8, &[read]).unwrap_err();
    assert_eq!(check.sense.bytes_24()[..2], [0, 0x41]);
    let last = TrackAddr::new(0, 9);
    at_record(
        &mut device,
        last,
        0,
        &[Command::WriteSpecialCkd(count(last, 1, 0, 1), b"x")],
    )
    .unwrap();
    let check = at_record(&mut device, last, 1, &[read]).unwrap_err();
    assert_eq!(check.sense.bytes_24()[..2], [0, 0x21]);
}

#[test]
fn count_fields_of_a_minidisk_are_searched_as_they_are() {
    let volume = ckd(2);
    let mut slot = vec![0; SLOT];
    let mut track = TrackBuilder::new(&mut slot, TrackAddr::new(1, 0)).unwrap();
    for record in [5, 133, 5] {
        track.record_addressed(0, 0, record, b"", &[record, 1]).unwrap();
    }
    track.finish();
    volume.write_tracks(TrackNo::new(10), &slot).unwrap();
    let mut device = Device::attach(Spindle::new(volume), Access::Write);
    let search = |cylinder, record| {
        let id = RecordId {
            cylinder,
            head: 0,
            record,
        };
        Command::Search(Argument::Id(id), Relation::Equal, Mode::SingleTrack)
    };
    let read = Command::ReadData(Mode::SingleTrack);
    let seek = Command::Seek(TrackAddr::new(1, 0));
    let ended = device.start(&[seek, search(0, 133), read]).unwrap();
    assert_eq!(ended.reads, [[133, 1]]);
    assert_eq!(
        condition(device.start(&[seek, search(1, 133)])),
        Condition::NoRecordFound
    );
    // Of two records with one number, the first that comes by.
    device
        .start(&[seek, search(0, 133), search(0, 5), Command::WriteData(b"!!")])
        .unwrap();
    let data: Vec<_> = records(&device, TrackAddr::new(1, 0))
        .into_iter()
        .map(|record| record.2)
        .collect();
    assert_eq!(data, [vec![5, 1], vec![133, 1], b"!!".to_vec()]);
}
