use proptest::prelude::*;

use super::*;
use crate::ebcdic::to_ebcdic;
use crate::recfm::{Form, RecordFormat};
use crate::{Drive, MemoryTape, WriteFormat};

fn blank(name: &str) -> Drive<MemoryTape> {
    Drive::load(name, MemoryTape::default())
        .unwrap()
        .with_format(WriteFormat::AWS)
}

fn spec(name: &str) -> DatasetSpec {
    DatasetSpec {
        name: name.to_owned(),
        format: Some(RecordFormat::new(Form::Fixed, true, 3200, 80)),
        created: LabelDate::new(2026, 324),
        expires: None,
        system: "SSIBACKUP".to_owned(),
    }
}

/// A dataset's name and its blocks.
type Found = (String, Vec<Vec<u8>>);

/// What a reader finds: each dataset with its blocks.
fn contents(reader: &mut LabelledReader<MemoryTape>) -> Result<Vec<Found>, LabelError> {
    let mut all = Vec::new();
    while let Some(dataset) = reader.next_dataset()? {
        let mut blocks = Vec::new();
        while let Some(block) = reader.read_block()? {
            blocks.push(block.to_vec());
        }
        all.push((dataset.label.name, blocks));
    }
    Ok(all)
}

fn one_volume() -> Drive<MemoryTape> {
    let mut writer = LabelledWriter::create(blank("one"), VolumeLabel::new("VOL001", "GRIDA"), None).unwrap();
    for (name, blocks) in [("FIRST", 3), ("EMPTY", 0), ("A.VERY.LONG.DATASET.NAME", 1)] {
        let mut dataset = writer.begin(&spec(name)).unwrap();
        for number in 0..blocks {
            assert_eq!(dataset.write_block(&[number; 3200]).unwrap(), Room::Left);
        }
        dataset.finish().unwrap();
    }
    writer.finish().unwrap()
}

#[test]
fn datasets_come_back_from_one_volume() {
    let mut reader = LabelledReader::open(one_volume()).unwrap();
    assert_eq!(reader.volume(), &VolumeLabel::new("VOL001", "GRIDA"));
    let found = contents(&mut reader).unwrap();
    let names: Vec<_> = found
        .iter()
        .map(|(name, blocks)| (name.as_str(), blocks.len()))
        .collect();
    assert_eq!(names, [("FIRST", 3), ("EMPTY", 0), ("LONG.DATASET.NAME", 1)]);
    assert_eq!(found[0].1[2], [2; 3200]);
}

#[test]
fn datasets_can_be_passed_and_their_labels_say_what_they_are() {
    let mut reader = LabelledReader::open(one_volume()).unwrap();
    let first = reader.next_dataset().unwrap().unwrap();
    assert_eq!(
        (first.label.dataset_sequence, first.label.created),
        (1, LabelDate::new(2026, 324))
    );
    assert_eq!(first.format.unwrap().format.recfm(), "FB");
    reader.read_block().unwrap();
    assert_eq!(reader.next_dataset().unwrap().unwrap().label.name, "EMPTY");
    assert_eq!(reader.next_dataset().unwrap().unwrap().label.dataset_sequence, 3);
    assert_eq!(reader.next_dataset().unwrap(), None);
    assert_eq!(reader.next_dataset().unwrap(), None);
}

fn volumes(capacity: u64) -> Vec<Drive<MemoryTape>> {
    let volume = |number: u32| VolumeLabel::new(&format!("SET{number:03}"), "OWNER");
    let mut writer = LabelledWriter::create(blank("v1"), volume(1), Some(capacity)).unwrap();
    let mut full = Vec::new();
    for name in ["ALPHA", "BETA"] {
        let mut dataset = writer.begin(&spec(name)).unwrap();
        for number in 0..20 {
            if dataset.write_block(&[number; 3200]).unwrap() == Room::EndOfVolume {
                let next = u32::try_from(full.len()).unwrap() + 2;
                full.push(
                    dataset
                        .next_volume(blank(&format!("v{next}")), volume(next))
                        .unwrap(),
                );
            }
        }
        dataset.finish().unwrap();
    }
    full.push(writer.finish().unwrap());
    full
}

fn open(volumes: Vec<Drive<MemoryTape>>) -> LabelledReader<MemoryTape> {
    let mut volumes = volumes.into_iter();
    LabelledReader::open_set(volumes.next().unwrap(), volumes.collect()).unwrap()
}

