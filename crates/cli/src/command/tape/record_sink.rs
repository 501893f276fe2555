//! Blocks and records from a tape on their way into a file, in the form that was asked for.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use tape::ebcdic::from_ebcdic;
use tape::recfm::{Deblocker, Form, RecordFormat};

use super::new_file::{CannotWrite, NewFile};
use crate::args::TapeExtractArgs;

/// What becomes of the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// Blocks as they are.
    Raw,
    /// Records, variable ones with their length before them.
    Records,
    /// Lines in UTF-8.
    Text,
}

impl How {
    pub(super) fn of(args: &TapeExtractArgs) -> Self {
        match (args.records, args.text) {
            (true, _) => Self::Records,
            (_, true) => Self::Text,
            (false, false) => Self::Raw,
        }
    }
}

/// What was written.
pub(super) struct Written {
    pub(super) path: PathBuf,
    pub(super) bytes: u64,
    /// Records, where the data were taken apart into records.
    pub(super) records: Option<u64>,
    /// Control characters that a line of text cannot hold.
    pub(super) replaced: u64,
}

/// Takes blocks or records and writes the file.
pub(super) struct RecordSink {
    file: NewFile,
    out: BufWriter<std::fs::File>,
    how: How,
    variable: bool,
    records: u64,
    bytes: u64,
    replaced: u64,
    /// The first thing that went wrong while records were delivered.
    failed: Option<anyhow::Error>,
}

/// A record descriptor has 16 bits for the length, its own four bytes included.
const DESCRIBED_MAX: usize = 65_531;

impl RecordSink {
    pub(super) fn new(file: NewFile, how: How, form: Form) -> Result<Self, CannotWrite> {
        let out = BufWriter::new(file.handle()?);
        Ok(Self {
            file,
            out,
            how,
            variable: form == Form::Variable,
            records: 0,
            bytes: 0,
            replaced: 0,
            failed: None,
        })
    }

    /// Takes one record. What goes wrong is said by [`RecordSink::finish`], because those who deliver records
    /// cannot be stopped.
    pub(super) fn record(&mut self, record: &[u8]) {
        if self.failed.is_some() {
            return;
        }
        self.records += 1;
        let result = match self.how {
            How::Raw => self.put(record),
            How::Records if self.variable => self.described(record),
            How::Records => self.put(record),
            How::Text => self.line(record),
        };
        self.failed = result.err();
    }

    /// Closes the file and gives it its name.
    pub(super) fn finish(mut self) -> Result<Written> {
        if let Some(failed) = self.failed.take() {
            return Err(failed);
        }
        self.out.flush().map_err(|source| self.file.failed(source))?;
        Ok(Written {
            path: self.file.keep()?,
            bytes: self.bytes,
            records: (self.records != 0 || self.how != How::Raw).then_some(self.records),
            replaced: self.replaced,
        })
    }

    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        let written = self.out.write_all(bytes);
        written.map_err(|source: io::Error| self.file.failed(source))?;
        self.bytes += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        Ok(())
    }

    fn described(&mut self, record: &[u8]) -> Result<()> {
        let length = u16::try_from(record.len() + 4).ok();
        let Some(length) = length.filter(|_| record.len() <= DESCRIBED_MAX) else {
            bail!(
                "record {} has {} bytes, and a record length can say {DESCRIBED_MAX}; use --raw or --text",
                self.records,
                record.len()
            );
        };
        // The record descriptor word is big-endian, as the system reads it.
        let [high, low] = [length >> 8, length & 0xFF].map(|byte| u8::try_from(byte).unwrap_or_default());
        self.put(&[high, low, 0, 0])?;
        self.put(record)
    }

    fn line(&mut self, record: &[u8]) -> Result<()> {
        let text = from_ebcdic(record);
        let mut line = String::with_capacity(text.len() + 1);
        for letter in text.trim_end_matches(' ').chars() {
            if letter.is_control() && letter != '\t' {
                line.push(char::REPLACEMENT_CHARACTER);
                self.replaced += 1;
            } else {
                line.push(letter);
            }
        }
        line.push('\n');
        self.put(line.as_bytes())
    }
}

/// Takes the blocks of a tape file or dataset.
pub(super) struct BlockSink {
    sink: RecordSink,
    deblocker: Option<Deblocker>,
    pub(super) blocks: u64,
}

impl BlockSink {
    pub(super) fn new(file: NewFile, how: How, format: RecordFormat) -> Result<Self, CannotWrite> {
        Ok(Self {
            sink: RecordSink::new(file, how, format.form)?,
            deblocker: (how != How::Raw).then(|| Deblocker::new(format)),
            blocks: 0,
        })
    }

    pub(super) fn block(&mut self, block: &[u8]) -> Result<()> {
        self.blocks += 1;
        match &mut self.deblocker {
            None => self.sink.put(block),
            Some(deblocker) => {
                let sink = &mut self.sink;
                deblocker
                    .block(block, |record| sink.record(record))
                    .with_context(|| {
                        format!(
                            "block {} does not follow its record format; give the right --recfm and --lrecl, or use \
                             --raw",
                            self.blocks
                        )
                    })?;
                self.sink.failed.take().map_or(Ok(()), Err)
            }
        }
    }

    pub(super) fn finish(self) -> Result<Written> {
        if let Some(deblocker) = self.deblocker {
            deblocker.finish()?;
        }
        self.sink.finish()
    }
}
