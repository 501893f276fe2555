use proptest::prelude::*;

use super::*;
use crate::{BLOCK_MAX, MemoryTape, Method};

/// The simplest tape there is: a list, and where the head stands between its entries.
#[derive(Clone, Debug, PartialEq)]
enum Entry {
    Block(Vec<u8>),
    Mark,
}

fn owned(item: Item<'_>) -> Option<Entry> {
    match item {
        Item::Block(block) => Some(Entry::Block(block.to_vec())),
        Item::Mark => Some(Entry::Mark),
        Item::End => None,
    }
}

fn put(drive: &mut Drive<MemoryTape>, entry: &Entry) {
    match entry {
        Entry::Block(block) => drive.write_block(block).unwrap(),
        Entry::Mark => drive.write_mark().unwrap(),
    }
}

fn blank(format: WriteFormat) -> Drive<MemoryTape> {
    Drive::load("test.het", MemoryTape::default())
        .unwrap()
        .with_format(format)
}

fn tape(image: Vec<u8>) -> Drive<MemoryTape> {
    Drive::load("test.aws", MemoryTape::new(image)).unwrap()
}

fn fault<T: std::fmt::Debug>(result: Result<T, ReadError>) -> Fault {
    match result {
        Err(ReadError::Damaged { fault, .. }) => fault,
        other => panic!("not damaged: {other:?}"),
    }
}

fn entries() -> impl Strategy<Value = Entry> {
    prop_oneof![
        1 => Just(Entry::Mark),
        2 => proptest::collection::vec(any::<u8>(), 1..300).prop_map(Entry::Block),
        2 => (any::<u8>(), 1usize..200_000).prop_map(|(byte, length)| Entry::Block(vec![byte; length])),
    ]
}

fn formats() -> impl Strategy<Value = WriteFormat> {
    let chunk = prop_oneof![Just(4096), Just(u16::MAX), 1000u16..];
    let compression = prop_oneof![
        Just(Compression::None),
        (0u8..=9).prop_map(|level| Compression::Zlib { level }),
        (1u8..=9).prop_map(|level| Compression::Bzip2 { level }),
    ];
    (compression, chunk).prop_map(|(compression, chunk)| WriteFormat { compression, chunk })
}

#[derive(Clone, Debug)]
enum Step {
    Write(Entry),
    Read,
    ReadBackward,
    Forward,
    Backward,
    ForwardFile,
    BackwardFile,
    Rewind,
    ForwardEnd,
    Format(WriteFormat),
}

fn steps() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => entries().prop_map(Step::Write),
        2 => Just(Step::Read),
        2 => Just(Step::ReadBackward),
        1 => Just(Step::Forward),
        1 => Just(Step::Backward),
        1 => Just(Step::ForwardFile),
        1 => Just(Step::BackwardFile),
        1 => Just(Step::Rewind),
        1 => Just(Step::ForwardEnd),
        1 => formats().prop_map(Step::Format),
    ]
}

/// A tape as a list of entries, with the movements that a drive has.
#[derive(Default)]
struct Model {
    entries: Vec<Entry>,
    head: usize,
}

impl Model {
    fn forward(&mut self) -> Option<Entry> {
        let entry = self.entries.get(self.head).cloned();
        self.head += usize::from(entry.is_some());
        entry
    }

    fn backward(&mut self) -> Option<Entry> {
        self.head = self.head.checked_sub(1)?;
        Some(self.entries[self.head].clone())
    }

    fn file(&self) -> u32 {
        let marks = self.entries[..self.head]
            .iter()
            .filter(|&entry| *entry == Entry::Mark)
            .count();
        1 + u32::try_from(marks).unwrap()
    }
}

fn passed(entry: Option<&Entry>) -> Passed {
    match entry {
        Some(Entry::Block(_)) => Passed::Block,
        Some(Entry::Mark) => Passed::Mark,
        None => Passed::End,
    }
}