#[test]
fn datasets_continue_over_volumes() {
    let set = volumes(20_000);
    assert!(set.len() > 3, "{}", set.len());
    let mut reader = open(set);
    let found = contents(&mut reader).unwrap();
    assert_eq!(reader.volumes_left(), 0);
    let expected: Vec<Vec<u8>> = (0..20u8).map(|number| vec![number; 3200]).collect();
    assert_eq!(
        found,
        [
            ("ALPHA".to_owned(), expected.clone()),
            ("BETA".to_owned(), expected)
        ]
    );
}

#[test]
fn missing_and_mixed_up_volumes_are_named() {
    let mut short = volumes(20_000);
    short.truncate(2);
    let error = contents(&mut open(short)).unwrap_err().to_string();
    assert_eq!(
        error,
        "dataset ALPHA continues behind volume SET002; name the next volume of the set too"
    );

    let mut swapped = volumes(20_000);
    swapped.swap(1, 2);
    let error = contents(&mut open(swapped)).unwrap_err().to_string();
    assert!(
        error.starts_with("volume SET003 holds volume 3 of set SET001 with ALPHA, but volume 2"),
        "{error}"
    );

    let mut late = volumes(20_000);
    late.remove(0);
    let error = contents(&mut open(late)).unwrap_err().to_string();
    assert_eq!(
        error,
        "volume SET002 is number 2 of the set that begins with SET001; name all volumes in order"
    );
}

/// The tape of [`one_volume`] with one of its blocks or tapemarks left out (`None`) or put in another's place.
fn with_change(at: usize, change: Option<&[u8]>) -> Drive<MemoryTape> {
    let mut from = one_volume();
    from.rewind();
    let mut to = blank("changed");
    let mut index = 0;
    loop {
        let item = match from.read().unwrap() {
            crate::Item::Block(block) => Some(block.to_vec()),
            crate::Item::Mark => None,
            crate::Item::End => break,
        };
        match (index == at, change, item) {
            (true, None, _) => {}
            (true, Some(other), _) => to.write_block(other).unwrap(),
            (false, _, Some(block)) => to.write_block(&block).unwrap(),
            (false, _, None) => to.write_mark().unwrap(),
        }
        index += 1;
    }
    to.rewind();
    to
}

#[test]
fn a_lost_block_is_noticed_and_the_next_dataset_is_still_read() {
    // VOL1, HDR1, HDR2, tapemark, and then the first of three blocks.
    let mut reader = LabelledReader::open(with_change(4, None)).unwrap();
    reader.next_dataset().unwrap();
    let error = reader.next_dataset().unwrap_err();
    assert!(
        matches!(error, LabelError::BlockCount { says: 3, is: 2, .. }),
        "{error}"
    );
    assert_eq!(reader.next_dataset().unwrap().unwrap().label.name, "EMPTY");
}

#[test]
fn what_is_no_label_is_named() {
    assert!(matches!(
        LabelledReader::open(with_change(0, None)),
        Err(LabelError::NotLabelled { .. })
    ));
    let mut reader = LabelledReader::open(with_change(1, Some(&[0x40; 81]))).unwrap();
    let error = reader.next_dataset().unwrap_err().to_string();
    assert!(
        error.contains("file 1, block 2") && error.contains("a block of 81 bytes stands where an HDR1"),
        "{error}"
    );
    let mut reader = LabelledReader::open(with_change(8, Some(b"junk"))).unwrap();
    reader.next_dataset().unwrap();
    let error = reader.next_dataset().unwrap_err().to_string();
    assert!(error.contains("where an EOF1 or EOV1 label should be"), "{error}");
}

#[test]
fn a_tape_that_ends_in_a_dataset_is_an_error() {
    let mut drive = one_volume();
    drive.rewind();
    for _ in 0..6 {
        drive.forward_block().unwrap();
    }
    drive.truncate().unwrap();
    let mut reader = LabelledReader::open(drive).unwrap();
    reader.next_dataset().unwrap();
    let error = contents(&mut reader).unwrap_err().to_string();
    assert!(
        error.contains("the end of the tape stands where the rest of the dataset"),
        "{error}"
    );
}

#[test]
fn initialised_tapes_hold_no_dataset() {
    let writer = LabelledWriter::create(blank("new"), VolumeLabel::new("NEW001", ""), None).unwrap();
    let mut reader = LabelledReader::open(writer.finish().unwrap()).unwrap();
    assert_eq!(contents(&mut reader).unwrap(), []);
}

