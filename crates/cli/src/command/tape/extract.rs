//! `tape extract`: datasets, CMS files and tape files into a folder.

use anyhow::{Context, Result, bail};
use tape::cms::{CmsFile, CmsTape};
use tape::labelled::{Dataset, LabelError, LabelledReader};
use tape::survey::Content;
use tape::{Drive, Item};
use zvm::Mask;

use super::extract_view::{ExtractView, ExtractedView, FailedView};
use super::info::{goes_on_after, is_cms, survey};
use super::loaded::{Watched, load};
use super::new_file::{CannotWrite, Folder};
use super::record_format;
use super::record_sink::{BlockSink, How, RecordSink, Written};
use super::shown;
use crate::args::TapeExtractArgs;
use crate::exit::{Outcome, Usage, chain};
use crate::output::{Output, warn};
use crate::progress::Bars;

pub(super) fn run(out: &Output, args: &TapeExtractArgs) -> Result<Outcome> {
    // Wrong formats are refused before anything is read or written.
    record_format::for_reading(&args.format, None)?;
    let bars = Bars::new(out.is_quiet());
    let mut work = Extraction {
        args,
        bars: &bars,
        how: How::of(args),
        folder: Folder::open(&args.to, args.force)?,
        files: Vec::new(),
        failed: Vec::new(),
    };
    let result = work.run();
    let view = ExtractView {
        files: work.files,
        failed: work.failed,
    };
    bars.clear();
    result?;
    out.show(&view)?;
    Ok(Outcome::found_if(!view.failed.is_empty()))
}

struct Extraction<'a> {
    args: &'a TapeExtractArgs,
    bars: &'a Bars,
    how: How,
    folder: Folder,
    files: Vec<ExtractedView>,
    failed: Vec<FailedView>,
}

type Reader<'a> = LabelledReader<Watched<'a>>;

impl<'a> Extraction<'a> {
    fn run(&mut self) -> Result<()> {
        if let Some(number) = self.args.number {
            return self.tape_file(number);
        }
        if let Some(name) = &self.args.dataset {
            return self.dataset_named(name);
        }
        if let Some(pattern) = &self.args.cms {
            return self.cms_named(pattern);
        }
        match self.reader() {
            Ok(reader) => self.every_dataset(reader),
            Err(error) if matches!(error.downcast_ref(), Some(LabelError::NotLabelled { .. })) => {
                self.every_file()
            }
            Err(error) => Err(error),
        }
    }

