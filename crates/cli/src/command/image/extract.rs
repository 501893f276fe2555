//! `image extract`: tracks and blocks as a dump, or as they are.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use dasd::{BLOCK_SIZE, BlockNo, CkdGeometry, Geometry, TrackAddr, TrackNo, TrackReader, Volume};
use serde::Serialize;

use super::extract_view::ExtractView;
use super::new_image::NewImage;
use super::open;
use crate::args::{Format, ImageExtractArgs};
use crate::exit::{Outcome, Usage};
use crate::format::bytes;
use crate::output::{Output, View};

/// What is to be shown.
#[derive(Clone, Copy)]
pub(super) enum Stretch {
    /// From this track, so many.
    Tracks(u32, u32),
    /// From this block, so many.
    Blocks(u32, u32),
}

pub(super) fn run(out: &Output, args: &ImageExtractArgs) -> Result<Outcome> {
    let volume = open(&args.file)?;
    let stretch = stretch(args, &volume)?;
    if args.raw {
        return raw(out, args, &volume, stretch);
    }
    let view = ExtractView::new(&args.file, &volume, stretch);
    out.show(&view)?;
    Ok(Outcome::found_if(view.damaged()))
}

fn stretch(args: &ImageExtractArgs, volume: &Volume) -> Result<Stretch, Usage> {
    let geometry = volume.geometry();
    match (geometry, &args.track, &args.tracks, args.block) {
        (Geometry::Ckd(ckd), Some(track), _, _) => Ok(Stretch::Tracks(track_number(ckd, track)?, 1)),
        (Geometry::Ckd(ckd), _, Some(tracks), _) => {
            let Some((first, last)) = tracks.split_once('-') else {
                return Err(Usage(format!(
                    "{tracks:?} is no range of tracks; write it like 0/0-0/14"
                )));
            };
            let (first, last) = (track_number(ckd, first)?, track_number(ckd, last)?);
            match last.checked_sub(first) {
                Some(more) => Ok(Stretch::Tracks(first, more + 1)),
                None => Err(Usage(format!("{tracks}: the first track lies behind the last"))),
            }
        }
        (Geometry::Fba(fba), _, _, Some(block)) => {
            let end = u64::from(block) + u64::from(args.count);
            if end > u64::from(fba.blocks.get()) {
                return Err(Usage(format!(
                    "block {} is not on the volume, which has {} blocks from 0",
                    end - 1,
                    fba.blocks
                )));
            }
            Ok(Stretch::Blocks(block, args.count))
        }
        (Geometry::Ckd(_), ..) => Err(Usage(format!(
            "{} has tracks and no blocks; give --track or --tracks",
            args.file.display()
        ))),
        (Geometry::Fba(_), ..) => Err(Usage(format!(
            "{} has blocks and no tracks; give --block",
            args.file.display()
        ))),
    }
}

/// The number of the track that is written as cylinder and head.
fn track_number(ckd: &CkdGeometry, text: &str) -> Result<u32, Usage> {
    let address = text.trim().split_once('/').and_then(|(cylinder, head)| {
        let (cylinder, head) = (cylinder.trim().parse().ok()?, head.trim().parse().ok()?);
        Some(TrackAddr::new(cylinder, head))
    });
    let Some(at) = address else {
        return Err(Usage(format!(
            "{text:?} is no track; write cylinder and head like 12/3"
        )));
    };
    if at.cylinder.get() >= ckd.cylinders.get() || at.head.get() >= ckd.heads {
        return Err(Usage(format!(
            "{at} is not on the volume: cylinders are 0 to {}, heads 0 to {}",
            ckd.cylinders.get().saturating_sub(1),
            ckd.heads - 1
        )));
    }
    Ok(ckd.number(at).get())
}

fn raw(out: &Output, args: &ImageExtractArgs, volume: &Volume, stretch: Stretch) -> Result<Outcome> {
    let Some(to) = &args.to else {
        if out.format() != Format::Human {
            let text = "--raw and --format json both want standard output; write the bytes with --to FILE";
            return Err(Usage(text.to_owned()).into());
        }
        if io::stdout().is_terminal() {
            let text = "a terminal cannot show --raw bytes; write them with --to FILE, or leave out --raw";
            return Err(Usage(text.to_owned()).into());
        }
        let mut stdout = BufWriter::new(io::stdout().lock());
        copy_bytes(volume, stretch, &mut stdout)?;
        stdout.flush()?;
        return Ok(Outcome::Done);
    };
    let file = NewImage::begin(to, args.force, &[&args.file])?;
    let written = write_file(&file.file(), volume, stretch, to)?;
    file.keep(&[&args.file])?;
    out.show(&RawView {
        file: args.file.clone(),
        to: to.clone(),
        bytes: written,
    })?;
    Ok(Outcome::Done)
}

fn write_file(path: &Path, volume: &Volume, stretch: Stretch, to: &Path) -> Result<u64> {
    let cannot = || format!("cannot write {}; check free space and permissions", to.display());
    let file = File::options()
        .write(true)
        .create_new(true)
        .open(path)
        .with_context(cannot)?;
    let mut file = BufWriter::new(file);
    let written = copy_bytes(volume, stretch, &mut file)?;
    let file = file.into_inner().map_err(io::IntoInnerError::into_error);
    file.and_then(|file| file.sync_data()).with_context(cannot)?;
    Ok(written)
}

fn copy_bytes(volume: &Volume, stretch: Stretch, out: &mut dyn Write) -> Result<u64> {
    let mut written = 0;
    match stretch {
        Stretch::Tracks(first, count) => {
            let Some(mut reader) = TrackReader::new(volume) else {
                bail!("{} has no tracks", volume.name());
            };
            for track in first..first + count {
                let track = reader.read(TrackNo::new(track))?;
                out.write_all(track.content())?;
                out.write_all(&[0xFF; 8])?;
                written += u64::try_from(track.length()).unwrap_or(u64::MAX);
            }
        }
        Stretch::Blocks(first, count) => {
            let mut block = [0; BLOCK_SIZE];
            for number in first..first + count {
                volume.read_blocks(BlockNo::new(number), &mut block)?;
                out.write_all(&block)?;
                written += 512;
            }
        }
    }
    Ok(written)
}

#[derive(Serialize)]
struct RawView {
    file: PathBuf,
    to: PathBuf,
    bytes: u64,
}

impl View for RawView {
    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}: {} written", self.to.display(), bytes(self.bytes))
    }
}
