//! Hercules' own tape tools as oracles: they read what we write, and we read what they write.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use std::fs::File;
use std::path::Path;
use std::process::Command;

use support::{entries, entries_backward, load, skip};
use tape::labelled::{DatasetSpec, LabelDate, LabelledReader, LabelledWriter, VolumeLabel};
use tape::recfm::{Form, RecordFormat};
use tape::{Compression, Drive, WriteFormat, check, survey};

const FORMATS: [(&str, WriteFormat); 5] = [
    ("aws", WriteFormat::AWS),
    ("strict", WriteFormat::STRICT_AWS),
    ("zlib", WriteFormat::HET_ZLIB),
    ("bzip2", WriteFormat::HET_BZIP2),
    (
        "odd",
        WriteFormat {
            compression: Compression::Zlib { level: 1 },
            chunk: 777,
        },
    ),
];

/// Runs a tool and returns what it printed; none when it is not installed.
fn run(tool: &str, folder: &Path, arguments: &[&str]) -> Option<String> {
    let Ok(output) = Command::new(tool).args(arguments).current_dir(folder).output() else {
        skip(tool);
        return None;
    };
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{tool} {arguments:?}: {printed}{complained}"
    );
    Some(printed)
}

/// Blocks of all sorts: short, as long as Hercules 3 reads, compressible and not.
fn sample() -> Vec<Option<Vec<u8>>> {
    let noise = |length: usize| -> Vec<u8> {
        let mut state: u32 = 1;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            u8::try_from(state >> 24).unwrap()
        };
        (0..length).map(|_| next()).collect()
    };
    let text = |length: usize| -> Vec<u8> { (0x81..0x8Au8).cycle().take(length).collect() };
    vec![
        Some(text(80)),
        Some(noise(1)),
        None,
        Some(text(65_535)),
        Some(noise(65_535)),
        Some(noise(4096)),
        Some(text(4097)),
        None,
        None,
        Some(text(32_760)),
        None,
        None,
    ]
}

fn write(path: &Path, format: WriteFormat, entries: &[Option<Vec<u8>>]) {
    let file = File::options()
        .read(true)
        .write(true)
        .create_new(true)
        .open(path)
        .unwrap();
    let mut drive = Drive::load("ours", file).unwrap().with_format(format);
    for entry in entries {
        match entry {
            Some(block) => drive.write_block(block).unwrap(),
            None => drive.write_mark().unwrap(),
        }
    }
}

fn assert_sound(path: &Path) {
    let report = check("tape", &File::options().read(true).open(path).unwrap()).unwrap();
    assert!(report.is_sound(), "{}: {:?}", path.display(), report.damages);
}

/// What our survey says of each file: blocks, shortest, longest.
fn surveyed(path: &Path) -> Vec<[u64; 3]> {
    let mut drive = load(path);
    let mut files = Vec::new();
    while let Some(file) = survey::next_file(&mut drive).unwrap() {
        files.push([
            file.blocks,
            u64::try_from(file.shortest).unwrap(),
            u64::try_from(file.longest).unwrap(),
        ]);
    }
    files
}

/// The number behind every line that begins with `key`.
fn numbers(printed: &str, key: &str) -> Vec<u64> {
    let lines = printed.lines().filter_map(|line| line.split_once(':'));
    lines
        .filter(|(name, _)| name.trim() == key)
        .map(|(_, number)| number.trim().parse().unwrap())
        .collect()
}

#[test]
fn hetmap_counts_what_we_wrote() {
    let folder = tempfile::tempdir().unwrap();
    for (name, format) in FORMATS {
        let path = folder.path().join(name);
        write(&path, format, &sample());
        let Some(printed) = run("hetmap", folder.path(), &[name]) else {
            return;
        };
        let files = printed.split("Summary").next().unwrap();
        let (blocks, shortest, longest) = (
            numbers(files, "Blocks"),
            numbers(files, "Min Blocksize"),
            numbers(files, "Max Blocksize"),
        );
        let theirs: Vec<_> = (0..blocks.len())
            .map(|file| [blocks[file], shortest[file], longest[file]])
            .collect();
        let mut ours = surveyed(&path);
        ours.truncate(theirs.len());
        assert_eq!(theirs, ours, "{name}: {printed}");
        assert!(theirs.len() >= 3, "{printed}");
    }
}

#[test]
fn tapemap_counts_what_we_wrote() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder.path().join("aws"), WriteFormat::AWS, &sample());
    let Some(printed) = run("tapemap", folder.path(), &["aws"]) else {
        return;
    };
    for line in [
        "File 1: Blocks=2, block size min=1, max=80",
        "File 2: Blocks=4, block size min=4096, max=65535",
    ] {
        assert!(printed.contains(line), "{printed}");
    }
}

#[test]
fn hetupd_expands_what_we_wrote() {
    let folder = tempfile::tempdir().unwrap();
    for (name, format) in FORMATS {
        let (path, expanded) = (folder.path().join(name), format!("{name}.expanded"));
        // hetupd stops at the first two tapemarks in a row, so they stand at the end here.
        let sample: Vec<_> = sample().into_iter().take(9).collect();
        write(&path, format, &sample);
        if run("hetupd", folder.path(), &["-d", name, &expanded]).is_none() {
            return;
        }
        assert_eq!(
            entries(&mut load(&folder.path().join(&expanded))),
            sample,
            "{name}"
        );
        assert_sound(&path);
    }
}

