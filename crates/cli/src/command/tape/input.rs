//! Files of this machine on their way to a tape: cut into blocks, or taken as records.

use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use tape::labelled::dataset_name_of;
use tape::recfm::{Blocker, Form, RecordFormat, blocks_of};
use tape::{BLOCK_MAX, ebcdic};

use crate::exit::Usage;

/// One file that is to be written.
pub(super) struct Input {
    pub(super) name: String,
    pub(super) path: PathBuf,
    pub(super) bytes: u64,
}

/// Blocks and records that were written.
#[derive(Default)]
pub(super) struct Counts {
    pub(super) blocks: u64,
    pub(super) records: Option<u64>,
}

impl Input {
    /// Reads `[NAME=]FILE`. A file whose own name has an equals sign needs a name before it, or a path.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let named = text.split_once('=').filter(|(name, _)| !name.contains('/'));
        let (name, path) = match named {
            Some((name, path)) => (Some(name.to_uppercase()), PathBuf::from(path)),
            None => (None, PathBuf::from(text)),
        };
        let metadata = path
            .metadata()
            .with_context(|| format!("cannot open {}", path.display()))?;
        if !metadata.is_file() {
            bail!("{} is no file; name the files to be written", path.display());
        }
        let own = path.file_name().unwrap_or_default().to_string_lossy();
        Ok(Self {
            name: name.unwrap_or_else(|| dataset_name_of(&own)),
            bytes: metadata.len(),
            path,
        })
    }

    /// Delivers the file in blocks of the format.
    pub(super) fn blocks(
        &self,
        format: RecordFormat,
        text: bool,
        deliver: &mut dyn FnMut(&[u8]) -> Result<()>,
    ) -> Result<Counts> {
        let file = File::options()
            .read(true)
            .open(&self.path)
            .with_context(|| format!("cannot open {}", self.path.display()))?;
        let mut stream = BufReader::new(file);
        if text {
            return records(format, deliver, |blocks| {
                lines(&mut stream, &self.path, format, blocks)
            });
        }
        match format.form {
            Form::Variable => records(format, deliver, |blocks| {
                described(&mut stream, &self.path, blocks)
            }),
            Form::Fixed | Form::Undefined => raw(stream, &self.path, format, deliver),
        }
    }
}

/// Two datasets that labels could not tell apart are refused.
pub(super) fn refuse_twins(inputs: &[Input]) -> Result<(), Usage> {
    // Labels hold the last 17 characters.
    let last = |name: &str| -> String { name.chars().rev().take(17).collect() };
    for (at, input) in inputs.iter().enumerate() {
        if let Some(twin) = inputs[..at]
            .iter()
            .find(|twin| last(&twin.name) == last(&input.name))
        {
            return Err(Usage(format!(
                "{} and {} would both be called {} in their labels; give one another name with NAME=FILE",
                twin.path.display(),
                input.path.display(),
                last(&input.name).chars().rev().collect::<String>()
            )));
        }
    }
    Ok(())
}

/// The file as it is, cut into blocks.
fn raw(
    stream: impl Read,
    path: &Path,
    format: RecordFormat,
    deliver: &mut dyn FnMut(&[u8]) -> Result<()>,
) -> Result<Counts> {
    let length = |length: u32| usize::try_from(length).unwrap_or(usize::MAX);
    let record = length(format.record_length);
    let fixed = format.form == Form::Fixed;
    let mut records = 0;
    let blocks = blocks_of(stream, length(format.block_length), |block| {
        if fixed && block.len() % record != 0 {
            bail!(
                "{} is no whole number of records of {record} bytes; give another --lrecl, or --recfm U to write it \
                 as it is",
                path.display()
            );
        }
        records += u64::try_from(block.len() / record.max(1)).unwrap_or(u64::MAX);
        deliver(block)
    })?;
    Ok(Counts {
        blocks,
        records: fixed.then_some(records),
    })
}

/// Where records are put into blocks, and full blocks delivered.
struct Blocks<'a> {
    blocker: Blocker,
    deliver: &'a mut dyn FnMut(&[u8]) -> Result<()>,
    blocks: u64,
    records: u64,
}

