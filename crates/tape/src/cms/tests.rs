use proptest::prelude::*;

use super::*;
use crate::ebcdic::to_ebcdic;
use crate::recfm::Form;
use crate::{Drive, MemoryTape};

const PLCH: [u8; 5] = [0x02, 0xD7, 0xD3, 0xC3, 0xC8];
const PLCD: [u8; 5] = [0x02, 0xD7, 0xD3, 0xC3, 0xC4];
const CMS: [u8; 5] = [0x02, 0xC3, 0xD4, 0xE2, 0x40];
const CMSN: [u8; 5] = [0x02, 0xC3, 0xD4, 0xE2, 0xD5];

fn two(number: usize) -> [u8; 2] {
    [
        u8::try_from(number >> 8).unwrap(),
        u8::try_from(number & 255).unwrap(),
    ]
}

fn four(number: usize) -> [u8; 4] {
    let [high, low] = two(number >> 16).map(usize::from);
    let [third, fourth] = two(number & 0xFFFF);
    [
        u8::try_from(high).unwrap(),
        u8::try_from(low).unwrap(),
        third,
        fourth,
    ]
}

/// The data of a file as the tape carries them, in units of 800 bytes.
fn data(form: Form, records: &[Vec<u8>]) -> Vec<u8> {
    let mut data = Vec::new();
    for record in records {
        if form == Form::Variable {
            data.extend(two(record.len()));
        }
        data.extend(record);
    }
    data.resize(data.len().div_ceil(800) * 800, 0);
    data
}

fn longest(records: &[Vec<u8>]) -> usize {
    records.iter().map(Vec::len).max().unwrap_or(0)
}

/// Writes a file as VMFPLC2 does.
fn plc(drive: &mut Drive<MemoryTape>, form: Form, records: &[Vec<u8>]) {
    let data = data(form, records);
    let mut entry = PLCH.to_vec();
    entry.extend(to_ebcdic("PROFILE EXEC    "));
    entry.extend([0x11, 0x20, 0x22, 0x15, 0, 0, 0, 1]);
    entry.extend(to_ebcdic("A1"));
    entry.extend(two(records.len()));
    entry.extend([0, 0, if form == Form::Fixed { 0xC6 } else { 0xE5 }, 0x08]);
    entry.extend(four(longest(records)));
    entry.extend([0, 0]);
    entry.extend(to_ebcdic("26"));
    entry.extend(four(data.len() % 4000 / 800));
    entry.extend(four(data.len() / 4000));
    entry.extend([0; 8]);
    entry.extend(four(records.len()));
    entry.extend([0, 0, 0x26, 0x11, 0x20, 0x22, 0x15, 0x33, 0, 0, 0, 0]);
    assert_eq!(entry.len(), 77);
    drive.write_block(&entry).unwrap();
    for block in data.chunks(4000) {
        drive.write_block(&[&PLCD, block].concat()).unwrap();
    }
}

/// Writes a file as TAPE DUMP does.
fn dump(drive: &mut Drive<MemoryTape>, form: Form, records: &[Vec<u8>]) {
    for block in data(form, records).chunks(800) {
        drive.write_block(&[&CMS, block].concat()).unwrap();
    }
    let mut entry = CMSN.to_vec();
    entry.extend([0; 6]);
    entry.extend(two(records.len()));
    entry.extend([0, 0, if form == Form::Fixed { 0xC6 } else { 0xE5 }, 0]);
    entry.extend(four(longest(records)));
    entry.extend([0, 0]);
    entry.extend(to_ebcdic("79"));
    entry.extend([0x12, 0x31, 0x23, 0x59]);
    entry.resize(5 + 64, 0);
    entry.extend(to_ebcdic("OLD     SCRIPT  B2"));
    entry.resize(805, 0);
    drive.write_block(&entry).unwrap();
}

fn blank() -> Drive<MemoryTape> {
    Drive::load("cms.aws", MemoryTape::default()).unwrap()
}

fn read(tape: &mut CmsTape<MemoryTape>, file: &CmsFile) -> Result<Vec<Vec<u8>>, CmsError> {
    let mut records = Vec::new();
    let extracted = tape.records(file, |record| records.push(record.to_vec()))?;
    assert_eq!(extracted.surplus, 0);
    Ok(records)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn files_come_back(
        files in proptest::collection::vec((any::<bool>(), 1usize..300, proptest::collection::vec(1usize..2000, 1..20)), 1..4),
        plc_tape: bool,
    ) {
        let mut drive = blank();
        let files: Vec<_> = files.into_iter().map(|(fixed, length, lengths)| {
            let form = if fixed { Form::Fixed } else { Form::Variable };
            let records: Vec<_> = lengths.iter().map(|&own| vec![u8::try_from(own % 251).unwrap(); if fixed { length } else { own }]).collect();
            if plc_tape { plc(&mut drive, form, &records) } else { dump(&mut drive, form, &records) }
            (form, records)
        }).collect();
        drive.write_mark().unwrap();
        drive.rewind();
        let mut tape = CmsTape::new(drive);
        for (form, records) in files {
            let file = tape.next_file().unwrap().unwrap();
            prop_assert_eq!(file.form, form);
            prop_assert_eq!(usize::try_from(file.records).unwrap(), records.len());
            prop_assert_eq!(read(&mut tape, &file).unwrap(), records);
        }
        prop_assert!(tape.next_file().unwrap().is_none());
    }

    #[test]
    fn hostile_entries_never_panic(entry in proptest::collection::vec(any::<u8>(), 0..100), payload in proptest::collection::vec(any::<u8>(), 0..2000), dumped: bool) {
        let mut drive = blank();
        let [first, second] = if dumped { [[&CMS[..], &payload].concat(), [&CMSN[..], &entry].concat()] } else { [[&PLCH[..], &entry].concat(), [&PLCD[..], &payload].concat()] };
        drive.write_block(&first).unwrap();
        drive.write_block(&second).unwrap();
        drive.rewind();
        let mut tape = CmsTape::new(drive);
        while let Ok(Some(file)) = tape.next_file() {
            let _ = tape.records(&file, |_| ());
        }
    }
}

