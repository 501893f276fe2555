//! `tape info`: what is on a tape, and what is wrong with it.

use std::path::Path;

use anyhow::{Result, bail};
use tape::cms::{CmsError, CmsTape};
use tape::labelled::{Dataset, LabelError, LabelledReader};
use tape::survey::{self, Content, FileSummary};
use tape::{CheckReport, Drive, Position, ReadError, check};

use super::info_view::{
    CmsView, DamageView, DatasetView, FileView, LabelView, PlaceView, TapeView, TapesView, content_word,
};
use super::loaded::{Watched, load};
use super::shown;
use crate::args::TapeInfoArgs;
use crate::exit::Outcome;
use crate::output::Output;
use crate::progress::Bars;

pub(super) fn run(out: &Output, args: &TapeInfoArgs) -> Result<Outcome> {
    let bars = Bars::new(out.is_quiet());
    let tapes: Result<Vec<_>> = args.files.iter().map(|file| info(file, &bars)).collect();
    bars.clear();
    let view = TapesView { tapes: tapes? };
    out.show(&view)?;
    Ok(Outcome::found_if(view.tapes.iter().any(|tape| !tape.sound)))
}

fn info(path: &Path, bars: &Bars) -> Result<TapeView> {
    let drive = load(path, bars)?;
    let bytes = drive.length();
    let report = check(drive.name(), drive.bytes())?;
    if let (0, 0, Some(damage)) = (report.blocks, report.marks, report.damages.first()) {
        bail!(
            "{} is no tape image (AWSTAPE or HET): at offset {}, {}",
            path.display(),
            damage.place.offset,
            damage.fault
        );
    }
    let files = survey(load(path, bars)?)?;
    let mut problems = Vec::new();
    let (label, datasets) = if files.first().is_some_and(|(_, file)| has_volume_label(file)) {
        datasets(load(path, bars)?, &mut problems)
    } else {
        (None, Vec::new())
    };
    let cms = cms_files(load(path, bars)?, &files, &mut problems);
    let (damages, unlisted) = (damages(&report), report.unlisted);
    Ok(TapeView {
        file: path.to_owned(),
        format: if bytes == 0 { "blank" } else { report.format_name() },
        bytes,
        sound: report.is_sound() && problems.is_empty(),
        blocks: report.blocks,
        block_bytes: report.block_bytes,
        tapemarks: report.marks,
        files: files.into_iter().map(|(_, file)| file_view(file)).collect(),
        label,
        datasets,
        cms,
        damages,
        unlisted_damages: unlisted,
        problems: problems.iter().map(|text| shown(text)).collect(),
    })
}

/// The files up to the first damage that stops a reader; the check has named it.
pub(super) fn survey(mut drive: Drive<Watched<'_>>) -> Result<Vec<(Position, FileSummary)>> {
    let mut files = Vec::new();
    loop {
        let start = drive.position();
        match survey::next_file(&mut drive) {
            Ok(Some(file)) => files.push((start, file)),
            Ok(None) | Err(ReadError::Damaged { .. }) => return Ok(files),
            Err(error) => return Err(error.into()),
        }
    }
}

fn has_volume_label(file: &FileSummary) -> bool {
    file.labels.first().is_some_and(|label| label.starts_with("VOL1"))
}

/// Volume label and datasets; what is wrong with them goes to `problems`.
fn datasets(drive: Drive<Watched<'_>>, problems: &mut Vec<String>) -> (Option<LabelView>, Vec<DatasetView>) {
    let mut reader = match LabelledReader::open_alone(drive) {
        Ok(reader) => reader,
        Err(error) => {
            problems.push(error.to_string());
            return (None, Vec::new());
        }
    };
    let label = LabelView {
        volser: shown(&reader.volume().volser),
        owner: shown(&reader.volume().owner),
    };
    let mut views: Vec<DatasetView> = Vec::new();
    loop {
        let dataset = match reader.next_dataset() {
            Ok(Some(dataset)) => dataset,
            Ok(None) => break,
            Err(error) => {
                complain(&error, problems);
                break;
            }
        };
        let mut view = dataset_view(&dataset);
        let result = count(&mut reader, &mut view);
        view.continues = reader.continues_behind();
        views.push(view);
        if let Err(error) = result {
            complain(&error, problems);
            if !goes_on_after(&error) {
                break;
            }
        }
    }
    (Some(label), views)
}

