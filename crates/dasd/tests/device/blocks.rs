//! Block devices: every command, and any sequence of them against a plain list of blocks.

use dasd::device::{
    Command, Condition, DefineExtent, Device, Ended, FileMask, Limits, Operation, Reject, Spindle, UnitCheck,
    Writes,
};
use dasd::{Access, BlockCount, BlockNo, TrackAddr};
use proptest::prelude::*;

use crate::made::fba;

const BLOCKS: u32 = 80;

fn read(device: &mut Device, first: u32, count: u32) -> Result<Ended, UnitCheck> {
    let locate = Command::Locate(Operation::Read, BlockNo::new(first), BlockCount::new(count));
    device.start(&[locate, Command::ReadBlocks])
}

fn write(device: &mut Device, first: u32, count: u32, data: &[u8]) -> Result<Ended, UnitCheck> {
    let locate = Command::Locate(Operation::Write, BlockNo::new(first), BlockCount::new(count));
    device.start(&[locate, Command::WriteBlocks(data)])
}

fn condition(result: Result<Ended, UnitCheck>) -> Condition {
    result.unwrap_err().sense.condition
}

#[test]
fn locate_and_transfer() {
    let mut device = Device::attach(Spindle::new(fba(BLOCKS)), Access::Write);
    write(&mut device, 3, 2, &[7; 600]).unwrap();
    let ended = read(&mut device, 2, 4).unwrap();
    let blocks = ended.reads.concat();
    assert_eq!(blocks[..512], [0; 512]);
    assert_eq!(blocks[512..1112], [7; 600]);
    assert_eq!(blocks[1112..], [0; 936]);
    assert_eq!(condition(read(&mut device, 79, 2)), Condition::FileProtected);
    assert_eq!(
        condition(read(&mut device, 0, 0)),
        Condition::CommandReject(Reject::Parameter)
    );
    let long = write(&mut device, 0, 1, &[1; 513]);
    assert_eq!(condition(long), Condition::CommandReject(Reject::Length));
    let sequence = Condition::CommandReject(Reject::Sequence);
    assert_eq!(condition(device.start(&[Command::ReadBlocks])), sequence);
    let locate = Command::Locate(Operation::Read, BlockNo::new(0), BlockCount::new(1));
    assert_eq!(
        condition(device.start(&[locate, Command::WriteBlocks(b"")])),
        sequence
    );
    let twice = device.start(&[locate, Command::ReadBlocks, Command::ReadBlocks]);
    assert_eq!(condition(twice), sequence);
    let seek = device.start(&[Command::Seek(TrackAddr::new(0, 0))]);
    assert_eq!(condition(seek), Condition::CommandReject(Reject::Command));
}

#[test]
fn extents_masks_and_read_only_hold() {
    let mut device = Device::attach(Spindle::new(fba(BLOCKS)), Access::Write);
    let extent = |writes| {
        Command::DefineExtent(DefineExtent {
            mask: FileMask {
                writes,
                ..FileMask::default()
            },
            limits: Limits::Blocks {
                first: BlockNo::new(10),
                count: BlockCount::new(5),
            },
        })
    };
    let locate =
        |operation, first, count| Command::Locate(operation, BlockNo::new(first), BlockCount::new(count));
    for (first, count, inside) in [(9, 1, false), (10, 5, true), (14, 1, true), (14, 2, false)] {
        let program = [
            extent(Writes::Records),
            locate(Operation::Read, first, count),
            Command::ReadBlocks,
        ];
        assert_eq!(device.start(&program).is_ok(), inside, "{first} {count}");
    }
    let program = [extent(Writes::None), locate(Operation::Write, 10, 1)];
    assert_eq!(
        condition(device.start(&program)),
        Condition::CommandReject(Reject::Mask)
    );
    let mut reader = Device::attach(std::sync::Arc::clone(device.spindle()), Access::Read);
    let check = write(&mut reader, 0, 1, b"x").unwrap_err();
    assert_eq!(check.sense.condition, Condition::WriteInhibited);
    assert!(
        check
            .to_string()
            .starts_with("volume FBA001, command 1 of the program: locate at block 0: ")
    );
}

proptest! {
    #[test]
    fn any_sequence_is_like_a_list_of_blocks(
        steps in prop::collection::vec((any::<bool>(), 0..85_u32, 1..40_u32, any::<u8>(), 0..2000_usize), 1..30)
    ) {
        let mut device = Device::attach(Spindle::new(fba(BLOCKS)), Access::Write);
        let mut model = vec![0_u8; 512 * 80];
        for (writes, first, count, byte, length) in steps {
            let start = usize::try_from(first).unwrap() * 512;
            let room = usize::try_from(count).unwrap() * 512;
            let result = if writes {
                write(&mut device, first, count, &vec![byte; length])
            } else {
                read(&mut device, first, count)
            };
            if first + count > BLOCKS {
                prop_assert_eq!(condition(result), Condition::FileProtected);
            } else if writes && length > room {
                prop_assert_eq!(condition(result), Condition::CommandReject(Reject::Length));
            } else if writes {
                prop_assert!(result.is_ok());
                model[start..start + room].fill(0);
                model[start..start + length].fill(byte);
            } else {
                prop_assert_eq!(&result.unwrap().reads[0], &model[start..start + room]);
            }
        }
        prop_assert_eq!(read(&mut device, 0, BLOCKS).unwrap().reads.concat(), model);
    }
}
