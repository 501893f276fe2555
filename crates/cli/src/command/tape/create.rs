//! `tape create`: files of this machine onto a new tape image.

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::{Context, Result};
use engine::{Event, Progress};
use jiff::Zoned;
use serde::Serialize;
use tape::Drive;
use tape::labelled::{DatasetSpec, LabelDate, LabelWriteError, LabelledWriter, VolumeLabel};
use tape::recfm::{Form, RecordFormat};

use super::input::{Counts, Input, refuse_twins};
use super::loaded::Watched;
use super::new_file::NewFile;
use super::{record_format, write_format};
use crate::args::{LabelArg, TapeCreateArgs};
use crate::exit::{Outcome, Usage};
use crate::format::{bytes, table};
use crate::output::{Output, View};
use crate::progress::Bars;

/// The name of the writing system in dataset labels.
const SYSTEM: &str = "SSIBACKUP";

pub(super) fn run(out: &Output, args: &TapeCreateArgs) -> Result<Outcome> {
    let format = record_format::for_writing(&args.format, args.blksize, args.text)?;
    let label = volume_label(args)?;
    let inputs: Vec<_> = args
        .inputs
        .iter()
        .map(|text| Input::parse(text))
        .collect::<Result<_>>()?;
    if label.is_some() {
        refuse_twins(&inputs)?;
    }
    let bars = Bars::new(out.is_quiet());
    bars.event(Event::Total {
        bytes: inputs.iter().map(|input| input.bytes).sum(),
    });
    let file = NewFile::begin(&args.file, args.force)?;
    let image = Watched::new(file.handle()?, &bars);
    let drive = Drive::load(&args.file.display().to_string(), image)?
        .with_format(write_format(&args.file, args.compress));
    let work = Work {
        format,
        text: args.text,
        bars: &bars,
    };
    let volser = label.as_ref().map(|label| label.volser.clone());
    let result = match label {
        Some(label) => work.labelled(drive, label, &inputs),
        None => work.unlabelled(drive, &inputs),
    };
    bars.clear();
    let (mut drive, datasets) = result.map_err(usage)?;
    drive.sync()?;
    let length = drive.length();
    out.show(&CreateView {
        file: file.keep()?,
        volser,
        bytes: length,
        datasets,
    })?;
    Ok(Outcome::Done)
}

/// A text that fits no label was given wrongly; everything else went wrong.
fn usage(error: anyhow::Error) -> anyhow::Error {
    match error.downcast_ref::<LabelWriteError>() {
        Some(field @ LabelWriteError::Field { .. }) => Usage(field.to_string()).into(),
        _ => error,
    }
}

/// The volume label that was asked for; none for a tape without labels.
fn volume_label(args: &TapeCreateArgs) -> Result<Option<VolumeLabel>, Usage> {
    match (args.label, &args.volser) {
        (LabelArg::Sl, Some(volser)) => {
            let owner = args.owner.as_deref().unwrap_or_default();
            Ok(Some(VolumeLabel::new(&volser.to_uppercase(), owner)))
        }
        (LabelArg::Sl, None) => Err(Usage(
            "a tape with standard labels needs --volser; choose --label nl for one without labels".to_owned(),
        )),
        (LabelArg::Nl, None) => Ok(None),
        (LabelArg::Nl, Some(_)) => Err(Usage(
            "a tape without labels has no volume serial; leave out --volser, or choose --label sl".to_owned(),
        )),
    }
}

/// Today, as labels say it.
fn today() -> Option<LabelDate> {
    let now = Zoned::now();
    LabelDate::new(
        u16::try_from(now.year()).ok()?,
        u16::try_from(now.day_of_year()).ok()?,
    )
}

struct Work<'a> {
    format: RecordFormat,
    text: bool,
    bars: &'a Bars,
}

type Written<'a> = (Drive<Watched<'a>>, Vec<DatasetView>);

impl<'a> Work<'a> {
    fn labelled(
        &self,
        drive: Drive<Watched<'a>>,
        label: VolumeLabel,
        inputs: &[Input],
    ) -> Result<Written<'a>> {
        let mut writer = LabelledWriter::create(drive, label, None)?;
        let mut views = Vec::new();
        for input in inputs {
            let mut dataset = writer.begin(&DatasetSpec {
                name: input.name.clone(),
                format: Some(self.format),
                created: today(),
                expires: None,
                system: SYSTEM.to_owned(),
            })?;
            let counts = self.copy(input, &mut |block| {
                dataset.write_block(block)?;
                Ok(())
            })?;
            dataset.finish()?;
            views.push(self.view(input, Some(input.name.clone()), counts));
        }
        Ok((writer.finish()?, views))
    }

    /// A tapemark behind every file, and one more at the end.
    fn unlabelled(&self, mut drive: Drive<Watched<'a>>, inputs: &[Input]) -> Result<Written<'a>> {
        let mut views = Vec::new();
        for input in inputs {
            let counts = self.copy(input, &mut |block| Ok(drive.write_block(block)?))?;
            drive.write_mark()?;
            views.push(self.view(input, None, counts));
        }
        if inputs.is_empty() {
            drive.write_mark()?;
        }
        drive.write_mark()?;
        Ok((drive, views))
    }

    fn copy(&self, input: &Input, deliver: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<Counts> {
        let counts = input.blocks(self.format, self.text, &mut |block| {
            let bytes = u64::try_from(block.len()).unwrap_or(u64::MAX);
            self.bars.event(Event::Done { bytes });
            deliver(block)
        });
        counts.with_context(|| format!("cannot write {} to the tape", input.path.display()))
    }

    fn view(&self, input: &Input, name: Option<String>, counts: Counts) -> DatasetView {
        DatasetView {
            name,
            input: input.path.clone(),
            recfm: self.format.recfm(),
            lrecl: self.format.record_length,
            blksize: self.format.block_length,
            blocks: counts.blocks,
            records: counts.records.filter(|_| self.format.form != Form::Undefined),
        }
    }
}

#[derive(Serialize)]
struct CreateView {
    file: PathBuf,
    volser: Option<String>,
    bytes: u64,
    datasets: Vec<DatasetView>,
}

#[derive(Serialize)]
struct DatasetView {
    /// None on a tape without labels.
    name: Option<String>,
    input: PathBuf,
    recfm: String,
    lrecl: u32,
    blksize: u32,
    blocks: u64,
    records: Option<u64>,
}

impl View for CreateView {
    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        let volser = match &self.volser {
            Some(volser) => format!("volume {volser}"),
            None => "a tape without labels".to_owned(),
        };
        writeln!(out, "{}: {volser}, {}", self.file.display(), bytes(self.bytes))?;
        if self.datasets.is_empty() {
            return Ok(());
        }
        let rows = self.datasets.iter().enumerate().map(|(at, dataset)| {
            vec![
                dataset.name.clone().unwrap_or(format!("tape file {}", at + 1)),
                dataset.recfm.clone(),
                dataset.lrecl.to_string(),
                dataset.blksize.to_string(),
                dataset.blocks.to_string(),
                dataset
                    .records
                    .map_or("-".to_owned(), |records| records.to_string()),
                dataset.input.display().to_string(),
            ]
        });
        let header = [
            "dataset", "recfm", "lrecl", "blksize", "blocks", "records", "from",
        ];
        writeln!(out, "\n{}", table(&header, &[2, 3, 4, 5], rows.collect()))
    }
}