    /// The only image, where several make no sense.
    fn single(&self) -> Result<Drive<Watched<'a>>> {
        match &self.args.files[..] {
            [file] => load(file, self.bars),
            _ => Err(Usage(
                "several images make a set only when they have standard labels; extract from one at a time"
                    .to_owned(),
            )
            .into()),
        }
    }

    fn reader(&self) -> Result<Reader<'a>> {
        let mut drives = self.args.files.iter().map(|file| load(file, self.bars));
        let first = drives.next().context("name a tape image")??;
        Ok(LabelledReader::open_set(first, drives.collect::<Result<_>>()?)?)
    }

    fn tape_file(&mut self, number: u32) -> Result<()> {
        let mut drive = self.single()?;
        if !drive.forward_to_file(number)? {
            bail!(
                "tape {} has no tape file {number}; `ssibackup tape info` lists what it has",
                drive.name()
            );
        }
        self.rest_of_file(&mut drive)
    }

    /// Copies from where the drive stands to the next tapemark.
    fn rest_of_file(&mut self, drive: &mut Drive<Watched<'a>>) -> Result<()> {
        let number = drive.position().place().file;
        let format = record_format::for_reading(&self.args.format, None)?;
        let file = self.folder.begin(&format!("file{number:04}"))?;
        let mut sink = BlockSink::new(file, self.how, format)?;
        while let Item::Block(block) = drive.read()? {
            sink.block(block).with_context(|| format!("tape file {number}"))?;
        }
        let blocks = sink.blocks;
        let written = sink.finish()?;
        self.done(format!("tape file {number}"), Some(blocks), written, 0);
        Ok(())
    }

    fn dataset_named(&mut self, name: &str) -> Result<()> {
        let name = name.to_uppercase();
        let mut reader = self.reader()?;
        let mut others = Vec::new();
        loop {
            match reader.next_dataset() {
                Ok(Some(dataset)) if dataset.label.is_named(&name) => {
                    return self.dataset(&mut reader, &dataset);
                }
                Ok(Some(dataset)) => others.push(shown(&dataset.label.name)),
                Ok(None) => break,
                // It concerns another dataset.
                Err(error) if goes_on_after(&error) => warn(&error.to_string()),
                Err(error) => return Err(error.into()),
            }
        }
        let volser = shown(&reader.volume().volser);
        if others.is_empty() {
            bail!("volume {volser} has no datasets");
        }
        bail!(
            "volume {volser} has no dataset {name}; it has {}",
            others.join(", ")
        )
    }

    fn dataset(&mut self, reader: &mut Reader<'a>, dataset: &Dataset) -> Result<()> {
        let label = dataset.format.as_ref().map(|label| label.format);
        let format = record_format::for_reading(&self.args.format, label)?;
        let name = &dataset.label.name;
        let file = self.folder.begin(name)?;
        let mut sink = BlockSink::new(file, self.how, format)?;
        while let Some(block) = reader.read_block()? {
            sink.block(block)
                .with_context(|| format!("dataset {}", shown(name)))?;
        }
        let blocks = sink.blocks;
        let written = sink.finish()?;
        self.done(format!("dataset {name}"), Some(blocks), written, 0);
        Ok(())
    }

    fn every_dataset(&mut self, mut reader: Reader<'a>) -> Result<()> {
        loop {
            let dataset = match reader.next_dataset() {
                Ok(Some(dataset)) => dataset,
                Ok(None) => break,
                Err(error) => {
                    let goes_on = goes_on_after(&error);
                    self.fail("the labels".to_owned(), error.into())?;
                    if goes_on {
                        continue;
                    }
                    return Ok(());
                }
            };
            if let Err(error) = self.dataset(&mut reader, &dataset) {
                let goes_on = error.downcast_ref().is_none_or(goes_on_after);
                self.fail(format!("dataset {}", dataset.label.name), error)?;
                if !goes_on {
                    return Ok(());
                }
            }
        }
        if reader.volumes_left() != 0 {
            warn(&format!(
                "the set ends with volume {}; the images named after it were not read",
                shown(&reader.volume().volser)
            ));
        }
        Ok(())
    }

    fn every_file(&mut self) -> Result<()> {
        let mut drive = self.single()?;
        for (start, file) in survey(self.single()?)? {
            drive.locate(start);
            if is_cms(&file) {
                drive = self.cms_files(drive, file.file, &|_| true)?;
            } else if file.content != Content::Empty
                && let Err(error) = self.rest_of_file(&mut drive)
            {
                self.fail(format!("tape file {}", file.file), error)?;
            }
        }
        // The survey stops before damage; reading on from the last file says what and where it is.
        let read_on = drive.forward_end();
        if let Err(error) = read_on {
            self.fail("the rest of the tape".to_owned(), error.into())?;
        }
        Ok(())
    }

    fn cms_named(&mut self, pattern: &str) -> Result<()> {
        let words: Vec<_> = pattern.split_whitespace().map(Mask::new).collect();
        let (name, filetype) = match &words[..] {
            [name] => (name, &Mask::new("*")),
            [name, filetype] => (name, filetype),
            _ => {
                let text =
                    format!("{pattern:?} is no CMS file; give file name and file type: 'PROFILE EXEC'");
                return Err(Usage(text).into());
            }
        };
        let wanted = |file: &CmsFile| name.matches(&file.name) && filetype.matches(&file.filetype);
        let mut drive = self.single()?;
        let tape = drive.name().to_owned();
        let files = survey(self.single()?)?;
        if !files.iter().any(|(_, file)| is_cms(file)) {
            bail!(
                "tape {tape} holds no CMS files of VMFPLC2 or TAPE DUMP; `ssibackup tape info` shows what it holds"
            );
        }
        for (start, file) in files.into_iter().filter(|(_, file)| is_cms(file)) {
            drive.locate(start);
            drive = self.cms_files(drive, file.file, &wanted)?;
        }
        if self.files.is_empty() && self.failed.is_empty() {
            bail!("tape {tape} has no CMS file {pattern}; `ssibackup tape info` lists those it has");
        }
        Ok(())
    }

    /// The wanted CMS files of the tape file at whose beginning the drive stands.
    fn cms_files(
        &mut self,
        drive: Drive<Watched<'a>>,
        number: u32,
        wanted: &dyn Fn(&CmsFile) -> bool,
    ) -> Result<Drive<Watched<'a>>> {
        let mut tape = CmsTape::of_tape_file(drive);
        loop {
            match tape.next_file() {
                Ok(Some(file)) if wanted(&file) => {
                    if let Err(error) = self.cms_file(&mut tape, &file) {
                        self.fail(format!("CMS file {} {}", file.name, file.filetype), error)?;
                    }
                }
                Ok(Some(_)) => {}
                Ok(None) => break,
                Err(error) => {
                    self.fail(format!("tape file {number}"), error.into())?;
                    break;
                }
            }
        }
        Ok(tape.into_drive())
    }

    fn cms_file(&mut self, tape: &mut CmsTape<Watched<'a>>, file: &CmsFile) -> Result<()> {
        let target = self.folder.begin(&format!("{}.{}", file.name, file.filetype))?;
        let mut sink = RecordSink::new(target, self.how, file.form)?;
        let extracted = tape.records(file, |record| sink.record(record))?;
        let written = sink.finish()?;
        let from = format!("CMS file {} {} {}", file.name, file.filetype, file.mode);
        self.done(from, None, written, extracted.surplus);
        Ok(())
    }

    fn done(&mut self, from: String, blocks: Option<u64>, written: Written, surplus: u64) {
        let mut notes = Vec::new();
        if written.replaced != 0 {
            notes.push(format!(
                "{} control characters became U+FFFD; --raw keeps them",
                written.replaced
            ));
        }
        if surplus != 0 {
            notes.push(format!(
                "{surplus} bytes behind the file's data were left out; programs that load it never see them"
            ));
        }
        self.files.push(ExtractedView {
            from: shown(&from),
            file: written.path,
            blocks,
            records: written.records,
            bytes: written.bytes,
            notes,
        });
    }

    /// Notes a failure and goes on, unless nothing can be written any more or only this was wanted.
    fn fail(&mut self, from: String, error: anyhow::Error) -> Result<()> {
        let several = self.args.all
            || self
                .args
                .cms
                .as_deref()
                .is_some_and(|name| name.contains(['*', '%']));
        if error.is::<CannotWrite>() || error.is::<Usage>() || !several {
            return Err(error);
        }
        self.failed.push(FailedView {
            from: shown(&from),
            reason: shown(&chain(error.as_ref())),
        });
        Ok(())
    }
}
