//! Two real tapes: a labelled one that MVS wrote, and one of CMS files that VM/370 wrote.

mod support;

use std::path::{Path, PathBuf};

use support::{entries, entries_backward, load, skip};
use tape::check;
use tape::cms::{CmsTape, Dialect};
use tape::ebcdic::from_ebcdic;
use tape::labelled::{LabelDate, LabelledReader};
use tape::recfm::{Deblocker, Form};
use tape::survey::{self, Content};

/// The real tape of this name; none when the images are not there.
fn image(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data/images")
        .join(name);
    if !path.is_file() {
        skip(name);
        return None;
    }
    Some(path)
}

#[test]
fn both_tapes_are_sound_and_read_the_same_backward() {
    for (name, blocks, files) in [("j90009.het", 34, 10), ("cms-cp-help.vmfplc2.aws", 153, 1)] {
        let Some(path) = image(name) else { continue };
        let file = std::fs::File::options().read(true).open(&path).unwrap();
        let report = check(name, &file).unwrap();
        assert!(report.is_sound(), "{:?}", report.damages);
        assert_eq!((report.blocks, report.marks), (blocks, files));
        assert_eq!(entries(&mut load(&path)), entries_backward(&mut load(&path)));
    }
}

#[test]
fn the_survey_tells_labels_from_data() {
    let Some(path) = image("j90009.het") else { return };
    let mut drive = load(&path);
    let mut found = Vec::new();
    while let Some(file) = survey::next_file(&mut drive).unwrap() {
        found.push((file.content, file.blocks));
    }
    let (labels, data) = (Content::Labels, Content::Data);
    let expected = [
        (labels, 3),
        (data, 10),
        (labels, 2),
        (labels, 2),
        (data, 4),
        (labels, 2),
        (labels, 2),
        (data, 7),
        (labels, 2),
        (Content::Empty, 0),
    ];
    assert_eq!(found, expected);
    let Some(path) = image("cms-cp-help.vmfplc2.aws") else {
        return;
    };
    let file = survey::next_file(&mut load(&path)).unwrap().unwrap();
    assert_eq!(
        (file.content, file.shortest, file.longest),
        (Content::Vmfplc2, 77, 4005)
    );
}

#[test]
fn the_labelled_tape_yields_its_datasets() {
    let Some(path) = image("j90009.het") else { return };
    let mut reader = LabelledReader::open(load(&path)).unwrap();
    assert_eq!(
        (reader.volume().volser.as_str(), reader.volume().owner.as_str()),
        ("J90009", "PUBLIC")
    );
    let mut found = Vec::new();
    let mut cards = Vec::new();
    while let Some(dataset) = reader.next_dataset().unwrap() {
        assert_eq!(dataset.label.created, LabelDate::new(1974, 114));
        let format = dataset.format.unwrap().format;
        let mut deblocker = Deblocker::new(format);
        let mut blocks = 0;
        while let Some(block) = reader.read_block().unwrap() {
            blocks += 1;
            if format.recfm() == "FB" {
                deblocker
                    .block(block, |record| cards.push(from_ebcdic(record)))
                    .unwrap();
            }
        }
        found.push((dataset.label.name, format.recfm(), blocks));
    }
    let expected = [
        ("SMPMCS", "FB", 10),
        ("M023000.F1", "VS", 4),
        ("M023000.F2", "VS", 7),
    ];
    assert_eq!(
        found,
        expected.map(|(name, recfm, blocks)| (name.to_owned(), recfm.to_owned(), blocks))
    );
    assert_eq!(cards.len(), 9 * 90 + 76);
    assert!(
        cards[0].starts_with("++USERMOD(M023000) /* EDM1102 - ADD UTRKCALC"),
        "{}",
        cards[0]
    );
}

/// The unloaded partitioned datasets are VS, and their blocks follow their descriptors.
#[test]
fn the_spanned_datasets_come_apart() {
    let Some(path) = image("j90009.het") else { return };
    let mut reader = LabelledReader::open(load(&path)).unwrap();
    let mut records = 0;
    while let Some(dataset) = reader.next_dataset().unwrap() {
        let format = dataset.format.unwrap().format;
        if !format.spanned {
            continue;
        }
        let mut deblocker = Deblocker::new(format);
        while let Some(block) = reader.read_block().unwrap() {
            deblocker.block(block, |_| records += 1).unwrap();
        }
        deblocker.finish().unwrap();
    }
    assert_eq!(records, 11);
}

#[test]
fn every_cms_file_comes_out_readable() {
    let Some(path) = image("cms-cp-help.vmfplc2.aws") else {
        return;
    };
    let mut tape = CmsTape::new(load(&path));
    let (mut files, mut records, mut variable, mut surplus) = (Vec::new(), 0, 0, Vec::new());
    while let Some(file) = tape.next_file().unwrap() {
        assert_eq!(file.dialect, Dialect::Vmfplc2);
        assert_eq!(file.written.unwrap().year, 2022);
        let (mut lines, mut longest) = (0, 0);
        let extracted = tape
            .records(&file, |record| {
                let line = from_ebcdic(record);
                assert!(!line.chars().any(char::is_control), "{} {line:?}", file.name);
                longest = longest.max(record.len());
                lines += 1;
            })
            .unwrap();
        assert_eq!(
            (lines, u32::try_from(longest).unwrap()),
            (file.records, file.record_length),
            "{}",
            file.name
        );
        records += lines;
        if extracted.surplus != 0 {
            surplus.push((file.name.clone(), extracted.surplus));
        }
        variable += usize::from(file.form == Form::Variable);
        files.push(format!("{} {} {}", file.name, file.filetype, file.mode));
    }
    assert_eq!(
        (files[0].as_str(), files.len(), variable, records),
        ("BISON HELPCMD D2", 46, 1, 3871)
    );
    // One data block is on the tape twice.
    assert_eq!(surplus, [("PLI".to_owned(), 4000)]);
}