#[test]
fn entries_say_what_the_file_is() {
    let mut drive = blank();
    plc(&mut drive, Form::Fixed, &vec![vec![0x40; 80]; 51]);
    drive.write_mark().unwrap();
    dump(&mut drive, Form::Variable, &[vec![1, 2, 3]]);
    drive.rewind();
    let mut tape = CmsTape::new(drive);
    let file = tape.next_file().unwrap().unwrap();
    assert_eq!(
        (file.name.as_str(), file.filetype.as_str(), file.mode.as_str()),
        ("PROFILE", "EXEC", "A1")
    );
    assert_eq!((file.recfm(), file.record_length, file.records), ("F", 80, 51));
    assert_eq!(
        (file.payload, file.tape_file, file.dialect),
        (Some(4800), 1, Dialect::Vmfplc2)
    );
    assert_eq!(file.written.unwrap().to_string(), "2026-11-20 22:15:33");
    let file = tape.next_file().unwrap().unwrap();
    assert_eq!(
        (file.name.as_str(), file.filetype.as_str(), file.mode.as_str()),
        ("OLD", "SCRIPT", "B2")
    );
    assert_eq!(
        (file.recfm(), file.tape_file, file.dialect),
        ("V", 2, Dialect::TapeDump)
    );
    assert_eq!(file.written.unwrap().to_string(), "1979-12-31 23:59:00");
}

/// The records of the first file of a tape after the block at `at` was changed.
fn after(at: usize, change: impl FnOnce(&mut Vec<u8>)) -> CmsError {
    let mut from = blank();
    plc(&mut from, Form::Variable, &vec![vec![7; 1000]; 9]);
    from.rewind();
    let mut blocks = Vec::new();
    while let crate::Item::Block(block) = from.read().unwrap() {
        blocks.push(block.to_vec());
    }
    change(&mut blocks[at]);
    let mut to = blank();
    for block in blocks.iter().filter(|block| !block.is_empty()) {
        to.write_block(block).unwrap();
    }
    to.rewind();
    let mut tape = CmsTape::new(to);
    match tape.next_file() {
        Ok(file) => read(&mut tape, &file.unwrap()).unwrap_err(),
        Err(error) => error,
    }
}

#[test]
fn damage_is_named() {
    assert!(matches!(after(0, Vec::clear), CmsError::NoFile { .. }));
    assert!(matches!(
        after(0, |header| header[0] = 9),
        CmsError::NotCms { .. }
    ));
    assert!(matches!(
        after(0, |header| header[35] = 0),
        CmsError::BadEntry { .. }
    ));
    assert!(matches!(
        after(3, Vec::clear),
        CmsError::Payload {
            says: 9600,
            is: 8000,
            ..
        }
    ));
    assert!(matches!(
        after(0, |header| header[64] = 10),
        CmsError::RecordLength { length: 0, .. }
    ));
    assert!(matches!(
        after(0, |header| header[64] = 7),
        CmsError::Leftover { .. }
    ));
    let error = after(1, |data| data[5..7].copy_from_slice(&[0xFF, 0xFF])).to_string();
    assert!(
        error.contains("PROFILE EXEC A1 should have 9 records, 9 of them are missing"),
        "{error}"
    );
}

#[test]
fn a_tapemark_ends_the_listing_of_one_tape_file() {
    let mut drive = Drive::load("t", MemoryTape::default()).unwrap();
    plc(&mut drive, Form::Fixed, &[vec![1; 80]]);
    drive.write_mark().unwrap();
    drive.write_block(b"not of CMS").unwrap();
    drive.rewind();
    let mut tape = CmsTape::of_tape_file(drive);
    let file = tape.next_file().unwrap().unwrap();
    assert_eq!(
        tape.records(&file, |record| assert_eq!(record, [1; 80]))
            .unwrap()
            .records,
        1
    );
    for _ in 0..2 {
        assert_eq!(tape.next_file().unwrap(), None);
    }
    let mut all = CmsTape::new(tape.into_drive());
    assert!(matches!(all.next_file(), Err(CmsError::NotCms { .. })));
}