#[test]
fn texts_that_fit_no_label_are_refused() {
    for volser in ["", "TOOLONG", "vol001", "A B"] {
        LabelledWriter::create(blank("x"), VolumeLabel::new(volser, ""), None).unwrap_err();
    }
    LabelledWriter::create(blank("x"), VolumeLabel::new("VOL001", "ELEVEN LONG"), None).unwrap_err();
    let mut writer = LabelledWriter::create(blank("x"), VolumeLabel::new("VOL001", ""), None).unwrap();
    writer.begin(&spec("not upper")).unwrap_err();
    let _ = writer.begin(&spec("FORGOTTEN")).unwrap();
    let error = writer.begin(&spec("NEXT")).unwrap_err().to_string();
    assert!(
        error.contains("a dataset on volume VOL001 was not finished"),
        "{error}"
    );
}

#[test]
fn names_are_found_and_made() {
    let mut reader = LabelledReader::open(one_volume()).unwrap();
    let mut found = false;
    while let Some(dataset) = reader.next_dataset().unwrap() {
        found |= dataset.label.is_named("A.VERY.LONG.DATASET.NAME");
        assert!(!dataset.label.is_named("NAME"));
    }
    assert!(found);
    for (file, name) in [
        ("site.toml", "SITE.TOML"),
        ("my backup_2026.tar.gz", "MY-BACKU.TAR.GZ"),
        ("2026.\u{e4}", "D2026.D-"),
        ("..", "DATA"),
        ("a.b.c.d.e.f", "A.B.C.D.E"),
    ] {
        assert_eq!(dataset_name_of(file), name);
        let mut writer = LabelledWriter::create(blank("x"), VolumeLabel::new("VOL001", ""), None).unwrap();
        writer
            .begin(&spec(&dataset_name_of(file)))
            .unwrap()
            .finish()
            .unwrap();
    }
}

fn pieces() -> impl Strategy<Value = Option<Vec<u8>>> {
    let label = |text: &str| Just(Some(to_ebcdic(&format!("{text:80}"))));
    prop_oneof![
        3 => Just(None),
        1 => label("HDR1NAME             VOL00100010001       26001 000000000000X"),
        1 => label("HDR1NAME             VOL00100020001       26001 000000000000X"),
        1 => label("EOF1NAME             VOL00100010001       26001 000000000001X"),
        1 => label("EOV1NAME             VOL00100010001       26001 000000000001X"),
        1 => label("HDR2F0320000080"),
        1 => label("VOL2"),
        1 => "(HDR|EOF|EOV)[12][ -~]{76}".prop_map(|text| Some(to_ebcdic(&text))),
        1 => proptest::collection::vec(any::<u8>(), 1..100).prop_map(Some),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever follows VOL1 on one or two volumes, the reader comes to an end and never panics.
    #[test]
    fn any_sequence_of_labels_comes_to_an_end(volumes in proptest::collection::vec(proptest::collection::vec(pieces(), 0..14), 1..3)) {
        let set = volumes.iter().map(|pieces| {
            let mut drive = blank("hostile");
            drive.write_block(&to_ebcdic(&format!("{:80}", "VOL1VOL001"))).unwrap();
            for piece in pieces {
                match piece {
                    Some(block) => drive.write_block(block).unwrap(),
                    None => drive.write_mark().unwrap(),
                }
            }
            drive.rewind();
            drive
        });
        let mut reader = open(set.collect());
        for _ in 0..40 {
            match contents(&mut reader) {
                Ok(_) => return Ok(()),
                Err(error) => prop_assert!(!error.to_string().is_empty()),
            }
        }
        let sticks = matches!(contents(&mut reader), Err(LabelError::Unexpected { .. }));
        prop_assert!(sticks, "only what is no label stops a reader for good");
    }
}

#[test]
fn any_volume_of_a_set_can_be_listed_alone() {
    let set = volumes(20_000);
    let last = set.len() - 1;
    for (number, volume) in set.into_iter().enumerate() {
        let mut reader = LabelledReader::open_alone(volume).unwrap();
        let found = contents(&mut reader).unwrap();
        assert!(!found.is_empty(), "volume {number}");
        assert_eq!(reader.continues_behind(), number != last, "volume {number}");
    }
}