/// Whether the reader finds the next dataset in spite of this.
pub(super) fn goes_on_after(error: &LabelError) -> bool {
    matches!(
        error,
        LabelError::BlockCount { .. } | LabelError::OtherDataset { .. }
    )
}

/// Damage of the image itself is listed by the check already.
fn complain(error: &LabelError, problems: &mut Vec<String>) {
    if !matches!(error, LabelError::Read(ReadError::Damaged { .. })) {
        problems.push(error.to_string());
    }
}

fn count(reader: &mut LabelledReader<Watched<'_>>, view: &mut DatasetView) -> Result<(), LabelError> {
    while let Some(block) = reader.read_block()? {
        view.blocks += 1;
        view.bytes += u64::try_from(block.len()).unwrap_or(u64::MAX);
    }
    Ok(())
}

fn dataset_view(dataset: &Dataset) -> DatasetView {
    let format = dataset.format.as_ref().map(|label| label.format);
    let label = &dataset.label;
    DatasetView {
        name: shown(&label.name),
        sequence: label.dataset_sequence,
        volume_sequence: label.volume_sequence,
        recfm: format.map(|format| format.recfm()),
        lrecl: format.map(|format| format.record_length),
        blksize: format.map(|format| format.block_length),
        blocks: 0,
        bytes: 0,
        created: label.created.map(|date| date.to_string()),
        expires: label.expires.map(|date| date.to_string()),
        continues: false,
    }
}

/// The CMS files of every tape file that has some.
fn cms_files(
    mut drive: Drive<Watched<'_>>,
    files: &[(Position, FileSummary)],
    problems: &mut Vec<String>,
) -> Vec<CmsView> {
    let mut views = Vec::new();
    for (start, _) in files.iter().filter(|(_, file)| is_cms(file)) {
        drive.locate(*start);
        let mut tape = CmsTape::of_tape_file(drive);
        loop {
            match tape.next_file() {
                Ok(Some(file)) => {
                    views.push(CmsView {
                        name: shown(&file.name),
                        filetype: shown(&file.filetype),
                        mode: shown(&file.mode),
                        recfm: file.recfm(),
                        lrecl: file.record_length,
                        records: file.records,
                        written: file.written.map(|time| time.to_string()),
                        tape_file: file.tape_file,
                    });
                    // Records that run together or are missing show only when they are taken apart.
                    match tape.records(&file, |_| {}) {
                        // The check has named it.
                        Ok(_) | Err(CmsError::Read(ReadError::Damaged { .. })) => {}
                        Err(error) => problems.push(error.to_string()),
                    }
                }
                Ok(None) => break,
                Err(error) => {
                    problems.push(error.to_string());
                    break;
                }
            }
        }
        drive = tape.into_drive();
    }
    views
}

/// Whether a tape file holds CMS files.
pub(super) fn is_cms(file: &FileSummary) -> bool {
    matches!(file.content, Content::Vmfplc2 | Content::TapeDump)
}

fn file_view(file: FileSummary) -> FileView {
    FileView {
        file: file.file,
        content: content_word(file.content),
        blocks: file.blocks,
        shortest: file.shortest,
        longest: file.longest,
        bytes: file.bytes,
        image_bytes: file.image_bytes,
        tapemark: file.marked,
        labels: file.labels.iter().map(|label| shown(label)).collect(),
    }
}

fn damages(report: &CheckReport) -> Vec<DamageView> {
    let view = |damage: &tape::Damage| DamageView {
        place: PlaceView {
            file: damage.place.file,
            block: damage.place.block,
            offset: damage.place.offset,
        },
        what: damage.fault.to_string(),
        data_readable: damage.fault.is_harmless(),
    };
    report.damages.iter().map(view).collect()
}