#[test]
fn we_read_what_hetupd_wrote() {
    let folder = tempfile::tempdir().unwrap();
    let cases: [&[&str]; 6] = [
        &["-z", "-9"],
        &["-z", "-1"],
        &["-b"],
        &["-s"],
        &["-d"],
        &["-z", "-c", "5000"],
    ];
    for (number, options) in cases.into_iter().enumerate() {
        // hetupd 3.13 gives up on a block that bzip2 makes longer: long noise is left out for it.
        let fits = |entry: &Option<Vec<u8>>| {
            options != ["-b"]
                || entry
                    .as_ref()
                    .is_none_or(|block| block.windows(2).all(|two| two[0].abs_diff(two[1]) < 9))
        };
        let sample: Vec<_> = sample().into_iter().take(9).filter(fits).collect();
        let (source, name) = (format!("ours{number}"), format!("theirs{number}"));
        write(&folder.path().join(&source), WriteFormat::AWS, &sample);
        let arguments = [options, &[&source, &name]].concat();
        if run("hetupd", folder.path(), &arguments).is_none() {
            return;
        }
        let path = folder.path().join(&name);
        assert_eq!(entries(&mut load(&path)), sample, "{options:?}");
        assert_eq!(entries_backward(&mut load(&path)), sample, "{options:?} backward");
        assert_sound(&path);
    }
}

#[test]
fn we_read_what_hetinit_wrote() {
    let folder = tempfile::tempdir().unwrap();
    for (name, options) in [("het", &[][..]), ("aws", &["-d"])] {
        let arguments = [options, &[name, "TAP001", "OWNER"]].concat();
        if run("hetinit", folder.path(), &arguments).is_none() {
            return;
        }
        let path = folder.path().join(name);
        assert_sound(&path);
        let mut reader = LabelledReader::open(load(&path)).unwrap();
        assert_eq!(
            (reader.volume().volser.as_str(), reader.volume().owner.as_str()),
            ("TAP001", "OWNER")
        );
        assert_eq!(reader.next_dataset().unwrap(), None);
    }
    run("hetinit", folder.path(), &["-n", "nl"]).unwrap();
    assert_eq!(entries(&mut load(&folder.path().join("nl"))), [None, None]);
}

/// Hercules initialises a tape, and the volume label and placeholder that we write are the same bytes.
#[test]
fn our_initialised_tape_is_theirs() {
    let folder = tempfile::tempdir().unwrap();
    if run("hetinit", folder.path(), &["-d", "theirs", "TAP001", "OWNER"]).is_none() {
        return;
    }
    let file = File::options()
        .read(true)
        .write(true)
        .create_new(true)
        .open(folder.path().join("ours"))
        .unwrap();
    let drive = Drive::load("ours", file).unwrap();
    LabelledWriter::create(drive, VolumeLabel::new("TAP001", "OWNER"), None)
        .unwrap()
        .finish()
        .unwrap();
    let ours = entries(&mut load(&folder.path().join("ours")));
    assert_eq!(ours, entries(&mut load(&folder.path().join("theirs"))));
}

#[test]
fn hetget_extracts_our_dataset() {
    let folder = tempfile::tempdir().unwrap();
    let records: Vec<u8> = (0..100u8).flat_map(|number| [number; 80]).collect();
    let file = File::options()
        .read(true)
        .write(true)
        .create_new(true)
        .open(folder.path().join("sl"))
        .unwrap();
    let drive = Drive::load("sl", file)
        .unwrap()
        .with_format(WriteFormat::HET_ZLIB);
    let mut writer = LabelledWriter::create(drive, VolumeLabel::new("VOL001", "ME"), None).unwrap();
    for name in ["OTHER.DATA", "TEST.DATA"] {
        let mut dataset = writer
            .begin(&DatasetSpec {
                name: name.to_owned(),
                format: Some(RecordFormat::new(Form::Fixed, true, 3200, 80)),
                created: LabelDate::new(2026, 324),
                expires: None,
                system: "SSIBACKUP".to_owned(),
            })
            .unwrap();
        for block in records.chunks(if name == "TEST.DATA" { 3200 } else { 800 }) {
            dataset.write_block(block).unwrap();
        }
        dataset.finish().unwrap();
    }
    writer.finish().unwrap();
    if run("hetget", folder.path(), &["sl", "out", "2", "FB", "80", "3200"]).is_none() {
        return;
    }
    let extracted = entries_of_file(&folder.path().join("out"));
    assert_eq!(extracted, records);
    let printed = run("hetmap", folder.path(), &["-t", "sl"]).unwrap_or_default();
    assert!(!printed.contains("returned"), "{printed}");
}

fn entries_of_file(path: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut File::options().read(true).open(path).unwrap(), &mut bytes).unwrap();
    bytes
}