impl Blocks<'_> {
    fn record(&mut self, record: &[u8]) -> Result<()> {
        self.records += 1;
        if let Some(block) = self.blocker.record(record)? {
            self.blocks += 1;
            (self.deliver)(&block)?;
        }
        Ok(())
    }
}

fn records(
    format: RecordFormat,
    deliver: &mut dyn FnMut(&[u8]) -> Result<()>,
    read: impl FnOnce(&mut Blocks<'_>) -> Result<()>,
) -> Result<Counts> {
    let blocker = Blocker::new(format)?;
    let mut all = Blocks {
        blocker,
        deliver,
        blocks: 0,
        records: 0,
    };
    read(&mut all)?;
    if let Some(block) = all.blocker.finish()? {
        all.blocks += 1;
        (all.deliver)(&block)?;
    }
    Ok(Counts {
        blocks: all.blocks,
        records: Some(all.records),
    })
}

/// Every line as a record in EBCDIC; fixed ones are filled with blanks.
fn lines(
    stream: &mut impl BufRead,
    path: &Path,
    format: RecordFormat,
    blocks: &mut Blocks<'_>,
) -> Result<()> {
    let file = path.display();
    let mut line = Vec::new();
    let mut number: u64 = 0;
    let most = u64::try_from(BLOCK_MAX).unwrap_or(u64::MAX);
    loop {
        line.clear();
        // UTF-8 has up to two bytes for a character of the code page, and a line end follows.
        let read = stream.take(2 * most + 2).read_until(b'\n', &mut line);
        if read.with_context(|| format!("cannot read {file}"))? == 0 {
            return Ok(());
        }
        number += 1;
        let ended = line.strip_suffix(b"\n").unwrap_or(&line);
        let ended = ended.strip_suffix(b"\r").unwrap_or(ended);
        let text = std::str::from_utf8(ended).map_err(|_| {
            anyhow::anyhow!(
                "{file}, line {number}: this is no UTF-8; leave out --text to write the file as it is"
            )
        })?;
        let mut record = ebcdic::to_ebcdic(text);
        if let Some(letter) = foreign(text) {
            bail!("{file}, line {number}: code page 037 has no {letter:?}; replace it, or leave out --text");
        }
        let wanted = usize::try_from(format.record_length).unwrap_or(usize::MAX);
        match format.form {
            Form::Fixed if record.len() < wanted => record.resize(wanted, ebcdic::BLANK),
            // A block has at least one byte.
            Form::Undefined if record.is_empty() => record.push(ebcdic::BLANK),
            _ => {}
        }
        blocks
            .record(&record)
            .with_context(|| format!("{file}, line {number}"))?;
    }
}

/// The first character that the code page does not have.
fn foreign(text: &str) -> Option<char> {
    text.chars().find(|letter| {
        ebcdic::from_ebcdic(&ebcdic::to_ebcdic(letter.encode_utf8(&mut [0; 4]))) != letter.to_string()
    })
}

/// Records with their length before them, as `tape extract --records` writes variable ones.
fn described(stream: &mut impl BufRead, path: &Path, blocks: &mut Blocks<'_>) -> Result<()> {
    let file = path.display();
    let mut at: u64 = 0;
    let mut record = Vec::new();
    loop {
        let cannot = || format!("cannot read {file}");
        if stream.fill_buf().with_context(cannot)?.is_empty() {
            return Ok(());
        }
        let mut word = [0; 4];
        let whole = stream.read_exact(&mut word);
        let length = usize::from(word[0]) << 8 | usize::from(word[1]);
        let sound = whole.is_ok() && length >= 4 && word[2..] == [0, 0];
        if sound {
            record.resize(length - 4, 0);
            match stream.read_exact(&mut record) {
                Ok(()) => {
                    blocks
                        .record(&record)
                        .with_context(|| format!("{file}, offset {at}"))?;
                    at += u64::try_from(length).unwrap_or(u64::MAX);
                    continue;
                }
                Err(error) if error.kind() != ErrorKind::UnexpectedEof => {
                    return Err(error).with_context(cannot);
                }
                Err(_) => {}
            }
        }
        bail!(
            "{file}, offset {at}: no record with a four-byte length before it; variable records are written from \
             text with --text, or from a file that `tape extract --records` made"
        );
    }
}
