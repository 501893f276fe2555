//! Small tapes: plain and compressed, labelled, and of CMS files.

use tape::ebcdic::to_ebcdic;
use tape::labelled::{DatasetSpec, LabelledWriter, VolumeLabel};
use tape::recfm::{Form, RecordFormat};
use tape::{Drive, MemoryTape, WriteFormat};

const FORMATS: [WriteFormat; 3] = [WriteFormat::AWS, WriteFormat::HET_ZLIB, WriteFormat::HET_BZIP2];

fn blank(format: WriteFormat) -> Drive<MemoryTape> {
    Drive::load("seed", MemoryTape::default())
        .expect("memory can be read")
        .with_format(format)
}

fn written(blocks: &[&[u8]], format: WriteFormat) -> Vec<u8> {
    let mut drive = blank(format);
    for block in blocks {
        if block.is_empty() {
            drive.write_mark().expect("memory can be written");
        } else {
            drive.write_block(block).expect("memory can be written");
        }
    }
    drive.unload().into_vec()
}

/// Blocks and tapemarks.
pub fn images() -> Vec<Vec<u8>> {
    FORMATS
        .map(|format| written(&[&[7; 300], &[1], b"", &[0x40; 80], b"", b""], format))
        .to_vec()
}

/// Labelled tapes with one fixed and one variable dataset.
pub fn labelled() -> Vec<Vec<u8>> {
    FORMATS.into_iter().filter_map(labelled_one).collect()
}

fn labelled_one(format: WriteFormat) -> Option<Vec<u8>> {
    let label = VolumeLabel::new("VOL001", "FUZZ");
    let mut writer = LabelledWriter::create(blank(format), label, None).ok()?;
    let variable = RecordFormat {
        spanned: true,
        ..RecordFormat::new(Form::Variable, true, 100, 50)
    };
    for (name, format, block) in [
        (
            "FIXED",
            RecordFormat::new(Form::Fixed, true, 20, 10),
            &[0x40; 20][..],
        ),
        (
            "SPANNED",
            variable,
            &[0, 15, 0, 0, 0, 6, 0, 0, 7, 7, 0, 5, 1, 0, 1],
        ),
    ] {
        let mut dataset = writer
            .begin(&DatasetSpec {
                name: name.to_owned(),
                format: Some(format),
                created: None,
                expires: None,
                system: String::new(),
            })
            .ok()?;
        dataset.write_block(block).ok()?;
        dataset.finish().ok()?;
    }
    Some(writer.finish().ok()?.unload().into_vec())
}

/// A file as VMFPLC2 writes it, and one as TAPE DUMP does.
pub fn cms() -> Vec<Vec<u8>> {
    let mut entry = vec![0x02, 0xD7, 0xD3, 0xC3, 0xC8];
    entry.extend(to_ebcdic("PROFILE EXEC    "));
    entry.extend([0x11, 0x20, 0x22, 0x15, 0, 0, 0, 1]);
    entry.extend(to_ebcdic("A1"));
    entry.extend([0, 10, 0, 0, 0xC6, 0x08, 0, 0, 0, 80, 0, 0]);
    entry.extend(to_ebcdic("26"));
    entry.extend([0, 0, 0, 1, 0, 0, 0, 0]);
    entry.resize(77, 0);
    let mut data = vec![0x02, 0xD7, 0xD3, 0xC3, 0xC4];
    data.extend([0x81; 800]);

    let mut dumped = vec![0x02, 0xC3, 0xD4, 0xE2, 0x40];
    dumped.extend([0, 3, 1, 2, 3]);
    let mut trailer = vec![0x02, 0xC3, 0xD4, 0xE2, 0xD5];
    trailer.extend([0, 0, 0, 0, 0xC1, 0xF1, 0, 1, 0, 0, 0xE5, 0x08, 0, 0, 0, 3, 0, 1]);
    trailer.extend(to_ebcdic("26"));
    trailer.resize(5 + 64, 0);
    trailer.extend(to_ebcdic("NOTE    SCRIPT  A1"));
    vec![
        written(&[&entry, &data, b""], WriteFormat::AWS),
        written(&[&dumped, &trailer, b"", b""], WriteFormat::AWS),
    ]
}
