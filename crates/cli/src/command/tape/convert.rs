//! `tape convert`: the blocks of a tape into an image that stores them otherwise.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::Serialize;
use tape::{CheckReport, Drive, Item, WriteFormat, check};

use super::loaded::{Watched, load};
use super::new_file::NewFile;
use super::write_format;
use crate::args::TapeConvertArgs;
use crate::exit::{Outcome, Usage};
use crate::format::bytes;
use crate::output::{Output, View};
use crate::progress::Bars;

/// What programs other than Hercules take as the longest chunk of an AWSTAPE.
const STRICT: WriteFormat = WriteFormat::STRICT_AWS;

pub(super) fn run(out: &Output, args: &TapeConvertArgs) -> Result<Outcome> {
    if args.to.exists() && same_file(&args.from, &args.to)? {
        let text = "a tape cannot be converted into itself; give the new image another name";
        return Err(Usage(text.to_owned()).into());
    }
    let bars = Bars::new(out.is_quiet());
    let result = convert(args, &bars);
    bars.clear();
    out.show(&result?)?;
    Ok(Outcome::Done)
}

fn same_file(one: &Path, other: &Path) -> Result<bool> {
    let real = |path: &Path| {
        path.canonicalize()
            .with_context(|| format!("cannot open {}", path.display()))
    };
    Ok(real(one)? == real(other)?)
}

fn convert(args: &TapeConvertArgs, bars: &Bars) -> Result<ConvertView> {
    let source = load(&args.from, bars)?;
    let before = check(source.name(), source.bytes())?;
    refuse_damage(&args.from, &before)?;

    let mut format = write_format(&args.to, args.compress);
    if args.strict {
        format.chunk = STRICT.chunk;
    }
    let file = NewFile::begin(&args.to, args.force)?;
    let mut source = load(&args.from, bars)?;
    // The bytes that are read move the bar, and only those.
    let target = Drive::load(&args.to.display().to_string(), file.handle()?)?.with_format(format);
    let written = copy(&mut source, target)?;
    let after = check(&args.to.display().to_string(), written.bytes())?;
    Ok(ConvertView {
        from: args.from.clone(),
        from_format: name_of(&before, source.length()),
        from_bytes: source.length(),
        file: file.keep()?,
        format: name_of(&after, written.length()),
        bytes: written.length(),
        blocks: after.blocks,
        block_bytes: after.block_bytes,
        tapemarks: after.marks,
        mended: count_of(before.damages.len()) + before.unlisted,
    })
}

/// Only what leaves every block as it was may be wrong: copying around a damage would hide it.
fn refuse_damage(path: &Path, report: &CheckReport) -> Result<()> {
    let Some(damage) = report.damages.iter().find(|damage| !damage.fault.is_harmless()) else {
        return Ok(());
    };
    let (name, place) = (path.display(), damage.place);
    if (report.blocks, report.marks) == (0, 0) {
        bail!(
            "{name} is no tape image (AWSTAPE or HET): at offset {}, {}",
            place.offset,
            damage.fault
        );
    }
    bail!(
        "{name} is damaged at {place}: {}; `ssibackup tape info` lists every damage, and `tape extract` copies what \
         can still be read",
        damage.fault
    )
}

fn copy<'a>(
    source: &mut Drive<Watched<'a>>,
    mut target: Drive<std::fs::File>,
) -> Result<Drive<std::fs::File>> {
    loop {
        match source.read()? {
            Item::Block(block) => target.write_block(block)?,
            Item::Mark => target.write_mark()?,
            Item::End => break,
        }
    }
    target.sync()?;
    Ok(target)
}

fn name_of(report: &CheckReport, length: u64) -> &'static str {
    if length == 0 {
        "blank"
    } else {
        report.format_name()
    }
}

fn count_of(damages: usize) -> u64 {
    u64::try_from(damages).unwrap_or(u64::MAX)
}

/// A count with its noun.
fn some(number: u64, one: &str) -> String {
    format!("{number} {one}{}", if number == 1 { "" } else { "s" })
}

#[derive(Serialize)]
struct ConvertView {
    from: PathBuf,
    from_format: &'static str,
    from_bytes: u64,
    file: PathBuf,
    format: &'static str,
    bytes: u64,
    blocks: u64,
    block_bytes: u64,
    tapemarks: u64,
    /// Faults that left every block readable, such as wrong links to the chunk before; the new image has none.
    mended: u64,
}

impl View for ConvertView {
    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(
            out,
            "{} ({}, {}) to {} ({}, {})",
            self.from.display(),
            self.from_format,
            bytes(self.from_bytes),
            self.file.display(),
            self.format,
            bytes(self.bytes)
        )?;
        writeln!(
            out,
            "{}, {} of data, {}",
            some(self.blocks, "block"),
            bytes(self.block_bytes),
            some(self.tapemarks, "tapemark")
        )?;
        if self.mended != 0 {
            writeln!(
                out,
                "{} that no forward reader notices: the new image has none",
                some(self.mended, "fault")
            )?;
        }
        Ok(())
    }
}