fn file_of(mut next: impl FnMut() -> Option<Entry>) -> Passed {
    loop {
        let now = passed(next().as_ref());
        if now != Passed::Block {
            return now;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_of_movements_agrees_with_a_list(steps in proptest::collection::vec(steps(), 1..40)) {
        let (mut drive, mut model) = (blank(WriteFormat::AWS), Model::default());
        for step in steps {
            match step {
                Step::Write(entry) => {
                    put(&mut drive, &entry);
                    model.entries.truncate(model.head);
                    model.entries.push(entry);
                    model.head += 1;
                }
                Step::Read => prop_assert_eq!(owned(drive.read().unwrap()), model.forward()),
                Step::ReadBackward => prop_assert_eq!(owned(drive.read_backward().unwrap()), model.backward()),
                Step::Forward => prop_assert_eq!(drive.forward_block().unwrap(), passed(model.forward().as_ref())),
                Step::Backward => {
                    prop_assert_eq!(drive.backward_block().unwrap(), passed(model.backward().as_ref()));
                }
                Step::ForwardFile => prop_assert_eq!(drive.forward_file().unwrap(), file_of(|| model.forward())),
                Step::BackwardFile => prop_assert_eq!(drive.backward_file().unwrap(), file_of(|| model.backward())),
                Step::Rewind => { drive.rewind(); model.head = 0; }
                Step::ForwardEnd => { drive.forward_end().unwrap(); model.head = model.entries.len(); }
                Step::Format(format) => drive = drive.with_format(format),
            }
            prop_assert_eq!(drive.position().place().file, model.file());
            if let Some(block) = drive.position().place().block {
                let blocks = model.entries[..model.head].iter().rev().take_while(|&e| *e != Entry::Mark).count();
                prop_assert_eq!(usize::try_from(block).unwrap(), blocks + 1);
            }
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic_and_never_allocate_much(
        image in proptest::collection::vec(prop_oneof![4 => Just(0u8), 2 => 0u8..8, 1 => any::<u8>()], 0..300),
        flags in proptest::collection::vec((0usize..300, prop_oneof![Just(0xA0u8), Just(0xA1), Just(0xA2), Just(0x40), Just(0x80), Just(0x20)]), 0..20),
    ) {
        let mut image = image;
        for (at, flag) in flags {
            if let Some(byte) = image.get_mut(at) { *byte = flag; }
        }
        let mut drive = tape(image);
        while matches!(drive.read(), Ok(Item::Block(_) | Item::Mark)) {}
        while matches!(drive.read_backward(), Ok(Item::Block(_) | Item::Mark)) {}
        prop_assert!(drive.stored.capacity() <= 2 * BLOCK_MAX && drive.plain.capacity() <= 2 * BLOCK_MAX);
    }
}

#[test]
fn the_longest_block_comes_back_and_a_longer_one_is_refused() {
    for format in [
        WriteFormat::AWS,
        WriteFormat::STRICT_AWS,
        WriteFormat::HET_ZLIB,
        WriteFormat::HET_BZIP2,
    ] {
        let block: Vec<u8> = (0..251u8).cycle().take(BLOCK_MAX).collect();
        let mut drive = blank(format);
        drive.write_block(&block).unwrap();
        assert_eq!(drive.read_backward().unwrap(), Item::Block(&block));
        assert_eq!(drive.read().unwrap(), Item::Block(&block));
        let before = drive.position();
        let error = drive.write_block(&vec![0; BLOCK_MAX + 1]).unwrap_err();
        assert!(error.to_string().contains("2097153 bytes"), "{error}");
        drive.write_block(&[]).unwrap_err();
        assert_eq!(drive.position(), before);
    }
}

#[test]
fn bytes_are_those_of_the_format() {
    let mut drive = blank(WriteFormat {
        compression: Compression::None,
        chunk: 2,
    });
    drive.write_block(&[1]).unwrap();
    drive.write_block(&[1, 2, 3, 4, 5]).unwrap();
    drive.write_mark().unwrap();
    drive.write_block(&[9]).unwrap();
    let expected: &[&[u8]] = &[
        &[1, 0, 0, 0, 0xA0, 0, 1],
        &[2, 0, 1, 0, 0x80, 0, 1, 2],
        &[2, 0, 2, 0, 0x00, 0, 3, 4],
        &[1, 0, 2, 0, 0x20, 0, 5],
        &[0, 0, 1, 0, 0x40, 0],
        &[1, 0, 0, 0, 0xA0, 0, 9],
    ];
    assert_eq!(drive.unload().into_vec(), expected.concat());
}

#[test]
fn damage_is_named_and_the_tape_stays_before_it() {
    let cases: [(&[u8], Fault); 9] = [
        (&[1, 0, 0, 0, 0x20, 0, 7], Fault::BeginMissing),
        (&[1, 0, 0, 0, 0x80, 0, 7], Fault::EndMissing),
        (
            &[1, 0, 0, 0, 0x80, 0, 7, 1, 0, 1, 0, 0xA0, 0, 7],
            Fault::EndMissing,
        ),
        (
            &[1, 0, 0, 0, 0x80, 0, 7, 0, 0, 1, 0, 0x40, 0],
            Fault::MarkInsideBlock,
        ),
        (
            &[1, 0, 0, 0, 0x81, 0, 7, 1, 0, 1, 0, 0x22, 0, 7],
            Fault::MixedMethods,
        ),
        (&[0, 0, 0, 0, 0xA0, 0], Fault::Empty),
        (&[9, 0, 0, 0, 0xA0, 0, 7], Fault::Truncated { length: 9, left: 1 }),
        (&[9, 0, 0], Fault::TruncatedHeader { left: 3 }),
        (
            &[2, 0, 0, 0, 0xA1, 0, 7, 7],
            Fault::Expand { method: Method::Zlib },
        ),
    ];
    for (bytes, expected) in cases {
        let image = [&[1, 0, 0, 0, 0xA0, 0, 5], bytes].concat();
        let mut drive = tape(image);
        drive.read().unwrap();
        let before = drive.position();
        assert_eq!(fault(drive.read()), expected);
        assert_eq!(drive.position(), before);
        let again = drive.read().unwrap_err().to_string();
        assert!(
            again.starts_with("tape test.aws, file 1, block 2 (offset 7): "),
            "{again}"
        );
    }
}

#[test]
fn a_wrong_link_stops_only_backward_movements() {
    let image = [
        [1, 0, 0, 0, 0xA0, 0, 5],
        [1, 0, 3, 0, 0xA0, 0, 6],
        [1, 0, 1, 0, 0xA0, 0, 7],
    ]
    .concat();
    let mut drive = tape(image);
    drive.forward_end().unwrap();
    assert_eq!(drive.read_backward().unwrap(), Item::Block(&[7]));
    assert_eq!(drive.read_backward().unwrap(), Item::Block(&[6]));
    let error = drive.read_backward().unwrap_err();
    assert!(
        error
            .to_string()
            .contains("(offset 7): no chunk of 3 bytes lies before"),
        "{error}"
    );
    assert_eq!(drive.read().unwrap(), Item::Block(&[6]));
}

#[test]
fn a_block_that_does_not_expand_can_be_passed() {
    let mut drive = tape([&[2, 0, 0, 0, 0xA2, 0, 7, 7][..], &[1, 0, 2, 0, 0xA0, 0, 6]].concat());
    assert_eq!(
        fault(drive.read()),
        Fault::Expand {
            method: Method::Bzip2
        }
    );
    assert_eq!(drive.forward_block().unwrap(), Passed::Block);
    assert_eq!(drive.read().unwrap(), Item::Block(&[6]));
}

#[test]
fn bus_tech_tapes_are_read() {
    let mut drive = blank(WriteFormat::HET_ZLIB);
    drive.write_block(&[0x40; 500]).unwrap();
    let mut image = drive.unload().into_vec();
    assert_eq!(image[4..6], [0xA1, 0]);
    image[4..6].copy_from_slice(&[0xA0, 0x80]);
    assert_eq!(tape(image).read().unwrap(), Item::Block(&[0x40; 500]));
}

#[test]
fn files_are_found_by_number() {
    let mut drive = blank(WriteFormat::AWS);
    for number in 1..=3 {
        drive.write_block(&[number]).unwrap();
        drive.write_mark().unwrap();
    }
    assert!(drive.forward_to_file(3).unwrap());
    assert_eq!(drive.read().unwrap(), Item::Block(&[3]));
    assert!(drive.forward_to_file(1).unwrap());
    assert_eq!(drive.read().unwrap(), Item::Block(&[1]));
    assert!(!drive.forward_to_file(4).unwrap());
    assert!(!drive.forward_to_file(9).unwrap());
}

/// Bytes that can be written only so far: a full disk.
struct Full(MemoryTape, usize);

impl TapeBytes for Full {
    fn length(&self) -> io::Result<u64> {
        self.0.length()
    }
    fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<()> {
        self.0.read_at(at, into)
    }
    fn write_at(&mut self, at: u64, from: &[u8]) -> io::Result<()> {
        let fits = self
            .1
            .saturating_sub(usize::try_from(at).unwrap())
            .min(from.len());
        self.0.write_at(at, &from[..fits])?;
        if fits < from.len() {
            Err(io::ErrorKind::StorageFull.into())
        } else {
            Ok(())
        }
    }
    fn set_length(&mut self, length: u64) -> io::Result<()> {
        self.0.set_length(length)
    }
    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn after_a_failed_write_the_tape_is_as_before_it() {
    let mut drive = Drive::load("full", Full(MemoryTape::default(), 30)).unwrap();
    drive.write_block(&[1; 10]).unwrap();
    let before = drive.position();
    let error = drive.write_block(&[2; 20]).unwrap_err().to_string();
    assert_eq!(
        error,
        "tape full, file 1, block 2 (offset 16): the image cannot be written; check free space and permissions"
    );
    assert_eq!(drive.position(), before);
    // What was written of the block is seen as damage, and gone as soon as the tape is cut here.
    assert_eq!(
        fault(drive.read().map(|_| ())),
        Fault::Truncated { length: 20, left: 8 }
    );
    drive.truncate().unwrap();
    assert_eq!(drive.read().unwrap(), Item::End);
    assert_eq!(drive.read_backward().unwrap(), Item::Block(&[1; 10]));
}
