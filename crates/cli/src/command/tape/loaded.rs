//! Tape images in drives, with a bar that moves as their bytes do.

use std::fs::File;
use std::io;
use std::path::Path;

use anyhow::{Context, Result, bail};
use engine::{Event, Progress};
use tape::{Drive, TapeBytes};

use crate::progress::Bars;

/// The bytes of an image; whatever moves is shown on the bars.
pub(super) struct Watched<'a> {
    file: File,
    bars: &'a Bars,
}

impl<'a> Watched<'a> {
    pub(super) fn new(file: File, bars: &'a Bars) -> Self {
        Self { file, bars }
    }

    fn moved(&self, bytes: usize) {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        self.bars.event(Event::Done { bytes });
    }
}

/// Loads an existing image for one pass over its bytes.
pub(super) fn load<'a>(path: &Path, bars: &'a Bars) -> Result<Drive<Watched<'a>>> {
    let name = path.display();
    let file = File::options()
        .read(true)
        .open(path)
        .with_context(|| format!("cannot open {name}"))?;
    let metadata = file
        .metadata()
        .with_context(|| format!("cannot look at {name}"))?;
    if !metadata.is_file() {
        bail!("{name} is no file; name a tape image");
    }
    bars.event(Event::Total {
        bytes: metadata.len(),
    });
    Ok(Drive::load(&name.to_string(), Watched { file, bars })?)
}

impl TapeBytes for Watched<'_> {
    fn length(&self) -> io::Result<u64> {
        self.file.length()
    }

    fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<()> {
        self.moved(into.len());
        self.file.read_at(at, into)
    }

    fn write_at(&mut self, at: u64, from: &[u8]) -> io::Result<()> {
        self.file.write_at(at, from)
    }

    fn set_length(&mut self, length: u64) -> io::Result<()> {
        self.file.set_length(length)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.file.sync()
    }
}
