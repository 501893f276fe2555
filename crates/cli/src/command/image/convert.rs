//! `image convert` and `image merge`: a volume into an image of another format.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use dasd::convert::ImageKind;
use dasd::{Geometry, Volume};
use serde::Serialize;

use super::meter::Meter;
use super::new_image::NewImage;
use super::{kind, open, open_chain};
use crate::args::{ImageConvertArgs, ImageMergeArgs};
use crate::exit::{Outcome, Usage};
use crate::format::bytes;
use crate::output::{Output, View};
use crate::progress::Bars;

pub(super) fn run(out: &Output, args: &ImageConvertArgs) -> Result<Outcome> {
    let shadows = match &args.shadows[..] {
        [auto] if auto.as_os_str() == "auto" => beside(&args.from)?,
        given => given.to_vec(),
    };
    let job = Job {
        base: &args.from,
        shadows,
        to: &args.to,
        kind: kind::resolve(&args.kind, &args.to)?,
        force: args.force,
    };
    job.run(out)
}

pub(super) fn merge(out: &Output, args: &ImageMergeArgs) -> Result<Outcome> {
    let shadows = match &args.shadows[..] {
        [] => beside(&args.base)?,
        given => given.to_vec(),
    };
    let job = Job {
        base: &args.base,
        shadows,
        to: &args.to,
        kind: kind::resolve(&args.kind, &args.to)?,
        force: args.force,
    };
    job.run(out)
}

/// The shadow files beside a base; there must be some.
fn beside(base: &Path) -> Result<Vec<PathBuf>> {
    let shadows = Volume::shadows_of(base);
    if shadows.is_empty() {
        // A base that is not there at all is the better reason.
        drop(Volume::mount_file(base, dasd::Access::Read)?);
        bail!(
            "no shadow files lie beside {}; they are looked for with _1 to _8 before the last point of its name. \
             Name them",
            base.display()
        );
    }
    Ok(shadows)
}

struct Job<'a> {
    base: &'a Path,
    shadows: Vec<PathBuf>,
    to: &'a Path,
    kind: ImageKind,
    force: bool,
}

impl Job<'_> {
    fn run(self, out: &Output) -> Result<Outcome> {
        let source = if self.shadows.is_empty() {
            open(self.base)?
        } else {
            open_chain(self.base, &self.shadows)?
        };
        if matches!(
            (self.kind, source.geometry()),
            (ImageKind::Split, Geometry::Fba(_))
        ) {
            let text = format!(
                "{} is an FBA volume, and only CKD volumes are split",
                self.base.display()
            );
            return Err(Usage(text).into());
        }
        let mut inputs = vec![self.base];
        inputs.extend(self.shadows.iter().map(PathBuf::as_path));
        let image = NewImage::begin(self.to, self.force, &inputs)?;
        let bars = Bars::new(out.is_quiet());
        let written = image.write(&source, self.kind, &mut Meter::new(&bars, source.geometry()));
        bars.clear();
        written?;
        let files = image.keep(&inputs)?;
        out.show(&ConvertView::of(&source, self.base, self.shadows, files)?)?;
        Ok(Outcome::Done)
    }
}

#[derive(Serialize)]
struct ConvertView {
    from: PathBuf,
    from_format: &'static str,
    shadows: Vec<PathBuf>,
    geometry: String,
    files: Vec<PathBuf>,
    format: &'static str,
    bytes: u64,
}

impl ConvertView {
    fn of(source: &Volume, from: &Path, shadows: Vec<PathBuf>, files: Vec<PathBuf>) -> Result<Self> {
        // What was written is mounted once more: it tells its own format, and that it can be mounted at all.
        let written = Volume::mount_file(&files[0], dasd::Access::Read)?;
        Ok(Self {
            from: from.to_owned(),
            from_format: source.format_name(),
            shadows,
            geometry: source.geometry().to_string(),
            format: written.format_name(),
            bytes: file_bytes(&files)?,
            files,
        })
    }
}

/// The bytes of all these files together.
pub(super) fn file_bytes(files: &[PathBuf]) -> io::Result<u64> {
    files.iter().map(|file| Ok(file.metadata()?.len())).sum()
}

impl View for ConvertView {
    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        write!(
            out,
            "{} ({}, {}",
            self.from.display(),
            self.from_format,
            self.geometry
        )?;
        if !self.shadows.is_empty() {
            let names: Vec<_> = self
                .shadows
                .iter()
                .map(|path| path.display().to_string())
                .collect();
            write!(out, "; with {}", names.join(", "))?;
        }
        writeln!(out, ")")?;
        for file in &self.files {
            writeln!(out, "  -> {}", file.display())?;
        }
        writeln!(out, "     {}, {}", self.format, bytes(self.bytes))
    }
}
