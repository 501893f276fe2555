//! Any commands in any order on tracks with anything on them: the device says no, it never falls over.

use std::sync::Arc;

use dasd::bytes::{MemoryBytes, RandomBytes};
use dasd::device::{
    Argument, Capacity, Command, DefineExtent, Device, FileMask, Limits, Mode, Operation, RecordId, Relation,
    Seeks, Spindle, Writes,
};
use dasd::{
    Access, BlockCount, BlockNo, Count, Geometry, Head, Track, TrackAddr, TrackCount, TrackNo, Volume,
};
use proptest::prelude::*;
use proptest::sample::select;

use crate::made::{SLOT, geometry};

fn address() -> impl Strategy<Value = TrackAddr> {
    (0..3_u32, 0..11_u16).prop_map(|(cylinder, head)| TrackAddr::new(cylinder, head))
}

fn field() -> impl Strategy<Value = Count> {
    let cylinder = select(vec![0, 1, 0x8000, 0x8001, u16::MAX]);
    let lengths = (
        select(vec![0, 1, 9, 255]),
        select(vec![0, 1, 700, 3625, 4060, u16::MAX]),
    );
    (cylinder, 0..11_u16, 0..4_u8, lengths).prop_map(|(cylinder, head, record, (key_len, data_len))| Count {
        cylinder,
        head,
        record,
        key_len,
        data_len,
    })
}

fn mode() -> impl Strategy<Value = Mode> {
    select(vec![Mode::SingleTrack, Mode::MultiTrack])
}

fn mask() -> impl Strategy<Value = FileMask> {
    let writes = select(vec![
        Writes::All,
        Writes::All,
        Writes::Records,
        Writes::Update,
        Writes::None,
    ]);
    let seeks = select(vec![
        Seeks::All,
        Seeks::All,
        Seeks::CylinderAndHead,
        Seeks::Head,
        Seeks::None,
    ]);
    (writes, seeks).prop_map(|(writes, seeks)| FileMask { writes, seeks })
}

static DATA: [u8; 800] = [0xD7; 800];

fn search() -> impl Strategy<Value = Command<'static>> {
    let relation = select(vec![
        Relation::Equal,
        Relation::Equal,
        Relation::High,
        Relation::EqualOrHigh,
    ]);
    let argument = prop_oneof![
        address().prop_map(Argument::HomeAddress),
        (address(), 0..4_u8).prop_map(|(at, record)| Argument::Id(RecordId::on(at, record))),
        (0..5_usize).prop_map(|length| Argument::Key(&DATA[..length])),
    ];
    (argument, relation, mode())
        .prop_map(|(argument, relation, mode)| Command::Search(argument, relation, mode))
}

fn command() -> impl Strategy<Value = Command<'static>> {
    let data = || (0..800_usize).prop_map(|length| &DATA[..length]);
    let limits = prop_oneof![
        4 => (address(), address()).prop_map(|(first, last)| Limits::Tracks { first, last }),
        1 => Just(Limits::Blocks { first: BlockNo::new(0), count: BlockCount::new(1) }),
    ];
    let extent = (mask(), limits).prop_map(|(mask, limits)| DefineExtent { mask, limits });
    let control = prop_oneof![
        1 => extent.prop_map(Command::DefineExtent),
        1 => mask().prop_map(Command::SetFileMask),
        4 => address().prop_map(Command::Seek),
        1 => address().prop_map(Command::SeekCylinder),
        1 => (0..12_u16).prop_map(|head| Command::SeekHead(Head::new(head))),
    ];
    let read = prop_oneof![
        (0..30_u32).prop_map(|count| Command::ReadTracks(TrackCount::new(count))),
        mode().prop_map(Command::ReadCount),
        mode().prop_map(Command::ReadData),
        mode().prop_map(Command::ReadKeyData),
        mode().prop_map(Command::ReadCkd),
    ];
    let plain = select(vec![
        Command::ReadHomeAddress,
        Command::ReadRecordZero,
        Command::ReadMultipleCkd,
        Command::ReadTrack,
        Command::Erase,
        Command::ReadBlocks,
        Command::Locate(Operation::Read, BlockNo::new(0), BlockCount::new(1)),
    ]);
    let write = prop_oneof![
        2 => data().prop_map(Command::WriteData),
        1 => data().prop_map(Command::WriteKeyData),
        4 => (field(), data()).prop_map(|(count, data)| Command::WriteCkd(count, data)),
        2 => (field(), data()).prop_map(|(count, data)| Command::WriteSpecialCkd(count, data)),
        1 => field().prop_map(|count| Command::WriteRecordZero(count, [1; 8])),
    ];
    prop_oneof![6 => control, 8 => search(), 4 => read, 2 => plain, 8 => write]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn nothing_falls_over(
        damage in prop::collection::vec((0..20_usize, 0..60_usize, any::<u8>()), 0..6),
        programs in prop::collection::vec(prop::collection::vec(command(), 1..12), 1..30),
        slot_capacity in any::<bool>(),
    ) {
        let bytes = MemoryBytes::default();
        let shape = geometry("2311", 2);
        let volume = Volume::create("PACK01", Arc::new(bytes.clone()), Geometry::Ckd(shape.clone())).unwrap();
        let mut damaged = [false; 20];
        for (track, offset, byte) in damage {
            bytes.write_at(u64::try_from(512 + track * SLOT + offset).unwrap(), &[byte]).unwrap();
            damaged[track] = true;
        }
        let capacity = if slot_capacity { Capacity::Slot } else { Capacity::Device };
        let mut device = Device::attach(Spindle::new(volume), Access::Write).with_capacity(capacity);
        for program in &programs {
            match device.start(program) {
                Ok(ended) => prop_assert!(ended.commands == program.len() || ended.end_of_file),
                Err(check) => {
                    prop_assert!(check.command < program.len());
                    prop_assert_ne!(&check.sense.bytes_32()[..2], &[0, 0]);
                }
            }
        }
        // Whatever was whole is whole, and no fuller than it may be.
        let mut slot = vec![0; SLOT];
        for track in (0..20_u32).filter(|track| !damaged[usize::try_from(*track).unwrap()]) {
            let number = TrackNo::new(track);
            device.spindle().volume().read_track(number, &mut slot).unwrap();
            let parsed = Track::parse(&slot, shape.address(number)).unwrap();
            prop_assert!(slot_capacity || parsed.fits(shape.device));
        }
    }
}
